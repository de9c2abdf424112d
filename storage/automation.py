"""Commands that run for tasks: each is claimed once, and never runs a second time.

Callers hold the transaction.  A run whose owner died is ``lost`` when its time is over.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage import hot
from storage.task_models import AutomationRunRow


class RunState(StrEnum):
    """How far a command is."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    # Nobody knows what became of it.
    LOST = "lost"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class AutomaticRun:
    """A command for a task; ``result`` says in a line what came of it."""

    task_id: int
    ticket_number: int
    name: str
    state: RunState
    owner: str
    lease_until: datetime | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    result: str


def ask(task_id: int, ticket_number: int, name: str, now: datetime) -> bool:
    """Ask for the command of a task; False where it was asked for before, whatever came of it."""
    query = AutomationRunRow.insert(
        task_id=task_id, ticket_number=ticket_number, name=name, state=RunState.ASKED.value, asked_at=now
    )
    return bool(query.on_conflict_ignore().as_rowcount().execute())


def get(task_id: int) -> AutomaticRun | None:
    """Return the run for a task, or None."""
    return next(map(_run, hot.rows(AutomationRunRow, "task_id = ?", (task_id,))), None)


def asked(limit: int) -> list[AutomaticRun]:
    """Return the commands that are asked for, oldest first."""
    query = AutomationRunRow.select().where(AutomationRunRow.state == RunState.ASKED.value)
    return [
        _run(row) for row in query.order_by(AutomationRunRow.asked_at, AutomationRunRow.task_id).limit(limit)
    ]


def claim(task_id: int, owner: str, now: datetime, lease_until: datetime) -> bool:
    """Take a command that is asked for; False where somebody else was quicker."""
    query = AutomationRunRow.update(
        state=RunState.RUNNING.value, owner=owner, started_at=now, lease_until=lease_until
    )
    mine = (AutomationRunRow.task_id == task_id) & (AutomationRunRow.state == RunState.ASKED.value)
    return bool(query.where(mine).execute())


def settle(task_id: int, owner: str, state: RunState, result: str, now: datetime) -> bool:
    """Note what came of a run; False where it was given up for lost meanwhile."""
    query = AutomationRunRow.update(state=state.value, result=result, ended_at=now)
    ours = (AutomationRunRow.state == RunState.RUNNING.value) & (AutomationRunRow.owner == owner)
    return bool(query.where(AutomationRunRow.task_id == task_id, ours).execute())


def refuse(task_id: int, result: str, now: datetime) -> bool:
    """Note that a command does not run at all, and why; False where it does already."""
    query = AutomationRunRow.update(state=RunState.FAILED.value, result=result, ended_at=now)
    waits = AutomationRunRow.state == RunState.ASKED.value
    return bool(query.where(AutomationRunRow.task_id == task_id, waits).execute())


def running() -> list[AutomaticRun]:
    """Return the commands that run, or ran when their process died."""
    query = AutomationRunRow.select().where(AutomationRunRow.state == RunState.RUNNING.value)
    return [_run(row) for row in query.order_by(AutomationRunRow.task_id)]


def lose(task_id: int, owner: str, now: datetime) -> bool:
    """Give up the run of an owner who is gone; False where it was settled or given up meanwhile."""
    return settle(task_id, owner, RunState.LOST, "nobody knows", now)


def call_off(task_id: int, now: datetime) -> None:
    """Let a command that has not begun not run any more."""
    query = AutomationRunRow.update(state=RunState.OFF.value, ended_at=now)
    waits = AutomationRunRow.state == RunState.ASKED.value
    query.where(AutomationRunRow.task_id == task_id, waits).execute()


def _run(row: Any) -> AutomaticRun:
    return AutomaticRun(
        task_id=row.task_id,
        ticket_number=row.ticket_number,
        name=row.name,
        state=RunState(row.state),
        owner=row.owner,
        lease_until=row.lease_until,
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        result=row.result,
    )
