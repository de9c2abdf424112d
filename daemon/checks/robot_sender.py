"""Addresses that by their name belong to machines are never answered (RFC 3834 s 2)."""

import re

from daemon.checks.finding import Facts
from daemon.mail.message import Envelope, Message

ROBOT = re.compile(
    r"(?:owner-[^@]*|[^@]*-(?:request|owner|bounces?)|mailer-daemon|postmaster|listserv|majordomo|"
    r"no-?_?reply|do-?_?not-?_?reply|noreply[+.-][^@]*|bounces?(?:[+.=-][^@]*)?)@",
    re.IGNORECASE,
)


def look(_message: Message, envelope: Envelope, facts: Facts) -> str | None:
    """Find such an address in the reverse-path or in From."""
    for address in (envelope.reverse_path or "", facts.author):
        if ROBOT.match(address[:320]):
            return f"{address[:80]} is the address of a machine"
    return None
