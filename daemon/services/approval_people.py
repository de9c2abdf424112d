"""Whom agents name to decide: who that is by all addresses, and whether anybody here knows the person."""

import difflib
from collections.abc import Collection, Iterable

from daemon.commands.command import Candidate
from daemon.desk.addressing import fold
from daemon.services import approval_requests, directory
from daemon.services.office import Office
from storage import directory as listing
from storage import people

_NEAR = 0.75
# So many letters more or fewer are no slip of the finger.
_SLIP = 4


def candidates(office: Office, addresses: Collection[str]) -> dict[str, Candidate]:
    """Say of each of these addresses who has it, and whether the person is known."""
    return {one: _candidate(office, one) for one in map(fold, addresses)}


def _candidate(office: Office, address: str) -> Candidate:
    every = every_address(office, address)
    surely = _of_configuration(office)
    person = directory.known(address)
    active = person is not None and person.active
    agent = office.roster.agent(address) is not None
    if agent or active or (person is None and surely & {address, every[0]}):
        return Candidate(every)
    return Candidate(every, known=False, near=_nearest(address, surely))


def every_address(office: Office, address: str) -> tuple[str, ...]:
    """Return all addresses of whoever has this one, folded, the main one first."""
    main = approval_requests.main_address(office, address)
    met = people.find(fold(address))
    linked = [one.address for one in people.addresses_of(met.id)] if met is not None else []
    known = [fold(address), main, *linked]
    more = [also for one in known for also in approval_requests.also(office, one)]
    return tuple(dict.fromkeys([main, *map(fold, [*known, *more])]))


def _of_configuration(office: Office) -> frozenset[str]:
    """Return the addresses that the catalogue and the desk name; those of agents are found by the roster."""
    catalogue = office.catalogue
    found: Iterable[str] = (
        *(one for group in catalogue.groups.values() for one in group),
        *catalogue.budgets.values(),
        *office.roster.desk.administrators,
        *(one for item in catalogue.items for stage in item.stages for one in stage.persons),
    )
    return frozenset(map(fold, found))


def _nearest(address: str, surely: Collection[str]) -> str:
    """Return the address of somebody known that is written nearly so; empty where none is."""
    active = [one for one, _ in listing.managers()]
    known = {*surely, *active}
    local, _, domain = address.partition("@")
    fits = [
        one
        for one in known
        if abs(len(one) - len(address)) <= _SLIP
        and (one.endswith(f"@{domain}") or one.startswith(f"{local}@"))
    ]
    # The same name elsewhere is nearer than another name at the same place.
    same = [one for one in known if one.startswith(f"{local}@")]
    return next(iter(sorted(same) or difflib.get_close_matches(address, sorted(fits), n=1, cutoff=_NEAR)), "")
