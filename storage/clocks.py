"""The clocks of tickets: segments, when to look at them, whom they told.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import hot
from storage.clock_models import ClockAlarmRow, ClockWatchRow, SegmentRow
from storage.model_base import tuples
from storage.records import Segment
from storage.vocabulary import Clock, SegmentKind

FIELDS = tuple(name for name in Segment.__slots__ if name != "id")


@dataclass(frozen=True, slots=True)
class Alarm:
    """What one reader is told about one run of a clock; ``step`` is a share in thousandths, or which ring."""

    clock: Clock
    run: int
    step: int
    recipient: str
    due_at: datetime
    told_at: datetime | None = None


def of_ticket(number: int) -> list[Segment]:
    """Return the segments of a ticket in the order of their start."""
    query = SegmentRow.select().where(SegmentRow.ticket_number == number).order_by(SegmentRow.id)
    return [_record(row) for row in query]


def add(segments: Sequence[Segment]) -> None:
    """Add segments in their order; their ids are the table's to give."""
    hot.insert(SegmentRow, [{name: getattr(one, name) for name in FIELDS} for one in segments])


def end(segment: Segment) -> None:
    """Write the end of a stored segment; one that ended before keeps its end."""
    hot.execute(
        "UPDATE clock_segments SET ended_at = ?, ended_reason = ?, used_seconds = ? "
        "WHERE id = ? AND ended_at IS NULL",
        (segment.ended_at, segment.ended_reason, segment.used_seconds, segment.id),
    )


def watch(number: int, next_at: datetime | None, due_at: datetime | None, levels: str) -> None:
    """Note when to look at the clocks of a ticket again, and when the first of them is due."""
    row = {"ticket_number": number, "next_at": next_at, "due_at": due_at, "levels": levels}
    hot.insert(
        ClockWatchRow,
        [row],
        on_conflict="ON CONFLICT (ticket_number) DO UPDATE SET next_at = excluded.next_at, "
        "due_at = excluded.due_at, levels = excluded.levels",
    )


def forget(number: int) -> None:
    """Look at the clocks of a ticket no more: all of them are over."""
    hot.execute("DELETE FROM clock_watch WHERE ticket_number = ?", (number,))


def to_look_at(now: datetime, levels: str, limit: int) -> list[int]:
    """Return the tickets whose clocks want a look, the longest due first.

    After them come those that were looked at under other service levels than these.
    """
    due = hot.query(
        "SELECT ticket_number FROM clock_watch WHERE next_at <= ? ORDER BY next_at, ticket_number LIMIT ?",
        (now, limit),
    )
    found = [number for (number,) in due]
    for other in ("levels < ?", "levels > ?"):
        rows = hot.query(
            f"SELECT ticket_number FROM clock_watch WHERE {other} LIMIT ?",  # noqa: S608  # one of two texts
            (levels, limit),
        )
        found += [number for (number,) in rows]
    return list(dict.fromkeys(found))[:limit]


def put_off(number: int, until: datetime) -> None:
    """Look at a ticket again not before this moment: the look at it failed."""
    hot.execute("UPDATE clock_watch SET next_at = ? WHERE ticket_number = ?", (until, number))


def due_at(number: int) -> datetime | None:
    """Return when the first running clock of a ticket is due; None where none is."""
    row = ClockWatchRow.get_or_none(ClockWatchRow.ticket_number == number)
    return row.due_at if row else None


def alarms(number: int) -> list[Alarm]:
    """Return all that readers were told, or are still to be told, about a ticket's clocks, oldest first."""
    query = ClockAlarmRow.select().where(ClockAlarmRow.ticket_number == number).order_by(ClockAlarmRow.id)
    return [
        Alarm(Clock(row.clock), row.run, row.step, row.recipient, row.due_at, row.told_at) for row in query
    ]


def raise_alarms(number: int, raised: Sequence[Alarm]) -> None:
    """Note whom to tell what; what was noted before stays as it was."""
    rows: list[dict[str, Any]] = [
        {"ticket_number": number, **{name: getattr(one, name) for name in Alarm.__slots__}} for one in raised
    ]
    hot.insert(ClockAlarmRow, rows, on_conflict="ON CONFLICT DO NOTHING")


def told(number: int, alarm: Alarm, now: datetime) -> None:
    """Note that a reader knows, or need not know any more."""
    ClockAlarmRow.update(told_at=now).where(
        ClockAlarmRow.ticket_number == number,
        ClockAlarmRow.clock == alarm.clock.value,
        ClockAlarmRow.run == alarm.run,
        ClockAlarmRow.step == alarm.step,
        ClockAlarmRow.recipient == alarm.recipient,
    ).execute()


def watched() -> list[tuple[int, datetime | None, datetime | None]]:
    """Return every ticket with a clock that is not over: its number, the next look, what it is due."""
    columns = (ClockWatchRow.ticket_number, ClockWatchRow.next_at, ClockWatchRow.due_at)
    query = ClockWatchRow.select(*columns).order_by(ClockWatchRow.ticket_number)
    return [(number, next_at, due) for number, next_at, due in tuples(query)]


def _record(row: SegmentRow) -> Segment:
    values = {name: getattr(row, name) for name in FIELDS}
    values |= {"clock": Clock(row.clock), "kind": SegmentKind(row.kind)}
    return Segment(id=row.id, **values)
