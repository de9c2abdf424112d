"""A header in which two readers see two different mails is for people to look at (RFC 7103 s 7)."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message


def look(message: Message, _envelope: Envelope, _facts: Facts) -> str | None:
    """Find headers with several authors, with a folded line at the top, or of a size that nobody writes."""
    return "; ".join(message.broken) or None
