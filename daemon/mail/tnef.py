"""Open a winmail.dat (application/ms-tnef): its body and its attachments (MS-OXTNEF, MS-OXCDATA).

Every length in it is a claim by a stranger: nothing is read beyond the end, and what does not fit ends the
reading with a note.  The time is linear in the size.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.mail.charsets import decode
from daemon.mail.tnef_rtf import rtf_body, unpack_rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTES_LIMIT = 20_000
# Values of properties in one stream; Outlook writes some hundred, and a dozen for each attachment.
_VALUES_LIMIT = 100_000
_ATTACHMENTS_LIMIT = 1_000
_TEXT_BYTES_LIMIT = 4_000_000
_ATTRIBUTE = struct.Struct("<BII")
_LONG = struct.Struct("<I")
_CHECKSUM_BYTES = 2

# Attributes by their number (MS-OXTNEF s 2.1.3.3); the upper half of the field is only a type.
_SUBJECT, _BODY, _MESSAGE_PROPS, _CODE_PAGE = 0x8004, 0x800C, 0x9003, 0x9007
_RENDERING, _TITLE, _DATA, _ATTACHMENT_PROPS = 0x9002, 0x8010, 0x800F, 0x9005
_TRANSPORT_NAME = 0x9001

# Properties (MS-OXPROPS).
_P_BODY, _P_RTF, _P_HTML, _P_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_CONTENT, _P_SHORT_NAME, _P_LONG_NAME, _P_DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x3001
_P_MIME_TYPE, _P_CONTENT_ID = 0x370E, 0x3712

# Bytes of a value by its type (MS-OXCDATA s 2.11.1), padded to four; the others carry their length.
_FIXED = {
    0x01: 0,
    0x02: 4,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_COUNTED = frozenset({_STRING, _UNICODE, _OBJECT, _BINARY})
_MULTIPLE = 0x1000
_NAMED_FROM = 0x8000
_GUID_BYTES = 16
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}\Z")


# Code pages that have another name outside of Windows.
_PAGES = {20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 65001: "utf-8"}


@dataclass(slots=True)
class TnefFile:
    """An attachment inside: ``name`` as stated or empty; ``content`` decoded."""

    name: str = ""
    content_type: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Tnef:
    """What a winmail.dat holds; texts are as written, notes say what could not be read."""

    text: str = ""
    html: str = ""
    subject: str = ""
    files: list[TnefFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class TnefDamagedError(ValueError):
    """A length or a count in the data goes beyond its end."""


@dataclass(slots=True)
class _Property:
    number: int
    kind: int
    value: bytes


class _Cursor:
    """Reads forwards over bytes and never beyond them."""

    def __init__(self, data: bytes, budget: int) -> None:
        self.data = data
        self.at = 0
        self.budget = budget

    def spend(self) -> None:
        """Count a value; a stream of nothing but tiny values would take for ever."""
        self.budget -= 1
        if self.budget < 0:
            raise TnefDamagedError(f"more than {_VALUES_LIMIT} values")

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise TnefDamagedError(f"{size} bytes were announced, {len(self.data) - self.at} are there")
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def long(self) -> int:
        number: int = _LONG.unpack(self.take(4))[0]
        return number

    def padded(self, size: int) -> bytes:
        """Take a value and the padding behind it; the last padding is often missing."""
        piece = self.take(size)
        self.at = min(len(self.data), self.at + (-size & 3))
        return piece


def _charset(page: int) -> str:
    return f"iso-8859-{page - 28590}" if 28591 <= page <= 28605 else _PAGES.get(page, f"cp{page}")


def is_tnef(data: bytes) -> bool:
    """Tell whether the bytes begin as a TNEF stream does."""
    return data.startswith(SIGNATURE)


def _attributes(data: bytes, out: Tnef) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes as (number, value); a damaged one is the last."""
    at, count = 6, 0
    while at + _ATTRIBUTE.size <= len(data):
        level, number, size = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if level not in {1, 2}:
            out.notes.append("damaged winmail.dat, read as far as possible")
            return
        if at + size > len(data):
            out.notes.append("winmail.dat is cut off, read as far as possible")
            yield number & 0xFFFF, data[at:]
            return
        count += 1
        if count > _ATTRIBUTES_LIMIT:
            out.notes.append(f"more than {_ATTRIBUTES_LIMIT} attributes, the rest is not read")
            return
        yield number & 0xFFFF, data[at : at + size]
        at += size + _CHECKSUM_BYTES


def _skip_name(cursor: _Cursor) -> None:
    """Pass over the name of a named property (MS-OXTNEF s 2.1.3.4)."""
    cursor.take(_GUID_BYTES)
    if cursor.long():
        cursor.padded(cursor.long())
    else:
        cursor.take(4)


def _value(cursor: _Cursor, kind: int) -> bytes:
    """Take the value of a property; of several values the first."""
    base = kind & ~_MULTIPLE
    cursor.spend()
    if base in _FIXED:
        count = cursor.long() if kind & _MULTIPLE else 1
        return cursor.take(count * _FIXED[base])[: _FIXED[base]]
    if base not in _COUNTED:
        raise TnefDamagedError(f"property type {kind:#x} is not known")
    first = b""
    for number in range(cursor.long()):
        cursor.spend()
        value = cursor.padded(cursor.long())
        first = first if number else value
    return first


