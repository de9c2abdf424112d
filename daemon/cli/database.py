"""Open the desk's database for one command: as it is, neither made nor changed on the way."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from daemon.cli.context import Invocation
from daemon.clock import system_clock
from daemon.desk.calendar_feeds import BadFeedError
from daemon.desk.service_levels import ServiceLevels
from daemon.services.apply import Cause
from daemon.services.operator import schema_gap
from daemon.settings.service_levels import service_levels
from storage.database import Database, sqlite_path


@contextmanager
def opened(invocation: Invocation) -> Iterator[Database]:
    """Open the database of the settings and close it at the end.

    A listing must not make a database (it would belong to whoever looks, perhaps to root) nor change its
    schema under a running desk: where something is missing the command ends and says what to do.
    """
    settings = invocation.settings
    url = settings.database.url
    path = sqlite_path(url, settings.base_dir) if url.startswith("sqlite:") else None
    if path is not None and not path.exists():
        raise click.ClickException(
            f'there is no database {path} yet; "postdesk run" or "postdesk migrate" makes it'
        )
    database = Database(url, settings.base_dir)
    try:
        gap = schema_gap(database)
        if gap > 0:
            raise click.ClickException(
                f'the schema of the database is {gap} steps behind this program: run "postdesk migrate"'
            )
        if gap < 0:
            raise click.ClickException(
                "the schema of the database is newer than this program: run the Postdesk that made it"
            )
        yield database
    finally:
        database.disconnect()


def promised(invocation: Invocation) -> ServiceLevels | None:
    """Return what the desk promises; None where it promises nothing."""
    try:
        return service_levels(invocation.settings, system_clock().date())
    except (OSError, BadFeedError) as error:
        raise click.ClickException(
            f"a calendar cannot be used: {error}; postdesk check says which"
        ) from error


def cause(invocation: Invocation | None = None) -> Cause:
    """Name who gives a command, for the journal: the account on this machine.

    With an invocation the clocks of tickets are kept.
    """
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A number that has no account, as in a container.
        name = str(os.getuid())
    levels = promised(invocation) if invocation is not None else None
    return Cause(f"operator {name}", "cli", system_clock(), levels)
