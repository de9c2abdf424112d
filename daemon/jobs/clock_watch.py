"""Every minute: warn of time that runs out, ring about critical tickets; a transaction a ticket."""

import logging
from datetime import datetime, timedelta

from daemon.desk.service_levels import ServiceLevels
from daemon.jobs.job import Job
from daemon.services.clock_alarms import look
from daemon.services.postbag import Office
from storage import clocks
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

NAME = "clock-watch"
EVERY = timedelta(minutes=1)
# As many as are looked at within the job's lease on a slow machine; the rest is a minute later.
BATCH = 500
# A ticket at which a look fails must not keep the others waiting.
RETRY_AFTER = timedelta(minutes=10)


def job(database: Database, levels: ServiceLevels) -> Job:
    """Return the row of the timetable that watches the clocks of a desk with these service levels."""

    def run(office: Office, now: datetime) -> str:
        return watch(database, office, levels, now)

    return Job(NAME, EVERY, "warns of service-level time that runs out", run, own_transactions=True)


def watch(database: Database, office: Office, levels: ServiceLevels, now: datetime) -> str:
    """Look at the tickets whose clocks want it, and say in a line what came of it."""
    with database.read():
        numbers = clocks.to_look_at(now, levels.fingerprint, BATCH)
    mails = sum(_look(database, office, number, levels, now) for number in numbers)
    return f"looked at {len(numbers)} tickets; told {mails}"


def _look(database: Database, office: Office, number: int, levels: ServiceLevels, now: datetime) -> int:
    try:
        with database.write():
            return look(office, number, now, levels)
    except Exception:
        # A worker's loop: one ticket that cannot be looked at must not keep the others from it.
        log.exception("the clocks of ticket %d could not be looked at", number)
        database.reset()
        with database.write():
            clocks.put_off(number, now + RETRY_AFTER)
        return 0
