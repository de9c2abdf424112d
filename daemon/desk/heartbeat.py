"""The heartbeat: a mail of the desk to itself, by the whole way out and in, shows that the way is whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

NAME = "heartbeat"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Twelve digits of hundredths of a second, which is what a token has room for, last till 2286.
_STEP = timedelta(milliseconds=10)


class HeartbeatSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often the desk writes to itself, where to, and how long that may take; never by default."""

    every_minutes: Annotated[int, Meta(ge=0, le=1440)] = 0
    addresses: tuple[str, ...] = ()
    limit_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Where beats go, folded, how often, and how long one may be under way."""

    addresses: tuple[str, ...]
    every: timedelta
    limit: timedelta

    @property
    def window(self) -> timedelta:
        """How far back to look for beats that did not return.

        While the clock of the desk goes there is always one that is older than the limit and younger than
        this.  What was sent before the desk was stopped for longer says nothing.
        """
        return self.limit + 2 * self.every


def number_of(moment: datetime) -> int:
    """Return the number by which the token of a beat names the moment when it left."""
    return (moment - _EPOCH) // _STEP


def moment_of(number: int) -> datetime | None:
    """Return the moment that a number names, None where no calendar has it."""
    try:
        return _EPOCH + number * _STEP
    except OverflowError:
        return None


def overdue_since(
    sent: Iterable[datetime], answered: datetime | None, rhythm: Rhythm, now: datetime
) -> datetime | None:
    """Return when the oldest beat left that has not come back in time, None where all is well.

    ``answered`` is when the newest beat left that did come back.
    """
    missing = [
        at for at in sent if at > now - rhythm.window and (answered is None or at > answered) and at <= now
    ]
    oldest = min(missing, default=now)
    return oldest if now - oldest > rhythm.limit else None
