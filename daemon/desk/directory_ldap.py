"""Read people out of the entries of an LDAP server: distinguished names (RFC 4514) become addresses."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daemon.desk.directory_reading import Problem, Reading
from daemon.desk.directory_settings import AttributeSettings
from daemon.desk.directory_text import NotReadableError, address, clean, names, truth
from storage.records import DirectoryPerson

# What every person has (RFC 4519 s 3.12), for those without the attribute that is configured for the name.
COMMON_NAME = "cn"
_AROUND_SIGNS = re.compile(r"\s*(?<!\\)([,=+])\s*")
_ESCAPED = re.compile(rb"\\(?:([0-9a-fA-F]{2})|(.))", re.DOTALL)
# [MS-ADTS] 2.2.16: ADS_UF_ACCOUNTDISABLE.
_ACCOUNT_IS_OFF = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it came; the names of attributes are in lower case, values in the server's order."""

    dn: str
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def every(self, name: str) -> Sequence[str]:
        """Return the values of an attribute that are not empty; none for one that is not configured."""
        return [value for value in self.values.get(name.lower(), ()) if value.strip()] if name else []

    def one(self, name: str) -> str:
        """Return the first value of an attribute in one line, empty without one."""
        return clean(next(iter(self.every(name)), ""))


def wanted(attributes: AttributeSettings) -> list[str]:
    """Return the attributes to ask a server for."""
    named = [getattr(attributes, name) for name in attributes.__struct_fields__]
    return sorted({name for name in (*named, COMMON_NAME) if name})


def read_entries(entries: Iterable[Entry], attributes: AttributeSettings) -> Reading:
    """Read people out of entries; what has no address that can be read is passed over, with the reason.

    An address that several entries have belongs to the first of them, by name, that is active.
    """
    passed_over: list[str] = []
    people: list[tuple[Entry, DirectoryPerson]] = []
    for entry in entries:
        try:
            people.append((entry, _person(entry, attributes)))
        except NotReadableError as error:
            passed_over.append(f"{entry.dn}: {error}")
    people.sort(key=lambda pair: (not pair[1].active, canonical(pair[0].dn)))
    by_dn = {canonical(entry.dn): person.address for entry, person in people}
    settled: dict[str, DirectoryPerson] = {}
    for entry, person in people:
        if person.address in settled:
            passed_over.append(f"{entry.dn}: {person.address} is the address of another entry already")
            continue
        settled[person.address] = _with_others(person, entry, attributes, by_dn)
    unique = _further_once(settled.values())
    problems = () if unique else (Problem("expected entries of people with an address, got none"),)
    ordered = sorted(unique, key=lambda person: person.address)
    return Reading(tuple(ordered), problems, passed_over=tuple(passed_over))


def canonical(dn: str) -> str:
    """Return a distinguished name as two of them are compared: without blanks around signs, case folded."""
    return _AROUND_SIGNS.sub(r"\1", dn.strip()).casefold()


def common_name(dn: str) -> str:
    """Return the first value in a distinguished name, as a group is called; other text is its own name."""
    first = re.match(r"\s*[A-Za-z][\w.-]*=((?:\\.|[^,+\\])*)", dn, re.DOTALL)
    if first is None:
        return clean(dn)
    # RFC 4514 s 2.4: a backslash stands before two hexadecimal digits, or before the sign itself.
    raw = _ESCAPED.sub(lambda one: bytes.fromhex(one[1].decode()) if one[1] else one[2], first[1].encode())
    return clean(raw.decode("utf-8", "replace"))


def _person(entry: Entry, attributes: AttributeSettings) -> DirectoryPerson:
    """Read what an entry says of itself; raises NotReadableError."""
    addresses = entry.every(attributes.address)
    if not addresses:
        raise NotReadableError(f"expected an address in {attributes.address}, got none")
    own = address(_mail(addresses[0]))
    further = [_mail(value) for value in (*addresses[1:], *entry.every(attributes.also))]
    return DirectoryPerson(
        address=own,
        name=entry.one(attributes.name) or entry.one(COMMON_NAME),
        department=entry.one(attributes.department),
        title=entry.one(attributes.title),
        roles=names(map(common_name, entry.every(attributes.roles))),
        cost_centre=entry.one(attributes.cost_centre),
        groups=names(map(common_name, entry.every(attributes.groups))),
        also=tuple(sorted({address(value) for value in further if value} - {own})),
        active=_is_active(entry, attributes.active),
    )


def _mail(value: str) -> str:
    """Return the address of a value; in proxyAddresses each has its kind in front, and only mail counts."""
    kind, colon, rest = clean(value).partition(":")
    if not colon:
        return kind
    return rest if kind.lower() in {"smtp", "mailto"} else ""


def _is_active(entry: Entry, attribute: str) -> bool:
    said = entry.one(attribute)
    if not said:
        return True
    if attribute.lower() == "useraccountcontrol":
        if not re.fullmatch(r"-?\d{1,10}", said, re.ASCII):
            raise NotReadableError(f'expected a number in {attribute}, got "{said}"')
        return not int(said) & _ACCOUNT_IS_OFF
    return truth(said) is not (attribute.lower() == "nsaccountlock")


def _with_others(
    person: DirectoryPerson, entry: Entry, attributes: AttributeSettings, by_dn: Mapping[str, str]
) -> DirectoryPerson:
    """Add manager and deputies; a name that leads to no entry stays, so that it can be told of."""
    manager = next(iter(entry.every(attributes.manager)), "")
    deputies = [_other(value, by_dn) for value in entry.every(attributes.deputies)]
    return replace(person, manager=_other(manager, by_dn), deputies=tuple(dict.fromkeys(deputies)))


def _other(value: str, by_dn: Mapping[str, str]) -> str:
    """Return the address of somebody who is named by distinguished name or address."""
    known = by_dn.get(canonical(value))
    if known or not value:
        return known or ""
    try:
        return address(_mail(value))
    except NotReadableError:
        return clean(value).lower()


def _further_once(people: Collection[DirectoryPerson]) -> list[DirectoryPerson]:
    """Take further addresses away that are the own one of somebody, or a further one of another before."""
    taken = {person.address for person in people}
    unique = []
    for person in people:
        also = tuple(one for one in person.also if one not in taken)
        taken.update(also)
        unique.append(replace(person, also=also))
    return unique
