"""Mail that went through too many hands goes in circles (RFC 5321 s 6.3)."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message

HOPS_LIMIT = 100


def look(message: Message, _envelope: Envelope, _facts: Facts) -> str | None:
    """Find more Received fields than the standard lets a mail collect."""
    if message.received_count > HOPS_LIMIT:
        return f"{message.received_count} Received fields, more than {HOPS_LIMIT}: the mail goes in circles"
    return None
