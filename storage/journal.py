"""The journal of a ticket: lines that are only ever added, each chained by hash to the one before.

The hash of the last line stands in the ticket, so that a cut-off journal shows as well as a changed one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import hot
from storage.models import EventRow
from storage.records import Event

# Lines in one statement: eight values each, of which SQLite takes 32,766.
_CHUNK = 500
# Made once: ``json.dumps`` makes an encoder anew for every line.
_encoded = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; ``cause`` names the arrival, the job or the operator's command behind it."""

    kind: str
    actor: str
    cause: str
    data: Mapping[str, str]


def chained(previous: str, at: datetime, line: Line) -> str:
    """Return the hash of a line that follows the line with the hash ``previous``."""
    content = [previous, at.isoformat(), line.kind, line.actor, line.cause, dict(sorted(line.data.items()))]
    return hashlib.sha256(_encoded(content).encode()).hexdigest()


def append(ticket_number: int, previous: str, lines: Sequence[Line], now: datetime) -> str:
    """Add lines to the journal of a ticket and return the hash of the last one."""
    (last,) = append_all([(ticket_number, previous, lines)], now)
    return last


def append_all(journals: Iterable[tuple[int, str, Sequence[Line]]], now: datetime) -> list[str]:
    """Add lines to journals of tickets, each with the hash that its lines follow; return the last hashes."""
    rows: list[dict[str, Any]] = []
    hashes = []
    for number, previous, lines in journals:
        rows += (fresh := _rows(number, previous, lines, now))
        hashes.append(fresh[-1]["hash"] if fresh else previous)
    for at in range(0, len(rows), _CHUNK):
        hot.insert(EventRow, rows[at : at + _CHUNK])
    return hashes


def _rows(ticket_number: int, previous: str, lines: Sequence[Line], now: datetime) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        link = chained(previous, now, line)
        rows.append(
            {
                "ticket_number": ticket_number,
                "at": now,
                "kind": line.kind,
                "actor": line.actor,
                "cause": line.cause,
                "data": _encoded(dict(line.data)),
                "previous": previous,
                "hash": link,
            }
        )
        previous = link
    return rows


def of_ticket(ticket_number: int) -> list[Event]:
    """Return the journal of a ticket, oldest line first."""
    query = EventRow.select().where(EventRow.ticket_number == ticket_number).order_by(EventRow.id)
    return [_event(row) for row in query]


def lines_after(event_id: int, limit: int) -> list[Event]:
    """Return the lines of all journals after this one, in the order of their ids."""
    query = EventRow.select().where(EventRow.id > event_id).order_by(EventRow.id).limit(limit)
    return [_event(row) for row in query]


def _event(row: EventRow) -> Event:
    return Event(
        id=row.id,
        ticket_number=row.ticket_number,
        at=row.at,
        kind=row.kind,
        actor=row.actor,
        cause=row.cause,
        data=json.loads(row.data),
        previous=row.previous,
        hash=row.hash,
    )


def withheld_since(moment: datetime) -> list[tuple[str, str]]:
    """List the mails that the gate held back from that moment on: ``(recipient, reason)``."""
    query = EventRow.select(EventRow.data).where(EventRow.kind == "not sent", EventRow.at >= moment)
    found = [json.loads(row.data) for row in query]
    return [(data.get("to", ""), data.get("reason", "")) for data in found]


def broken_link(events: Sequence[Event], last_hash: str) -> int | None:
    """Return the id of the first line that does not fit its chain; None for a whole chain.

    A chain that ends in another hash than the ticket holds is reported at its last line, or at 0
    where no line is left.
    """
    previous = ""
    for event in events:
        if misfit(event, previous):
            return event.id
        previous = event.hash
    if previous == last_hash:
        return None
    return events[-1].id if events else 0


def misfit(event: Event, previous: str) -> str:
    """Say why a line does not follow the line with the hash ``previous``; nothing where it does."""
    if event.previous != previous:
        return "the line does not follow the one before: a line was added, or taken away"
    line = Line(event.kind, event.actor, event.cause, event.data)
    if event.hash != chained(previous, event.at, line):
        return "the line was changed after it was written"
    return ""
