"""The files in a received mail: what goes along in ours, and how to get one out of the stored message."""

from collections.abc import Sequence

from daemon.mail.compose import Attachment, can_splice
from daemon.mail.unpack import part_content
from daemon.services.letters import SHOWN_FATES
from storage.records import Splice, StoredPart

# Parts in these encodings stand in another mail byte for byte, without being decoded or stored again.
SPLICED = frozenset({"base64", "quoted-printable"})


def shown(parts: Sequence[StoredPart]) -> list[StoredPart]:
    """Return the parts that people think of as files, in the order of the mail."""
    return [part for part in parts if part.fate in SHOWN_FATES]


def carried(parts: Sequence[StoredPart], limit_bytes: int) -> list[StoredPart]:
    """Return the files that go along in a mail of ours: all of them, or none if together too big."""
    found = shown(parts)
    return found if sum(_encoded_bytes(part) for part in found) <= limit_bytes else []


def kept_back(parts: Sequence[StoredPart], limit_bytes: int) -> list[StoredPart]:
    """Return the files that do not go along."""
    along = carried(parts, limit_bytes)
    return [part for part in shown(parts) if part not in along]


def attachment(part: StoredPart, raw: bytes, raw_digest: str) -> Attachment:
    """Make a file of a received mail a file of ours; ``raw`` is that mail."""
    encoded = raw[part.start : part.end]
    spliced = bool(encoded) and part.encoding in SPLICED and can_splice(encoded, part.encoding)
    return Attachment(
        name=part.name,
        content_type=part.content_type,
        encoding=part.encoding if spliced else "",
        content=Splice(raw_digest, part.start, part.end) if spliced else taken_out(part, raw) or b"",
        content_id=part.content_id,
        inline=part.fate == "inline",
    )


def taken_out(part: StoredPart, raw: bytes) -> bytes | None:
    """Return the decoded content of a part, those inside of other files too; None where it is not there."""
    try:
        return part_content(raw, part.path)
    except KeyError:
        return None


def _encoded_bytes(part: StoredPart) -> int:
    return part.end - part.start or part.size_bytes * 4 // 3
