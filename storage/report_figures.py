"""What a report of the whole desk is counted from.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import hot
from storage.vocabulary import SegmentKind, TicketState


@dataclass(frozen=True, slots=True)
class Kept:
    """A run of a clock that has ended: how long it took of how long was promised, in working seconds."""

    clock: str
    used_seconds: int
    target_seconds: int


def opened(since: datetime, until: datetime) -> list[datetime]:
    """Return when tickets were opened within a time."""
    rows = hot.query(
        "SELECT created_at FROM tickets WHERE created_at >= ? AND created_at < ?", (since, until)
    )
    return [hot.aware(at) for (at,) in rows]


def ended(over: Sequence[TicketState], since: datetime, until: datetime) -> list[datetime]:
    """Return when the tickets that are in these states ended, within a time: solved, else closed."""
    rows = hot.query(
        "SELECT COALESCE(resolved_at, closed_at) FROM tickets WHERE COALESCE(resolved_at, closed_at) >= ? "  # noqa: S608  # placeholders only
        f"AND COALESCE(resolved_at, closed_at) < ? AND state IN ({hot.marks(len(over))})",
        (since, until, *over),
    )
    return [hot.aware(at) for (at,) in rows]


def backlog(over: Sequence[TicketState]) -> list[tuple[str, datetime]]:
    """Return the tickets that have not ended, each by its team and since when it is there."""
    marks = hot.marks(len(over))
    rows = hot.query(f"SELECT team, created_at FROM tickets WHERE state NOT IN ({marks})", list(over))  # noqa: S608  # placeholders only
    return [(team, hot.aware(at)) for team, at in rows]


def kept(since: datetime, until: datetime) -> list[Kept]:
    """Return the runs of clocks with a promise that ended within a time."""
    rows = hot.query(
        "SELECT clock, SUM(CASE WHEN kind = ? THEN used_seconds ELSE 0 END), MAX(target_seconds) "
        "FROM clock_segments GROUP BY ticket_number, clock, run HAVING COUNT(*) = COUNT(ended_at) "
        "AND MAX(target_seconds) IS NOT NULL AND MAX(ended_at) >= ? AND MAX(ended_at) < ?",
        (SegmentKind.RUNNING, since, until),
    )
    return [Kept(clock, int(used or 0), int(target)) for clock, used, target in rows]


def decided(since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return the approvals that were decided within a time: from when and until when they were open."""
    rows = hot.query(
        "SELECT created_at, decided_at FROM approvals WHERE decided_at >= ? AND decided_at < ?",
        (since, until),
    )
    return [(hot.aware(start), hot.aware(end)) for start, end in rows]
