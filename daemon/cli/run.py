"""``postdesk run``: run the desk in the foreground, all of it or some of its roles."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping

import click

from daemon.cli.context import Invocation, pass_invocation
from daemon.edges.allocator import return_large_blocks
from daemon.settings import ConfigurationError, Settings, problems_of_machine
from daemon.supervisor import Supervisor
from daemon.wiring import ALL_ROLES, Desk, Role


@click.command()
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="Only this part of the desk; may be given several times.  Without it: all of them.",
)
@pass_invocation
def run(invocation: Invocation, *, roles: tuple[str, ...]) -> int:
    """Run the desk until it is told to stop.

    SIGTERM and Ctrl-C stop it.  Ends with status 0 when it was told to stop, 1 when a part could not be
    kept alive, 2 for a wrong configuration and 3 when the disk reported an error.
    """
    settings = invocation.settings
    problems = problems_of_machine(settings, invocation.environ)
    if problems:
        raise ConfigurationError(*problems)
    start_logging(invocation.environ)
    return_large_blocks()
    chosen = frozenset(map(Role, roles)) or ALL_ROLES
    supervisor = Supervisor(Desk.open(settings), chosen)
    return asyncio.run(supervisor.run(lambda ready: _announce(settings, chosen, ready)))


def start_logging(environ: Mapping[str, str]) -> None:
    """Log to stderr, a line for each record; the journal of systemd has a clock of its own."""
    line = "%(levelname)s %(name)s: %(message)s"
    if not _is_journal(environ.get("JOURNAL_STREAM", "")):
        line = f"%(asctime)s.%(msecs)03dZ {line}"
    formatter = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _is_journal(stream: str) -> bool:
    """Tell whether stderr goes to the journal; a program started by a unit may have sent it elsewhere."""
    try:
        stderr = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return stream == f"{stderr.st_dev}:{stderr.st_ino}"


def _announce(settings: Settings, roles: frozenset[Role], ready: Supervisor) -> None:
    for said in announcements(settings, roles, ready.listening):
        click.echo(said)


def announcements(
    settings: Settings, roles: frozenset[Role], listening: list[tuple[str, int]]
) -> Iterator[str]:
    """Say where mail comes in and where it goes; outsiders wait for the first of these lines."""
    yield from (f"listening on {_place(*address)}" for address in listening)
    if Role.INTAKE in roles:
        yield from (f"reading {one.username} at {one.host}" for one in settings.mailbox)
        if not listening and not settings.mailbox:
            yield 'no listener and no mailbox: mail comes in by "postdesk take" only'
    if Role.COURIER in roles:
        yield f"mail goes to {_way_out(settings)}"
    if roles != ALL_ROLES:
        yield f"running {', '.join(role for role in Role if role in roles)}"


def _place(host: str, port: int) -> str:
    if port == 0:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _way_out(settings: Settings) -> str:
    scheme, _, rest = settings.relay.url.partition(":")
    return f"the Maildir {settings.base_dir / rest}" if scheme == "maildir" else settings.relay.url
