"""When whoever is late with a task is reminded, and when others hear of it."""

from datetime import datetime

from daemon.desk.calendars import Calendar
from daemon.desk.working_time import WORKING_DAY_SECONDS

# So often, a working day apart, beginning when the task was due; a working day after the last others hear.
REMINDERS = 2


def next_look(due_at: datetime | None, reminders: int, calendar: Calendar) -> datetime | None:
    """Return when something is to be done about a task that is not done: a reminder, or telling others.

    None where nothing was promised, or where others have heard already.
    """
    if due_at is None or reminders > REMINDERS:
        return None
    at = calendar.add_working(due_at, reminders * WORKING_DAY_SECONDS)
    return calendar.next_open(at) if at is not None else None


def escalates(reminders: int) -> bool:
    """Tell whether the next step tells others, after so many reminders."""
    return reminders >= REMINDERS
