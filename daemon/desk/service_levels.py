"""Service levels: what is promised for which tickets, on which calendar, and who hears when time runs out.

The first row that fits a ticket counts, so the order of the rows is the policy.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.desk.addressing import fold
from daemon.desk.calendars import AROUND_THE_CLOCK, Calendar
from daemon.desk.durations import seconds_of
from daemon.desk.lifecycle import WAITING
from daemon.desk.web_feeds import FedDays
from storage.records import Ticket
from storage.vocabulary import Clock, Priority, TicketState

# Who is meant by these words in ``to``; every other word is the address of an agent.
ASSIGNEE, TEAM, OWNER = "assignee", "team", "owner"
WORDS = (ASSIGNEE, TEAM, OWNER)
BREACH = 1.0
# The field of a ticket that names its service level, where an item of the catalogue says which.
NAMED = "service-level"
_OF_ITEM = "the item of the catalogue names it"


class EscalationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level of escalation: what happens when so much of the time has passed, and who hears of it."""

    share: Annotated[float, Meta(gt=0, le=10)] = BREACH
    to: tuple[str, ...] = (TEAM,)
    priority: Annotated[str, Meta(pattern="^(|P1|P2|P3)$")] = ""
    assign_to: str = ""


class SlaSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service level: the tickets it is for, and what is promised for them."""

    name: Annotated[str, Meta(min_length=1)]
    types: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    requesters: tuple[str, ...] = ()
    calendar: str = ""
    first_response: str = ""
    next_response: str = ""
    resolution: str = ""
    update: str = ""
    pause: tuple[str, ...] = tuple(sorted(WAITING))
    warn_at: tuple[float, ...] = (0.5, 0.8)
    ring_minutes: Annotated[int, Meta(ge=0)] = 0
    owner: str = ""
    escalation: tuple[EscalationSettings, ...] = ()

    @property
    def lengths(self) -> Mapping[Clock, str]:
        """The times that are promised, as they were written; empty where none is."""
        return {
            Clock.FIRST_RESPONSE: self.first_response,
            Clock.NEXT_RESPONSE: self.next_response,
            Clock.RESOLUTION: self.resolution,
            Clock.UPDATE: self.update,
        }


@dataclass(frozen=True, slots=True)
class Level:
    """Who hears when a share of the time has passed; from 1.0 on the promise is broken.

    The ticket gets at least this ``priority``, and goes to ``assign_to``: an agent's address or ``owner``.
    """

    share: float
    to: tuple[str, ...]
    priority: Priority | None = None
    assign_to: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised for one ticket; ``why`` says which row was chosen and by what.

    ``targets`` are in seconds of open time of the calendar named; a clock without one only counts.
    ``levels`` are in the order of their shares.  ``ladder`` is who is rung up, one after the other.
    """

    rule: str
    why: str
    calendar: str
    targets: Mapping[Clock, int]
    pause: frozenset[TicketState]
    ring_seconds: int
    owner: str
    levels: tuple[Level, ...]
    ladder: tuple[tuple[str, ...], ...]


NO_PROMISE = Promise("", "no [[sla]] fits it", "", {}, WAITING, 0, "", (), ((ASSIGNEE,),))


