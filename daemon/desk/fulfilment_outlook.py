"""How a fulfilment stands: how far it is, when it will be done, and whether its promise was kept."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk.calendars import Calendar
from daemon.desk.fulfilment import ACTIVE, Run, TaskState, Work


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the tasks that count are done, and the names of those that are stuck or late."""

    done: int
    total: int
    blocked: tuple[str, ...]
    late: tuple[str, ...]


def expected_at(work: Work, now: datetime, calendar: Calendar) -> datetime | None:
    """Return when the work will be done if every task takes its time from now on.

    None where a task is blocked, since nobody knows then, or where the calendar has no time for it.
    Tasks for the end of an access do not count.
    """
    if any(one.state is TaskState.BLOCKED for one in work.runs):
        return None
    ends: dict[str, datetime] = {}
    for run in _in_order(work):
        before = max([now, *(ends[name] for name in run.task.after if name in ends)])
        end = _end_of(run, before, now, calendar)
        if end is None:
            return None
        ends[run.task.id] = end
    counted = [ends[one.task.id] for one in work.runs if not one.task.at_end]
    return max(counted, default=now)


def kept(work: Work) -> bool | None:
    """Tell whether the first promise was kept; None where that is open or nothing was promised."""
    first = work.moves[0].before if work.moves else work.promised_at
    if first is None or not work.fulfilled:
        return None
    ends = [one.done_at for one in work.runs if one.done_at is not None and not one.task.at_end]
    return max(ends) <= first if ends else True


def progress(work: Work, now: datetime) -> Progress:
    """Count what is done of the tasks that this request has."""
    counted = [one for one in work.runs if one.state is not TaskState.SKIPPED]
    return Progress(
        done=sum(one.state is TaskState.DONE for one in counted),
        total=len(counted),
        blocked=tuple(one.task.id for one in counted if one.state is TaskState.BLOCKED),
        late=tuple(
            one.task.id
            for one in counted
            if one.state in ACTIVE and one.due_at is not None and one.due_at < now
        ),
    )


def _in_order(work: Work) -> list[Run]:
    """Return the runs so that each stands behind those it comes after; the tasks have no cycle."""
    placed: dict[str, Run] = {}
    left = list(work.runs)
    while left:
        ready = [one for one in left if all(name in placed for name in one.task.after)]
        assert ready, "the catalogue was checked: tasks do not wait for each other"
        placed |= {one.task.id: one for one in ready}
        left = [one for one in left if one.task.id not in placed]
    return list(placed.values())


def _end_of(run: Run, before: datetime, now: datetime, calendar: Calendar) -> datetime | None:
    if run.state is TaskState.DONE:
        return run.done_at
    if run.state is TaskState.SKIPPED:
        return before
    if run.state is TaskState.STARTED:
        return max(run.due_at or now, now)
    return calendar.add_working(before, run.task.due_seconds)
