"""Split a raw header block into its fields and note what is wrong with it, before any library sees it.

RFC 5322 s 2.2 and 3.6, RFC 7103 s 7.  Everything is linear in the header and bounded by ``Limits``.
"""

import re
from collections import Counter
from dataclasses import dataclass

# RFC 5322 s 2.2: a field name is printable ASCII without the colon; s 4.5 allows blanks before the colon.
_FIELD = re.compile(rb"([!-9;-~]+)([ \t]*):")
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|in-reply-to|references|reply-to|sender|received|"
    rb"return-path|delivered-to|mime-version|content-[a-z-]+|list-[a-z-]+|x-[!-9;-~]+)[ \t]*:"
)
_NEEDED = re.compile(rb"(?i)(from|to|subject|date|message-id|in-reply-to|mime-version|content-type):")
_SINGLE = ("from", "sender", "subject", "message-id")
# What some reader might take for a From field: its letters with anything but printing characters among them.
_LIKE_FROM = re.compile(rb"(?i)[^!-~]*f[^!-~]*r[^!-~]*o[^!-~]*m[^!-~]*:")
_FIELD_BREAK = re.compile(rb"\n(?=[^ \t\r\n])")
_PEOPLE = frozenset({"from", "sender", "reply-to", "to", "cc"})
_ONCE = ("reply-to", "to", "cc", "date", "in-reply-to", "references")
_LINE_END = b"\r\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a message is read; what lies beyond is noted as a defect and left out.

    Sizes are bytes.  Depth 20, 1,000 parts and 1,000 fields are far above what people's programs write and
    keep the whole reading linear; see docs/reading-mail.md.
    """

    header_bytes: int = 262_144
    believed_header_bytes: int = 4_194_304
    field_bytes: int = 65_536
    fields: int = 1_000
    addresses: int = 1_000
    parameters: int = 200
    references: int = 50
    depth: int = 20
    parts: int = 1_000
    text_chars: int = 2_000_000
    html_chars: int = 1_000_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Header:
    """A header block: ``(lower-case name, raw value)`` pairs in order, and where the body begins."""

    fields: tuple[tuple[str, bytes], ...]
    body_start: int
    defects: tuple[str, ...] = ()
    identity_defects: tuple[str, ...] = ()
    # Why nothing in this header is to be believed: two readers could see two different mails.
    broken: tuple[str, ...] = ()

    def first(self, name: str) -> bytes:
        """Return the raw value of the first field of that lower-case name, or nothing."""
        for have, value in self.fields:
            if have == name:
                return value
        return b""

    def every(self, name: str) -> list[bytes]:
        """Return the raw values of all fields of that lower-case name, in order."""
        return [value for have, value in self.fields if have == name]


def _block_end(raw: bytes, start: int, stop: int) -> tuple[int, int]:
    """Return where the header block ends and where the body begins (``stop`` twice without a blank line)."""
    if raw.startswith((b"\r\n", b"\n", b"\r"), start):
        return start, start + (2 if raw.startswith(_LINE_END, start) else 1)
    ends: list[tuple[int, int]] = []
    for blank, keep in ((b"\n\r\n", 1), (b"\n\n", 1), (b"\r\r", 1)):
        at = raw.find(blank, start, ends[0][0] + 3 if ends else stop)
        if at >= 0:
            ends.append((at + keep, at + len(blank)))
            ends.sort()
    return ends[0] if ends else (stop, stop)


def _unfold(lines: list[bytes]) -> bytes:
    return b"".join(lines).rstrip(b"\r\n")


_FOLDED_START = "header begins with a folded line"


class _Splitter:
    """Collects the fields of one block, line by line."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.fields: list[tuple[str, bytes]] = []
        self.defects: list[str] = []
        self.identity: list[str] = []
        self.broken: list[str] = []
        self.like_from = 0
        self._name = ""
        self._lines: list[bytes] = []
        self._bytes = 0

    def names(self) -> set[str]:
        return {name for name, _ in self.fields} | {self._name}

    def finish_field(self) -> None:
        if self._name:
            self.fields.append((self._name, _unfold(self._lines)))
        self._name, self._lines, self._bytes = "", [], 0

    def start_field(self, match: re.Match[bytes], line: bytes) -> None:
        self._name = match.group(1).decode("ascii").lower()
        if match.group(2):
            self.identity.append(f"blank before the colon of {self._name}")
        self._add(line[match.end() :])

    def fold(self, line: bytes) -> None:
        if self._name:
            self._add(line)
        elif line.strip():
            self.identity.append(_FOLDED_START)

    def join_stray(self, line: bytes) -> None:
        """Take a line without colon as the fold of the field above; never into a field that names people."""
        self.like_from += bool(_LIKE_FROM.match(line))
        if self._name and self._name not in _PEOPLE:
            self._add(b" " + line)

    def _add(self, line: bytes) -> None:
        room = self.limits.field_bytes - self._bytes
        if len(line) > room:
            self.defects.append(f"field {self._name} is longer than {self.limits.field_bytes} bytes, cut")
            line = line[: max(room, 0)]
        self._bytes += len(line)
        self._lines.append(line)


