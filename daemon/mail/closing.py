"""Find what stands below the last words of a text: signature, phone line, list footer, disclaimer."""

from collections.abc import Sequence

from daemon.mail.attribution import LINE_CHARS
from daemon.mail.closing_words import (
    CLOSING,
    CONTACT,
    DASHES,
    DELIMITER,
    FOOTER,
    FOOTER_WORDS,
    LONG_RULE,
    PHONE,
    SLASH_NAME,
)

_SIGNATURE_LINES = 14
_RULED_LINES = 4
_CLOSING_LINES = 4
_NAME_CHARS = 40
_FOOTER_LINES = 40
_FOOTER_CHARS = 2_000
_PHONE_LINES = 60
_CONTACT_LINES = 8
_CONTACT_CHARS = 70


def _last_words(lines: Sequence[str], start: int, end: int) -> int:
    """Return the end of the text without blank and delimiter lines."""
    while end > start and (not lines[end - 1].strip() or DELIMITER.match(lines[end - 1][:LINE_CHARS])):
        end -= 1
    return end


def _phone(lines: Sequence[str], start: int, end: int) -> int:
    """Return where the phone lines at the end begin."""
    for _ in range(_PHONE_LINES):
        at = _last_words(lines, start, end)
        if at > start and PHONE.match(lines[at - 1][:LINE_CHARS]):
            end = at - 1
        else:
            break
    return end


def _dashes(lines: Sequence[str], start: int, end: int) -> int:
    """Return where the signature below a separator line begins (RFC 3676 s 4.3), the end without one."""
    words = 0
    for number in range(end - 1, start - 1, -1):
        line = lines[number]
        if DASHES.match(line[:LINE_CHARS]) or (words <= _RULED_LINES and LONG_RULE.match(line[:LINE_CHARS])):
            return number
        words += bool(line.strip())
        if words > _SIGNATURE_LINES:
            break
    return end


def _footer(lines: Sequence[str], start: int, end: int) -> int:
    """Return where a list footer or disclaimer begins that runs to the end."""
    found = end
    for number in range(end - 1, max(start, end - _FOOTER_LINES) - 1, -1):
        if FOOTER.match(lines[number][:LINE_CHARS]):
            above = _last_words(lines, start, number)
            if above == number and number > start:
                # In the middle of a paragraph these are somebody's own words.
                continue
            if any(FOOTER_WORDS.search(line[:_FOOTER_CHARS]) for line in lines[number:end]):
                found = number
    return found


def _closing(lines: Sequence[str], start: int, end: int) -> int:
    """Return where a closing with the name directly below it begins, the end without one."""
    last = _last_words(lines, start, end)
    if last > start and SLASH_NAME.match(lines[last - 1][:LINE_CHARS]):
        return last - 1
    for number in range(last - 2, max(start, last - 1 - _CLOSING_LINES) - 1, -1):
        below = [line.strip() for line in lines[number + 1 : last]]
        if not all(below) or any(len(line) > _NAME_CHARS for line in below):
            break
        if CLOSING.match(lines[number][:LINE_CHARS]):
            return number
    return end


# In this order, as they stand from the bottom up.
_FINDERS = (
    (_footer, "footer"),
    (_phone, "signature: phone"),
    (_dashes, "signature"),
    (_phone, "signature: phone"),
)


def _contacts(lines: Sequence[str], start: int, end: int) -> int:
    """Return where a last paragraph of short lines with addresses and numbers begins, the end without one."""
    last = _last_words(lines, start, end)
    at = last
    while at > start and lines[at - 1].strip():
        at -= 1
    paragraph = lines[at:last]
    if at == start or not 2 <= len(paragraph) <= _CONTACT_LINES:
        return end
    if any(len(line) > _CONTACT_CHARS or line.rstrip().endswith((".", "?", ":")) for line in paragraph):
        return end
    contacts = sum(bool(CONTACT.search(line)) for line in paragraph)
    return at if contacts >= 2 and contacts * 5 >= len(paragraph) * 2 else end


def closing_start(lines: Sequence[str], start: int, end: int, *, alone: bool) -> tuple[int, str]:
    """Return where the words of ``lines[start:end]`` end, and why nothing below is new.

    ``end`` and ``""`` where nothing is set apart.  ``alone`` says that no words stand above: then only a
    phone line may be all there is.
    """
    first = start
    while first < end and not lines[first].strip():
        first += 1
    limit, reason = end, ""
    for find, name in _FINDERS:
        at = find(lines, first, limit)
        if first < at < limit or (at == first and (not alone or name.startswith("signature: "))):
            limit, reason = at, reason or name
    at = min(_closing(lines, first, limit), _contacts(lines, first, limit))
    if first < at < limit:
        limit, reason = at, "signature"
    words = max(_last_words(lines, first, limit), first)
    if any(lines[number].strip() for number in range(words, limit)):
        return words, reason or "delimiter"
    return limit, reason
