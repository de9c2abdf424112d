"""What a leaf of a message is by its header: words or a file, under which name (RFC 2183)."""

from daemon.mail.courtesy_reactions import REACTION_TYPE
from daemon.mail.message import Fate
from daemon.mail.mimetree import Entity
from daemon.mail.names import made_up_name, safe_name
from daemon.mail.words import header_text

_READABLE = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})


def content_id(entity: Entity) -> str:
    """Return the Content-ID without brackets, ``""`` without one."""
    value = entity.header.first("content-id")
    return header_text(value).strip("<> ")[:250] if value else ""


def stated_name(entity: Entity) -> str:
    """Return the file name as the mail states it, or ``""``."""
    return entity.disposition_params.get("filename") or entity.params.get("name") or ""


def is_readable(entity: Entity) -> bool:
    """Tell whether a leaf is words to read, and not a file: text without attachment mark or file name."""
    if entity.content_type not in _READABLE:
        return False
    if entity.disposition == "attachment":
        return False
    return not stated_name(entity) or entity.path == ""


def attached_fate(entity: Entity) -> Fate:
    """Tell whether a leaf that is no text is an attachment, shown in the text, or a reaction."""
    if entity.content_type == REACTION_TYPE:
        return Fate.ALTERNATIVE
    shown = entity.content_type.startswith("image/") and entity.disposition == "inline" and content_id(entity)
    return Fate.INLINE if shown else Fate.ATTACHMENT


def part_name(entity: Entity, fate: Fate) -> str:
    """Return the safe name of a part: the stated one, a made up one for a file without, else ``""``."""
    stated = stated_name(entity)
    if stated:
        return safe_name(stated, entity.path, entity.content_type)
    return made_up_name(entity.path, entity.content_type) if fate in {Fate.ATTACHMENT, Fate.INLINE} else ""
