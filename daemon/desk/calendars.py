"""Working calendars: when a desk is open, and exact arithmetic over its open time.

Hours are wall-clock time in the calendar's zone: where a clock is put forward the hour that is left out was
never open, and where it is put back an hour that comes twice is open twice.  Moments are UTC inside.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from daemon.desk.opening_hours import ALWAYS, Week

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# A calendar that is not open long enough in this time never will be, as far as a desk is concerned.
HORIZON = timedelta(days=3660)


class CalendarSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A working calendar: its zone, its hours, and the days on which it is closed all the same."""

    name: Annotated[str, Meta(min_length=1)]
    timezone: str = ""
    hours: tuple[str, ...] = ()
    country: str = ""
    subdivision: str = ""
    closed: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    feed_hours: Annotated[int, Meta(ge=1, le=168)] = 12


@dataclass(frozen=True, slots=True)
class Calendar:
    """When there is work; ``is_closed`` tells of a day in the calendar's zone whether it is a holiday."""

    name: str
    zone: ZoneInfo
    week: Week
    is_closed: Callable[[date], bool]

    def is_open(self, at: datetime) -> bool:
        """Tell whether the calendar is open at a moment."""
        local = at.astimezone(self.zone)
        if self.is_closed(local.date()):
            return False
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.week[local.weekday()])

    def working_seconds(self, start: datetime, end: datetime) -> int:
        """Return the open time between two moments in whole seconds; 0 where the end is not the later one."""
        return sum((until - since for since, until in self.open_times(start, end)), timedelta()) // SECOND

    def add_working(self, start: datetime, seconds: int) -> datetime | None:
        """Return the first moment by which so much open time has passed since the start.

        That may be the very end of a working day.  None where ten years do not have so much of it.
        """
        left = timedelta(seconds=seconds)
        if left <= timedelta():
            return start
        for since, until in self.open_times(start, start + HORIZON):
            if until - since >= left:
                return since + left
            left -= until - since
        return None

    def next_open(self, at: datetime) -> datetime | None:
        """Return the first open moment from this one on; None where ten years have none."""
        return next((since for since, _ in self.open_times(at, at + HORIZON)), None)

    def open_times(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open times between two moments, in order, from each to before its end."""
        for since, until, offset in _steady(self.zone, start, end):
            yield from self._in_steady(since, until, offset)

    def _in_steady(
        self, start: datetime, end: datetime, offset: timedelta
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open times of a stretch in which the clock is so far from UTC all the time."""
        first, last = start + offset, end + offset
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight < last:
            if not self.is_closed(midnight.date()):
                for opens, closes in self.week[midnight.weekday()]:
                    since = max(first, midnight + timedelta(minutes=opens))
                    until = min(last, midnight + timedelta(minutes=closes))
                    if since < until:
                        yield since - offset, until - offset
            midnight += DAY


def _never(_day: date) -> bool:
    return False


# What a promise runs on where no calendar is named.
AROUND_THE_CLOCK = Calendar("", ZoneInfo("UTC"), ALWAYS, _never)


def _steady(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Divide a time into stretches of a day at most in which the zone's offset does not change."""
    at, offset = start.astimezone(UTC), _offset(zone, start)
    end = end.astimezone(UTC)
    while at < end:
        until = min(at + DAY, end)
        if _offset(zone, until) != offset:
            until = _change(zone, at, until)
        yield at, until, offset
        at, offset = until, _offset(zone, until)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second from which on the offset is another than ``before``, by halving."""
    offset = _offset(zone, before)
    while after - before > SECOND:
        middle = before + (after - before) / 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    # Zones change at whole seconds, and between these two moments there is but one.
    return after.replace(microsecond=0)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
