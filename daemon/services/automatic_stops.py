"""Whether automatic mail about a ticket was stopped: whoever is about to send some asks here first.

It stands apart from ``services.automatic_mail``, which knows the senders.
"""

from collections.abc import Collection

from daemon.desk.automatic import ALL, Kind
from storage import automatic_stops


def stopped(ticket_number: int, kind: Kind) -> bool:
    """Tell whether this kind of mail, or all, was stopped for a ticket; inside the caller's transaction."""
    return bool(stopped_among((ticket_number,), kind))


def stopped_among(ticket_numbers: Collection[int], kind: Kind) -> frozenset[int]:
    """Return those of these tickets for which ``stopped`` tells that it was, asked once for all of them."""
    return automatic_stops.among(ticket_numbers, (kind, ALL))
