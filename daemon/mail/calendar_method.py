"""What the calendar in a mail is for: its METHOD, by the type or by the calendar itself (RFC 6047 s 2.4)."""

import re

from daemon.mail.mimetree import Entity
from daemon.mail.transfer import undo

_TYPES = frozenset({"text/calendar", "application/ics"})
# The method stands among the first properties of the calendar (RFC 5545 s 3.6).
_HEAD_BYTES = 8_192
_METHOD = re.compile(rb"(?im)^METHOD[ \t]*(?:;[^:\r\n]{0,80})?:[ \t]*([A-Za-z-]{3,30})")


def calendar_method(raw: bytes, entities: list[Entity]) -> str:
    """Return the method of the first calendar in a mail that states one, upper case; ``""`` for none."""
    for entity in entities:
        if entity.content_type not in _TYPES:
            continue
        if stated := entity.params.get("method", ""):
            return stated.upper()
        head = undo(raw[entity.start : min(entity.end, entity.start + _HEAD_BYTES)], entity.encoding)[0]
        if found := _METHOD.search(head):
            return found.group(1).decode("ascii").upper()
    return ""
