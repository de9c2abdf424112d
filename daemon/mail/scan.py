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


class _Splitter:
    """Collects the fields of one block, line by line."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.fields: list[tuple[str, bytes]] = []
        self.defects: list[str] = []
        self.identity: list[str] = []
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
            self.identity.append("header begins with a folded line")

    def join_stray(self, line: bytes) -> None:
        """Take a line without colon as the fold of the field above; never into a field that names people."""
        if self._name and self._name not in _PEOPLE:
            self._add(b" " + line)

    def _add(self, line: bytes) -> None:
        room = self.limits.field_bytes - self._bytes
        if len(line) > room:
            self.defects.append(f"field {self._name} is longer than {self.limits.field_bytes} bytes, cut")
            line = line[: max(room, 0)]
        self._bytes += len(line)
        self._lines.append(line)


def _stray_line_ends_header(lines: list[bytes], at: int, seen: set[str]) -> bool:
    """Decide whether a line that is no field belongs to the body.

    It does where nothing like a field follows at once, and no field that every mail has is still to come.
    """
    if any(_KNOWN.match(line) for line in lines[at + 1 : at + 4]):
        return False
    missing = {match.group(1).lower() for line in lines[at + 1 :] if (match := _NEEDED.match(line))}
    return not {name.decode() for name in missing} - seen


def read_header(raw: bytes, start: int, stop: int, limits: Limits = DEFAULT_LIMITS) -> Header:
    """Read the header block that begins at ``start``; the body begins at ``body_start``, at most ``stop``.

    Lines without a colon (RFC 7103 s 7.2), duplicates of fields that may stand once (RFC 5322 s 3.6), NUL
    and bare CR are noted in ``identity_defects``: nobody's identity may rest on such a header.
    """
    end, body_start = _block_end(raw, start, stop)
    out = _Splitter(limits)
    if end - start > limits.header_bytes:
        out.defects.append(f"header is longer than {limits.header_bytes} bytes, the rest is not read")
        end = start + limits.header_bytes
    block = raw[start:end]
    lines = block.splitlines(keepends=True)
    at = start
    for number, line in enumerate(lines):
        if line[0] in b" \t":
            out.fold(line)
        elif match := _FIELD.match(line):
            out.finish_field()
            if len(out.fields) >= limits.fields:
                out.defects.append(f"more than {limits.fields} header fields, the rest is not read")
                break
            out.start_field(match, line)
        elif not line.startswith((b"From ", b">From ")) or number > 1:
            if _stray_line_ends_header(lines, number, out.names()):
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
    return Header(tuple(out.fields), body_start, tuple(out.defects), tuple(dict.fromkeys(out.identity)))


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
