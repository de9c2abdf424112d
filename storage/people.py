"""People and their addresses.  Addresses are kept in lower case; callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from storage.models import AddressRow, PersonRow, tuples
from storage.records import Address, Person


def find(address: str) -> Person | None:
    """Return the person who has this address, or None."""
    row = AddressRow.get_or_none(AddressRow.address == address.lower())
    return by_id(row.person_id) if row else None


def by_id(person_id: int) -> Person:
    """Return a person; raises LookupError where there is none."""
    found = by_ids([person_id])
    if not found:
        raise LookupError(f"there is no person {person_id}")
    return found[0]


def by_ids(person_ids: Sequence[int]) -> list[Person]:
    """Return these people in the order asked; who does not exist is left out."""
    query = (
        PersonRow.select(PersonRow.id, PersonRow.name, AddressRow.address)
        .join(AddressRow, on=(AddressRow.person_id == PersonRow.id))
        .where(PersonRow.id.in_(list(person_ids)))
        .order_by(AddressRow.created_at.desc(), AddressRow.address.desc())
    )
    # The oldest address of a person comes last and stays.
    people = {number: Person(number, name, address) for number, name, address in tuples(query)}
    return [people[number] for number in person_ids if number in people]


def find_or_add(address: str, name: str, now: datetime) -> Person:
    """Return the person who has this address, made on the first sight of it."""
    folded = address.lower()
    row = AddressRow.get_or_none(AddressRow.address == folded)
    if row is not None:
        return _named(by_id(row.person_id), name)
    person_id = PersonRow.insert(name=name, created_at=now).execute()
    fresh = AddressRow.insert(address=folded, person_id=person_id, suppressed="", created_at=now)
    if fresh.on_conflict_ignore().as_rowcount().execute():
        return Person(person_id, name, folded)
    # Another worker met the same person in this moment; its row stands.
    PersonRow.delete().where(PersonRow.id == person_id).execute()
    return by_id(AddressRow.get_by_id(folded).person_id)


def _named(person: Person, name: str) -> Person:
    if person.name or not name:
        return person
    PersonRow.update(name=name).where(PersonRow.id == person.id).execute()
    return Person(person.id, name, person.address)


def addresses_of(person_id: int) -> list[Address]:
    """Return the addresses of a person, oldest first."""
    query = AddressRow.select().where(AddressRow.person_id == person_id)
    rows = query.order_by(AddressRow.created_at, AddressRow.address)
    return [Address(row.address, row.person_id, row.suppressed) for row in rows]


def suppressions(addresses: Sequence[str]) -> dict[str, str]:
    """Return those of the addresses that no mail may go to, with the reason."""
    query = AddressRow.select(AddressRow.address, AddressRow.suppressed).where(
        AddressRow.address.in_([address.lower() for address in addresses]), AddressRow.suppressed != ""
    )
    return dict(tuples(query))


def suppress(address: str, reason: str) -> None:
    """Send nothing more to this address; an empty reason lifts the suppression."""
    AddressRow.update(suppressed=reason).where(AddressRow.address == address.lower()).execute()
