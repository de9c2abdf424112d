"""Which addresses belong to one person: link them, take them apart.  Callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from peewee import SqliteDatabase

from storage import hot, people
from storage.models import AddressRow, ParticipantRow, PersonRow, TicketRow, database
from storage.records import Person
from storage.vocabulary import ParticipantRole, TicketState


def lock_tickets(person_ids: Sequence[int], also: int) -> list[int]:
    """Lock every ticket that these people are on, and one more, and list those that are not closed.

    In the order of their numbers, so that nobody waits in a ring.  The one more is listed in any case.
    """
    # Nobody has the number 0; an empty list of values is no SQL.
    whose = [*person_ids, 0]
    ids = hot.marks(len(whose))
    locking = "" if isinstance(database.obj, SqliteDatabase) else " FOR UPDATE"
    rows = hot.query(
        f"SELECT number, state FROM tickets WHERE number = ? OR requester_id IN ({ids}) OR number IN "  # noqa: S608
        f"(SELECT ticket_number FROM participants WHERE person_id IN ({ids})) ORDER BY number{locking}",
        (also, *whose, *whose),
    )
    return [number for number, state in rows if state != TicketState.CLOSED or number == also]


def link(address: str, person: Person, now: datetime) -> tuple[str, ...]:
    """Make an address this person's and return all that became so by that.

    Where it belongs to somebody, the two are one person from then on: with all addresses, and on all tickets.
    Mail to the person goes where it went before: what is linked counts as younger.
    """
    other = people.find(address)
    if other is None:
        fresh = {"address": address.lower(), "person_id": person.id, "created_at": now}
        hot.insert(AddressRow, [fresh])
        return (address.lower(),)
    moved = tuple(one.address for one in people.addresses_of(other.id))
    if other.id != person.id:
        AddressRow.update(person_id=person.id, created_at=now).where(
            AddressRow.person_id == other.id
        ).execute()
        _merge(other, person)
    return moved


def _merge(gone: Person, kept: Person) -> None:
    """Put one person into the place of another on every ticket; who asked stays who asked."""
    shared = "SELECT ticket_number FROM participants WHERE person_id = ?"
    asked = ParticipantRole.REQUESTER
    hot.execute(
        f"UPDATE participants SET role = ? WHERE person_id = ? AND ticket_number IN ({shared} AND role = ?)",  # noqa: S608
        (asked, kept.id, gone.id, asked),
    )
    hot.execute(
        f"DELETE FROM participants WHERE person_id = ? AND ticket_number IN ({shared})",  # noqa: S608
        (gone.id, kept.id),
    )
    ParticipantRow.update(person_id=kept.id).where(ParticipantRow.person_id == gone.id).execute()
    TicketRow.update(requester_id=kept.id).where(TicketRow.requester_id == gone.id).execute()
    PersonRow.delete().where(PersonRow.id == gone.id).execute()
    if gone.name and not kept.name:
        PersonRow.update(name=gone.name).where(PersonRow.id == kept.id).execute()


def unlink(address: str, now: datetime) -> Person:
    """Give an address to a new person, who is on no ticket; raises LookupError for one that is not known."""
    owner = people.find(address)
    if owner is None:
        raise LookupError(f"nobody has the address {address}")
    (person_id,) = hot.insert_returning(
        PersonRow, [{"name": owner.name, "created_at": now, "language": owner.language}]
    )
    AddressRow.update(person_id=person_id).where(AddressRow.address == address.lower()).execute()
    return people.by_id(person_id)
