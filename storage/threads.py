"""Which mails of a ticket each person has seen, so that the next one threads."""

from collections import defaultdict

from storage import hot

# A conversation longer than this threads by its root and its latest mails.
COPIES_LIMIT = 400
_OUTGOING = (
    "SELECT created_at, recipient, message_id FROM outbox WHERE ticket_number = ? ORDER BY id DESC LIMIT ?"
)
_INCOMING = (
    "SELECT entries.at, entries.author, arrivals.message_id FROM entries JOIN arrivals "
    "ON arrivals.id = entries.arrival_id WHERE entries.ticket_number = ? AND arrivals.message_id <> '' "
    "ORDER BY entries.id DESC LIMIT ?"
)


def seen(ticket_number: int) -> dict[str, list[str]]:
    """Return, for every address, the Message-IDs of this ticket that it got or wrote, oldest first."""
    outgoing = hot.query(_OUTGOING, (ticket_number, COPIES_LIMIT))
    incoming = hot.query(_INCOMING, (ticket_number, COPIES_LIMIT))
    found: dict[str, list[str]] = defaultdict(list)
    # What somebody wrote comes before what we sent in the same moment: ours answers it.
    rows = [(at, 1, address, ident) for at, address, ident in outgoing]
    rows += [(at, 0, address, ident) for at, address, ident in incoming]
    for _, _, address, ident in sorted(rows, key=lambda row: (str(row[0]), row[1])):
        found[address.lower()].append(ident)
    return found
