"""What the command line shows of fulfilment: open tasks, and how reliable promises are."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daemon.desk.reliability import Promised, Reliability, by
from daemon.services.task_views import place
from storage import tasks
from storage.database import Database
from storage.tasks import Fulfilment, StoredTask

BY = {
    "item": lambda one: one.item,
    "team": lambda one: one.team,
    "performer": lambda one: one.performer,
}


def open_tasks(database: Database, now: datetime) -> list[dict[str, Any]]:
    """List the tasks that somebody has, the one due first before all others."""
    with database.read():
        found = tasks.in_hand()
        requests = tasks.whole({one.ticket_number for one in found})
    rows = [_row(one, requests.get(one.ticket_number), now) for one in found]
    return sorted(rows, key=lambda row: (row["due"] is None, row["due"] or now, row["ticket"]))


def reliability(database: Database, since: datetime, which: str) -> list[Reliability]:
    """Say how reliable promises were that were kept or broken since then, by item, team or performer.

    An item is what the requester was promised; teams and performers are judged by their tasks.
    """
    with database.read():
        given = _of_requests(since) if which == "item" else _of_tasks(since)
    return by(given, BY[which])


def _of_requests(since: datetime) -> list[Promised]:
    found = tasks.fulfilled_since(since)
    numbers = [one.ticket_number for one in found]
    moves = Counter(one.ticket_number for one in tasks.moves(numbers) if not one.task)
    every = tasks.of_tickets(numbers)
    return [_of_request(one, every.get(one.ticket_number, []), moves[one.ticket_number]) for one in found]


def _of_request(one: Fulfilment, rows: list[StoredTask], moved: int) -> Promised:
    assert one.fulfilled_at is not None, "it was asked for"
    minutes = sum(row.minutes for row in rows)
    cost = tuple(part for row in rows for part in row.cost)
    again = sum(row.superseded and row.done_at is not None and not row.what.gate for row in rows)
    return Promised(one.item, "", "", one.first_promised_at, one.fulfilled_at, moved, again, minutes, cost)


def _of_tasks(since: datetime) -> list[Promised]:
    rows = tasks.done_since(since)
    numbers = {one.ticket_number for one in rows}
    moves = Counter((one.ticket_number, one.task) for one in tasks.moves(sorted(numbers)) if one.task)
    return [_of_task(row, moves) for row in rows]


def _of_task(row: StoredTask, moves: Mapping[tuple[int, str], int]) -> Promised:
    assert row.done_at is not None, "it was asked for"
    # What was sent back was done in vain; a check that sent it back did its work.
    again = int(row.superseded and not row.what.gate)
    moved = moves.get((row.ticket_number, row.task), 0)
    performer = row.done_by or place(row)
    return Promised(
        "", row.what.team, performer, row.first_due_at, row.done_at, moved, again, row.minutes, row.cost
    )


def _row(row: StoredTask, whole: Fulfilment | None, now: datetime) -> dict[str, Any]:
    late = row.due_at is not None and row.due_at < now
    return {
        "ticket": row.ticket_number,
        "task": row.task,
        "title": row.what.title,
        "item": whole.item if whole is not None else "",
        "state": row.state,
        "late": late,
        "with": place(row),
        "due": row.due_at,
        "first_due": row.first_due_at,
        "reminders": row.reminders,
        "why": row.what.why,
        "command": row.what.command,
        "promised": whole.promised_at if whole is not None else None,
    }
