"""Working time as an office manager writes and reads it: in working days of eight hours, or in hours."""

import re

from daemon.desk.durations import BadDurationError, seconds_of, spoken_length

WORKING_DAY_SECONDS = 8 * 3600
_DAYS = re.compile(r"(\d{1,3}) ?(?:d|days?|working days?)", re.ASCII)
_WEEKS = re.compile(r"(\d{1,2}) ?(?:w|weeks?)", re.ASCII)


def working_seconds(text: str) -> int:
    """Read working time: ``5 days``, ``2 weeks``, ``30m``, ``8h``; 0 for an empty text.

    A working day has eight hours, a week five days.  Raises BadDurationError.
    """
    bare = " ".join(text.lower().split())
    if not bare:
        return 0
    days, weeks = _DAYS.fullmatch(bare), _WEEKS.fullmatch(bare)
    counted = int(days[1]) if days else 5 * int(weeks[1]) if weeks else 0
    if counted:
        return counted * WORKING_DAY_SECONDS
    if days or weeks:
        raise BadDurationError(f'expected more than no time, got "{text}"')
    try:
        return seconds_of(bare)
    except BadDurationError as error:
        raise BadDurationError(f'expected working time like "5 days", "8h" or "30m", got "{text}"') from error


def spoken_work(seconds: int) -> str:
    """Write working time as it is promised: ``5 working days``, ``4 h``; empty for none."""
    days, rest = divmod(seconds, WORKING_DAY_SECONDS)
    if seconds and not rest:
        return "1 working day" if days == 1 else f"{days} working days"
    return f"{spoken_length(seconds)} of working time" if seconds else ""
