"""The catalogues: what our sentences are in other languages, and how dates and sizes are written there.

English needs none.  The others are gettext's PO files, ``templates/_languages/de.po`` and so on; what a file
of that name in the user's folder of templates translates takes the place of the shipped translation.
"""

import importlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

from daemon.desk.durations import spoken_length
from daemon.desk.sentences import PLACE, Length, Moment, Sentence, filled
from storage.vocabulary import LANGUAGES

FOLDER = "_languages"
ENGLISH = LANGUAGES[0]
Plural = tuple[str, str]


# Each is equal to itself only, so that what was made with one can be looked up by it.
@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What our sentences are in one language; ``plurals`` have a form for one and a form for many.

    ``zero_is_one`` says that none is counted as one, as in French.
    """

    language: str = ENGLISH
    sentences: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[Plural, Plural] = field(default_factory=dict)
    zero_is_one: bool = False

    def of(self, words: str) -> str:
        """Return a sentence with its places; the English one where there is no translation."""
        return self.sentences.get(words, words)

    def of_plural(self, one: str, many: str) -> Plural:
        """Return both forms of a sentence that counts."""
        return self.plurals.get((one, many), (one, many))

    def said(self, told: str) -> str:
        """Say a sentence that was made in code, with what fills its places; a plain text stays as it is."""
        if self.language == ENGLISH:
            return str(told)
        if isinstance(told, Moment):
            return (day if told.day_only else written)(told.at, told.zone, self.language)
        if isinstance(told, Length):
            return length(told.seconds, self.language)
        if not isinstance(told, Sentence):
            return told
        words = self.sentences.get(told.words)
        if words is None and not told.values:
            return str(told)
        return filled(words or told.words, {name: self.said(one) for name, one in told.values.items()})


_SPOKEN_AS_WRITTEN = Catalogue()


class BadCatalogueError(Exception):
    """A catalogue is missing or wrong; ``problems`` has one sentence for each, with file and line."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def chosen(language: str, usual: str) -> str:
    """Return the language to write in to somebody: theirs, English for one we do not know, else the usual."""
    return (language if language in LANGUAGES else ENGLISH) if language else usual


def catalogue(language: str, folders: Sequence[Path]) -> Catalogue:
    """Return the catalogue of a language; the first of the folders of templates goes before the others.

    Raises BadCatalogueError for what cannot be read, for a translation that has other places or other bold
    words than its sentence, and where no folder has the file.
    """
    if language == ENGLISH:
        return _SPOKEN_AS_WRITTEN
    files = tuple(
        file for folder in reversed(folders) if (file := folder / FOLDER / f"{language}.po").is_file()
    )
    if not files:
        raise BadCatalogueError([f"{folders[-1] / FOLDER / language}.po: no such catalogue"])
    return _read(language, files)


@lru_cache(maxsize=100)
def _read(language: str, files: tuple[Path, ...]) -> Catalogue:
    sentences: dict[str, str] = {}
    plurals: dict[Plural, Plural] = {}
    problems: list[str] = []
    zero_is_one = False
    for file in files:
        try:
            found, zero_is_one = _babel().entries(file, language)
        except (OSError, ValueError, _babel().PoFileError) as fault:
            raise BadCatalogueError([f"{file}: cannot be read: {fault}"]) from fault
        for words, told, line in found:
            problems += [f"{file}:{line}: {problem}" for problem in _problems(words, told)]
            if isinstance(words, str) and told:
                sentences[words] = told
            elif isinstance(words, tuple) and all(told):
                plurals[words] = told
    if problems:
        raise BadCatalogueError(problems)
    return Catalogue(language, sentences, plurals, zero_is_one)


def _problems(words: str | Plural, told: str | Plural) -> Iterator[str]:
    """Compare a sentence with its translation; what is not translated yet is no problem."""
    if isinstance(words, str) and isinstance(told, str):
        yield from _differences(words, told, set()) if told else ()
    elif isinstance(words, tuple) and isinstance(told, tuple) and all(told):
        if len(told) != len(words):
            yield f'expected {len(words)} forms of "{words[0]}", got {len(told)}'
        # One of something needs no number.
        for mine, theirs, spare in zip(words, told, ({"n"}, set[str]()), strict=False):
            yield from _differences(mine, theirs, spare)


def _differences(words: str, told: str, spare: set[str]) -> Iterator[str]:
    wanted, got = Counter(PLACE.findall(words)), Counter(PLACE.findall(told))
    if {name: count for name, count in wanted.items() if name not in spare} != {
        name: count for name, count in got.items() if name not in spare
    }:
        places = " ".join(f"{{{name}}}" for name in sorted(wanted)) or "no places"
        yield f'expected {places} in "{told}", as in "{words}"'
    if words.count("*") != told.count("*"):
        yield f'expected {words.count("*")} signs * in "{told}", as in "{words}"'


@cache
def _babel() -> ModuleType:
    return importlib.import_module("daemon.services.localised")


# The same few moments are written into every copy of a mail.
@lru_cache(maxsize=1000)
def written(moment: datetime, zone: str, language: str = ENGLISH) -> str:
    """Write a moment out for a reader in this zone."""
    if language == ENGLISH:
        return moment.astimezone(ZoneInfo(zone or "UTC")).strftime("%a %d %b %Y, %H:%M %Z")
    words: str = _babel().moment(moment, zone or "UTC", language)
    return words


def day(moment: datetime, zone: str, language: str) -> str:
    """Write the day of a moment out as a language other than English does."""
    words: str = _babel().day(moment, zone or "UTC", language)
    return words


def length(seconds: int, language: str = ENGLISH) -> str:
    """Write a length of time in hours and minutes."""
    if language == ENGLISH:
        return spoken_length(seconds)
    words: str = _babel().length(seconds, language)
    return words


def size_written(size_bytes: int, language: str) -> str:
    """Write a size as a language other than English does."""
    words: str = _babel().size(size_bytes, language)
    return words


def number_written(value: int, language: str) -> str:
    """Write a number with the signs that a language other than English has between thousands."""
    words: str = _babel().number(value, language)
    return words
