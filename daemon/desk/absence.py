"""Who is away and until when: by the configuration, by command, or as an out-of-office mail proposes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from daemon.desk import absence_words as words
from daemon.desk.terms import plain

# An absence that a mail proposes is not longer than this; a year that was typed wrong is no absence.
LONGEST = timedelta(days=366)
_DAY = r"(?P<day>\d{1,2})"
_MONTHS = "|".join(sorted(map(re.escape, words.MONTHS), key=len, reverse=True))
# 2024-07-14; 14.7.2024, 14/07/24 and 14.7.; 14 July 2024, 14. Juli, 1er juillet; July 14th, 2024.
_DATES = (
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d{2})-(?P<day>\d{2})\b"),
    re.compile(rf"\b{_DAY}(?P<sep>[./-])(?P<month>\d{{1,2}})(?:(?P=sep)(?P<year>(?:20)?\d\d))?(?!\d)"),
    re.compile(
        rf"\b{_DAY}(?:st|nd|rd|th|er|\.|º)?(?: (?:of|de|di))? (?P<name>{_MONTHS})\b"
        r"\.?(?: (?:de )?(?P<year>20\d\d))?"
    ),
    re.compile(rf"\b(?P<name>{_MONTHS})\.? {_DAY}(?:st|nd|rd|th)?\b(?:,? (?P<year>20\d\d))?"),
)
_UNTIL = re.compile(rf"\b(?:{'|'.join(map(plain, words.UNTIL))})\b")
_BACK = re.compile(rf"\b(?:{'|'.join(map(plain, words.BACK))})\b")
_WEEKDAY = re.compile(
    rf"\b(?:(?P<until>{'|'.join(sorted(map(plain, words.UNTIL), key=len, reverse=True))})|"
    rf"(?P<back>{'|'.join(sorted(map(plain, words.BACK), key=len, reverse=True))}))"
    rf" (?:(?:on|am|le|el|op|next|the|kommenden|nachsten) )?(?P<name>{'|'.join(words.DAYS)})\b"
)
_ENDS_WITH_DAY = re.compile(rf"(?:{'|'.join(words.DAYS)}|\b(?:mon?|lu|lun|ma))[.,]? $")
_BEFORE_DATE_CHARS = 60
_LIMIT_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which an agent is away, first and last included; ``source`` says from where we know.

    ``last`` is None where nobody knows the end.  ``stand_in`` is an address or empty.
    """

    agent: str
    first: date
    last: date | None
    stand_in: str = ""
    source: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the agent is away on this day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        until = f"until {self.last.isoformat()}" if self.last else "until further notice"
        return f"away {until} ({self.source})" if self.source else f"away {until}"


def absence_of(agent: str, absences: Iterable[Absence], day: date) -> Absence | None:
    """Return the absence of an agent on this day, the one that lasts longest, or None."""
    found = [one for one in absences if one.agent == agent and one.covers(day)]
    return max(found, key=lambda one: one.last or date.max) if found else None


def presence(agent: str, absences: Iterable[Absence], day: date, days: int) -> float:
    """Return the part of the days up to this one that an agent was there; one day at least counts."""
    mine = [one for one in absences if one.agent == agent]
    away = sum(1 for back in range(days) if any(one.covers(day - timedelta(days=back)) for one in mine))
    return max(days - away, 1) / days


def stand_in_of(agent: str, absences: Mapping[str, Absence]) -> str | None:
    """Return who stands in for an agent who is away: the stand-in's own stand-in where that one is away too.

    None where nobody is named, or where those who are named stand in for each other in a ring.
    """
    seen = {agent}
    while agent in absences:
        agent = absences[agent].stand_in
        if not agent or agent in seen:
            return None
        seen.add(agent)
    return agent


def proposed(text: str, today: date) -> date | None:
    """Return the last day of absence that an out-of-office mail speaks of, or None where it is not clear.

    "until 14 July" is that day; "back on 15 July" is the day before.  A date without a year is the next one,
    and so is a day of the week, which counts where there is no date.
    """
    said = " ".join(plain(text[:_LIMIT_CHARS]).split())
    found = [last for last in (_last_day(said, match, today) for match in _dates(said)) if last]
    fitting = [last for last in found if today <= last <= today + LONGEST]
    return max(fitting, default=None) or max(_weekdays(said, today), default=None)


def _weekdays(said: str, today: date) -> Iterable[date]:
    """Yield the last days that are named as days of the coming week: "until Monday", "back on Tuesday"."""
    for match in _WEEKDAY.finditer(said):
        # "Monday to Friday" are the hours of an office.
        if _ENDS_WITH_DAY.search(said[: match.start()]):
            continue
        ahead = (words.DAYS[match["name"]] - today.weekday() - 1) % 7 + 1
        yield today + timedelta(days=ahead - bool(match["back"]))


def _dates(said: str) -> Iterable[re.Match[str]]:
    taken: set[int] = set()
    for pattern in _DATES:
        for match in pattern.finditer(said):
            if match.start("day") not in taken:
                taken.update(range(match.start(), match.end()))
                yield match


def _last_day(said: str, match: re.Match[str], today: date) -> date | None:
    day = _day(match, today)
    if day is None:
        return None
    before = said[max(0, match.start() - _BEFORE_DATE_CHARS) : match.start()]
    until, back = _last_end(_UNTIL, before), _last_end(_BACK, before)
    if until < 0 and back < 0:
        return None
    return day - timedelta(days=1) if back > until else day


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def _day(match: re.Match[str], today: date) -> date | None:
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else words.MONTHS[parts["name"]]
    year = int(parts["year"]) if parts["year"] else None
    if year is not None and year < 100:
        year += 2000
    try:
        if year is not None:
            return date(year, month, int(parts["day"]))
        this_year = date(today.year, month, int(parts["day"]))
        return this_year if this_year >= today else this_year.replace(year=today.year + 1)
    except ValueError:
        return None
