"""What is kept about a person, for the person: found by any of their addresses."""

from typing import Any

from daemon.desk.addressing import fold
from storage import directory, people, person_records
from storage.database import Database


class UnknownPersonError(LookupError):
    """Nothing here knows the address; the text says so."""


def export(database: Database, address: str) -> dict[str, Any]:
    """Return all rows about whoever has an address, with ``about``: every address of theirs that was used.

    Raises UnknownPersonError where neither the mail nor the directory knows it, and no table has it.
    """
    with database.snapshot():
        met = people.find(fold(address))
        listed = directory.find([fold(address)]).get(fold(address))
        linked = [one.address for one in people.addresses_of(met.id)] if met is not None else []
        own = [listed.address, *listed.also] if listed is not None else []
        addresses = tuple(dict.fromkeys(map(fold, (address, *linked, *own))))
        found = person_records.of_person(met.id if met is not None else None, addresses)
    if not any(found.values()):
        raise UnknownPersonError(f"nothing is kept about {address}: it never wrote, was written to or listed")
    return {"about": list(addresses), **found}
