"""Choose the readable body among the parts of a message, and give every part its fate."""

import hashlib
import re
from dataclasses import dataclass, field

from daemon.mail.calendar_text import calendar_words
from daemon.mail.charsets import decode
from daemon.mail.flowed import unflow
from daemon.mail.htmltext import Region
from daemon.mail.inside import TNEF_TYPES, Inside
from daemon.mail.leaf import attached_fate, content_id, is_readable, part_name, stated_name
from daemon.mail.message import Fate, Part
from daemon.mail.mimetree import Entity, read_tree, walk
from daemon.mail.piece import Piece, joined, render, without_twins
from daemon.mail.scan import Limits, read_header
from daemon.mail.sealed import SEALED_WORDS, may_be_cms, seal_of
from daemon.mail.splicing import goes_as_it_is
from daemon.mail.status_words import status_words
from daemon.mail.transfer import is_prose, measure, undo
from daemon.mail.words import charset_in

# What is read where a mail has no words of its own, and how.
_STANDING_IN = {"text/calendar": calendar_words, "message/delivery-status": status_words}
_META_CHARSET = re.compile(rb"(?i)<meta[^<>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})")
_PROSE_BYTES = 4_096
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
# The size and the digest of content that is not read.
_NOTHING = (0, hashlib.sha256(b"").hexdigest())
_ENRICHED = re.compile(r"<(?!<)[^<>]{0,200}>")


@dataclass(slots=True)
class Fates:
    """What became of every entity, by its path, with a note."""

    fate: dict[str, Fate] = field(default_factory=dict)
    note: dict[str, str] = field(default_factory=dict)
    charset: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Body:
    r"""The readable body: text with ``\\n`` line ends, HTML as the stranger wrote it, and the parts."""

    text: str = ""
    html: str = ""
    regions: tuple[Region, ...] = ()
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    inside: Inside = field(default_factory=Inside)
    seal: str = ""


