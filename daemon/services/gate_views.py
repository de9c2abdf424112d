"""What the operator asks of the gate for outgoing mail, and what the operator may change."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from daemon.desk.addressing import fold
from daemon.desk.roster import DeskSettings
from daemon.services.gate import DAY, HOUR, fuse_since
from daemon.services.operator import NotPossible
from storage import gate_counts, journal, outbox, people
from storage.database import Database

TOP = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How the gate stands: the fuse, the highest counters of this hour, and what was withheld in a day."""

    blown: bool
    sent: int
    limit: int
    counted_since: datetime
    counters: tuple[tuple[str, int], ...]
    withheld: tuple[tuple[str, str, int], ...]


def standing(database: Database, desk: DeskSettings, now: datetime) -> Standing:
    """Look at the gate."""
    with database.read():
        since = fuse_since(now)
        sent = outbox.automatic_total(since)
        counters = gate_counts.highest(now - HOUR, TOP)
        held_back = Counter(journal.withheld_since(now - DAY)).most_common(TOP)
    return Standing(
        blown=sent >= desk.auto_mail_per_hour,
        sent=sent,
        limit=desk.auto_mail_per_hour,
        counted_since=since,
        counters=tuple(counters),
        withheld=tuple((recipient, reason, count) for (recipient, reason), count in held_back),
    )


def reopen(database: Database, now: datetime) -> None:
    """Let the fuse count from now on; running desks follow with their next mail."""
    with database.write():
        gate_counts.reopen(now)


def suppressed(database: Database) -> list[tuple[str, str]]:
    """List the addresses that no mail goes to, with the reasons."""
    with database.read():
        return people.suppressed()


def lift(database: Database, address: str) -> str:
    """Let mail go to an address again and return why none went; NotPossible where some does already."""
    with database.write():
        reason = people.suppressions([fold(address)]).get(fold(address))
        if reason is None:
            raise NotPossible(f"mail to {address} is not suppressed")
        people.suppress(fold(address), "")
    return reason
