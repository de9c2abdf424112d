"""``postdesk do``: give an agent's commands on this machine, in the words that agents use by mail."""

import secrets
import sys
from dataclasses import replace

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import cause, opened
from daemon.cli.groups import told
from daemon.cli.output import emit_json, printable
from daemon.services.by_hand import Given, give
from daemon.wiring import Desk


@click.command(name="do")
@click.argument("number", metavar="TICKET", type=click.IntRange(min=1))
@click.argument("lines", metavar="COMMAND...", nargs=-1, required=True)
@click.option(
    "--as", "agent", metavar="AGENT", required=True, help="The agent in whose name: address or name."
)
@click.option(
    "--words", metavar="TEXT", default="", help="The text below the commands; - reads standard input."
)
@json_option
@pass_invocation
def do(  # noqa: PLR0913  # one parameter an option
    invocation: Invocation, number: int, lines: tuple[str, ...], agent: str, *, words: str, as_json: bool
) -> int:
    """Give commands on a ticket, as an agent would by mail.

    Each COMMAND is one line in quotes, with or without its mark: "close Thank you".  All are done or none;
    mail leaves as if the agent had written it.  Ends with status 1 where something was refused.
    """
    text = sys.stdin.read() if words == "-" else words
    with opened(invocation):
        # Only to find out, before anything is opened for writing, that the database is there and current.
        pass
    desk = Desk.open(invocation.settings)
    try:
        by = replace(cause(desk.office.levels), origin=f"cli:{secrets.token_hex(6)}")
        with told(), desk.database.write():
            results = give(desk.office, agent, Given(number, lines, text.strip()), by)
    finally:
        desk.close()
    if as_json:
        emit_json(results)
    else:
        for one in results:
            click.echo(printable(f"{'done' if one['done'] else 'refused'}  {one['line']}: {one['text']}"))
    return FINE if all(one["done"] for one in results) else FOUND
