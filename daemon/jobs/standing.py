"""How each job stands: when it runs, when it last did and will, what came of it, and what is wrong.  Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from daemon.desk import timetable
from daemon.desk.durations import spoken_length
from daemon.jobs.job import Job
from storage.jobs import JobState

View = dict[str, Any]


def views(jobs: Iterable[Job], states: Mapping[str, JobState], zone: str, now: datetime) -> list[View]:
    """Return every job under stable keys, in the order of the timetable; docs/jobs.md tells them."""
    return [_view(job, states.get(job.name) or JobState(job.name, None, ""), zone, now) for job in jobs]


def next_run(job: Job, state: JobState, zone: str, now: datetime) -> datetime | None:
    """Return when a job runs next, the present moment where it is due; None for one that is stopped."""
    if state.stopped_at is not None:
        return None
    due = max(_due(job, state, zone, now), now)
    return max(due, state.retry_at) if state.retry_at is not None else due


def _due(job: Job, state: JobState, zone: str, now: datetime) -> datetime:
    last = state.last_run_at
    if job.at is None:
        # What last ran in the future was run by a wrong clock (``storage.jobs.take``).
        return last + job.every if last is not None and last <= now + job.every else now
    since = last or state.since_at or now
    missed = timetable.last_due(job.at, zone, now)
    return missed if since < missed else timetable.next_run(job.at, zone, now)


def _view(job: Job, state: JobState, zone: str, now: datetime) -> View:
    held = state.held_until is not None and state.held_until >= now
    return {
        "name": job.name,
        "summary": job.summary,
        "when": f"{timetable.spelled(job.at)} {zone}" if job.at is not None else f"every {_span(job.every)}",
        "every_seconds": int(job.every.total_seconds()),
        "stands": _stands(state, held=held),
        "last_run": state.last_run_at,
        "last_result": state.last_result,
        "next_run": next_run(job, state, zone, now),
        "holder": state.owner if held else None,
        "held_until": state.held_until if held else None,
        "failures": state.failures,
        "failed": state.failed_at,
        "last_failure": state.last_failure,
        "stopped": state.stopped_at,
        "switched_by": state.switched_by,
        "switched": state.switched_at,
    }


def _stands(state: JobState, *, held: bool) -> str:
    if held:
        return "runs now"
    if state.stopped_at is not None:
        return "stopped"
    return f"failed {state.failures} times" if state.failures else "well"


def _span(every: timedelta) -> str:
    return spoken_length(int(every.total_seconds()))
