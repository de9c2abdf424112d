"""The bytes of an outgoing mail as the outbox keeps them: own ones, and places in what was received.

A file that comes in and goes out to twenty people is stored once, and encoded while it goes out.
"""

import binascii
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from storage import raws
from storage.packing import Kept

# RFC 2045 s 6.8: a line has 76 letters, which are 57 bytes.
_LINE_LETTERS = 76
_LINE_BYTES = 57


_PIECES = msgspec.msgpack.Decoder(list[bytes | Kept])


def unpacked(content: bytes) -> bytes:
    """Return the whole mail, CRLF line ends throughout.

    Raises KeyError where a received message that it quotes from is not in the database.
    """
    return _joined(_PIECES.decode(zlib.decompress(content)))


def unpacked_within(content: bytes, limit_bytes: int) -> bytes | None:
    """Return what ``unpacked`` returns; None, and nothing is read, where that would be larger."""
    pieces = _PIECES.decode(zlib.decompress(content))
    return None if sum(map(_size, pieces)) > limit_bytes else _joined(pieces)


def _joined(pieces: Sequence[bytes | Kept]) -> bytes:
    received: dict[str, _Received] = {}
    # Written one behind the other: a list of the stretches would hold all of them a second time.
    whole = io.BytesIO()
    for piece in pieces:
        if isinstance(piece, bytes):
            whole.write(piece)
            continue
        message = received.setdefault(piece.raw_digest, _Received(piece.raw_digest))
        stretches = message.between(piece.start, piece.end)
        whole.writelines(_in_base64(stretches) if piece.in_base64 else _with_crlf(stretches))
    return whole.getvalue()


def _size(piece: bytes | Kept) -> int:
    if isinstance(piece, bytes):
        return len(piece)
    return (piece.end - piece.start) * (4 if piece.in_base64 else 3) // 3


@dataclass
class _Received:
    """A received message, read forward in short stretches, and anew for what lies behind."""

    digest: str
    _rest: Iterator[bytes] | None = None
    _stretch: bytes = b""
    # Where the stretch begins.
    _at: int = 0

    def between(self, start: int, end: int) -> Iterator[bytes]:
        """Yield what stands there; raises KeyError where the message is not in the database."""
        if self._rest is None or start < self._at:
            self._rest, self._stretch, self._at = raws.stretches(self.digest), b"", 0
        while self._at < end:
            if wanted := self._stretch[max(0, start - self._at) : end - self._at]:
                yield wanted
            if self._at + len(self._stretch) >= end:
                return
            self._at += len(self._stretch)
            self._stretch = next(self._rest, b"")
            if not self._stretch:
                return


def _in_base64(stretches: Iterable[bytes]) -> Iterator[bytes]:
    left = b""
    for stretch in stretches:
        data = left + stretch
        whole_lines = len(data) - len(data) % _LINE_BYTES
        left = data[whole_lines:]
        yield _lines(data[:whole_lines])
    yield _lines(left)


def _lines(data: bytes) -> bytes:
    letters = binascii.b2a_base64(data, newline=False)
    return b"".join(
        letters[at : at + _LINE_LETTERS] + b"\r\n" for at in range(0, len(letters), _LINE_LETTERS)
    )


def _with_crlf(stretches: Iterable[bytes]) -> Iterator[bytes]:
    """Yield stretches with the line ends of SMTP (RFC 5321 s 2.3.8).

    Mail from a mailbox or from a file may have been stored with others.
    """
    held = b""
    for stretch in stretches:
        data = held + stretch
        # Whether it ends a line, or is half of what does, the next stretch says.
        held = b"\r" if data.endswith(b"\r") else b""
        data = data.removesuffix(held)
        if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        yield data
    yield b"\r\n" if held else b""
