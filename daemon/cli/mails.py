"""``postdesk mails``: what will be mailed about a ticket by itself, each mail in full, and a stop for it."""

import email.policy
from email.parser import BytesParser
from typing import Any

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import cause, opened
from daemon.cli.output import emit, emit_json, printable
from daemon.cli.page import block
from daemon.desk.automatic import ALL, Kind
from daemon.desk.changes import StartMails, StopMails
from daemon.services.apply import Work
from daemon.services.automatic_mail import Foreseen, foreseen, line
from daemon.wiring import Desk
from storage import automatic_stops, tickets
from storage.records import Ticket

COLUMNS = ("at", "kind", "to", "why", "subject", "stopped")
_KINDS = click.Choice([*map(str, Kind), ALL])


@click.command()
@click.argument("number", metavar="TICKET", type=click.IntRange(min=1))
@click.option("--preview", is_flag=True, help="Each mail in full, as it would be written.")
@click.option("--stop", metavar="KIND", type=_KINDS, help='Send no mail of a kind any more, or of "all".')
@click.option("--start", metavar="KIND", type=_KINDS, help='Let a kind, or "all", be sent again.')
@click.option("--why", metavar="TEXT", default="", help="Why it is stopped; stands in the journal.")
@json_option
@pass_invocation
def mails(  # noqa: PLR0913  # one parameter an option
    invocation: Invocation,
    number: int,
    stop: str | None,
    start: str | None,
    why: str,
    *,
    preview: bool,
    as_json: bool,
) -> None:
    """List what will be mailed about a ticket by itself, if nobody does anything.

    Kinds: waiting-reminder, closing, coming-back, sla-warning, ringing,
    survey, approval-steps, task-steps.
    """
    if stop and start:
        raise click.UsageError("expected --stop or --start, got both")
    if why and not stop:
        raise click.UsageError("--why goes with --stop")
    with opened(invocation):
        # Only to find out, before anything is opened for writing, that the database is there and current.
        pass
    desk = Desk.open(invocation.settings)
    try:
        if stop or start:
            _switch(desk, number, stop, start, why)
        else:
            _show(desk, number, preview=preview, as_json=as_json)
    finally:
        desk.close()


def _ticket(number: int, *, lock: bool = False) -> Ticket:
    """Return a ticket; raises ClickException where there is none."""
    found = tickets.lock(number) if lock else tickets.get(number)
    if found is None:
        raise click.ClickException(f"there is no ticket {number}")
    return found


def _switch(desk: Desk, number: int, stop: str | None, start: str | None, why: str) -> None:
    by = cause(desk.office.levels)
    with desk.database.write():
        work = Work.on(_ticket(number, lock=True), by)
        known = {one.kind for one in automatic_stops.of_ticket(number)}
        said = _stop(work, known, stop, why) if stop else _start(work, known, start or ALL)
        work.finish()
    click.echo(said)


def _stop(work: Work, known: set[str], kind: str, why: str) -> str:
    if kind in known or ALL in known:
        raise click.ClickException(f"{kind} is stopped already for ticket {work.ticket.number}")
    work.apply([StopMails((kind,), work.cause.actor, why)])
    return f"{kind} is stopped for ticket {work.ticket.number}"


def _start(work: Work, known: set[str], kind: str) -> str:
    if kind != ALL and ALL in known:
        raise click.ClickException(
            "all automatic mail of the ticket is stopped; --start all lets it go again"
        )
    kinds = tuple(sorted(known)) if kind == ALL else tuple({kind} & known)
    if not kinds:
        raise click.ClickException(f"{kind} is not stopped for ticket {work.ticket.number}")
    work.apply([StartMails(kinds, work.cause.actor)])
    return f"{', '.join(kinds)} goes its way again for ticket {work.ticket.number}"


def _show(desk: Desk, number: int, *, preview: bool, as_json: bool) -> None:
    # What is planned is written for a try and taken back, so it takes the place of a writer.
    with desk.database.write():
        found = foreseen(desk.office, _ticket(number), desk.clock(), whole=preview)
    rows = [_view(one, preview=preview) for one in found]
    if as_json:
        emit_json(rows)
        return
    if not preview or not rows:
        nothing = f"nothing will be mailed about ticket {number} by itself"
        emit(rows, COLUMNS, as_json=False, nothing=nothing)
        return
    zone = desk.settings.desk.timezone
    click.echo("\n\n".join(f"{printable(line(one, zone))}\n{_mail(one)}".rstrip() for one in found))


def _view(one: Foreseen, *, preview: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "at": one.planned.at,
        "kind": str(one.planned.kind),
        "to": one.planned.to,
        "notice": one.planned.notice,
        "why": one.planned.why,
        "subject": one.subject,
        "held": one.held,
        "stopped": one.stop.at if one.stop is not None else None,
        "stopped_by": one.stop.by if one.stop is not None else "",
        "stopped_why": one.stop.why if one.stop is not None else "",
    }
    return found | ({"content": one.content} if preview else {})


def _mail(one: Foreseen) -> str:
    """Return the headers that a reader sees, and the text of a mail; empty for none."""
    if not one.content:
        return ""
    message = BytesParser(policy=email.policy.default).parsebytes(one.content)
    heads = [printable(f"{name}: {message[name]}") for name in ("From", "To", "Subject")]
    body = message.get_body(("plain",))
    return "\n".join([*heads, "", block(body.get_content() if body is not None else "")])
