"""``postdesk migrate``: bring the schema of the database up to date."""

import click

from daemon.cli.context import Invocation, pass_invocation
from storage import migrations
from storage.database import Database


@click.command()
@pass_invocation
def migrate(invocation: Invocation) -> None:
    """Bring the schema of the database up to date.

    "run" and "take" do the same when they start.
    """
    settings = invocation.settings
    database = Database(settings.database.url, settings.base_dir)
    try:
        applied = migrations.migrate(database)
    except migrations.SchemaError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.disconnect()
    for step in applied:
        click.echo(f"applied {step}")
    if not applied:
        click.echo("the schema is up to date")
