"""What everything that reads mail is compared with: a MIME parser and nothing else.

``mail-parser`` is what a Python program reads mail with: headers, dates, addresses, texts and attachments,
decoded.  The standard library's oldest policy is the floor below it: a tree and decoded parts.
"""

import base64
import email
import email.policy
import time
from collections.abc import Callable, Sequence

import mailparser


def with_mail_parser(raw: bytes) -> int:
    """Read one message with mail-parser, its attachments decoded; return how much was read."""
    mail = mailparser.parse_from_bytes(raw)
    words = (mail.subject, mail.from_, mail.to, mail.date, mail.message_id, mail.text_plain, mail.text_html)
    files = [
        base64.b64decode(one["payload"]) if one["binary"] else one["payload"] for one in mail.attachments
    ]
    return len(words) + len(files)


def with_standard_library(raw: bytes) -> int:
    """Parse one message and decode every part of it; return how many bytes they have."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return sum(
        len(part.get_payload(decode=True) or b"") for part in message.walk() if not part.is_multipart()
    )


PARSERS: dict[str, Callable[[bytes], int]] = {
    "mail-parser": with_mail_parser,
    "email": with_standard_library,
}


def parse_all(raws: Sequence[bytes], parser: str = "email") -> float:
    """Read every message with that parser and return the seconds that took."""
    read = PARSERS[parser]
    started = time.perf_counter()
    for raw in raws:
        read(raw)
    return time.perf_counter() - started
