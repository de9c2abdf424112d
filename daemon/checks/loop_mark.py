"""A mark against loops, ours or that of another desk, says that robots are at work."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message


def look(message: Message, _envelope: Envelope, facts: Facts) -> str | None:
    """Find marks against loops, and our own Message-ID on somebody else's mail."""
    if facts.own_message_id:
        return "somebody else's mail carries a Message-ID of ours"
    return f"it carries a mark against loops: {message.loop_marks[0][:80]}" if message.loop_marks else None
