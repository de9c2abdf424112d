"""Nobody but us writes from the desk's own address."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message


def look(_message: Message, envelope: Envelope, facts: Facts) -> str | None:
    """Find mail that names the desk itself as its author without being ours or logged in."""
    if facts.from_own_address and envelope.auth_user is None:
        return "the author claims to be the desk itself, and the mail is not ours"
    return None
