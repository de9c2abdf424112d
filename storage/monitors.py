"""The things that monitoring mail tells of, by key.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import SqliteDatabase

from storage import hot
from storage.model_base import tuples
from storage.models import database
from storage.monitor_models import MonitorRow


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that is watched; ``changes`` are its last ones, oldest first; no ticket before its first."""

    key: str
    monitor: str
    ticket_number: int | None
    stands: str
    changes: tuple[datetime, ...]
    flapping: bool
    seen_at: datetime


def lock(key: str) -> Thing | None:
    """Return a thing that nobody else changes until the transaction ends, or None where it is unknown."""
    query = MonitorRow.select().where(MonitorRow.key == key)
    if not isinstance(database.obj, SqliteDatabase):
        query = query.for_update()
    row = query.first()
    if row is None:
        return None
    changes = tuple(map(datetime.fromisoformat, row.changes.split()))
    return Thing(row.key, row.monitor, row.ticket_number, row.stands, changes, row.flapping, row.seen_at)


def meet(thing: Thing) -> bool:
    """Add a thing that is unknown; False where somebody else added it meanwhile."""
    return bool(hot.insert(MonitorRow, [_row(thing)], on_conflict="ON CONFLICT DO NOTHING"))


def save(thing: Thing) -> None:
    """Write what is known of a thing."""
    row = _row(thing)
    MonitorRow.update(**{name: value for name, value in row.items() if name != "key"}).where(
        MonitorRow.key == thing.key
    ).execute()


def flapping(limit: int) -> list[str]:
    """Return the keys of things that flap, in order."""
    query = MonitorRow.select(MonitorRow.key).where(MonitorRow.flapping == True)  # noqa: E712  # peewee's way
    return [key for (key,) in tuples(query.order_by(MonitorRow.key).limit(limit))]


def forget(before: datetime, stands: Sequence[str]) -> int:
    """Drop the things nobody has told of since that moment, among those that stand so; return how many."""
    old = (MonitorRow.seen_at < before) & MonitorRow.stands.in_(list(stands))
    return int(MonitorRow.delete().where(old, MonitorRow.flapping == False).execute())  # noqa: E712  # as above


def _row(thing: Thing) -> dict[str, object]:
    return {
        "key": thing.key,
        "monitor": thing.monitor,
        "ticket_number": thing.ticket_number,
        "stands": thing.stands,
        "changes": " ".join(one.isoformat() for one in thing.changes),
        "flapping": thing.flapping,
        "seen_at": thing.seen_at,
    }
