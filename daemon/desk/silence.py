"""Silence: how much of a desk's working time may pass without any mail before somebody should look."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.desk.calendars import Calendar
from daemon.desk.opening_hours import week


@dataclass(frozen=True, slots=True)
class Quiet:
    """How long no mail may come, in the open time of a calendar."""

    limit: timedelta
    calendar: Calendar

    def lasted(self, since: datetime, now: datetime) -> timedelta:
        """Return how much working time has passed since the last mail."""
        return timedelta(seconds=self.calendar.working_seconds(since, now))


def quiet(hours: int, times: tuple[str, ...], timezone: str) -> Quiet | None:
    """Return the rule for so many hours of working time; None for 0, which is no rule.

    Raises BadHoursError for times that cannot be read.
    """
    if not hours:
        return None
    calendar = Calendar("silence", ZoneInfo(timezone), week(times), _never_closed)
    return Quiet(timedelta(hours=hours), calendar)


def _never_closed(_day: date) -> bool:
    return False
