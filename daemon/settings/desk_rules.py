"""What must hold where teams are desks of their own."""

import difflib
from collections.abc import Callable, Iterator

from daemon.settings.problems import Fault
from daemon.settings.sections import DEFAULT_TEAM, Document


def private_teams_have_members(document: Document) -> Iterator[Fault]:
    """A team without members is everybody, so that its tickets would be for no one's eyes alone."""
    for index, team in enumerate(document.team):
        if team.private and not team.members:
            yield Fault(("team", index, "members"), "missing; without members all agents see its tickets")


def desks_can_be_written_to(document: Document) -> Iterator[Fault]:
    """A team with a name of its own answers from an address of its own."""
    for index, team in enumerate(document.team):
        if team.desk_name and not team.addresses:
            text = "missing; a desk of its own needs an address that people write to"
            yield Fault(("team", index, "addresses"), text)


def categories_have_known_teams(document: Document) -> Iterator[Fault]:
    """A category that only some teams have names teams that are there."""
    known = [team.name for team in document.team] or [DEFAULT_TEAM]
    for index, category in enumerate(document.category):
        for place, name in enumerate(category.teams):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                at = ("category", index, "teams", place)
                yield Fault(at, f'expected the name of a [[team]], got "{name}"', hint)


DESK_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    private_teams_have_members,
    desks_can_be_written_to,
    categories_have_known_teams,
)
