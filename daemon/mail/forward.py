"""Find the mail that a mail hands on: attached, or with its header block in the text.

The author must be beyond doubt, since tickets are opened in his name: several plausible ones, an unreadable
one or a mail that may be a reply give candidates to ask about, never a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daemon.mail.addresses import parse_addresses
from daemon.mail.attribution import Head, head_at, is_quoted
from daemon.mail.body import read_body
from daemon.mail.forward_block import (
    LINE_CHARS,
    Block,
    author_of,
    field_kind,
    inline_block,
    read_block,
    strict_mailbox,
    tidy_author,
    words_below,
)
from daemon.mail.forward_block import bare as bare_line
from daemon.mail.forward_prefix import outer_prefix
from daemon.mail.forward_words import BEGIN, FROM_IN_SEPARATOR, SEPARATOR
from daemon.mail.inline_header import pieces_of
from daemon.mail.message import Cut, Forward, Mailbox
from daemon.mail.mimetree import read_tree, walk
from daemon.mail.scan import DEFAULT_LIMITS, Limits, read_header
from daemon.mail.words import header_text

MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
# A forward begins near the top; below so many lines nobody looks for one.
_LINES_LIMIT = 2_000
_HEADS_LIMIT = 400
_INNER_CHARS = 50_000
_MAILS_LIMIT = 10
# The quick test for lines that may say that a forward follows: a rule before the words, a colon behind them.
_FIRST = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2500\u2501_=*#~+ >|\t\u00a0")
_LAST = frozenset(":\uff1a* \r\t\u00a0")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")
_NAME_BEFORE = re.compile(r"\"([^\"<>]{1,120})\"\s*<?\s*\Z")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is looked at of a mail: its words, the mails attached to it, and whether it answers another."""

    subject: str = ""
    text: str = ""
    cut: Cut = field(default_factory=Cut)
    attached: tuple[bytes, ...] = ()
    answers: bool = False
    # How many forwards inside of one another are looked for.
    levels: int = 2

    def inner(self, subject: str, text: str) -> "Letter | None":
        """Return the forwarded mail as one that may be a forward itself, None where nobody looks deeper."""
        if self.levels <= 0:
            return None
        return Letter(subject, text[:_INNER_CHARS], answers=True, levels=self.levels - 1)


def forwarded(letter: Letter, limits: Limits = DEFAULT_LIMITS) -> Forward | None:
    """Return the mail that a mail forwards, None where it forwards none.

    An attached mail goes before what the text says.  A mail that merely quotes, as replies do, is none.
    """
    prefix = outer_prefix(letter.subject)
    if letter.attached and prefix != "reply":
        return _attached(letter, limits)
    return _in_text(letter, prefix)


# The attached original.


def _attached(letter: Letter, limits: Limits) -> Forward:
    """Read the attached mails; several are a question, since nobody can tell which one is meant."""
    originals = [_original(raw, limits) for raw in letter.attached[:_MAILS_LIMIT]]
    first = replace(originals[0], comment=_fresh(letter, len(letter.text)))
    if len(originals) == 1:
        return first
    people = {box.address.lower(): box for one in originals for box in one.candidates}
    return replace(first, author=None, candidates=tuple(people.values())[:_MAILS_LIMIT], sure=False)


def _original(raw: bytes, limits: Limits) -> Forward:
    raw = raw.lstrip(b"\r\n")
    header = read_header(raw, 0, len(raw), limits)
    root = read_tree(raw, header, limits)
    body = read_body(raw, root, walk(root), limits)
    subject = header_text(header.first("subject"))[:2_000]
    author, candidates = _header_author(header.every("from"), header.every("reply-to"))
    if header.identity_defects:
        author = None
    inner = _in_text(Letter(subject, body.text, answers=True, levels=1), outer_prefix(subject))
    return _with_inner(
        Forward(
            author=author,
            candidates=candidates,
            subject=subject,
            date=header_text(header.first("date"))[:200],
            text=body.text,
            source="attached",
            sure=author is not None,
        ),
        inner,
    )


def _header_author(
    authors: list[bytes], answers_to: list[bytes]
) -> tuple[Mailbox | None, tuple[Mailbox, ...]]:
    """Read From and Reply-To strictly; more than one mailbox, a doubt or another Reply-To is a question."""
    boxes: list[Mailbox] = []
    doubts: list[str] = []
    for value in authors:
        found, wrong = parse_addresses(value, 10)
        boxes += [box for box in found if "@" in box.address]
        doubts += wrong
    others = [box for value in answers_to for box in parse_addresses(value, 3)[0] if "@" in box.address]
    people = tuple({box.address.lower(): box for box in [*others, *boxes]}.values())
    if len(boxes) == 1 and not doubts and len(people) == 1 and strict_mailbox(boxes[0].address):
        return boxes[0], (boxes[0],)
    return None, tuple({box.address.lower(): box for box in [*boxes, *others]}.values())


# The original in the text.


def _in_text(letter: Letter, prefix: str) -> Forward | None:
    # The last one holds all the rest.
    lines = letter.text.split("\n", _LINES_LIMIT)
    at = _separator(lines, quoted=prefix == "forward")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    may_be = prefix in {"forward", "either"} or at is not None or field_kind(bare_line(lines[first]))
    # What the cut set apart below the new words is a reply's quotation, or a forward without a prefix.
    if not may_be and not any(span.reason == "quote: header block" for span in letter.cut.spans):
        return None
    head = _head_before(lines, len(lines) if at is None else at)
    if head is None:
        return _below_separator(letter, lines, at, sure=prefix != "reply") if at is not None else None
    return _below_head(letter, lines, head, prefix)


