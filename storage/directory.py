"""The directory: people with their managers, departments and deputies.  Callers hold the transaction.

Addresses come in lower case.  Whoever the directory tells of no more stays for a while, marked as gone.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from peewee import SqliteDatabase

from storage import hot
from storage.directory_models import (
    DirectoryAbsenceRow,
    DirectoryNameRow,
    DirectoryPersonRow,
    DirectoryToldRow,
)
from storage.model_base import database, tuples
from storage.records import DirectoryPerson

T = TypeVar("T")

# One statement has so many rows: 500 x 14 columns stay far below what a driver takes (32,766).
_CHUNK = 500
_COLUMNS = "address, name, manager, department, title, cost_centre, roles, groups, deputies, also, active"
_RENEWED = ", ".join(
    f"{name} = excluded.{name}" for name in (*_COLUMNS.split(", ")[1:], "source", "seen_at", "gone_at")
)
_PRESENT = "gone_at IS NULL"


class NameKind(StrEnum):
    """What somebody is found by beside the own address."""

    ALSO = "also"
    ROLE = "role"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the directory, from where and when last seen there; ``gone_at`` is None for the present."""

    person: DirectoryPerson
    source: str
    seen_at: datetime
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwayNote:
    """That somebody is away up to and with ``until``; None where the absence program named no day."""

    address: str
    until: date | None
    noted_at: datetime


def lock() -> None:
    """Keep others from changing the directory until the end of the transaction."""
    if not isinstance(database.obj, SqliteDatabase):
        database.execute_sql("LOCK TABLE directory_people IN SHARE ROW EXCLUSIVE MODE")


def listed() -> list[Listed]:
    """Return all, the gone ones too, by address."""
    fields = [
        getattr(DirectoryPersonRow, name) for name in (*_COLUMNS.split(", "), "source", "seen_at", "gone_at")
    ]
    rows = tuples(DirectoryPersonRow.select(*fields).order_by(DirectoryPersonRow.address))
    return [Listed(_record(row[:-3]), *row[-3:]) for row in rows]


def everybody() -> list[DirectoryPerson]:
    """Return all who are not gone, the inactive too, by address."""
    rows = hot.query(f"SELECT {_COLUMNS} FROM directory_people WHERE {_PRESENT} ORDER BY address")  # noqa: S608
    return [_record(row) for row in rows]


def is_empty() -> bool:
    """Tell whether nobody is there."""
    return not hot.query(f"SELECT 1 FROM directory_people WHERE {_PRESENT} LIMIT 1")  # noqa: S608


def find(addresses: Iterable[str]) -> dict[str, DirectoryPerson]:
    """Return who has these addresses and is not gone, the inactive too, by the address that was asked for.

    An address that is somebody's own comes before one that is a further one of somebody else.
    """
    asked = sorted(set(addresses))
    by_own = _by_own(asked)
    rest = [address for address in asked if address not in by_own]
    owners = dict(_names(NameKind.ALSO, rest))
    people = _by_own(sorted(set(owners.values())))
    found = {address: people[owner] for address, owner in owners.items() if owner in people}
    return {**by_own, **found}


def managers() -> list[tuple[str, str]]:
    """Return every active person's address and manager; the manager is empty where none is known."""
    rows = hot.query(
        f"SELECT address, manager FROM directory_people WHERE {_PRESENT} AND active = ? ORDER BY address",  # noqa: S608
        [True],
    )
    return [(address, manager) for address, manager in rows]


