"""What tickets are to each other.  Callers hold the transaction."""

from datetime import datetime

from storage import hot
from storage.desk_models import LinkRow
from storage.records import Link
from storage.vocabulary import LinkKind


def add(link: Link, now: datetime) -> bool:
    """Add a link; False where it was there."""
    row = {"ticket_number": link.ticket_number, "kind": link.kind, "other": link.other, "made_at": now}
    return bool(hot.insert(LinkRow, [row], on_conflict="ON CONFLICT DO NOTHING"))


def remove(link: Link) -> bool:
    """Take a link away; False where it was not there."""
    where = (
        LinkRow.ticket_number == link.ticket_number,
        LinkRow.kind == link.kind.value,
        LinkRow.other == link.other,
    )
    return bool(LinkRow.delete().where(*where).execute())


def of_ticket(number: int) -> list[Link]:
    """Return the links from a ticket and to it, oldest first."""
    query = LinkRow.select().where((LinkRow.ticket_number == number) | (LinkRow.other == number))
    return [Link(row.ticket_number, LinkKind(row.kind), row.other) for row in query.order_by(LinkRow.id)]
