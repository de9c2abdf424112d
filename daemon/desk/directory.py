"""The directory as pure words: names that people are found by, and how long an absence holds."""

from collections.abc import Iterable
from datetime import date, timedelta

# An absence program that names no day is believed for so many working days after its answer.
AWAY_WORKING_DAYS = 3
_SATURDAY = 5


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Put names and addresses together: every name once, with its addresses in their order."""
    found: dict[str, list[str]] = {}
    for name, address in pairs:
        found.setdefault(name, []).append(address)
    return {name: tuple(addresses) for name, addresses in found.items()}


def away_until(noted: date) -> date:
    """Return the last day of an absence that was noted on a day without an end; weekends do not count."""
    day, left = noted, AWAY_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day
