"""Run a job when it is due: taken, done and recorded in the database, so that one host runs it once."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.jobs.job import Job
from daemon.services.postbag import Office
from storage import jobs
from storage.database import Database

log = logging.getLogger("postdesk.jobs")

LEASE = timedelta(minutes=10)


class LeaseLost(Exception):  # noqa: N818  # a state of the world, not a fault
    """Somebody else runs the job now; what was done for it here is rolled back."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs jobs for one process; ``owner`` names it as the holder of their leases."""

    database: Database
    office: Office
    owner: str
    clock: Clock

    def run_if_due(self, job: Job) -> bool:
        """Run one job if its time has come and nobody else runs it; a job that fails does not stop others."""
        now = self.clock()
        try:
            with self.database.write():
                if not jobs.take(job.name, self.owner, now, job.every, LEASE):
                    return False
            result = job.run(self.office, now) if job.own_transactions else None
            with self.database.write():
                self._settle(job, job.run(self.office, now) if result is None else result, now)
        except Exception:
            # One of the four places that may catch all: a worker's loop.  The job stays due.
            log.exception("job %s failed", job.name)
            self.database.reset()
            return False
        return True

    def _settle(self, job: Job, result: str, now: datetime) -> None:
        if not jobs.done(job.name, self.owner, now, result):
            raise LeaseLost(f"{job.name} took longer than its lease; another process runs it")

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()
