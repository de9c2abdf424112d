"""Undo the Content-Transfer-Encoding of a part (RFC 2045 s 6) leniently, saying what was damaged."""

import binascii
import hashlib
import re
from collections.abc import Iterator

# Encodings that leave the content as it is, in every spelling that was met.
IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})
_UU_NAMES = frozenset({"uuencode", "x-uuencode", "uue", "x-uue"})
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_BASE64_LETTER = bytes(set(range(256)) - set(_ALPHABET))
# Content beyond this size is measured in steps of it instead of being decoded whole.
_STEP_BYTES = 1 << 18
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


def is_prose(data: bytes) -> bool:
    """Tell whether what should be base64 is plain words: encoded lines have no blanks inside."""
    lines = [line for line in data.splitlines() if line.strip()]
    return len(data.split()) > 2 * len(lines) > 0


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
    if encoding in IDENTITY:
        return data, ""
    if encoding == "base64":
        return _base64(data)
    if encoding in {"quoted-printable", "quoted_printable", "qp"}:
        return binascii.a2b_qp(data), ""
    if encoding in _UU_NAMES:
        return _uudecode(data)
    return data, f"unknown transfer encoding {encoding[:40]!r}"


def measure(raw: bytes, start: int, end: int, encoding: str) -> tuple[int, str, str]:
    """Return the size of the decoded content between two offsets, its SHA-256 (hex) and ``undo``'s note.

    Large content is not held decoded, where it is base64 in order or not encoded at all.
    """
    digest, size_bytes = hashlib.sha256(), 0
    if end - start > _STEP_BYTES and encoding in IDENTITY | {"base64"}:
        steps = _base64_steps if encoding == "base64" else _steps
        try:
            for step in steps(raw, start, end):
                digest.update(step)
                size_bytes += len(step)
        except binascii.Error:
            digest, size_bytes = hashlib.sha256(), 0  # ``undo`` below makes the best of it
        else:
            return size_bytes, digest.hexdigest(), ""
    data, note = undo(raw[start:end], encoding)
    digest.update(data)
    return len(data), digest.hexdigest(), note


def _steps(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _STEP_BYTES):
        yield raw[at : min(at + _STEP_BYTES, end)]


def _base64_steps(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """Yield what ``_base64`` returns, bit by bit; raises binascii.Error where that has to repair it."""
    padding = raw.find(b"=", start, end)
    stop = padding if padding >= 0 else end
    if raw[stop:end].strip(b"= \t\r\n"):
        raise binascii.Error("padding in the middle")
    left = b""
    for step in _steps(raw, start, stop):
        letters = left + step.translate(None, _NO_BASE64_LETTER)
        whole = len(letters) - len(letters) % 4
        yield binascii.a2b_base64(letters[:whole])
        left = letters[whole:]
    yield binascii.a2b_base64(left + raw[stop:end])
