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
        return self._teams_by_name.get(name, self.teams[0])

    @cached_property
    def _teams_by_name(self) -> dict[str, TeamSettings]:
        return {team.name: team for team in reversed(self.teams)}

    def desk_of(self, team_name: str) -> DeskSettings:
        """Return the desk as the people on a ticket of this team meet it: by its name, language and so on."""
        return self._desks_by_team[self.team(team_name).name]

    @cached_property
    def _desks_by_team(self) -> dict[str, DeskSettings]:
        return {team.name: team.of(self.desk) for team in self.teams}

    def members(self, team_name: str) -> tuple[Agent, ...]:
        """Return the agents of a team; all agents where it has no members."""
        found = [self.agent(address) for address in self.team(team_name).members]
        return tuple(agent for agent in found if agent is not None) or self.agents

    def acts_on(self, agent: Agent, routes: Iterable[str], assignee: str | None) -> bool:
        """Tell whether an agent works on a ticket: it is his, or was addressed to one of his teams.

        ``routes`` starts with the team that works on it; where that one is private, nobody else does.
        """
        teams = tuple(routes)
        if teams and not self.sees(agent, teams[0]):
            return False
        if self.desk.agents_act_everywhere or fold(assignee or "") in agent.addresses:
            return True
        return any(agent in self.members(team) for team in teams)

    def is_private(self, team_name: str) -> bool:
        """Tell whether the tickets of a team are for its members alone."""
        return self.team(team_name).private

    def sees(self, agent: Agent, team_name: str) -> bool:
        """Tell whether an agent may know of the tickets of a team."""
        return not self.is_private(team_name) or agent in self.members(team_name)

    def apart(self, one: str, other: str) -> bool:
        """Tell whether nothing of the tickets of one team may come to those of another."""
        return one != other and (self.is_private(one) or self.is_private(other))

    def hidden_from(self, agent: Agent) -> tuple[str, ...]:
        """Return the names of the teams whose tickets this agent may not know of."""
        return tuple(team.name for team in self.teams if not self.sees(agent, team.name))

    def hidden_beside(self, team_name: str) -> tuple[str, ...]:
        """Return the names of the other teams whose tickets nothing on this team's tickets may tell of."""
        return tuple(one.name for one in self.teams if one.private and one.name != team_name)

    def teams_for(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """Return the names of the teams these addresses belong to, in their order; never empty.

        Where one is private, it is the only one: what it is told is not shown to others.
        """
        names: list[str] = []
        for address in map(without_detail, addresses):
            for team in self.teams:
                if address in map(fold, team.addresses) and team.name not in names:
                    names.append(team.name)
        return self.kept_private(tuple(names)) or (self.teams[0].name,)

    def kept_private(self, teams: tuple[str, ...]) -> tuple[str, ...]:
        """Return the teams of a ticket, of which a private one is the only one."""
        return next(((name,) for name in teams if self.is_private(name)), teams)

    @property
    def domain(self) -> str:
        """The domain of the desk's address, in lower case."""
        return fold(self.desk.address).rpartition("@")[2]
