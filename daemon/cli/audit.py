"""``postdesk audit``: prove that the journals are whole, and read the one of a ticket."""

import sys
from dataclasses import asdict
from itertools import chain
from typing import Any

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit_json, printable
from daemon.cli.page import event_line
from daemon.clock import system_clock
from daemon.services import evidence
from daemon.services.approval_audit import ApprovalAudit
from daemon.services.audit import Audit, Break
from storage.database import Database

# Fewer are looked at before anybody has read a progress bar.
LONG_LOOK_TICKETS = 20_000
# JSON is printed in one piece; a desk with more breaks than these has to be restored, not read.
BREAKS_LIMIT = 1_000


@click.group()
def audit() -> None:
    """Prove that the journals of the tickets are whole, or read one."""


@audit.command()
@json_option
@pass_invocation
def verify(invocation: Invocation, *, as_json: bool) -> int:
    """Verify the journals of all tickets.

    Recomputes the hash of every line, plays every journal again and compares what it comes to with the
    tables; compares the texts, the votes and the ends of approvals with the journals, too.  Prints the
    first break of each ticket with the id of its line (0: no line).  Ends with status 1 where there is
    one.
    """
    with opened(invocation) as database:
        count = evidence.count_tickets(database)
        shown = count >= LONG_LOOK_TICKETS and sys.stderr.isatty()
        with click.progressbar(length=count, label="verifying", file=sys.stderr, hidden=not shown) as bar:
            deciding = ApprovalAudit(database, system_clock())
            return _verified(Audit(database, bar.update), deciding, as_json=as_json)


def _verified(look: Audit, deciding: ApprovalAudit, *, as_json: bool) -> int:
    broken = 0
    listed: list[dict[str, Any]] = []
    for one in chain(look.breaks(), deciding.breaks()):
        broken += 1
        if not as_json:
            click.echo(_line(one))
        elif len(listed) < BREAKS_LIMIT:
            listed.append(asdict(one))
    if as_json:
        seen = {"tickets": look.tickets, "events": look.events, "approvals": deciding.seen}
        emit_json({**seen, "broken": broken, "breaks": listed})
    else:
        whole = f"{look.tickets} tickets with {look.events} lines of journal"
        whole += f", {deciding.seen} approvals" if deciding.seen else ""
        click.echo(f"{whole}: {f'{broken} broken' if broken else 'all whole'}")
    return FOUND if broken else FINE


def _line(one: Break) -> str:
    place = f", line {one.event}" if one.event else ""
    return printable(f"ticket {one.ticket}{place} ({one.kind}): {one.told}")


@audit.command()
@click.argument("number", metavar="TICKET", type=click.IntRange(min=1))
@json_option
@pass_invocation
def show(invocation: Invocation, number: int, *, as_json: bool) -> int:
    """Print the journal of a ticket, line by line, with their hashes.

    Ends with status 1 where the chain of its hashes is broken.
    """
    with opened(invocation) as database:
        found = _journal(database, number)
    if as_json:
        emit_json(found)
    else:
        for event in found["events"]:
            click.echo(f"{event['id']:>7}  {event['hash'][:12]}  {event_line(event)}")
        click.echo(_end(found["broken_at"]))
    return FINE if found["broken_at"] is None else FOUND


def _journal(database: Database, number: int) -> dict[str, Any]:
    found = evidence.journal_of(database, number)
    if found is None:
        raise click.ClickException(f"there is no ticket {number}")
    return found


def _end(broken_at: int | None) -> str:
    if broken_at is None:
        return "the chain is whole"
    return f"the chain is broken at line {broken_at}" if broken_at else "the ticket has no journal"
