"""How many automatic mails were let through under each key.  Callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from peewee import fn

from storage import hot
from storage.gate_models import GateCountRow, GateMarkRow
from storage.models import tuples

_REOPENED = "reopened"


def add(keys: Sequence[str], now: datetime) -> None:
    """Count one mail under each of these keys."""
    hot.insert(GateCountRow, [{"key": key, "at": now} for key in keys])


def since(keys: Sequence[str], moment: datetime) -> dict[str, int]:
    """Count the mails under each of these keys from that moment on; a key without any is missing."""
    if not keys:
        return {}
    counted = f"SELECT key, COUNT(*) FROM gate_counts WHERE key IN ({hot.marks(len(keys))}) AND at >= ? GROUP BY key"  # noqa: S608, E501  # placeholders only
    return dict(hot.query(counted, [*keys, moment]))


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
    row = GateMarkRow.get_or_none(GateMarkRow.name == _REOPENED)
    return row.at if row else None


def reopen(now: datetime) -> None:
    """Note that the gate is open again from now on."""
    kept = GateMarkRow.update(at=now).where(GateMarkRow.name == _REOPENED).execute()
    if not kept:
        GateMarkRow.insert(name=_REOPENED, at=now).execute()
