"""The clock of the house: asks at short intervals which jobs are due, and runs them one by one.

``schedule`` is the timetable; when a job last ran stands in the database, so that a restart neither
repeats nor forgets one, and of several hosts one runs it.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

import schedule

from daemon.clock import Clock
from daemon.jobs.job import Job
from daemon.services.postbag import Office
from storage import jobs
from storage.database import Database

log = logging.getLogger("postdesk.ticker")

LEASE = timedelta(minutes=10)
# No job is asked about more often than this, nor less often than the other.
LOOK_SECONDS_MIN, LOOK_SECONDS_MAX = 1, 60


class Ticker:
    """Runs the timetable in the thread that calls ``run``."""

    def __init__(
        self, database: Database, office: Office, timetable: Sequence[Job], owner: str, clock: Clock
    ) -> None:
        self._database = database
        self._office = office
        self._owner = owner
        self._clock = clock
        self._scheduler = schedule.Scheduler()
        for job in timetable:
            seconds = int(job.every.total_seconds() / 10)
            look = min(max(seconds, LOOK_SECONDS_MIN), LOOK_SECONDS_MAX)
            self._scheduler.every(look).seconds.do(self.run_if_due, job)

    def run(self, stop: threading.Event) -> None:
        """Run what is due until ``stop`` is set; what came due while nobody ran is caught up at once."""
        self._scheduler.run_all()
        while not stop.is_set():
            self._scheduler.run_pending()
            idle = self._scheduler.idle_seconds
            stop.wait(min(max(idle if idle is not None else 1.0, 0.05), 5.0))
        self._database.disconnect()

    def run_if_due(self, job: Job) -> bool:
        """Run one job if its time has come and nobody else runs it; a job that fails does not stop others."""
        now = self._clock()
        try:
            with self._database.write():
                if not jobs.take(job.name, self._owner, now, job.every, LEASE):
                    return False
            with self._database.write():
                jobs.done(job.name, self._owner, now, job.run(self._office, now))
        except Exception:
            # One of the four places that may catch all: a worker's loop.  The job is due again at its time.
            log.exception("job %s failed", job.name)
            self._database.reset()
            return False
        return True
