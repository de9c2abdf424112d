"""Satisfaction in figures: of all, and by team, agent, item, category or month; with how sure each is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from daemon.desk.satisfaction import Satisfaction, satisfaction

SCORES = (5, 4, 3, 2, 1)
UNKNOWN = "(none)"


class By(StrEnum):
    """What surveys are counted by."""

    TEAM = "team"
    AGENT = "agent"
    ITEM = "item"
    CATEGORY = "category"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Counted:
    """A survey as it is counted: when it was sent, the score that counts (None without), and under what."""

    at: datetime
    score: int | None
    team: str = ""
    agent: str = ""
    item: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What some surveys come to; ``mean`` is None without an answer, ``scores`` counts 5 first, 1 last."""

    name: str
    sent: int
    satisfaction: Satisfaction
    mean: float | None
    scores: tuple[int, ...]

    @property
    def answered(self) -> int:
        """How many were answered."""
        return self.satisfaction.count


def figures(surveys: Iterable[Counted], name: str = "") -> Figures:
    """Return what these surveys come to together."""
    counted = list(surveys)
    given = [one.score for one in counted if one.score is not None]
    mean = sum(given) / len(given) if given else None
    return Figures(name, len(counted), satisfaction(given), mean, tuple(given.count(one) for one in SCORES))


def grouped(surveys: Sequence[Counted], by: By, zone: str = "UTC") -> list[Figures]:
    """Return what surveys come to by team and so on: the most answers first, months in their order.

    A survey whose item or category is not known is counted as ``(none)``.
    """
    groups: dict[str, list[Counted]] = {}
    for one in surveys:
        groups.setdefault(_name(one, by, ZoneInfo(zone)), []).append(one)
    found = [figures(few, name) for name, few in groups.items()]
    if by is By.MONTH:
        return sorted(found, key=lambda one: one.name)
    return sorted(found, key=lambda one: (-one.answered, -one.sent, one.name))


def _name(survey: Counted, by: By, zone: ZoneInfo) -> str:
    match by:
        case By.TEAM:
            return survey.team or UNKNOWN
        case By.AGENT:
            return survey.agent or UNKNOWN
        case By.ITEM:
            return survey.item or UNKNOWN
        case By.CATEGORY:
            return survey.category or UNKNOWN
        case By.MONTH:
            return survey.at.astimezone(zone).strftime("%Y-%m")


def percent(share: float) -> int:
    """Return a share in whole percent."""
    return round(share * 100)
