"""Read how somebody rated the service: a number from 1 to 5, stars, a face or a word, and what else.

The rating stands at the beginning of the own words.  Where it may be anything else (``5 days``, ``3 or 4``,
``1 - excellent``) no rating is read, and the reason says why.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from daemon.desk import decision_words, doubt_words
from daemon.desk import rating_words as words
from daemon.desk.answer_lexicon import LIMIT_CHARS, Clause, HiddenCharactersError, Lexicon, folded, visible
from daemon.desk.terms import plain

LOWEST, HIGHEST = 1, 5
# A number and a word that are so far from each other contradict each other.
_APART = 3
_LEXICON = Lexicon.of(
    {
        **{f"word {score}": table for score, table in words.WORDS.items()},
        **{f"number {score}": table for score, table in words.NUMBERS.items()},
        "beside": words.BESIDE,
        "thanks": decision_words.THANKS,
        "greeting": decision_words.GREETINGS,
        "closing": decision_words.CLOSINGS,
        "complaint": words.COMPLAINTS,
        "negation": doubt_words.NEGATIONS,
        "condition": doubt_words.CONDITIONS,
        "retraction": doubt_words.RETRACTIONS,
    }
)
_SCORES = {f"{way} {score}": score for way in ("word", "number") for score in range(LOWEST, HIGHEST + 1)}
_FACES = {face: score for score, faces in words.FACES.items() for face in faces}
_UNITS = frozenset(plain(word) for word in words.UNITS.split("|"))
_BETWEEN = frozenset(plain(word) for word in words.BETWEEN.split("|"))
_OF = "|".join(sorted(map(re.escape, words.OF.split("|")), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<score>[0-9]+)(?:\s*(?:{_OF})\s*(?P<scale>[0-9]+)(?![0-9]))?(?:\s*[*\u2605\u2b50](?![*\u2605\u2b50]))?"
    r"(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
# Turkish and Hungarian name the scale first: "5 uzerinden 4", "5-bol 4".
_SCALE_FIRST = re.compile(
    r"5\s*(?:\u00fczerinden|uzerinden|-?b\u0151l|-?bol)\s*(?P<score>[0-9]+)(?P<rest>.*)", re.DOTALL
)
_STARS = re.compile(
    r"(?P<full>[\u2605\u2b50\U0001f31f]+|\*{1,9}(?=\s|$))(?P<empty>[\u2606\u2729]*)(?P<rest>.*)", re.DOTALL
)
_WORD = re.compile(r"[^\W\d_]+")
_KEYCAP = "\u20e3"


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as it was read; ``score`` is None where there is none, and ``reason`` says why.

    ``words`` are those that rated, ``sentence`` is what else was said.
    """

    score: int | None
    words: str = ""
    sentence: str = ""
    reason: str = ""


def rating(new_text: str, *, human: bool = True, language: str = "") -> Rating:
    """Read the new words of an answer to a survey; automatic mail (``human`` False) never rates.

    ``language`` (two letters, or empty) is that of the person, for number words that are others elsewhere.
    """
    if not human:
        return Rating(None, reason="automatic mail rates nothing")
    try:
        text = visible(new_text.replace(_KEYCAP, ""))
    except HiddenCharactersError as error:
        return Rating(None, reason=str(error))
    text = _behind_greeting(text[: LIMIT_CHARS * 2])
    if not text:
        return Rating(None, reason="it has no words of its own")
    return _by_number(text) or _by_stars(text) or _by_face(text) or _by_words(text, language)


def standing(answers: Iterable[tuple[datetime, Rating]], closes_at: datetime) -> Rating | None:
    """Return the rating that counts: the last one given before the window closed, None without any."""
    given = [(at, one) for at, one in answers if at < closes_at and one.score is not None]
    return max(given, key=lambda one: one[0])[1] if given else None


def _behind_greeting(text: str) -> str:
    clauses = _LEXICON.clauses(text)
    first = clauses[0] if clauses else None
    if first is None or "greeting" not in first.items[0].kinds:
        return text
    if not all(item.is_name or "greeting" in item.kinds for item in first.items):
        return text
    return text[first.items[-1].end :].lstrip(" \t\n,.:!-")


def _by_number(text: str) -> Rating | None:
    """Read ``4``, ``4/5``, ``4 of 5``, ``4 fine``; None where the text begins with no number."""
    match = _SCALE_FIRST.match(text) or _NUMBER.match(text)
    if match is None:
        return None
    scale = match.groupdict().get("scale") or str(HIGHEST)
    score, rest = match["score"], match["rest"]
    shown = text[: match.start("rest")].strip()
    if len(score) > 1 or not LOWEST <= int(score) <= HIGHEST or scale != str(HIGHEST):
        return Rating(None, reason=f'expected a number from {LOWEST} to {HIGHEST}, got "{shown}"')
    doubt = _after_number(rest)
    if doubt:
        return Rating(None, reason=doubt)
    said = _spoken(rest)
    if said is not None and abs(said - int(score)) >= _APART:
        return Rating(None, reason="the number and the words contradict each other")
    return Rating(int(score), shown, _sentence(rest))


