"""Tickets, who is on them and which teams they were addressed to.  Callers hold the transaction."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import SqliteDatabase

from storage import hot, people
from storage.automatic_stop_models import AutomaticStopRow
from storage.models import MessageIdRow, ParticipantRow, RouteRow, TicketRow, database, tuples
from storage.records import Participant, Person, Ticket
from storage.ticket_rows import COLUMNS, WITH_NUMBERS, read_tickets
from storage.vocabulary import Level, ParticipantRole, Priority, TicketState, TicketType

# More ids than this in one message are not looked at: the newest are enough to find the conversation.
IDS_PER_MESSAGE = 50
_WORDS = frozenset({"tags", "watchers", "asked"})
# What a column holds where the record has nothing; every other one holds NULL.
_EMPTY = {"category": "", "fields": "", "minutes_spent": 0}


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a ticket is made of at the start."""

    type: TicketType
    state: TicketState
    impact: Level
    urgency: Level
    priority: Priority
    team: str
    requester_id: int | None
    subject: str
    root_message_id: str


def add(ticket: NewTicket, routes: Sequence[str], now: datetime) -> int:
    """Add a ticket and return its number."""
    row = {name: getattr(ticket, name) for name in NewTicket.__slots__}
    (number,) = hot.insert_returning(TicketRow, [row | {"created_at": now, "updated_at": now}])
    hot.insert(RouteRow, [{"ticket_number": number, "team": team} for team in routes])
    return number


def lock(number: int) -> Ticket | None:
    """Return a ticket that nobody else changes until the transaction ends, or None."""
    return next(iter(lock_all((number,))), None)


def lock_all(numbers: Sequence[int]) -> list[Ticket]:
    """Return these tickets, locked as by ``lock`` and in the order of their numbers, in a few queries.

    What is not there is left out.
    """
    if not numbers:
        return []
    # SQLite knows no rows that are locked: who writes has all of the database.
    locked = "" if isinstance(database.obj, SqliteDatabase) else " FOR UPDATE"
    return read_tickets(
        hot.query(f"{WITH_NUMBERS} ({hot.marks(len(numbers))}) ORDER BY number{locked}", numbers)
    )


def get(number: int) -> Ticket | None:
    """Return a ticket, or None."""
    return next(iter(read_tickets(hot.query(f"{WITH_NUMBERS} (?)", (number,)))), None)


def change(number: int, fields: Mapping[str, Any]) -> None:
    """Write these columns of a ticket, with values as the record has them."""
    change_all({number: fields})


