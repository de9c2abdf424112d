"""The words of a directory's source, cleaned: addresses, names, lists, yes and no."""

import re
import unicodedata
from collections.abc import Iterable

_ADDRESS = re.compile(r"[^\s@,;:<>\"()\[\]\\]{1,64}@[^\s@,;:<>\"()\[\]\\]{1,189}")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
_YES = frozenset(
    {"yes", "y", "true", "t", "1", "x", "active", "enabled", "ja", "oui", "sí", "si", "sì", "aktiv"}
)
_NO = frozenset(
    {"no", "n", "false", "f", "0", "-", "inactive", "disabled", "left", "nein", "non", "nee", "inaktiv"}
)


class NotReadableError(ValueError):
    """A value that is none of its kind; the text says what was expected and what came."""


def clean(text: str) -> str:
    """Return a text in one line without control characters, blanks counted once."""
    kept = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter) != "Cc")
    return " ".join(kept.split())


def address(text: str) -> str:
    """Read an address, alone or as ``Ann <ann@example.com>``, in lower case; raises NotReadableError."""
    said = clean(text)
    match = _IN_BRACKETS.fullmatch(said)
    found = (match[1] if match else said).strip().removeprefix("mailto:").lower()
    if not _ADDRESS.fullmatch(found):
        raise NotReadableError(f'expected an address like ann@example.com, got "{said}"')
    return found


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Return names of roles or groups as they are compared: in lower case, each once, sorted."""
    return tuple(sorted({clean(value).lower() for value in values} - {""}))


def truth(text: str) -> bool:
    """Read yes or no in the words that programs write; raises NotReadableError."""
    said = clean(text).lower()
    if said not in _YES | _NO:
        raise NotReadableError(f'expected yes or no, got "{clean(text)}"')
    return said in _YES
