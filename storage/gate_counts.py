"""How many automatic mails were let through, under each key and when.  Callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from peewee import fn

from storage import hot
from storage.gate_models import GateCountRow, GateMarkRow
from storage.models import tuples

_REOPENED = "reopened"
_BLOWN = "blown"


def add(keys: Sequence[str], now: datetime) -> None:
    """Count one mail under each of these keys."""
    hot.insert(GateCountRow, [{"key": key, "at": now} for key in keys])


def since(keys: Sequence[str], moment: datetime) -> dict[str, int]:
    """Count the mails under each of these keys from that moment on; a key without any is missing."""
    if not keys:
        return {}
    counted = f"SELECT key, COUNT(*) FROM gate_counts WHERE key IN ({hot.marks(len(keys))}) AND at >= ? GROUP BY key"  # noqa: S608, E501  # placeholders only
    return dict(hot.query(counted, [*keys, moment]))


def moments(key: str, since: datetime) -> list[datetime]:
    """Return when mails were counted under this key from that moment on, oldest first."""
    counted = "SELECT at FROM gate_counts WHERE key = ? AND at >= ? ORDER BY at"
    return [hot.aware(moment) for (moment,) in hot.query(counted, (key, since))]


def answers(recipient: str, since: datetime, notices: Sequence[str]) -> list[datetime]:
    """Return when automatic mails of these notices were queued for this recipient, oldest first."""
    queued = f"SELECT created_at FROM outbox WHERE recipient = ? AND created_at >= ? AND automatic AND notice IN ({hot.marks(len(notices))}) ORDER BY created_at"  # noqa: S608, E501  # placeholders only
    return [hot.aware(moment) for (moment,) in hot.query(queued, (recipient, since, *notices))]


def highest(moment: datetime, limit: int) -> list[tuple[str, int]]:
    """Return the keys with the most mails from that moment on, the highest first."""
    count = fn.COUNT(GateCountRow.id)
    query = GateCountRow.select(GateCountRow.key, count).where(GateCountRow.at >= moment)
    found = tuples(query.group_by(GateCountRow.key).order_by(count.desc(), GateCountRow.key).limit(limit))
    return [(str(key), int(number)) for key, number in found]


def forget(before: datetime) -> int:
    """Drop what was counted before that moment and return how much it was."""
    return int(GateCountRow.delete().where(GateCountRow.at < before).execute())


def reopened_at() -> datetime | None:
    """Return when the gate was reopened last, or None."""
    return _mark(_REOPENED)


def reopen(now: datetime) -> None:
    """Note that the gate is open again from now on."""
    _set_mark(_REOPENED, now)


def blown_at() -> datetime | None:
    """Return when the fuse was last seen to withhold a mail (see ``note_blown``), or None."""
    return _mark(_BLOWN)


def note_blown(now: datetime) -> None:
    """Note that the fuse withholds mail now."""
    _set_mark(_BLOWN, now)


def _mark(name: str) -> datetime | None:
    row = GateMarkRow.get_or_none(GateMarkRow.name == name)
    return row.at if row else None


def _set_mark(name: str, now: datetime) -> None:
    marked = GateMarkRow.insert(name=name, at=now)
    # Two processes may set the same mark at once.
    marked.on_conflict(conflict_target=[GateMarkRow.name], preserve=[GateMarkRow.at]).execute()
