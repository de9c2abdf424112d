"""The raw messages, each content once, deflated."""

import hashlib
import zlib
from collections.abc import Iterable

from storage import hot
from storage.models import Raw

# Level 1 takes a third of the time of level 6 and gives all but a few per cent of its size.
DEFLATE_LEVEL = 1
# A message beyond this size that has base64 in it is mostly base64.  In that nothing repeats: looking for
# repetitions takes three quarters of the time and wins nothing, counting letters alone gets the same size.
REPEATS_LIMIT_BYTES = 32_768


def digest_of(raw: bytes) -> str:
    """Return the name under which these bytes are kept: SHA-256, hex."""
    return hashlib.sha256(raw).hexdigest()


def deflate(raw: bytes) -> bytes:
    """Compress; releases the interpreter lock, so that other threads work meanwhile."""
    if len(raw) <= REPEATS_LIMIT_BYTES or b"base64" not in raw:
        return zlib.compress(raw, DEFLATE_LEVEL)
    packer = zlib.compressobj(
        DEFLATE_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_HUFFMAN_ONLY
    )
    return packer.compress(raw) + packer.flush()


def insert_many(items: Iterable[tuple[str, int, bytes]]) -> None:
    """Store ``(digest, size in bytes, deflated bytes)``; content that is there already stays as it is."""
    rows = [{"digest": digest, "size_bytes": size, "content": content} for digest, size, content in items]
    hot.insert(Raw, rows, on_conflict="ON CONFLICT DO NOTHING")


def content(digest: str) -> bytes:
    """Return the bytes of that name; raises KeyError where there are none."""
    rows = hot.query("SELECT content FROM raws WHERE digest = ?", (digest,))
    if not rows:
        raise KeyError(f"raw message {digest} is not in the database")
    return zlib.decompress(rows[0][0])
