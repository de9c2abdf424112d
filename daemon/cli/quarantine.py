"""``postdesk quarantine``: the messages that could not be handled, and what to do about them."""

import sys

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import cause, opened, promised
from daemon.cli.groups import ListingGroup, number_argument, told
from daemon.cli.output import emit, emit_json
from daemon.cli.page import block
from daemon.cli.trace import in_full
from daemon.services import operator, views
from storage.vocabulary import ArrivalState

COLUMNS = ("id", "received", "reverse_path", "ticket", "reason")


@click.group(cls=ListingGroup)
def quarantine() -> None:
    """List messages set aside, show, retry or drop them.

    Without a subcommand: list.
    """


@quarantine.command(name="list")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, limit: int, as_json: bool) -> None:
    """List the messages in quarantine, newest first."""
    with opened(invocation) as database:
        rows = views.latest_arrivals(database, limit, ArrivalState.QUARANTINED)
    emit(rows, COLUMNS, as_json=as_json, nothing="nothing is in quarantine")


@quarantine.command()
@number_argument
@click.option("--raw", is_flag=True, help="Only the bytes, as they came, below our trace fields.")
@json_option
@pass_invocation
def show(invocation: Invocation, number: int, *, raw: bool, as_json: bool) -> None:
    """Show a message of the ledger: its way, the error and the mail as it came."""
    with opened(invocation) as database:
        ways = views.trace(database, str(number))
        content = views.raw_message(database, number)
    if not ways or content is None:
        raise click.ClickException(f"there is no arrival {number}")
    if raw:
        sys.stdout.buffer.write(content)
    elif as_json:
        emit_json({**ways[0], "content": content})
    else:
        click.echo(in_full(ways[0]))
        click.echo("\n" + block(content.decode("utf-8", "replace")))


@quarantine.command()
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(min=1))
@pass_invocation
def retry(invocation: Invocation, numbers: tuple[int, ...]) -> int:
    """Send messages through intake again; the running worker takes them up."""
    refused = 0
    with opened(invocation) as database:
        for number in numbers:
            try:
                operator.retry_arrival(database, number, cause())
            except operator.NotPossible as error:
                click.echo(f"postdesk: {error}", err=True)
                refused += 1
                continue
            click.echo(f"arrival {number} waits for the worker; follow it with: postdesk trace {number}")
    return FOUND if refused else FINE


@quarantine.command()
@number_argument
@click.option("--reason", default="dropped by hand", show_default=True, help="For the ledger.")
@pass_invocation
def drop(invocation: Invocation, number: int, reason: str) -> None:
    """Refuse a message for good; it stays in the ledger, its stub ticket is closed."""
    with opened(invocation) as database, told():
        operator.drop_arrival(database, number, cause(promised(invocation, database)), reason)
    click.echo(f"arrival {number} is refused: {reason}")
