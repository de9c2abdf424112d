"""Signs that mail really comes: beats of the heart that return, and no silence in working time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.heartbeat import Rhythm, overdue_since
from daemon.desk.silence import Quiet
from storage import heartbeats
from storage.heartbeats import Returned


@dataclass(frozen=True, slots=True)
class BeatFact:
    """A way that beats take, how long that may last, since when one is late, and the last that came back."""

    address: str
    limit: timedelta
    overdue_since: datetime | None = None
    returned: Returned | None = None


@dataclass(frozen=True, slots=True)
class SilenceFact:
    """How much working time may pass without mail, and how much has."""

    limit: timedelta
    lasted: timedelta


def beats(rhythm: Rhythm, now: datetime) -> tuple[BeatFact, ...]:
    """Return how every way does that beats take; the caller holds the transaction."""
    sent, back = heartbeats.sent_since(now - rhythm.window), heartbeats.returned()
    found = []
    for address in rhythm.addresses:
        left = [at for recipient, at in sent if recipient == address]
        returned = back.get(address)
        late = overdue_since(left, returned.left_at if returned else None, rhythm, now)
        found.append(BeatFact(address, rhythm.limit, late, returned))
    return tuple(found)


def silence(quiet: Quiet, last_arrival_at: datetime | None, now: datetime) -> SilenceFact | None:
    """Return how long no mail has come; None before the first mail of all."""
    if last_arrival_at is None:
        return None
    return SilenceFact(quiet.limit, quiet.lasted(last_arrival_at, now))
