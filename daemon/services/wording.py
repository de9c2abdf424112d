"""How values become words in a mail: the filters of the templates, and what no value may contain.

Everything here is pure and linear in the length of its input, because the input is a stranger's.
"""

import re
from itertools import islice
from urllib.parse import quote

from markupsafe import Markup, escape

# Control characters other than tab and line feed, and halves of surrogate pairs: no mail can carry them.
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# In one line also those that turn the direction of what stands after them (Unicode TR 36).
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LINE_LIMIT_CHARS = 500
_TEXT_LIMIT_CHARS = 250_000
_URL = re.compile(r"\bhttps?://[^\s<>\"]{1,2000}", re.IGNORECASE)
# A text of nothing but addresses would become many times its length.
_LINKS_LIMIT = 200
_SPACES = re.compile(r"^ | {2,}", re.MULTILINE)
_NOT_SPACE = re.compile(r"(?:[^\s]|\u00a0)+")
_PARAGRAPH = re.compile(r"\n\s*\n")
_UNITS = ("bytes", "kB", "MB", "GB")


def one_line(value: str) -> str:
    """Return a value as one line without control characters, cut at 500 characters."""
    if not value.isprintable():
        value = " ".join(_UNSEEN.sub("", value).split())
    return value if len(value) <= LINE_LIMIT_CHARS else value[: LINE_LIMIT_CHARS - 1] + "…"


def whole_text(value: str) -> str:
    """Return a text as it was written, without control characters, cut at 250,000 characters."""
    text = _UNSENDABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if len(text) <= _TEXT_LIMIT_CHARS:
        return text
    left = len(text) - _TEXT_LIMIT_CHARS
    return f"{text[:_TEXT_LIMIT_CHARS]}\n\n[cut here: the stored mail has {left:,} more characters]"


def excerpt(value: str, limit_chars: int = 300) -> str:
    """Return the beginning of a text as one line, cut between words, with an ellipsis where cut."""
    # Four times the limit leaves room for white space and keeps a long text from being split whole.
    words = " ".join(value[: 4 * limit_chars].split())
    if len(words) <= limit_chars and len(value) <= 4 * limit_chars:
        return words
    head, space, _ = words[:limit_chars].rpartition(" ")
    return (head if space and len(head) > limit_chars // 2 else words[: limit_chars - 1]) + "…"


def prose(value: str, width: int = 76) -> str:
    """Wrap our own sentences at ``width``; an empty line parts paragraphs, a word is never broken."""
    return "\n\n".join(_wrapped(_words(block), width) for block in _PARAGRAPH.split(value) if block.strip())


def _words(block: str) -> list[str]:
    """Part a paragraph at white space, but not at a hard space: French has one before its colons."""
    return _NOT_SPACE.findall(block) if "\u00a0" in block else block.split()


def _wrapped(words: list[str], width: int) -> str:
    lines, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def wrapped(value: str, width: int = 76) -> str:
    """Wrap every line of ours by itself at ``width``; what is broken off is indented as its line is."""
    lines = []
    for line in value.split("\n"):
        indent = line[: len(line) - len(line.lstrip(" "))]
        lines.append(prefixed(_wrapped(line.split(), width - len(indent)), indent))
    return "\n".join(lines)


def prefixed(value: str, prefix: str = "  ") -> str:
    """Put ``prefix`` before every line, without its trailing space where the line is empty."""
    bare = prefix.rstrip()
    return "\n".join(prefix + line if line else bare for line in value.split("\n"))


def html_text(value: str) -> Markup:
    """Turn a person's text into HTML: escaped, lines and indents kept, http and https links made live.

    Lines end in ``<br>`` rather than rely on ``white-space: pre-wrap``, which Outlook does not know.
    """
    pieces, at = [], 0
    for found in islice(_URL.finditer(value), _LINKS_LIMIT):
        url = _without_punctuation(found.group())
        shown = str(escape(url))
        pieces += [
            _lines(value[at : found.start()]),
            f'<a href="{shown}" style="color:#0a58ca" rel="noopener noreferrer">{shown}</a>',
        ]
        at = found.start() + len(url)
    # Every piece went through escape() one by one: this joins what is HTML already.
    return Markup("".join([*pieces, _lines(value[at:])]))  # noqa: S704


def _without_punctuation(url: str) -> str:
    bare = url.rstrip(".,;:!?'*_")
    return bare.rstrip(").,;:!?'") if bare.endswith(")") and "(" not in bare else bare


def _lines(text: str) -> str:
    spaced = _SPACES.sub(_hard_spaces, text.replace("\t", "    "))
    return str(escape(spaced)).replace("\n", "<br>\n")


def _hard_spaces(run: re.Match[str]) -> str:
    length = len(run.group())
    return "\u00a0" if length == 1 else "\u00a0" * (length - 1) + " "


def mailto(address: str, subject: str = "", body: str = "") -> str:
    """Return the ``mailto:`` link to an address (RFC 6068), with a subject and a body if they are given."""
    link = "mailto:" + quote(address, safe="@+")
    # RFC 6068 s 5: line breaks in the body are CRLF.
    given = {"subject": subject, "body": body.replace("\n", "\r\n")}
    filled = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items() if value)
    return f"{link}?{filled}" if filled else link


def plural(count: int, one: str, many: str) -> str:
    """Return the count with the word for one or for many: ``1 file``, ``3 files``."""
    return f"{count:,} {one if count == 1 else many}"


def size(size_bytes: int) -> str:
    """Return a size in the largest unit that leaves at least 1 before the point: ``1.2 MB``."""
    if size_bytes < 1000:
        return plural(size_bytes, "byte", _UNITS[0])
    power = 1 if size_bytes < 999_500 else 2 if size_bytes < 999_500_000 else 3
    amount = size_bytes / 1000**power
    return f"{amount:.1f} {_UNITS[power]}" if amount < 9.95 else f"{amount:.0f} {_UNITS[power]}"


def column(value: str, width: int) -> str:
    """Return a word filled up to a width with spaces, at least two of them."""
    return f"{value}  ".ljust(width)
