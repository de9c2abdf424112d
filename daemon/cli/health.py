"""``postdesk health``: say how the desk does, for people and for whatever watches machines."""

from datetime import timedelta

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit_json, printable
from daemon.clock import system_clock
from daemon.services.health import DatabaseFact, Facts
from daemon.services.health_facts import gather, view
from daemon.wiring import watched
from storage.database import DatabaseError, InterfaceError


@click.command()
@json_option
@pass_invocation
def health(invocation: Invocation, *, as_json: bool) -> int:
    """Say how the desk does, with a sentence for everything that is not as it should be.

    Ends with status 0 when it is fine, 1 when it is degraded and 2 when it is broken.
    """
    now = system_clock()
    shown = view(_facts(invocation), now)
    if as_json:
        emit_json(shown)
    else:
        for finding in shown["findings"]:
            click.echo(printable(f"{finding['level']}: {finding['text']}"))
        click.echo(f"the desk is {shown['health']}")
    return int(shown["status"])


def _facts(invocation: Invocation) -> Facts:
    """Gather the facts; a database that cannot even be opened is the first of them."""
    wanted = watched(invocation.settings)
    try:
        with opened(invocation) as database:
            return gather(database, wanted, system_clock())
    except click.ClickException as error:
        said = error.message
    except (DatabaseError, InterfaceError, OSError) as error:
        said = " ".join(str(error).split())
    return Facts(DatabaseFact(said), timedelta(minutes=15))
