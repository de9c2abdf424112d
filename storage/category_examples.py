"""The tickets that categories are learned from, the newest only.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN, fn

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


def unlearned(states: Sequence[str], limit: int, above: int) -> list[Unlearned]:
    """Return tickets in these states whose category was not learned, or was another one; newest first.

    Only tickets with a number above ``above``: what was forgotten is not learned again.
    """
    example = CategoryExampleRow
    first = EntryRow.select(fn.MIN(EntryRow.id)).where(
        EntryRow.ticket_number == TicketRow.number, EntryRow.kind == EntryKind.MESSAGE.value
    )
    query = (
        TicketRow.select(TicketRow.number, TicketRow.category, TicketRow.subject, EntryRow.text)
        .join(example, JOIN.LEFT_OUTER, on=(example.ticket_number == TicketRow.number))
        .switch(TicketRow)
        .join(EntryRow, on=(EntryRow.id == first))
        .where(TicketRow.number > above, TicketRow.state.in_(list(states)), TicketRow.category != "")
        .where(example.category.is_null() | (example.category != TicketRow.category))
        .order_by(TicketRow.number.desc())
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


def oldest(count: int) -> int:
    """Return the number of the oldest ticket of so many newest examples; 0 where there are not so many."""
    kept = CategoryExampleRow.select(CategoryExampleRow.ticket_number)
    found = kept.order_by(CategoryExampleRow.ticket_number.desc()).offset(count - 1).limit(1).scalar()
    return int(found or 0)


def forget(before: int) -> int:
    """Forget the examples of tickets with a lower number and return how many that were."""
    return int(CategoryExampleRow.delete().where(CategoryExampleRow.ticket_number < before).execute())


def newest() -> tuple[int, datetime | None]:
    """Return how many examples there are and when the last one was learned: together their version."""
    query = CategoryExampleRow.select(fn.COUNT(CategoryExampleRow.ticket_number))
    row = CategoryExampleRow.select().order_by(CategoryExampleRow.learned_at.desc()).first()
    return int(query.scalar()), row.learned_at if row else None


def everything(hidden: Sequence[str] = ()) -> list[Learned]:
    """Return every example, oldest ticket first, but for tickets that teams of ``hidden`` work on."""
    rows = CategoryExampleRow.select().order_by(CategoryExampleRow.ticket_number)
    if hidden:
        theirs = TicketRow.select(TicketRow.number).where(TicketRow.team.in_(list(hidden)))
        rows = rows.where(CategoryExampleRow.ticket_number.not_in(theirs))
    return [(row.ticket_number, row.category, tuple(row.terms.split())) for row in rows]
