"""Every minute: warn of time that runs out, ring about critical tickets; a few in each transaction."""

from collections import Counter
from datetime import datetime, timedelta

from daemon.desk.service_levels import ServiceLevels
from daemon.jobs.job import Job
from daemon.jobs.passes import Pass, batches
from daemon.services.clock_alarms import look
from daemon.services.office import Office
from storage import clocks
from storage.database import Database

NAME = "clock-watch"
EVERY = timedelta(minutes=1)
# So many in a transaction: few enough that nobody waits long for the database, or for one of the tickets.
BATCH = 50
# As many as are looked at within the job's lease on a slow machine; the rest is a minute later.
LIMIT = 500
# A ticket at which a look fails must not keep the others waiting.
RETRY_AFTER = timedelta(minutes=10)


def job(database: Database, levels: ServiceLevels) -> Job:
    """Return the row of the timetable that watches the clocks of a desk with these service levels."""

    def run(office: Office, now: datetime) -> str:
        return watch(database, office, levels, now)

    return Job(NAME, EVERY, "warns of service-level time that runs out", run, own_transactions=True)


def watch(database: Database, office: Office, levels: ServiceLevels, now: datetime) -> str:
    """Look at the tickets whose clocks want it, and say in a line what came of it."""
    looks: Pass[int] = Pass(
        database,
        "the clocks of ticket",
        # In the order of their numbers, as everybody locks several tickets.
        lambda few: Counter(told=sum(look(office, number, now, levels) for number in sorted(few))),
        lambda one: clocks.put_off(one, now + RETRY_AFTER),
        office.gate.recount,
    )
    with database.read():
        numbers = clocks.to_look_at(now, levels.fingerprint, LIMIT)
    mails = sum(looks.batch(few)["told"] for few in batches(numbers, BATCH))
    return f"looked at {len(numbers)} tickets; told {mails}"