def plain_lines(text: str) -> str:
    r"""Return a text with ``\\n`` line ends and without controls that no database or terminal takes."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)


class BodyReader:
    """Reads the bodies of one message; ``raw`` is the whole message."""

    def __init__(self, raw: bytes, limits: Limits, hint: str = "") -> None:
        self.raw = raw
        self.hint = hint  # the charset that the header is written in
        self.limits = limits
        self.fates = Fates()
        self.notes: list[str] = []
        self.inside = Inside()

    def content(self, entity: Entity) -> bytes:
        """Return the decoded content of a leaf; what was damaged is noted."""
        data, note = undo(self.raw[entity.start : entity.end], entity.encoding)
        if note:
            self._note(entity, note)
        return data

    def _measure(self, entity: Entity) -> tuple[int, str]:
        """Return the size and the digest of the content of a leaf; what was damaged is noted."""
        size_bytes, sha256, note = measure(self.raw, entity.start, entity.end, entity.encoding)
        if note:
            self._note(entity, note)
        return size_bytes, sha256

    def _note(self, entity: Entity, note: str) -> None:
        have = self.fates.note.get(entity.path)
        self.fates.note[entity.path] = f"{have}; {note}" if have else note
        self.notes.append(f"part {entity.path or '1'}: {note}")

    def _keep(self, entity: Entity, fate: Fate) -> None:
        self.fates.fate[entity.path] = fate

    def pieces(self, entity: Entity) -> list[Piece]:
        """List the readable pieces below an entity in order, and settle the fates of what lies there."""
        if not entity.children:
            return self._leaf(entity)
        self._keep(entity, Fate.CONTAINER)
        if entity.content_type == "multipart/alternative":
            return self._alternative(entity)
        if entity.content_type == "multipart/related":
            return self._related(entity)
        found = [piece for child in entity.children for piece in self.pieces(child)]
        return without_twins(found)

    def _related(self, entity: Entity) -> list[Piece]:
        """Read the root part (RFC 2387); the others are shown inside it."""
        found = [piece for child in entity.children for piece in self.pieces(child)]
        for child in entity.children:
            if self.fates.fate.get(child.path) is Fate.ATTACHMENT and content_id(child):
                self._keep(child, Fate.INLINE)
        return without_twins(found)

    def _alternative(self, entity: Entity) -> list[Piece]:
        """Take the plain form for its words, and the HTML beside it (RFC 2046 s 5.1.4)."""
        options: list[tuple[Entity, list[Piece]]] = [(child, self.pieces(child)) for child in entity.children]
        plain = _plain_option(options)
        rich = next(((c, p) for c, p in reversed(options) if any(x.is_html for x in p)), None)
        if plain and any(piece.text.strip() for piece in plain[1]):
            self._demote(rich[0] if rich else None)
            if rich:
                plain[1][0].html = "\n".join(piece.html for piece in rich[1] if piece.html)
            return plain[1]
        self._demote(plain[0] if plain else None)
        if rich:
            return rich[1]
        return [piece for _, pieces in options for piece in pieces]

    def _demote(self, entity: Entity | None) -> None:
        """Turn the bodies below an entity into alternatives: read, but not shown as the text."""
        waiting = [entity] if entity is not None else []
        while waiting:
            here = waiting.pop()
            if self.fates.fate.get(here.path) is Fate.BODY:
                self._keep(here, Fate.ALTERNATIVE)
            waiting.extend(here.children)

    def _leaf(self, entity: Entity) -> list[Piece]:
        if entity.content_type.startswith("multipart/"):
            self._note(entity, "; ".join(entity.defects) or "a multipart that was not opened")
        elif not is_readable(entity):
            self._keep(entity, attached_fate(entity))
            return self._opened(entity)
        self._keep(entity, Fate.BODY)
        text = self._text(entity)
        if entity.content_type == "text/html":
            return [Piece("", text, is_html=True)]
        if entity.content_type in {"text/enriched", "text/richtext"}:
            text = _ENRICHED.sub("", text)
        return [Piece(text)]

    def _opened(self, entity: Entity) -> list[Piece]:
        """Open a part that holds others; what a mail that is only signed says are words of this one."""
        if entity.content_type in TNEF_TYPES or stated_name(entity).lower() == "winmail.dat":
            if self.inside.open_tnef(entity.path, self.content(entity)):
                self._keep(entity, Fate.CONTAINER)
            self.fates.note[entity.path] = self.inside.notes[entity.path]
        elif may_be_cms(entity.content_type, stated_name(entity)):
            inner = self.inside.open_cms(self.content(entity))
            return self._signed(entity, inner) if inner else []
        return []

    def _signed(self, entity: Entity, inner: bytes) -> list[Piece]:
        """Read the mail inside of a signed structure as if it stood there by itself (RFC 8551 s 3.5.2)."""
        self._keep(entity, Fate.CONTAINER)
        reader = BodyReader(inner, self.limits)
        reader.inside.opened = self.inside.opened
        root = read_tree(inner, read_header(inner, 0, len(inner), self.limits), self.limits)
        pieces = reader.pieces(root)
        self.inside.adopt(entity.path, reader.parts(walk(root)), inner, reader.inside)
        return pieces

    def stand_in(self, entities: list[Entity], seal: str) -> list[Piece]:
        """Return what stands for the words of a mail that has none of its own."""
        pieces = [Piece(tnef.text, tnef.html, is_html=not tnef.text) for tnef in self.inside.tnefs]
        for entity in entities:
            if (read := _STANDING_IN.get(entity.content_type)) is not None:
                words = decode(self.content(entity), entity.params.get("charset", ""))[0]
                pieces.append(Piece(read(plain_lines(words))))
        for piece in pieces:
            render(piece)
        if seal == "sealed" and not any(piece.text.strip() for piece in pieces):
            pieces.append(Piece(SEALED_WORDS))
        return pieces

    def _encoded_words(self, entity: Entity) -> bytes:
        """Return the content of a text; words that only claim to be base64 stay as they are."""
        head = self.raw[entity.start : min(entity.end, entity.start + _PROSE_BYTES)]
        if entity.encoding == "base64" and is_prose(head):
            self._note(entity, "says base64, but is not encoded")
            return self.raw[entity.start : entity.end]
        return self.content(entity)

    def _text(self, entity: Entity) -> str:
        data = self._encoded_words(entity)
        if entity.content_type == "text/plain":
            data = self.inside.words(entity.path, data)
        charset = entity.params.get("charset", "")
        if not charset and entity.content_type == "text/html" and (meta := _META_CHARSET.search(data[:4096])):
            charset = meta.group(1).decode("ascii")
        limit = self.limits.html_chars if entity.content_type == "text/html" else self.limits.text_chars
        # No charset needs more than four bytes for a character: the rest would be cut off below.
        data = data[: limit * 4]
        text, note = decode(data, charset, self.hint)
        if note:
            self._note(entity, note)
        self.fates.charset[entity.path] = charset.lower()[:60]
        text = plain_lines(text)
        if len(text) > limit:
            self._note(entity, f"longer than {limit} characters, the rest is not read")
            text = text[:limit]
        if entity.params.get("format", "").lower() == "flowed" and entity.content_type == "text/plain":
            return unflow(text, delsp=entity.params.get("delsp", "").lower() == "yes")
        return text

    def parts(self, entities: list[Entity]) -> list[Part]:
        """List the parts in order, each container before what was found in it."""
        return [
            part
            for entity in entities
            for part in (self.part(entity), *self.inside.parts.get(entity.path, ()))
        ]

    def part(self, entity: Entity) -> Part:
        """Describe one entity for the record; the content of a leaf is measured."""
        fate = self.fates.fate.get(entity.path, Fate.SKIPPED)
        if entity.children:
            return Part(entity.path, entity.content_type, Fate.CONTAINER)
        size_bytes, sha256 = self._measure(entity) if fate is not Fate.SKIPPED else _NOTHING
        is_file = fate in {Fate.ATTACHMENT, Fate.INLINE}
        return Part(
            path=entity.path,
            content_type=entity.content_type,
            fate=fate,
            name=part_name(entity, fate),
            size_bytes=size_bytes,
            sha256=sha256,
            content_id=content_id(entity),
            charset=self.fates.charset.get(entity.path, ""),
            encoding=entity.encoding,
            start=entity.start,
            end=entity.end,
            note=self.fates.note.get(entity.path, ""),
            as_it_is=is_file and goes_as_it_is(self.raw, entity.start, entity.end, entity.encoding),
        )


def _plain_option(options: list[tuple[Entity, list[Piece]]]) -> tuple[Entity, list[Piece]] | None:
    """Return the first plain form; where a program put several texts side by side, all of them."""
    plain = [(child, pieces) for child, pieces in options if pieces and not any(x.is_html for x in pieces)]
    if not plain:
        return None
    pieces: dict[str, Piece] = {}
    for piece in (piece for _, found in plain for piece in found):
        pieces.setdefault(" ".join(piece.text.split()), piece)
    return plain[0][0], list(pieces.values())


def read_body(raw: bytes, root: Entity, entities: list[Entity], limits: Limits) -> Body:
    """Read the body of a message and list its parts in order, each with its fate."""
    reader = BodyReader(raw, limits, charset_in(root.header))
    pieces = reader.pieces(root)
    for piece in pieces:
        render(piece)
    seal = seal_of(entities, reader.inside.types(), reader.inside.cms)
    if not any(piece.text.strip() for piece in pieces):
        pieces += reader.stand_in(entities, seal)
    text, regions = joined(pieces)
    html = "\n".join(piece.html for piece in pieces if piece.html)
    return Body(
        text=text,
        html=html,
        regions=regions,
        parts=tuple(reader.parts(entities)),
        notes=tuple(reader.notes),
        inside=reader.inside,
        seal=seal,
    )
