"""Read words in order and by their kinds: the longest phrase that a table knows, else one unknown word.

Answers of fifteen languages are compared without case and accents.  Characters that nobody sees, marks that
strike letters out and look-alike letters of other scripts never make a word of a table.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from daemon.desk.terms import plain

# Nothing hangs on more: whoever decides says so at the beginning, and a longer text asks for a reader.
LIMIT_CHARS = 2_000
_ADDRESS = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_TOKEN = re.compile(
    rf"(?P<address>{_ADDRESS})|(?P<link>https?://\S+)|(?P<line>\n)|(?P<end>(?:[.!\u2026](?!\d))+)"
    r"|(?P<sign>(?<!\S)[+-]1(?!\S))|(?P<number>\d+(?:[.,:-]\d+)*)|(?P<word>[^\W\d_]+|\w)"
    r"|(?P<soft>[,;:()/\u2013\u2014]|(?<=\s)-+(?=\s))|(?P<other>[^\s'\"\u2018-\u201f\u00ab\u00bb*_-])"
)
# A variation selector and skin tones change only how a picture looks.
_LOOKS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_SIGNATURE = re.compile(r"(?m)^-- ?$")


class HiddenCharactersError(ValueError):
    """A text that does not say what it shows; the text of the error says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase as it was written, what it may be (nothing, if unknown) and where it ends in the text."""

    words: str
    kinds: frozenset[str] = frozenset()
    end: int = 0

    @property
    def is_name(self) -> bool:
        """Tell whether it may be the name of somebody: a word with a capital that no table knows."""
        return not self.kinds and self.words[:1].isupper() and self.words.isalpha()


@dataclass(frozen=True, slots=True)
class Clause:
    """The words between two marks; ``line`` and ``sentence`` count from 0.

    ``start`` is where it begins in the text; ``blank`` tells of a blank line above it, ``trails`` of dots at
    its end.
    """

    items: tuple[Item, ...]
    line: int
    sentence: int
    start: int
    blank: bool = False
    trails: bool = False

    @property
    def words(self) -> str:
        """The words of the clause, as written."""
        return " ".join(item.words for item in self.items)

    def has(self, *kinds: str) -> bool:
        """Tell whether any phrase of the clause may be one of these."""
        return any(not item.kinds.isdisjoint(kinds) for item in self.items)


def folded(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as they are compared."""
    return tuple(plain(match.group()) for match in _TOKEN.finditer(_LOOKS.sub("", phrase)))


@dataclass(frozen=True)
class Lexicon:
    """Phrases with their kinds; a phrase may be of several."""

    kinds: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    longest: int = 1

    @classmethod
    def of(cls, tables: Mapping[str, str]) -> "Lexicon":
        """Make a lexicon of tables by kind, whose phrases stand between bars."""
        found: dict[tuple[str, ...], frozenset[str]] = {}
        for kind, table in tables.items():
            for phrase in table.split("|"):
                key = folded(phrase)
                found[key] = found.get(key, frozenset()) | {kind}
        return cls(found, max(map(len, found)))

    def items(self, text: str, spans: list[tuple[int, int]]) -> tuple[Item, ...]:
        """Read the words at these places of a text, each time the longest phrase that is known."""
        bare = [plain(text[start:end]) for start, end in spans]
        at, found = 0, []
        while at < len(spans):
            sizes = range(min(self.longest, len(spans) - at), 0, -1)
            size = next((size for size in sizes if tuple(bare[at : at + size]) in self.kinds), 1)
            kinds = self.kinds.get(tuple(bare[at : at + size]), frozenset())
            end = spans[at + size - 1][1]
            found.append(Item(text[spans[at][0] : end], kinds, end))
            at += size
        return tuple(found)

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """Divide a text into clauses; those without a word are left out."""
        return tuple(_clauses(self, text))


def visible(text: str) -> str:
    """Return the own words of an answer as they are seen: without quoted lines and a signature.

    Whoever calls hands over the new words only; this is the second lock.  Raises HiddenCharactersError
    where characters are hidden inside of words or struck out.
    """
    seen = _LOOKS.sub("", unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n")))
    if any(unicodedata.combining(char) for char in seen):
        raise HiddenCharactersError("it has letters with marks over them")
    for at, char in enumerate(seen):
        if unicodedata.category(char) in {"Cf", "Cc"} and char not in "\n\t":
            around = seen[max(at - 1, 0) : at], seen[at + 1 : at + 2]
            if all(one.isalnum() or unicodedata.category(one or " ") == "Cf" for one in around):
                raise HiddenCharactersError("it has hidden characters inside of words")
    shown = "".join(char for char in seen if char in "\n\t" or unicodedata.category(char) not in {"Cf", "Cc"})
    lines = _SIGNATURE.split(shown)[0].split("\n")
    return "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()


def _clauses(lexicon: Lexicon, text: str) -> Iterable[Clause]:
    words: list[tuple[int, int]] = []
    line = sentence = start = 0
    newlines = 0
    blank = False
    for match in [*_TOKEN.finditer(text), None]:
        if match is not None and match.lastgroup not in {"line", "end", "soft"}:
            if not words:
                start, blank = match.start(), newlines > 1
            words.append(match.span())
            newlines = 0
            continue
        if words:
            trails = match is not None and (match.group() == "\u2026" or len(match.group().strip("!")) > 1)
            yield Clause(lexicon.items(text, words), line, sentence, start, blank, trails)
            words = []
        if match is not None and match.lastgroup != "soft":
            sentence += 1
            if match.lastgroup == "line":
                line, newlines = line + 1, newlines + 1
