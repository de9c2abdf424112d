"""Every few minutes: decide about the tickets that were closed, and ask where the time has come.

Each batch is a transaction: whatever kills the process, a survey was decided and sent, or was not.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from daemon.desk.lifecycle import ENDED
from daemon.jobs.job import Job
from daemon.services import surveying
from daemon.services.postbag import Office
from storage import outbox, survey_follow_ups, surveys
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

NAME = "survey-dispatch"
EVERY = timedelta(minutes=5)
BATCH = 200
HOUR = timedelta(hours=1)


def job(database: Database) -> Job:
    """Return the row of the timetable that asks requesters how satisfied they were."""

    def run(office: Office, now: datetime) -> str:
        return dispatch(database, office, now)

    return Job(NAME, EVERY, "asks requesters how satisfied they were", run, own_transactions=True)


def dispatch(database: Database, office: Office, now: datetime) -> str:
    """Decide and ask, and say in a line what came of it."""
    since = now - office.surveys.plan.give_up_after
    planned = _in_batches(
        database, lambda: surveys.unplanned(since, BATCH), lambda few: surveying.plan(office, few, now)
    )
    with database.write():
        survey_follow_ups.end_quietly(sorted(ENDED), now)
    with database.read():
        left = surveying.room(office, outbox.automatic_total(now - HOUR))
    sent = 0
    while left > sent:
        few = min(BATCH, left - sent)
        with database.write():
            ids = surveys.due(now, few)
            sent += surveying.send(office, ids, now)
        if len(ids) < few:
            break
    return f"planned {planned}; asked {sent}"


def _in_batches(database: Database, wanted: Callable[[], list[int]], done: Callable[[list[int]], int]) -> int:
    """Work through what is wanted, a transaction a batch, and return what came of it together."""
    total = 0
    while True:
        with database.write():
            few = wanted()
            total += done(few) if few else 0
        if len(few) < BATCH:
            return total
