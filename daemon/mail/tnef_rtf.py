r"""Read the rich text of Outlook: LZFu compression (MS-OXRTFCP) and RTF down to words or HTML.

Where the RTF was made of HTML (``\fromhtml1``, MS-OXRTFEX) the HTML comes back, else the plain words.
"""

import re
import struct
from dataclasses import dataclass, field

from daemon.mail.charsets import codec_name, decode

# A letter with pictures taken out is far below this; a hostile one ends here after a fraction of a second.
_UNPACKED_LIMIT = 500_000
_TOKENS_LIMIT = 200_000
_GROUPS_LIMIT = 200
_HEADER = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
# What the dictionary holds before the first byte (MS-OXRTFCP s 2.1.2.1).
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096


def unpack_rtf(data: bytes) -> tuple[bytes, str]:
    """Undo the compression, at most 500,000 bytes; the note says what was damaged.  Never raises."""
    if len(data) < _HEADER.size:
        return b"", "compressed text without a header"
    _, raw_size, magic, _ = _HEADER.unpack_from(data)
    if magic == _PLAIN:
        return data[_HEADER.size : _HEADER.size + raw_size][:_UNPACKED_LIMIT], ""
    if magic != _PACKED:
        return b"", "compressed text of an unknown kind"
    out = _inflate(data, min(raw_size, _UNPACKED_LIMIT))
    return out, "" if len(out) >= min(
        raw_size, _UNPACKED_LIMIT
    ) else "compressed text is damaged, read as far as possible"


def _inflate(data: bytes, size: int) -> bytes:
    """Undo LZFu: a control byte says for the eight that follow which are bytes and which references."""
    # The window is a ring of 4,096 bytes; one growing array with the dictionary in front says the same.
    out = bytearray(_DICTIONARY)
    start, at, end = len(_DICTIONARY), _HEADER.size, len(data)
    while at < end and len(out) - start < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= end or len(out) - start >= size:
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 1 >= end:
                return bytes(out[start:])
            offset, length = data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
            at += 2
            distance = (len(out) - offset) % _WINDOW
            if distance == 0 or distance > len(out):
                # The write position means the end (MS-OXRTFCP s 3.1.3.2.1), and nothing lies before it all.
                return bytes(out[start : start + size])
            # What is copied may reach into itself: then it repeats.
            piece = out[-distance:] if length >= distance else out[-distance : length - distance]
            out += (piece * (length // distance + 1))[:length]
    return bytes(out[start : start + size])


_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # a control word, its number, and the blank that ends it
    rb"|\\'([0-9a-fA-F]{2})"
    rb"|\\([^a-zA-Z])"
    rb"|([{}])"
    rb"|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
# Groups whose words are not the text.
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata header footer headerl headerr footerl footerr "
    b"listtable listoverridetable generator themedata datastore latentstyles rsidtbl xmlnstbl fldinst "
    b"bkmkstart bkmkend".split()
)
_WORDS = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"row": "\n",
    b"tab": "\t",
    b"cell": "\t",
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"bullet": "\u2022",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
}
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\n", b"\r": "\n"}


@dataclass(slots=True)
class _Group:
    silent: bool = False
    # Bytes or characters that stand in for each \u (RTF 1.9.1, "Unicode RTF").
    fallback: int = 1
    html: bool = False
    hidden: bool = False


@dataclass(slots=True)
class _Stripper:
    charset: str
    from_html: bool = False
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    out: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    skip: int = 0
    depth_over: int = 0
    star: bool = False

    def flush(self) -> None:
        if self.pending:
            self.out.append(decode(bytes(self.pending), self.charset)[0])
            self.pending.clear()

    def _heard(self) -> bool:
        group = self.groups[-1]
        return not group.silent and not group.hidden

    def say(self, text: str) -> None:
        if self._heard():
            self.flush()
            self.out.append(text)

    def raw(self, data: bytes) -> None:
        """Take bytes of the text, less those that only stand in for a character already said."""
        if self.skip:
            dropped = min(self.skip, len(data))
            self.skip -= dropped
            data = data[dropped:]
        if self._heard():
            self.pending += data

    def brace(self, mark: bytes) -> None:
        self.skip = 0
        if mark == b"{":
            if len(self.groups) >= _GROUPS_LIMIT:
                self.depth_over += 1
                return
            last = self.groups[-1]
            self.groups.append(_Group(last.silent, last.fallback, last.html, last.hidden))
        elif self.depth_over:
            self.depth_over -= 1
        elif len(self.groups) > 1:
            self.groups.pop()

    def word(self, name: bytes, number: bytes) -> None:
        group = self.groups[-1]
        if name in _SILENT or name == b"mhtmltag" or (self.star and name != b"htmltag"):
            group.silent = True
        elif name == b"htmltag":
            group.html, group.hidden = True, False
        elif name == b"htmlrtf":
            group.hidden = number != b"0"
        elif name == b"fromhtml":
            self.from_html = True
        elif name == b"uc":
            group.fallback = min(int(number or b"1"), 10) if not number.startswith(b"-") else 0
        elif name == b"ansicpg" and codec_name(f"cp{int(number or b'0')}"):
            self.charset = f"cp{int(number)}"
        elif name == b"u" and number:
            self._unicode(int(number))
        elif name in _WORDS:
            # Line breaks of the layout are no part of the HTML that is carried inside.
            self.say("\r\n" if self.from_html and _WORDS[name] == "\n" else _WORDS[name])

    def _unicode(self, number: int) -> None:
        code = number & 0xFFFF
        self.say(chr(code))
        self.skip = self.groups[-1].fallback


def rtf_body(rtf: bytes, charset: str = "cp1252") -> tuple[str, str]:
    """Return the body that an RTF holds as (text, HTML), one of which is empty.  Never raises."""
    if not rtf.lstrip().startswith(b"{\\rtf"):
        return "", ""
    reader = _Stripper(charset)
    for count, match in enumerate(_TOKEN.finditer(rtf[:_UNPACKED_LIMIT])):
        if count > _TOKENS_LIMIT:
            break
        word, number, code, symbol, brace, words = match.groups()
        if word:
            reader.word(word, number or b"")
            reader.star = False
        elif code:
            reader.raw(bytes.fromhex(code.decode("ascii")))
        elif symbol == b"*":
            reader.star = True
        elif symbol:
            reader.say(_SYMBOLS.get(symbol, ""))
        elif brace:
            reader.star = False
            reader.brace(brace)
        elif words:
            reader.raw(words)
    reader.flush()
    # Characters beyond the first plane come as two halves.
    text = "".join(reader.out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return ("", text.strip()) if reader.from_html else (text.replace("\r\n", "\n").strip(), "")
