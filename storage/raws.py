"""The raw messages, each content once, deflated.

A small message is one row of ``raws``.  The deflated bytes of a large one are cut into pieces, the first in
``raws`` and the others in ``raw_pieces``, so that it is never in memory whole on its way in or out.
"""

import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from peewee import SqliteDatabase

from storage import hot
from storage.deflating import packer_for
from storage.models import Raw, RawPiece, database

# From this size on a message is kept in pieces of so many deflated bytes.
LARGE_BYTES = 1_000_000
PIECE_BYTES = 262_144
# The most that is inflated, and the most that is deflated, in one step.
_STEP_BYTES = 262_144
# What SQLite may keep of the pages of a large message before it writes them to its log, in KiB.
_CACHE_KIB = 1_000


def digest_of(raw: bytes) -> str:
    """Return the name under which these bytes are kept: SHA-256, hex."""
    return hashlib.sha256(raw).hexdigest()


def _deflated(raw: bytes) -> Iterator[bytes]:
    """Yield what ``deflate`` returns in pieces of about ``PIECE_BYTES``, at least one."""
    packer, view = packer_for(raw), memoryview(raw)
    ready = b""
    for start in range(0, len(raw), _STEP_BYTES):
        ready += packer.compress(view[start : start + _STEP_BYTES])
        if len(ready) >= PIECE_BYTES:
            yield ready
            ready = b""
    yield ready + packer.flush()


def insert_many(items: Iterable[tuple[str, int, bytes]]) -> None:
    """Store ``(digest, size in bytes, deflated bytes)``; content that is there already stays as it is."""
    rows = [{"digest": digest, "size_bytes": size, "content": content} for digest, size, content in items]
    hot.insert(Raw, rows, on_conflict="ON CONFLICT DO NOTHING")


def insert_large(digest: str, raw: bytes) -> None:
    """Store a large message in pieces, deflated on the way; content that is there already stays as it is."""
    pieces = _deflated(raw)
    first = {"digest": digest, "size_bytes": len(raw), "content": next(pieces)}
    if not hot.insert(Raw, [first], on_conflict="ON CONFLICT DO NOTHING"):
        return
    with _small_cache():
        for number, content in enumerate(pieces, 1):
            hot.insert(RawPiece, [{"digest": digest, "number": number, "content": content}])


@contextmanager
def _small_cache() -> Iterator[None]:
    """Let SQLite write the pages of a large message as they come, instead of filling its cache with them."""
    if not isinstance(database.obj, SqliteDatabase):
        yield
        return
    before = hot.query("PRAGMA cache_size")[0][0]
    hot.query(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        yield
    finally:
        hot.query(f"PRAGMA cache_size = {before}")


def piece(digest: str, number: int) -> bytes | None:
    """Return one piece of the deflated bytes, None behind the last.

    Piece 0 is the whole of a small message; raises KeyError where there is none.
    """
    if number == 0:
        rows = hot.query("SELECT content FROM raws WHERE digest = ?", (digest,))
        if not rows:
            raise KeyError(f"raw message {digest} is not in the database")
    else:
        rows = hot.query("SELECT content FROM raw_pieces WHERE digest = ? AND number = ?", (digest, number))
    return rows[0][0] if rows else None


def inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what the pieces hold, in short stretches; pieces behind its end are not asked for.

    Raises KeyError where the end is missing, and zlib.error where the pieces are damaged.
    """
    unpacker = zlib.decompressobj()
    for one in pieces:
        rest = bytes(one)
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _STEP_BYTES)
            rest = unpacker.unconsumed_tail
        if unpacker.eof:
            return
    # Nothing is left inside of the unpacker: it takes the checksum behind the content last of all.
    raise KeyError("the end of a raw message is not in the database")


def content(digest: str) -> bytes:
    """Return the bytes of that name; raises KeyError where there are none."""
    whole = io.BytesIO()
    for stretch in stretches(digest):
        whole.write(stretch)
    return whole.getvalue()


def stretches(digest: str) -> Iterator[bytes]:
    """Yield the bytes of that name, a quarter of a megabyte at most at a time; raises KeyError as above."""
    return inflated(_pieces(digest))


def beginning(digest: str) -> bytes:
    """Return the first bytes of that name, a quarter of a megabyte at most; raises KeyError as above."""
    return next(stretches(digest), b"")


def _pieces(digest: str) -> Iterator[bytes]:
    number = 0
    while (found := piece(digest, number)) is not None:
        yield found
        number += 1
