"""Tickets that wait, and when to look at them.  Callers hold the transaction."""

from dataclasses import dataclass
from datetime import datetime

from storage import hot
from storage.waiting_models import WaitRow


@dataclass(frozen=True, slots=True)
class Wait:
    """A ticket that waits: since it began, or since the last of so many reminders."""

    since_at: datetime
    reminders: int


def begin(number: int, now: datetime) -> None:
    """Let a ticket wait from now on, without a reminder so far; it is looked at soon."""
    hot.insert(
        WaitRow,
        [{"ticket_number": number, "since_at": now, "reminders": 0, "next_at": now}],
        on_conflict="ON CONFLICT (ticket_number) DO UPDATE SET since_at = excluded.since_at, "
        "reminders = 0, next_at = excluded.next_at",
    )


def end(number: int) -> None:
    """Let a ticket wait no more."""
    hot.execute("DELETE FROM waits WHERE ticket_number = ?", (number,))


def get(number: int) -> Wait | None:
    """Return how a ticket waits, or None."""
    row = WaitRow.get_or_none(WaitRow.ticket_number == number)
    return Wait(row.since_at, row.reminders) if row else None


def reminded(number: int, now: datetime) -> None:
    """Count a reminder; the next step is counted from it."""
    hot.execute(
        "UPDATE waits SET reminders = reminders + 1, since_at = ? WHERE ticket_number = ?", (now, number)
    )


def look_at(number: int, moment: datetime | None) -> None:
    """Note when to look at a ticket again; None for never."""
    hot.execute("UPDATE waits SET next_at = ? WHERE ticket_number = ?", (moment, number))


def to_look_at(now: datetime, limit: int) -> list[int]:
    """Return the tickets that want a look, the longest due first."""
    due = "SELECT ticket_number FROM waits WHERE next_at <= ? ORDER BY next_at LIMIT ?"
    return [number for (number,) in hot.query(due, (now, limit))]
