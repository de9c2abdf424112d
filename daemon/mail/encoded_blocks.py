"""Find files that stand as blocks in the words of a mail: uuencode, yEnc and the armor of PGP.

POSIX.1-2017 (uuencode), yEnc draft 1.3, RFC 4880 s 6.2 and 7.  Works on the decoded bytes of a text part,
line by line and forwards only, so the time is linear however the blocks are broken.
"""

import binascii
import re
import zlib
from dataclasses import dataclass

from daemon.mail.charsets import decode

BLOCKS_LIMIT = 1_000
# What no text without a block lacks; the search for these costs next to nothing.
_SIGNS = (b"begin", b"-----BEGIN PGP ")
_BEGIN_UU = re.compile(rb"begin [0-7]{3,4} (.{1,300})\Z")
_BEGIN_64 = re.compile(rb"begin-base64 [0-7]{3,4} (.{1,300})\Z")
_BEGIN_Y = re.compile(rb"=ybegin (?=[^\n]{0,300}\bline=\d)[^\n]{0,300}?\bname=(.{1,300})\Z")
_BEGIN_PGP = re.compile(
    rb"-----BEGIN PGP (MESSAGE|PUBLIC KEY BLOCK|SIGNED MESSAGE)(?:, PART [\d/]{1,9})?-----\Z"
)
_BEGIN_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_UU_LINE = re.compile(rb"[ -`]+\Z")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]+\Z")
_Y_FIELD = re.compile(rb"\b(size|part|total|pcrc32|crc32)=([0-9A-Fa-f]{1,16})\b")
_Y_SHIFT = bytes((value - 42) & 255 for value in range(256))
_ARMOR_LINES = 100_000
_PGP = {
    b"MESSAGE": ("encrypted.asc", "application/pgp-encrypted"),
    b"PUBLIC KEY BLOCK": ("key.asc", "application/pgp-keys"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A file found in the words of a mail: its stated name, type and content, and what was wrong."""

    name: str
    content_type: str
    content: bytes
    note: str


def has_blocks(data: bytes) -> bool:
    """Tell quickly whether a look with ``take_out`` may be worth while."""
    return any(sign in data for sign in _SIGNS)


def take_out(data: bytes) -> tuple[bytes, list[Block]]:
    """Return the words without the blocks, and the blocks in order.

    A block that is cut off or damaged is taken as far as it goes, with a note; a line that only looks like
    the beginning of one stays where it is.  The signature of a signed text (RFC 4880 s 7) is a block as
    well, its words stay.  Never raises.
    """
    lines = data.splitlines(keepends=True)
    reader = _Reader(lines)
    while reader.at < len(lines):
        line = lines[reader.at]
        if line[:1] in b"b=-" and len(reader.blocks) < BLOCKS_LIMIT and reader.block(line.rstrip()):
            continue
        reader.kept.append(line)
        reader.at += 1
    return b"".join(reader.kept), reader.blocks


class _Reader:
    """Goes through the lines once; each reading of a block moves ``at`` behind it."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines
        self.at = 0
        self.kept: list[bytes] = []
        self.blocks: list[Block] = []

    def block(self, line: bytes) -> bool:
        """Read the block that begins at a line; False leaves everything as it was."""
        if match := _BEGIN_UU.match(line):
            return self._uu(match.group(1))
        if match := _BEGIN_64.match(line):
            return self._base64(match.group(1))
        if line.startswith(b"=ybegin ") and (match := _BEGIN_Y.match(self.lines[self.at].rstrip(b"\r\n"))):
            return self._yenc(match.group(1))
        if match := _BEGIN_PGP.match(line):
            return self._signed() if match.group(1) == b"SIGNED MESSAGE" else self._armor(match.group(1))
        return False

    def _add(self, name: bytes, content: bytes, notes: list[str]) -> None:
        stated = decode(name.strip().strip(b'"'))[0]
        self.blocks.append(Block(stated, "application/octet-stream", content, "; ".join(notes)))

    def _uu(self, name: bytes) -> bool:
        out: list[bytes] = []
        number, ended, damaged = self.at + 1, False, False
        while number < len(self.lines):
            line = self.lines[number].rstrip(b"\r\n")
            if line.strip() == b"end":
                number, ended = number + 1, True
                break
            if line.strip() and (not _UU_LINE.match(line) or not _fits(line, first=not out)):
                break
            if line.strip(b" `\t"):
                content = _uu_line(line)
                damaged = damaged or content is None
                out.append(content or b"")
            number += 1
        # A line of prose may begin like this; only an end, or two full lines, prove a file.
        if number == self.at + 2 if ended else len(out) < 2 or len(out[0]) < 45:
            return False
        self._add(name, b"".join(out), _notes("uuencoded", cut_off=not ended, damaged=damaged))
        self.at = number
        return True

    def _base64(self, name: bytes) -> bool:
        number = self.at + 1
        while number < len(self.lines) and _BASE64_LINE.match(line := self.lines[number].strip()):
            if line == b"====":
                break
            number += 1
        ended = number < len(self.lines) and self.lines[number].strip() == b"===="
        if not ended:
            return False
        packed = b"".join(line.strip() for line in self.lines[self.at + 1 : number]).rstrip(b"=")
        damaged = len(packed) % 4 == 1
        packed = packed[:-1] if damaged else packed
        try:
            content = binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
        except binascii.Error:
            return False
        self._add(name, content, _notes("uuencoded (base64)", cut_off=False, damaged=damaged))
        self.at = number + 1
        return True

    def _yenc(self, name: bytes) -> bool:
        head = _y_fields(self.lines[self.at])
        begin = self.at + 1
        if begin < len(self.lines) and self.lines[begin].startswith(b"=ypart "):
            begin += 1
        number = begin
        while number < len(self.lines) and not self.lines[number].startswith((b"=yend", b"=ybegin ")):
            number += 1
        ended = number < len(self.lines) and self.lines[number].startswith(b"=yend")
        content = _yenc_content(self.lines[begin:number])
        notes = _notes("yEnc", cut_off=not ended, damaged=False)
        if ended:
            notes += _y_check(content, _y_fields(self.lines[number]))
        if b"part" in head:
            notes.append(f"part {_decimal(head[b'part'])} of {_decimal(head.get(b'total', b'?'))}")
        self._add(name, content, notes)
        self.at = number + 1 if ended else number
        return True

    def _armor(self, kind: bytes) -> bool:
        end = self._line_of(b"-----END PGP " + kind, self.at + 1)
        if end is None:
            return False
        name, content_type = _PGP[kind]
        content = b"".join(self.lines[self.at : end + 1])
        self.blocks.append(Block(name, content_type, content, ""))
        self.at = end + 1
        return True

    def _signed(self) -> bool:
        """Leave the words of a signed text and take its frame away (RFC 4880 s 7.1)."""
        signature = self._line_of(_BEGIN_SIGNATURE, self.at + 1)
        end = self._line_of(b"-----END PGP SIGNATURE-----", signature) if signature is not None else None
        if signature is None or end is None:
            return False
        number = self.at + 1
        while number < signature and self.lines[number].strip():
            number += 1
        for line in self.lines[number + 1 : signature]:
            self.kept.append(line[2:] if line.startswith(b"- ") else line)
        content = b"".join(self.lines[signature : end + 1])
        self.blocks.append(Block("signature.asc", "application/pgp-signature", content, ""))
        self.at = end + 1
        return True

    def _line_of(self, sign: bytes, start: int) -> int | None:
        """Return the line that begins with a sign; another block's beginning ends the search."""
        for number in range(start, min(len(self.lines), start + _ARMOR_LINES)):
            line = self.lines[number]
            if line.startswith(sign):
                return number
            if line.startswith(b"-----BEGIN PGP ") and number > start:
                return None
        return None


def _notes(form: str, *, cut_off: bool, damaged: bool) -> list[str]:
    notes = [f"{form} block in the text"]
    if cut_off:
        notes.append("cut off")
    if damaged:
        notes.append("damaged, read as far as possible")
    return notes


def _fits(line: bytes, *, first: bool) -> bool:
    """Tell whether a line is as long as its first byte says.

    Blanks at the end may be lost, but not in the first line: it tells a file from prose.
    """
    said = (((line[0] - 32) & 63) + 2) // 3 * 4
    return len(line) - 1 <= said + 4 and (not first or len(line) - 1 >= said - 2)


def _uu_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return None


def _y_fields(line: bytes) -> dict[bytes, bytes]:
    return dict(_Y_FIELD.findall(line[:400]))


def _decimal(value: bytes) -> str:
    return value.decode("ascii", "replace")


def _yenc_content(lines: list[bytes]) -> bytes:
    """Undo yEnc: every byte was moved by 42, critical ones by another 64 behind an equals sign."""
    pieces = b"".join(line.rstrip(b"\r\n") for line in lines).split(b"=")
    out = [pieces[0].translate(_Y_SHIFT)]
    for piece in pieces[1:]:
        if piece:
            out += [bytes(((piece[0] - 106) & 255,)), piece[1:].translate(_Y_SHIFT)]
    return b"".join(out)


def _y_check(content: bytes, said: dict[bytes, bytes]) -> list[str]:
    notes = []
    size = said.get(b"size", b"")
    if size.isdigit() and int(size) != len(content):
        notes.append(f"{len(content)} bytes, {int(size)} were announced")
    crc = said.get(b"pcrc32") or said.get(b"crc32")
    if crc and int(crc, 16) & 0xFFFFFFFF != zlib.crc32(content):
        notes.append("checksum differs")
    return notes
