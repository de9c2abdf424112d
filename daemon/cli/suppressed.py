"""``postdesk suppressed``: the addresses that no mail goes to, and how one gets mail again."""

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.groups import ListingGroup, told
from daemon.cli.output import emit
from daemon.services import gate_views


@click.group(cls=ListingGroup)
def suppressed() -> None:
    """List the addresses that no mail goes to, or let mail go to one again.

    Without a subcommand: list.
    """


@suppressed.command(name="list")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, as_json: bool) -> None:
    """List the addresses with the reasons."""
    with opened(invocation) as database:
        found = gate_views.suppressed(database)
    rows = [{"address": address, "reason": reason} for address, reason in found]
    emit(rows, ("address", "reason"), as_json=as_json, nothing="no address is suppressed")


@suppressed.command()
@click.argument("address")
@pass_invocation
def lift(invocation: Invocation, address: str) -> None:
    """Let mail go to an address again."""
    with opened(invocation) as database, told():
        reason = gate_views.lift(database, address)
    click.echo(f"mail goes to {address} again; it was suppressed because: {reason}")
