"""Who cannot be named cannot be answered."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message


def look(message: Message, _envelope: Envelope, facts: Facts) -> str | None:
    """Find mail whose From names nobody, several people, or cannot be read without doubt (RFC 7103 s 7.5)."""
    if facts.author:
        return None
    return "; ".join(message.identity_defects) or "From does not name one author"
