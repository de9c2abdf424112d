"""How long intake rests while nothing can be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The next attempt comes after the first of these, then twice as long and so on.
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(slots=True)
class Pause:
    """A rest until some moment, or none: longer each time, and not at all after a success."""

    until: datetime | None = None
    length: timedelta = timedelta()

    def begin(self, now: datetime) -> None:
        """Rest from now on, twice as long as the last time."""
        self.length = min(max(self.length * 2, SHORTEST), LONGEST)
        self.until = now + self.length

    def end(self) -> None:
        """Rest no longer: something could be read."""
        self.until, self.length = None, timedelta()
