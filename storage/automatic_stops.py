"""Automatic mail that was stopped for a ticket: kind, by whom and why.  Callers hold the transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage import hot
from storage.automatic_stop_models import AutomaticStopRow

# Values that one statement takes at once; far below what a driver takes (32,766).
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stop:
    """A kind of automatic mail, or ``all``, that is not sent about a ticket."""

    kind: str
    by: str
    at: datetime
    why: str = ""


def add(number: int, stop: Stop) -> None:
    """Stop a kind of mail for a ticket; who stopped it first stays known."""
    row = {"ticket_number": number, "kind": stop.kind, "stopped_by": stop.by, "at": stop.at, "why": stop.why}
    hot.insert(AutomaticStopRow, [row], on_conflict="ON CONFLICT DO NOTHING")


def remove(number: int, kinds: Collection[str]) -> None:
    """Let kinds of mail be sent about a ticket again."""
    sql = f"DELETE FROM automatic_stops WHERE ticket_number = ? AND kind IN ({hot.marks(len(kinds))})"  # noqa: S608  # placeholders
    hot.execute(sql, (number, *kinds))


def among(numbers: Collection[int], kinds: Collection[str]) -> frozenset[int]:
    """Return those of these tickets for which one of these kinds is stopped."""
    wanted = sorted(set(numbers))
    found: set[int] = set()
    for at in range(0, len(wanted), _CHUNK):
        chunk = wanted[at : at + _CHUNK]
        sql = (
            f"SELECT ticket_number FROM automatic_stops WHERE kind IN ({hot.marks(len(kinds))}) "  # noqa: S608  # placeholders
            f"AND ticket_number IN ({hot.marks(len(chunk))})"
        )
        found.update(number for (number,) in hot.query(sql, (*kinds, *chunk)))
    return frozenset(found)


def of_ticket(number: int) -> list[Stop]:
    """Return what is stopped for a ticket, by kind."""
    query = AutomaticStopRow.select().where(AutomaticStopRow.ticket_number == number)
    return [Stop(row.kind, row.stopped_by, row.at, row.why) for row in query.order_by(AutomaticStopRow.kind)]
