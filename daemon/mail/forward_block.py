"""Read the header block that stands above a forwarded text, and the author that it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from daemon.mail.addresses import parse_addresses
from daemon.mail.forward_words import END, FORWARD_FIELDS, ON_BEHALF, SEPARATOR, VIA
from daemon.mail.inline_header import pieces_of
from daemon.mail.message import Mailbox

LINE_CHARS = 400
_BLOCK_LINES = 60
_BLANKS_BEFORE = 3
_CANDIDATES = 6
_FIELD_LIKE = re.compile(r"[\s>|]{0,8}\*{0,2}[^\W\d_][^:\uff1a<>@\n]{0,28}[:\uff1a](?!//)")
_VALUE = re.compile(r"[:\uff1a]")
_DIRECTION = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_QUOTE = re.compile(r"[\s>|]{0,12}")
_MAILTO = re.compile(r"(?i)\s?[<(]mailto:[^<>()\s]{1,320}[>)]")
_MAILTO_BOX = re.compile(r"(?i)\[(?:mailto|smtp):\s?([^\[\]\s]{1,320})\]")
_IN_BRACKETS = re.compile(r"[\[(]([^\s\[\]()<>@]{1,64}@[^\s\[\]()<>@]{1,255})[\])]")
_TWICE = re.compile(r"([^\s<>@]{1,64}@[^\s<>@]{1,255})\s<\1>|<([^\s<>@]{1,64}@[^\s<>@]{1,255})>\s?<\2>")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")
_DOMAIN = re.compile(r"[^@]+@[^@]+\.[^@.]{2,}\Z")


@dataclass(slots=True)
class Block:
    """A header block: the values by what they mean, and the first line behind it."""

    end: int = 0
    values: dict[str, str] = field(default_factory=dict)


def bare(line: str) -> str:
    """Return a line without quote marks, marks of direction and blanks around it."""
    line = line[:LINE_CHARS].translate(_DIRECTION).replace("\u00a0", " ")
    return _QUOTE.sub("", line, count=1).strip()


def field_kind(line: str) -> str:
    """Return what a line of a header block states, ``""`` for none that is known; ``line`` is bare."""
    if not _FIELD_LIKE.match(line):
        return ""
    return next((kind for kind, pattern in FORWARD_FIELDS if pattern.match(line)), "")


def _is_reply_to(line: str) -> bool:
    return bool(
        re.match(r"(?i)\W{0,4}(?:reply-to|antwort an|répondre à|responder a|rispondi a|svar til)\b", line)
    )


def read_block(lines: Sequence[str], at: int) -> Block:
    """Read the header block at a line, some blank ones before it; without fields its ``end`` is ``at``.

    Blank lines inside are passed over where another field follows: HTML often has one line a paragraph.
    """
    block = Block(at)
    last, blanks = "", 0
    for number in range(at, min(at + _BLOCK_LINES, len(lines))):
        line = bare(lines[number])
        if not line:
            blanks += 1
            if blanks > (_BLANKS_BEFORE if not block.values else 1):
                break
            continue
        kind = "reply" if _is_reply_to(line) else field_kind(line)
        if kind and kind not in block.values:
            block.values[kind] = _VALUE.split(line, maxsplit=1)[-1].strip(" *_|\t")
            last = kind
        elif (
            last
            and not blanks
            and not kind
            and (_goes_on(block.values[last], line) or _folded(lines, number))
        ):
            block.values[last] = f"{block.values[last]} {line}".strip()
        elif not (block.values and not blanks and (kind or _FIELD_LIKE.match(line))):
            break
        blanks = 0
        block.end = number + 1
    if block.end < len(lines) and (SEPARATOR.match(lines[block.end][:LINE_CHARS]) and block.values):
        block.end += 1
    return block


def _folded(lines: Sequence[str], number: int) -> bool:
    """Whether a line stands between two fields of a block: it can only continue the one above."""
    if _FIELD_LIKE.match(bare(lines[number])) or number + 1 >= len(lines):
        return False
    return bool(field_kind(bare(lines[number + 1])))


def inline_block(lines: Sequence[str], at: int) -> Block | None:
    """Return the block that stands on one line, None where that line holds none."""
    pieces = pieces_of(lines[at])
    return Block(at + 1, read_block(pieces, 1).values) if len(pieces) > 1 else None


def _goes_on(value: str, line: str) -> bool:
    """Tell whether a line that is no field continues the value above it."""
    if _FIELD_LIKE.match(line) and value:
        return False
    open_bracket = value.count("<") > value.count(">") or value.count('"') % 2 == 1
    return not value or open_bracket or value.endswith((",", ";")) or line.startswith(("<", "[mailto:"))


def tidy_author(value: str) -> str:
    """Return the value of an author's field without what programs write around the address."""
    value = _MAILTO_BOX.sub(r"<\1>", value.translate(_DIRECTION))
    value = _MAILTO.sub("", value)
    value = _TWICE.sub(lambda match: f"<{match.group(1) or match.group(2)}>", value)
    if "<" not in value:
        value = _IN_BRACKETS.sub(r"<\1>", value, count=1)
    return value.replace("*", "").strip(" \t;,_|")


def strict_mailbox(value: str) -> Mailbox | None:
    """Return the one mailbox that a value names beyond doubt, None for everything else."""
    boxes, doubts = parse_addresses(value[:1_000].encode("utf-8", "replace"), 3)
    if doubts or len(boxes) != 1 or not _DOMAIN.match(boxes[0].address):
        return None
    return boxes[0]


def author_of(block: Block) -> tuple[Mailbox | None, tuple[Mailbox, ...]]:
    """Return the author of a block beyond doubt, or None with those who may be it, the likeliest first."""
    value = block.values.get("from", "")
    author = strict_mailbox(tidy_author(value))
    behalf = ON_BEHALF.search(value)
    answers_to = block.values.get("reply", "")
    other = strict_mailbox(tidy_author(answers_to)) if answers_to else None
    differs = other is not None and author is not None and other.address.lower() != author.address.lower()
    if author is not None and not behalf and not differs and not VIA.search(author.name):
        return author, (author,)
    if behalf:
        value = f"{value[behalf.end() :]} {value[: behalf.start()]}"
    return None, _candidates(f"{value} {answers_to}")


def _candidates(text: str) -> tuple[Mailbox, ...]:
    found: dict[str, Mailbox] = {}
    for address in _ADDRESS.findall(tidy_author(text)[:2_000])[:20]:
        box = strict_mailbox(address.rstrip("."))
        if box is not None:
            found.setdefault(box.address.lower(), box)
    whole = strict_mailbox(tidy_author(text))
    if whole is not None:
        found[whole.address.lower()] = whole
    return tuple(found.values())[:_CANDIDATES]


def words_below(lines: Sequence[str], at: int) -> str:
    """Return the forwarded words below a block, without the quote marks of the forward."""
    rest = "\n".join(lines[at:]).split("\n")
    while rest and not rest[-1].strip(" >"):
        rest.pop()
    if rest and END.match(rest[-1][:LINE_CHARS]):
        rest.pop()
    first = next((line for line in rest if line.strip()), "")
    if first.startswith(">"):
        rest = [line[2:] if line.startswith("> ") else line.removeprefix(">") for line in rest]
    return "\n".join(rest).strip("\n").rstrip()
