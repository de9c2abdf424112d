"""How long a session may take: idle, in all, and how fast data must come (RFC 5321 s 4.5.3.2).

Times are seconds of the event loop's clock, which no change of the date moves.
"""

from enum import Enum

from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_settings import ListenerSettings

# The rate is first asked for after this time, and then looked at once a second.
_RATE_GRACE_SECONDS = 10.0
_RATE_CHECK_SECONDS = 1.0


class Phase(Enum):
    """What a session waits for: the peer's next command, the peer's data, or us."""

    COMMAND = 1
    DATA = 2
    STORING = 3


class Pace:
    """The deadlines of one session."""

    def __init__(self, settings: ListenerSettings, now: float) -> None:
        self.phase = Phase.COMMAND
        self._idle = settings.idle_timeout_seconds
        self._rate = settings.minimum_rate_bytes
        self._grace = min(_RATE_GRACE_SECONDS, self._idle)
        self._ends_at = now + settings.session_timeout_seconds
        self._last = now
        self._data_began = now
        self._data_bytes = 0

    def turn(self, phase: Phase, now: float) -> None:
        """Note that the session goes on; a command that cannot be understood is no reason to call this."""
        self.phase = phase
        self._last = now
        self._data_began, self._data_bytes = now, 0

    def heard(self, size_bytes: int, now: float) -> None:
        """Note that bytes came; only data keeps a session alive by its bytes."""
        if self.phase is Phase.DATA:
            self._data_bytes += size_bytes
            self._last = now

    def overdue(self, now: float) -> Reply | None:
        """Return why the session ends now, or None.  What we are storing is never cut short."""
        if self.phase is Phase.STORING:
            return None
        if now >= self._ends_at:
            return replies.SESSION_TOO_LONG
        if now >= self._last + self._idle:
            return replies.IDLE_TOO_LONG
        elapsed = now - self._data_began
        slow = elapsed >= self._grace and self._data_bytes < self._rate * elapsed
        return replies.TOO_SLOW if self.phase is Phase.DATA and slow else None

    def next_check(self, now: float) -> float:
        """Return when ``overdue`` can change at the earliest, at least a moment from now."""
        candidates = [self._last + self._idle]
        if self.phase is Phase.DATA and self._rate:
            candidates.append(max(self._data_began + self._grace, now + _RATE_CHECK_SECONDS))
        if self.phase is Phase.STORING:
            return now + self._idle
        return max(min(self._ends_at, *candidates), now + 0.001)
