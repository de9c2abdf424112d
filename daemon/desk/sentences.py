"""Sentences for people that are made in code: English, with the means to say them in another language.

Where ``sentence`` is called its first argument is a plain text: by that the catalogues in
``templates/_languages`` know it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

PLACE = re.compile(r"\{([a-z_][a-z0-9_]*(?:\.[a-z_]+)*)\}")


class Sentence(str):
    """A sentence in English, which remembers its words with their places and what fills these.

    ``str`` of it is the plain text, as journals and records keep it.  Values that are sentences, moments or
    lengths of time themselves are said in the language of the reader as well.
    """

    __slots__ = ("values", "words")
    words: str
    values: Mapping[str, str]


class Moment(str):
    """A moment as English has it, which remembers what it is; ``day_only`` leaves out the time of day."""

    __slots__ = ("at", "day_only", "zone")
    at: datetime
    zone: str
    day_only: bool


class Length(str):
    """A length of time as English has it, which remembers its seconds."""

    __slots__ = ("seconds",)
    seconds: int


def sentence(words: str, /, **values: object) -> Sentence:
    """Fill the places of a sentence, ``{address}`` by ``address=...``; raises KeyError for one without."""
    told = {name: one if isinstance(one, str) else str(one) for name, one in values.items()}
    return _made(filled(words, told), words, told)


def term(stored: str) -> Sentence:
    """Return a word that we store, ``pending-requester``; catalogues have it without its hyphens."""
    return _made(str(stored), stored.replace("-", " "), {})


def plain(text: str) -> Sentence:
    """Return a text that is the same in every language, a person's words for instance."""
    return text if isinstance(text, Sentence) else _made(str(text), "{text}", {"text": text})


def joined(separator: str, parts: Iterable[str]) -> Sentence:
    """Join sentences and texts into one; the separator may be a sentence as well."""
    values = {f"p{at}": part for at, part in enumerate(parts)}
    words = "{separator}".join(f"{{{name}}}" for name in values)
    return _made(str(separator).join(values.values()), words, {**values, "separator": separator})


def either(parts: Iterable[str]) -> Sentence:
    """Join texts by "or"."""
    return joined(sentence(" or "), parts)


def moment_said(shown: str, at: datetime, zone: str, *, day_only: bool = False) -> Moment:
    """Return a moment that reads ``shown`` in English; ``zone`` is that of the reader."""
    made = Moment(shown)
    made.at, made.zone, made.day_only = at, zone, day_only
    return made


def length_said(shown: str, seconds: int) -> Length:
    """Return a length of time that reads ``shown`` in English."""
    made = Length(shown)
    made.seconds = seconds
    return made


def reason_in(error: Exception) -> Sentence:
    """Return what an error says, as the sentence that it was raised with where it was."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Sentence) else plain(str(error))


def filled(words: str, values: Mapping[str, str]) -> str:
    """Put the values into their places; raises KeyError for a place without a value."""
    return PLACE.sub(lambda place: values[place[1]], words)


def _made(shown: str, words: str, values: Mapping[str, str]) -> Sentence:
    made = Sentence(shown)
    made.words, made.values = words, values
    return made


# What lists say that have nothing in them.
NONE = sentence("none")
NOBODY = sentence("nobody")
