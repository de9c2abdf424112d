"""Find the agent for a ticket of a team that assigns automatically: the facts; pure code chooses."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.desk.absence import Absence, absence_of, presence, stand_in_of
from daemon.desk.addressing import Agent, fold
from daemon.desk.assignment import Candidate, Choice, choose
from daemon.desk.handling import Handling
from daemon.desk.lifecycle import ENDED
from daemon.services.office import Office
from storage import absences, workload
from storage.records import Ticket

# What an agent was given within so many days counts as "lately".
LATELY_DAYS = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is asked for, who is away or has a calendar that is closed today, and the moment."""

    ticket: Ticket
    known: Sequence[Absence]
    absent: Mapping[str, Absence]
    closed: Mapping[str, str]
    now: datetime

    @property
    def stand_ins(self) -> dict[str, str | None]:
        """Who stands in for whom of those who are away."""
        return {agent: stand_in_of(agent, self.absent) for agent in self.absent}

    def why_not(self, agent: Agent) -> str:
        """Return why an agent cannot be given the ticket, or nothing."""
        if agent.address in self.absent:
            stand_in = self.stand_ins[agent.address]
            return f"{self.absent[agent.address]}" + (f"; {stand_in} stands in" if stand_in else "")
        if agent.address in self.closed:
            return f"does not work today by the calendar {self.closed[agent.address]}"
        requester = self.ticket.requester
        if requester is not None and fold(requester.address) in agent.addresses:
            return "asked for it, and does not work on it too"
        return ""


def chosen(office: Office, ticket: Ticket, skills: frozenset[str], now: datetime) -> Choice | None:
    """Choose an agent for a ticket; None where its team assigns by hand.

    Where nobody of the team is there, those who stand in for them are asked.
    """
    if office.roster.team(ticket.team).assignment != "automatic":
        return None
    members = office.roster.members(ticket.team)
    facts = _facts(office, members, ticket, now)
    choice = choose(_candidates(office, members, facts), skills)
    if choice.address is not None:
        return choice
    named = [office.roster.agent(one) for one in dict.fromkeys(facts.stand_ins.values()) if one]
    others = [agent for agent in named if agent is not None and agent not in members]
    others = [agent for agent in others if office.roster.sees(agent, ticket.team)]
    instead = choose(_candidates(office, others, _facts(office, others, ticket, now)), skills)
    return replace(instead, told=(*choice.told, *instead.told))


def away(office: Office, agents: Sequence[Agent], now: datetime) -> dict[str, Absence]:
    """Return who of these agents is away today, each in the own time zone, by address."""
    return _away(office, agents, _known(office, agents, now), now)


def stood_in_for(office: Office, told: list[Agent], ticket: Ticket, now: datetime) -> list[Agent]:
    """Return who is told with whoever stands in for the assignee, where that one is away today."""
    assignee = office.roster.agent(ticket.assignee or "")
    absence = away(office, [assignee], now).get(assignee.address) if assignee is not None else None
    if absence is None or not absence.stand_in:
        return told
    stand_in = office.roster.agent(absence.stand_in)
    if stand_in is None or stand_in in told or not office.roster.sees(stand_in, ticket.team):
        return told
    return [*told, stand_in]


def _facts(office: Office, agents: Sequence[Agent], ticket: Ticket, now: datetime) -> _Facts:
    known = _known(office, agents, now)
    absent = _away(office, agents, known, now)
    return _Facts(ticket, known, absent, _closed(office, agents, absent, now), now)


def _closed(
    office: Office, agents: Sequence[Agent], absent: Mapping[str, Absence], now: datetime
) -> dict[str, str]:
    """Return whose calendar is closed all day, with its name; nobody's on a day on which nobody works."""
    shut = {agent.address: agent.calendar for agent in agents if not _works_today(office, agent, now)}
    working = [agent for agent in agents if agent.address not in shut and agent.address not in absent]
    return shut if working else {}


def _works_today(office: Office, agent: Agent, now: datetime) -> bool:
    if office.levels is None or not agent.calendar:
        return True
    zone = ZoneInfo(agent.timezone or office.roster.desk.timezone)
    start = datetime.combine(today(office, agent, now), time.min, zone)
    times = office.levels.calendar(agent.calendar).open_times(
        start.astimezone(UTC), start.astimezone(UTC) + _DAY
    )
    return next(times, None) is not None


def _away(
    office: Office, agents: Sequence[Agent], known: Sequence[Absence], now: datetime
) -> dict[str, Absence]:
    found = {agent.address: absence_of(agent.address, known, today(office, agent, now)) for agent in agents}
    return {address: absence for address, absence in found.items() if absence is not None}


def today(office: Office, agent: Agent, now: datetime) -> date:
    """Return the day that it is for an agent."""
    return now.astimezone(ZoneInfo(agent.timezone or office.roster.desk.timezone)).date()


def _known(office: Office, agents: Sequence[Agent], now: datetime) -> list[Absence]:
    """Return the absences of the last days: those of the configuration, and those that were said since."""
    if not agents:
        return []
    # A day more on both sides is today somewhere.
    first, last = now.date() - timedelta(days=LATELY_DAYS), now.date() + timedelta(days=1)
    noted = absences.between(first, last, [agent.address for agent in agents])
    said = [
        Absence(one.agent, one.first, one.last, one.stand_in, one.source) for one in noted if one.confirmed
    ]
    return [*_configured(office.handling), *said]


def _configured(handling: Handling) -> list[Absence]:
    return [
        Absence(address, one.first, one.last, fold(one.stand_in), "by the configuration")
        for address, agent in handling.agents.items()
        for one in agent.absences
    ]


def _candidates(office: Office, agents: Sequence[Agent], facts: _Facts) -> list[Candidate]:
    addresses = [agent.address for agent in agents]
    opened = workload.open_tickets(addresses, sorted(ENDED))
    recent = workload.given_since(addresses, facts.now - timedelta(days=LATELY_DAYS))
    known = _had(facts)
    candidates = []
    for agent in agents:
        settings = office.handling.agents.get(agent.address)
        day = today(office, agent, facts.now)
        candidates.append(
            Candidate(
                address=agent.address,
                skills=frozenset(settings.skills) if settings else frozenset(),
                capacity=settings.capacity if settings else 1.0,
                open_tickets=opened.get(agent.address, 0),
                recent=recent.get(agent.address, 0),
                known=known.get(agent.address, 0),
                there=presence(agent.address, facts.known, day, LATELY_DAYS),
                away=facts.why_not(agent),
            )
        )
    return candidates


def _had(facts: _Facts) -> Mapping[str, int]:
    """Return who had tickets like this one; what somebody knows who is away counts for the stand-in."""
    requester = facts.ticket.requester
    had = workload.had_of(requester.id if requester else None, facts.ticket.category)
    stand_ins = facts.stand_ins
    counts: Counter[str] = Counter()
    for agent, count in had.items():
        counts[stand_ins.get(agent) or agent] += count
    return counts
