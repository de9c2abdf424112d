"""Ask who people are: managers, departments, deputies, who is away.  Callers hold the transaction.

What the directory does not know, the groups and budgets of the catalogue may.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.desk.addressing import fold
from daemon.desk.approval_rules import BudgetOwner, Organisation
from daemon.desk.catalogue import Catalogue, Sender
from daemon.desk.directory import away_until, by_name
from daemon.services import assigning
from daemon.services.letters import Reader
from daemon.services.office import Office
from storage import directory, people
from storage.directory import NameKind
from storage.records import DirectoryPerson


def organisation(office: Office) -> Organisation:
    """Return all that is known of managers, roles, groups and budget owners.

    A manager is named only where the directory knows that one as active: nobody waits for a dead mailbox.
    """
    above = dict(directory.managers())
    managers = {address: manager for address, manager in above.items() if manager in above}
    own = [(name, address) for name, address in directory.named(NameKind.ALSO) if name not in above]
    managers |= {name: managers[address] for name, address in own if address in managers}
    return _organisation(office.catalogue, managers, None, None)


def organisation_for(
    office: Office,
    addresses: Iterable[str],
    *,
    roles: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> Organisation:
    """Return the same with the managers of these people alone, and theirs, up to the top.

    Of roles and groups only those that are named are read; None reads all of them.
    """
    return _organisation(office.catalogue, _managers_of(addresses), roles, groups)


def sender(office: Office, address: str) -> Sender:
    """Return somebody who asks, by the own address where the one given is a further one.

    An agent is found by any address of the agent's.  Who is not in the directory has no department.
    """
    agent = office.roster.agent(address)
    person = known(address) or (known(agent.address) if agent is not None else None)
    return Sender(person.address, person.department) if person else Sender(fold(address))


def known(address: str) -> DirectoryPerson | None:
    """Return who has this address, by an own or a further one, or None; also somebody not active."""
    return directory.find([fold(address)]).get(fold(address))


def reader(office: Office, address: str) -> Reader:
    """Describe somebody who reads a mail, by what is known of the person, else of the directory."""
    person, listed = people.find(address), known(address)
    name = (person.name if person else "") or (listed.name if listed else "")
    return office.letters.reader(address, name, person.language if person else "")


def deputies(addresses: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return who stands in for these people, in the order of the directory, by the address asked for.

    Deputies who are unknown or not active are left out, and who has none is.
    """
    people = directory.find(map(fold, addresses))
    named = directory.find(deputy for person in people.values() for deputy in person.deputies)
    found = {}
    for address, person in people.items():
        there = [named[one].address for one in person.deputies if one in named and named[one].active]
        found[address] = tuple(dict.fromkeys(one for one in there if one != person.address))
    return {address: there for address, there in found.items() if there}


def away(office: Office, addresses: Collection[str], now: datetime) -> frozenset[str]:
    """Return which of these addresses, folded, belong to somebody who is away today.

    Agents as the configuration, their commands and their mail say; everybody as an absence program answered.
    """
    asked = frozenset(map(fold, addresses))
    agents = {address: agent for address in asked if (agent := office.roster.agent(address)) is not None}
    absent = assigning.away(office, list({one.address: one for one in agents.values()}.values()), now)
    found = {address for address, agent in agents.items() if agent.address in absent}
    return frozenset(found | _noted_away(office, asked - found, now))


def _noted_away(office: Office, addresses: Collection[str], now: datetime) -> set[str]:
    """Return who has an absence noted that still holds, under any of the addresses of the person."""
    people = directory.find(addresses)
    of_one = {
        address: {address, *((people[address].address, *people[address].also) if address in people else ())}
        for address in addresses
    }
    zone = ZoneInfo(office.roster.desk.timezone)
    today = now.astimezone(zone).date()
    holding = {
        note.address
        for note in directory.away_notes(one for every in of_one.values() for one in every)
        if today <= (note.until or away_until(note.noted_at.astimezone(zone).date()))
    }
    return {address for address, every in of_one.items() if every & holding}


def _managers_of(addresses: Iterable[str]) -> dict[str, str]:
    """Go up from these people, a level with each question, until nobody new is found."""
    managers: dict[str, str] = {}
    asked: set[str] = set()
    level = {fold(address) for address in addresses}
    people = directory.find(level)
    while people:
        asked |= level
        wanted = {person.manager for person in people.values() if person.active and person.manager}
        above = directory.find(wanted)
        for address, person in people.items():
            manager = above.get(person.manager)
            if person.active and manager is not None and manager.active:
                managers[address] = manager.address
        level = {one.address for one in above.values() if one.active} - asked
        people = {one.address: one for one in above.values() if one.address in level}
    return managers


def _organisation(
    catalogue: Catalogue,
    managers: Mapping[str, str],
    roles: Collection[str] | None,
    groups: Collection[str] | None,
) -> Organisation:
    """Put together what the directory and the catalogue know; a group of the catalogue is what it says."""
    owners = [BudgetOwner(fold(owner), None, department) for department, owner in catalogue.budgets.items()]
    return Organisation(
        managers,
        by_name(directory.named(NameKind.ROLE, roles)),
        {**by_name(directory.named(NameKind.GROUP, groups)), **_folded(catalogue.groups)},
        tuple(owners),
    )


def _folded(groups: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {" ".join(name.lower().split()): tuple(map(fold, who)) for name, who in groups.items()}
