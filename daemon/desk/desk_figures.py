"""A desk in figures: what comes and goes each week, what lies there and how long, which promises are kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
# The ages of what lies there: less than so many days, the last without an end.
AGES: tuple[tuple[str, int | None], ...] = (
    ("less than a day", 1),
    ("1 to 3 days", 3),
    ("3 to 7 days", 7),
    ("7 to 30 days", 30),
    ("more than 30 days", None),
)


@dataclass(frozen=True, slots=True)
class Week:
    """How many tickets were opened and ended in the week that begins on this Monday."""

    monday: date
    opened: int
    ended: int


@dataclass(frozen=True, slots=True)
class Age:
    """How many tickets of a team lie there, by age in the order of ``AGES``."""

    team: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many there are of any age."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Promise:
    """How often the time of a clock was kept."""

    clock: str
    count: int
    kept: int

    @property
    def share(self) -> float:
        """The share of the promises that were kept, from 0 to 1."""
        return self.kept / self.count


def weeks(opened: Iterable[datetime], ended: Iterable[datetime], zone: str) -> list[Week]:
    """Count by week of the desk's zone, the first first; weeks between without any are there too."""
    there = ZoneInfo(zone)
    came, went = (Counter(_monday(at, there) for at in moments) for moments in (opened, ended))
    known = sorted({*came, *went})
    if not known:
        return []
    count = (known[-1] - known[0]) // _WEEK + 1
    mondays = [known[0] + at * _WEEK for at in range(count)]
    return [Week(monday, came[monday], went[monday]) for monday in mondays]


def _monday(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return day - day.weekday() * _DAY


def ages(backlog: Iterable[tuple[str, datetime]], now: datetime) -> list[Age]:
    """Count what lies there by team and age, the team with the most first."""
    teams: dict[str, list[int]] = {}
    for team, since in backlog:
        counts = teams.setdefault(team, [0] * len(AGES))
        counts[_age(now - since)] += 1
    return sorted((Age(team, tuple(counts)) for team, counts in teams.items()), key=lambda one: -one.total)


def _age(age: timedelta) -> int:
    return next(at for at, (_, days) in enumerate(AGES) if days is None or age < days * _DAY)


def promises(runs: Iterable[tuple[str, int, int]]) -> list[Promise]:
    """Count by clock how often what was used (seconds) was no more than what was promised."""
    found: dict[str, list[bool]] = {}
    for clock, used, target in runs:
        found.setdefault(clock, []).append(used <= target)
    return [Promise(clock, len(kept), sum(kept)) for clock, kept in sorted(found.items())]


def middle_hours(spans: Sequence[tuple[datetime, datetime]]) -> float | None:
    """Return the median length in hours; None of none."""
    return median((end - start) / timedelta(hours=1) for start, end in spans) if spans else None
