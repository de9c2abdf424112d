"""Header text: bytes to characters and encoded words (RFC 2047), in linear time and without raising."""

import binascii
import re

from daemon.mail.charsets import decode
from daemon.mail.scan import Header
from daemon.mail.transfer import undo

# RFC 2047 s 2, read leniently: spaces inside the text are tolerated, as many programs write them.
_WORD = re.compile(r"=\?([^?\s=]{1,60})\? ?([bBqQ]) ?\?([^?]*)\?=")
_CHARSET = re.compile(rb"=\?([A-Za-z0-9_.:+-]{2,40})(?:\*[^?]{0,20})?\?[bBqQ]\?")
_BLANKS = re.compile(r"[ \t\r\n]+")
# C0 and C1 controls, and the marks that turn the reading direction round.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WORDS_LIMIT = 1_000


def raw_text(value: bytes, hint: str = "") -> str:
    """Decode a raw field body: ASCII, else UTF-8 (RFC 6532), else the charset ``hint`` of the body."""
    return decode(value, "", hint)[0]


def unfold(text: str) -> str:
    """Put a folded field body on one line; runs of blanks become one."""
    return _BLANKS.sub(" ", text).strip()


def clean(text: str) -> str:
    """Drop controls and direction marks, and put the text on one line."""
    return _BLANKS.sub(" ", _CONTROLS.sub("", text)).strip()


def _payload(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" ").replace(b" ", b"=20"), header=False)
    return undo(data, "base64")[0]


def decode_words(text: str) -> str:
    """Decode the encoded words of an unstructured text or phrase (RFC 2047 s 5 and 6.2).

    White space between two encoded words is dropped; neighbours of one charset are decoded together,
    since programs cut in the middle of a character.  What cannot be decoded stays as it is written.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[bytes] = []
    charset, at = "", 0

    def flush() -> None:
        if pending:
            out.append(decode(b"".join(pending), charset)[0])
            pending.clear()

    for count, match in enumerate(_WORD.finditer(text)):
        if count >= _WORDS_LIMIT:
            break
        data = _payload(match.group(2), match.group(3))
        between = text[at : match.start()]
        name = match.group(1).partition("*")[0].lower()
        if at == 0 or between.strip():
            flush()
            out.append(between)
        elif name != charset:
            flush()
        charset = name
        pending.append(data)
        at = match.end()
    flush()
    out.append(text[at:])
    return "".join(out)


def charset_in(header: Header) -> str:
    """Return the charset in which a subject or an author is written, ``""`` where it says nothing.

    A body that names none is mostly written in the same one; Unicode is tried in any case.
    """
    for name in ("subject", "from"):
        for label in _CHARSET.findall(header.first(name)[:2_000]):
            if label.lower() not in {b"utf-8", b"us-ascii"}:
                return str(label.decode("ascii"))
    return ""


def header_text(value: bytes, hint: str = "") -> str:
    """Return an unstructured field body as people should see it: decoded, one line, without controls."""
    return clean(decode_words(unfold(raw_text(value, hint))))
