"""``postdesk tickets``: list the tickets."""

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened, promised
from daemon.cli.output import emit, emit_json
from daemon.clock import system_clock
from daemon.services import views
from storage.tickets import Filter
from storage.vocabulary import TicketState

COLUMNS = ("number", "state", "priority", "team", "assignee", "requester", "subject", "created")


@click.command()
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in TicketState]),
    help="Only tickets in this state; may be given several times.",
)
@click.option("--team", "--queue", metavar="TEAM", default="", help="Only tickets that this team works on.")
@click.option("--search", metavar="TEXT", default="", help="Only tickets with this text in the subject.")
@click.option("--all", "everything", is_flag=True, help="Tickets in every state, ended ones too.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@json_option
@pass_invocation
def tickets(  # noqa: PLR0913  # one parameter an option, all but the first by name
    invocation: Invocation,
    *,
    states: tuple[str, ...],
    team: str,
    search: str,
    everything: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List tickets, newest first.

    Without --state or --all: those that somebody has still to work on.
    """
    if everything and states:
        raise click.UsageError("--all and --state contradict each other")
    chosen = () if everything else tuple(map(TicketState, states)) or views.open_states()
    with opened(invocation) as database:
        rows = views.ticket_rows(database, Filter(chosen, team, search, limit + 1))
        if len(rows) > limit:
            del rows[limit:]
            click.echo(f"only the newest {limit} are shown; --limit shows more", err=True)
        if as_json:
            levels, now = promised(invocation, database), system_clock()
            emit_json([views.ticket(database, row["number"], now, levels) for row in rows])
        else:
            nothing = "no ticket is open; --all lists those that have ended as well"
            if everything or states or team or search:
                nothing = "no ticket matches" if states or team or search else "there are no tickets yet"
            emit(rows, COLUMNS, as_json=False, nothing=nothing)
