"""``postdesk config``: show what is in force, and the schema of what may be set."""

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.output import emit_json
from daemon.settings.schema import schema as schema_of_settings
from daemon.settings.showing import as_toml, effective


@click.group()
def config() -> None:
    """Show the configuration or its schema."""


@config.command()
@json_option
@pass_invocation
def show(invocation: Invocation, *, as_json: bool) -> None:
    """Print every setting as it is in force, defaults included, credentials masked."""
    sections = effective(invocation.settings)
    if as_json:
        emit_json(sections)
        return
    click.echo(f"# {invocation.settings.path}, with all defaults")
    click.echo(as_toml(sections), nl=False)


@config.command()
def schema() -> None:
    """Print the JSON schema of the configuration file."""
    emit_json(schema_of_settings())