def _separator(lines: Sequence[str], *, quoted: bool) -> int | None:
    """Return the first line that says that a forwarded mail follows."""
    for number, line in enumerate(lines):
        if not line or (line[0] not in _FIRST and line[-1] not in _LAST):
            continue
        if is_quoted(line) and not quoted:
            continue
        if SEPARATOR.match(pieces_of(line)[0][:LINE_CHARS]) or BEGIN.match(line[:LINE_CHARS]):
            return number
    return None


def _head_before(lines: Sequence[str], end: int) -> Head | None:
    """Return the first head of a quotation above a line: it says whether the mail is a reply."""
    for number in range(min(end, _HEADS_LIMIT)):
        head = head_at(lines, number, len(lines)) if lines[number].strip() else None
        if head is None and field_kind(bare_line(lines[number])) == "from":
            block = read_block(lines, number)
            head = Head(number, block.end, "header") if len(block.values) > 2 else None
        if head is not None and head.start < end:
            return head
    return None


def _below_head(letter: Letter, lines: Sequence[str], head: Head, prefix: str) -> Forward | None:
    """Judge a quotation whose head replies have as well: the subject decides, or the lack of own words."""
    if head.kind == "attribution":
        if prefix != "forward":
            return None
        found = _from_attribution(letter, lines, head)
        return replace(found, author=None, sure=False)
    start = _offset(lines, head.start)
    wordless = not _fresh(letter, start)
    if prefix == "reply" or (not prefix and letter.answers and not wordless):
        return None
    block = inline_block(lines, head.start) or read_block(lines, _block_start(lines, head))
    sure = prefix == "forward" or (not prefix and wordless and not letter.answers)
    quoted = is_quoted(lines[head.start])
    found = _from_block(letter, lines, block, _Place(head.start, sure=sure))
    return replace(found, source="quoted header block" if quoted else "header block")


def _block_start(lines: Sequence[str], head: Head) -> int:
    """Return where the fields begin: behind the rule or separator that a head may have."""
    for number in range(head.start, head.end):
        if field_kind(bare_line(lines[number])):
            return number
    return head.end


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the forwarder's own words end, and whether it is sure that this is a forward."""

    start: int
    sure: bool


def _below_separator(letter: Letter, lines: Sequence[str], at: int, *, sure: bool) -> Forward:
    block = inline_block(lines, at) or read_block(lines, at + 1)
    if "from" in block.values:
        return _from_block(letter, lines, block, _Place(at, sure=sure))
    below = range(at + 1, min(at + 5, len(lines)))
    head = next((head for number in below if (head := _attribution(lines, number))), None)
    if head is not None:
        original = _from_attribution(letter, lines, Head(at, head.end, "attribution"))
        return replace(original, sure=original.sure and sure)
    named = FROM_IN_SEPARATOR.search(lines[at][:LINE_CHARS])
    author = strict_mailbox(tidy_author(named.group(1))) if named else None
    return Forward(
        author=author,
        candidates=(author,) if author else (),
        subject=block.values.get("subject", ""),
        date=block.values.get("sent", ""),
        comment=_fresh(letter, _offset(lines, at)),
        text=words_below(lines, max(block.end, at + 1)),
        source="separator",
        sure=sure and author is not None,
    )


def _attribution(lines: Sequence[str], number: int) -> Head | None:
    head = head_at(lines, number, len(lines)) if lines[number].strip() else None
    return head if head is not None and head.kind == "attribution" else None


def _from_block(letter: Letter, lines: Sequence[str], block: Block, place: _Place) -> Forward:
    author, candidates = author_of(block)
    text = words_below(lines, block.end)
    subject = block.values.get("subject", "")
    below = letter.inner(subject, text)
    inner = _in_text(below, outer_prefix(subject)) if below is not None else None
    found = Forward(
        author=author,
        candidates=candidates,
        subject=subject,
        date=block.values.get("sent", ""),
        comment=_fresh(letter, _offset(lines, place.start)),
        text=text,
        source="header block",
        sure=place.sure and author is not None,
    )
    return _with_inner(found, inner)


def _from_attribution(letter: Letter, lines: Sequence[str], head: Head) -> Forward:
    """Read the author from a line like ``15.01.2024, 09:00, "Ann" <ann@example.com>:``."""
    words = " ".join(bare_line(line) for line in lines[head.start : head.end])
    found = list(_ADDRESS.finditer(tidy_author(words)))
    boxes = [box for match in found if (box := strict_mailbox(match.group())) is not None]
    name = _NAME_BEFORE.search(tidy_author(words)[: found[0].start()]) if found else None
    if name and boxes:
        boxes[0] = Mailbox(boxes[0].address, name.group(1).strip())
    author = boxes[0] if len(boxes) == 1 else None
    return Forward(
        author=author,
        candidates=tuple(boxes),
        comment=_fresh(letter, _offset(lines, head.start)),
        text=words_below(lines, head.end),
        source="attribution",
        sure=author is not None,
    )


def _with_inner(found: Forward, inner: Forward | None) -> Forward:
    """Add the author of a forward inside the forward: which of the two is meant is a question."""
    others = inner.candidates if inner is not None else ()
    known = {box.address.lower() for box in found.candidates}
    fresh = tuple(box for box in others if box.address.lower() not in known)
    if not fresh:
        return found
    return replace(found, author=None, candidates=(*found.candidates, *fresh), sure=False)


def _offset(lines: Sequence[str], number: int) -> int:
    return sum(len(line) + 1 for line in lines[:number])


def _fresh(letter: Letter, end: int) -> str:
    """Return what stands above a place in the text and was not set apart as signature or footer."""
    kept, at = [], 0
    for span in letter.cut.spans:
        if span.start >= end:
            break
        kept.append(letter.text[at : span.start])
        at = span.end
    if at < end:
        kept.append(letter.text[at:end])
    return "".join(kept).strip()
