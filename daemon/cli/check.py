"""``postdesk check``: say everything that would keep a desk from working, before it is started."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from daemon.cli.context import FINE, FOUND, WRONG_USE, Invocation, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import printable
from daemon.clock import system_clock
from daemon.desk.catalogue import By
from daemon.desk.web_feeds import Asked
from daemon.edges.calendar_source import fetch
from daemon.edges.directory_source import SourceError, read_file
from daemon.edges.imap_account import MailboxError
from daemon.edges.imap_session import check_login
from daemon.edges.oauth import TokenSource
from daemon.edges.relay import RelayError, check_relay
from daemon.services.fed_days import web_feeds
from daemon.services.render import check_templates
from daemon.services.working_calendars import years_around
from daemon.settings import Problem, Settings, problems_of_machine
from daemon.settings.catalogue import load_catalogue

# Whether managers are asked is what the daemon's health asks as well.
from daemon.wiring import asks_managers, token_sources
from storage import directory
from storage.database import Database, DatabaseError, InterfaceError
from storage.migrations import migrate

_NAMED_LIMIT = 5


@click.command()
@click.option(
    "--online", is_flag=True, help="Log in to the mailboxes and the relay, and fetch calendars, as well."
)
@pass_invocation
def check(invocation: Invocation, *, online: bool) -> int:
    """Check the configuration, the files it names and every template.

    Ends with status 0 when all is well, 1 when something was found, 2 when the configuration is wrong.
    """
    settings = invocation.settings
    problems = [str(problem) for problem in problems_of_machine(settings, invocation.environ)]
    wrong = _tell(f"configuration {settings.path}", problems)
    found = _tell("templates", check_templates(settings.template_folder))
    for team, folder in settings.team_folders.items():
        found = _tell(f"templates of {team}", check_templates(folder, settings.template_folder)) or found
    if not wrong and _nobody_can_be_verified(settings):
        found = _tell("agents", [str(_no_agent_can_answer(settings))]) or found
    if settings.directory.csv:
        csv = settings.base_dir / settings.directory.csv
        found = _tell(f"directory {csv}", _directory_problems(csv)) or found
    elif not wrong and asks_managers(settings) and _knows_nobody(invocation):
        found = _tell("directory", [str(_nobody_decides(settings))]) or found
    for subject, answers in _online(settings, _tokens(settings)) if online else ():
        found = _tell(subject, answers) or found
    if wrong:
        return WRONG_USE
    return FOUND if found else FINE


def _nobody_can_be_verified(settings: Settings) -> bool:
    """Tell whether agents need a verified sender, and nothing here ever verifies one."""
    trust = settings.trust
    listeners = [one for one in (settings.listener, settings.lmtp) if one is not None]
    verifies = trust.believes_fields or trust.check != "never" or any(one.accounts for one in listeners)
    return not verifies and (trust.require_both or not settings.desk.sub_addressing)


def _no_agent_can_answer(settings: Settings) -> Problem:
    return Problem(
        "agents need a verified sender here, and nothing verifies senders. No agent can answer or give "
        "commands by mail: each such mail is held",
        "trust.require_both" if settings.trust.require_both else "desk.sub_addressing",
        settings.path,
        hint="set trust.authserv_id, trust.microsoft or trust.check, or give the agents accounts of the "
        "listener; see docs/trust.md",
    )


def _directory_problems(csv: Path) -> list[str]:
    try:
        return [f"{csv}: {problem}" for problem in read_file(csv).problems]
    except SourceError as error:
        return [str(error)]


def _knows_nobody(invocation: Invocation) -> bool:
    """Tell whether nobody was loaded by hand either; without a database that can be asked there is nobody."""
    try:
        with opened(invocation) as database, database.read():
            return directory.is_empty()
    except (click.ClickException, DatabaseError, InterfaceError):
        return True


def _nobody_decides(settings: Settings) -> Problem:
    items = load_catalogue(settings).items
    asking = [one.id for one in items if any(stage.by is By.MANAGER for stage in one.stages)]
    named = ", ".join(asking[:_NAMED_LIMIT])
    more = f" and {len(asking) - _NAMED_LIMIT} more" if len(asking) > _NAMED_LIMIT else ""
    return Problem(
        f"no source of people, and items of the catalogue ask the manager of whoever orders: {named}{more}. "
        "Nobody is found who may approve such a request, so that it waits until an agent names somebody",
        "directory",
        settings.path,
        hint='name a file in directory.csv or a server in directory.url, or load people with "postdesk '
        'directory import"; see docs/directory.md',
    )


def _tell(subject: str, problems: Iterable[str]) -> bool:
    """Print what was looked at and, on stderr, a line for each problem; return whether there was one."""
    told = False
    for problem in problems:
        click.echo(printable(problem), err=True)
        told = True
    click.echo(f"{subject}: {'see above' if told else 'fine'}")
    return told


def _tokens(settings: Settings) -> dict[str, TokenSource]:
    """Return where access tokens come from; what is renewed on the way is kept as by a desk that runs."""
    if not settings.oauth:
        return {}
    database = Database(settings.database.url, settings.base_dir)
    migrate(database)
    database.disconnect()
    return token_sources(settings, database, system_clock)


def _online(settings: Settings, tokens: Mapping[str, TokenSource]) -> Iterator[tuple[str, list[str]]]:
    """Log in everywhere, one place after the other, and fetch feeds; yield each place with its problems."""
    for feed in web_feeds(settings.calendar):
        fetched = fetch(feed, Asked(*years_around(system_clock().date())))
        yield feed.name, [f"{feed.name}: {fetched.problem}"] if fetched.problem else []
    for mailbox in settings.mailbox:
        name = f"{mailbox.username}@{mailbox.host}"
        place = f"mailbox {name}"
        try:
            check_login(mailbox, settings.base_dir, tokens.get(mailbox.oauth))
        except MailboxError as error:
            yield place, [f"{place}: {str(error).removeprefix(f'{name}: ')}"]
        else:
            yield place, []
    try:
        reached = asyncio.run(
            check_relay(settings.relay, settings.base_dir, tokens.get(settings.relay.oauth))
        )
    except RelayError as error:
        yield "relay", [f"relay: {error}"]
    else:
        yield f"relay {reached}", []