class _Reader:
    """Collects body and attachments from the attributes in their order."""

    def __init__(self, out: Tnef) -> None:
        self.out = out
        self.charset = "cp1252"
        self.html_charset = ""
        self.plain = b""
        self.body: _Property | None = None
        self.html: _Property | None = None
        self.rtf = b""
        self.budget = _VALUES_LIMIT

    def take(self, number: int, value: bytes) -> None:
        """Take in one attribute."""
        if number == _CODE_PAGE and len(value) >= 4:
            self.charset = _charset(_LONG.unpack_from(value)[0])
        elif number == _SUBJECT:
            self.out.subject = self._words(value)
        elif number == _BODY:
            self.plain = value[:_TEXT_BYTES_LIMIT]
        elif number == _MESSAGE_PROPS:
            self._message(value)
        elif number == _RENDERING and len(self.out.files) < _ATTACHMENTS_LIMIT:
            self.out.files.append(TnefFile())
        elif self.out.files:
            self._attachment(self.out.files[-1], number, value)

    def _words(self, value: bytes) -> str:
        return decode(value[:_TEXT_BYTES_LIMIT].partition(b"\0")[0], self.charset)[0].strip()

    def _string(self, one: _Property) -> str:
        if one.kind & ~_MULTIPLE == _UNICODE:
            return one.value[:_TEXT_BYTES_LIMIT].decode("utf-16-le", "replace").partition("\0")[0].strip()
        return self._words(one.value)

    def _properties(self, data: bytes) -> Iterator[_Property]:
        """Yield the properties of a block; damage ends it with a note."""
        cursor = _Cursor(data, self.budget)
        try:
            for _ in range(cursor.long()):
                word = cursor.long()
                kind, number = word & 0xFFFF, word >> 16
                if number >= _NAMED_FROM:
                    _skip_name(cursor)
                yield _Property(number, kind, _value(cursor, kind))
        except TnefDamagedError as error:
            self.out.notes.append(f"damaged properties in winmail.dat: {error}")
        self.budget = cursor.budget

    def _message(self, value: bytes) -> None:
        for one in self._properties(value):
            if one.number == _P_BODY:
                self.body = one
            elif one.number == _P_HTML:
                self.html = one
            elif one.number == _P_RTF:
                self.rtf = one.value
            elif one.number == _P_CODE_PAGE and len(one.value) >= 4:
                self.html_charset = _charset(_LONG.unpack_from(one.value)[0])

    def _attachment(self, file: TnefFile, number: int, value: bytes) -> None:
        if number == _DATA:
            file.content = value
        elif number in {_TITLE, _TRANSPORT_NAME}:
            file.name = file.name or self._words(value)
        elif number == _ATTACHMENT_PROPS:
            self._attachment_properties(file, value)

    def _attachment_properties(self, file: TnefFile, value: bytes) -> None:
        names: dict[int, str] = {}
        for one in self._properties(value):
            if one.number in {_P_LONG_NAME, _P_SHORT_NAME, _P_DISPLAY_NAME}:
                names[one.number] = self._string(one)
            elif one.number == _P_MIME_TYPE:
                stated = self._string(one).lower()
                file.content_type = stated if _TYPE.match(stated) else ""
            elif one.number == _P_CONTENT_ID:
                file.content_id = self._string(one).strip("<> ")[:250]
            elif one.number == _P_CONTENT and one.value:
                self._content(file, one)
        file.name = (
            names.get(_P_LONG_NAME) or file.name or names.get(_P_SHORT_NAME) or names.get(_P_DISPLAY_NAME, "")
        )

    def _content(self, file: TnefFile, one: _Property) -> None:
        """Take the content; an object carries the id of its interface in front (MS-OXTNEF s 2.1.3.4)."""
        inner = one.value[_GUID_BYTES:]
        if one.kind & ~_MULTIPLE == _OBJECT and is_tnef(inner):
            file.content, file.content_type = inner, "application/ms-tnef"
        elif not file.content:
            file.content = inner if one.kind & ~_MULTIPLE == _OBJECT else one.value

    def finish(self) -> None:
        """Choose the body: HTML as it stands, else plain text, else what the RTF says."""
        out = self.out
        if self.body is not None:
            out.text = self._string(self.body)
        elif self.plain:
            out.text = self._words(self.plain)
        if self.html is not None:
            out.html = self._html(self.html)
        if not out.text.strip() and not out.html.strip() and self.rtf:
            rtf, note = unpack_rtf(self.rtf)
            if note:
                out.notes.append(note)
            out.text, out.html = rtf_body(rtf, self.charset)

    def _html(self, one: _Property) -> str:
        if one.kind & ~_MULTIPLE == _UNICODE:
            return self._string(one)
        value = one.value[:_TEXT_BYTES_LIMIT].rstrip(b"\0")
        return decode(value, self.html_charset or self.charset)[0]


def open_tnef(data: bytes) -> Tnef | None:
    """Open a winmail.dat; None where the bytes are none.  Never raises."""
    if not is_tnef(data):
        return None
    out = Tnef()
    reader = _Reader(out)
    for number, value in _attributes(data, out):
        reader.take(number, value)
    reader.finish()
    out.notes = list(dict.fromkeys(out.notes))[:10]
    return out