def named(kind: NameKind, names: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Return names with the addresses of the active people who have them; of None all names of the kind."""
    return _names(kind, names, active=True)


def put(people: Sequence[DirectoryPerson], source: str, now: datetime) -> None:
    """Write down people, new ones and those who changed; who was gone is back."""
    for chunk in _chunks(people):
        rows = [{**_row(one), "source": source, "seen_at": now, "gone_at": None} for one in chunk]
        hot.insert(DirectoryPersonRow, rows, on_conflict=f"ON CONFLICT (address) DO UPDATE SET {_RENEWED}")
        _forget_names([one.address for one in chunk])
        names = [
            {"kind": kind, "name": name, "address": one.address}
            for one in chunk
            for kind, values in _found_by(one).items()
            for name in sorted(set(values))
        ]
        for part in _chunks(names):
            hot.insert(DirectoryNameRow, part)


def seen(source: str, now: datetime) -> None:
    """Note that the source told of all who are not gone."""
    hot.execute(f"UPDATE directory_people SET source = ?, seen_at = ? WHERE {_PRESENT}", [source, now])  # noqa: S608


def mark_gone(addresses: Sequence[str], now: datetime) -> None:
    """Mark people of whom the directory tells no more; nobody finds them by a name any longer."""
    for chunk in _chunks(sorted(addresses)):
        marks = hot.marks(len(chunk))
        hot.execute(f"UPDATE directory_people SET gone_at = ? WHERE address IN ({marks})", [now, *chunk])  # noqa: S608
        _forget_names(chunk)


def forget_gone(before: datetime) -> int:
    """Delete who has been gone since before that moment, and return how many they were."""
    return hot.execute("DELETE FROM directory_people WHERE gone_at < ?", [before])


def note_away(address: str, until: date | None, now: datetime) -> None:
    """Note that somebody is away up to and with a day; without a day it holds for three working days.

    What was noted of this address before no longer counts.
    """
    row = {"address": address.strip().lower(), "until": until.isoformat() if until else None, "noted_at": now}
    renewed = "last_day = excluded.last_day, noted_at = excluded.noted_at"
    hot.insert(DirectoryAbsenceRow, [row], on_conflict=f"ON CONFLICT (address) DO UPDATE SET {renewed}")


def back(address: str) -> None:
    """Forget that somebody is away."""
    hot.execute("DELETE FROM directory_absences WHERE address = ?", [address.strip().lower()])


def away_notes(addresses: Iterable[str]) -> list[AwayNote]:
    """Return what was noted of these addresses, by address; whether it still holds is for the caller."""
    found = []
    for chunk in _chunks(sorted(set(addresses))):
        query = DirectoryAbsenceRow.select().where(DirectoryAbsenceRow.address.in_(list(chunk)))
        found += [
            AwayNote(row.address, date.fromisoformat(row.until) if row.until else None, row.noted_at)
            for row in query.order_by(DirectoryAbsenceRow.address)
        ]
    return found


def told(about: str) -> str:
    """Return the digest of what was told last about something, empty where nothing was."""
    rows = hot.query("SELECT digest FROM directory_told WHERE about = ?", [about])
    return str(rows[0][0]) if rows else ""


def note_told(about: str, digest: str, now: datetime) -> None:
    """Note what was told about something."""
    row = {"about": about, "digest": digest, "at": now}
    renewed = "digest = excluded.digest, at = excluded.at"
    hot.insert(DirectoryToldRow, [row], on_conflict=f"ON CONFLICT (about) DO UPDATE SET {renewed}")


def _by_own(addresses: Sequence[str]) -> dict[str, DirectoryPerson]:
    found = {}
    for chunk in _chunks(addresses):
        rows = hot.query(
            f"SELECT {_COLUMNS} FROM directory_people "  # noqa: S608
            f"WHERE {_PRESENT} AND address IN ({hot.marks(len(chunk))})",
            chunk,
        )
        found.update({row[0]: _record(row) for row in rows})
    return found


def _names(kind: NameKind, names: Collection[str] | None, *, active: bool = False) -> list[tuple[str, str]]:
    sql = "SELECT n.name, n.address FROM directory_names n"
    values: list[Any] = [kind]
    if active:
        sql += " JOIN directory_people p ON p.address = n.address AND p.active = ?"
        values = [True, kind]
    sql += " WHERE n.kind = ?"
    if names is None:
        return [(name, address) for name, address in hot.query(f"{sql} ORDER BY n.name, n.address", values)]
    found: list[tuple[str, str]] = []
    for chunk in _chunks(sorted(set(names))):
        wanted = f"{sql} AND n.name IN ({hot.marks(len(chunk))}) ORDER BY n.name, n.address"
        found += [(name, address) for name, address in hot.query(wanted, [*values, *chunk])]
    return found


def _forget_names(addresses: Sequence[str]) -> None:
    hot.execute(f"DELETE FROM directory_names WHERE address IN ({hot.marks(len(addresses))})", addresses)  # noqa: S608


def _found_by(person: DirectoryPerson) -> dict[NameKind, tuple[str, ...]]:
    """Return the names by which somebody is found; a title is a role too."""
    title = " ".join(person.title.lower().split())
    roles = (title, *person.roles) if title else person.roles
    return {NameKind.ALSO: person.also, NameKind.ROLE: roles, NameKind.GROUP: person.groups}


def _row(person: DirectoryPerson) -> dict[str, Any]:
    return {
        "address": person.address,
        "name": person.name,
        "manager": person.manager,
        "department": person.department,
        "title": person.title,
        "cost_centre": person.cost_centre,
        "roles": json.dumps(person.roles),
        "groups": json.dumps(person.groups),
        "deputies": json.dumps(person.deputies),
        "also": json.dumps(person.also),
        "active": person.active,
    }


def _record(row: Sequence[Any]) -> DirectoryPerson:
    address, name, manager, department, title, cost_centre, *lists, active = row
    roles, groups, deputies, also = (tuple(json.loads(one)) for one in lists)
    return DirectoryPerson(
        address, name, manager, department, title, roles, cost_centre, groups, deputies, also, bool(active)
    )


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
