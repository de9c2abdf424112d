"""What we write above a message, and what others wrote there: the trace fields of RFC 5321 s 4.4."""

import re
from email.utils import format_datetime

from storage.records import Incoming
from storage.vocabulary import Source

# RFC 5321 s 6.3 asks for at least 100 before a message counts as going round.
RECEIVED_LIMIT = 100
# No header is that long; of a message without an end of header only this much is looked through.
_HEADER_LIMIT_BYTES = 1_048_576
# What a client calls itself is its own choice; in our field it must not pass for anything of ours.
_NOT_IN_A_DOMAIN = re.compile(r"[^A-Za-z0-9._:\[\]-]")
_DOMAIN_LIMIT_CHARS = 255
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADER = re.compile(rb"\n\r?\n")


def trace_fields(incoming: Incoming, hostname: str, protocol: str, transaction: str) -> bytes:
    """Return our Return-Path and Received field, with CRLF line ends, for the top of a message.

    ``protocol`` is the word after "with" (``protocol_word``).  A recipient is named only where there is just
    one, so that nobody learns who else got a copy (RFC 5321 s 7.2).
    """
    recipient = f"\r\n\tfor <{incoming.recipients[0]}>" if len(incoming.recipients) == 1 else ""
    secured = f"\r\n\t({incoming.tls})" if incoming.tls else ""
    helo = _NOT_IN_A_DOMAIN.sub("_", incoming.helo[:_DOMAIN_LIMIT_CHARS])
    lines = (
        f"Return-Path: <{incoming.reverse_path or ''}>\r\n"
        f"Received: from {helo} ({_literal(incoming.peer)}){secured}\r\n"
        f"\tby {hostname} (Postdesk) with {protocol} id {transaction}{recipient};\r\n"
        f"\t{format_datetime(incoming.received_at)}\r\n"
    )
    return lines.encode()


def protocol_word(incoming: Incoming, *, extended: bool, utf8: bool) -> str:
    """Return the word after "with": SMTP, ESMTPSA, UTF8LMTPS and so on (RFC 3848, RFC 6531 s 4.3)."""
    if not extended:
        return "SMTP"
    security = ("S" if incoming.tls else "") + ("A" if incoming.auth_user else "")
    if incoming.source is Source.LMTP:
        return ("UTF8LMTP" if utf8 else "LMTP") + security
    return ("UTF8SMTP" if utf8 else "ESMTP") + security


def goes_round(content: bytes) -> bool:
    """Say whether the header holds more Received fields than a mail that gets anywhere (RFC 5321 s 6.3)."""
    end = _END_OF_HEADER.search(content, 0, _HEADER_LIMIT_BYTES)
    found = _RECEIVED.finditer(content, 0, end.start() if end else _HEADER_LIMIT_BYTES)
    return sum(1 for _ in zip(found, range(RECEIVED_LIMIT + 1), strict=False)) > RECEIVED_LIMIT


def _literal(peer: str) -> str:
    if not peer[:1].isdigit() and ":" not in peer:
        return peer  # a Unix socket has no address
    return f"[IPv6:{peer}]" if ":" in peer else f"[{peer}]"
