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
from daemon.services.fed_days import FedCalendars
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


def promised(invocation: Invocation, database: Database) -> ServiceLevels | None:
    """Return what the desk promises, by the days that its calendars have; None where it promises nothing."""
    fed = FedCalendars.of(invocation.settings.calendar)
    with database.read():
        fed.renew(system_clock())
    try:
        return service_levels(invocation.settings, system_clock().date(), fed.days)
    except (OSError, BadFeedError) as error:
        raise click.ClickException(
            f"a calendar cannot be used: {error}; postdesk check says which"
        ) from error


def cause(levels: ServiceLevels | None = None) -> Cause:
    """Name who gives a command, for the journal: the account on this machine.

    With what the desk promises the clocks of tickets are kept.
    """
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A number that has no account, as in a container.
        name = str(os.getuid())
    return Cause(f"operator {name}", "cli", system_clock(), levels)
