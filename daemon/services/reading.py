"""What intake and its reader say to each other: the bytes of a message, and that no reading is possible."""

import io
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

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


# What reads messages: answers with a Message, or with anything that has a ``reason`` for not being one.
# Raises ReadingUnavailable, which no message is to blame for.
ReadMany = Callable[[Iterable[tuple[int, "bytes | StoredRaw", Arrival]]], Iterator[tuple[int, object]]]


def raw_of(database: Database, arrival: Arrival) -> bytes | StoredRaw:
    """Return the bytes of an arrival, or where they are large the means to get them piece by piece."""
    if arrival.size_bytes >= raws.LARGE_BYTES:
        return StoredRaw(arrival.size_bytes, lambda: _stretches(database, arrival.raw_digest))
    with database.read():
        return raws.content(arrival.raw_digest)


def whole(raw: bytes | StoredRaw) -> bytes:
    """Return all bytes of a message in one."""
    if isinstance(raw, bytes):
        return raw
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
