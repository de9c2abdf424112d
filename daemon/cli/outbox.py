"""``postdesk outbox``: the mail that is on its way out, and what the operator can do about it."""

import sys

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import cause, opened
from daemon.cli.groups import ListingGroup, number_argument, told
from daemon.cli.output import emit, emit_json
from daemon.cli.page import block, facts
from daemon.services import operator, views
from storage.vocabulary import OutboxState

COLUMNS = ("id", "state", "notice", "recipient", "ticket", "attempts", "next_attempt", "reply")


@click.group(cls=ListingGroup)
def outbox() -> None:
    """List outgoing mail, show, retry or drop it.

    Without a subcommand: list.
    """


@outbox.command(name="list")
@click.option(
    "--state", type=click.Choice([state.value for state in OutboxState]), help="Only in this state."
)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, state: str | None, limit: int, as_json: bool) -> None:
    """List the copies of outgoing mail, newest first; each is one recipient's."""
    with opened(invocation) as database:
        rows = views.outbox_rows(database, OutboxState(state) if state else None, limit)
    nothing = f"no outgoing mail is {state}" if state else "there is no outgoing mail yet"
    emit(rows, COLUMNS, as_json=as_json, nothing=nothing)


@outbox.command()
@number_argument
@click.option("--raw", is_flag=True, help="Only the bytes, as they are sent.")
@json_option
@pass_invocation
def show(invocation: Invocation, number: int, *, raw: bool, as_json: bool) -> None:
    """Show one copy with the mail as it is sent."""
    with opened(invocation) as database:
        found = views.outbox_item(database, number)
    if found is None:
        raise click.ClickException(f"there is no outgoing copy {number}")
    copy, content = found
    if raw:
        sys.stdout.buffer.write(content)
    elif as_json:
        emit_json({**copy, "content": content})
    else:
        click.echo(facts(copy.items(), indent=""))
        click.echo("\n" + block(content.decode("utf-8", "replace")))


@outbox.command()
@number_argument
@pass_invocation
def retry(invocation: Invocation, number: int) -> None:
    """Send a copy again that was not sent, at once and with all attempts anew."""
    with opened(invocation) as database, told():
        operator.retry_copy(database, number, cause())
    click.echo(f"outgoing copy {number} is queued; the courier takes it up within seconds")


@outbox.command()
@number_argument
@click.option("--reason", default="dropped by hand", show_default=True, help="For the ticket's journal.")
@pass_invocation
def drop(invocation: Invocation, number: int, reason: str) -> None:
    """Take a copy off the way; it stays in the outbox and can be retried."""
    with opened(invocation) as database, told():
        operator.drop_copy(database, number, cause(), reason)
    click.echo(f"outgoing copy {number} is dropped")
