"""Lists of open decisions: one mail for whoever has many, and its answer that settles them by number."""

from daemon.services.approval_voices import Voice
from daemon.services.visit import Visit
from storage.arrivals import Outcome
from storage.vocabulary import Disposition


def take(visit: Visit, voice: Voice) -> Outcome:
    """Carry out the answer to a list of open decisions."""
    return visit.outcome(Disposition.REFUSED, f"no list is open for {voice.address}")
