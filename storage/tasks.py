"""Requests that are worked on and their tasks.  Callers hold the transaction.

Plain values, as ``desk.fulfilment`` means them; nothing here decides anything.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from storage import hot
from storage.model_base import tuples
from storage.models import OutboxRow, TicketRow
from storage.task_models import FulfilmentRow, PromiseMoveRow, TaskRow
from storage.task_records import ByHand, Fulfilment, NewTask, PromiseMove, StoredTask

# The records are handed through.
__all__ = ["ByHand", "Fulfilment", "NewTask", "PromiseMove", "StoredTask"]

# The cause of a mail to whoever has a task begins with this and the number of its row.
ORIGIN = "task"
_CHUNK = 500
_ORIGIN = re.compile(rf"{ORIGIN}:(\d{{1,12}})[:/]")


def begin(number: int, item: str, now: datetime, promised_at: datetime | None, ends_on: date | None) -> None:
    """Note that the work on a request begins; what was done on it before is past."""
    TaskRow.update(superseded=True, next_at=None).where(TaskRow.ticket_number == number).execute()
    FulfilmentRow.delete().where(FulfilmentRow.ticket_number == number).execute()
    FulfilmentRow.insert(
        ticket_number=number,
        item=item,
        open=True,
        promised_at=promised_at,
        first_promised_at=promised_at,
        ends_on=ends_on.isoformat() if ends_on else "",
        begun_at=now,
        end_reason="",
    ).execute()


def add(number: int, position: int, task: NewTask) -> int:
    """Add a task to a request and return the id of its row; one of the same name is past by that."""
    same = (TaskRow.ticket_number == number) & (TaskRow.task == task.task)
    TaskRow.update(superseded=True, next_at=None).where(same).execute()
    values = {name: getattr(task, name) for name in NewTask.__slots__}
    values |= {"after": json.dumps(task.after), "shows": json.dumps(task.shows)}
    return int(TaskRow.insert(ticket_number=number, position=position, **values).execute())


def get(number: int) -> Fulfilment | None:
    """Return the work behind a request; None where there is none."""
    return next(map(_fulfilment, hot.rows(FulfilmentRow, "ticket_number = ?", (number,))), None)


def of_ticket(number: int, *, past: bool = False) -> list[StoredTask]:
    """Return the tasks of a request in their written order; with ``past`` also those that were done anew."""
    condition = "ticket_number = ?" if past else "ticket_number = ? AND NOT superseded"
    return [_task(row) for row in hot.rows(TaskRow, f"{condition} ORDER BY position, id", (number,))]


def task(task_id: int) -> StoredTask | None:
    """Return the task of this row, or None."""
    return next(map(_task, hot.rows(TaskRow, "id = ?", (task_id,))), None)


def change(number: int, fields: Mapping[str, Any]) -> None:
    """Write these columns of the work behind a request."""
    hot.update(FulfilmentRow, "ticket_number", number, fields)


def change_task(task_id: int, fields: Mapping[str, Any]) -> None:
    """Write these columns of a task; ``cost`` as the record has it."""
    values = dict(fields)
    if "cost" in values:
        values["cost"] = json.dumps(values["cost"])
    hot.update(TaskRow, "id", task_id, values)


def set_state(number: int, said: ByHand, now: datetime) -> None:
    """Write the state that an agent gave a task; it is looked at soon."""
    state, why, by = said.state, said.why, said.by
    mine = (TaskRow.ticket_number == number) & (TaskRow.task == said.task) & ~TaskRow.superseded
    over = state in {"done", "skipped"}
    fields: dict[str, Any] = {"state": state, "why": why, "done_at": now if state == "done" else None}
    fields |= (
        {"done_by": by, "proof": "an agent's command"} if state == "done" else {"done_by": "", "proof": ""}
    )
    TaskRow.update(**fields, next_at=None if over else TaskRow.due_at).where(mine).execute()
    FulfilmentRow.update(next_at=now, open=True, fulfilled_at=None).where(
        FulfilmentRow.ticket_number == number
    ).execute()


def note_move(move: PromiseMove) -> None:
    """Note that a promise was moved."""
    PromiseMoveRow.insert(
        ticket_number=move.ticket_number,
        task=move.task,
        at=move.at,
        before_at=move.before,
        after_at=move.after,
        why=move.why,
        moved_by=move.by,
    ).execute()


def moves(numbers: Sequence[int]) -> list[PromiseMove]:
    """Return the promises that were moved on these tickets, on each the oldest first."""
    return [
        PromiseMove(one.ticket_number, one.task, one.at, one.before_at, one.after_at, one.why, one.moved_by)
        for some in _chunks(numbers)
        for one in hot.rows(PromiseMoveRow, f"ticket_number IN ({hot.marks(len(some))}) ORDER BY id", some)
    ]


def in_hand() -> list[StoredTask]:
    """Return the tasks that somebody has: started or blocked."""
    mine = TaskRow.state.in_(["started", "blocked"]) & ~TaskRow.superseded
    return [_task(row) for row in TaskRow.select().where(mine).order_by(TaskRow.id)]


def done_since(since: datetime) -> list[StoredTask]:
    """Return the tasks that were done since then, those that had to be done anew included."""
    return [_task(row) for row in TaskRow.select().where(TaskRow.done_at >= since).order_by(TaskRow.id)]


def fulfilled_since(since: datetime) -> list[Fulfilment]:
    """Return the requests that were fulfilled since then."""
    query = FulfilmentRow.select().where(FulfilmentRow.fulfilled_at >= since)
    return [_fulfilment(row) for row in query.order_by(FulfilmentRow.ticket_number)]


def whole(numbers: Collection[int]) -> dict[int, Fulfilment]:
    """Return the work behind these requests, by ticket."""
    found: dict[int, Fulfilment] = {}
    for some in _chunks(numbers):
        query = FulfilmentRow.select().where(FulfilmentRow.ticket_number.in_(some))
        found |= {row.ticket_number: _fulfilment(row) for row in query}
    return found


def of_tickets(numbers: Collection[int]) -> dict[int, list[StoredTask]]:
    """Return all tasks of these requests, past ones too, by ticket."""
    found: dict[int, list[StoredTask]] = {}
    for some in _chunks(numbers):
        for row in TaskRow.select().where(TaskRow.ticket_number.in_(some)).order_by(TaskRow.id):
            found.setdefault(row.ticket_number, []).append(_task(row))
    return found


def _chunks(numbers: Collection[int]) -> Iterator[list[int]]:
    """Divide numbers into as many as one statement takes."""
    every = sorted(numbers)
    return (every[at : at + _CHUNK] for at in range(0, len(every), _CHUNK))


def asked_by(message_id: str) -> int | None:
    """Return the row of the task that our mail with this Message-ID was about; None for any other mail."""
    found = tuples(OutboxRow.select(OutboxRow.key).where(OutboxRow.message_id == message_id))
    match = _ORIGIN.match(found[0][0]) if found else None
    return int(match[1]) if match else None


def asked_of(task_id: int, notice: str) -> set[str]:
    """Return the addresses to which mail of this kind about a task went, folded."""
    like = OutboxRow.key.startswith(f"{ORIGIN}:{task_id}:") & (OutboxRow.notice == notice)
    return {address for (address,) in tuples(OutboxRow.select(OutboxRow.recipient).where(like))}


def to_look_at(now: datetime, ended: Sequence[str], limit: int, after: int = 0) -> list[int]:
    """Return the requests that want a look, in the order of their numbers, from behind ``after`` on.

    Those whose time has come, and open ones whose ticket is in one of the states in which it ``ended``.
    """
    due = FulfilmentRow.select(FulfilmentRow.ticket_number).where(
        FulfilmentRow.next_at <= now, FulfilmentRow.ticket_number > after
    )
    over = (
        FulfilmentRow.select(FulfilmentRow.ticket_number)
        .join(TicketRow, on=(TicketRow.number == FulfilmentRow.ticket_number))
        .where(FulfilmentRow.open, FulfilmentRow.ticket_number > after, TicketRow.state.in_(list(ended)))
    )
    found = {
        number
        for query in (due, over)
        for (number,) in tuples(query.order_by(FulfilmentRow.ticket_number).limit(limit))
    }
    return sorted(found)[:limit]


def _fulfilment(row: Any) -> Fulfilment:
    return Fulfilment(
        ticket_number=row.ticket_number,
        item=row.item,
        open=row.open,
        promised_at=row.promised_at,
        first_promised_at=row.first_promised_at,
        ends_on=date.fromisoformat(row.ends_on) if row.ends_on else None,
        begun_at=row.begun_at,
        fulfilled_at=row.fulfilled_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        next_at=row.next_at,
    )


def _task(row: Any) -> StoredTask:
    values = {name: getattr(row, name) for name in NewTask.__slots__}
    values |= {"after": tuple(json.loads(row.after)), "shows": tuple(json.loads(row.shows))}
    return StoredTask(
        id=row.id,
        ticket_number=row.ticket_number,
        superseded=row.superseded,
        position=row.position,
        what=NewTask(**values),
        started_at=row.started_at,
        due_at=row.due_at,
        first_due_at=row.first_due_at,
        done_at=row.done_at,
        assignee=row.assignee,
        done_by=row.done_by,
        proof=row.proof,
        minutes=row.minutes,
        cost=tuple((amount, currency) for amount, currency in json.loads(row.cost)),
        reminders=row.reminders,
        next_at=row.next_at,
    )
