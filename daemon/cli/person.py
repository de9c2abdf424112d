"""``postdesk person``: what the desk keeps about somebody, to be handed to them."""

import click

from daemon.cli.context import Invocation, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit_json
from daemon.services import person_export


@click.group()
def person() -> None:
    """Hand somebody what is kept about them."""


@person.command()
@click.argument("address")
@pass_invocation
def export(invocation: Invocation, address: str) -> None:
    """Print all that is kept about whoever has an address, as one JSON object with a list for each table.

    Found by every address of theirs: linked ones, and those of the directory.  What others wrote about them
    in their own words is not searched for.
    """
    with opened(invocation) as database:
        try:
            found = person_export.export(database, address)
        except person_export.UnknownPersonError as error:
            raise click.ClickException(str(error)) from None
    emit_json(found)
