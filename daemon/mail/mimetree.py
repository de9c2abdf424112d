"""The structure of a message: entities with the bounds of their content in the raw bytes (RFC 2046 s 5.1).

The tree is made from offsets alone, by searching the raw bytes for delimiter lines; content is neither
copied nor decoded, so a large attachment costs next to nothing here.
"""

import re
from dataclasses import dataclass, field

from daemon.mail.params import parse_params
from daemon.mail.scan import DEFAULT_LIMITS, Header, Limits, read_header
from daemon.mail.transfer import encoding_name

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}\Z")
_DELIMITER_TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_LOOKS_LIKE_DELIMITER = re.compile(rb"(?m)^--([!-~][ -~]{0,68}[!-~])[ \t]*\r?$")
# What programs write before the first part, seen where the header lost its Content-Type.
_PREAMBLE = re.compile(
    rb"(?i)(?:this is a (?:mime-encapsulated|multi-?part) message|this message is in mime format)"
)
_BASIC_TYPES = {"text": "text/plain", "html": "text/html", "plain": "text/plain"}


@dataclass(slots=True, eq=False)
class Entity:
    """One entity of a message.  ``start`` and ``end`` bound its body in the raw bytes, header excluded."""

    path: str
    header: Header
    start: int
    end: int
    content_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_params: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    children: list["Entity"] = field(default_factory=list)
    parent_type: str = ""
    depth: int = 0
    defects: list[str] = field(default_factory=list)

    @property
    def is_container(self) -> bool:
        """Whether the entity has parts instead of content."""
        return bool(self.children)


def _describe(entity: Entity, default_type: str, limits: Limits) -> None:
    """Fill in what the header says of the content; a type that is none is text/plain (RFC 2045 s 5.2)."""
    value = entity.header.first("content-type")
    main, entity.params = parse_params(value, limits.parameters) if value else ("", {})
    main = _BASIC_TYPES.get(main, main)
    if _TYPE.match(main):
        entity.content_type = main
    else:
        entity.content_type = default_type
        if main:
            entity.defects.append(f"content type {main[:60]!r} is none")
    value = entity.header.first("content-disposition")
    if value:
        entity.disposition, entity.disposition_params = parse_params(value, limits.parameters)
    entity.encoding = encoding_name(entity.header.first("content-transfer-encoding"))


def _delimiters(raw: bytes, entity: Entity, boundary: bytes, limit: int) -> list[tuple[int, int, bool]]:
    """List the delimiter lines as (start, end, closing); a line that only begins like one is none."""
    mark, at = b"--" + boundary, entity.start
    out: list[tuple[int, int, bool]] = []
    while len(out) <= limit:
        at = raw.find(mark, at, entity.end)
        if at < 0:
            break
        after = at + len(mark)
        line_start = at == entity.start or raw[at - 1 : at] in {b"\n", b"\r"}
        tail = _DELIMITER_TAIL.match(raw, after, entity.end) if line_start else None
        if tail:
            out.append((at, tail.end(), bool(tail.group(1))))
            if tail.group(1):
                break
            after = tail.end()
        at = after
    return out


def _before_line_end(raw: bytes, start: int, at: int) -> int:
    """Step back over the line end that belongs to the delimiter after it (RFC 2046 s 5.1.1)."""
    if at > start and raw[at - 1 : at] == b"\n":
        at -= 1
        if at > start and raw[at - 1 : at] == b"\r":
            at -= 1
    elif at > start and raw[at - 1 : at] == b"\r":
        at -= 1
    return max(at, start)


def _boundary(raw: bytes, entity: Entity) -> bytes:
    """Return the declared boundary, or the one that the first delimiter-like line shows."""
    declared = entity.params.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
    if declared and raw.find(b"--" + declared, entity.start, entity.end) >= 0:
        return declared
    guess = _LOOKS_LIKE_DELIMITER.search(raw, entity.start, min(entity.end, entity.start + 65_536))
    if not guess:
        return b""
    found = guess.group(1)
    header_follows = re.match(rb"(?i)[\r\n]*content-", raw[guess.end() : guess.end() + 40])
    if not header_follows and not raw.find(b"--" + found + b"--", guess.end(), entity.end) > 0:
        return b""
    entity.defects.append("boundary is missing or wrong, taken from the text")
    return found


def _split(raw: bytes, entity: Entity, limits: Limits, room: int) -> list[Entity]:
    """Make the children of a multipart entity; none where no delimiter is found."""
    boundary = _boundary(raw, entity)
    marks = _delimiters(raw, entity, boundary, room) if boundary else []
    if not marks:
        entity.defects.append("a multipart without parts, read as text")
        return []
    if len(marks) > room:
        entity.defects.append(f"more than {limits.parts} parts, the rest is not read")
        marks = marks[:room]
    if not marks[-1][2]:
        entity.defects.append("the closing boundary is missing")
    default = "message/rfc822" if entity.content_type == "multipart/digest" else "text/plain"
    children = []
    for number, (_, start, closing) in enumerate(marks):
        if closing:
            break
        end = marks[number + 1][0] if number + 1 < len(marks) else entity.end
        stop = _before_line_end(raw, start, end) if number + 1 < len(marks) else end
        header = read_header(raw, start, stop, limits)
        path = f"{entity.path}.{number + 1}".lstrip(".")
        child = Entity(path, header, header.body_start, max(stop, header.body_start))
        child.parent_type, child.depth = entity.content_type, entity.depth + 1
        _describe(child, default, limits)
        children.append(child)
    return children


def read_tree(raw: bytes, header: Header, limits: Limits = DEFAULT_LIMITS) -> Entity:
    """Build the entity tree of a message whose header is already read.

    At most ``limits.parts`` entities and ``limits.depth`` levels are opened; what lies deeper stays one
    entity of its level, with a defect.  A message inside (message/rfc822) is a leaf.
    """
    root = Entity("", header, header.body_start, len(raw))
    _describe(root, "text/plain", limits)
    if not header.first("content-type") and _PREAMBLE.match(raw[root.start : root.start + 400].lstrip()):
        root.content_type = "multipart/mixed"
    waiting, count = [root], 1
    while waiting:
        entity = waiting.pop()
        if not entity.content_type.startswith("multipart/"):
            continue
        if entity.depth >= limits.depth:
            entity.defects.append(f"nested deeper than {limits.depth} levels, not opened")
            continue
        entity.children = _split(raw, entity, limits, limits.parts - count)
        count += len(entity.children)
        waiting.extend(entity.children)
    return root


def walk(root: Entity) -> list[Entity]:
    """List every entity in the order of the message, containers included."""
    out, waiting = [], [root]
    while waiting:
        entity = waiting.pop()
        out.append(entity)
        waiting.extend(reversed(entity.children))
    return out
