"""What must hold between the settings of a desk, as one ordered tuple of small rules.

A rule looks at a document that has the right shape and yields a fault for everything it objects to.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator

from daemon.desk.addressing import detail_of, fold, without_detail
from daemon.desk.fields import NAME
from daemon.settings.automation_rules import AUTOMATION_RULES
from daemon.settings.desk_rules import DESK_RULES
from daemon.settings.digest_rules import DIGEST_RULES
from daemon.settings.directory_rules import directory_can_be_read
from daemon.settings.handling_rules import HANDLING_RULES
from daemon.settings.hook_rules import HOOK_RULES
from daemon.settings.monitor_rules import MONITOR_RULES
from daemon.settings.oauth_rules import alarm_is_complete, oauth_is_complete, oauth_names_are_known
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document
from daemon.settings.service_rules import (
    calendars_are_complete,
    calendars_are_known,
    service_levels_are_complete,
    service_levels_can_be_reached,
    surveys_can_be_sent,
    waiting_takes_some_time,
)
from daemon.settings.transport_rules import (
    database_is_a_url,
    listeners_are_complete,
    mailboxes_are_complete,
    relay_is_a_url,
    trust_is_complete,
)
from daemon.settings.watch_rules import heartbeat_can_return, silence_has_hours
from daemon.settings.zones import is_zone, zone_hint
from storage.vocabulary import TicketType

Addresses = Iterator[tuple[Key, str]]

# RFC 5321 s 4.1.2 without quoted local parts, which no desk needs; letters of every script (RFC 6531).
_ATOM = r"[^\s@\"<>()\[\],;:\\\x00-\x20.]+"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST_ADDRESS = 254  # RFC 5321 s 4.5.3.1.3: a path of 256 with its angle brackets


def names_are_one_line(document: Document) -> Iterator[Fault]:
    """A name goes into a header field, where a control character would end it."""
    names: list[tuple[Key, str]] = [(("desk", "name"), document.desk.name)]
    names += [(("team", index, "name"), team.name) for index, team in enumerate(document.team)]
    names += [(("agent", index, "name"), agent.name) for index, agent in enumerate(document.agent)]
    names += [
        (("team", at, "desk_name"), one.desk_name) for at, one in enumerate(document.team) if one.desk_name
    ]
    for at, name in names:
        if not name.isprintable() or not name.strip():
            yield Fault(at, "expected a name in one line of printable characters")


def addresses_are_addresses(document: Document) -> Iterator[Fault]:
    """Every address has the form that a server will accept."""
    for at, address in _all_addresses(document):
        if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
            yield Fault(at, f'expected an e-mail address like ann@example.com, got "{address}"')


def timezones_are_known(document: Document) -> Iterator[Fault]:
    """Every zone has a name that the time zone database knows."""
    zones: list[tuple[Key, str]] = [(("desk", "timezone"), document.desk.timezone)]
    zones += [(("team", index, "timezone"), team.timezone) for index, team in enumerate(document.team)]
    zones += [(("agent", index, "timezone"), agent.timezone) for index, agent in enumerate(document.agent)]
    for at, zone in zones:
        if not is_zone(zone) and (zone or at[0] == "desk"):
            yield Fault(at, f'expected a time zone like Europe/Berlin, got "{zone}"', zone_hint(zone))


def desk_addresses_leave_room_for_details(document: Document) -> Iterator[Fault]:
    """A reply address is the desk's address with a detail of ours (RFC 5233), so it has none yet."""
    for at, address in _desk_addresses(document):
        if detail_of(address):
            hint = f"use {without_detail(address)}"
            yield Fault(at, f"expected an address without +, got {address}", hint)


def names_are_given_once(document: Document) -> Iterator[Fault]:
    """No two teams have one name."""
    names = ((("team", index, "name"), team.name) for index, team in enumerate(document.team))
    yield from _repeated(names, "is the name of team[{first}] already")


def fields_are_complete(document: Document) -> Iterator[Fault]:
    """A field has a name of its own, and choices exactly where it takes one of them."""
    names = ((("field", index, "name"), field.name) for index, field in enumerate(document.field))
    yield from _repeated(names, "is the name of field[{first}] already")
    for index, field in enumerate(document.field):
        if not NAME.fullmatch(field.name):
            text = f'expected small letters, digits, - and _ after a letter, got "{field.name}"'
            yield Fault(("field", index, "name"), text)
        for number, kind in enumerate(field.types):
            if kind not in list(TicketType):
                text = f'expected one of {", ".join(TicketType)}, got "{kind}"'
                yield Fault(("field", index, "types", number), text)
        at: Key = ("field", index, "choices")
        if field.kind == "choice" and not field.choices:
            yield Fault(at, "missing; a field of the kind choice needs something to choose from")
        if field.kind != "choice" and field.choices:
            yield Fault(at, f"only a field of the kind choice has choices, this is a {field.kind}")
        if not all(choice.strip() and choice.isprintable() for choice in field.choices):
            yield Fault(at, "expected choices of printable characters")


