"""Which of the claimed messages are settled together, in one transaction.

Messages write mostly the same pages of the database, so a few in one commit cost much less than each in its
own.  Whatever is not as usual is settled alone: then it is known whose fault it is if something goes wrong.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import takewhile

from daemon.services.reading import NOT_READ_YET
from storage import raws
from storage.records import Arrival

# Short, since others wait for the rows, and with SQLite for the whole database.
TOGETHER = 8
TOGETHER_FOR = timedelta(milliseconds=50)

Read = tuple[Arrival, object]


def is_usual(arrival: Arrival) -> bool:
    """Tell whether nothing has gone wrong with a message yet, and it is not large."""
    tried = arrival.deaths or arrival.failures or arrival.suspicions or arrival.ticket_number is not None
    return not tried and arrival.size_bytes < raws.LARGE_BYTES


def hands(readings: Iterable[Read], shares: Callable[[Arrival, object], bool]) -> Iterator[list[Read]]:
    """Yield the messages in their order, each list for one transaction: one alone, or such as ``shares``.

    Nobody waits in a list for a message that is not read yet.
    """
    hand: list[Read] = []
    for arrival, reading in readings:
        waits = reading is NOT_READ_YET
        joins = not waits and shares(arrival, reading)
        if hand and not joins:
            yield hand
            hand = []
        if not waits:
            hand.append((arrival, reading))
        if hand and (not joins or len(hand) == TOGETHER):
            yield hand
            hand = []
    if hand:
        yield hand


def in_hand(held: Sequence[Arrival]) -> list[int]:
    """Return which of the messages that a dead worker held it may have died of.

    ``held`` is in the order of arrival; the first ones are enough.
    """
    together = [arrival.id for arrival in takewhile(is_usual, held[:TOGETHER])]
    return together or [arrival.id for arrival in held[:1]]
