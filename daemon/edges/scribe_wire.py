"""What goes over the socket between a ``Scribe`` and its child: frames, a length and then so many bytes.

The first frame of the child says what it writes with (``imprint``).  A frame to the child is a list of
``Order`` in Python's own format, which nobody but the daemon can send; a frame back is MessagePack.
"""

import hashlib
import pickle
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from daemon.services.pen import Order
from daemon.services.render import Renderer
from storage.records import WrittenCopy

# The length of a frame: four bytes, big endian.
LENGTH = struct.Struct(">I")
_PROGRAM = Path(__file__).resolve().parents[1]
_KINDS = frozenset({".py", ".j2", ".po"})


class NotAnAnswerError(Exception):
    """What came back is nothing that the child says."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What became of one list of orders; ``trouble`` says why nothing was written."""

    written: list[WrittenCopy] = []
    trouble: str = ""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Answer)


def imprint(renderers: Iterable[Renderer]) -> bytes:
    """Name the files that mails are written with, as they are now: the program and all templates."""
    folders = dict.fromkeys(folder for renderer in renderers for folder in renderer.folders)
    found = (file for folder in (_PROGRAM, *folders) for file in folder.rglob("*") if file.suffix in _KINDS)
    told = sorted(f"{file} {_state(file)}" for file in found)
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).digest()


def _state(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        # An editor's lock that points nowhere, or a file that went at this moment.
        return "cannot be read"
    return f"{found.st_size} {found.st_mtime_ns}"


def frame(data: bytes) -> bytes:
    """Put the length before the bytes."""
    return LENGTH.pack(len(data)) + data


def orders_out(orders: Sequence[Order]) -> bytes:
    """Write orders down for the child; what they have in common stands there once."""
    return pickle.dumps(list(orders), pickle.HIGHEST_PROTOCOL)


def orders_in(data: bytes) -> list[Order]:
    """Read orders again."""
    found: list[Order] = pickle.loads(data)  # noqa: S301  # written by the daemon itself
    return found


def answer_out(answer: Answer) -> bytes:
    """Write an answer down for the daemon."""
    return _encoder.encode(answer)


def answer_in(data: bytes) -> Answer:
    """Read an answer; raises NotAnAnswerError for what is none."""
    try:
        return _decoder.decode(data)
    # The latter for a text that is no UTF-8.
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAnAnswerError(str(error)) from error
