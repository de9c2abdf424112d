"""``postdesk keys``: the keys that sign our reply addresses, and a new one."""

from datetime import timedelta

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.groups import ListingGroup
from daemon.cli.output import emit, iso
from daemon.clock import system_clock
from daemon.services import keyring

COLUMNS = ("id", "state", "made_at", "signs_from", "until")


@click.group(cls=ListingGroup)
def keys() -> None:
    """List the keys that sign reply addresses, or make a new one.

    Without a subcommand: list.
    """


@keys.command(name="list")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, as_json: bool) -> None:
    """List the keys, newest first.

    "signs" is the one in use, "next" will be within minutes, and "checks" is older: mail that was made with
    it is valid until that time.
    """
    with opened(invocation) as database:
        found = keyring.listed(database, system_clock(), _valid_for(invocation))
    rows = [{name: getattr(one, name) for name in COLUMNS} for one in found]
    emit(rows, COLUMNS, as_json=as_json, nothing="there is no key yet; the desk makes one when it starts")


@keys.command()
@pass_invocation
def rotate(invocation: Invocation) -> None:
    """Make a new key.

    Running desks take it up by themselves; mail under way keeps working.
    """
    with opened(invocation) as database:
        made = keyring.rotate(database, system_clock(), _valid_for(invocation))
    days = invocation.settings.desk.token_days
    signs_from = iso(made.signs_from.replace(microsecond=0))
    click.echo(f"key {made.id} signs from {signs_from}; what older keys signed is valid {days} days more")


def _valid_for(invocation: Invocation) -> timedelta:
    return timedelta(days=invocation.settings.desk.token_days)
