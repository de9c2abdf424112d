"""Take apart a header block that stands on one line, as text made from HTML without line breaks shows it."""

import re

from daemon.mail.cut_words import FIELD_NAMES

# Longer than any such line with a handful of recipients.
INLINE_CHARS = 1_500
_FIELDS_LEAST = 3
# Every field has one colon, a date two more and the separator none.
_COLONS_MOST = 14
_NAME_CHARS = 26
_COLON = re.compile("[:\uff1a](?!//)")
# A name begins the line or follows anything but a letter: ``...com>To: ``, ``GMT+1Subject: ``.
_NAME = re.compile(
    r"(?i)(?<![^\W\d_])(?:"
    + "|".join(f"(?P<{kind}>{names})" for kind, names in FIELD_NAMES.items())
    + r")\s?\Z"
)
_LEAD = re.compile(r"[\s>*|_]{0,10}\Z")
# What may stand before the first name: a separator between rules.
_SEPARATOR = re.compile(r"[\s>]{0,8}[-_=*]{3,60}[^\n:@]{4,80}?[-_=*]{3,60}\s{0,4}\Z")


def inline_fields(line: str) -> tuple[int, ...]:
    """Return where the fields of a header block on one line begin, in order; empty for any other line.

    It names the author, an address and three different fields, and begins with one of them.
    """
    line = line[:INLINE_CHARS]
    if "@" not in line or line.count(":") + line.count("\uff1a") < _FIELDS_LEAST:
        return ()
    starts: dict[str, int] = {}
    for number, colon in enumerate(_COLON.finditer(line)):
        name = _NAME.search(line, max(0, colon.start() - _NAME_CHARS), colon.start())
        if not starts and (name is None or not _may_begin(line[: name.start()])):
            return ()
        if name is not None:
            starts.setdefault(name.lastgroup or "", name.start())
        if number >= _COLONS_MOST:
            break
    if "from" not in starts or len(starts) < _FIELDS_LEAST:
        return ()
    return tuple(sorted(starts.values()))


def _may_begin(lead: str) -> bool:
    return bool(_LEAD.match(lead) or _SEPARATOR.match(lead))


def pieces_of(line: str) -> list[str]:
    """Return a line with such a block as lines of one field each, after what stands before them."""
    starts = inline_fields(line)
    if not starts:
        return [line]
    ends = (*starts[1:], len(line))
    fields = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return [line[: starts[0]].rstrip(), *fields]
