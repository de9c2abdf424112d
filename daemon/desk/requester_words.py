"""Understand what requesters say in a few words: "please close this", "kannst du das bitte schließen".

A mail means something only when its new text is nothing but one such phrase, with a greeting, thanks and a
name around it at most.  Anything more is a reply that a person reads: a reply too many costs a glance, a
ticket closed by mistake costs a customer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from daemon.desk.requester_phrases import ENGLISH, GERMAN, Phrases, Tongue, Word
from daemon.desk.requester_phrases_south import ITALIAN, SPANISH
from daemon.desk.requester_phrases_west import DUTCH, FRENCH
from daemon.desk.terms import plain

__all__ = ["TONGUES", "Spoken", "Word", "spoken"]

TONGUES: Mapping[str, Tongue] = {
    "en": ENGLISH,
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "it": ITALIAN,
    "nl": DUTCH,
}
_TEXT_LIMIT_CHARS = 300
_PHRASE_LIMIT_CHARS = 80
_LINES_LIMIT = 8
_NAME_LINES = 3
_NAME_WORDS = 4
_APOSTROPHES = re.compile("['\u2019\u2018\u00b4`]")
_WORDS = re.compile(r"\w+")
# Beside words there may be these; any other sign says more than a phrase does.
_SIGNS = re.compile(r"[\s.,;:!?\u00a1\u00bf*_()\"\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u2026-]*")
_FOLDED = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was meant, and the languages in which it is said so, by two letters; there is at least one."""

    word: Word
    languages: tuple[str, ...]


def spoken(text: str, names: Iterable[str] = (), number: int | None = None) -> Spoken | None:
    """Return what the new text of a mail means; None for anything that is more than a phrase.

    ``names`` are those of the writer and of whom they write to, which may stand around it; ``number`` is
    that of the ticket, which may be named.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or len(text) > _TEXT_LIMIT_CHARS or len(lines) > _LINES_LIMIT:
        return None
    known = frozenset(word for name in names for word in _plain_words(name))
    said = " ".join(_without_frame(lines, known))
    if number is not None:
        said = re.sub(rf"\[?#?\b{number}\b\]?", " ", said)
    found = _plain_words(said)
    if not found or not _SIGNS.fullmatch(re.sub(r"\w", "", _APOSTROPHES.sub("", plain(said)))):
        return None
    meant = (_meaning(bare, question="?" in said) for bare in _barer(found, known))
    return next((one for one in meant if one is not None), None)


@cache
def _forms() -> tuple[tuple[Word, str, re.Pattern[str], re.Pattern[str]], ...]:
    """Return every word in every language with what is told and what may be asked as well."""
    return tuple(
        (word, language, _pattern(phrases, tongue), _pattern(Phrases(asked=phrases.asked), tongue))
        for language, tongue in TONGUES.items()
        for word, phrases in tongue.words.items()
    )


def _pattern(phrases: Phrases, tongue: Tongue) -> re.Pattern[str]:
    choices = "|".join(part for part in (phrases.told, phrases.asked) if part)
    return re.compile(_expression(choices.replace("<it>", f"({tongue.it})") or "(?!)"))


def _expression(choices: str) -> str:
    """Turn the notation of the table into a regular expression."""
    folded = _fold(re.sub(r"\((?!\?)", "(?:", choices))
    return folded.replace("[", "(?:").replace("]", ")?")


def _fold(words: str) -> str:
    for long, short in _FOLDED:
        words = words.replace(long, short)
    return words


def _plain_words(text: str) -> list[str]:
    return [_fold(word) for word in _WORDS.findall(_APOSTROPHES.sub("", plain(text)))]


@cache
def _phrases(kind: str) -> frozenset[str]:
    """Return the set phrases of one kind in all languages."""
    return frozenset(
        " ".join(_plain_words(phrase))
        for tongue in TONGUES.values()
        for phrase in str(getattr(tongue, kind)).split("|")
    )


def _without_frame(lines: list[str], known: frozenset[str]) -> list[str]:
    """Leave out the line that greets, and those below the end of a letter that only name its writer."""
    kept = list(lines)
    if len(kept) > 1 and _greets(kept[0]):
        kept = kept[1:]
    for at, line in enumerate(kept[1:], start=1):
        names = kept[at + 1 :]
        if " ".join(_plain_words(line)) in _phrases("closings"):
            return kept[:at] if len(names) <= _NAME_LINES and all(map(_is_name, names)) else kept
    if len(kept) > 1 and known.issuperset(_plain_words(kept[-1])):
        kept = kept[:-1]
    return kept


def _greets(line: str) -> bool:
    words = _plain_words(line)
    starts = (" ".join(words[:count]) for count in (1, 2))
    return (
        len(words) <= _NAME_WORDS + 1
        and line[-1] in ",!:"
        and any(one in _phrases("greetings") for one in starts)
    )


def _is_name(line: str) -> bool:
    words = _WORDS.findall(line)
    if not 0 < len(words) <= _NAME_WORDS or not all(word[0].isupper() for word in words):
        return False
    return not _phrases("never").intersection(_plain_words(line))


def _barer(words: list[str], known: frozenset[str]) -> Iterator[str]:
    """Yield the words with less and less of politeness: "please" anywhere, the others around the phrase."""
    said = f" {' '.join(words)} "
    for please in sorted(_phrases("please"), key=len, reverse=True):
        said = said.replace(f" {please} ", " ")
    polite = sorted(_phrases("polite"), key=len, reverse=True)
    before = ""
    while said != before and said.strip():
        yield said.strip()
        before = said
        said = _less_polite(said, polite)
        left = said.split()
        if len(left) > 1 and left[-1] in known:
            said = f" {' '.join(left[:-1])} "


def _less_polite(said: str, polite: list[str]) -> str:
    """Take one polite phrase away, from the end or else from the beginning."""
    for phrase in polite:
        if said.endswith(f" {phrase} "):
            return said.removesuffix(f"{phrase} ")
    for phrase in polite:
        if said.startswith(f" {phrase} "):
            return said.removeprefix(f" {phrase}")
    return said


def _meaning(said: str, *, question: bool) -> Spoken | None:
    if len(said) > _PHRASE_LIMIT_CHARS:
        return None
    found = [
        (word, language)
        for word, language, told, asked in _forms()
        if (asked if question else told).fullmatch(said)
    ]
    words = {word for word, _ in found}
    # Who says that all is done means both; any other two words, of two languages, and nobody knows which.
    word = Word.CLOSE if words == {Word.CLOSE, Word.YES} else next(iter(words), None)
    if word is None or (len(words) > 1 and words != {Word.CLOSE, Word.YES}):
        return None
    return Spoken(word, tuple(dict.fromkeys(language for _, language in found)))
