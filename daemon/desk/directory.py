"""The directory of people: what changed in it, whether that can be true, and who in it leads nowhere."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from storage.records import DirectoryPerson

# An absence program that names no day is believed for so many working days after its answer.
AWAY_WORKING_DAYS = 3
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of somebody before and after, as words; lists with commas."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody who is another than before, with the fields that differ in the order of the record."""

    person: DirectoryPerson
    fields: tuple[FieldChange, ...]

    @property
    def left(self) -> bool:
        """Tell whether this person is no longer active."""
        return not self.person.active and any(one.field == "active" for one in self.fields)


@dataclass(frozen=True, slots=True)
class Differences:
    """What a source says otherwise than the directory, each part by address.

    ``present`` counts who was there and active.
    """

    added: tuple[DirectoryPerson, ...] = ()
    changed: tuple[Changed, ...] = ()
    gone: tuple[DirectoryPerson, ...] = ()
    present: int = 0

    @property
    def written(self) -> tuple[DirectoryPerson, ...]:
        """Who has to be written down: the new ones, and those who changed."""
        return (*self.added, *(one.person for one in self.changed))

    @property
    def lost(self) -> int:
        """How many would disappear: gone, or no longer active."""
        return sum(one.active for one in self.gone) + sum(one.left for one in self.changed)

    def __str__(self) -> str:
        return f"added {len(self.added)}, changed {len(self.changed)}, gone {len(self.gone)}"

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


class Trouble(StrEnum):
    """What can be wrong with somebody's place in the directory."""

    MANAGER_UNKNOWN = "manager unknown"
    MANAGER_INACTIVE = "manager inactive"
    MANAGER_GONE = "manager gone"
    RING = "managers in a ring"
    NO_MANAGER = "no manager"
    DEPUTY_UNKNOWN = "deputy unknown"
    DEPUTY_INACTIVE = "deputy inactive"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with whom; ``about`` are the others that it is about."""

    trouble: Trouble
    address: str
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = (
            " -> ".join((*self.about, *self.about[:1]))
            if self.trouble is Trouble.RING
            else ", ".join(self.about)
        )
        return f"{self.address}: {self.trouble}{about and f': {about}'}"


def differences(before: Iterable[DirectoryPerson], after: Iterable[DirectoryPerson]) -> Differences:
    """Compare what is stored with what came; of an address that comes twice the last counts."""
    old = {person.address: person for person in before}
    new = {person.address: person for person in after}
    changed = (
        Changed(new[address], _field_changes(old[address], new[address]))
        for address in sorted(old.keys() & new.keys())
        if old[address] != new[address]
    )
    return Differences(
        tuple(new[address] for address in sorted(new.keys() - old.keys())),
        tuple(changed),
        tuple(old[address] for address in sorted(old.keys() - new.keys())),
        sum(person.active for person in old.values()),
    )


def brake(found: Differences, percent: float) -> str:
    """Return why differences are not believed, as too many people would disappear; empty where they are."""
    if found.lost * 100 <= found.present * percent:
        return ""
    share = round(found.lost * 100 / found.present)
    return (
        f"{found.lost} of {found.present} people ({share} %) would disappear or become inactive, "
        f"expected at most {percent:g} %; if that is right, import it with --force"
    )


def findings(people: Iterable[DirectoryPerson], gone: Collection[str] = ()) -> tuple[Finding, ...]:
    """List whose manager or deputies lead nowhere, by address; of the inactive nobody asks.

    ``gone`` are addresses that the directory knew once.  Nobody above is wrong only for who leads nobody: at
    the top it has to be so.
    """
    known = {person.address: person for person in people}
    for person in tuple(known.values()):
        for other in person.also:
            known.setdefault(other, person)
    active = [
        person for address, person in sorted(known.items()) if person.active and address == person.address
    ]
    leading = {known[one.manager].address for one in active if one.manager in known}
    found = [finding for one in active for finding in _of_one(one, known, frozenset(gone), leading)]
    return (*found, *_rings({one.address: _above(one, known) for one in active}))


def matching(people: Iterable[DirectoryPerson], text: str) -> list[DirectoryPerson]:
    """Return those of whom every word is found in an address, name, department, title, role or group."""
    words = text.casefold().split()
    return [person for person in people if all(word in _words(person) for word in words)]


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Put names and addresses together: every name once, with its addresses in their order."""
    found: dict[str, list[str]] = {}
    for name, address in pairs:
        found.setdefault(name, []).append(address)
    return {name: tuple(addresses) for name, addresses in found.items()}


def away_until(noted: date) -> date:
    """Return the last day of an absence that was noted on a day without an end; weekends do not count."""
    day, left = noted, AWAY_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _words(person: DirectoryPerson) -> str:
    texts = (person.address, *person.also, person.name, person.department, person.title)
    return "\n".join((*texts, *person.roles, *person.groups)).casefold()


def _field_changes(before: DirectoryPerson, after: DirectoryPerson) -> tuple[FieldChange, ...]:
    names = [field.name for field in fields(DirectoryPerson)]
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return tuple(FieldChange(name, _said(old), _said(new)) for name, old, new in pairs if old != new)


def _said(value: str | bool | tuple[str, ...]) -> str:  # noqa: FBT001  # a value of a record
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else "yes" if value else "no"


def _of_one(
    one: DirectoryPerson, known: Mapping[str, DirectoryPerson], gone: frozenset[str], leading: Collection[str]
) -> Iterator[Finding]:
    manager = known.get(one.manager)
    if not one.manager:
        if one.address not in leading:
            yield Finding(Trouble.NO_MANAGER, one.address)
    elif manager is None:
        trouble = Trouble.MANAGER_GONE if one.manager in gone else Trouble.MANAGER_UNKNOWN
        yield Finding(trouble, one.address, (one.manager,))
    elif not manager.active:
        yield Finding(Trouble.MANAGER_INACTIVE, one.address, (one.manager,))
    unknown = tuple(deputy for deputy in one.deputies if deputy not in known)
    idle = tuple(deputy for deputy in one.deputies if deputy in known and not known[deputy].active)
    if unknown:
        yield Finding(Trouble.DEPUTY_UNKNOWN, one.address, unknown)
    if idle:
        yield Finding(Trouble.DEPUTY_INACTIVE, one.address, idle)


def _above(one: DirectoryPerson, known: Mapping[str, DirectoryPerson]) -> str:
    manager = known.get(one.manager)
    return manager.address if manager is not None and manager.active else ""


def _rings(above: Mapping[str, str]) -> Iterator[Finding]:
    """Yield every ring of managers once, at the first of its addresses."""
    done: set[str] = set()
    for start in above:
        trail: dict[str, None] = {}
        at = start
        while at and at not in done and at not in trail:
            trail[at] = None
            at = above[at]
        if at in trail:
            ring = list(trail)[list(trail).index(at) :]
            first = ring.index(min(ring))
            yield Finding(Trouble.RING, min(ring), (*ring[first:], *ring[:first]))
        done.update(trail)
