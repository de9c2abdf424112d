"""Abuse reports (RFC 5965) are for the operator of the relay, not tickets."""

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Kind, Message


def look(message: Message, _envelope: Envelope, _facts: Facts) -> str | None:
    """Find feedback reports."""
    return (
        message.verdict.evidence or "feedback report"
        if message.verdict.kind is Kind.FEEDBACK_REPORT
        else None
    )
