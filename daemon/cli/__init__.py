"""The command ``postdesk``: the frame around its commands, and what their endings mean to a shell.

A command returns its exit status or None for 0: 0 fine, 1 found something or failed, 2 wrong use or
wrong configuration.
"""

import sys
import traceback
from collections.abc import Sequence
from importlib import metadata

import click

from daemon.cli import (
    approvals,
    audit,
    catalogue,
    check,
    config,
    demo,
    directory,
    do,
    explain,
    fulfilment,
    gate,
    health,
    hooks,
    init,
    jobs,
    keys,
    ledger,
    mails,
    migrate,
    oauth,
    outbox,
    person,
    quarantine,
    replay,
    report,
    satisfaction,
    simulate,
    suppressed,
    take,
    ticket,
    tickets,
    trace,
)
from daemon.cli.context import FINE, FOUND, WRONG_USE, Invocation, pass_invocation
from daemon.cli.run import run as run_desk
from daemon.settings import ConfigurationError


def version() -> str:
    """Return the version of the installed distribution."""
    try:
        return metadata.version("postdesk")
    except metadata.PackageNotFoundError:
        return "from a checkout, not installed"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", "config_option", metavar="FILE", help="Configuration file.  [env: POSTDESK_CONFIG]")
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
@click.version_option(version(), prog_name="postdesk")
@pass_invocation
def postdesk(invocation: Invocation, config_option: str | None, *, debug: bool) -> None:
    """Postdesk, a helpdesk that lives in the mailbox."""
    invocation.config = config_option
    invocation.debug = debug


COMMANDS: tuple[click.Command, ...] = (
    init.init,
    check.check,
    config.config,
    migrate.migrate,
    run_desk,
    health.health,
    jobs.jobs,
    approvals.approvals,
    oauth.oauth,
    demo.demo,
    take.take,
    tickets.tickets,
    ticket.ticket,
    do.do,
    mails.mails,
    catalogue.catalogue,
    outbox.outbox,
    quarantine.quarantine,
    ledger.ledger,
    keys.keys,
    gate.gate,
    report.report,
    satisfaction.satisfaction,
    fulfilment.fulfilment,
    hooks.hooks,
    directory.directory,
    person.person,
    suppressed.suppressed,
    trace.trace,
    explain.explain,
    audit.audit,
    replay.replay,
    simulate.simulate,
)

for _command in COMMANDS:
    postdesk.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line (``sys.argv`` without ``arguments``) and end the process with its status."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; errors are told on stderr in a line each."""
    invocation = Invocation()
    try:
        status = postdesk.main(arguments, prog_name="postdesk", obj=invocation, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("postdesk: interrupted", err=True)
        return FOUND
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        return WRONG_USE
    # The last resort for every command: a bug or a missing server is one line, not a page.
    except Exception as error:  # noqa: BLE001
        return _told(error, debug=invocation.debug)
    return status if isinstance(status, int) else FINE


def _told(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    else:
        said = " ".join(str(error).split())
        click.echo(f"postdesk: {said or type(error).__name__} (--debug shows where)", err=True)
    return FOUND
