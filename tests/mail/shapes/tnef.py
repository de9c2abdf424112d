"""Write winmail.dat streams for the tests, after MS-OXTNEF."""

import struct
from collections.abc import Iterable

Property = tuple[int, int, bytes]
OBJECT_ID = bytes(range(16))


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(found: Iterable[Property], *, before: bytes = b"") -> bytes:
    """Write a block of properties: fixed ones as they are, the others with their count and length."""
    found = list(found)
    out = struct.pack("<I", len(found) + (1 if before else 0)) + before
    for number, kind, value in found:
        out += struct.pack("<HH", kind, number)
        if kind in {0x1E, 0x1F, 0x0D, 0x102}:
            out += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
        else:
            out += value
    return out


def unicode(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def attachment(title: bytes, content: bytes, *found: Property) -> bytes:
    """Write the attributes of one attachment; a short name alone makes no properties."""
    out = attribute(2, 0x00069002, b"\0" * 14) + attribute(2, 0x00018010, title + b"\0")
    if content:
        out += attribute(2, 0x0006800F, content)
    return out + (attribute(2, 0x00069005, properties(found)) if found else b"")


def tnef(*pieces: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00089006, b"\0\0\1\0") + b"".join(pieces)


def message(*found: Property) -> bytes:
    return attribute(1, 0x00069003, properties(found))


def packed_rtf(rtf: bytes) -> bytes:
    """Compress with literals alone, as the format allows."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<IIII", len(body) + 12, len(rtf), 0x75465A4C, 0) + body
