"""``postdesk directory``: people and their managers, from a file or a server, looked at before it counts."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.groups import ListingGroup
from daemon.cli.output import Row, emit, emit_json, printable
from daemon.clock import system_clock
from daemon.desk.directory import Differences, matching
from daemon.desk.directory_csv import write_csv
from daemon.desk.directory_reading import Reading
from daemon.edges.directory_source import SourceError, fetch, read_file
from daemon.services.directory_sync import Taken, compared, found_wrong, take
from storage import directory as stored
from storage.directory import Listed

COLUMNS = ("address", "name", "manager", "department", "title", "active")
# A first import would print the whole company.
SHOWN_LIMIT = 50

force_option = click.option("--force", is_flag=True, help="Believe it although many people would disappear.")


@click.group(cls=ListingGroup)
def directory() -> None:
    """List people with their managers and departments, or take them over from a file or a server.

    Without a subcommand: list.
    """


@directory.command(name="list")
@click.option("--search", metavar="TEXT", default="", help="Only those in whom all these words are found.")
@click.option("--gone", is_flag=True, help="Only those who were there once.")
@json_option
@pass_invocation
def list_(invocation: Invocation, search: str, *, gone: bool, as_json: bool) -> None:
    """List people, by address."""
    with opened(invocation) as database, database.read():
        everybody = stored.listed()
    found = {one.person.address: one for one in everybody if (one.gone_at is not None) is gone}
    people = matching((one.person for one in found.values()), search)
    nothing = "nobody matches" if search else "nobody has left" if gone else "nobody is in the directory"
    rows = [_row(found[person.address]) for person in people]
    emit(rows, COLUMNS, as_json=as_json, nothing=nothing)


@directory.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Take it over; without it the differences are shown.")
@force_option
@json_option
@pass_invocation
def import_(invocation: Invocation, file: Path, *, yes: bool, force: bool, as_json: bool) -> int:
    """Show what a CSV file says otherwise than the directory; with --yes, make the directory what it says.

    The file holds everybody: who is not in it is gone.  Ends with status 1 where the file cannot be believed.
    """
    reading = _read(lambda: read_file(file))
    return _taken_over(invocation, reading, "csv", write=yes, force=force, as_json=as_json, how="--yes")


@directory.command()
@click.option("--dry-run", is_flag=True, help="Only show the differences.")
@force_option
@json_option
@pass_invocation
def sync(invocation: Invocation, *, dry_run: bool, force: bool, as_json: bool) -> int:
    """Take people over from the source that [directory] names, as the desk does every so many hours.

    Ends with status 1 where the source cannot be read or believed.
    """
    settings = invocation.settings.directory
    if not settings.source:
        raise click.UsageError("the configuration names no source: set directory.csv or directory.url")
    reading = _read(lambda: fetch(settings, invocation.settings.base_dir))
    source, how = settings.source, "leave out --dry-run"
    return _taken_over(invocation, reading, source, write=not dry_run, force=force, as_json=as_json, how=how)


@directory.command()
@json_option
@pass_invocation
def check(invocation: Invocation, *, as_json: bool) -> int:
    """List managers who are unknown, inactive or gone or form a ring, people without one, unknown deputies.

    Ends with status 1 where there are any.
    """
    with opened(invocation) as database, database.read():
        found = found_wrong()
    rows = [{"address": one.address, "problem": str(one.trouble), "about": list(one.about)} for one in found]
    emit(rows, ("address", "problem", "about"), as_json=as_json)
    return FOUND if found else FINE


@directory.command()
@pass_invocation
def export(invocation: Invocation) -> None:
    """Print everybody as CSV, which "import" reads."""
    with opened(invocation) as database, database.read():
        people = stored.everybody()
    click.echo(write_csv(people).encode(), nl=False)


def _row(one: Listed) -> Row:
    return {**asdict(one.person), "source": one.source, "seen": one.seen_at, "gone": one.gone_at}


def _read(read: Callable[[], Reading]) -> Reading:
    try:
        return read()
    except SourceError as error:
        raise click.ClickException(str(error)) from error


def _taken_over(  # noqa: PLR0913  # the options of two commands
    invocation: Invocation,
    reading: Reading,
    source: str,
    *,
    write: bool,
    force: bool,
    as_json: bool,
    how: str,
) -> int:
    """Show the differences, take them over where that is asked for, and return how the command ends."""
    if reading.problems:
        for problem in reading.problems:
            click.echo(printable(str(problem)), err=True)
        click.echo(f"nothing was taken over: {len(reading.problems)} problems", err=True)
        return FOUND
    percent = None if force else invocation.settings.directory.disappear_percent
    with opened(invocation) as database:
        if write:
            with database.write():
                taken = take(reading.people, source, system_clock(), percent)
        else:
            with database.read():
                taken = Taken(compared(reading.people))
        with database.read():
            wrong = len(found_wrong())
    written = write and not taken.refused
    if as_json:
        emit_json({**_told(taken.differences, reading), "written": written, "refused": taken.refused})
    else:
        _show(taken.differences, reading)
        _close(taken, wrong, written=written, how=how)
    if taken.refused:
        click.echo(f"nothing was taken over: {taken.refused}", err=True)
    return FOUND if taken.refused else FINE


def _told(found: Differences, reading: Reading) -> Row:
    return {
        "added": [person.address for person in found.added],
        "changed": [
            {"address": one.person.address, "fields": [asdict(each) for each in one.fields]}
            for one in found.changed
        ],
        "gone": [person.address for person in found.gone],
        "ignored": list(reading.ignored),
        "passed_over": list(reading.passed_over),
    }


def _show(found: Differences, reading: Reading) -> None:
    """Print the differences, a line each: added +, changed ~, gone -."""
    if reading.ignored:
        click.echo(f"columns that mean nothing here: {printable(', '.join(reading.ignored))}")
    _lines(f"passed over: {one}" for one in reading.passed_over)
    _lines(f"+ {person.address} {person.name}" for person in found.added)
    _lines(
        f"~ {one.person.address}: "
        + "; ".join(
            f"{each.field} {json.dumps(each.before, ensure_ascii=False)} -> "
            f"{json.dumps(each.after, ensure_ascii=False)}"
            for each in one.fields
        )
        for one in found.changed
    )
    _lines(f"- {person.address} {person.name}" for person in found.gone)


def _lines(lines: Iterable[str]) -> None:
    every = list(lines)
    for line in every[:SHOWN_LIMIT]:
        click.echo(printable(line).rstrip())
    if len(every) > SHOWN_LIMIT:
        click.echo(f"{every[0].split()[0]} and {len(every) - SHOWN_LIMIT} more (--json lists all)")


def _close(taken: Taken, wrong: int, *, written: bool, how: str) -> None:
    if written:
        said = f"; problems: {wrong}, which postdesk directory check lists" if wrong else ""
        click.echo(f"{taken.differences}{said}")
    elif not taken.refused:
        click.echo(f"{taken.differences}; nothing was written ({how} to take it over)")
