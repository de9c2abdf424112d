"""What a job is: something that happens because time passed, in one transaction unless it says otherwise.

A job is given the moment and returns one line about what it did; it may be called late and never twice at
once.  It reads the time from nowhere else.  Whatever was missed while nobody ran it is caught up by one run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.timetable import Appointment
from daemon.services.office import Office


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the timetable; a job with ``own_transactions`` opens them itself, one after the other.

    With ``at`` it runs at that time of day in the desk's zone (see ``at_time``) and not after an interval.
    """

    name: str
    every: timedelta
    summary: str
    run: Callable[[Office, datetime], str]
    own_transactions: bool = False
    at: Appointment | None = None


def at_time(
    name: str,
    at: Appointment,
    summary: str,
    run: Callable[[Office, datetime], str],
    *,
    own_transactions: bool = False,
) -> Job:
    """Return a job for a time of day, like ``at_time("report", daily("07:30"), "writes it", run)``.

    Its first run is the first such time after the desk was started with it.
    """
    return Job(name, at.every, summary, run, own_transactions, at)
