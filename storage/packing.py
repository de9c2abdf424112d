"""How the pieces of an outgoing mail are put together for the outbox, which takes no database."""

from collections.abc import Sequence

import msgspec

from storage.deflating import deflate
from storage.records import Splice


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A splice as the outbox keeps it; the last was added later, and is left out where it is false."""

    raw_digest: str
    start: int
    end: int
    in_base64: bool = False


def packed(pieces: Sequence[bytes | Splice]) -> bytes:
    """Return the pieces of a mail as the outbox keeps them."""
    return deflate(msgspec.msgpack.encode([one if isinstance(one, bytes) else _kept(one) for one in pieces]))


def _kept(splice: Splice) -> tuple[object, ...]:
    kept = (splice.raw_digest, splice.start, splice.end)
    return (*kept, True) if splice.in_base64 else kept
