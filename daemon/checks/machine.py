"""Machines are never answered (RFC 3834 s 2)."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Kind, Message


def look(message: Message, envelope: Envelope, _facts: Facts) -> str | None:
    """Find automatic mail, list mail and reports by their marks, and the null reverse-path."""
    if message.verdict.kind is not Kind.HUMAN:
        return message.verdict.evidence or f"{message.verdict.kind} mail"
    if envelope.null_reverse_path:
        return "null reverse-path"
    return None
