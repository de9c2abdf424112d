"""Reading one selected folder: which UIDs it has, how large they are, and their bytes (RFC 9051 s 6.4).

Nothing in an answer is believed because it came: a record counts only when it names the UID that was
asked for, and bytes that do not agree with the announced size are read a second time.
"""

import hashlib
import imaplib
import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imapclient.response_parser import parse_fetch_response

from daemon.edges.imap_session import CONNECTION_ERRORS, Session, one_line, uid_set

SLICE_BYTES = 262_144
# What is taken of a message above the limit: its header, as long as any sane one, and some text.
HEADER_LIMIT_BYTES = 262_144
TEXT_BEGINNING_BYTES = 65_536

_HIGHEST_UID = 2**32 - 1
_SEARCH_WINDOW_UIDS = 1_000_000
_UID_TEXT_BYTES = 11  # ten digits and a space
# Everything that reading a nonsensical FETCH answer was seen to raise in imapclient's parser.
_PARSE_ERRORS = (imaplib.IMAP4.error, ValueError, TypeError, LookupError, AttributeError, RecursionError)

_log = logging.getLogger(__name__)


class FetchError(Exception):
    """One message could not be read; the connection may go on."""


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """What the server said when the folder was selected.

    ``uidvalidity`` is 0 where the server has none, which means that UIDs do not outlive the session.
    ``permanent_flags`` is None where the server did not say, which means all (RFC 9051 s 7.1).
    """

    name: str
    uidvalidity: int
    uidnext: int
    messages: int
    permanent_flags: frozenset[str] | None
    read_only: bool


def open_folder(session: Session, name: str, *, read_only: bool) -> OpenFolder:
    """Select a folder; one that cannot be changed is opened for reading, without an error."""
    try:
        answer = session.select_folder(name, readonly=read_only)
    except imaplib.IMAP4.readonly:
        return open_folder(session, name, read_only=True)
    except ValueError as error:
        raise imaplib.IMAP4.abort(f"the answer to SELECT makes no sense: {one_line(error)}") from error
    flags = answer.get(b"PERMANENTFLAGS")
    return OpenFolder(
        name=name,
        uidvalidity=int(answer.get(b"UIDVALIDITY", 0)),
        uidnext=int(answer.get(b"UIDNEXT", 0)),
        messages=int(answer.get(b"EXISTS", 0)),
        permanent_flags=None if flags is None else frozenset(one_line(flag) for flag in flags),
        read_only=read_only,
    )


def list_uids(session: Session, folder: OpenFolder, above: int) -> list[int]:
    """List the UIDs above the given one, ascending.

    A folder of millions is asked in windows, so that no single answer grows beyond measure.
    """
    if folder.messages <= _SEARCH_WINDOW_UIDS:
        # "n:*" is answered with the last message even when n is above it (RFC 9051 s 6.4.8).
        found = search(session, f"{above + 1}:*", messages=folder.messages)
        return [uid for uid in found if uid > above]
    found = []
    last = folder.uidnext - 1 if folder.uidnext else _HIGHEST_UID
    for first in range(above + 1, last + 1, _SEARCH_WINDOW_UIDS):
        end = min(last, first + _SEARCH_WINDOW_UIDS - 1)
        found += [
            uid
            for uid in search(session, f"{first}:{end}", messages=_SEARCH_WINDOW_UIDS)
            if first <= uid <= end
        ]
    return found


def search(session: Session, uids: str, *criteria: str, messages: int = 0) -> list[int]:
    """List the UIDs out of a sequence set that meet the criteria, ascending and each once.

    ``messages`` is how many an answer may name beyond the usual room for it.
    """
    data = session.command("SEARCH", "UID", uids, *criteria, answer_bytes=_UID_TEXT_BYTES * messages)
    words = (word for line in data if isinstance(line, bytes) for word in line.split())
    return sorted({uid for word in words if word.isdigit() and 0 < (uid := int(word)) <= _HIGHEST_UID})


