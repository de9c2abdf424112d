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
_GROUP = re.compile(r"\(\?:([^()]*)\)\?")
_LEAD = re.compile(r"[\s>*|_]{0,10}\Z")
# What may stand before the first name: a separator between rules.
_SEPARATOR = re.compile(r"[\s>]{0,8}[-_=*]{3,60}[^\n:@]{4,80}?[-_=*]{3,60}\s{0,4}\Z")


def _spellings(name: str) -> list[str]:
    """Write out a name of ``FIELD_NAMES`` that holds a choice or a blank that may be missing."""
    if group := _GROUP.search(name):
        choices = ("", *group.group(1).split("|"))
        return [one for choice in choices for one in _spellings(name.replace(group.group(), choice, 1))]
    if " ?" in name:
        return [*_spellings(name.replace(" ?", "", 1)), *_spellings(name.replace(" ?", " ", 1))]
    return [name.replace("\\", "")]


_KINDS = {
    spelling: kind
    for kind, names in FIELD_NAMES.items()
    for name in re.split(r"\|(?![^()]*\))", names)
    for spelling in _spellings(name)
}


def _name_before(line: str, colon: int) -> tuple[str, int]:
    """Return what a name right before a colon states and where it begins; ``""`` and -1 for none.

    A name begins the line or follows anything but a letter: ``...com>To: ``, ``GMT+1Subject: ``.
    """
    for at in range(max(0, colon - _NAME_CHARS), colon):
        if line[at].isalpha() and (at == 0 or not line[at - 1].isalpha()):
            kind = _KINDS.get(line[at:colon].rstrip().lower())
            if kind:
                return kind, at
    return "", -1


def inline_fields(line: str) -> tuple[int, ...]:
    """Return where the fields of a header block on one line begin, in order; empty for any other line.

    It names the author, an address and three different fields, and begins with one of them.
    """
    line = line[:INLINE_CHARS]
    if "@" not in line or line.count(":") + line.count("\uff1a") < _FIELDS_LEAST:
        return ()
    starts: dict[str, int] = {}
    for number, colon in enumerate(_COLON.finditer(line)):
        kind, at = _name_before(line, colon.start())
        if not starts and (not kind or not _may_begin(line[:at])):
            return ()
        if kind:
            starts.setdefault(kind, at)
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
