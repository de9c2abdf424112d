"""Sentences for people that are made in code: English, with the means to say them in another language.

Where ``sentence`` is called its first argument is a plain text: by that the catalogues in
``templates/_languages`` know it.
"""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


class Sentence(str):
    """A sentence in English, which remembers its words with their places and what fills these.

    ``str`` of it is the plain text, as journals and records keep it.
    """

    __slots__ = ("values", "words")
    words: str
    values: Mapping[str, str]


def sentence(words: str, /, **values: object) -> Sentence:
    """Fill the places of a sentence, ``{address}`` by ``address=...``; raises KeyError for one without."""
    told = {name: str(value) for name, value in values.items()}
    made = Sentence(filled(words, told))
    made.words, made.values = words, told
    return made


def filled(words: str, values: Mapping[str, str]) -> str:
    """Put the values into their places; raises KeyError for a place without a value."""
    return PLACE.sub(lambda place: values[place[1]], words)
