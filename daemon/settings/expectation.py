"""Say in words what a setting takes and what came instead."""

import json
from datetime import date, time
from typing import Any

from msgspec import inspect

_LONGEST = 60


def expected(kind: inspect.Type) -> str:
    """Describe the values of a type: ``a whole number from 0 to 65535``."""
    if isinstance(kind, inspect.StrType):
        return _expected_text(kind)
    if isinstance(kind, inspect.IntType):
        return "a whole number" + _bounds(kind)
    if isinstance(kind, inspect.FloatType):
        return "a number" + _bounds(kind)
    if isinstance(kind, inspect.BoolType):
        return "true or false"
    if isinstance(kind, inspect.DateType):
        return "a day like 2024-07-01"
    return "a list" if isinstance(kind, inspect.VarTupleType) else "a table"


def choices_of(pattern: str | None) -> list[str]:
    """Return the words of which a text must be one (``^(one|other)$``); empty where it is free."""
    return pattern.strip("^$()").split("|") if pattern else []


def came(value: Any) -> str:
    """Describe a value of a TOML document, shortened where it is long."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            shown = json.dumps(value, ensure_ascii=False)
            return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 4] + '..."'
        case dict():
            return "a table"
        case list():
            return "a list"
        case date() | time():
            return f"the time {value}"
        case _:
            return str(value)


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.gt is not None:
        return f" above {kind.gt}"
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge} to {kind.le}"
    return f" of at least {kind.ge}" if kind.ge is not None else ""


def _expected_text(kind: inspect.StrType) -> str:
    words = choices_of(kind.pattern)
    if words:
        return "one of " + ", ".join(f'"{word}"' for word in words)
    return "a text that is not empty" if kind.min_length else "a text"