def agents_are_different_people(document: Document) -> Iterator[Fault]:
    """An address belongs to one agent."""
    yield from _repeated(_agent_addresses(document), "belongs to agent[{first}] already")


def addresses_have_one_team(document: Document) -> Iterator[Fault]:
    """Mail to an address goes to one team."""
    yield from _repeated(_team_addresses(document), "is an address of team[{first}] already")


def members_are_agents(document: Document) -> Iterator[Fault]:
    """A member of a team is an agent, named by the agent's first address, and named once."""
    agents = [agent.address for agent in document.agent]
    known = {fold(address) for address in agents}
    main = {fold(other): agent.address for agent in document.agent for other in agent.also}
    for at, member in _members(document):
        if fold(member) not in known:
            near = [main[fold(member)]] if fold(member) in main else []
            near += difflib.get_close_matches(member, agents, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "add an [[agent]] with that address"
            yield Fault(at, f"expected the address of an agent, got {member}", hint)
    for index, _ in enumerate(document.team):
        members = ((at, who) for at, who in _members(document) if at[1] == index)
        yield from _repeated(members, "is a member of this team already")


def somebody_works_here(document: Document) -> Iterator[Fault]:
    """Without agents mail would wait for nobody."""
    if not document.agent:
        yield Fault(("agent",), "missing; expected at least one [[agent]]")


def nobody_is_the_desk(document: Document) -> Iterator[Fault]:
    """The desk never writes to itself, so no agent and no administrator lives at its addresses."""
    own = {fold(address) for _, address in _desk_addresses(document)}
    people = [*_agent_addresses(document)]
    people += _each(("desk", "administrators"), document.desk.administrators)
    for at, address in people:
        if without_detail(address) in own:
            text = f"expected the address of a person, got {address}, an address of the desk itself"
            yield Fault(at, text)


# In the order in which an operator mends them: what stands alone, then what refers to something else.
RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    names_are_one_line,
    addresses_are_addresses,
    timezones_are_known,
    desk_addresses_leave_room_for_details,
    database_is_a_url,
    relay_is_a_url,
    listeners_are_complete,
    mailboxes_are_complete,
    oauth_is_complete,
    oauth_names_are_known,
    alarm_is_complete,
    silence_has_hours,
    heartbeat_can_return,
    trust_is_complete,
    names_are_given_once,
    fields_are_complete,
    agents_are_different_people,
    addresses_have_one_team,
    members_are_agents,
    calendars_are_complete,
    calendars_are_known,
    service_levels_are_complete,
    service_levels_can_be_reached,
    surveys_can_be_sent,
    waiting_takes_some_time,
    somebody_works_here,
    nobody_is_the_desk,
    *DESK_RULES,
    *HANDLING_RULES,
    *MONITOR_RULES,
    *DIGEST_RULES,
    *HOOK_RULES,
    *AUTOMATION_RULES,
    directory_can_be_read,
)


def _repeated(values: Iterable[tuple[Key, str]], complaint: str) -> Iterator[Fault]:
    """Yield a fault for each value that came before, without regard to case."""
    seen: dict[str, Key] = {}
    for at, value in values:
        first = seen.setdefault(fold(value), at)
        if first is not at:
            number = first[1]
            where = number + 1 if isinstance(number, int) else number
            yield Fault(at, f"{value} {complaint.format(first=where)}")


def _each(at: Key, addresses: Iterable[str]) -> Addresses:
    yield from (((*at, index), address) for index, address in enumerate(addresses))


def _desk_addresses(document: Document) -> Addresses:
    yield ("desk", "address"), document.desk.address
    yield from _each(("desk", "aliases"), document.desk.aliases)
    yield from _team_addresses(document)


def _team_addresses(document: Document) -> Addresses:
    for index, team in enumerate(document.team):
        yield from _each(("team", index, "addresses"), team.addresses)


def _members(document: Document) -> Addresses:
    for index, team in enumerate(document.team):
        yield from _each(("team", index, "members"), team.members)


def _agent_addresses(document: Document) -> Addresses:
    for index, agent in enumerate(document.agent):
        yield ("agent", index, "address"), agent.address
        yield from _each(("agent", index, "also"), agent.also)


def _all_addresses(document: Document) -> Addresses:
    yield from _desk_addresses(document)
    yield from _each(("desk", "administrators"), document.desk.administrators)
    yield from _each(("heartbeat", "addresses"), document.heartbeat.addresses)
    yield from _members(document)
    yield from ((("team", index, "lead"), team.lead) for index, team in enumerate(document.team) if team.lead)
    yield from _agent_addresses(document)
    for index, mailbox in enumerate(document.mailbox):
        if mailbox.address:
            yield ("mailbox", index, "address"), mailbox.address
    for name, listener in (("listener", document.listener), ("lmtp", document.lmtp)):
        for index, account in enumerate(listener.accounts if listener else ()):
            yield (name, "accounts", index, "address"), account.address
