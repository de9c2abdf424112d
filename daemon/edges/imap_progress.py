"""How far the reading of one folder has come, in memory; the ledger is the truth, this saves asking it."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

_FIRST_WAIT_SECONDS = 5.0
FETCH_WAIT_LIMIT_SECONDS = 3600.0
STORE_WAIT_LIMIT_SECONDS = 60.0


class UidRanges:
    """A set of UIDs kept as ranges: 16 bytes for each unbroken run, whatever its length."""

    def __init__(self) -> None:
        self._starts = array("Q")
        self._ends = array("Q")

    def __contains__(self, uid: int) -> bool:
        place = bisect_right(self._starts, uid)
        return place > 0 and uid <= self._ends[place - 1]

    def __len__(self) -> int:
        return sum(self._ends) - sum(self._starts) + len(self._starts)

    @property
    def runs(self) -> int:
        """The number of unbroken runs."""
        return len(self._starts)

    def add(self, uid: int) -> None:
        """Put a UID in; one that is there already changes nothing."""
        if uid in self:
            return
        place = bisect_right(self._starts, uid)
        after_left = place > 0 and self._ends[place - 1] + 1 == uid
        before_right = place < len(self._starts) and self._starts[place] == uid + 1
        if after_left and before_right:
            self._ends[place - 1] = self._ends[place]
            del self._starts[place], self._ends[place]
        elif after_left:
            self._ends[place - 1] = uid
        elif before_right:
            self._starts[place] = uid
        else:
            self._starts.insert(place, uid)
            self._ends.insert(place, uid)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that could not be taken: how often it was tried, and when (monotonic) to try again."""

    attempts: int
    not_before: float


@dataclass(slots=True)
class Progress:
    """One folder under one UIDVALIDITY (RFC 9051 s 2.3.1.1); a new UIDVALIDITY starts a new one.

    ``settled`` are in the ledger and filed, ``unfiled`` in the ledger only, ``troubled`` in neither.
    Every UID up to ``watermark`` is in one of them or has left the folder.  ``scan_due`` is the
    monotonic time at which the whole folder is listed again, whatever the watermark says.
    """

    uidvalidity: int
    settled: UidRanges = field(default_factory=UidRanges)
    unfiled: set[int] = field(default_factory=set)
    troubled: dict[int, Trouble] = field(default_factory=dict)
    watermark: int = 0
    scan_due: float = 0.0

    def fresh(self, listed: Iterable[int]) -> list[int]:
        """Return those of the listed UIDs that nothing is known about, ascending."""
        return sorted(
            {
                uid
                for uid in listed
                if uid not in self.settled and uid not in self.unfiled and uid not in self.troubled
            }
        )

    def due(self, now: float) -> list[int]:
        """Return the troubled UIDs whose time has come, the least tried first."""
        due = [uid for uid, trouble in self.troubled.items() if trouble.not_before <= now]
        return sorted(due, key=lambda uid: (self.troubled[uid].attempts, uid))

    def next_due(self) -> float | None:
        """Return the monotonic time of the next try of a troubled UID, or None."""
        return min((trouble.not_before for trouble in self.troubled.values()), default=None)

    def put_off(self, uid: int, now: float, limit_seconds: float) -> None:
        """Note that a message could not be taken; it is due at once, then after 5, 10, 20... seconds."""
        attempts = self.troubled[uid].attempts + 1 if uid in self.troubled else 1
        wait = (
            0.0 if attempts == 1 else min(limit_seconds, _FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 2, 20))
        )
        self.troubled[uid] = Trouble(attempts, now + wait)

    def stored(self, uid: int) -> None:
        """Note that a message is in the ledger and has still to be filed."""
        self.troubled.pop(uid, None)
        self.unfiled.add(uid)

    def filed(self, uids: Iterable[int]) -> None:
        """Note that nothing is left to do for these."""
        for uid in uids:
            self.troubled.pop(uid, None)
            self.unfiled.discard(uid)
            self.settled.add(uid)