def sizes(session: Session, uids: Sequence[int]) -> dict[int, int]:
    """Ask for RFC822.SIZE; a message that has left the folder is missing in the answer."""
    asked = set(uids)
    found: dict[int, int] = {}
    for record in _fetch(session, uids, "(UID RFC822.SIZE)"):
        uid, size = record.get(b"UID"), record.get(b"RFC822.SIZE")
        if uid in asked and isinstance(uid, int) and isinstance(size, int) and size >= 0:
            found[uid] = size
    return found


def read_message(session: Session, uid: int, size: int, limit: int) -> tuple[bytes, int]:
    """Read a message without marking it as read; return its bytes and its true size.

    Of one larger than ``limit`` only the beginning is returned: the header and some of the text.
    FetchError where the server's answers do not agree.
    """
    if size > limit:
        return _beginning(_read(session, uid, size, HEADER_LIMIT_BYTES + TEXT_BEGINNING_BYTES), limit), size
    raw = _read(session, uid, size, limit + 1)
    if len(raw) > limit:
        # It is longer than announced; how long nobody knows, but this much was seen of it.
        return _beginning(raw, limit), len(raw)
    if len(raw) != size:
        _confirm(session, uid, raw, size, limit)
    return raw, len(raw)


def _confirm(session: Session, uid: int, raw: bytes, size: int, limit: int) -> None:
    """Read it again: some servers only estimate the size, others lose the end of a message."""
    again = _read(session, uid, size, limit + 1)
    if not raw or hashlib.sha256(again).digest() != hashlib.sha256(raw).digest():
        raise FetchError(f"{size} bytes were announced, {len(raw)} and then {len(again)} came")
    _log.warning("UID %d: the server announced %d bytes and twice sent the same %d", uid, size, len(raw))


def _read(session: Session, uid: int, size: int, limit: int) -> bytes:
    """Read up to ``limit`` bytes in slices, to the end whatever size was announced."""
    # One block that grows: of slices, a large message would be in memory twice when they are joined.
    whole = io.BytesIO()
    while (length := whole.tell()) < limit:
        wanted = min(SLICE_BYTES, limit - length)
        piece = _slice(session, uid, length, wanted)
        whole.write(piece)
        if not piece or (len(piece) < wanted and length + len(piece) >= size):
            break
    return whole.getvalue()


def _slice(session: Session, uid: int, offset: int, length: int) -> bytes:
    key = f"BODY[]<{offset}>".encode()
    items = f"(UID BODY.PEEK[]<{offset}.{length}>)"
    answers = {
        record[key]
        for record in _fetch(session, [uid], items, answer_bytes=length)
        if record.get(b"UID") == uid and key in record
    }
    if len(answers) != 1:
        raise FetchError(f"{len(answers)} different answers for {items}, expected one")
    piece = answers.pop()
    if not isinstance(piece, bytes) or len(piece) > length:
        raise FetchError(f"no content or too much of it in the answer for {items}")
    return piece


def _beginning(raw: bytes, limit: int) -> bytes:
    ends = [place for place in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if place >= 0]
    header_bytes = min(ends, default=HEADER_LIMIT_BYTES)
    return raw[: min(limit, header_bytes + TEXT_BEGINNING_BYTES)]


def _fetch(
    session: Session, uids: Sequence[int], items: str, *, answer_bytes: int = 0
) -> Iterator[dict[bytes, object]]:
    try:
        data = session.command("FETCH", uid_set(uids), items, answer_bytes=answer_bytes)
    except CONNECTION_ERRORS:
        raise
    except imaplib.IMAP4.error as error:
        raise FetchError(one_line(error)) from error
    for pieces in _records(data):
        try:
            yield from parse_fetch_response(pieces, normalise_times=False, uid_is_key=False).values()
        except _PARSE_ERRORS as error:
            _log.debug("a FETCH answer makes no sense: %s", one_line(error))


def _records(
    data: Sequence[bytes | tuple[bytes, bytes]],
) -> Iterator[list[bytes | tuple[bytes, bytes]]]:
    """Split the standard library's flat list into answers: each ends with a piece that has no literal."""
    pieces: list[bytes | tuple[bytes, bytes]] = []
    for piece in data:
        pieces.append(piece)
        if isinstance(piece, bytes):
            yield pieces
            pieces = []
