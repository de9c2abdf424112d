"""People and their addresses.  Addresses are kept in lower case; callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from storage import hot
from storage.models import AddressRow, PersonRow
from storage.records import Address, Person


def find(address: str) -> Person | None:
    """Return the person who has this address, or None."""
    rows = hot.query("SELECT person_id FROM addresses WHERE address = ?", (address.lower(),))
    return by_id(rows[0][0]) if rows else None


def by_id(person_id: int) -> Person:
    """Return a person; raises LookupError where there is none."""
    found = by_ids([person_id])
    if not found:
        raise LookupError(f"there is no person {person_id}")
    return found[0]


def by_ids(person_ids: Sequence[int]) -> list[Person]:
    """Return these people in the order asked; who does not exist is left out."""
    if not person_ids:
        return []
    rows = hot.query(
        "SELECT people.id, people.name, address, language "  # noqa: S608
        "FROM people JOIN addresses ON person_id = people.id "
        f"WHERE people.id IN ({hot.marks(len(person_ids))}) ORDER BY addresses.created_at DESC, address DESC",
        person_ids,
    )
    # The oldest address of a person comes last and stays.
    people = {row[0]: Person(*row) for row in rows}
    return [people[number] for number in person_ids if number in people]


def find_or_add(address: str, name: str, now: datetime, language: str = "", claimed: str = "") -> Person:
    """Return the person who has this address, made on the first sight of it.

    ``language`` takes the place of the one known before; ``claimed`` counts where none is known.
    """
    folded = address.lower()
    known = find(folded)
    if known is not None:
        return _renewed(known, known.name or name, language or known.language or claimed)
    language = language or claimed
    row = {"name": name, "created_at": now, "language": language}
    (person_id,) = hot.insert_returning(PersonRow, [row])
    fresh = {"address": folded, "person_id": person_id, "created_at": now}
    if hot.insert(AddressRow, [fresh], on_conflict="ON CONFLICT DO NOTHING"):
        return Person(person_id, name, folded, language)
    # Another worker met the same person in this moment; its row stands.
    PersonRow.delete().where(PersonRow.id == person_id).execute()
    return by_id(AddressRow.get_by_id(folded).person_id)


def _renewed(person: Person, name: str, language: str) -> Person:
    if (person.name, person.language) == (name, language):
        return person
    PersonRow.update(name=name, language=language).where(PersonRow.id == person.id).execute()
    return Person(person.id, name, person.address, language)


def addresses_of(person_id: int) -> list[Address]:
    """Return the addresses of a person, oldest first."""
    query = AddressRow.select().where(AddressRow.person_id == person_id)
    rows = query.order_by(AddressRow.created_at, AddressRow.address)
    return [Address(row.address, row.person_id, row.suppressed) for row in rows]


def suppressions(addresses: Sequence[str]) -> dict[str, str]:
    """Return those of the addresses that no mail may go to, with the reason."""
    if not addresses:
        return {}
    wanted = f"address IN ({hot.marks(len(addresses))}) AND suppressed != ''"
    rows = hot.query(
        f"SELECT address, suppressed FROM addresses WHERE {wanted}",  # noqa: S608  # placeholders only
        [address.lower() for address in addresses],
    )
    return dict(rows)


def suppressed() -> list[tuple[str, str]]:
    """List the addresses that no mail may go to, with the reasons, by address."""
    query = AddressRow.select().where(AddressRow.suppressed != "").order_by(AddressRow.address)
    return [(row.address, row.suppressed) for row in query]


def suppress(address: str, reason: str) -> None:
    """Send nothing more to this address; an empty reason lifts the suppression."""
    AddressRow.update(suppressed=reason).where(AddressRow.address == address.lower()).execute()