def change_all(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write columns of tickets, by number, as ``change`` does."""
    alike: dict[tuple[str, ...], list[list[Any]]] = {}
    for number, fields in changes.items():
        values = [_column(name, value) for name, value in fields.items()]
        alike.setdefault(tuple(fields), []).append([*values, number])
    for names, rows in alike.items():
        columns = ", ".join(f"{name} = ?" for name in names)
        sql = f"UPDATE tickets SET {columns} WHERE number = ?"  # noqa: S608  # names of ours
        if len(rows) == 1:
            hot.execute(sql, rows[0])
        else:
            hot.execute_many(sql, rows)


def _column(name: str, value: Any) -> Any:
    """Return a value of the record as its column holds it."""
    if name in _WORDS:
        return " ".join(value)
    return (
        json.dumps(dict(value), ensure_ascii=False)
        if name == "fields" and value
        else value or _EMPTY.get(name)
    )


def survivor(number: int) -> int:
    """Return the ticket that goes on in place of this one: itself, or the end of the chain of merges."""
    seen = {number}
    while True:
        rows = hot.query("SELECT merged_into FROM tickets WHERE number = ?", (number,))
        following = rows[0][0] if rows else None
        if following is None or following in seen:
            return number
        seen.add(following)
        number = following


def set_routes(number: int, teams: Sequence[str]) -> None:
    """Make these the teams of a ticket, in this order."""
    RouteRow.delete().where(RouteRow.ticket_number == number).execute()
    hot.insert(RouteRow, [{"ticket_number": number, "team": team} for team in teams])


def remove_participants(number: int, addresses: Sequence[str]) -> None:
    """Take people off a ticket, by any of their addresses; its requester stays."""
    ids = [person.id for person in map(people.find, addresses) if person is not None]
    ParticipantRow.delete().where(
        ParticipantRow.ticket_number == number,
        ParticipantRow.person_id.in_(ids),
        ParticipantRow.role != ParticipantRole.REQUESTER.value,
    ).execute()


def drop_requester(number: int) -> None:
    """Leave the ticket without a requester, who is on it no longer by that."""
    TicketRow.update(requester_id=None).where(TicketRow.number == number).execute()
    mine = ParticipantRow.ticket_number == number
    ParticipantRow.delete().where(mine, ParticipantRow.role == ParticipantRole.REQUESTER.value).execute()


def add_route(number: int, team: str) -> bool:
    """Note that the ticket was addressed to this team too; False where that was known."""
    added = RouteRow.insert(ticket_number=number, team=team).on_conflict_ignore().as_rowcount().execute()
    return bool(added)


def add_participants(number: int, members: Sequence[tuple[int, ParticipantRole]]) -> None:
    """Put people on a ticket; who is on it already keeps the role."""
    rows = [{"ticket_number": number, "person_id": person_id, "role": role} for person_id, role in members]
    hot.insert(ParticipantRow, rows, on_conflict="ON CONFLICT DO NOTHING")


def set_requester(number: int, person_id: int) -> None:
    """Make this person the requester; whoever was it before is on the ticket no longer by that."""
    TicketRow.update(requester_id=person_id).where(TicketRow.number == number).execute()
    mine = ParticipantRow.ticket_number == number
    ParticipantRow.delete().where(mine, ParticipantRow.role == ParticipantRole.REQUESTER.value).execute()
    ParticipantRow.delete().where(mine, ParticipantRow.person_id == person_id).execute()
    add_participants(number, [(person_id, ParticipantRole.REQUESTER)])


def merged_from(number: int) -> list[int]:
    """Return the tickets that were merged into this one, and are still."""
    merged = "SELECT data FROM events WHERE ticket_number = ? AND kind = 'merged' ORDER BY id"
    named = [int(json.loads(data)["ticket"]) for (data,) in hot.query(merged, (number,))]
    return [one for one in dict.fromkeys(named) if (found := get(one)) and found.merged_into == number]


def participants(number: int) -> list[Participant]:
    """Return the people on a ticket in the order in which they came."""
    rows = hot.query(
        "SELECT people.id, people.name, addresses.address, language, role FROM participants "
        "JOIN people ON people.id = participants.person_id JOIN addresses ON addresses.person_id = people.id "
        "WHERE ticket_number = ? ORDER BY participants.id, addresses.created_at DESC, addresses.address DESC",
        (number,),
    )
    # The oldest address of a person comes last and stays.
    found = {
        person_id: Participant(Person(person_id, name, address, language), ParticipantRole(role))
        for person_id, name, address, language, role in rows
    }
    return list(found.values())


def find_by_message_ids(message_ids: Sequence[str]) -> int | None:
    """Return the ticket that the last known of these ids led to, or None."""
    wanted = list(message_ids)[-IDS_PER_MESSAGE:]
    if not wanted:
        return None
    rows = hot.query(
        f"SELECT message_id, ticket_number FROM message_ids WHERE message_id IN ({hot.marks(len(wanted))})",  # noqa: S608
        wanted,
    )
    found: dict[str, int] = dict(rows)
    return next((found[wanted_id] for wanted_id in reversed(wanted) if wanted_id in found), None)


def remember_message_ids(message_ids: Sequence[str], number: int) -> None:
    """Tie these ids to the ticket; an id that is tied to a ticket already stays with it."""
    rows = [
        {"message_id": message_id, "ticket_number": number}
        for message_id in dict.fromkeys(list(message_ids)[-IDS_PER_MESSAGE:])
    ]
    hot.insert(MessageIdRow, rows, on_conflict="ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tickets to list; an empty field asks nothing."""

    states: tuple[TicketState, ...] = ()
    team: str = ""
    search: str = ""
    limit: int = 100


def matching(wanted: Filter) -> list[Ticket]:
    """Return the tickets that match, newest first; the search looks at the subject."""
    columns = [getattr(TicketRow, name) for name in COLUMNS]
    query = TicketRow.select(*columns).order_by(TicketRow.number.desc()).limit(wanted.limit)
    if wanted.states:
        query = query.where(TicketRow.state.in_([state.value for state in wanted.states]))
    if wanted.team:
        query = query.where(TicketRow.team == wanted.team)
    if wanted.search:
        query = query.where(TicketRow.subject.contains(wanted.search))
    return read_tickets(tuples(query))


@dataclass(frozen=True, slots=True)
class TeamsOf:
    """Which tickets are meant: those of these teams, or where there are none those of all but ``apart``."""

    only: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def done_before(
    states: Iterable[TicketState],
    moment: datetime,
    limit: int,
    teams: TeamsOf | None = None,
    unless_stopped: Collection[str] = (),
) -> list[int]:
    """Return the tickets that ended before that moment and are in these states yet, the oldest first.

    Those are left out for which one of the kinds of automatic mail in ``unless_stopped`` was stopped.
    """
    query = TicketRow.select(TicketRow.number).where(
        TicketRow.state.in_([state.value for state in states]), TicketRow.resolved_at < moment
    )
    if teams is not None and teams.only:
        query = query.where(TicketRow.team.in_(teams.only))
    elif teams is not None and teams.apart:
        query = query.where(TicketRow.team.not_in(teams.apart))
    if unless_stopped:
        stopped = AutomaticStopRow.select(AutomaticStopRow.ticket_number)
        query = query.where(
            TicketRow.number.not_in(stopped.where(AutomaticStopRow.kind.in_(tuple(unless_stopped))))
        )
    return [number for (number,) in tuples(query.order_by(TicketRow.resolved_at).limit(limit))]


def count_by_state() -> dict[str, int]:
    """Count the tickets of every state that has any."""
    from_rows = database.execute_sql("SELECT state, COUNT(*) FROM tickets GROUP BY state")
    return {str(state): int(count) for state, count in from_rows}
