"""Whether automatic mail about a ticket was stopped: whoever is about to send some asks here first.

It stands apart from ``services.automatic_mail``, which knows the senders.
"""

from daemon.desk.automatic import ALL, Kind
from storage import automatic_stops


def stopped(ticket_number: int, kind: Kind) -> bool:
    """Tell whether this kind of mail, or all, was stopped for a ticket; inside the caller's transaction."""
    return automatic_stops.any_of(ticket_number, (kind, ALL))
