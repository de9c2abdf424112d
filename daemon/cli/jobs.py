"""``postdesk jobs``: what happens by itself, when it did and will, and a hand on each of it."""

import difflib

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import cause, opened, promised
from daemon.cli.groups import ListingGroup
from daemon.cli.output import emit, iso, printable
from daemon.clock import system_clock
from daemon.jobs.job import Job
from daemon.jobs.standing import views
from daemon.services.job_facts import CLOCK_JOB
from daemon.wiring import Desk, jobs_of
from storage import jobs as kept
from storage.database import Database

COLUMNS = (
    "name", "when", "stands", "last_run", "last_result", "next_run", "holder", "last_failure", "summary",
)  # fmt: skip

_name_argument = click.argument("name", metavar="NAME")


@click.group(cls=ListingGroup)
def jobs() -> None:
    """List what happens by itself, run one of it now, or stop and start one.

    Without a subcommand: list.
    """


@jobs.command(name="list")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, as_json: bool) -> int:
    """List the jobs: when each runs, when it last did and will, what came of it, and who runs it now.

    Ends with status 1 where one is stopped or failed when it last ran.
    """
    with opened(invocation) as database:
        listed = _timetable(invocation, database)
        with database.read():
            states = {one.name: one for one in kept.states()}
    found = views(listed, states, invocation.settings.desk.timezone, system_clock())
    emit(found, COLUMNS, as_json=as_json)
    return FOUND if any(one["stopped"] or one["failures"] for one in found) else FINE


@jobs.command()
@_name_argument
@pass_invocation
def run(invocation: Invocation, name: str) -> int:
    """Run a job now, due or not, even one that is stopped.

    Waits for nobody: where another process runs it at this moment nothing is done, and the status is 1.
    """
    with opened(invocation) as database:
        # Only to find out, before anything is opened for writing, that there is such a job.
        _named(invocation, database, name)
    desk = Desk.open(invocation.settings)
    try:
        job = _named(invocation, desk.database, name)
        said = desk.runner("operator").run_now(job)
    finally:
        desk.close()
    if said is None:
        click.echo(f"{name} runs already, in another process", err=True)
        return FOUND
    click.echo(printable(f"{name}: {said}"))
    return FINE


@jobs.command()
@_name_argument
@pass_invocation
def stop(invocation: Invocation, name: str) -> None:
    """Stop a job until it is started again; one that runs at the moment ends its run.

    After a day health reminds of it.
    """
    if name == CLOCK_JOB:
        raise click.ClickException(f"{name} cannot be stopped: by it the desk knows that its clock goes")
    with opened(invocation) as database:
        _named(invocation, database, name)
        with database.write():
            stopped, state = kept.stop(name, cause().actor, system_clock()), kept.get(name)
    if not stopped and state is not None and state.stopped_at is not None:
        since = iso(state.stopped_at.replace(microsecond=0))
        raise click.ClickException(f"{name} is stopped already, since {since} by {state.switched_by}")
    click.echo(f'{name} is stopped; "postdesk jobs start {name}" lets it run again')


@jobs.command()
@_name_argument
@pass_invocation
def start(invocation: Invocation, name: str) -> None:
    """Let a job run again that was stopped; what it missed is caught up by one run."""
    with opened(invocation) as database:
        _named(invocation, database, name)
        with database.write():
            started = kept.start(name, cause().actor, system_clock())
    if not started:
        raise click.ClickException(f"{name} is not stopped")
    click.echo(f"{name} runs again, with what it missed")


def _timetable(invocation: Invocation, database: Database) -> tuple[Job, ...]:
    return jobs_of(invocation.settings, database, promised(invocation, database))


def _named(invocation: Invocation, database: Database, name: str) -> Job:
    """Return the job of a name; raises ClickException where there is none."""
    listed = {one.name: one for one in _timetable(invocation, database)}
    if name in listed:
        return listed[name]
    near = difflib.get_close_matches(name, listed, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(listed)}"
    raise click.ClickException(f"there is no job {name[:60]!r}; {hint}")
