"""How a new ticket is handled, as the settings say: everything that decides about it, sorted out once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from daemon.desk.addressing import fold
from daemon.desk.classification import Classifier
from daemon.desk.handling_settings import (
    CategorySettings,
    ClassificationSettings,
    PrioritySettings,
    RouteSettings,
    ServiceSettings,
)
from daemon.desk.priority import Assessor
from daemon.desk.roster import AgentSettings
from daemon.desk.routing import Router
from daemon.desk.terms import Terms
from daemon.desk.workload_settings import WorkloadSettings


@dataclass(frozen=True, kw_only=True)
class HandlingSettings:
    """The sections of the configuration that say how a new ticket is handled."""

    priority: PrioritySettings = field(default_factory=PrioritySettings)
    classification: ClassificationSettings = field(default_factory=ClassificationSettings)
    services: tuple[ServiceSettings, ...] = ()
    categories: tuple[CategorySettings, ...] = ()
    routes: tuple[RouteSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    workload: WorkloadSettings = field(default_factory=WorkloadSettings)


@dataclass(frozen=True)
class Handling:
    """What decides about a new ticket; ``agents`` are by folded address."""

    assessor: Assessor
    classifier: Classifier
    router: Router = field(default_factory=Router)
    categories: tuple[tuple[str, Terms], ...] = ()
    # Of the categories that only some teams have, these teams.
    teams_of_categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agents: Mapping[str, AgentSettings] = field(default_factory=dict)
    workload: WorkloadSettings = field(default_factory=WorkloadSettings)

    @classmethod
    def of(cls, settings: HandlingSettings) -> "Handling":
        """Sort the settings out."""
        return cls(
            Assessor.of(settings.priority, settings.services),
            Classifier.of(settings.classification),
            Router.of(settings.routes),
            tuple((one.name, Terms.of((*_names(one.name), *one.words))) for one in settings.categories),
            {one.name: one.teams for one in settings.categories if one.teams},
            {fold(agent.address): agent for agent in settings.agents},
            settings.workload,
        )

    def categories_of(self, team: str) -> tuple[tuple[str, Terms], ...]:
        """Return the categories that tickets of this team can have, with their words."""
        only = self.teams_of_categories
        return tuple(one for one in self.categories if team in only.get(one[0], (team,)))


def _names(category: str) -> tuple[str, ...]:
    """Return the words that a category's own name is worth: of a sub-category its last part."""
    return (category.rpartition("/")[2],)


@cache
def usual() -> Handling:
    """Return the handling of a desk that configures none of it."""
    return Handling.of(HandlingSettings())
