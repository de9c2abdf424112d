"""Tell the new words of a message from quotes, signatures and footers: a view, the text stays whole.

Works line by line, each line looked at a bounded number of times, so the time is linear in the text.
"""

from daemon.mail.attribution import LINE_CHARS, Head, head_at, header_block_at, is_quoted, worth_a_look
from daemon.mail.closing import closing_start
from daemon.mail.cut_words import GROUPWISE
from daemon.mail.cutlines import Block, Text, quoted_end, spans_of, split_lines
from daemon.mail.htmltext import Region
from daemon.mail.marker import has_marker
from daemon.mail.message import Cut

_LINES_LIMIT = 20_000
# Lines that are looked at closely; people write far fewer above what they quote.
_HEADS_LIMIT = 4_000
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
# Which mark counts where several begin at one line.
_RANK = {"block": 1, "rule": 2, "header": 3, "quote": 4, "rest": 5}
_HEAD_REASONS = {
    "attribution": "quote: attribution",
    "header": "quote: header block",
    "original": "quote: original message",
    "forwarded": "forwarded mail",
    "marker": "quote: below a marker",
}


def _marker_line(lines: list[str]) -> int | None:
    for number, line in enumerate(lines):
        if has_marker(line) and not is_quoted(line):
            return number
    return None


class _Cutter:
    """Goes through the lines once and notes what is quoted."""

    def __init__(self, text: Text, regions: tuple[Region, ...]) -> None:
        self.text = text
        self.end = len(text.lines)
        ranked = sorted(regions, key=lambda region: _RANK.get(region.kind, 0))
        self.regions = {region.start: region for region in ranked if region.kind != "signature"}
        self.done = False
        self.above = False  # whether words stand above the line that is looked at
        self.budget = _HEADS_LIMIT
        self.worth = worth_a_look(text.lines)

    def run(self) -> None:
        at = 0
        while at < self.end and not self.done:
            at = self.step(at)

    def step(self, at: int) -> int:
        """Handle what begins at a line; return the line to go on with."""
        lines = self.text.lines
        if at in self.regions and (after := self.region(self.regions[at])) > at:
            return after
        if is_quoted(lines[at]) and not GROUPWISE.match(lines[at][:LINE_CHARS]):
            end = quoted_end(lines, at)
            return self.block(Block(at, at, end, attributed=False, reason="quote"))
        head = self.head_at(at)
        if head is not None:
            return self.head(head)
        self.above = self.above or bool(lines[at].strip())
        return at + 1

    def head_at(self, at: int) -> Head | None:
        """Look for a head; hostile texts consist of nothing but lines that resemble one."""
        if not self.worth[at] or not self.text.lines[at].strip() or self.budget <= 0:
            return None
        self.budget -= 1
        return head_at(self.text.lines, at, self.end)

    def block(self, block: Block) -> int:
        self.text.blocks.append(block)
        self.above = True
        return block.end

    def rest(self, at: int, reason: str) -> int:
        self.text.mark(at, self.end, reason)
        self.done = True
        return self.end

    def head(self, head: Head) -> int:
        reason = _HEAD_REASONS[head.kind]
        if head.kind != "attribution":
            if self.above:
                return self.rest(head.start, reason)
            # Nothing stands above it: the mail is a forward, and what follows is what it is about.
            self.done = head.kind == "forwarded"
            return head.end
        body = self._skip_blank(head.end)
        if body < self.end and is_quoted(self.text.lines[body]):
            end = quoted_end(self.text.lines, body)
            return self.block(Block(head.start, head.end, end, attributed=True, reason=reason))
        if body in self.regions and self.regions[body].kind in {"block", "quote"}:
            end = self.regions[body].end
            return self.block(Block(head.start, head.end, end, attributed=True, reason=reason))
        if self.above:
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
            return self.rest(region.start, "quote: HTML") if self.above else region.start
        if region.kind == "rule":
            return self.rule(region.start)
        if region.kind == "header":
            head = self.head_at(region.start)
            return self.head(head) if head else region.start
        if region.kind == "quote" and self._holds_quotation(region):
            end = max(region.end, region.start)
            block = Block(region.start, region.start, end, attributed=True, reason="quote: HTML")
            return self.block(block) if end > region.start else region.start
        return region.start

    def rule(self, at: int) -> int:
        """Handle a line across the page: a header block below it begins a quotation."""
        below = self._skip_blank(at)
        if below >= self.end:
            return at
        head = header_block_at(self.text.lines, below, self.end, below_rule=True)
        return self.head(head) if head else at

    def _holds_quotation(self, region: Region) -> bool:
        """Whether a marked region begins with a head or a quoted line, and is no indented passage."""
        at = self._skip_blank(region.start)
        if at >= region.end:
            return False
        return is_quoted(self.text.lines[at]) or self.head_at(at) is not None


def _is_greeting(text: Text, end: int) -> bool:
    """Whether above a quotation there is nothing, or only a line like ``Hi Ann,``."""
    words = [text.lines[n].strip() for n in range(end) if text.lines[n].strip() and not text.reasons[n]]
    return not words or (len(words) == 1 and len(words[0]) <= _GREETING_CHARS and words[0][-1] in ",!:")


def _is_parting(fresh: list[int], block: Block, number: int) -> bool:
    """Whether below the first quotation there is no more than a parting line or two."""
    return number == 0 and sum(line >= block.end for line in fresh) <= _PARTING_LINES


def _settle_blocks(text: Text) -> None:
    """Decide which quotations go: the last one, and a single one above an answer; others stay as context."""
    fresh = _freshsplit_lines(text)
    last_words = fresh[-1] if fresh else -1
    for number, block in enumerate(text.blocks):
        if block.start > last_words:
            text.mark(block.start, block.end, block.reason)
            continue
        if not block.attributed:
            continue
        following = text.blocks[number + 1] if number + 1 < len(text.blocks) else None
        alone = following is None or following.start > last_words
        single = alone and (_is_greeting(text, block.start) or _is_parting(fresh, block, number))
        text.mark(block.start, block.end if single else block.body, block.reason)


def _freshsplit_lines(text: Text) -> list[int]:
    """List the lines with new words: not marked, not blank, in no quotation."""
    inside = bytearray(len(text.lines))
    for block in text.blocks:
        inside[block.start : block.end] = b"\1" * (block.end - block.start)
    return [
        number
        for number, line in enumerate(text.lines)
        if not text.reasons[number] and not inside[number] and line.strip()
    ]


def _close(text: Text) -> None:
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


def _cut_marker(text: Text, at: int) -> None:
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
    lines, starts = split_lines(text, glued=not regions)
    work = Text(lines, starts, [""] * len(lines))
    marker = _marker_line(lines)
    if marker is not None and work.words(0, marker):
        _cut_marker(work, marker)
    _Cutter(work, regions).run() if marker is None else None
    _close(work)
    _settle_blocks(work)
    if not work.words(0, len(lines)):
        return Cut((), 0.0, "nothing would be left")
    spans = spans_of(work)
    if not spans:
        return Cut()
    confidence = min(_CONFIDENCE.get(span.reason, 0.5) for span in spans)
    return Cut(spans, confidence, ", ".join(dict.fromkeys(span.reason for span in spans)))
