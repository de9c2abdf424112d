"""What intake and its reader say to each other: the bytes of a message, and that no reading is possible."""

import io
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from storage import raws
from storage.database import Database
from storage.records import Arrival


class ReadingUnavailable(Exception):  # noqa: N818  # a state of the machine, no fault of any message
    """No message can be read now, whatever is in it: what reads them cannot be started."""


@dataclass(frozen=True, slots=True)
class StoredRaw:
    """The bytes of a large message, got from the database in stretches while they are handed on.

    ``stretches`` may be called more than once and from any thread, which is then left without a connection.
    """

    size_bytes: int
    stretches: Callable[[], Generator[bytes, None, None]]


@dataclass(frozen=True, slots=True)
class DeflatedRaw:
    """The bytes of a small message as they are stored: whoever reads it inflates them."""

    size_bytes: int
    content: bytes


Raw = bytes | DeflatedRaw | StoredRaw


class NotReadYet(Enum):
    """The one value that stands before a reading which is still to be waited for."""

    NOT_READ_YET = auto()


NOT_READ_YET = NotReadYet.NOT_READ_YET

# What reads messages: answers with a Message, or with anything that has a ``reason`` for not being one.
# Before it waits for a reading it may answer NOT_READ_YET: whoever has something else to do does that first.
# Raises ReadingUnavailable, which no message is to blame for.
ReadMany = Callable[[Iterable[tuple[int, Raw, Arrival]]], Iterator[tuple[int, object]]]


def raw_of(database: Database, arrival: Arrival) -> DeflatedRaw | StoredRaw:
    """Return the bytes of an arrival as stored, or where they are large the means to get them in stretches.

    Raises KeyError where a small one is not there.
    """
    if arrival.size_bytes >= raws.LARGE_BYTES:
        return StoredRaw(arrival.size_bytes, lambda: _stretches(database, arrival.raw_digest))
    with database.read():
        content = raws.piece(arrival.raw_digest, 0)
    return DeflatedRaw(arrival.size_bytes, bytes(content or b""))


def whole(raw: Raw) -> bytes:
    """Return all bytes of a message in one; raises zlib.error where they are damaged."""
    if isinstance(raw, bytes):
        return raw
    if isinstance(raw, DeflatedRaw):
        return zlib.decompress(raw.content)
    together = io.BytesIO()
    for stretch in raw.stretches():
        together.write(stretch)
    return together.getvalue()


def _stretches(database: Database, digest: str) -> Generator[bytes, None, None]:
    try:
        yield from raws.inflated(_pieces(database, digest))
    finally:
        database.disconnect()


def _pieces(database: Database, digest: str) -> Iterator[bytes]:
    """Read each piece in a transaction of its own: none stays open while a reader is busy."""
    number = 0
    while True:
        with database.read():
            piece = raws.piece(digest, number)
        database.shrink()
        if piece is None:
            return
        yield piece
        number += 1
