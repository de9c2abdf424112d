"""Make working calendars out of their settings, with the files of closed days that they name."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.desk.calendar_feeds import ClosedDays, feed_days, read_days
from daemon.desk.calendars import Calendar, CalendarSettings
from daemon.desk.opening_hours import week

# How far a file of closed days is read, in years before and after today.
YEARS_BEFORE, YEARS_AFTER = 2, 8


def working_calendars(
    settings: Iterable[CalendarSettings], zone: str, base_dir: Path, today: date
) -> dict[str, Calendar]:
    """Return calendars by name; ``zone`` is the desk's, for those without one of their own.

    Raises BadFeedError and OSError for files that cannot be used.
    """
    return {one.name: _calendar(one, one.timezone or zone, base_dir, today) for one in settings}


def _calendar(settings: CalendarSettings, zone: str, base_dir: Path, today: date) -> Calendar:
    days, yearly = read_days(settings.closed)
    first, last = date(today.year - YEARS_BEFORE, 1, 1), date(today.year + YEARS_AFTER, 12, 31)
    for name in settings.feeds:
        days |= feed_days((base_dir / name).read_bytes(), first, last)
    closed = ClosedDays(days, yearly, settings.country, settings.subdivision)
    return Calendar(settings.name, ZoneInfo(zone), week(settings.hours), closed)
