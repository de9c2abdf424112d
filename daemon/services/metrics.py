"""The numbers of a desk, read in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from daemon.services.health import Facts, findings, overall
from daemon.services.health_facts import Watched, facts
from storage import arrivals, health
from storage.database import Database, DatabaseError, InterfaceError

__all__ = ["Database", "Numbers", "NumbersUnavailable", "Watched", "numbers"]


class NumbersUnavailable(Exception):  # noqa: N818  # a state of the world that is waited out
    """The database could not be read."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts of all time by disposition and of now by state; ``health`` is 0 fine, 1 degraded, 2 broken."""

    arrivals: dict[str, int]
    waiting: int
    outbox: dict[str, int]
    health: int
    facts: Facts


def numbers(database: Database, watched: Watched, now: datetime) -> Numbers:
    """Read the numbers; NumbersUnavailable where the database does not answer."""
    try:
        with database.read():
            counted = arrivals.counts()
            found = facts(database, watched, now)
            outbox = health.outbox_counts()
    except (DatabaseError, InterfaceError) as error:
        database.reset()
        raise NumbersUnavailable(str(error)) from error
    finally:
        database.disconnect()
    waiting = counted.pop("waiting")
    return Numbers(counted, waiting, outbox, overall(findings(found, now)).status, found)
