"""Look for words and phrases in a mail: in linear time, without regard to case and accents.

A term is a word, a phrase of words, or either with a ``*`` at its end for any ending (``print*``).  Scripts
that write no blanks between words are searched as they are.  No term is a regular expression: none can hang.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

# What decides about a ticket stands at the beginning of a mail; more is not looked at.
LIMIT_CHARS = 2_000
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_LETTERS = str.maketrans("\u0142\u00f8\u0111\u0131\u2019", "lodi'", "\u00ad\u200b")
_ODD_LETTERS = re.compile("[\u0142\u00f8\u0111\u0131\u2019\u00ad\u200b]")
# The marks of Latin, Greek and Cyrillic; those of other scripts begin with Hebrew's.
_USUAL_MARKS = re.compile("[\u0300-\u036f]+")
_OTHER_SCRIPTS = re.compile("[\u0483-\u0487\u0590-\u1fff\u20d0-\u20ff\u2de0-\U0010ffff]")


def plain(text: str) -> str:
    """Return a text as it is compared: lower case, without accents."""
    if text.isascii():
        return text.lower()
    folded = text.casefold()
    if _ODD_LETTERS.search(folded):
        folded = folded.translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", folded)
    bare = _USUAL_MARKS.sub("", decomposed)
    if bare.isascii() or not _OTHER_SCRIPTS.search(bare):
        return bare
    return "".join(char for char in bare if not unicodedata.combining(char))


@dataclass(frozen=True)
class Words:
    """The words of a text, ready to be asked; ``run`` has them in order with single blanks around each."""

    words: frozenset[str]
    run: str
    raw: str = ""

    @classmethod
    def of(cls, *texts: str) -> "Words":
        """Take the words of these texts, of each its beginning."""
        raw = plain(" \n ".join(text[:LIMIT_CHARS] for text in texts))
        found = _WORD.findall(raw)
        unspaced = not raw.isascii() and _UNSPACED.search(raw)
        return cls(frozenset(found), f" {' '.join(found)} ", raw if unspaced else "")

    def and_those_of(self, other: "Words") -> "Words":
        """Return the words of both texts; no phrase runs from the one into the other."""
        raw = f"{self.raw}\n{other.raw}" if self.raw or other.raw else ""
        return Words(self.words | other.words, f"{self.run}\n{other.run}", raw)


@dataclass(frozen=True)
class Terms:
    """A list of terms, sorted out once so that a text is searched quickly."""

    listed: tuple[str, ...]
    _words: dict[str, str] = field(default_factory=dict)
    _beginnings: dict[str, str] = field(default_factory=dict)
    _phrases: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _unspaced: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, terms: Iterable[str]) -> "Terms":
        """Sort terms out; one without a letter or digit is left out."""
        made = cls(tuple(dict.fromkeys(terms)))
        unspaced = []
        for term in made.listed:
            bare = plain(term)
            if _UNSPACED.search(bare):
                unspaced.append((bare.rstrip("*"), term))
                continue
            words = _WORD.findall(bare)
            if len(words) == 1:
                if bare.endswith("*"):
                    made._beginnings[f" {words[0]}"] = term
                else:
                    made._words[words[0]] = term
            elif words:
                end = "" if bare.endswith("*") else " "
                made._phrases.setdefault(words[0], []).append((f" {' '.join(words)}{end}", term))
        return cls(made.listed, made._words, made._beginnings, made._phrases, tuple(unspaced))

    def __bool__(self) -> bool:
        """Tell whether there is any term."""
        return bool(self.listed)

    def can_be_found(self) -> bool:
        """Tell whether any term has something to look for."""
        return bool(self._words or self._beginnings or self._phrases or self._unspaced)

    def found(self, text: Words) -> tuple[str, ...]:
        """Return the terms that stand in a text, as they were listed and in that order."""
        hits = {self._words[word] for word in self._words.keys() & text.words}
        if self._phrases:
            near = self._phrases.keys() & text.words
            hits.update(term for word in near for phrase, term in self._phrases[word] if phrase in text.run)
        if self._beginnings:
            hits.update(term for start, term in self._beginnings.items() if start in text.run)
        if text.raw:
            hits.update(term for run, term in self._unspaced if run in text.raw)
        return tuple(term for term in self.listed if term in hits) if hits else ()
