"""Reminds requesters whose answer is waited for, closes what nobody answers, wakes tickets on their day."""

from collections import Counter
from datetime import datetime, timedelta

from daemon.services.office import Office
from daemon.services.waiting import look
from storage import waiting

NAME = "waiting"
EVERY = timedelta(minutes=5)
BATCH = 100


def run(office: Office, now: datetime) -> str:
    """Look at the tickets whose waiting has come to a step."""
    # Whoever locks several tickets does it in the order of their numbers, so that nobody waits in a ring.
    done = Counter(look(office, number, now) for number in sorted(waiting.to_look_at(now, BATCH)))
    return f"reminded {done['reminded']}; closed {done['closed']}; woke {done['woken']}"
