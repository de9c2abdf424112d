"""Suggest a category from the desk's own history: the tickets whose words are nearest to a new one's.

Each ticket is the list of its most telling words, weighed by how rare they are (tf-idf) and compared by the
cosine of their angle.  The nearest ones vote, and three of them are the reason that people are shown.
This is the whole of it: no training run, no model file, and forgetting a ticket is leaving it out.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from daemon.desk.terms import Terms, Words, plain

# So many words of a ticket are kept; what it is about is said by then.
TERMS_PER_TICKET = 24
# So many of the nearest tickets vote.
VOTERS = 9
SHOWN = 3
# Below this angle (0 to 1) two tickets have nothing to do with each other.
LEAST_LIKENESS = 0.12
# A category needs this share of the votes, and so many, to be given to a ticket, else it is told as a guess.
SURE_SHARE = 0.6
SURE_VOTES = 0.4
# What a word that the operator lists for a category counts as: a ticket that is as near as this.
LISTED_VOTE = 0.5
_LETTERS = re.compile(r"[^\W\d_]{3,30}")
_SUBJECT_WEIGHT = 2


@dataclass(frozen=True, slots=True)
class Example:
    """A ticket that people gave a category to; ``terms`` are its most telling words, each once."""

    number: int
    category: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category with the nearest tickets, the nearest first; ``share`` is its part of all votes, 0 to 1.

    ``votes`` adds up how near they are, each from 0 to 1.
    """

    category: str
    share: float
    votes: float
    nearest: tuple[int, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Tell whether the ticket can be given this category without asking."""
        return self.share >= SURE_SHARE and self.votes >= SURE_VOTES

    def __str__(self) -> str:
        why = [f'the words "{", ".join(self.words)}"'] if self.words else []
        why += [f"tickets {', '.join(map(str, self.nearest))}"] if self.nearest else []
        return f"{self.category} ({self.share:.0%} of the votes; like {' and '.join(why)})"


def terms_of(subject: str, text: str) -> tuple[str, ...]:
    """Return the words that tell most about a ticket: those that stand there most, of the subject twice.

    Short words and numbers tell nothing; equal ones keep the order in which they stand.
    """
    counts: Counter[str] = Counter()
    for word in _LETTERS.findall(plain(subject)):
        counts[word] += _SUBJECT_WEIGHT
    counts.update(_LETTERS.findall(plain(text[:2_000])))
    return tuple(word for word, _ in counts.most_common(TERMS_PER_TICKET))


@dataclass(frozen=True)
class Neighbours:
    """The history in a form that is searched quickly: each word with the tickets that have it."""

    examples: tuple[Example, ...] = ()
    _having: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _lengths: tuple[float, ...] = ()

    @classmethod
    def of(cls, examples: Iterable[Example]) -> "Neighbours":
        """Sort a history out."""
        listed = tuple(examples)
        having: defaultdict[str, list[int]] = defaultdict(list)
        for at, example in enumerate(listed):
            for term in example.terms:
                having[term].append(at)
        found = {term: tuple(places) for term, places in having.items()}
        rarity = {term: _rarity(len(listed), len(places)) for term, places in found.items()}
        lengths = tuple(
            math.sqrt(sum(rarity[term] ** 2 for term in example.terms)) or 1.0 for example in listed
        )
        return cls(listed, found, lengths)

    def nearest(self, terms: Iterable[str]) -> list[tuple[float, Example]]:
        """Return the tickets nearest to these words with their likeness (0 to 1), the nearest first."""
        scores: defaultdict[int, float] = defaultdict(float)
        length = 0.0
        total = len(self.examples)
        for term in terms:
            places = self._having.get(term, ())
            weight = _rarity(total, len(places)) ** 2
            length += weight
            for at in places:
                scores[at] += weight
        norm = math.sqrt(length) or 1.0
        likeness = [(score / (norm * self._lengths[at]), self.examples[at]) for at, score in scores.items()]
        near = [one for one in likeness if one[0] >= LEAST_LIKENESS]
        return sorted(near, key=lambda one: (-one[0], -one[1].number))[:VOTERS]


@dataclass(frozen=True)
class Suggester:
    """Suggests one of the configured categories; ``listed`` are the words the operator gave to each."""

    listed: tuple[tuple[str, Terms], ...]
    neighbours: Neighbours = field(default_factory=Neighbours)

    def suggest(self, words: Words, terms: Iterable[str]) -> Suggestion | None:
        """Return the category with the most votes, or None where nothing is near."""
        votes: defaultdict[str, float] = defaultdict(float)
        known = {name for name, _ in self.listed}
        near = [one for one in self.neighbours.nearest(terms) if one[1].category in known]
        for likeness, example in near:
            votes[example.category] += likeness
        found = {name: listed.found(words) for name, listed in self.listed}
        for name, hits in found.items():
            votes[name] += LISTED_VOTE * len(hits)
        best = max(votes, key=lambda name: votes[name], default="")
        if not best or not votes[best]:
            return None
        same = [example.number for _, example in near if example.category == best]
        share = votes[best] / sum(votes.values())
        return Suggestion(best, share, votes[best], tuple(same[:SHOWN]), found[best][:SHOWN])


def _rarity(total: int, having: int) -> float:
    return math.log(1 + total / (1 + having))
