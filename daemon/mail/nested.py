"""The words of parts that people read beside the body: mails inside the mail, invitations, reports."""

from daemon.mail.body import Body, read_body
from daemon.mail.calendar_text import calendar_words
from daemon.mail.charsets import decode
from daemon.mail.mimetree import read_tree, walk
from daemon.mail.scan import Limits, read_header
from daemon.mail.words import header_text

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
_CALENDAR_BYTES = 200_000


def words_of(content: bytes, content_type: str, limits: Limits, level: int = 1) -> str:
    """Return the readable words of a part, at most 20,000 characters; ``""`` for a type that has none."""
    if content_type in _MAIL_TYPES and level <= _LEVELS:
        return _mail(content, limits, level)[:_CHARS_LIMIT]
    if content_type in _FIELD_TYPES:
        return decode(content[:_CHARS_LIMIT])[0].replace("\r\n", "\n").strip()
    if content_type == "text/calendar":
        return calendar_words(decode(content[:_CALENDAR_BYTES])[0])[:_CHARS_LIMIT]
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
