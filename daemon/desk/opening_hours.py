"""The opening hours of a week as an operator writes them: ``mon-fri 08:00-12:00 13:00-17:00``."""

import re
from collections.abc import Iterable

# Minutes from midnight, from the first to before the second; 1440 is the end of the day.
Span = tuple[int, int]
# Monday first; the spans of a day are in order, and no two of them touch.
Week = tuple[tuple[Span, ...], ...]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
ALWAYS: Week = (((0, DAY_MINUTES),),) * 7

_LINE = re.compile(r"(?P<days>[a-z,-]+)(?P<spans>(?: +\d{1,2}:\d\d-\d{1,2}:\d\d)+)")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_FORM = 'expected hours like "mon-fri 08:00-12:00 13:00-17:00"'


class BadHoursError(ValueError):
    """A line of opening hours that cannot be read; the text says what was expected."""


def week(lines: Iterable[str]) -> Week:
    """Read the hours of a week; days that no line names are closed.

    A span that ends before it begins goes on over midnight: its second half belongs to the next day, and is
    closed where that day is.  Raises BadHoursError with a sentence for the operator.
    """
    found: list[list[Span]] = [[] for _ in DAYS]
    for line in lines:
        match = _LINE.fullmatch(line.strip().lower())
        if match is None:
            raise BadHoursError(f'{_FORM}, got "{line}"')
        spans = [_span(*map(int, one)) for one in _SPAN.findall(match["spans"])]
        for day in _days(match["days"]):
            for start, end in spans:
                _enter(found, day, start, end)
    return tuple(_merged(spans) for spans in found)


def _enter(found: list[list[Span]], day: int, start: int, end: int) -> None:
    if start < end:
        found[day].append((start, end))
        return
    found[day].append((start, DAY_MINUTES))
    if end:
        found[(day + 1) % 7].append((0, end))


def _span(hour: int, minute: int, to_hour: int, to_minute: int) -> Span:
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if minute > 59 or to_minute > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
        shown = f"{hour:02}:{minute:02}-{to_hour:02}:{to_minute:02}"
        raise BadHoursError(f"expected times from 00:00 to 24:00, got {shown}")
    if start == end:
        raise BadHoursError(f"expected a span of some length, got {hour:02}:{minute:02} twice")
    return start, end


def _days(text: str) -> list[int]:
    """Return the numbers of the days in ``mon-thu,sat``; a range may go over the end of the week."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                raise BadHoursError(f'expected days like mon or mon-fri, got "{part}"')
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 if dash else 0
        found += [(start + step) % 7 for step in range(length + 1)]
    return found


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Put the spans of a day in order and join those that touch."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
