"""Every minute: start tasks whose day has come, remind of late ones, leave out what nobody wants any more."""

from collections import Counter
from datetime import datetime, timedelta

from daemon.desk.lifecycle import ENDED
from daemon.jobs.job import Job
from daemon.jobs.passes import Pass, told
from daemon.services.office import Office
from daemon.services.task_watch import look
from storage import tasks
from storage.database import Database

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
    ended = sorted(ENDED)
    looks: Pass[int] = Pass(
        database,
        "the tasks of ticket",
        lambda few: Counter(look(office, number, now) for number in few),
        lambda one: tasks.change(one, {"next_at": now + RETRY_AFTER}),
        office.gate.recount,
    )
    looked, done = looks.through(lambda beyond: tasks.to_look_at(now, ended, BATCH, beyond), 0, LIMIT)
    return f"looked at {looked} requests{told(done)}"
