"""Every few minutes: decide about the tickets that were closed, and ask where the time has come.

Each batch is a transaction: whatever kills the process, a survey was decided and sent, or was not.
"""

from collections import Counter
from datetime import datetime, timedelta

from daemon.desk.lifecycle import ENDED
from daemon.jobs.job import Job
from daemon.jobs.passes import Pass
from daemon.services import surveying
from daemon.services.office import Office
from storage import outbox, survey_follow_ups, surveys
from storage.database import Database

NAME = "survey-dispatch"
EVERY = timedelta(minutes=5)
BATCH = 200
# As many closures as are decided about within the job's lease on a slow machine; the rest comes next time.
LIMIT = 100_000
# A survey at which the look failed must not keep the others waiting.
RETRY_AFTER = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def job(database: Database) -> Job:
    """Return the row of the timetable that asks requesters how satisfied they were."""

    def run(office: Office, now: datetime) -> str:
        return dispatch(database, office, now)

    return Job(NAME, EVERY, "asks requesters how satisfied they were", run, own_transactions=True)


def dispatch(database: Database, office: Office, now: datetime) -> str:
    """Decide and ask, and say in a line what came of it."""
    planned = _plan(database, office, now)
    with database.write():
        survey_follow_ups.end_quietly(sorted(ENDED), now)
    with database.read():
        left = surveying.room(office, outbox.automatic_total(now - HOUR))
    return f"planned {planned}; asked {_send(database, office, now, left)}"


def _plan(database: Database, office: Office, now: datetime) -> int:
    """Decide about the tickets that were closed, and return how many are asked about."""
    since = now - office.surveys.plan.give_up_after
    # Nothing is noted of a ticket at which it fails, so it is passed over until the next time.
    failed: list[int] = []
    plans: Pass[int] = Pass(
        database, "the closure of ticket",
        lambda few: Counter(planned=surveying.plan(office, few, now)), failed.append,
        office.gate.recount,
    )  # fmt: skip

    def unplanned(_: int) -> list[int]:
        found = surveys.unplanned(since, BATCH + len(failed))
        return [one for one in found if one not in failed]

    return plans.through(unplanned, 0, LIMIT)[1]["planned"]


def _send(database: Database, office: Office, now: datetime, left: int) -> int:
    """Ask where the time has come, at most so many, and return how many were asked."""
    asks: Pass[int] = Pass(
        database, "survey",
        lambda few: Counter(asked=surveying.send(office, few, now)),
        lambda one: surveys.change(one, {"look_at": now + RETRY_AFTER}),
        office.gate.recount,
    )  # fmt: skip
    sent = 0
    while left > sent:
        few = min(BATCH, left - sent)
        with database.read():
            ids = surveys.due(now, few)
        sent += asks.batch(ids)["asked"] if ids else 0
        if len(ids) < few:
            break
    return sent
