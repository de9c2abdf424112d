"""The files in a received mail: what goes along in ours, and how to get one out of the stored message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.desk.sentences import Sentence, sentence
from daemon.mail.compose import Attachment
from daemon.mail.splicing import SPLICED, can_splice
from daemon.mail.transfer import IDENTITY, undo
from daemon.mail.unpack import contents_inside, part_content
from daemon.services.letters import SHOWN_FATES
from storage.records import Splice, StoredPart


def shown(parts: Sequence[StoredPart]) -> list[StoredPart]:
    """Return the parts that people think of as files, in the order of the mail."""
    return [part for part in parts if part.fate in SHOWN_FATES]


def carried(parts: Sequence[StoredPart], limit_bytes: int) -> list[StoredPart]:
    """Return the files that go along in a mail of ours: all of them, or none if together too big."""
    found = shown(parts)
    return found if sum(_encoded_bytes(part) for part in found) <= limit_bytes else []


def kept_back(parts: Sequence[StoredPart], limit_bytes: int) -> list[StoredPart]:
    """Return the files that do not go along."""
    return [] if carried(parts, limit_bytes) else shown(parts)


def warnings(parts: Sequence[StoredPart], limit_bytes: int, number: int) -> list[Sentence]:
    """Say which files of a ticket do not go along, and where they are; empty where all do."""
    names = [part.name for part in kept_back(parts, limit_bytes)]
    if not names:
        return []
    named = ", ".join(names[:5])
    if len(names) > 5:
        named = sentence("{names} and {count} more", names=named, count=len(names) - 5)
    where = sentence(
        "not in this mail: {names}; postdesk ticket {number} --save FOLDER has it", names=named, number=number
    )
    return [where]


@dataclass(frozen=True, slots=True)
class Source:
    """The received mail that files are taken from: its digest, and how to get its bytes.

    ``as_they_are`` are paths of parts known to go along unchanged: for these the bytes are not needed.
    """

    raw_digest: str
    read: Callable[[], bytes]
    as_they_are: frozenset[str] = frozenset()


def attachments(parts: Sequence[StoredPart], source: Source) -> tuple[Attachment, ...]:
    """Make files of a received mail files of ours, in at most one reading of it."""
    raw = b"" if all(part.path in source.as_they_are for part in parts) else source.read()
    inside = contents_inside(raw) if any(_is_inside(part) for part in parts) else {}
    return tuple(_attachment(part, raw, source, inside) for part in parts)


def _attachment(part: StoredPart, raw: bytes, source: Source, inside: Mapping[str, bytes]) -> Attachment:
    encoding, content = _content(part, raw, source, inside)
    return Attachment(
        name=part.name,
        content_type=part.content_type,
        encoding=encoding,
        content=content,
        content_id=part.content_id,
        inline=part.fate == "inline",
    )


def _content(
    part: StoredPart, raw: bytes, source: Source, inside: Mapping[str, bytes]
) -> tuple[str, bytes | Splice]:
    """Return how the content is encoded, empty where it is not, and the place of it wherever that will do."""
    as_it_came = Splice(source.raw_digest, part.start, part.end)
    if part.path in source.as_they_are:
        return part.encoding, as_it_came
    if _is_inside(part):
        return "", undo(inside.get(part.path, b""), part.encoding)[0]
    if part.encoding in IDENTITY and part.start < part.end:
        return "base64", replace(as_it_came, in_base64=True)
    encoded = raw[part.start : part.end]
    if encoded and part.encoding in SPLICED and can_splice(encoded, part.encoding):
        return part.encoding, as_it_came
    return "", undo(encoded, part.encoding)[0]


def _is_inside(part: StoredPart) -> bool:
    """Tell whether a part stands inside of another, without a place and an encoding of its own."""
    return "/" in part.path


def taken_out(part: StoredPart, raw: bytes) -> bytes | None:
    """Return the decoded content of a part, those inside of other files too; None where it is not there."""
    if not _is_inside(part):
        return undo(raw[part.start : part.end], part.encoding)[0]
    try:
        return part_content(raw, part.path)
    except KeyError:
        return None


def _encoded_bytes(part: StoredPart) -> int:
    return part.end - part.start or part.size_bytes * 4 // 3
