"""What a job is: something that happens because time passed, in one transaction unless it says otherwise.

A job is given the moment and returns one line about what it did; it may be called late and never twice at
once.  It reads the time from nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.services.postbag import Office


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the timetable; a job with ``own_transactions`` opens them itself, one after the other."""

    name: str
    every: timedelta
    summary: str
    run: Callable[[Office, datetime], str]
    own_transactions: bool = False
