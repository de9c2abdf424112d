"""When the people of a team work, for the times that approvers, vendors and those with a task have."""

from functools import cache
from zoneinfo import ZoneInfo

from daemon.desk.calendars import AROUND_THE_CLOCK, Calendar
from daemon.desk.opening_hours import week
from daemon.services.office import Office

# A desk without a calendar works as its catalogue counts: days of eight hours, weeks of five days.
_USUAL = week(["mon-fri 09:00-17:00"])


def calendar_of(office: Office, team: str) -> Calendar:
    """Return the calendar by which a team works: its own, else the desk's, else office hours in its zone."""
    waiting = office.waiting
    found = waiting.of_teams.get(team, waiting.calendar)
    if found is not AROUND_THE_CLOCK:
        return found
    return _usual(office.roster.desk_of(team).timezone)


@cache
def _usual(zone: str) -> Calendar:
    return Calendar("", ZoneInfo(zone), _USUAL, AROUND_THE_CLOCK.is_closed)
