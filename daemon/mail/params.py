"""Content-Type and Content-Disposition with parameters (RFC 2045 s 5.1, RFC 2231), linear and lenient."""

import re
from urllib.parse import unquote_to_bytes

from daemon.mail.charsets import decode
from daemon.mail.words import decode_words, raw_text, unfold

_PIECE = re.compile(r'[^;"]+|"(?:[^"\\]|\\.)*"?')
_CONTINUED = re.compile(r"([^*]+)\*(\d{1,4})?(\*)?\Z")
_QUOTED_PAIR = re.compile(r"\\(.)")


def _sections(text: str, limit: int) -> list[str]:
    """Cut at semicolons that stand outside quotes."""
    sections, current = [], ""
    pieces: list[str] = []
    for match in re.finditer(r'[^;"]+|;|"(?:[^"\\]|\\.)*"?', text):
        piece = match.group()
        if piece != ";":
            pieces.append(piece)
            continue
        sections.append("".join(pieces))
        pieces = []
        if len(sections) > limit:
            return sections
    current = "".join(pieces)
    return [*sections, current]


def _unquote(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        value = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
        # A backslash before anything but a quote or itself is a Windows path that nobody escaped.
        return re.sub(r'\\(["\\])', r"\1", value)
    return value


def _extended(value: str, charset: str) -> tuple[str, str]:
    """Split ``charset'language'percent-text`` (RFC 2231 s 4); later segments bring the text alone."""
    if not charset and value.count("'") >= 2:
        charset, _, value = value.split("'", 2)
    return charset, value


def _join_continuations(segments: dict[int, tuple[str, bool]]) -> str:
    charset, data, plain = "", [], False
    for number in sorted(segments):
        value, extended = segments[number]
        if extended:
            found, value = _extended(value, charset)
            charset = charset or found or "utf-8"
            data.append(unquote_to_bytes(value.encode("utf-8", "replace")))
        else:
            plain = True
            data.append(value.encode("utf-8", "replace"))
    if plain and not charset:
        return b"".join(data).decode("utf-8", "replace")
    return decode(b"".join(data), charset)[0]


def parse_params(value: bytes, limit: int = 200) -> tuple[str, dict[str, str]]:
    """Return the lower-case main value and its parameters by lower-case name; the first of a name wins.

    Continuations and charsets of RFC 2231 are joined, encoded words in names are decoded although RFC 2047
    s 5 forbids them, because many programs write them.
    """
    text = unfold(raw_text(value))
    if ";" not in text:
        return text.lower().strip(), {}
    main, *sections = _sections(text, limit)
    plain: dict[str, str] = {}
    continued: dict[str, dict[int, tuple[str, bool]]] = {}
    for section in sections[:limit]:
        name, equals, raw = section.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        content = _unquote(raw)
        if "*" in name and (match := _CONTINUED.match(name)):
            base, number, star = match.groups()
            extended = bool(star) or number is None
            continued.setdefault(base, {}).setdefault(int(number or 0), (content, extended))
        else:
            plain.setdefault(name, content)
    out = {name: decode_words(content) if "=?" in content else content for name, content in plain.items()}
    for name, segments in continued.items():
        out[name] = _join_continuations(segments)
    return main.strip().lower(), out
