"""``postdesk fulfilment``: the tasks that somebody has, what is late, and whether promises are kept."""

from datetime import timedelta

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit
from daemon.clock import system_clock
from daemon.desk.reliability import Reliability
from daemon.services import fulfilment_views

COLUMNS = ("ticket", "task", "title", "state", "late", "with", "due", "reminders", "why")
RELIABILITY = ("name", "done", "promised", "kept", "share", "moved", "again", "minutes", "cost")


@click.command()
@click.option("--late", is_flag=True, help="Only tasks that are late.")
@click.option("--blocked", is_flag=True, help="Only tasks that cannot go on.")
@click.option(
    "--reliability",
    "which",
    type=click.Choice(sorted(fulfilment_views.BY)),
    help="Show instead whether promises were kept, by item, team or performer.",
)
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="For reliability.")
@json_option
@pass_invocation
def fulfilment(  # noqa: PLR0913  # one parameter an option, all but the first by name
    invocation: Invocation, *, late: bool, blocked: bool, which: str | None, days: int, as_json: bool
) -> int:
    """List the tasks of requests that somebody has, the one due first before all others.

    Status 1 where one is late or blocked.
    """
    now = system_clock()
    if which is not None:
        with opened(invocation) as database:
            found = fulfilment_views.reliability(database, now - timedelta(days=days), which)
        counted = [_row(one, as_json=as_json) for one in found]
        nothing = f"no task was done within {days} days"
        emit(counted, RELIABILITY, as_json=as_json, nothing=nothing)
        return FINE
    with opened(invocation) as database:
        rows = fulfilment_views.open_tasks(database, now)
    wrong = [row for row in rows if row["late"] or row["state"] == "blocked"]
    shown = [row for row in rows if (not late or row["late"]) and (not blocked or row["state"] == "blocked")]
    wanted = " and ".join(word for word, asked in (("late", late), ("blocked", blocked)) if asked)
    nothing = f"no task is {wanted}" if wanted else "nobody has a task"
    emit(shown, COLUMNS, as_json=as_json, nothing=nothing)
    return FOUND if wrong else FINE


def _row(one: Reliability, *, as_json: bool) -> dict[str, object]:
    share = one.share if as_json else "" if one.share is None else f"{one.share:.0%}"
    cost = [{"amount": amount, "currency": currency} for amount, currency in one.cost]
    spoken = ", ".join(f"{amount} {currency}" for amount, currency in one.cost)
    counts = {
        name: getattr(one, name) for name in ("name", "done", "promised", "kept", "moved", "again", "minutes")
    }
    return {**counts, "share": share, "cost": cost if as_json else spoken}