def _after_number(rest: str) -> str:
    """Say what makes of a number something else than a rating, or nothing."""
    if re.match(r"[.,:]?\d|[^\W_]|[%+\u20ac$\u00b0]|\s*[-\u2013\u2014/&,=]\s*\d|\s+[+-]?\d", rest):
        return "the number goes on, or another one follows"
    if rest.lstrip().startswith("?"):
        return "it asks something"
    follows = _WORD.match(rest.lstrip(" -\u2013.")) if rest[:1] in {" ", "-", "\t", "."} else None
    word = plain(follows.group()) if follows else ""
    if word in _UNITS and rest[:1] != ".":
        return f'it counts something: "{word}"'
    behind = rest.lstrip()[follows.end() - follows.start() :].lstrip() if follows else ""
    if word in _BETWEEN and behind[:1].isdigit():
        return "it names two numbers"
    if word in {"of", "von", "sur", "van"}:
        return "it is a part of something"
    return ""


def _by_stars(text: str) -> Rating | None:
    match = _STARS.match(text)
    if match is None:
        return None
    full, empty = len(match["full"]), len(match["empty"])
    if full > HIGHEST or (empty and full + empty != HIGHEST):
        return Rating(None, reason=f"expected up to {HIGHEST} stars, got {full + empty}")
    return Rating(full, match["full"] + match["empty"], _sentence(match["rest"]))


def _by_face(text: str) -> Rating | None:
    size = next((at for at, char in enumerate(text) if char not in _FACES), len(text))
    if not size:
        return None
    scores = {_FACES[char] for char in text[:size]}
    if len(scores) > 1 and max(scores) - min(scores) > 1:
        return Rating(None, reason="the faces contradict each other")
    score = _FACES[text[0]]
    return _unless_doubtful(score, text[:size], text[size:])


def _by_words(text: str, language: str) -> Rating:
    """Read "great, thanks" and "five": the first sentence holds nothing but the rating and politeness."""
    clauses = _LEXICON.clauses(text)
    first = [clause for clause in clauses if clause.sentence == clauses[0].sentence] if clauses else []
    items = [item for clause in first for item in clause.items]
    scores = {_score(item.kinds, item.words, language) for item in items} - {None}
    known = all(
        _score(item.kinds, item.words, language) is not None or item.kinds & {"beside", "thanks", "closing"}
        for item in items
    )
    if not scores or not known or "?" in text.partition("\n")[0]:
        return Rating(None, reason="it does not begin with a rating")
    if len(scores) > 1 or any(clause.trails for clause in first):
        return Rating(None, reason="it does not say one rating clearly")
    end = items[-1].end
    return _unless_doubtful(scores.pop() or 0, text[:end].strip(), text[end:])


def _score(kinds: frozenset[str], spoken: str, language: str) -> int | None:
    found = {_SCORES[kind] for kind in kinds & _SCORES.keys()}
    only = words.NUMBERS_IN.get(" ".join(folded(spoken)))
    if len(found) != 1 or (only is not None and language not in only):
        return None
    return found.pop()


def _unless_doubtful(score: int, shown: str, rest: str) -> Rating:
    """Return a rating by words or faces, where what follows does not mock it or take it back."""
    clauses = _LEXICON.clauses(rest)
    against = ("negation", "condition", "retraction", "complaint") if score > LOWEST + 1 else ("retraction",)
    far = [f"word {other}" for other in words.WORDS if abs(other - score) >= _APART]
    if any(clause.has(*against, *far) for clause in clauses):
        return Rating(None, reason="what follows may contradict the rating")
    return Rating(score, shown, _sentence(rest))


def _spoken(rest: str) -> int | None:
    """Return the rating that the words behind a number come to, where their first clause is one."""
    clauses: tuple[Clause, ...] = _LEXICON.clauses(rest)
    items = clauses[0].items if clauses else ()
    scores = {_SCORES[kind] for item in items for kind in item.kinds if kind.startswith("word")}
    plain_words = all(
        any(kind.startswith(("word", "beside", "thanks")) for kind in item.kinds) for item in items
    )
    return scores.pop() if len(scores) == 1 and plain_words else None


def _sentence(rest: str) -> str:
    return rest.strip(" \t\n,.:;!-\u2013\u2014)")
