"""Tickets and journals in large pieces, for whoever looks at all of them.  Callers hold the transaction."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from storage import hot
from storage.records import Event

_MOMENTS = ("created_at", "updated_at", "resolved_at", "closed_at", "due_at", "pending_until")
_WORDS = (
    "type", "state", "impact", "urgency", "priority", "category", "team", "assignee", "tags", "watchers",
    "asked", "minutes_spent", "merged_into",
)  # fmt: skip
_COLUMNS = ("number", "journal_hash", "requester_id", "fields", *_WORDS, *_MOMENTS)
_EVENTS_PER_QUERY = 5_000


@dataclass(frozen=True, slots=True)
class Account:
    """A ticket as the tables have it: every fact as a text (``desk.journal_replay`` has the names).

    ``requester`` are all addresses of whoever asked; empty where nobody did.
    """

    number: int
    journal_hash: str
    facts: dict[str, str]
    requester: frozenset[str]


def count_tickets() -> int:
    """Count all tickets."""
    return int(hot.query("SELECT COUNT(*) FROM tickets")[0][0])


def accounts(after: int, limit: int) -> list[Account]:
    """Return tickets with a higher number than ``after``, lowest first."""
    rows = hot.query(
        f"SELECT {', '.join(_COLUMNS)} FROM tickets WHERE number > ? ORDER BY number LIMIT ?",  # noqa: S608
        (after, limit),
    )
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    numbers = [one["number"] for one in found]
    teams, linked = _teams(numbers), _links(numbers)
    addresses = _addresses([one["requester_id"] for one in found if one["requester_id"] is not None])
    return [
        Account(
            one["number"],
            one["journal_hash"],
            _facts(one) | {"routes": ", ".join(teams[one["number"]])} | linked[one["number"]],
            frozenset(addresses.get(one["requester_id"], ())),
        )
        for one in found
    ]


def _facts(row: dict[str, Any]) -> dict[str, str]:
    words = {name: _text(row[name]) for name in _WORDS}
    moments = {name: _written(row[name]) for name in _MOMENTS}
    own = json.loads(row["fields"]) if row["fields"] else {}
    return words | moments | {f"field {name}": str(value) for name, value in own.items()}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _written(value: Any) -> str:
    return "" if value is None else hot.aware(value).isoformat()


def _teams(numbers: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, team in _of(
        numbers, "SELECT ticket_number, team FROM routes WHERE ticket_number {} ORDER BY id"
    ):
        found[number].append(team)
    return found


def _links(numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    sql = "SELECT ticket_number, kind, other FROM links WHERE ticket_number {}"
    for number, kind, other in _of(numbers, sql):
        found[number][f"link {kind} {other}"] = "yes"
    return found


def _addresses(person_ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    sql = "SELECT person_id, address FROM addresses WHERE person_id {}"
    for person_id, address in _of(sorted(set(person_ids)), sql):
        found[person_id].add(address)
    return found


def _of(numbers: Sequence[int], sql: str) -> list[tuple[Any, ...]]:
    return hot.query(sql.format(f"IN ({hot.marks(len(numbers))})"), numbers) if numbers else []


def events(after: int, last: int) -> Iterator[Event]:
    """Yield the lines of the journals of the tickets after ``after`` up to ``last``, ticket by ticket."""
    place = (after + 1, 0)
    while True:
        rows = hot.query(
            "SELECT ticket_number, id, at, kind, actor, cause, data, previous, hash FROM events "
            "WHERE (ticket_number, id) > (?, ?) AND ticket_number <= ? ORDER BY ticket_number, id LIMIT ?",
            (*place, last, _EVENTS_PER_QUERY),
        )
        for number, key, at, kind, actor, cause, data, previous, link in rows:
            yield Event(key, number, hot.aware(at), kind, actor, cause, json.loads(data), previous, link)
        if len(rows) < _EVENTS_PER_QUERY:
            return
        place = rows[-1][:2]


def moved_addresses(kinds: Sequence[str]) -> set[str]:
    """Return the addresses that changed hands: those that lines of these kinds name."""
    rows = hot.query(f"SELECT data FROM events WHERE kind IN ({hot.marks(len(kinds))})", kinds)  # noqa: S608
    return {one for (data,) in rows for value in json.loads(data).values() for one in str(value).split()}
