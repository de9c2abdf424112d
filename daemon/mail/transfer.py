"""Undo the Content-Transfer-Encoding of a part (RFC 2045 s 6) leniently, saying what was damaged."""

import binascii
import re

_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})
_UU_NAMES = frozenset({"uuencode", "x-uuencode", "uue", "x-uue"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def encoding_name(value: bytes) -> str:
    """Return the lower-case name of an encoding, without parameters and comments."""
    text = value.decode("ascii", "replace").strip().lower()
    return re.split(r"[;\s(]", text, maxsplit=1)[0].strip("\"'") if text else ""


def _base64(data: bytes) -> tuple[bytes, str]:
    padding = data.find(b"=")
    if padding < 0 or not data[padding:].strip(b"= \t\r\n"):
        try:
            return binascii.a2b_base64(data), ""
        except binascii.Error:
            pass  # the pieces below are read one by one
    # Some programs encode piece by piece, each with its own padding; the library would stop at the first.
    pieces = (_NOT_BASE64.sub(b"", piece) for piece in data.split(b"="))
    return b"".join(_base64_piece(piece) for piece in pieces), "damaged base64, read as far as possible"


def _base64_piece(piece: bytes) -> bytes:
    """Decode one run of the alphabet; a last character that stands alone carries no whole byte."""
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def _uudecode(data: bytes) -> tuple[bytes, str]:
    """Decode the first uuencoded block; lines that are none end it."""
    lines = iter(data.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    else:
        return data, "no uuencoded block found"
    out = []
    for line in lines:
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad with what the length byte does not cover.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return b"".join(out), "damaged uuencoded block"
    return b"".join(out), ""


def undo(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the decoded content and a note, which is empty where all was well.

    An unknown encoding leaves the content as it is (RFC 2045 s 6.4).  Never raises.
    """
    if encoding in _IDENTITY:
        return data, ""
    if encoding == "base64":
        return _base64(data)
    if encoding in {"quoted-printable", "quoted_printable", "qp"}:
        return binascii.a2b_qp(data), ""
    if encoding in _UU_NAMES:
        return _uudecode(data)
    return data, f"unknown transfer encoding {encoding[:40]!r}"
