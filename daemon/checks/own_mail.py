"""Our own mail that came back must never become a ticket."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message


def look(_message: Message, _envelope: Envelope, facts: Facts) -> str | None:
    """Find mail from an own address with our signed Message-ID or our mark against loops.

    The id or the mark alone is not enough: anybody who got a mail from us can copy them.
    """
    if facts.from_own_address and (facts.own_message_id or facts.own_loop_mark):
        return "our own mail came back"
    return None
