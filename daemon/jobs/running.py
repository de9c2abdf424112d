"""Run a job when it is due: taken, done and recorded in the database, so that one host runs it once."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.desk.timetable import last_due, pause_after
from daemon.jobs.job import Job
from daemon.services.office import Office
from daemon.services.owner import is_dead
from storage import jobs
from storage.database import Database, DatabaseError, InterfaceError
from storage.jobs import Slot

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
        """Run one job if its time has come and nobody else runs it; a job that fails does not stop others.

        What failed is noted, and tried again after a pause that grows.
        """
        now = self.clock()
        try:
            with self.database.write():
                self._take_from_the_dead(job, now)
                if not jobs.take(job.name, self.owner, now, self._slot(job, now), LEASE):
                    return False
                self.office.fed.renew(now)
            self._run(job, now)
        except Exception as error:
            # One of the four places that may catch all: a worker's loop.  The job stays due.
            log.exception("job %s failed", job.name)
            self.database.reset()
            self._failed(job, error)
            return False
        return True

    def run_now(self, job: Job) -> str | None:
        """Run one job at once, due or stopped, and return what it did; None where another process runs it.

        Raises what the job raises, after it was noted.
        """
        now = self.clock()
        with self.database.write():
            self._take_from_the_dead(job, now)
            if not jobs.take_now(job.name, self.owner, now, LEASE):
                return None
            self.office.fed.renew(now)
        try:
            return self._run(job, now)
        except Exception as error:
            self.database.reset()
            self._failed(job, error)
            raise

    def _take_from_the_dead(self, job: Job, now: datetime) -> None:
        """Wait for no lease of a process of this host that was killed; the desk may be up again at once."""
        known = jobs.get(job.name)
        if known is not None and known.owner is not None and is_dead(known.owner):
            jobs.take_from(job.name, known.owner, now)

    def _slot(self, job: Job, now: datetime) -> Slot:
        zone = self.office.roster.desk.timezone
        return Slot(job.every, last_due(job.at, zone, now) if job.at is not None else None)

    def _run(self, job: Job, now: datetime) -> str:
        result = job.run(self.office, now) if job.own_transactions else None
        with self.database.write():
            said = job.run(self.office, now) if result is None else result
            if not jobs.done(job.name, self.owner, now, said):
                raise LeaseLost(f"{job.name} took longer than its lease; another process runs it")
        return said

    def _failed(self, job: Job, error: Exception) -> None:
        """Note a failure; where the database does not take even that, the lease runs out by itself."""
        now, said = self.clock(), " ".join(str(error).split())
        text = f"{type(error).__name__}: {said}" if said else type(error).__name__
        try:
            with self.database.write():
                known = jobs.get(job.name)
                pause = pause_after(known.failures + 1 if known else 1, job.every)
                jobs.failed(job.name, self.owner, now, text, now + pause)
        except (DatabaseError, InterfaceError) as trouble:
            log.warning("the failure of job %s could not be noted: %s", job.name, trouble)
            self.database.reset()

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()
