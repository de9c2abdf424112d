"""``postdesk hooks``: the chat rooms, pagers and programs that are told, and what they were not told yet."""

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.groups import ListingGroup, told
from daemon.cli.output import emit
from daemon.clock import system_clock
from daemon.services import hook_views

COLUMNS = (
    "name", "kind", "place", "stands", "told", "waiting", "given_up",
    "next_attempt", "last_told", "last_problem",
)  # fmt: skip
UNDONE_COLUMNS = (
    "id", "state", "event", "ticket", "attempts", "created_at", "next_attempt", "last_problem",
)  # fmt: skip

_name_argument = click.argument("name", metavar="NAME")


@click.group(cls=ListingGroup)
def hooks() -> None:
    """List the hooks and how each stands, show what one was not told yet, or try that again.

    Without a subcommand: list.
    """


@hooks.command(name="list")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, as_json: bool) -> int:
    """List the hooks: what each was told within a month, what waits, what was given up, and why.

    Status 1 where one fails or gave something up.
    """
    with opened(invocation) as database:
        rows = hook_views.standing(database, invocation.settings.hook)
    emit(rows, COLUMNS, as_json=as_json, nothing="there are no hooks")
    return FOUND if any(row["stands"] in {"failing", "gave up"} for row in rows) else FINE


@hooks.command()
@_name_argument
@json_option
@pass_invocation
def show(invocation: Invocation, name: str, *, as_json: bool) -> None:
    """List what a hook was not told yet and what was given up, oldest first."""
    with opened(invocation) as database:
        rows = hook_views.undone(database, name)
    nothing = f"nothing waits for {name}, and nothing was given up"
    emit(rows, UNDONE_COLUMNS, as_json=as_json, nothing=nothing)


@hooks.command()
@_name_argument
@pass_invocation
def retry(invocation: Invocation, name: str) -> None:
    """Tell a hook at once what failed, given up or not, with all attempts anew.

    The other end knows by the Idempotency-Key what it has heard already.
    """
    with opened(invocation) as database, told():
        count = hook_views.retry(database, invocation.settings.hook, name, system_clock())
    click.echo(f"messages to {name} that are tried again within seconds: {count}")
