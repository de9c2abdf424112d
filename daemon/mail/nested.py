"""The words of parts that people read beside the body: mails inside the mail, invitations, reports."""

import re

from daemon.mail.body import Body, read_body
from daemon.mail.charsets import decode
from daemon.mail.mimetree import read_tree, walk
from daemon.mail.scan import Limits, read_header
from daemon.mail.words import clean, header_text

_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
_FIELD_TYPES = frozenset(
    {
        "message/delivery-status",
        "text/rfc822-headers",
        "message/disposition-notification",
        "message/feedback-report",
    }
)
READ_BESIDE = _MAIL_TYPES | _FIELD_TYPES | {"text/calendar"}
_SHOWN = ("from", "to", "date", "subject")
_LEVELS = 3
_CHARS_LIMIT = 20_000
_ICAL = re.compile(r"(?im)^(SUMMARY|DTSTART|DTEND|LOCATION|ORGANIZER)(?:;[^:\r\n]{0,300})?:(.{0,500})$")
_ICAL_NAMES = {
    "SUMMARY": "What",
    "DTSTART": "From",
    "DTEND": "To",
    "LOCATION": "Where",
    "ORGANIZER": "Who asks",
}


def words_of(content: bytes, content_type: str, limits: Limits, level: int = 1) -> str:
    """Return the readable words of a part, at most 20,000 characters; ``""`` for a type that has none."""
    if content_type in _MAIL_TYPES and level <= _LEVELS:
        return _mail(content, limits, level)[:_CHARS_LIMIT]
    if content_type in _FIELD_TYPES:
        return decode(content[:_CHARS_LIMIT])[0].replace("\r\n", "\n").strip()
    if content_type == "text/calendar":
        return _invitation(decode(content[:_CHARS_LIMIT])[0])
    return ""


def _mail(content: bytes, limits: Limits, level: int) -> str:
    """Show a mail inside the mail: the four fields that people look at, its text, and the mails inside it."""
    content = content.lstrip(b"\r\n")
    header = read_header(content, 0, len(content), limits)
    root = read_tree(content, header, limits)
    entities = walk(root)
    body: Body = read_body(content, root, entities, limits)
    lines = [f"{name.title()}: {header_text(header.first(name))}" for name in _SHOWN if header.first(name)]
    inner = [
        words_of(content[part.start : part.end], part.content_type, limits, level + 1)
        for part in body.parts
        if part.content_type in _MAIL_TYPES and part.encoding in {"", "7bit", "8bit", "binary"}
    ]
    return "\n\n".join(piece for piece in ["\n".join(lines), body.text, *inner] if piece)


def _invitation(text: str) -> str:
    """Sum up a calendar invitation (RFC 5545) in one line a property; an alarm's are not repeated."""
    text = re.sub(r"\r?\n[ \t]", "", text)
    event = text.partition("BEGIN:VEVENT")[2] or text
    seen: dict[str, str] = {}
    for name, value in _ICAL.findall(event):
        words = value.replace("\\n", " ").replace("\\,", ",").replace("\\;", ";").removeprefix("mailto:")
        seen.setdefault(_ICAL_NAMES[name.upper()], clean(words))
    return "\n".join(f"{name}: {value}" for name, value in seen.items() if value)
