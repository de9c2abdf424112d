"""Give a ticket to one agent of its team: by skill, presence, load and history; never by chance.

The same facts give the same agent.  First comes fairness: whoever was given clearly more than another lately
The same facts give the same agent.  Fairness comes first: whoever was given clearly more than another lately
anybody, else who has least to do, then who got least lately, then the order of the team.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# Who knows the matter is preferred only while he has at most this much more work than the least loaded,
# in tickets by capacity.
KNOWING_SLACK = 1.0
# Nobody is given more than this many times what another was given, and one ticket: below 1.5 in the long run.
FAIR_RATIO = 1.25
FAIR_SLACK = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent of the team, in the order of the team.

    ``open_tickets`` are those he works on now, ``recent`` those he was given lately, ``known`` how many he
    had of this requester or category.  ``capacity`` is 1.0 for somebody in full time, ``there`` the part of
    that time that he was there, so that nobody finds the work of a holiday on his desk.  ``away`` says why he
    is not there now, or is empty.
    """

    address: str
    skills: frozenset[str] = frozenset()
    capacity: float = 1.0
    open_tickets: int = 0
    recent: int = 0
    known: int = 0
    there: float = 1.0
    away: str = ""

    @property
    def load(self) -> float:
        """His open tickets by his capacity."""
        return self.open_tickets / self.capacity

    @property
    def share(self) -> float:
        """What he was given lately by his capacity and the time he was there."""
        return self.recent / (self.capacity * self.there)


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent, or nobody, with the reason as a sentence and what was found about every candidate."""

    address: str | None
    reason: str
    told: tuple[str, ...] = ()


def choose(candidates: Sequence[Candidate], needed: frozenset[str] = frozenset()) -> Choice:
    """Choose the agent for a ticket that needs these skills; nobody where nobody is there.

    Where nobody who is there has the skills, they are not asked for: a ticket must not wait for them.
    """
    told = tuple(_told(one, needed) for one in candidates)
    there = [one for one in candidates if not one.away]
    if not there:
        return Choice(None, "nobody of the team is there", told)
    able = [one for one in there if needed <= one.skills]
    fair = _fair(able or there)
    least = min(one.load for one in fair)
    near = [one for one in fair if one.known and one.load - least <= KNOWING_SLACK]
    best = min(near, key=lambda one: (-one.known, *_rank(one))) if near else min(fair, key=_rank)
    return Choice(best.address, _reason(best, needed, skilled=bool(able), knows=bool(near)), told)


def _fair(fitting: Sequence[Candidate]) -> list[Candidate]:
    most = FAIR_RATIO * min(one.share for one in fitting) + FAIR_SLACK
    return [one for one in fitting if one.share <= most]


def _rank(one: Candidate) -> tuple[float, float]:
    return one.load, one.share


def _reason(best: Candidate, needed: frozenset[str], *, skilled: bool, knows: bool) -> str:
    why = []
    if needed and skilled:
        why.append(f"has {', '.join(sorted(needed))}")
    elif needed:
        why.append(f"nobody there has {', '.join(sorted(needed))}")
    if knows:
        why.append(f"had {best.known} like it before")
    why.append(f"load {best.load:g}")
    return "; ".join(why)


def _told(one: Candidate, needed: frozenset[str]) -> str:
    if one.away:
        return f"{one.address}: {one.away}"
    missing = ", ".join(sorted(needed - one.skills))
    lacks = f", lacks {missing}" if missing else ""
    return f"{one.address}: load {one.load:g}, {one.recent} lately, {one.known} like it{lacks}"
