"""The bytes of an outgoing mail as the outbox keeps them: own ones, and places in what was received.

A file that comes in and goes out to twenty people is stored once, and encoded while it goes out.
"""

import binascii
import io
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from storage import raws
from storage.records import Splice

_LINE_LETTERS = 76
# What is encoded in one step: whole lines of 76 letters, which are 57 bytes (RFC 2045 s 6.8).
_STEP_BYTES = 57 * 1_000


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A splice as it is kept; the last was added later, and is left out where it is false."""

    raw_digest: str
    start: int
    end: int
    in_base64: bool = False


_PIECES = msgspec.msgpack.Decoder(list[bytes | _Kept])


def packed(pieces: Sequence[bytes | Splice]) -> bytes:
    """Return the pieces of a mail as the outbox keeps them."""
    return raws.deflate(
        msgspec.msgpack.encode([one if isinstance(one, bytes) else _kept(one) for one in pieces])
    )


def _kept(splice: Splice) -> tuple[object, ...]:
    kept = (splice.raw_digest, splice.start, splice.end)
    return (*kept, True) if splice.in_base64 else kept


def unpacked(content: bytes) -> bytes:
    """Return the whole mail, CRLF line ends throughout.

    Raises KeyError where a received message that it quotes from is not in the database.
    """
    return _joined(_PIECES.decode(zlib.decompress(content)))


def unpacked_within(content: bytes, limit_bytes: int) -> bytes | None:
    """Return what ``unpacked`` returns; None, and nothing is read, where that would be larger."""
    pieces = _PIECES.decode(zlib.decompress(content))
    return None if sum(map(_size, pieces)) > limit_bytes else _joined(pieces)


def _joined(pieces: Sequence[bytes | _Kept]) -> bytes:
    received: dict[str, bytes] = {}
    # Written one behind the other: a list of the stretches would hold all of them a second time.
    whole = io.BytesIO()
    for piece in pieces:
        if isinstance(piece, bytes):
            whole.write(piece)
            continue
        if piece.raw_digest not in received:
            received[piece.raw_digest] = raws.content(piece.raw_digest)
        whole.writelines(_spliced(received[piece.raw_digest], piece))
    return whole.getvalue()


def _size(piece: bytes | _Kept) -> int:
    if isinstance(piece, bytes):
        return len(piece)
    return (piece.end - piece.start) * (4 if piece.in_base64 else 3) // 3


def _spliced(raw: bytes, splice: _Kept) -> Iterator[bytes | memoryview]:
    if not splice.in_base64:
        yield _with_crlf(raw, splice.start, splice.end)
        return
    for start in range(splice.start, splice.end, _STEP_BYTES):
        letters = binascii.b2a_base64(raw[start : min(start + _STEP_BYTES, splice.end)], newline=False)
        lines = (letters[at : at + _LINE_LETTERS] for at in range(0, len(letters), _LINE_LETTERS))
        yield b"\r\n".join(lines) + b"\r\n"


def _with_crlf(raw: bytes, start: int, end: int) -> bytes | memoryview:
    """Return a stretch with the line ends of SMTP (RFC 5321 s 2.3.8); without a copy where it has them.

    Mail from a mailbox or from a file may have been stored with others.
    """
    if raw.count(b"\r\n", start, end) == raw.count(b"\n", start, end) == raw.count(b"\r", start, end):
        return memoryview(raw)[start:end]
    # A regular expression would make a list of all lines first.
    return raw[start:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
