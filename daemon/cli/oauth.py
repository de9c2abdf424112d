"""``postdesk oauth``: log a person in by device code, and show how the tokens do."""

import time

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit, printable
from daemon.clock import system_clock
from daemon.edges.oauth_exchange import OAuthError
from daemon.edges.oauth_login import begin, finish
from daemon.edges.oauth_settings import OAuthSettings
from daemon.services.health_facts import gather, view
from daemon.settings import Settings
from daemon.wiring import watched

COLUMNS = ("name", "has_refresh_token", "refresh_until", "access_until", "failing_since", "refused", "error")


@click.group()
def oauth() -> None:
    """Log in for mailboxes and relays that take no passwords, and show how their tokens do."""


@oauth.command()
@click.argument("name")
@pass_invocation
def login(invocation: Invocation, name: str) -> None:
    """Log in for the [[oauth]] section NAME: a code to be typed at the provider's page.

    The desk may run meanwhile; it takes the new token at its next login.
    """
    settings = invocation.settings
    client = _client(settings, name)
    try:
        with opened(invocation) as database:
            code = begin(client, settings.base_dir)
            click.echo(printable(f"Open {code.place} and type the code {code.user_code}"))
            click.echo("Log in as the mailbox, not as yourself.  Waiting...")
            finish(code, client, (database, settings.base_dir, system_clock), time.sleep)
    except OAuthError as error:
        raise click.ClickException(f"oauth {name}: {error}") from error
    click.echo(f"oauth {name}: logged in")


@oauth.command()
@json_option
@pass_invocation
def status(invocation: Invocation, *, as_json: bool) -> int:
    """Show how the tokens of every [[oauth]] section do; status 1 where one gets none."""
    now = system_clock()
    with opened(invocation) as database:
        shown = view(gather(database, watched(invocation.settings), now), now)
    emit(shown["oauth"], COLUMNS, as_json=as_json, nothing="there is no [[oauth]] section")
    ill = any(finding["key"].startswith("oauth") for finding in shown["findings"])
    return FOUND if ill else FINE


def _client(settings: Settings, name: str) -> OAuthSettings:
    found = next((one for one in settings.oauth if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in settings.oauth) or "none"
        raise click.ClickException(f"there is no [[oauth]] section {name}; there is {known}")
    if found.grant != "device_code":
        text = f'oauth {name} has grant = "{found.grant}"; a login by code needs grant = "device_code"'
        raise click.ClickException(text)
    return found
