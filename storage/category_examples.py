"""The tickets that categories are learned from, the newest only.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from storage import hot
from storage.handling_models import CategoryExampleRow
from storage.models import EntryRow, TicketRow, tuples
from storage.vocabulary import EntryKind

Learned = tuple[int, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Unlearned:
    """A ticket to learn from: its category and its first words."""

    number: int
    category: str
    subject: str
    text: str


def unlearned(states: Sequence[str], limit: int) -> list[Unlearned]:
    """Return tickets in these states whose category was not learned, or was another one; oldest first."""
    example = CategoryExampleRow
    first = (
        EntryRow.select(fn.MIN(EntryRow.id))
        .where(EntryRow.ticket_number == TicketRow.number, EntryRow.kind == EntryKind.MESSAGE.value)
        .alias("first")
    )
    query = (
        TicketRow.select(TicketRow.number, TicketRow.category, TicketRow.subject, EntryRow.text)
        .join(example, "LEFT OUTER", on=(example.ticket_number == TicketRow.number))
        .switch(TicketRow)
        .join(EntryRow, on=(EntryRow.id == first))
        .where(TicketRow.state.in_(list(states)), TicketRow.category != "")
        .where(example.category.is_null() | (example.category != TicketRow.category))
        .order_by(TicketRow.number)
        .limit(limit)
    )
    return [Unlearned(*row) for row in tuples(query)]


def learn(examples: Sequence[Learned], now: datetime) -> None:
    """Keep these examples, in place of what was learned from the same tickets before."""
    numbers = [number for number, _, _ in examples]
    CategoryExampleRow.delete().where(CategoryExampleRow.ticket_number.in_(numbers)).execute()
    rows = [
        {"ticket_number": number, "category": category, "terms": " ".join(terms), "learned_at": now}
        for number, category, terms in examples
    ]
    hot.insert(CategoryExampleRow, rows)


def keep_newest(count: int) -> int:
    """Forget all but the examples of the newest tickets and return how many that were."""
    kept = CategoryExampleRow.select(CategoryExampleRow.ticket_number)
    oldest = kept.order_by(CategoryExampleRow.ticket_number.desc()).offset(count - 1).limit(1).scalar()
    if oldest is None:
        return 0
    return int(CategoryExampleRow.delete().where(CategoryExampleRow.ticket_number < oldest).execute())


def newest() -> tuple[int, datetime | None]:
    """Return how many examples there are and when the last one was learned: together their version."""
    query = CategoryExampleRow.select(fn.COUNT(CategoryExampleRow.ticket_number))
    row = CategoryExampleRow.select().order_by(CategoryExampleRow.learned_at.desc()).first()
    return int(query.scalar()), row.learned_at if row else None


def everything() -> list[Learned]:
    """Return every example, oldest ticket first."""
    rows = CategoryExampleRow.select().order_by(CategoryExampleRow.ticket_number)
    return [(row.ticket_number, row.category, tuple(row.terms.split())) for row in rows]
