"""Which mails of a ticket each person has seen, so that the next one threads."""

from collections import defaultdict

from storage.models import ArrivalRow, EntryRow, OutboxRow, tuples

# A conversation longer than this threads by its root and its latest mails.
COPIES_LIMIT = 400


def seen(ticket_number: int) -> dict[str, list[str]]:
    """Return, for every address, the Message-IDs of this ticket that it got or wrote, oldest first."""
    outgoing = (
        OutboxRow.select(OutboxRow.created_at, OutboxRow.recipient, OutboxRow.message_id)
        .where(OutboxRow.ticket_number == ticket_number)
        .order_by(OutboxRow.id.desc())
        .limit(COPIES_LIMIT)
    )
    incoming = (
        EntryRow.select(EntryRow.at, EntryRow.author, ArrivalRow.message_id)
        .join(ArrivalRow, on=(ArrivalRow.id == EntryRow.arrival_id))
        .where(EntryRow.ticket_number == ticket_number, ArrivalRow.message_id != "")
        .order_by(EntryRow.id.desc())
        .limit(COPIES_LIMIT)
    )
    found: dict[str, list[str]] = defaultdict(list)
    # What somebody wrote comes before what we sent in the same moment: ours answers it.
    rows = [(at, 1, address, ident) for at, address, ident in tuples(outgoing)]
    rows += [(at, 0, address, ident) for at, address, ident in tuples(incoming)]
    for _, _, address, ident in sorted(rows, key=lambda row: (str(row[0]), row[1])):
        found[address.lower()].append(ident)
    return found
