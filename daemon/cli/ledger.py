"""``postdesk ledger``: count what became of every message, and list the latest."""

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit, emit_json
from daemon.services import views
from storage.vocabulary import ArrivalState

COLUMNS = ("id", "received", "source", "state", "disposition", "ticket", "reverse_path", "reason")
HEAD = ("disposition", "count")
LISTED = 20


@click.command()
@click.option("--list", "listed", metavar="N", type=click.IntRange(min=1), help="List the newest N as well.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in ArrivalState]),
    help=f"List only those in this state, the newest {LISTED} without --list.",
)
@json_option
@pass_invocation
def ledger(invocation: Invocation, *, listed: int | None, state: str | None, as_json: bool) -> None:
    """Count the messages by what became of them.

    "waiting" are those that nothing became of yet.
    """
    wanted = ArrivalState(state) if state else None
    with opened(invocation) as database:
        counts = views.ledger_counts(database)
        rows = views.latest_arrivals(database, listed or LISTED, wanted) if listed or wanted else None
    if as_json:
        emit_json(counts if rows is None else {**counts, "arrivals": rows})
        return
    emit([{"disposition": word, "count": count} for word, count in counts.items()], HEAD, as_json=False)
    if rows is not None:
        click.echo()
        emit(
            rows, COLUMNS, as_json=False, nothing=f"no message is {state}" if state else "no message came yet"
        )
