"""Find tickets by what is known about them, in the order in which an agent would work on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from storage import people, tickets
from storage.models import EntryRow, RouteRow, TicketRow, tuples
from storage.records import Ticket
from storage.vocabulary import Priority, TicketState, TicketType

# More would fill no mail that somebody reads.
FOUND_LIMIT = 500
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose tickets are looked at: those of these teams, and those of this agent; None for all teams.

    Those that teams of ``hidden`` work on are never found.
    """

    teams: tuple[str, ...] | None
    agent: str
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets to find; an empty field asks nothing.  ``before`` bounds the last change."""

    reach: Reach
    states: Sequence[TicketState] = ()
    teams: Sequence[str] = ()
    assignee: str = ""
    tags: Sequence[str] = ()
    types: Sequence[TicketType] = ()
    priorities: Sequence[Priority] = ()
    category: str = ""
    requester: str = ""
    before: datetime | None = None
    words: Sequence[str] = ()


def found(wanted: Wanted, limit: int = FOUND_LIMIT) -> list[Ticket]:
    """Return the tickets, the most pressing first: by priority, promised moment, age."""
    query = TicketRow.select(TicketRow.number).where(TicketRow.merged_into.is_null())
    for condition in (*_plain(wanted), *_of_texts(wanted)):
        query = query.where(condition)
    order = (TicketRow.priority, TicketRow.due_at.is_null(), TicketRow.due_at, TicketRow.number)
    numbers = [number for (number,) in tuples(query.order_by(*order).limit(limit))]
    records = (tickets.get(number) for number in numbers)
    return [record for record in records if record is not None]


def _plain(wanted: Wanted) -> list[Any]:
    reach = wanted.reach
    conditions: list[Any] = []
    if reach.teams is not None:
        conditions.append(_in_teams(reach.teams) | (TicketRow.assignee == reach.agent))
    if reach.hidden:
        conditions.append(TicketRow.team.not_in(list(reach.hidden)))
    if wanted.teams:
        conditions.append(_in_teams(wanted.teams))
    if wanted.states:
        conditions.append(TicketRow.state.in_([state.value for state in wanted.states]))
    if wanted.types:
        conditions.append(TicketRow.type.in_([kind.value for kind in wanted.types]))
    if wanted.priorities:
        conditions.append(TicketRow.priority.in_([rank.value for rank in wanted.priorities]))
    if wanted.assignee:
        mine = TicketRow.assignee == wanted.assignee
        conditions.append(TicketRow.assignee.is_null() if wanted.assignee == NOBODY else mine)
    if wanted.before is not None:
        conditions.append(TicketRow.updated_at < wanted.before)
    return conditions


def _of_texts(wanted: Wanted) -> list[Any]:
    conditions: list[Any] = []
    if wanted.category:
        conditions.append(TicketRow.category**wanted.category)
    if wanted.requester:
        person = people.find(wanted.requester)
        conditions.append(TicketRow.requester_id == (person.id if person is not None else -1))
    conditions += [_tagged(tag) for tag in wanted.tags]
    conditions += [_says(word) for word in wanted.words]
    return conditions


def _in_teams(teams: Sequence[str]) -> Any:
    return TicketRow.number.in_(RouteRow.select(RouteRow.ticket_number).where(RouteRow.team.in_(list(teams))))


def _tagged(tag: str) -> Any:
    """Ask for a whole word among those that stand between blanks."""
    column = TicketRow.tags
    forms = (
        column == tag,
        column.startswith(f"{tag} "),
        column.endswith(f" {tag}"),
        column.contains(f" {tag} "),
    )
    return reduce(or_, forms)


def _says(word: str) -> Any:
    said = EntryRow.select(EntryRow.ticket_number).where(EntryRow.text.contains(word))
    return TicketRow.subject.contains(word) | TicketRow.tags.contains(word) | TicketRow.number.in_(said)