@dataclass(frozen=True)
class ServiceLevels:
    """All that is promised at a desk; ``agents`` are all addresses of its agents, folded.

    ``of_teams`` names the calendar of each team that has one, for rows that name none.  ``digest`` is of the
    rows and of these, ``fed`` has the days that calendars get from the web.
    """

    rows: tuple[SlaSettings, ...]
    calendars: Mapping[str, Calendar]
    agents: frozenset[str]
    digest: str
    of_teams: Mapping[str, str] = field(default_factory=dict)
    fed: FedDays = field(default_factory=FedDays)

    @classmethod
    def build(
        cls,
        rows: Sequence[SlaSettings],
        calendars: Mapping[str, Calendar],
        agents: frozenset[str],
        of_teams: Mapping[str, str] | None = None,
        fed: FedDays | None = None,
    ) -> "ServiceLevels":
        """Assemble the levels from rows that were found to be right."""
        of_teams = dict(of_teams or {})
        what = (tuple(rows), of_teams) if of_teams else tuple(rows)
        digest = hashlib.sha256(msgspec.json.encode(what)).hexdigest()[:16]
        return cls(tuple(rows), calendars, agents, digest, of_teams, fed or FedDays())

    @property
    def fingerprint(self) -> str:
        """What changes with the rows, the calendars of teams and the days from the web, nothing else."""
        if not self.fed.state:
            return self.digest
        return hashlib.sha256(f"{self.digest} {self.fed.state}".encode()).hexdigest()[:16]

    def calendar(self, name: str) -> Calendar:
        """Return a calendar; around the clock for no name, and for one that the configuration lost."""
        return self.calendars.get(name, AROUND_THE_CLOCK)

    def promise(self, ticket: Ticket) -> Promise:
        """Return what is promised for a ticket: by the row that it names, else by the first that fits it."""
        name = dict(ticket.fields).get(NAMED)
        named = next((row for row in self.rows if row.name == name), None)
        if named is not None:
            return _promise(named, (_OF_ITEM,), named.calendar or self.of_teams.get(ticket.team, ""))
        for row in self.rows:
            grounds = _grounds(row, ticket)
            if grounds is not None:
                return _promise(row, grounds, row.calendar or self.of_teams.get(ticket.team, ""))
        return NO_PROMISE


def _grounds(row: SlaSettings, ticket: Ticket) -> tuple[str, ...] | None:
    """Return by what a row fits a ticket, in words; None where it does not fit."""
    asked: list[tuple[Sequence[str], str]] = []
    if row.types:
        asked.append((row.types, str(ticket.type)))
    if row.priorities:
        asked.append((row.priorities, str(ticket.priority)))
    if row.teams:
        asked.append((row.teams, ticket.team))
    if any(value not in wanted for wanted, value in asked):
        return None
    grounds = tuple(value for _, value in asked)
    if not row.requesters:
        return grounds
    requester = fold(ticket.requester.address) if ticket.requester else ""
    found = next((one for one in row.requesters if _is_from(requester, fold(one))), None)
    return (*grounds, f"requester {found}") if found else None


def _is_from(address: str, wanted: str) -> bool:
    """Tell whether an address is the one that is wanted, or of the domain: ``@cust.test``, or below it."""
    if not wanted.startswith("@"):
        return address == wanted
    domain = address.rpartition("@")[2]
    return domain == wanted[1:] or domain.endswith(f".{wanted[1:]}")


# Asked for every ticket again and again; there are as many answers as rows and grounds.
@lru_cache(maxsize=1000)
def _promise(row: SlaSettings, grounds: tuple[str, ...], calendar: str) -> Promise:
    targets = {clock: seconds_of(text) for clock, text in row.lengths.items() if text}
    escalations = sorted(row.escalation, key=lambda one: one.share)
    return Promise(
        rule=row.name,
        why=_why(grounds),
        calendar=calendar,
        targets=targets,
        pause=frozenset(map(TicketState, row.pause)),
        ring_seconds=60 * row.ring_minutes,
        owner=row.owner,
        levels=tuple(_levels(row)),
        ladder=((ASSIGNEE,), *(one.to for one in escalations if one.to)),
    )


def _why(grounds: tuple[str, ...]) -> str:
    if grounds == (_OF_ITEM,):
        return _OF_ITEM
    return f"the first that fits: {', '.join(grounds) or 'it is for every ticket'}"


def _levels(row: SlaSettings) -> Iterator[Level]:
    """Join warnings, breach and escalations; who works on the ticket hears of all but the escalations."""
    told: dict[float, list[str]] = {share: [ASSIGNEE] for share in (*row.warn_at, BREACH)}
    for one in row.escalation:
        told.setdefault(one.share, []).extend((*one.to, *([one.assign_to] if one.assign_to else [])))
    raised: dict[float, list[Priority]] = {}
    handed: dict[float, str] = {}
    for one in row.escalation:
        if one.priority:
            raised.setdefault(one.share, []).append(Priority(one.priority))
        if one.assign_to:
            handed[one.share] = one.assign_to
    for share, to in sorted(told.items()):
        highest = min(raised.get(share, ()), default=None)
        yield Level(share, tuple(dict.fromkeys(to)), highest, handed.get(share, ""))
