"""What has to be known of many closed tickets at once before anybody is asked about them: a query each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from storage import hot
from storage.vocabulary import LinkKind, OutboxState

# As the journal calls the cause of what the waiting job does: it closes tickets that nobody answered.
SILENCE = "job:waiting"
# And the reason of a move by which a requester calls a request off.
CALLED_OFF = "the requester cancelled it"


@dataclass(frozen=True, slots=True)
class Facts:
    """Sets of ticket numbers; ``items`` names what service requests ask for, ``suppressed`` addresses."""

    silent: frozenset[int]
    called_off: frozenset[int]
    duplicates: frozenset[int]
    children: frozenset[int]
    monitored: frozenset[int]
    undelivered: frozenset[int]
    suppressed: frozenset[str]
    items: dict[int, str]


def of_tickets(numbers: Sequence[int]) -> Facts:
    """Look up what there is to know of these tickets."""
    if not numbers:
        nothing = frozenset[int]()
        return Facts(nothing, nothing, nothing, nothing, nothing, nothing, frozenset(), {})
    moves = _last_moves(numbers)
    return Facts(
        silent=frozenset(number for number, (cause, _) in moves.items() if cause.startswith(SILENCE)),
        called_off=frozenset(number for number, (_, reason) in moves.items() if reason == CALLED_OFF),
        duplicates=_numbers(
            "SELECT ticket_number FROM links WHERE kind = ? AND ticket_number IN", numbers, LinkKind.DUPLICATE
        ),
        children=_numbers("SELECT other FROM links WHERE kind = ? AND other IN", numbers, LinkKind.PARENT),
        monitored=_numbers(
            "SELECT ticket_number FROM events WHERE kind = ? AND ticket_number IN", numbers, "monitored"
        ),
        undelivered=_undelivered(numbers),
        suppressed=_suppressed(numbers),
        items=dict(_rows("SELECT ticket_number, item FROM requests WHERE ticket_number IN", numbers)),
    )


def _last_moves(numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the cause of the last move of each ticket, and the reason that was given for it."""
    marks = hot.marks(len(numbers))
    found = hot.query(
        f"SELECT ticket_number, cause, data FROM events WHERE kind = 'state' AND ticket_number IN ({marks}) "  # noqa: S608
        "ORDER BY id",
        numbers,
    )
    last = {number: (cause, data) for number, cause, data in found}
    return {number: (cause, json.loads(data).get("reason", "")) for number, (cause, data) in last.items()}


def _undelivered(numbers: Sequence[int]) -> frozenset[int]:
    """Return the tickets of which the last mail to the requester did not arrive."""
    rows = _rows(
        "SELECT outbox.ticket_number, outbox.state FROM outbox JOIN tickets ON number = ticket_number "
        "JOIN addresses ON addresses.person_id = requester_id AND addresses.address = outbox.recipient "
        "WHERE outbox.ticket_number IN",
        numbers,
        " ORDER BY outbox.id",
    )
    lost = {OutboxState.FAILED.value, OutboxState.BOUNCED.value}
    return frozenset(number for number, state in dict(rows).items() if state in lost)


def _suppressed(numbers: Sequence[int]) -> frozenset[str]:
    rows = _rows(
        "SELECT number, address FROM addresses JOIN tickets ON requester_id = person_id "
        "WHERE suppressed <> '' AND number IN",
        numbers,
    )
    return frozenset(address for _, address in rows)


def _numbers(sql: str, numbers: Sequence[int], word: str) -> frozenset[int]:
    rows = hot.query(f"{sql} ({hot.marks(len(numbers))})", [word, *numbers])
    return frozenset(number for (number,) in rows)


def _rows(sql: str, numbers: Sequence[int], then: str = "") -> list[tuple[int, str]]:
    return [(one, other) for one, other in hot.query(f"{sql} ({hot.marks(len(numbers))}){then}", numbers)]
