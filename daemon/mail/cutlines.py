"""The lines of a text under the knife: what each is, and the spans of characters that come of it."""

from dataclasses import dataclass, field

from daemon.mail.attribution import LINE_CHARS, is_quoted
from daemon.mail.cut_words import GLUED
from daemon.mail.message import Span

# Programs wrap at 70 to 80 characters, and leave out the word that would not fit.
_WRAPPED_CHARS = 56


@dataclass(slots=True)
class Block:
    """A quotation: the lines of its head ``[start:body)`` and of what is quoted ``[body:end)``."""

    start: int
    body: int
    end: int
    attributed: bool
    reason: str


@dataclass
class Text:
    """The lines of a text, and for each why it is not new (``""`` for new words)."""

    lines: list[str]
    starts: list[int]
    reasons: list[str]
    blocks: list[Block] = field(default_factory=list)

    def mark(self, start: int, end: int, reason: str) -> None:
        """Set lines apart for a reason."""
        for number in range(start, end):
            self.reasons[number] = reason

    def words(self, start: int, end: int) -> bool:
        """Whether there are new words among these lines."""
        return any(not self.reasons[number] and self.lines[number].strip() for number in range(start, end))


def quoted_end(lines: list[str], at: int) -> int:
    """Return the end of the quoted lines that begin at ``at``; blank and wrapped lines may lie inside."""
    end = number = at
    while number < len(lines):
        line = lines[number]
        if is_quoted(line):
            end = number + 1
        elif line.strip():
            wrapped = end == number > at and number + 1 < len(lines) and is_quoted(lines[number + 1])
            if not wrapped or not _goes_on(lines[number - 1], line):
                break
        elif number - end > 3:
            break
        number += 1
    return end


def _goes_on(above: str, line: str) -> bool:
    """Whether a quoted line is one that a program wrapped, so that the line below lost its mark.

    Below a short line or the end of a sentence the line without a mark is an answer.
    """
    words = above.rstrip()
    if words.count("(") > words.count(")") or line.lstrip(" (<[").startswith(("http://", "https://")):
        return True
    return len(words) >= _WRAPPED_CHARS and not words.endswith((".", "?", "!", ":"))


def split_lines(text: str, *, glued: bool) -> tuple[list[str], list[int]]:
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


def spans_of(text: Text) -> tuple[Span, ...]:
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
