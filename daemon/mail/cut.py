"""Tell the new words of a message from quotes, signatures and footers: a view, the text stays whole.

Works line by line, each line looked at a bounded number of times, so the time is linear in the text.
"""

from dataclasses import dataclass, field

from daemon.mail.attribution import LINE_CHARS, Head, head_at, is_quoted
from daemon.mail.closing import closing_start
from daemon.mail.cut_words import GLUED
from daemon.mail.htmltext import Region
from daemon.mail.marker import REPLY_MARKER
from daemon.mail.message import Cut, Span

_LINES_LIMIT = 20_000
_GREETING_CHARS = 40
_PARTING_LINES = 2
# How sure each kind of finding is; the least sure one speaks for the whole cut.
_CONFIDENCE = {
    "below our marker": 1.0,
    "quote: header block": 0.9,
    "quote: attribution": 0.9,
    "quote: original message": 0.9,
    "quote: below a marker": 0.9,
    "quote: HTML": 0.95,
    "forwarded mail": 0.8,
    "signature": 0.8,
    "signature: phone": 0.9,
    "footer": 0.8,
    "delimiter": 0.8,
    "quote": 0.7,
}
_HEAD_REASONS = {
    "attribution": "quote: attribution",
    "header": "quote: header block",
    "original": "quote: original message",
    "forwarded": "forwarded mail",
    "marker": "quote: below a marker",
}


@dataclass(slots=True)
class _Block:
    """A quotation: the lines of its head ``[start:body)`` and of what is quoted ``[body:end)``."""

    start: int
    body: int
    end: int
    attributed: bool
    reason: str


@dataclass
class _Text:
    """The lines of a text, and for each why it is not new (``""`` for new words)."""

    lines: list[str]
    starts: list[int]
    reasons: list[str]
    blocks: list[_Block] = field(default_factory=list)

    def mark(self, start: int, end: int, reason: str) -> None:
        for number in range(start, end):
            self.reasons[number] = reason

    def words(self, start: int, end: int) -> bool:
        """Whether there are new words among these lines."""
        return any(not self.reasons[number] and self.lines[number].strip() for number in range(start, end))


def _quoted_end(lines: list[str], at: int) -> int:
    """Return the end of the quoted lines that begin at ``at``; blank and wrapped lines may lie inside."""
    end = number = at
    while number < len(lines):
        line = lines[number]
        if is_quoted(line):
            end = number + 1
        elif line.strip():
            # A line that lost its mark when a program wrapped it: marked lines stand right around it.
            wrapped = end == number and number + 1 < len(lines) and is_quoted(lines[number + 1])
            if not wrapped or number == at:
                break
        elif number - end > 3:
            break
        number += 1
    return end


def _lines(text: str, *, glued: bool) -> tuple[list[str], list[int]]:
    """Return the lines and where each starts; an attribution glued to the words before it gets its own."""
    lines: list[str] = []
    starts: list[int] = []
    at = 0
    for line in text.split("\n"):
        seam = GLUED.search(line) if glued and line.endswith(":") and len(line) <= LINE_CHARS else None
        lines += [line[: seam.start()], line[seam.start() :]] if seam else [line]
        starts += [at, at + seam.start()] if seam else [at]
        at += len(line) + 1
    return lines, starts


def _marker_line(lines: list[str]) -> int | None:
    for number, line in enumerate(lines):
        if REPLY_MARKER in line and not is_quoted(line):
            return number
    return None


class _Cutter:
    """Goes through the lines once and notes what is quoted."""

    def __init__(self, text: _Text, regions: tuple[Region, ...]) -> None:
        self.text = text
        self.end = len(text.lines)
        self.regions = {region.start: region for region in reversed(regions) if region.kind != "signature"}
        self.done = False

    def run(self) -> None:
        at = 0
        while at < self.end and not self.done:
            at = self.step(at)

    def step(self, at: int) -> int:
        """Handle what begins at a line; return the line to go on with."""
        lines = self.text.lines
        if at in self.regions and (after := self.region(self.regions[at])) > at:
            return after
        if is_quoted(lines[at]):
            end = _quoted_end(lines, at)
            self.text.blocks.append(_Block(at, at, end, attributed=False, reason="quote"))
            return end
        head = head_at(lines, at, self.end)
        return self.head(head) if head else at + 1

    def above(self, at: int) -> bool:
        """Whether new words stand above a line."""
        return self.text.words(0, at)

    def rest(self, at: int, reason: str) -> int:
        self.text.mark(at, self.end, reason)
        self.done = True
        return self.end

    def head(self, head: Head) -> int:
        reason = _HEAD_REASONS[head.kind]
        if head.kind != "attribution":
            if self.above(head.start):
                return self.rest(head.start, reason)
            # Nothing stands above it: the mail is a forward, and what follows is what it is about.
            self.done = head.kind == "forwarded"
            return head.end
        body = self._skip_blank(head.end)
        if body < self.end and is_quoted(self.text.lines[body]):
            end = _quoted_end(self.text.lines, body)
            self.text.blocks.append(_Block(head.start, head.end, end, attributed=True, reason=reason))
            return end
        if body in self.regions and self.regions[body].kind in {"block", "quote"}:
            end = self.regions[body].end
            self.text.blocks.append(_Block(head.start, head.end, end, attributed=True, reason=reason))
            return end
        if self.above(head.start):
            return self.rest(head.start, reason)
        self.text.mark(head.start, head.end, reason)
        return head.end

    def _skip_blank(self, at: int) -> int:
        while at < self.end and not self.text.lines[at].strip():
            at += 1
        return at

    def region(self, region: Region) -> int:
        """Handle what the HTML marks as quoted; returns the region's start where it proves nothing."""
        if region.kind == "rest":
            return self.rest(region.start, "quote: HTML") if self.above(region.start) else region.start
        if region.kind == "header":
            head = head_at(self.text.lines, region.start, self.end)
            return self.head(head) if head else region.start
        if region.kind == "quote" and self._holds_quotation(region):
            end = max(region.end, region.start)
            self.text.blocks.append(
                _Block(region.start, region.start, end, attributed=True, reason="quote: HTML")
            )
            return end
        return region.start

    def _holds_quotation(self, region: Region) -> bool:
        """Whether a marked region begins with a head or a quoted line, and is no indented passage."""
        at = self._skip_blank(region.start)
        if at >= region.end:
            return False
        return is_quoted(self.text.lines[at]) or head_at(self.text.lines, at, self.end) is not None


