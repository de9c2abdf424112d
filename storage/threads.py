"""Which mails of a ticket each person has seen, so that the next one threads."""

from collections import defaultdict
from collections.abc import Sequence

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


def seen_in(ticket_numbers: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Return the same for many tickets at once, in two queries; for tickets that few mails are about."""
    marks = hot.marks(len(ticket_numbers))
    rows = hot.query(
        "SELECT ticket_number, created_at, 1, recipient, message_id, id FROM outbox "  # noqa: S608
        f"WHERE ticket_number IN ({marks})",
        ticket_numbers,
    )
    rows += hot.query(
        "SELECT entries.ticket_number, entries.at, 0, entries.author, arrivals.message_id, entries.id "  # noqa: S608
        "FROM entries JOIN arrivals ON arrivals.id = entries.arrival_id "
        f"WHERE arrivals.message_id <> '' AND entries.ticket_number IN ({marks})",
        ticket_numbers,
    )
    found: dict[int, dict[str, list[str]]] = {number: defaultdict(list) for number in ticket_numbers}
    for number, _, _, address, ident, _ in sorted(rows, key=lambda row: (str(row[1]), row[2], row[5])):
        found[number][address.lower()].append(ident)
    return found


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
