"""Write header fields: the one way for a value into a header (RFC 5322 s 2.2, RFC 2047, RFC 2231)."""

import re
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from functools import lru_cache

# RFC 5322 s 2.1.1, without the line end.
LINE_LIMIT_BYTES = 998
# RFC 2047 s 2: a line that holds an encoded word has 76 at most.
_WIDTH = 76
# Short enough to stand on one line with "Subject: " and the like; RFC 2047 s 2 allows 75.
_WORD_WIDTH = 60
_SHELL = len("=?utf-8?b?") + len("?=")
_BASE64_BYTES = (_WORD_WIDTH - _SHELL) // 4 * 3
# RFC 2231 s 3: one piece of a parameter on a line of its own.
_PIECE_WIDTH = 60

_BLANKS = re.compile("[\t\n\v\f\r \u0085\u2028\u2029]+")
# C0 and C1, the marks that turn the reading direction round, and what is invisible for other reasons.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# RFC 2047 s 5 (3): what may stand for itself in a display name, and so anywhere.
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q = [chr(code) if code in _Q_PLAIN else "_" if code == 0x20 else f"={code:02X}" for code in range(256)]
# RFC 2231 s 7: attribute-char.
_EXTENDED_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~")
_EXTENDED = [chr(code) if code in _EXTENDED_PLAIN else f"%{code:02X}" for code in range(256)]
# One line after the other, none empty or too long, each ended by the only CR and LF in it.
_BLOCK = re.compile(rb"(?:(?=[ \t]*+[^ \t\r])[^\0\r\n]{1,%d}+\r\n)*+" % LINE_LIMIT_BYTES)
_NAMES = re.compile(rb"^([^ \t\r\n:][^:\r\n]*)", re.MULTILINE)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


class CompositionError(ValueError):
    """What was to be written cannot stand in a mail; the text names the value's place, not its content."""


def clean(text: str, limit_chars: int) -> str:
    """Return text fit for a header: one line, single blanks, no controls, cut to ``limit_chars``.

    A text that is too long ends in an ellipsis.  Cleaning what is clean changes nothing.
    """
    if not (text.isascii() and text.isprintable()):
        text = _SURROGATES.sub("\ufffd", _DROPPED.sub("", text))
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= limit_chars else text[: limit_chars - 1].rstrip() + "\u2026"


def text_words(text: str) -> list[str]:
    """Return clean text as the words of an unstructured field, encoded only where it has to be."""
    if text.isascii() and "=?" not in text:
        return text.split(" ") if text else []
    return _encoded(text)


def phrase_words(text: str) -> list[str]:
    """Return a clean display name as the words of a phrase: bare, quoted or encoded (RFC 5322 s 3.2.5)."""
    if not text.isascii() or "=?" in text:
        return _encoded(text)
    if _ATOMS.fullmatch(text):
        return text.split(" ")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'.split(" ")


def _encoded(text: str) -> list[str]:
    """Return text as encoded words of UTF-8, in whichever encoding is shorter, cut between characters."""
    data = text.encode("utf-8")
    if sum(len(_Q[byte]) for byte in data) > len(data) * 4 / 3:
        pieces = _pieces(text, [len(char.encode("utf-8")) for char in text], _BASE64_BYTES)
        return [
            f"=?utf-8?b?{b2a_base64(piece.encode('utf-8'), newline=False).decode()}?=" for piece in pieces
        ]
    widths = [sum(len(_Q[byte]) for byte in char.encode("utf-8")) for char in text]
    pieces = _pieces(text, widths, _WORD_WIDTH - _SHELL)
    return [f"=?utf-8?q?{''.join(_Q[byte] for byte in piece.encode('utf-8'))}?=" for piece in pieces]


def _pieces(text: str, widths: Sequence[int], limit: int) -> Iterator[str]:
    start = width = 0
    for at, more in enumerate(widths):
        if width + more > limit:
            yield text[start:at]
            start, width = at, 0
        width += more
    yield text[start:]


def fold(name: str, words: Sequence[str]) -> bytes:
    """Return the whole field with its line end, folded between words where a line would pass 76.

    Only an address may bring characters beyond ASCII along; they are written as UTF-8 (RFC 6532).
    """
    lines, line = [], f"{name}:"
    for at, word in enumerate(words):
        if at and len(line) + 1 + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    lines.append(line)
    return "\r\n".join([*lines, ""]).encode("utf-8")


# The subject of a mail and the mark of the desk are the same in all its copies.
@lru_cache(maxsize=100)
def text_field(name: str, value: str, limit_chars: int = LINE_LIMIT_BYTES - 100) -> bytes:
    """Return an unstructured field, cleaned."""
    return fold(name, text_words(clean(value, limit_chars)))


def parameter_words(name: str, value: str) -> list[str]:
    """Return a clean MIME parameter, each word with the semicolon before it left to the caller.

    ASCII is quoted; anything else, and what is long, is written as RFC 2231 s 4 says.
    """
    if value.isascii() and len(value) <= _PIECE_WIDTH:
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return [f'{name}="{quoted}"']
    escaped = ["".join(_EXTENDED[byte] for byte in char.encode("utf-8")) for char in value]
    pieces = list(_pieces_of(escaped, _PIECE_WIDTH - len("utf-8''")))
    if len(pieces) == 1:
        return [f"{name}*=utf-8''{pieces[0]}"]
    return [f"{name}*{at}*={chr(39) * 2 if not at else ''}{piece}" for at, piece in enumerate(pieces)]


def _pieces_of(escaped: Sequence[str], limit: int) -> Iterator[str]:
    piece = ""
    for more in escaped:
        if len(piece) + len(more) > limit:
            yield piece
            piece = ""
        piece += more
    yield piece


def check_block(block: bytes, names: Sequence[str]) -> None:
    """Raise CompositionError unless the finished header block holds exactly these fields, in this order."""
    if not _BLOCK.fullmatch(block):
        at = _BLOCK.match(block)
        sound = _NAMES.findall(block[: at.end()] if at else b"")
        raise CompositionError(f"a header line is empty, broken or too long, after {sound[-1:]}")
    found = [name.decode("ascii", "replace") for name in _NAMES.findall(block)]
    if found != list(names):
        raise CompositionError(f"expected the header fields {list(names)}, got {found}")
