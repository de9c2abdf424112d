"""Whether promises are kept: of items, of teams, and of each performer; pure sums over what was done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from daemon.desk.task_effort import summed


@dataclass(frozen=True, slots=True)
class Promised:
    """Something that was promised for a moment and done at another; without ``first`` nothing was promised.

    ``moved`` counts how often the promise was moved, ``again`` how often it had to be done once more.
    """

    item: str
    team: str
    performer: str
    first: datetime | None
    done_at: datetime
    moved: int = 0
    again: int = 0
    minutes: int = 0
    cost: tuple[tuple[str, str], ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it was done when it had first been promised; a promise that was moved is broken by that."""
        return self.first is not None and self.done_at <= self.first


@dataclass(frozen=True, slots=True)
class Reliability:
    """How reliable somebody is; ``share`` of the promises was kept, None where nothing was promised."""

    name: str
    done: int
    promised: int
    kept: int
    moved: int
    again: int
    minutes: int
    cost: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float | None:
        """The part of the promises that was kept, from 0 to 1."""
        return self.kept / self.promised if self.promised else None


def by(given: Iterable[Promised], name_of: Callable[[Promised], str]) -> list[Reliability]:
    """Sum up by a name, the least reliable first; what has no name is left out."""
    groups: dict[str, list[Promised]] = {}
    for one in given:
        if name_of(one):
            groups.setdefault(name_of(one), []).append(one)
    found = [_summed(name, ones) for name, ones in groups.items()]
    return sorted(found, key=lambda one: (one.share if one.share is not None else 2.0, one.name))


def _summed(name: str, ones: list[Promised]) -> Reliability:
    return Reliability(
        name=name,
        done=len(ones),
        promised=sum(one.first is not None for one in ones),
        kept=sum(one.kept for one in ones),
        moved=sum(one.moved for one in ones),
        again=sum(one.again for one in ones),
        minutes=sum(one.minutes for one in ones),
        cost=summed(tuple(part for one in ones for part in one.cost)),
    )
