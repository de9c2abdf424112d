"""Raise alarms from findings, and hand them to whoever tells them; one transaction for each step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from daemon.clock import Clock
from daemon.services.health import SILENCE, Finding, Level
from storage import alarms
from storage.alarms import Alarm
from storage.database import Database, DatabaseError, InterfaceError

__all__ = ["Alarm", "AlarmBook", "AlarmsUnavailable", "is_alarm", "next_delay"]

# Longer than an attempt can take: another process tries only then.
LEASE = timedelta(minutes=1)
_FIRST_DELAY, _LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)


class AlarmsUnavailable(Exception):  # noqa: N818  # a state of the world that is waited out
    """The database could not be read or written."""


def is_alarm(finding: Finding) -> bool:
    """Tell whether somebody has to be told by another way than mail: what is broken, may be, or will be."""
    foreseen = finding.key == SILENCE or finding.key.startswith("oauth-expiry:")
    return finding.level is Level.BROKEN or foreseen


def wanted(findings: Iterable[Finding]) -> dict[str, tuple[str, str]]:
    """Return the alarms among the findings: level and text by key."""
    return {one.key: (str(one.level), one.text) for one in findings if is_alarm(one)}


def next_delay(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 30 seconds, doubled up to an hour; for ever."""
    doubled = _FIRST_DELAY * (1 << min(attempts, 10))
    return min(doubled, _LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class AlarmBook:
    """The alarms that are still to be told."""

    database: Database
    clock: Clock

    def claim(self) -> list[Alarm]:
        """Take what is to be told now."""
        try:
            with self.database.write():
                return alarms.claim(self.clock(), LEASE)
        except (DatabaseError, InterfaceError) as error:
            self.database.reset()
            raise AlarmsUnavailable(str(error)) from error

    def settle(self, alarm: Alarm, *, told: bool) -> None:
        """Note whether it was told; it is tried again otherwise."""
        try:
            with self.database.write():
                if told:
                    alarms.told(alarm)
                else:
                    alarms.put_off(alarm, self.clock() + next_delay(alarm.attempts))
        except (DatabaseError, InterfaceError) as error:
            self.database.reset()
            raise AlarmsUnavailable(str(error)) from error

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()
