"""Closed days from other hands: public holidays of a country, and whole-day events of iCalendar files.

Both are read by libraries (``postdesk[calendars]``) that are imported when a calendar asks for them: each
takes a tenth of a second, and most desks need neither.
"""

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, takewhile
from typing import Any

from daemon.desk.web_feeds import FedDays

HAVE_HOLIDAYS = importlib.util.find_spec("holidays") is not None
HAVE_ICALENDAR = importlib.util.find_spec("icalendar") is not None

# More days of one event than this nobody means.
DAYS_LIMIT = 4_000
# What repeats more often than daily is no holiday, and takes long to count from its beginning.
_SLOW_ENOUGH = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)


class BadFeedError(ValueError):
    """A file of closed days that cannot be read; the text says why."""


class BadDayError(ValueError):
    """A closed day that is none; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """All the days on which a calendar is closed; ``yearly`` are month and day of every year.

    ``fed`` has the days of the feeds from the web, of which ``feeds`` are those of this calendar, by key.
    """

    days: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    country: str = ""
    subdivision: str = ""
    feeds: tuple[str, ...] = ()
    fed: FedDays = field(default_factory=FedDays)

    def __call__(self, day: date) -> bool:
        """Tell whether the calendar is closed on this day."""
        if day in self.days or (day.month, day.day) in self.yearly:
            return True
        if any(self.fed.has(key, day) for key in self.feeds):
            return True
        return bool(self.country) and day in public_holidays(self.country, self.subdivision, day.year)


def read_days(texts: Iterable[str]) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    """Read ``2024-12-24``, ``2024-12-27..2024-12-31`` and ``12-24`` (every year); raises BadDayError."""
    days: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for text in texts:
        first, dots, last = text.strip().partition("..")
        start, end = _day(first, text), _day(last if dots else first, text)
        if isinstance(start, date) and isinstance(end, date):
            days |= _range(start, end, text)
        elif isinstance(start, tuple) and not dots:
            yearly.add(start)
        else:
            raise BadDayError(f'expected two days with their years, got "{text}"')
    return frozenset(days), frozenset(yearly)


def _day(text: str, whole: str) -> date | tuple[int, int]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise BadDayError(f'expected a day like 2024-12-24, or 12-24 for every year, got "{whole}"')
    try:
        # 2000 had a 29th of February.
        found = date(int(match[1] or 2000), int(match[2]), int(match[3]))
    except ValueError as error:
        raise BadDayError(f"{text} is no day: {error}") from error
    return found if match[1] else (found.month, found.day)


def _range(start: date, end: date, text: str) -> set[date]:
    if not start <= end <= start + timedelta(days=DAYS_LIMIT):
        raise BadDayError(f'expected the first day before the last, got "{text}"')
    return {start + timedelta(days=step) for step in range((end - start).days + 1)}


@cache
def public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Return the public holidays of one year; country and subdivision by their ISO 3166 codes."""
    library = importlib.import_module("holidays")
    found = library.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(found)


def country_problem(country: str, subdivision: str) -> str:
    """Say what is wrong with the codes of a country and its subdivision; empty where they are known."""
    known: dict[str, list[str]] = importlib.import_module("holidays").list_supported_countries()
    if country not in known:
        return f'expected the code of a country like DE, got "{country}"'
    if subdivision and subdivision not in known[country]:
        some = ", ".join(known[country][:20]) or "none"
        return f'expected a subdivision of {country} ({some}), got "{subdivision}"'
    return ""


def feed_days(
    content: bytes, first: date, last: date, in_time: Callable[[], bool] = lambda: True
) -> frozenset[date]:
    """Return the days from first to last on which an iCalendar file (RFC 5545) has whole-day events.

    Repetitions (RRULE, RDATE, EXDATE) are followed; cancelled events, and events of hours, close nothing.
    ``in_time`` is asked before every event whether there is time to go on.  Raises BadFeedError for a text
    that is no calendar, or takes too long.
    """
    try:
        events = takewhile(lambda _: in_time(), _events(content))
        days = frozenset(day for event in events for day in _days_of(event, first, last))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # What this library and dateutil raise for text that is no calendar, none of them by one name.
        raise BadFeedError(f"it is no iCalendar file: {error}") from error
    if not in_time():
        raise BadFeedError("it takes too long to read all of its events")
    return days


def _events(content: bytes) -> list[Any]:
    calendars = importlib.import_module("icalendar").Calendar.from_ical(content, multiple=True)
    if not calendars:
        raise ValueError("no calendar begins and ends in it")
    return [event for calendar in calendars for event in calendar.walk("VEVENT")]


def _days_of(event: Any, first: date, last: date) -> Iterator[date]:
    start = event.decoded("DTSTART")
    if isinstance(start, datetime) or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    length = _length(event, start)
    for begin in _starts(event, start, first - timedelta(days=length), last):
        for step in range(length):
            day = begin + timedelta(days=step)
            if first <= day <= last:
                yield day


def _length(event: Any, start: date) -> int:
    """Return how many days an event lasts; DTEND is the day after it (RFC 5545 s 3.6.1)."""
    if "DTEND" in event:
        end = event.decoded("DTEND")
        days = (end.date() if isinstance(end, datetime) else end) - start
    else:
        days = event.decoded("DURATION") if "DURATION" in event else timedelta(days=1)
    return min(max(int(days.days), 1), DAYS_LIMIT)


def _starts(event: Any, start: date, first: date, last: date) -> Iterator[date]:
    rrule = importlib.import_module("dateutil.rrule")
    rules = rrule.rruleset()
    rules.rdate(_midnight(start))
    for rule in _listed(event.get("RRULE")):
        if not {str(one).upper() for one in rule["FREQ"]} <= _SLOW_ENOUGH:
            raise ValueError(f"an event repeats {rule['FREQ'][0]}")
        if 0 in rule.get("INTERVAL", ()):
            # RFC 5545 s 3.3.10 wants a positive one, and dateutil 2.9 counts with this one for ever.
            raise ValueError("an event repeats after no time")
        text = rule.to_ical().decode()
        # A rule of days knows UNTIL as a day as well; dateutil wants both of one kind.
        rules.rrule(rrule.rrulestr(re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", text), dtstart=_midnight(start)))
    for added in _listed(event.get("RDATE")):
        for one in added.dts:
            rules.rdate(_midnight(one.dt))
    for left_out in _listed(event.get("EXDATE")):
        for one in left_out.dts:
            rules.exdate(_midnight(one.dt))
    found = rules.xafter(_midnight(first), inc=True)
    for moment in islice(found, DAYS_LIMIT):
        if moment.date() > last:
            return
        yield moment.date()


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _midnight(day: date) -> datetime:
    """Return a day as dateutil counts it: midnight without a zone."""
    found = day.astimezone(UTC).date() if isinstance(day, datetime) and day.tzinfo else day
    return datetime.combine(found, time())
