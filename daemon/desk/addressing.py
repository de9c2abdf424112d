"""Which addresses are the desk's own, in every form, and which team they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from daemon.desk.fields import FieldSettings
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings


def fold(address: str) -> str:
    """Return the form in which two addresses are compared: lower case, without surrounding space."""
    return address.strip().lower()


def without_detail(address: str) -> str:
    """Return the address without its sub-address: ``support+x@desk.test`` gives ``support@desk.test``."""
    local, at, domain = fold(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}" if at else fold(address)


def detail_of(address: str) -> str:
    """Return the part after ``+`` of an address in lower case, empty without one (RFC 5233)."""
    return fold(address).rpartition("@")[0].partition("+")[2]


def with_detail(address: str, detail: str) -> str:
    """Return the address with this sub-address."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{detail}@{domain}"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the program sees one; ``addresses`` are all that the person writes from, folded."""

    address: str
    name: str
    addresses: frozenset[str]
    timezone: str = ""
    calendar: str = ""
    language: str = ""


@dataclass(frozen=True)
class Roster:
    """The desk with its addresses, teams and agents, ready to be asked; built once from the settings."""

    desk: DeskSettings
    teams: tuple[TeamSettings, ...]
    agents: tuple[Agent, ...]
    own_addresses: frozenset[str] = field(default_factory=frozenset)
    fields: tuple[FieldSettings, ...] = ()

    @classmethod
    def build(
        cls,
        desk: DeskSettings,
        teams: Iterable[TeamSettings],
        agents: Iterable[AgentSettings],
        fields: Iterable[FieldSettings] = (),
    ) -> "Roster":
        """Assemble a roster; without any team all agents are one team that serves the desk's address."""
        people = tuple(
            Agent(
                fold(agent.address),
                agent.name,
                frozenset({fold(agent.address), *map(fold, agent.also)}),
                agent.timezone,
                agent.calendar,
                agent.language,
            )
            for agent in agents
        )
        found = tuple(teams) or (
            TeamSettings(
                name="service-desk", addresses=(desk.address,), members=tuple(a.address for a in people)
            ),
        )
        own = {fold(desk.address), *map(fold, desk.aliases)}
        own.update(fold(address) for team in found for address in team.addresses)
        return cls(desk, found, people, frozenset(own), tuple(fields))

    def is_own(self, address: str) -> bool:
        """Tell whether an address is the desk's own, in any plus form."""
        return without_detail(address) in self.own_addresses

    def agent(self, address: str) -> Agent | None:
        """Return the agent who has this address, or None."""
        return self._agents_by_address.get(fold(address))

    @cached_property
    def _agents_by_address(self) -> dict[str, Agent]:
        # The first of those who share an address has it.
        return {address: agent for agent in reversed(self.agents) for address in agent.addresses}

    def team(self, name: str) -> TeamSettings:
        """Return the team of that name; a name that the configuration lost means the first team."""
        return next((team for team in self.teams if team.name == name), self.teams[0])

    def members(self, team_name: str) -> tuple[Agent, ...]:
        """Return the agents of a team; all agents where it has no members."""
        found = [self.agent(address) for address in self.team(team_name).members]
        return tuple(agent for agent in found if agent is not None) or self.agents

    def acts_on(self, agent: Agent, routes: Iterable[str], assignee: str | None) -> bool:
        """Tell whether an agent works on a ticket: it is his, or was addressed to one of his teams."""
        if self.desk.agents_act_everywhere or fold(assignee or "") in agent.addresses:
            return True
        return any(agent in self.members(team) for team in routes)

    def teams_for(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """Return the names of the teams these addresses belong to, in their order; never empty."""
        names: list[str] = []
        for address in map(without_detail, addresses):
            for team in self.teams:
                if address in map(fold, team.addresses) and team.name not in names:
                    names.append(team.name)
        return tuple(names) or (self.teams[0].name,)

    @property
    def domain(self) -> str:
        """The domain of the desk's address, in lower case."""
        return fold(self.desk.address).rpartition("@")[2]
