"""What health knows of a job: when it was last done, what it is told to keep to, and whether it is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.timetable import Appointment, last_due
from storage.jobs import JobState

CLOCK_JOB = "health-watch"
# The job that watches runs every minute, and any job gets so long beyond its time.
CLOCK_SILENCE, JOB_GRACE = timedelta(minutes=5), timedelta(minutes=15)
# A failure or two may be the relay's or the disk's, and is over by itself.
FAILURES_DEGRADED = 3
STOPPED_DEGRADED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobFact:
    """A row of the timetable and when it was last done; None where never.

    ``at`` is an appointment in ``zone``, for a job that has one.  ``state`` is what else is known of it; None
    where nobody has asked about it yet.
    """

    name: str
    every: timedelta
    last_run_at: datetime | None
    at: Appointment | None = None
    zone: str = "UTC"
    state: JobState | None = None

    @property
    def stopped_at(self) -> datetime | None:
        """Since when it is stopped by hand; None for one that runs."""
        return self.state.stopped_at if self.state is not None else None

    @property
    def failures(self) -> int:
        """How often it failed in a row."""
        return self.state.failures if self.state is not None else 0


def is_overdue(job: JobFact, now: datetime) -> bool:
    """Tell whether a job was not done at its time; one by the interval that never ran is due since ever."""
    if job.stopped_at is not None:
        return False
    grace = CLOCK_SILENCE if job.name == CLOCK_JOB else JOB_GRACE
    if job.at is not None:
        since = job.last_run_at or (job.state.since_at if job.state is not None else None)
        return since is not None and since < last_due(job.at, job.zone, now - grace)
    return job.last_run_at is None or now - job.last_run_at > job.every + grace


def is_failing(job: JobFact) -> bool:
    """Tell whether a job failed too often in a row."""
    return job.failures >= FAILURES_DEGRADED


def is_forgotten(job: JobFact, now: datetime) -> bool:
    """Tell whether a job was stopped by hand so long ago that somebody should be reminded of it."""
    return job.stopped_at is not None and now - job.stopped_at > STOPPED_DEGRADED
