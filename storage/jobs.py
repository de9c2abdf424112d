"""Periodic jobs: when each last ran, and who runs it now.  Callers hold the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.models import JobRow


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job; ``last_run_at`` is None for one that never ran."""

    name: str
    last_run_at: datetime | None
    last_result: str


def take(name: str, owner: str, now: datetime, every: timedelta, lease: timedelta) -> bool:
    """Take a job that is due; False where it is not, or where another owner runs it.

    One that last ran in the far future was run by a clock that went wrong, and is due as well.
    """
    JobRow.insert(name=name, last_result="").on_conflict_ignore().execute()
    wrong_clock = JobRow.last_run_at > now + every
    due = JobRow.last_run_at.is_null() | (JobRow.last_run_at <= now - every) | wrong_clock
    free = JobRow.owner.is_null() | (JobRow.lease_until < now) | (JobRow.owner == owner)
    query = JobRow.update(owner=owner, lease_until=now + lease).where(JobRow.name == name, due, free)
    return bool(query.execute())


def done(name: str, owner: str, now: datetime, result: str) -> bool:
    """Note that the job ran and what came of it; False where another owner has taken it meanwhile."""
    query = JobRow.update(last_run_at=now, last_result=result, owner=None, lease_until=None)
    return bool(query.where(JobRow.name == name, JobRow.owner == owner).execute())


def last_run_at(name: str) -> datetime | None:
    """Return when the job was last done; None for one that never was."""
    row = JobRow.get_or_none(JobRow.name == name)
    return row.last_run_at if row else None


def states() -> list[JobState]:
    """Return all jobs that ever ran, by name."""
    return [
        JobState(row.name, row.last_run_at, row.last_result) for row in JobRow.select().order_by(JobRow.name)
    ]
