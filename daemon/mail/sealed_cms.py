"""Read the outside of a CMS structure (RFC 5652): what kind it is, and the words of one that is only signed.

A reader of BER for exactly this path, indefinite lengths included (Outlook writes DER, others do not).
"""

import zlib
from dataclasses import dataclass

_KINDS = {
    bytes.fromhex("2a864886f70d010702"): "signed-data",
    bytes.fromhex("2a864886f70d010703"): "enveloped-data",
    bytes.fromhex("2a864886f70d0109100117"): "authenveloped-data",
    bytes.fromhex("2a864886f70d0109100109"): "compressed-data",
}
_SEQUENCE, _OBJECT_ID, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0x06, 0xA0, 0x04, 0x24
_LEVELS = 12
_CONTENT_LIMIT = 30_000_000
_END = b"\0\0"


class _NotCmsError(ValueError):
    """The bytes are no CMS structure, or a broken one."""


@dataclass(slots=True)
class _Value:
    """One value: its tag and the bounds of its content; ``end`` None where only an end mark ends it."""

    tag: int
    start: int
    end: int | None


def _value(data: bytes, at: int) -> _Value:
    """Read tag and length at ``at`` (X.690 s 8.1)."""
    if at < 0 or at + 2 > len(data):
        raise _NotCmsError
    tag, size, start = data[at], data[at + 1], at + 2
    if size == 0x80:
        return _Value(tag, start, None)
    if size > 0x80:
        count = size & 0x7F
        if count > 4:
            raise _NotCmsError
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + size > len(data):
        raise _NotCmsError
    return _Value(tag, start, start + size)


def _after(data: bytes, value: _Value, levels: int = _LEVELS) -> int:
    """Return where the next value begins; one without a length is walked through."""
    if value.end is not None:
        return value.end
    if not levels:
        raise _NotCmsError
    at = value.start
    while data[at : at + 2] != _END:
        at = _after(data, _value(data, at), levels - 1)
    return at + 2


def _expect(data: bytes, at: int, tag: int) -> _Value:
    value = _value(data, at)
    if value.tag != tag:
        raise _NotCmsError
    return value


def _kind_and_content(data: bytes) -> tuple[str, int]:
    """Return the kind of a ContentInfo and where its content begins (RFC 5652 s 3)."""
    oid = _expect(data, _expect(data, 0, _SEQUENCE).start, _OBJECT_ID)
    kind = _KINDS.get(data[oid.start : oid.end], "")
    return kind, _expect(data, _after(data, oid), _EXPLICIT).start if kind else 0


def cms_kind(data: bytes) -> str:
    """Return ``signed-data``, ``enveloped-data`` and so on; ``""`` for what is no CMS.  Never raises."""
    try:
        return _kind_and_content(data)[0]
    except _NotCmsError:
        return ""


def _octets(data: bytes, value: _Value) -> bytes:
    """Return a string of octets, which may come in pieces."""
    if value.tag == _OCTETS:
        return data[value.start : value.end]
    if value.tag != _OCTETS_IN_PIECES:
        raise _NotCmsError
    pieces, at = [], value.start
    stop = len(data) if value.end is None else value.end
    while at < stop and data[at : at + 2] != _END:
        piece = _expect(data, at, _OCTETS)
        pieces.append(data[piece.start : piece.end])
        at = _after(data, piece)
    return b"".join(pieces)


def cms_content(data: bytes) -> bytes | None:
    """Return what a signed or compressed structure holds (RFC 5652 s 5.1, RFC 3274), None where nothing.

    An encrypted one and a bare certificate hold nothing that can be read.  Never raises.
    """
    try:
        kind, at = _kind_and_content(data)
        if kind not in {"signed-data", "compressed-data"}:
            return None
        at = _expect(data, at, _SEQUENCE).start
        for _ in range(2):  # the version, and the algorithms
            at = _after(data, _value(data, at))
        inner = _expect(data, at, _SEQUENCE)
        oid = _expect(data, inner.start, _OBJECT_ID)
        content = _octets(data, _value(data, _expect(data, _after(data, oid), _EXPLICIT).start))
        if kind == "compressed-data":
            content = zlib.decompressobj().decompress(content, _CONTENT_LIMIT)
    except (_NotCmsError, zlib.error):
        return None
    return content or None
