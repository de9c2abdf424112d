"""Periodic jobs: when each last ran, what came of it, and who runs it now.  Callers hold the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL

from storage.job_models import JobRow

_FAILURE_LIMIT_CHARS = 500
_LOST = "the process that ran it died, or took longer than its lease"


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job; ``last_run_at`` is None for one that was never done.

    ``failures`` are those since it was last done; ``retry_at`` is when it is tried again after the last of
    them.  The last failure stays known after a run that was well.  ``owner`` runs it, or died over it, until
    ``held_until``.  ``since_at`` is when it was first asked about.
    """

    name: str
    last_run_at: datetime | None
    last_result: str
    owner: str | None = None
    held_until: datetime | None = None
    since_at: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    last_failure: str = ""
    retry_at: datetime | None = None
    stopped_at: datetime | None = None
    switched_by: str = ""
    switched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """When a job is due: an interval after its last run, or at a moment that it has not run since."""

    every: timedelta
    due_at: datetime | None = None


def take(name: str, owner: str, now: datetime, every: timedelta | Slot, lease: timedelta) -> bool:
    """Take a job that is due; False where it is not, is stopped, or where another owner runs it.

    One that last ran in the far future was run by a clock that went wrong, and is due as well.  One that
    failed is not due before the moment at which it is tried again.
    """
    slot = every if isinstance(every, Slot) else Slot(every)
    _know(name, now)
    _give_up(name, owner, now)
    patient = JobRow.retry_at.is_null() | (JobRow.retry_at <= now) | (JobRow.retry_at > now + slot.every)
    going = JobRow.stopped_at.is_null()
    return _take(name, owner, now, lease, _due(slot, now) & patient & going)


def take_now(name: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Take a job whether it is due or not; False where another owner runs it."""
    _know(name, now)
    _give_up(name, owner, now)
    return _take(name, owner, now, lease, SQL("1 = 1"))


def _know(name: str, now: datetime) -> None:
    JobRow.insert(name=name, last_result="", since_at=now).on_conflict_ignore().execute()


def _give_up(name: str, owner: str, now: datetime) -> None:
    """Note that a run of another owner has not ended within its lease."""
    # Nobody is NULL, which differs from nothing.
    _lost(now).where(JobRow.name == name, JobRow.owner != owner, JobRow.lease_until < now).execute()


def take_from(name: str, holder: str, now: datetime) -> None:
    """Take the lease of a job from a holder who is dead; that counts as a failure of the run."""
    _lost(now).where(JobRow.name == name, JobRow.owner == holder).execute()


def _lost(now: datetime) -> Any:
    return JobRow.update(
        failures=JobRow.failures + 1, failed_at=now, last_failure=_LOST, owner=None, lease_until=None
    )


def _due(slot: Slot, now: datetime) -> object:
    wrong_clock = JobRow.last_run_at > now + slot.every
    if slot.due_at is None:
        return JobRow.last_run_at.is_null() | (JobRow.last_run_at <= now - slot.every) | wrong_clock
    # A row that is older than the column has no beginning, and nothing that it could have missed.
    missed = JobRow.last_run_at.is_null() & (JobRow.since_at < slot.due_at)
    return missed | (JobRow.last_run_at < slot.due_at) | wrong_clock


def _take(name: str, owner: str, now: datetime, lease: timedelta, where: object) -> bool:
    free = JobRow.owner.is_null() | (JobRow.lease_until < now) | (JobRow.owner == owner)
    query = JobRow.update(owner=owner, lease_until=now + lease).where(JobRow.name == name, where, free)
    return bool(query.execute())


def done(name: str, owner: str, now: datetime, result: str) -> bool:
    """Note that the job ran and what came of it; False where another owner has taken it meanwhile."""
    query = JobRow.update(
        last_run_at=now, last_result=result, owner=None, lease_until=None, failures=0, retry_at=None
    )
    return bool(query.where(JobRow.name == name, JobRow.owner == owner).execute())


def failed(name: str, owner: str, now: datetime, said: str, retry_at: datetime) -> bool:
    """Note that a run failed, and let anybody try again from a moment on; False where it is another's now."""
    query = JobRow.update(
        failures=JobRow.failures + 1,
        failed_at=now,
        last_failure=said[:_FAILURE_LIMIT_CHARS],
        retry_at=retry_at,
        owner=None,
        lease_until=None,
    )
    return bool(query.where(JobRow.name == name, JobRow.owner == owner).execute())


def stop(name: str, who: str, now: datetime) -> bool:
    """Stop a job until it is started again; False where it stands already."""
    _know(name, now)
    query = JobRow.update(stopped_at=now, switched_by=who, switched_at=now)
    return bool(query.where(JobRow.name == name, JobRow.stopped_at.is_null()).execute())


def start(name: str, who: str, now: datetime) -> bool:
    """Start a job that was stopped; False where it was not.  What it missed is caught up by one run."""
    query = JobRow.update(stopped_at=None, switched_by=who, switched_at=now)
    return bool(query.where(JobRow.name == name, JobRow.stopped_at.is_null(False)).execute())


def get(name: str) -> JobState | None:
    """Return what is known of a job; None for one that was never asked about."""
    row = JobRow.get_or_none(JobRow.name == name)
    return _state(row) if row else None


def last_run_at(name: str) -> datetime | None:
    """Return when the job was last done; None for one that never was."""
    row = JobRow.get_or_none(JobRow.name == name)
    return row.last_run_at if row else None


def states() -> list[JobState]:
    """Return all jobs that were ever asked about, by name."""
    return [_state(row) for row in JobRow.select().order_by(JobRow.name)]


def _state(row: JobRow) -> JobState:
    return JobState(
        name=row.name,
        last_run_at=row.last_run_at,
        last_result=row.last_result,
        owner=row.owner,
        held_until=row.lease_until,
        since_at=row.since_at,
        failures=row.failures,
        failed_at=row.failed_at,
        last_failure=row.last_failure,
        retry_at=row.retry_at,
        stopped_at=row.stopped_at,
        switched_by=row.switched_by,
        switched_at=row.switched_at,
    )
