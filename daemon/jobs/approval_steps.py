"""Every minute: remind approvers, ask deputies and managers, end what is over, write lists of decisions."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from daemon.jobs.job import Job
from daemon.jobs.passes import Pass, batches, told
from daemon.services import approval_clock, approval_digests
from daemon.services.office import Office
from storage import approvals
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

NAME = "approval-steps"
EVERY = timedelta(minutes=1)
# So many in a transaction: few enough that nobody waits long for the database, or for one of the tickets.
BATCH = 100
# Mails of up to a hundred lines each.
LISTS = 10
# As many as pass within the job's lease on a slow machine; the rest comes a minute later.
LIMIT = 20_000
# An approval at which a look fails must not keep the others waiting.
RETRY_AFTER = timedelta(minutes=10)


def job(database: Database) -> Job:
    """Return the row of the timetable that moves approvals on."""

    def run(office: Office, now: datetime) -> str:
        return go_through(database, office, now)

    return Job(NAME, EVERY, "reminds approvers, asks deputies, ends what is over", run, own_transactions=True)


def go_through(database: Database, office: Office, now: datetime) -> str:
    """Look at the approvals that are due, a few in each transaction, and say in a line what came of it."""
    looks: Pass[int] = Pass(
        database,
        "approval",
        lambda few: approval_clock.look(office, few, now),
        lambda one: approvals.change(one, next_at=now + RETRY_AFTER),
        office.gate.recount,
    )
    looked, done = looks.through(lambda beyond: approvals.due(now, BATCH, beyond), 0, LIMIT)
    return f"looked at {looked} approvals; lists {_write_lists(database, office, now)}{told(done)}"


def _write_lists(database: Database, office: Office, now: datetime) -> int:
    """Write the lists of decisions; one that cannot be written is written later."""
    lists: Pass[str] = Pass(
        database,
        "the list of decisions of",
        lambda few: Counter(sent=sum(approval_digests.send(office, one, now) for one in few)),
        lambda one: log.info("the list of %s is tried again with the next pass", one),
        office.gate.recount,
    )
    with database.read():
        addresses = approvals.listed()
    return sum(lists.batch(few)["sent"] for few in batches(addresses, LISTS))
