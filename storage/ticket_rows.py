"""Rows of tickets as records, with all that belongs to them; callers hold the transaction."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from storage import hot, people
from storage.records import Person, Ticket
from storage.vocabulary import Level, Priority, TicketState, TicketType

COLUMNS = (
    "number", "type", "state", "impact", "urgency", "priority", "team", "assignee", "requester_id", "subject",
    "root_message_id", "created_at", "updated_at", "resolved_at", "closed_at", "journal_hash", "category",
    "tags", "fields", "watchers", "asked", "due_at", "pending_until", "minutes_spent", "merged_into",
)  # fmt: skip
_REQUESTER = COLUMNS.index("requester_id")
WITH_NUMBERS = f"SELECT {', '.join(COLUMNS)} FROM tickets WHERE number IN"  # noqa: S608  # names of ours


def read_tickets(rows: Iterable[tuple[Any, ...]]) -> list[Ticket]:
    """Return the tickets of these rows of COLUMNS in their order, read in two queries for all of them."""
    found = list(rows)
    asked = {requester for row in found if (requester := row[_REQUESTER]) is not None}
    known = {person.id: person for person in people.by_ids(list(asked))}
    teams = _routes([row[0] for row in found])
    return [_ticket(row, tuple(teams.get(row[0], ())), known.get(row[_REQUESTER])) for row in found]


def _routes(numbers: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if not numbers:
        return found
    listed = f"SELECT ticket_number, team FROM routes WHERE ticket_number IN ({hot.marks(len(numbers))}) ORDER BY id"  # noqa: S608, E501  # placeholders only
    for number, team in hot.query(listed, numbers):
        found.setdefault(number, []).append(team)
    return found


def _ticket(row: tuple[Any, ...], routes: tuple[str, ...], requester: Person | None) -> Ticket:
    number, type_, state, impact, urgency, priority, team, assignee, _, subject, root, *more = row
    created, updated, resolved, closed, journal_hash, category, tags, fields, watchers, asked, *rest = more
    due, pending, minutes, merged_into = rest
    return Ticket(
        number=number,
        type=TicketType(type_),
        state=TicketState(state),
        impact=Level(impact),
        urgency=Level(urgency),
        priority=Priority(priority),
        team=team,
        assignee=assignee,
        requester=requester,
        subject=subject,
        root_message_id=root,
        created_at=hot.aware(created),
        updated_at=hot.aware(updated),
        resolved_at=hot.moment(resolved),
        closed_at=hot.moment(closed),
        journal_hash=journal_hash,
        routes=routes,
        category=category,
        tags=tuple(tags.split()),
        fields=tuple(sorted(json.loads(fields).items())) if fields else (),
        watchers=tuple(watchers.split()),
        asked=tuple(asked.split()),
        due_at=hot.moment(due),
        pending_until=hot.moment(pending),
        minutes_spent=minutes,
        merged_into=merged_into,
    )