def _is_greeting(text: _Text, end: int) -> bool:
    """Whether above a quotation there is nothing, or only a line like ``Hi Ann,``."""
    words = [text.lines[n].strip() for n in range(end) if text.lines[n].strip() and not text.reasons[n]]
    return not words or (len(words) == 1 and len(words[0]) <= _GREETING_CHARS and words[0][-1] in ",!:")


def _settle_blocks(text: _Text) -> None:
    """Decide which quotations go: the last one, and a single one above an answer; others stay as context."""
    fresh = _fresh_lines(text)
    last_words = fresh[-1] if fresh else -1
    for number, block in enumerate(text.blocks):
        if block.start > last_words:
            text.mark(block.start, block.end, block.reason)
            continue
        if not block.attributed:
            continue
        following = text.blocks[number + 1] if number + 1 < len(text.blocks) else None
        alone = following is None or following.start > last_words
        below = sum(line >= block.end for line in fresh)
        single = alone and (_is_greeting(text, block.start) or (number == 0 and below <= _PARTING_LINES))
        text.mark(block.start, block.end if single else block.body, block.reason)


def _fresh_lines(text: _Text) -> list[int]:
    """List the lines with new words: not marked, not blank, in no quotation."""
    inside = bytearray(len(text.lines))
    for block in text.blocks:
        inside[block.start : block.end] = b"\1" * (block.end - block.start)
    return [
        number
        for number, line in enumerate(text.lines)
        if not text.reasons[number] and not inside[number] and line.strip()
    ]


def _close(text: _Text) -> None:
    """Set apart signatures and footers: at the end, and above what is quoted to the end."""
    taken = [bool(reason) for reason in text.reasons]
    for block in text.blocks:
        taken[block.start : block.end] = [True] * (block.end - block.start)
    end = len(text.lines)
    while end > 0:
        while end > 0 and taken[end - 1]:
            end -= 1
        start = end
        while start > 0 and not taken[start - 1]:
            start -= 1
        at, reason = closing_start(text.lines, start, end, alone=not text.words(0, start))
        if reason:
            text.mark(at, end, reason)
        if text.words(start, end):
            return
        end = start


def _spans(text: _Text) -> tuple[Span, ...]:
    """Turn marked lines into spans of characters; neighbours of one reason are one span."""
    spans: list[Span] = []
    ends = [*text.starts[1:], text.starts[-1] + len(text.lines[-1])]
    for start, end, reason in zip(text.starts, ends, text.reasons, strict=True):
        if not reason or start == end:
            continue
        if spans and spans[-1].end == start and spans[-1].reason == reason:
            spans[-1] = Span(spans[-1].start, end, reason)
        else:
            spans.append(Span(start, end, reason))
    return tuple(spans)


def _cut_marker(text: _Text, at: int) -> None:
    """Cut from our marker on, with the head that a program put above it."""
    start = at
    for number in range(max(0, at - 12), at):
        head = head_at(text.lines, number, at + 1)
        if head and not text.words(head.end, at):
            start = number
            break
    text.mark(start, len(text.lines), "below our marker")


def cut(text: str, regions: tuple[Region, ...] = ()) -> Cut:
    """Divide a body text; an empty tuple of spans means that all of it is new.

    ``regions`` are what the HTML of the text marked, by lines.  The only words of a message are never cut.
    """
    if text.count("\n") >= _LINES_LIMIT:
        return Cut((), 0.0, f"more than {_LINES_LIMIT} lines, not divided")
    lines, starts = _lines(text, glued=not regions)
    work = _Text(lines, starts, [""] * len(lines))
    marker = _marker_line(lines)
    if marker is not None and work.words(0, marker):
        _cut_marker(work, marker)
    _Cutter(work, regions).run() if marker is None else None
    _close(work)
    _settle_blocks(work)
    if not work.words(0, len(lines)):
        return Cut((), 0.0, "nothing would be left")
    spans = _spans(work)
    if not spans:
        return Cut()
    confidence = min(_CONFIDENCE.get(span.reason, 0.5) for span in spans)
    return Cut(spans, confidence, ", ".join(dict.fromkeys(span.reason for span in spans)))
