"""Make working calendars out of their settings, with the files of closed days that they name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.desk.calendar_feeds import ClosedDays, feed_days, read_days
from daemon.desk.calendars import Calendar, CalendarSettings
from daemon.desk.opening_hours import week
from daemon.desk.web_feeds import FedDays, is_address, key_of

# How far a file of closed days is read, in years before and after today.
YEARS_BEFORE, YEARS_AFTER = 2, 8


@dataclass(frozen=True, slots=True)
class Places:
    """What calendars take from around them.

    ``zone`` is the desk's, for those without one of their own, ``base_dir`` where the names of files begin,
    and ``fed`` holds the days that come from the web.
    """

    zone: str
    base_dir: Path
    fed: FedDays = field(default_factory=FedDays)


def working_calendars(
    settings: Iterable[CalendarSettings], places: Places, today: date
) -> dict[str, Calendar]:
    """Return calendars by name, for the years around today.

    Raises BadFeedError and OSError for files that cannot be used.
    """
    return {one.name: _calendar(one, places, today) for one in settings}


def years_around(today: date) -> tuple[date, date]:
    """Return the first and the last day for which closed days are read."""
    return date(today.year - YEARS_BEFORE, 1, 1), date(today.year + YEARS_AFTER, 12, 31)


def _calendar(settings: CalendarSettings, places: Places, today: date) -> Calendar:
    days, yearly = read_days(settings.closed)
    first, last = years_around(today)
    for name in settings.feeds:
        if not is_address(name):
            days |= feed_days((places.base_dir / name).read_bytes(), first, last)
    fetched = tuple(key_of(url) for url in settings.feeds if is_address(url))
    closed = ClosedDays(days, yearly, settings.country, settings.subdivision, fetched, places.fed)
    return Calendar(settings.name, ZoneInfo(settings.timezone or places.zone), week(settings.hours), closed)
