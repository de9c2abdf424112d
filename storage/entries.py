"""What was said on a ticket, and the parts of the mails it was said in.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from storage import hot
from storage.models import EntryRow, PartRow
from storage.records import Entry, StoredPart
from storage.vocabulary import EntryKind, Visibility

_NEAR_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One contribution before it has an id; ``body`` is the whole text, ``text`` the new words in it."""

    kind: EntryKind
    visibility: Visibility
    author: str
    author_name: str
    text: str
    body: str
    arrival_id: int | None = None


def add(ticket_number: int, entry: NewEntry, now: datetime) -> Entry:
    """Add an entry to a ticket; a second one for the same arrival is refused by the database."""
    body = "" if entry.body == entry.text else entry.body
    row = {name: getattr(entry, name) for name in NewEntry.__slots__}
    row |= {"body": body, "ticket_number": ticket_number, "at": now}
    (number,) = hot.insert_returning(EntryRow, [row])
    return Entry(
        id=number,
        ticket_number=ticket_number,
        kind=entry.kind,
        visibility=entry.visibility,
        author=entry.author,
        author_name=entry.author_name,
        text=entry.text,
        body=entry.body,
        arrival_id=entry.arrival_id,
        at=now,
    )


def become(entry_id: int, kind: EntryKind, visibility: Visibility, ticket_number: int) -> None:
    """Make an entry one of another kind, and of another ticket where that number is another."""
    changes = {"kind": kind.value, "visibility": visibility.value, "ticket_number": ticket_number}
    EntryRow.update(**changes).where(EntryRow.id == entry_id).execute()


def of_ticket(ticket_number: int) -> list[Entry]:
    """Return the entries of a ticket, oldest first."""
    query = EntryRow.select().where(EntryRow.ticket_number == ticket_number).order_by(EntryRow.id)
    return [_record(row) for row in query]


def held_elsewhere(author: str, ticket_number: int, since: datetime) -> int:
    """Count the other tickets beside which mail of an author has been held since then, as far as is near.

    Only the newest thousands of entries are asked, so that this costs the same on any desk.
    """
    newest = EntryRow.select(fn.MAX(EntryRow.id)).scalar() or 0
    query = EntryRow.select(fn.COUNT(EntryRow.ticket_number.distinct())).where(
        EntryRow.id > newest - _NEAR_ENTRIES,
        EntryRow.kind == EntryKind.HELD.value,
        EntryRow.author == author,
        EntryRow.ticket_number != ticket_number,
        EntryRow.at >= since,
    )
    return int(query.scalar())


def latest(ticket_number: int, limit: int, before: int) -> list[Entry]:
    """Return the newest entries of a ticket with an id below ``before``, newest first."""
    query = EntryRow.select().where(EntryRow.ticket_number == ticket_number, EntryRow.id < before)
    return [_record(row) for row in query.order_by(EntryRow.id.desc()).limit(limit)]


def add_parts(parts: Sequence[StoredPart]) -> None:
    """Keep the fate of each part of a message."""
    hot.insert(PartRow, [{name: getattr(part, name) for name in PART_FIELDS} for part in parts])


def parts_of(arrival_ids: Sequence[int]) -> list[StoredPart]:
    """Return the parts of these arrivals in the order of the messages."""
    query = PartRow.select().where(PartRow.arrival_id.in_(list(arrival_ids))).order_by(PartRow.id)
    return [StoredPart(**{name: getattr(row, name) for name in PART_FIELDS}) for row in query]


PART_FIELDS = tuple(StoredPart.__slots__)


def _record(row: EntryRow) -> Entry:
    return Entry(
        id=row.id,
        ticket_number=row.ticket_number,
        kind=EntryKind(row.kind),
        visibility=Visibility(row.visibility),
        author=row.author,
        author_name=row.author_name,
        text=row.text,
        body=row.body or row.text,
        arrival_id=row.arrival_id,
        at=row.at,
    )
