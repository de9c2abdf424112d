"""Write a notice once for all agents of whom nothing but the signed reply addresses differs.

A team of twenty would else have the same words made twenty times.  A reply address differs only in its
detail, which is of one length for all, stands in no text of a stranger, and is never escaped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from daemon.desk.addressing import detail_of
from daemon.mail.compose import Draft, Entity, body_of, compose
from daemon.services.notice_context import Context
from daemon.services.render import Rendered, Renderer
from storage.records import Splice

# RFC 2045 s 6.7 (5), as it stands between two lines.
_SOFT_BREAK = b"=\r\n"
# What is made for one reader alone.
_PERSONAL = frozenset({"recipient", "reply"})


@dataclass
class _Made:
    """What was written last, from which common words, and with which details."""

    notice: str
    common: Context
    details: tuple[str, ...]
    rendered: Rendered
    body: Entity | None = None


@dataclass
class SharedWriting:
    """Writes the notices of one transaction: first ``render``, then ``compose`` for the same reader.

    What was written last is kept for each language that the readers have.
    """

    renderer: Renderer
    _kept: dict[object, _Made] = field(default_factory=dict)
    _last: _Made | None = None
    _details: tuple[str, ...] = ()

    def render(self, notice: str, context: Context) -> Rendered:
        """Render a notice; raises what ``Renderer.render`` raises."""
        self._details = _details(context)
        if not self._details or self.renderer.names_reader(notice):
            self._last = None
            return self.renderer.render(notice, context)
        common = {key: value for key, value in context.items() if key not in _PERSONAL}
        language = context.get("language")
        last = self._last = self._kept.get(language)
        # Where somebody quotes a reply address of ours, it has to stay as it was quoted.
        if last and (last.notice, last.common) == (notice, common) and not _quotes(common, last.details):
            words = last.rendered
            return Rendered(
                words.subject, self._for_reader(last, words.text), self._for_reader(last, words.html)
            )
        rendered = self.renderer.render(notice, context)
        self._last = self._kept[language] = _Made(notice, common, self._details, rendered)
        return rendered

    def compose(self, draft: Draft) -> tuple[bytes | Splice, ...]:
        """Compose the mail whose words were rendered last; raises what ``compose`` raises."""
        last = self._last
        if last is None:
            return compose(draft)
        if last.details == self._details:
            last.body = body_of(draft)
            return compose(draft, last.body)
        return compose(draft, self._body(last, draft))

    def _for_reader(self, made: _Made, words: str) -> str:
        for was, becomes in zip(made.details, self._details, strict=True):
            words = words.replace(was, becomes)
        return words

    def _body(self, made: _Made, draft: Draft) -> Entity | None:
        """Return the body with this reader's details, None where they are not found where they should be."""
        if made.body is None:
            return None
        pieces = made.body.pieces
        for was, becomes in zip(made.details, self._details, strict=True):
            changed = [_exchanged(piece, was.encode(), becomes.encode()) for piece in pieces]
            if sum(count for _, count in changed) != draft.text.count(becomes) + draft.html.count(becomes):
                return None
            pieces = tuple(piece for piece, _ in changed)
        return Entity(made.body.fields, pieces)


def _exchanged(piece: bytes | Splice, old: bytes, new: bytes) -> tuple[bytes | Splice, int]:
    """Exchange words by others of the same length, and say how often.

    Quoted-printable breaks lines within words as well: the lines stay as long as they were.
    """
    if not isinstance(piece, bytes):
        return piece, 0
    lines = piece.split(_SOFT_BREAK)
    whole = b"".join(lines)
    count = whole.count(old) if len(old) == len(new) else 0
    if not count:
        return piece, 0
    whole, ends = whole.replace(old, new), accumulate(map(len, lines))
    cut = (whole[end - len(line) : end] for line, end in zip(lines, ends, strict=True))
    return _SOFT_BREAK.join(cut), count


def _details(context: Context) -> tuple[str, ...]:
    reply = context.get("reply")
    addresses = reply.values() if isinstance(reply, dict) else ()
    return tuple(detail for detail in map(detail_of, addresses) if detail)


def _quotes(common: object, details: tuple[str, ...]) -> bool:
    return any(detail in words for words in _strings(common) for detail in details)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)
