"""Print rows as a table for people or as JSON for programs; nothing printed can command a terminal."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

Row = Mapping[str, Any]

_CUT_AFTER = 60
# Line ends and what could move the cursor or turn the reading direction around.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def emit(rows: Iterable[Row], columns: Sequence[str], *, as_json: bool, nothing: str = "") -> None:
    """Print rows: as one JSON array of whole objects, or as a table of the named columns.

    The head of a column is its key in capitals.  No rows are an empty array, or the line ``nothing``.
    """
    if as_json:
        emit_json(list(rows))
        return
    cells = [[printable(in_words(row.get(column)), limit=_CUT_AFTER) for column in columns] for row in rows]
    if cells:
        click.echo("\n".join(_table([[column.upper() for column in columns], *cells])))
    elif nothing:
        click.echo(printable(nothing))


def emit_json(value: Any) -> None:
    """Print one JSON value; dataclasses become objects, moments ISO 8601 in UTC with ``Z``."""
    click.echo(json.dumps(value, indent=2, default=_encoded))


def iso(moment: datetime) -> str:
    """Write an aware moment in UTC with ``Z``, to the second or, where it has one, the fraction."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_words(value: Any) -> str:
    """Write one value for a person: nothing for None, lists with commas, moments to the second."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return iso(value.replace(microsecond=0))
        case list() | tuple():
            return ", ".join(in_words(item) for item in value)
        case _:
            return str(value)


def printable(text: str, *, limit: int | None = None) -> str:
    """Return a text in one harmless line, cut with an ellipsis after ``limit`` characters."""
    harmless = "".join(_harmless(letter) for letter in text)
    return harmless if limit is None or len(harmless) <= limit else harmless[: limit - 1] + "…"


def _harmless(letter: str) -> str:
    if letter in _DIRECTIONS:
        return ""
    return " " if unicodedata.category(letter) in _UNPRINTABLE else letter


def _encoded(value: object) -> Any:
    """Turn what JSON has no word for into what it has; raises TypeError for anything unforeseen."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"expected a value that can be printed, got {type(value).__name__}")


def _table(lines: list[list[str]]) -> list[str]:
    widths = [max(_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    return ["  ".join(map(_padded, line, widths)).rstrip() for line in lines]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Count the columns of a terminal: letters of East Asia take two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)
