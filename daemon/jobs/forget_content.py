"""What was seen longer ago than a duplicate counts is forgotten."""

from datetime import datetime, timedelta

from daemon.services.duplicates import WINDOW
from daemon.services.gate import DAY
from daemon.services.office import Office
from storage import arrivals, gate_counts, work_lists

# How long an answer to a list that is too old is recognised as one.
LISTS_KEPT = timedelta(days=30)


def run(_office: Office, now: datetime) -> str:
    """Drop content keys that make no duplicate any more, old lists, and what the gate counted before."""
    gate_counts.forget(now - DAY)
    # A list that is too old is told so for a while, and then is none.
    work_lists.forget(now - LISTS_KEPT)
    return f"forgot {arrivals.forget_content(now - WINDOW)} content keys"
