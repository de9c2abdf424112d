"""The files in a received mail: what goes along in ours, and how to get one out of the stored message."""

import binascii
import quopri
from collections.abc import Sequence

from daemon.mail.compose import Attachment, can_splice
from daemon.services.letters import SHOWN_FATES
from storage.records import Splice, StoredPart

# Parts in these encodings stand in another mail byte for byte, without being decoded or stored again.
SPLICED = frozenset({"base64", "quoted-printable"})
PLAIN = frozenset({"", "7bit", "8bit", "binary"})


def shown(parts: Sequence[StoredPart]) -> list[StoredPart]:
    """Return the parts that people think of as files, in the order of the mail."""
    return [part for part in parts if part.fate in SHOWN_FATES]


def carried(parts: Sequence[StoredPart], limit_bytes: int) -> list[StoredPart]:
    """Return the files that go along in a mail of ours: all that can, or none if together too big."""
    found = [part for part in shown(parts) if _can_go_along(part)]
    return found if sum(part.end - part.start for part in found) <= limit_bytes else []


def kept_back(parts: Sequence[StoredPart], limit_bytes: int) -> list[StoredPart]:
    """Return the files that do not go along."""
    along = carried(parts, limit_bytes)
    return [part for part in shown(parts) if part not in along]


def attachment(part: StoredPart, raw: bytes, raw_digest: str) -> Attachment:
    """Make a file of a received mail a file of ours; ``raw`` is that mail."""
    encoded = raw[part.start : part.end]
    spliced = part.encoding in SPLICED and can_splice(encoded, part.encoding)
    return Attachment(
        name=part.name,
        content_type=part.content_type,
        encoding=part.encoding if spliced else "",
        content=Splice(raw_digest, part.start, part.end) if spliced else content(part, raw),
        content_id=part.content_id,
        inline=part.fate == "inline",
    )


def content(part: StoredPart, raw: bytes) -> bytes:
    """Return the decoded content of a part of ``raw``; raises ValueError where it cannot be taken out."""
    if not _can_go_along(part):
        raise ValueError(f"part {part.path} ({part.encoding or 'no encoding'}) cannot be taken out by itself")
    encoded = raw[part.start : part.end]
    if part.encoding == "base64":
        return binascii.a2b_base64(encoded)
    return quopri.decodestring(encoded) if part.encoding == "quoted-printable" else encoded


def taken_out(part: StoredPart, raw: bytes) -> bytes | None:
    """Return the decoded content of a part, None where it cannot be taken out or is damaged."""
    try:
        return content(part, raw)
    except ValueError:
        return None


def _can_go_along(part: StoredPart) -> bool:
    return part.end > part.start and part.encoding in SPLICED | PLAIN
