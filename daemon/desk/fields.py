"""The desk's own fields of a ticket: what each takes, and the one place where a value is judged.

By mail, on the command line and wherever else a field is written, ``value_for`` decides.
"""

import difflib
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.desk.sentences import NONE, sentence, term
from storage.vocabulary import TicketType

TEXT_LIMIT_CHARS = 500
# What a field can be called in a command line.
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_YES = frozenset({"yes", "true", "on", "1"})
_NO = frozenset({"no", "false", "off", "0"})


class FieldSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the desk's own: its name in commands, what it takes, and which types of ticket have it.

    ``choices`` are for the kind ``choice``.  Without ``types`` every ticket has the field.
    """

    name: Annotated[str, Meta(min_length=1)]
    kind: Annotated[str, Meta(pattern="^(text|number|date|choice|flag)$")] = "text"
    choices: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class BadValue(Exception):  # noqa: N818  # an answer to whoever typed it
    """A value that its field does not take; the text says what was expected."""


def field_named(name: str, fields: Sequence[FieldSettings], kind: TicketType) -> FieldSettings:
    """Return the field of that name; raises BadValue where tickets of this type have none."""
    known = [field for field in fields if not field.types or kind in field.types]
    found = next((field for field in known if field.name == name.lower()), None)
    if found is not None:
        return found
    names = [field.name for field in known]
    near = difflib.get_close_matches(name.lower(), names, n=1)
    hint = sentence("there are: {names}", names=", ".join(names) or NONE)
    if near:
        hint = sentence("did you mean {near}?", near=near[0])
    raise BadValue(
        sentence(
            "this {kind} has no field {typed}; {hint}", kind=term(kind), typed=repr(name[:40]), hint=hint
        )
    )


def value_for(field: FieldSettings, typed: str) -> str:
    """Return a value as it is kept; empty clears the field.  Raises BadValue."""
    text = " ".join(typed.split())
    if not text:
        return ""
    if len(text) > TEXT_LIMIT_CHARS or not text.isprintable():
        raise BadValue(
            sentence(
                "{name}: expected at most {limit} printable characters",
                name=field.name,
                limit=TEXT_LIMIT_CHARS,
            )
        )
    match field.kind:
        case "number":
            if not _NUMBER.fullmatch(text):
                raise BadValue(
                    sentence(
                        "{name}: expected a number like 42 or 1.5, got {typed}",
                        name=field.name,
                        typed=repr(text[:60]),
                    )
                )
        case "date":
            return _day(field, text)
        case "choice":
            return _chosen(field, text)
        case "flag":
            if text.lower() not in _YES | _NO:
                raise BadValue(
                    sentence(
                        "{name}: expected yes or no, got {typed}", name=field.name, typed=repr(text[:60])
                    )
                )
            return "yes" if text.lower() in _YES else "no"
    return text


def _day(field: FieldSettings, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadValue(
            sentence(
                "{name}: expected a day like 2026-01-05, got {typed}", name=field.name, typed=repr(text[:60])
            )
        ) from error


def _chosen(field: FieldSettings, text: str) -> str:
    found = next((choice for choice in field.choices if choice.lower() == text.lower()), None)
    if found is None:
        raise BadValue(
            sentence(
                "{name}: expected one of {choices}, got {typed}",
                name=field.name,
                choices=", ".join(field.choices),
                typed=repr(text[:60]),
            )
        )
    return found
