"""What agents are told in their digests.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import hot
from storage.digest_models import DigestItemRow
from storage.model_base import tuples


@dataclass(frozen=True, slots=True)
class NewItem:
    """A notice to be told in an agent's digest; ``key`` is the same for the same notice."""

    key: str
    agent: str
    ticket_number: int
    notice: str
    entry_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A notice that waits."""

    id: int
    ticket_number: int
    notice: str
    entry_id: int | None
    at: datetime


def add(items: Sequence[NewItem]) -> int:
    """Keep notices for the digest, and return how many are new."""
    rows = [{name: getattr(one, name) for name in NewItem.__slots__} for one in items]
    return hot.insert(DigestItemRow, rows, on_conflict="ON CONFLICT DO NOTHING")


def agents_waiting() -> list[str]:
    """Return the agents for whom something waits, in order."""
    query = DigestItemRow.select(DigestItemRow.agent).where(DigestItemRow.message_id.is_null()).distinct()
    return [agent for (agent,) in tuples(query.order_by(DigestItemRow.agent))]


def waiting(agent: str) -> list[Item]:
    """Return what waits for an agent, oldest first."""
    query = DigestItemRow.select().where(DigestItemRow.agent == agent, DigestItemRow.message_id.is_null())
    return [
        Item(row.id, row.ticket_number, row.notice, row.entry_id, row.at)
        for row in query.order_by(DigestItemRow.id)
    ]


def told(items: Sequence[Item], message_id: str) -> int:
    """Note in which digest these were told, and return how many had still been waiting."""
    numbers = [one.id for one in items]
    update = DigestItemRow.update(message_id=message_id)
    return int(update.where(DigestItemRow.id.in_(numbers), DigestItemRow.message_id.is_null()).execute())


def put_back(message_id: str) -> int:
    """Let wait again what was told in a digest that did not arrive, and return how many that are."""
    update = DigestItemRow.update(message_id=None)
    return int(update.where(DigestItemRow.message_id == message_id).execute())


def forget(before: datetime) -> int:
    """Drop what was told and happened before that moment, and return how much it was."""
    done = DigestItemRow.message_id.is_null(is_null=False)
    return int(DigestItemRow.delete().where(done, DigestItemRow.at < before).execute())
