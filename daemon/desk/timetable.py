"""Appointments: daily, weekly or monthly at a time of the clock on the wall, whatever the clock does there.

A time that the wall clock skips, as summer time begins, has come the moment after; one that it shows twice
has come the first time.  So no day goes without its run, and none has two of them.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=31)
# Some zones once moved over the date line: two days are as far as a date can be from the one in UTC.
_MARGIN = timedelta(days=2)
_SECOND = timedelta(seconds=1)
_PAUSE_FIRST, _PAUSE_LONGEST = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time of day on the wall; on a weekday (Monday is 0), on a day of the month, or else every day.

    A month that has fewer days has it on its last.  Where both are named the weekday counts.
    """

    at: time
    weekday: int | None = None
    day: int | None = None

    @property
    def every(self) -> timedelta:
        """How long passes between two at the most, give or take what the wall clock is moved by."""
        if self.weekday is not None:
            return WEEK
        return MONTH if self.day is not None else DAY


def daily(at: str) -> Appointment:
    """Return an appointment for every day, like ``daily("07:30")``."""
    return Appointment(time.fromisoformat(at))


def weekly(weekday: int, at: str) -> Appointment:
    """Return an appointment for a day of the week, Monday being 0 as in ``calendar.MONDAY``."""
    if not calendar.MONDAY <= weekday <= calendar.SUNDAY:
        raise ValueError(f"expected a day of the week from 0 to 6, got {weekday}")
    return Appointment(time.fromisoformat(at), weekday=weekday)


def monthly(day: int, at: str) -> Appointment:
    """Return an appointment for a day of the month; 31 is the last day of every month."""
    if not 1 <= day <= 31:
        raise ValueError(f"expected a day of the month from 1 to 31, got {day}")
    return Appointment(time.fromisoformat(at), day=day)


def next_run(what: Appointment, zone: str, after: datetime) -> datetime:
    """Return the first moment after the given one at which the appointment has come, in UTC."""
    there = ZoneInfo(zone)
    first = after.astimezone(there).date() - _MARGIN
    return next(at for at in _moments(what, there, first) if at > after)


def last_due(what: Appointment, zone: str, now: datetime) -> datetime:
    """Return the last moment, up to and with the given one, at which the appointment had come, in UTC."""
    there = ZoneInfo(zone)
    found = now
    for at in _moments(what, there, now.astimezone(there).date() - _MARGIN - what.every):
        if at > now:
            break
        found = at
    return found


def spelled(what: Appointment) -> str:
    """Say when an appointment is, for a person: ``weekly on Monday at 08:00``."""
    at = what.at.isoformat("minutes")
    if what.weekday is not None:
        return f"weekly on {calendar.day_name[what.weekday]} at {at}"
    return f"monthly on day {what.day} at {at}" if what.day is not None else f"daily at {at}"


def pause_after(failures: int, every: timedelta) -> timedelta:
    """Return how long to wait after so many failures in a row: 30 seconds, doubled up to an hour.

    Never longer than the job would wait anyway.
    """
    doubled = _PAUSE_FIRST * (1 << min(max(failures, 1) - 1, 10))
    return min(doubled, _PAUSE_LONGEST, max(every, _SECOND))


def _moments(what: Appointment, zone: ZoneInfo, first: date) -> Iterator[datetime]:
    """Yield when the appointment comes from a date on, in order."""
    for day in _dates(what, first):
        yield _reached(datetime.combine(day, what.at), zone)


def _dates(what: Appointment, first: date) -> Iterator[date]:
    day = first
    while True:
        if what.weekday is not None:
            meant = day.weekday() == what.weekday
        elif what.day is not None:
            meant = day.day == min(what.day, calendar.monthrange(day.year, day.month)[1])
        else:
            meant = True
        if meant:
            yield day
        day += DAY


def _reached(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment at which the wall clock of a zone shows a time, or has passed over it."""
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    # It is skipped.  PEP 495: the other reading counts from the offset after the gap and lies before it.
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        passed = middle.astimezone(zone).replace(tzinfo=None) >= wall
        before, after = (before, middle) if passed else (middle, after)
    return after.replace(microsecond=0)
