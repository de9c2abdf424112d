"""Every minute: remind approvers, ask deputies and managers, end what is over, write lists of decisions."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from daemon.jobs.job import Job
from daemon.services import approval_clock, approval_digests
from daemon.services.postbag import Office
from storage import approvals
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

NAME = "approval-steps"
EVERY = timedelta(minutes=1)
# So many in a transaction: few enough that nobody waits long for the database, or for one of the tickets.
BATCH = 100
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
    done: Counter[str] = Counter()
    beyond, looked = 0, 0
    while looked < LIMIT:
        with database.read():
            found = approvals.due(now, BATCH, beyond)
        if not found:
            break
        beyond, looked = found[-1], looked + len(found)
        done += _look(database, office, found, now)
    with database.read():
        addresses = approvals.listed()
    lists = sum(_write_list(database, office, address, now) for address in addresses)
    told = "; ".join(f"{what} {count}" for what, count in sorted(done.items()))
    return f"looked at {looked} approvals; lists {lists}" + (f"; {told}" if told else "")


def _look(database: Database, office: Office, found: list[int], now: datetime) -> Counter[str]:
    try:
        with database.write():
            return approval_clock.look(office, found, now)
    except Exception:
        # A worker's loop: one approval that cannot be looked at must not keep the others from it.
        database.reset()
        if len(found) > 1:
            done: Counter[str] = Counter()
            for one in found:
                done += _look(database, office, [one], now)
            return done
        log.exception("approval %d could not be looked at", found[0])
        with database.write():
            approvals.change(found[0], next_at=now + RETRY_AFTER)
        return Counter()


def _write_list(database: Database, office: Office, address: str, now: datetime) -> int:
    try:
        with database.write():
            return approval_digests.send(office, address, now)
    except Exception:
        # A worker's loop: one list that cannot be written must not keep the others.  It is written later.
        log.exception("the list of decisions for %s could not be written", address)
        database.reset()
        return 0
