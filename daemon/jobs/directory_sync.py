"""Every so many hours: take the configured directory over, and tell whose manager leads nowhere."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from daemon.desk.directory import Differences
from daemon.desk.directory_reading import Reading
from daemon.desk.directory_settings import DirectorySettings
from daemon.jobs.job import Job
from daemon.services.directory_sync import found_wrong, take, tell
from daemon.services.office import Office
from storage.database import Database

log = logging.getLogger("postdesk.directory")

NAME = "directory-sync"
# What is more is in the table of the directory; a log is no place for a company.
LOGGED_LIMIT = 200


def every(settings: DirectorySettings) -> timedelta | None:
    """Return how often the source is asked; None where there is none, or it is asked by hand alone."""
    return timedelta(hours=settings.every_hours) if settings.source and settings.every_hours else None


def job(database: Database, settings: DirectorySettings, fetch: Callable[[], Reading]) -> tuple[Job, ...]:
    """Return the row of the timetable, or none; ``fetch`` asks the source, outside of any transaction."""
    often = every(settings)

    def run(office: Office, now: datetime) -> str:
        return sync(database, office, settings, fetch(), now)

    summary = "takes people and managers over from the directory"
    return (Job(NAME, often, summary, run, own_transactions=True),) if often else ()


def sync(
    database: Database, office: Office, settings: DirectorySettings, reading: Reading, now: datetime
) -> str:
    """Take over what was read, unless it cannot be believed, and say in a line what that changed."""
    if reading.problems:
        said = [str(one) for one in reading.problems]
        with database.write():
            tell(office, (), said, now)
        return f"refused: {len(said)} problems in the source; the first: {said[0]}"
    with database.write():
        taken = take(reading.people, settings.source, now, settings.disappear_percent)
        problems = () if taken.refused else found_wrong()
        told = tell(office, problems, [taken.refused] if taken.refused else [], now)
    if taken.refused:
        return f"refused: {taken.refused}"
    _log(taken.differences)
    return f"{taken.differences}; problems {len(problems)}; mails about them {told}"


def _log(found: Differences) -> None:
    lines = [f"{one.address} added" for one in found.added]
    for one in found.changed:
        fields = "; ".join(f'{each.field} "{each.before}" -> "{each.after}"' for each in one.fields)
        lines.append(f"{one.person.address} changed: {fields}")
    lines += [f"{one.address} gone" for one in found.gone]
    for line in lines[:LOGGED_LIMIT]:
        log.info("directory: %s", line)
    if len(lines) > LOGGED_LIMIT:
        log.info("directory: %d more differences", len(lines) - LOGGED_LIMIT)
