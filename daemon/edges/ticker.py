"""The clock of the house: asks at short intervals which jobs are due, and runs them one by one.

``schedule`` is the timetable; when a job last ran stands in the database, so that a restart neither
repeats nor forgets one, and of several hosts one runs it.
"""

import threading
from collections.abc import Sequence

import schedule

from daemon.jobs.job import Job
from daemon.jobs.running import Runner

# No job is asked about more often than this, nor less often than the other.
LOOK_SECONDS_MIN, LOOK_SECONDS_MAX = 1, 60
# How long a stop signal may go unnoticed.
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.05, 5.0


class Ticker:
    """Runs the timetable in the thread that calls ``run``."""

    def __init__(self, runner: Runner, timetable: Sequence[Job]) -> None:
        self._runner = runner
        self._scheduler = schedule.Scheduler()
        for job in timetable:
            seconds = int(job.every.total_seconds() / 10)
            look = min(max(seconds, LOOK_SECONDS_MIN), LOOK_SECONDS_MAX)
            self._scheduler.every(look).seconds.do(runner.run_if_due, job)

    def run(self, stop: threading.Event) -> None:
        """Run what is due until ``stop`` is set; what came due while nobody ran is caught up at once."""
        self._scheduler.run_all()
        while not stop.is_set():
            self._scheduler.run_pending()
            idle = self._scheduler.idle_seconds or 0.0
            if idle > LOOK_SECONDS_MAX:
                # ``schedule`` counts in the local time of the wall clock, which was put back: the end of
                # summer time, or a clock set right.  Nothing may wait until it has come so far again.
                self._scheduler.run_all()
            stop.wait(min(max(idle, PAUSE_SECONDS_MIN), PAUSE_SECONDS_MAX))
        self._runner.close()
