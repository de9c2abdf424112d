"""What was seen longer ago than a duplicate counts is forgotten."""

from datetime import datetime

from daemon.services.gate import DAY
from daemon.services.postbag import Office
from daemon.services.settle import DUPLICATE_WINDOW
from storage import arrivals, gate_counts


def run(_office: Office, now: datetime) -> str:
    """Drop the content keys that no longer make a duplicate, and what the gate counted before today."""
    gate_counts.forget(now - DAY)
    return f"forgot {arrivals.forget_content(now - DUPLICATE_WINDOW)} content keys"
