"""The tasks of a request as they are stored, and as the pure work that ``desk.fulfilment`` decides about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from daemon.desk.calendars import Calendar
from daemon.desk.catalogue import Task
from daemon.desk.fulfilment import ACTIVE, Move, Run, TaskState, Work
from daemon.desk.task_reminders import next_look
from storage import tasks
from storage.tasks import Fulfilment, NewTask, PromiseMove, StoredTask


@dataclass(frozen=True, slots=True)
class Tasks:
    """The work behind a request: as it is stored, and as pure code sees it; ``rows`` by name."""

    stored: Fulfilment
    rows: Mapping[str, StoredTask]
    work: Work
    past: tuple[StoredTask, ...] = field(default=())

    @property
    def number(self) -> int:
        """The ticket of the request."""
        return self.stored.ticket_number

    def row(self, name: str) -> StoredTask:
        """Return the row of a task that is there."""
        return self.rows[name]


def load(number: int) -> Tasks | None:
    """Return the work behind a request; None for a ticket that is worked on without tasks."""
    stored = tasks.get(number)
    if stored is None:
        return None
    rows = tasks.of_ticket(number)
    moves = tuple(
        Move(one.at, one.before, one.after, one.why)
        for one in tasks.moves([number])
        if not one.task and one.after is not None
    )
    runs = tuple(_run(row) for row in rows)
    return Tasks(
        stored, {row.task: row for row in rows}, Work(runs, stored.promised_at, stored.ends_on, moves)
    )


def begin(number: int, item: str, work: Work, now: datetime, calendar: Calendar) -> Tasks:
    """Store new work."""
    tasks.begin(number, item, now, work.promised_at, work.ends_on)
    for position, run in enumerate(work.runs):
        tasks.add(number, position, _new(run))
    return save(_found(number), work, now, calendar)


def save(known: Tasks, work: Work, now: datetime, calendar: Calendar, by: str = "") -> Tasks:
    """Write what became of the work, and return it as it is stored now.

    A task that was asked for and waits again gets a new row: what was asked with the old one is past.
    """
    for position, run in enumerate(work.runs):
        row, before = known.rows[run.task.id], known.work.run(run.task.id)
        if before.started_at is not None and run.state is TaskState.WAITING:
            tasks.add(known.number, position, _new(run))
        elif run != before:
            tasks.change_task(row.id, _changed(row, before, run, calendar))
            _note_move(row, before, run, now, by)
    for move in work.moves[len(known.work.moves) :]:
        tasks.note_move(PromiseMove(known.number, "", move.at, move.before, move.after, move.why, by))
    tasks.change(known.number, _of_whole(known, work, now, calendar))
    return _found(known.number)


def _found(number: int) -> Tasks:
    found = load(number)
    assert found is not None, "it was stored a moment ago"
    return found


def _run(row: StoredTask) -> Run:
    what = row.what
    task = Task(
        id=what.task,
        title=what.title,
        team=what.team,
        to=what.address,
        after=what.after,
        due_seconds=what.due_seconds,
        command=what.command,
        gate=what.gate,
        at_end=what.at_end,
        shows=what.shows,
    )
    return Run(task, TaskState(what.state), row.started_at, row.due_at, row.done_at, what.why)


def _new(run: Run) -> NewTask:
    task = run.task
    return NewTask(
        task=task.id,
        title=task.title,
        state=run.state.value,
        team=task.team,
        address=task.to,
        after=task.after,
        shows=task.shows,
        due_seconds=task.due_seconds,
        command=task.command,
        gate=task.gate,
        at_end=task.at_end,
        why=run.why,
    )


def _changed(row: StoredTask, before: Run, run: Run, calendar: Calendar) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "state": run.state.value,
        "started_at": run.started_at,
        "due_at": run.due_at,
        "done_at": run.done_at,
        "why": run.why,
    }
    if row.first_due_at is None or run.started_at != before.started_at:
        fields["first_due_at"] = run.due_at
    if run.due_at != before.due_at:
        # A new promise is reminded of anew.
        fields["reminders"] = 0
    reminders = fields.get("reminders", row.reminders)
    fields["next_at"] = next_look(run.due_at, reminders, calendar) if run.state in ACTIVE else None
    return fields


def _note_move(row: StoredTask, before: Run, run: Run, now: datetime, by: str) -> None:
    """Note that the promise of a task was moved, where one had been made."""
    moved = before.due_at is not None and run.due_at is not None and run.due_at != before.due_at
    if moved and before.started_at == run.started_at:
        move = PromiseMove(row.ticket_number, row.task, now, before.due_at, run.due_at, run.why, by)
        tasks.note_move(move)


def _of_whole(known: Tasks, work: Work, now: datetime, calendar: Calendar) -> dict[str, Any]:
    over = work.fulfilled and bool(work.runs)
    counted = any(one.state is not TaskState.SKIPPED for one in work.runs if not one.task.at_end)
    return {
        "promised_at": work.promised_at,
        "ends_on": work.ends_on.isoformat() if work.ends_on else "",
        "open": not (over and counted) and known.stored.ended_at is None,
        "fulfilled_at": known.stored.fulfilled_at or (now if over and counted else None),
        "next_at": next_at(work, tasks.of_ticket(known.number), now, calendar),
    }


def next_at(work: Work, rows: list[StoredTask], now: datetime, calendar: Calendar) -> datetime | None:
    """Return when to look at the work again: at the next reminder, or when the access ends."""
    moments = [row.next_at for row in rows if row.next_at is not None]
    waits = any(one.state is TaskState.WAITING and one.task.at_end for one in work.runs)
    if waits and work.ends_on is not None and work.fulfilled:
        moments.append(max(now, day_ends(work.ends_on, calendar)))
    return min(moments, default=None)


def day_ends(day: date, calendar: Calendar) -> datetime:
    """Return when a day is over where the calendar is: as the next one begins."""
    return datetime.combine(day + timedelta(days=1), time.min, calendar.zone).astimezone(UTC)
