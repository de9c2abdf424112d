"""Every minute: start tasks whose day has come, remind of late ones, leave out what nobody wants any more."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from daemon.desk.lifecycle import ENDED
from daemon.jobs.job import Job
from daemon.services.postbag import Office
from daemon.services.task_watch import look
from storage import tasks
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

NAME = "fulfilment-watch"
EVERY = timedelta(minutes=1)
# So many in a transaction: few enough that nobody waits long for the database, or for one of the tickets.
BATCH = 50
# As many as pass within the job's lease on a slow machine; the rest comes a minute later.
LIMIT = 20_000
# A request at which a look fails must not keep the others waiting.
RETRY_AFTER = timedelta(minutes=10)


def job(database: Database) -> Job:
    """Return the row of the timetable that watches over tasks."""

    def run(office: Office, now: datetime) -> str:
        return go_through(database, office, now)

    return Job(NAME, EVERY, "starts tasks on their day, reminds of late ones", run, own_transactions=True)


def go_through(database: Database, office: Office, now: datetime) -> str:
    """Look at the requests that are due, a few in each transaction, and say in a line what came of it."""
    done: Counter[str] = Counter()
    beyond, looked = 0, 0
    ended = sorted(ENDED)
    while looked < LIMIT:
        with database.read():
            found = tasks.to_look_at(now, ended, BATCH, beyond)
        if not found:
            break
        beyond, looked = found[-1], looked + len(found)
        done += _look(database, office, found, now)
    told = "; ".join(f"{what} {count}" for what, count in sorted(done.items()) if what)
    return f"looked at {looked} requests" + (f"; {told}" if told else "")


def _look(database: Database, office: Office, found: list[int], now: datetime) -> Counter[str]:
    try:
        with database.write():
            return Counter(look(office, number, now) for number in found)
    except Exception:
        # A worker's loop: one request that cannot be looked at must not keep the others from it.
        database.reset()
        if len(found) > 1:
            done: Counter[str] = Counter()
            for one in found:
                done += _look(database, office, [one], now)
            return done
        log.exception("the tasks of ticket %d could not be looked at", found[0])
        with database.write():
            tasks.change(found[0], {"next_at": now + RETRY_AFTER})
        return Counter()
