"""``postdesk gate``: how much automatic mail leaves, what was withheld, and the fuse."""

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.groups import ListingGroup
from daemon.cli.output import emit, emit_json, iso
from daemon.clock import system_clock
from daemon.services import gate_views


@click.group(cls=ListingGroup)
def gate() -> None:
    """Show what the gate for automatic mail counts and withholds, or reopen it.

    Without a subcommand: list.
    """


@gate.command(name="list")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, as_json: bool) -> int:
    """Show the fuse, the highest counters of the last hour, and what was withheld in the last day.

    Status 1 where the fuse is blown.
    """
    with opened(invocation) as database:
        found = gate_views.standing(database, invocation.settings.desk, system_clock())
    counters = [{"count": count, "counter": key} for key, count in found.counters]
    withheld = [
        {"count": count, "recipient": recipient, "reason": reason}
        for recipient, reason, count in found.withheld
    ]
    if as_json:
        fuse = {"blown": found.blown, "sent": found.sent, "limit": found.limit, "since": found.counted_since}
        emit_json({"fuse": fuse, "counters": counters, "withheld": withheld})
        return FOUND if found.blown else FINE
    word = 'blown; "postdesk gate reopen" lets mail out again' if found.blown else "whole"
    since = iso(found.counted_since.replace(microsecond=0))
    click.echo(f"fuse: {word}\nautomatic mails since {since}: {found.sent} of at most {found.limit}")
    for title, rows, columns in (
        ("counted within the last hour", counters, ("count", "counter")),
        ("withheld within the last day", withheld, ("count", "recipient", "reason")),
    ):
        click.echo(f"\n{title}:{'' if rows else ' nothing'}")
        emit(rows, columns, as_json=False)
    return FOUND if found.blown else FINE


@gate.command()
@pass_invocation
def reopen(invocation: Invocation) -> None:
    """Let automatic mail out again after the fuse has blown; the count starts anew.

    What was withheld stays so.
    """
    with opened(invocation) as database:
        gate_views.reopen(database, system_clock())
    click.echo("the gate is open again; running desks follow with their next mail")
