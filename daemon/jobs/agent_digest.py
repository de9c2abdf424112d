"""Every few minutes: send the digests whose time has come, a transaction an agent."""

import logging
from datetime import datetime, timedelta

from daemon.jobs.job import Job
from daemon.services.agent_digests import KEPT, send
from daemon.services.office import Office
from storage import digests
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

NAME = "agent-digest"
EVERY = timedelta(minutes=5)


def job(database: Database) -> Job:
    """Return the row of the timetable that sends digests."""

    def run(office: Office, now: datetime) -> str:
        return send_all(database, office, now)

    return Job(NAME, EVERY, "sends the digests of agents", run, own_transactions=True)


def send_all(database: Database, office: Office, now: datetime) -> str:
    """Send what is due, and say in a line how many notices that told."""
    with database.read():
        waiting = digests.agents_waiting()
    told = sum(_send(database, office, address, now) for address in waiting)
    with database.write():
        digests.forget(now - KEPT)
    return f"told {told} notices; agents for whom something waited: {len(waiting)}"


def _send(database: Database, office: Office, address: str, now: datetime) -> int:
    try:
        with database.write():
            return send(office, address, now)
    except Exception:
        # A worker's loop: one digest that cannot be written must not keep the others.  Its items wait on.
        log.exception("the digest for %s could not be sent", address)
        database.reset()
        return 0
