"""Find what mail programs write above a quotation: attributions, header blocks and separators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from daemon.mail.cut_words import (
    ADDRESS,
    ADDRESS_AT_END,
    BARE_HEAD,
    DASHED,
    DATE,
    FIELDS,
    GROUPWISE,
    HINTS,
    INLINE_FIELDS,
    LAST_WORDS,
    MAYBE_FIELD,
    NOTES,
    ORIGINAL,
    OTHER_MARKER,
    PREVIOUS,
    RULE,
    RULED,
    START,
    VERB,
    VERB_AT_END,
    WRAPPED_START,
)
from daemon.mail.forward_words import BEGIN, SEPARATOR
from daemon.mail.inline_header import inline_fields

# Lines are looked at up to this length; an attribution is never longer.
LINE_CHARS = 300
_WRAPPED_LINES = 4
_VERB_CHARS = 60
_BLOCK_LINES = 14
_QUOTED = re.compile(r"\s{0,3}(?:>|[A-Z][A-Za-z]{0,11}>(?:\s|\Z))")
# Blanks, quote marks and emphasis around the words of a line.
_FRAME = " \t>*\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
_RULE_CHARS = frozenset("-_=*#~\u2013\u2014")
_END_CHARS = frozenset(":\uff1a-_=~#\u2013\u2014")
_LAST_CHARS = frozenset({":", "\uff1a", "-", "\u2014"})
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_COLONS = (":", "\uff1a")
_QUOTE_MARKS = re.compile(r"[\s>]{0,40}")
_OUTLOOK_LINK = re.compile(r"<mailto:[^<>\s]{1,200}>")


def plain(line: str) -> str:
    """Return a line without the marks that turn the reading direction round."""
    return line if line.isascii() else _DIRECTION.sub("", line)


def is_quoted(line: str) -> bool:
    """Tell whether a line carries a quote mark, also the kind with the author's initials."""
    return bool(_QUOTED.match(line))


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a quotation: its lines ``[start:end)`` and what it is.

    ``kind`` is ``attribution``, ``header`` (a block of header fields), ``original`` or ``forwarded`` (a
    separator, with the header block below it), or ``marker`` (another desk's line to reply above).
    """

    start: int
    end: int
    kind: str


def _looks_like_attribution(text: str, *, quoted_follows: bool) -> bool:
    """Judge one attribution that is already on one line, without quote marks."""
    if len(text) > LINE_CHARS or "?" in text[-2:]:
        return False
    date = DATE.search(text)
    if VERB_AT_END.search(text[-_VERB_CHARS:]):
        return bool(date or ADDRESS.search(text) or quoted_follows) and bool(
            START.match(text) or quoted_follows
        )
    if not text.rstrip("*_ ").endswith(_COLONS):
        if not quoted_follows or not date:
            return False
        return bool(BARE_HEAD.match(text) or (VERB.search(text) and ADDRESS.search(text)))
    if date and ADDRESS_AT_END.search(text):
        return True
    return bool(date and VERB.search(text) and (ADDRESS.search(text) or START.match(text)))


def attribution_at(lines: Sequence[str], at: int, end: int) -> Head | None:
    """Return the attribution that begins at a line, wrapped over at most four lines."""
    first = plain(lines[at][:LINE_CHARS])
    if not START.match(first) or (_is_dash_list(first) and not DASHED.match(first)):
        return None
    last = _wrapped_end(lines, at, end)
    if last > at and not (WRAPPED_START.match(first) or DATE.search(first) or ADDRESS.search(first)):
        last = at
    if last < at:
        return None
    joined = ""
    for number in range(at, last + 1):
        piece = plain(lines[number][:LINE_CHARS])
        joined = f"{joined} {_QUOTE_MARKS.sub('', piece, count=1).strip()}".strip()
        joined = _OUTLOOK_LINK.sub("", joined)
        if len(joined) > LINE_CHARS:
            return None
        quoted = is_quoted(next_words(lines, number + 1, end))
        if _looks_like_attribution(joined, quoted_follows=quoted):
            # Words above an attribution are no part of it where its later lines say all by themselves.
            later = any(
                _is_whole(lines, begin, number + 1, quoted=quoted) for begin in range(at + 1, number + 1)
            )
            return None if later else Head(at, number + 1, "attribution")
    return None


def _is_whole(lines: Sequence[str], at: int, end: int, *, quoted: bool) -> bool:
    pieces = (_QUOTE_MARKS.sub("", plain(line[:LINE_CHARS]), count=1).strip() for line in lines[at:end])
    joined = _OUTLOOK_LINK.sub("", " ".join(pieces))
    begins = WRAPPED_START.match(joined) and DATE.search(joined)
    return bool(begins) and _looks_like_attribution(joined, quoted_follows=quoted)


def worth_a_look(lines: Sequence[str]) -> bytearray:
    """Mark by 1 the lines at which a head may begin; one cheap pass, which leaves nearly all prose out."""
    marks = bytearray(len(lines))
    quoted_below = False
    # Most texts have none of them anywhere.
    whole = "\n".join(lines).lower()
    hints = tuple(hint for hint in HINTS if hint in whole)
    for number in range(len(lines) - 1, -1, -1):
        words = lines[number].strip(_FRAME)
        if not words:
            continue
        if words[-1] in _END_CHARS or quoted_below or words[-16:].lower().endswith(LAST_WORDS):
            for begin in range(max(0, number - _WRAPPED_LINES + 1), number + 1):
                marks[begin] = 1
        elif (
            words[0] in _RULE_CHARS
            or lines[number][:4] == ">>> "
            or MAYBE_FIELD.match(words)
            or (hints and any(map(words[:LINE_CHARS].lower().__contains__, hints)))
        ):
            marks[number] = 1
        quoted_below = is_quoted(lines[number])
    return marks


def _may_end(lines: Sequence[str], at: int, end: int) -> bool:
    """Tell quickly whether a line can be the last of an attribution: nearly no line of prose can."""
    line = plain(lines[at][-LINE_CHARS:]).rstrip(" \t*_>\u00a0")
    return (
        line[-1:] in _LAST_CHARS
        or line[-16:].lower().endswith(LAST_WORDS)
        or (
            at + 1 < end
            and is_quoted(next_words(lines, at + 1, end))
            and bool(DATE.search(line[:LINE_CHARS]))
        )
    )


def _wrapped_end(lines: Sequence[str], at: int, end: int) -> int:
    """Return the last of four lines from ``at`` on that can end an attribution; below ``at`` for none."""
    found = at - 1
    quoted = is_quoted(lines[at])
    for number in range(at, min(at + _WRAPPED_LINES, end)):
        if not lines[number].strip():
            break
        if number > at and is_quoted(lines[number]) and not quoted:
            # An address whose closing bracket a program put on the next line looks like a quotation.
            if _closes_bracket(lines, number) and _may_end(lines, number, end):
                found = number
            break
        if _may_end(lines, number, end):
            found = number
    return found


def _closes_bracket(lines: Sequence[str], number: int) -> bool:
    above = lines[number - 1][-LINE_CHARS:]
    return lines[number].startswith(">") and above.rfind("<") > above.rfind(">") and "@" in above


def _is_dash_list(line: str) -> bool:
    return line.lstrip().startswith(("- ", "* "))


def next_words(lines: Sequence[str], at: int, end: int) -> str:
    """Return the next line that is not blank, ``""`` without one; looks at most ten lines ahead."""
    for number in range(at, min(at + 10, end)):
        if lines[number].strip():
            return lines[number]
    return ""


def _field_kind(line: str) -> str:
    """Return what a line of a header block states: from, sent, to, cc, subject, reply; ``""`` for none."""
    line = plain(line)
    return _field_of(line[:LINE_CHARS]) if MAYBE_FIELD.match(line) else ""


@lru_cache(maxsize=256)
def _field_of(line: str) -> str:
    return next((kind for kind, pattern in FIELDS if pattern.match(line)), "")


def _block_end(lines: Sequence[str], at: int, end: int) -> tuple[int, set[str]]:
    """Return the end of a header block and what it states; a blank or two folded lines may lie inside."""
    kinds: set[str] = set()
    last, foreign, blanks = at, 0, 0
    for number in range(at, min(at + _BLOCK_LINES, end)):
        line = lines[number]
        kind = _field_kind(line)
        if kind:
            kinds.add(kind)
            last, foreign, blanks = number + 1, 0, 0
            continue
        if not line.strip(" >|\u00a0\t"):
            blanks += 1
        else:
            foreign += 1
        if blanks > 1 or foreign > 2 or (blanks and foreign):
            break
    return last, kinds


def _says_who_and_when(block: Sequence[str], kinds: set[str]) -> bool:
    """Whether a block of two fields holds an address and a date, as no two lines of prose do."""
    text = " ".join(line[:LINE_CHARS] for line in block)
    return kinds >= {"from", "sent"} and bool(ADDRESS.search(text) and DATE.search(text))


def header_block_at(lines: Sequence[str], at: int, end: int, *, below_rule: bool = False) -> Head | None:
    """Return the header block that begins at a line.

    It needs three different fields, the author among them; below a separator or a rule two are enough.
    """
    kind = _field_kind(lines[at])
    if not kind or kind in {"cc", "reply"}:
        return None
    if below_rule and INLINE_FIELDS.match(lines[at][:LINE_CHARS]):
        return Head(at, at + 1, "header")
    stop, kinds = _block_end(lines, at, end)
    if "from" not in kinds and not (below_rule and len(kinds) > 2):
        return None
    enough = len(kinds) >= (2 if below_rule else 3) or _says_who_and_when(lines[at:stop], kinds)
    return Head(at, stop, "header") if enough else None


def separator_at(lines: Sequence[str], at: int, end: int) -> Head | None:
    """Return the separator at a line, with the header block that stands below it."""
    line = lines[at][:LINE_CHARS]
    if OTHER_MARKER.match(line):
        return Head(at, at + 1, "marker")
    if len(line.strip()) < 5:
        return None
    if GROUPWISE.match(line) or NOTES.match(line):
        return Head(at, at + 1, "original")
    # Most lines that come here are no separators: a colon at the end is looked for first.
    forwarded = SEPARATOR.match(line) or (line.rstrip(" *\t").endswith(_COLONS) and BEGIN.match(line))
    known = forwarded or ORIGINAL.match(line) or PREVIOUS.match(line)
    if not known and not RULED.match(line):
        return None
    stop = at + 1
    for number in range(at + 1, min(at + 4, end)):
        if lines[number].strip(" >"):
            block = header_block_at(lines, number, end, below_rule=True)
            stop = block.end if block else stop
            break
    if not known and stop == at + 1:
        return None
    return Head(at, stop, "forwarded" if forwarded else "original")


def head_at(lines: Sequence[str], at: int, end: int) -> Head | None:
    """Return what begins at a line and stands above a quotation, None for ordinary words."""
    line = lines[at]
    if not line.strip():
        return None
    if RULE.match(line[:LINE_CHARS]):
        return _below_rule(lines, at, end) or separator_at(lines, at, end)
    if fields := inline_fields(line):
        lead = line[: fields[0]]
        return Head(at, at + 1, "forwarded" if SEPARATOR.match(lead) else "header")
    return separator_at(lines, at, end) or header_block_at(lines, at, end) or attribution_at(lines, at, end)


def _below_rule(lines: Sequence[str], at: int, end: int) -> Head | None:
    """Return the header block below a rule, or another desk's list of earlier messages."""
    for number in range(at + 1, min(at + 4, end)):
        if lines[number].strip():
            if PREVIOUS.match(lines[number][:LINE_CHARS]):
                return Head(at, number + 1, "original")
            block = header_block_at(lines, number, end, below_rule=True)
            return Head(at, block.end, "header") if block else None
    return None
