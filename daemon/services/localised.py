"""What Babel knows of languages: dates, sizes, numbers, lengths of time, and how catalogues are written.

Only ``services.languages`` loads this module, and not before somebody reads another language than English:
Babel costs 60 ms and 5 MB.
"""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal
from babel.units import format_unit

__all__ = ["PoFileError", "day", "entries", "length", "moment", "number", "size"]

_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte")
# Of these the locale data have no symbol.
_BYTES = {"it": "byte", "nl": "byte"}


# The same few moments are written into every copy of a mail.
@lru_cache(maxsize=1000)
def moment(at: datetime, zone: str, language: str) -> str:
    """Write a moment out: weekday, day, month, year, clock on the wall, and the name of the zone."""
    return f"{day(at, zone, language)}, {at.astimezone(ZoneInfo(zone)):%H:%M %Z}"


@lru_cache(maxsize=1000)
def day(at: datetime, zone: str, language: str) -> str:
    """Write the day of a moment out: weekday, day, month, year."""
    words: str = format_skeleton("yMMMEd", at.astimezone(ZoneInfo(zone)), locale=language)
    return words


@lru_cache(maxsize=1000)
def size(size_bytes: int, language: str) -> str:
    """Return a size in the largest unit that leaves at least 1 before the sign: ``1,2 MB``."""
    power = sum(size_bytes >= limit for limit in (1000, 999_500, 999_500_000))
    amount = size_bytes / 1000**power
    shown = round(amount, 1) if power and amount < 9.95 else round(amount)
    if power == 0 and language in _BYTES:
        return f"{shown} {_BYTES[language]}"
    return format_unit(shown, f"digital-{_UNITS[power]}", "short", locale=language)


@lru_cache(maxsize=1000)
def number(value: int, language: str) -> str:
    """Write a number with the signs between thousands."""
    return format_decimal(value, locale=language)


@lru_cache(maxsize=1000)
def length(seconds: int, language: str) -> str:
    """Write a length of time in hours and minutes, below a minute in seconds: ``1 Std. 30 Min.``."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    if not hours and not minutes:
        unit = "second" if rest else "minute"
        return format_unit(rest, f"duration-{unit}", "short", locale=language)
    parts = ((hours, "hour"), (minutes, "minute"))
    return " ".join(
        format_unit(count, f"duration-{unit}", "short", locale=language) for count, unit in parts if count
    )


def entries(file: Path, language: str) -> tuple[list[tuple[Any, Any, int]], bool]:
    """Read a catalogue (gettext's PO format): ``(sentence, translation, line)`` each, and whether 0 is one.

    With plural forms both are tuples.  Raises PoFileError for what cannot be read.
    """
    with file.open("rb") as content:
        catalogue = read_po(content, locale=Locale.parse(language), abort_invalid=True)
    found = [(one.id, one.string or "", one.lineno or 0) for one in catalogue if one.id and not one.fuzzy]
    return found, "n > 1" in catalogue.plural_expr
