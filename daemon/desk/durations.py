"""Lengths of time as people write and read them."""

import re

_WRITTEN = re.compile(r"(?:(\d{1,5})h)? ?(?:(\d{1,6})m)?", re.ASCII)


class BadDurationError(ValueError):
    """A text that is no length of time; it says what was expected."""


def seconds_of(text: str) -> int:
    """Read ``8h``, ``30m`` or ``1h 30m``; raises BadDurationError for anything else, and for none at all.

    There are no days: how many hours a working day has is the calendar's to say.
    """
    match = _WRITTEN.fullmatch(text.strip().lower())
    seconds = 3600 * int(match[1] or 0) + 60 * int(match[2] or 0) if match else 0
    if seconds == 0:
        hint = "; write a day in hours of its calendar" if text.strip().lower().endswith("d") else ""
        raise BadDurationError(f'expected a length of time like "30m", "8h" or "1h 30m", got "{text}"{hint}')
    return seconds


def spoken_length(seconds: int) -> str:
    """Write a length of time in hours and minutes, as a reader at a desk wants it: ``1 h 30 min``."""
    minutes, rest = divmod(max(seconds, 0), 60)
    if minutes == 0:
        return f"{rest} s" if rest else "0 min"
    hours, minutes = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes else [])])
