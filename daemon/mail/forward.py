"""Find who wrote a forwarded mail: the attached original first, then the header block in the text."""

import re

from daemon.mail.addresses import parse_addresses
from daemon.mail.attribution import head_at, separator_at
from daemon.mail.cut_words import FIELDS
from daemon.mail.message import Fate, Mailbox, Part
from daemon.mail.scan import read_header
from daemon.mail.transfer import undo

_FROM = next(pattern for kind, pattern in FIELDS if kind == "from")
_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
_FORWARD_SUBJECT = re.compile(
    r"(?i)\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|vb|vs|vl|pd|doorst|fs|ilt|пересл|转发|轉寄|転送|전달)\s?[:\uff1a]"
)
_MARKUP = re.compile(r"[*_]+|<mailto:[^<>\s]{1,200}>|\[mailto:")
_WITH_BLOCK = frozenset({"header", "original"})
_LINES_LIMIT = 400


def _attached(raw: bytes, parts: tuple[Part, ...]) -> Mailbox | None:
    """Return the author of the only mail that is attached."""
    mails = [part for part in parts if part.content_type in _MAIL_TYPES and part.fate is Fate.ATTACHMENT]
    if len(mails) != 1:
        return None
    content = undo(raw[mails[0].start : mails[0].end][:262_144], mails[0].encoding)[0].lstrip(b"\r\n")
    header = read_header(content, 0, len(content))
    boxes, _ = parse_addresses(header.first("from"))
    return boxes[0] if len(boxes) == 1 and "@" in boxes[0].address else None


def _in_block(lines: list[str]) -> Mailbox | None:
    """Return the author that a header block names; one wrapped line may follow the field name."""
    for number, line in enumerate(lines):
        match = _FROM.match(line[:300])
        if match is None:
            continue
        value = " ".join([line[match.end() : 300], *lines[number + 1 : number + 2]])
        own = _MARKUP.sub("", line[match.end() : 300]).replace("]", ">")
        boxes, _ = parse_addresses(own.encode("utf-8", "replace"), 2)
        if not any("@" in box.address for box in boxes):
            boxes, _ = parse_addresses(_MARKUP.sub("", value).encode("utf-8", "replace"), 2)
        found = [box for box in boxes if "@" in box.address]
        return found[0] if found else None
    return None


def forwarded_author(raw: bytes, parts: tuple[Part, ...], subject: str, text: str) -> Mailbox | None:
    """Return who wrote the mail that this one forwards, None where it forwards none or names nobody.

    A header block counts below a forward separator, or in a mail whose subject or first line says that it
    is a forward; a plain reply that quotes with a header block is no forward.
    """
    attached = _attached(raw, parts)
    if attached is not None:
        return attached
    lines = text.split("\n", _LINES_LIMIT)[:_LINES_LIMIT]
    says_so = bool(_FORWARD_SUBJECT.match(subject))
    for number, line in enumerate(lines):
        words = line.strip("> *_")
        if not words or not (says_so or words[0] in "-=_" or words[-1] in ":\uff1a"):
            continue
        head = head_at(lines, number, len(lines)) if says_so else separator_at(lines, number, len(lines))
        if head is not None and (head.kind == "forwarded" or (says_so and head.kind in _WITH_BLOCK)):
            return _in_block(lines[head.start : head.end])
    return None
