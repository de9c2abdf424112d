"""Moments and spans of time as people type them: ``mon``, ``5 jan 14:00``, ``in 3 days``, ``15m``.

English words, any case; a moment lies after now and within two years.  Nothing here looks at a clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.desk.sentences import sentence

FURTHEST = timedelta(days=731)
LONGEST_WORK = timedelta(days=7)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_SHORT_UNITS = {"m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week"}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?", re.ASCII)
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_COUNTED = re.compile(r"(\d{1,4})([a-z]{1,7})", re.ASCII)
_WORK = re.compile(r"(?:(\d{1,3}(?:\.\d{1,2})?)h)?[ ]?(?:(\d{1,4})(?:m|min|minutes?)?)?", re.ASCII)
_WORDS_LIMIT = 40


class BadDate(Exception):  # noqa: N818  # an answer to whoever typed it
    """Words that are no moment, or one that cannot be meant; the text says which are understood."""


@dataclass(frozen=True, slots=True)
class Now:
    """The moment at which somebody types, and the zone in which they live."""

    moment: datetime
    zone: str

    @property
    def local(self) -> datetime:
        """The moment on the clock of that zone."""
        return self.moment.astimezone(ZoneInfo(self.zone))


def moment(text: str, now: Now, at: time) -> tuple[datetime, str]:
    """Read the moment that a text begins with, in UTC, and return it with the rest of the text.

    A day without a time of day means ``at``, in the zone.  Raises BadDate where there is none.
    """
    words = text.split()
    folded = [word.lower().rstrip(",;") for word in words[:_WORDS_LIMIT]]
    skipped = 1 if folded[:1] in (["until"], ["by"], ["on"]) else 0
    span = _span(folded[skipped:])
    if span is not None:
        found, used = now.moment + span[0], span[1]
        # Whoever says "in 3 days" means the day; "in 3 hours" is meant to the minute.
        if span[0] >= timedelta(days=1):
            found = _on(found.astimezone(ZoneInfo(now.zone)).date(), at, now.zone)
    else:
        day, used = _day(folded[skipped:], now.local.date())
        clock, more = _clock(folded[skipped + used :])
        found, used = _on(day, clock or at, now.zone), used + more
    _check(found, now, " ".join(words[skipped : skipped + used]))
    return found, " ".join(words[skipped + used :])


def _check(found: datetime, now: Now, typed: str) -> None:
    if found <= now.moment:
        raise BadDate(sentence("{typed} is over already", typed=repr(typed)))
    if found - now.moment > FURTHEST:
        raise BadDate(sentence("{typed} is more than two years away", typed=repr(typed)))


def _on(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _span(words: list[str]) -> tuple[timedelta, int] | None:
    """Read ``in 3 days``, ``in 2h`` or ``3d``; None for anything else."""
    start = 1 if words[:1] == ["in"] else 0
    rest = words[start:]
    counted = _COUNTED.fullmatch(rest[0]) if rest else None
    if counted:
        unit = _unit(counted[2])
        return (_UNITS[unit] * int(counted[1]), start + 1) if unit else None
    if start and len(rest) > 1 and (rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 5):
        unit = _unit(rest[1])
        return (_UNITS[unit] * int(rest[0]), 3) if unit else None
    return None


def _unit(word: str) -> str | None:
    name = _SHORT_UNITS.get(word, word.removesuffix("s"))
    return name if name in _UNITS else None


def _day(words: list[str], today: date) -> tuple[date, int]:
    """Read a day and return it with the number of words that it took."""
    first = words[0] if words else ""
    if first in {"today", "tomorrow"}:
        return today + timedelta(days=first == "tomorrow"), 1
    if first == "next" and words[1:2] == ["week"]:
        return today + timedelta(days=7 - today.weekday()), 2
    skip = 1 if first == "next" else 0
    weekday = _index(words[skip] if len(words) > skip else "", _DAYS)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1), skip + 1
    return _calendar_day(words, today)


def _calendar_day(words: list[str], today: date) -> tuple[date, int]:
    first = words[0] if words else ""
    if iso := _ISO.fullmatch(first):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]), first), 1
    if points := _POINTS.fullmatch(first):
        year = int(points[3]) if points[3] else None
        return _coming(year, int(points[2]), int(points[1]), today, first), 1
    second = words[1] if len(words) > 1 else ""
    for number, name in ((first, second), (second, first)):
        month, of_month = _index(name, _MONTHS), _DAY_OF_MONTH.fullmatch(number)
        if month is not None and of_month is not None:
            third = words[2] if len(words) > 2 and _YEAR.fullmatch(words[2]) else ""
            typed = f"{first} {second} {third}".strip()
            year = int(third) if third else None
            return _coming(year, month + 1, int(of_month[1]), today, typed), 3 if third else 2
    raise BadDate(
        sentence(
            "expected a day like mon, tomorrow, 2026-01-05, 5 jan or in 3 days, got {typed}",
            typed=repr(" ".join(words)[:60]),
        )
    )


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Return which name a word is, whole or by its first three letters or more; None for none."""
    found = [at for at, name in enumerate(names) if len(word) > 2 and name.startswith(word.rstrip("."))]
    return found[0] if len(found) == 1 else None


def _coming(year: int | None, month: int, day: int, today: date, typed: str) -> date:
    """Return the day of that year, or without a year the next such day from today on."""
    if year is not None:
        return _date(year, month, day, typed)
    # The 29th of February is at most eight years away.
    for ahead in range(9):
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise BadDate(sentence("there is no day {typed}", typed=repr(typed)))


def _date(year: int, month: int, day: int, typed: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadDate(sentence("there is no day {typed}", typed=repr(typed))) from error


def _clock(words: list[str]) -> tuple[time | None, int]:
    """Read a time of day, with ``at`` before it or without, and the number of words that it took."""
    skip = 1 if words[:1] == ["at"] else 0
    found = _CLOCK.fullmatch(words[skip]) if len(words) > skip else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None, 0
    return time(int(found[1]), int(found[2])), skip + 1


def minutes(text: str) -> int:
    """Read how long somebody worked, in minutes: ``15m``, ``1h30``, ``1.5h``, ``90``.  Raises BadDate."""
    folded = " ".join(text.lower().split())
    found = _WORK.fullmatch(folded) if folded else None
    if found is None:
        raise BadDate(sentence("expected a time like 15m, 1h30 or 1.5h, got {typed}", typed=repr(text[:60])))
    worked = round(float(found[1] or 0) * 60) + int(found[2] or 0)
    if not 0 < worked <= LONGEST_WORK / timedelta(minutes=1):
        raise BadDate(
            sentence(
                "expected more than no time and at most {days} days, got {typed}",
                days=LONGEST_WORK.days,
                typed=repr(text[:60]),
            )
        )
    return worked


def spoken_minutes(worked: int) -> str:
    """Write minutes out: ``15m``, ``2h``, ``1h 30m``."""
    hours, rest = divmod(worked, 60)
    return " ".join(
        part for part in (f"{hours}h" if hours else "", f"{rest}m" if rest or not hours else "") if part
    )