def _stray_line_ends_header(lines: list[bytes], at: int, needed: dict[str, int], seen: set[str]) -> bool:
    """Decide whether a line that is no field belongs to the body.

    It does where nothing like a field follows at once, and no field that every mail has is still to come;
    ``needed`` says where each of those stands last.
    """
    if any(_KNOWN.match(line) for line in lines[at + 1 : at + 4]):
        return False
    return not {name for name, last in needed.items() if last > at} - seen


def _needed(lines: list[bytes]) -> dict[str, int]:
    """Return the last line of each field that every mail has."""
    found = ((_NEEDED.match(line), number) for number, line in enumerate(lines))
    return {match.group(1).decode().lower(): number for match, number in found if match}


def _shortened(block: bytes, limits: Limits) -> bytes:
    """Cut each field of a block to its limit, so that long ones hide none behind them.

    References keep their end: the newest ids stand there (RFC 5322 s 3.6.4).
    """
    at, kept, limit = 0, [], limits.field_bytes
    ends = [match.end() for match in _FIELD_BREAK.finditer(block)]
    for end in [*ends[: limits.fields + 1], len(block)]:
        field = block[at:end]
        if len(field) > limit and field[:11].lower() == b"references:":
            field = b"References: " + field[-limit // 2 :].partition(b" ")[2]
        kept.append(field if len(field) <= limit else field[: limit + 1] + _LINE_END)
        at = end
    return b"".join(kept)


def _readable(block: bytes, out: _Splitter, *, is_ended: bool) -> bytes:
    """Return as much of a block as is read; without the blank line at its end it may be a body."""
    limit = out.limits.header_bytes
    if is_ended and len(block) > limit:
        block = _shortened(block, out.limits)
    if len(block) > limit:
        out.defects.append(f"header is longer than {limit} bytes, the rest is not read")
    return block[:limit]


def read_header(raw: bytes, start: int, stop: int, limits: Limits = DEFAULT_LIMITS) -> Header:
    """Read the header block that begins at ``start``; the body begins at ``body_start``, at most ``stop``.

    Lines without a colon (RFC 7103 s 7.2), duplicates of fields that may stand once (RFC 5322 s 3.6), NUL
    and bare CR are noted in ``identity_defects``: nobody's identity may rest on such a header.  Several
    authors, a folded line at the top and sizes that nobody writes stand in ``broken`` as well.
    """
    end, body_start = _block_end(raw, start, stop)
    out = _Splitter(limits)
    block = _readable(
        raw[start : min(end, start + limits.believed_header_bytes)], out, is_ended=body_start > end
    )
    if end - start > limits.believed_header_bytes and body_start > end:
        out.broken.append(f"a header of {end - start} bytes")
    lines = block.splitlines(keepends=True)
    needed: dict[str, int] | None = None
    at = start
    for number, line in enumerate(lines):
        if line[0] in b" \t":
            out.fold(line)
        elif match := _FIELD.match(line):
            out.finish_field()
            if len(out.fields) >= limits.fields:
                out.defects.append(f"more than {limits.fields} header fields, the rest is not read")
                out.broken.append(f"more than {limits.fields} fields")
                break
            out.start_field(match, line)
        elif not line.startswith((b"From ", b">From ")) or number > 1:
            needed = _needed(lines) if needed is None else needed
            if _stray_line_ends_header(lines, number, needed, out.names()):
                out.defects.append("no blank line between header and body")
                if any(field.strip() for field in lines[number:]):
                    body_start = at
                break
            out.identity.append("a line without a colon stands in the header")
            out.join_stray(line)
        at += len(line)
    out.finish_field()
    _note_bytes(block[: at - start], out)
    _note_duplicates(out)
    _note_authors(out)
    identity = tuple(dict.fromkeys(out.identity))
    return Header(tuple(out.fields), body_start, tuple(out.defects), identity, tuple(out.broken))


def _note_bytes(block: bytes, out: _Splitter) -> None:
    if b"\0" in block:
        out.identity.append("NUL in the header")
    if b"\n" in block and block.count(b"\r") != block.count(_LINE_END):
        out.identity.append("bare carriage return in the header")


def _note_duplicates(out: _Splitter) -> None:
    counts = Counter(name for name, _ in out.fields)
    for name in _SINGLE:
        if counts[name] > 1:
            out.identity.append(f"{counts[name]} {name} fields, one is allowed (RFC 5322 s 3.6)")
    for name in _ONCE:
        if counts[name] > 1:
            out.defects.append(f"{counts[name]} {name} fields, one is allowed (RFC 5322 s 3.6)")


def _note_authors(out: _Splitter) -> None:
    """Note what lets one reader see another author than the next (RFC 7103 s 7.1.2 and 7.5)."""
    authors = {b" ".join(value.split()).lower() for name, value in out.fields if name == "from"}
    if len(authors) + out.like_from > 1:
        out.broken.append(f"{len(authors) + out.like_from} From fields that name different people")
    if _FOLDED_START in out.identity and out.fields:
        out.broken.append(_FOLDED_START)
