"""Judge the answers to the questions of an item: what is valid, what is missing, what is wrong and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from daemon.desk.catalogue import Item, Question, QuestionType
from daemon.desk.dates import BadDate, Now, moment
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.terms import plain

TEXT_LIMIT_CHARS = 2_000
_SHOWN_CHARS = 60
# Yes and no in the languages that the desk writes; any letter case, with accents or without.
_YES = frozenset({"yes", "y", "ja", "j", "oui", "si", "true", "ok"})
_NO = frozenset({"no", "n", "nein", "non", "nee", "false"})
_NUMBER = re.compile(r"(?:[€$£]|[a-z]{3} )?\s*(\d{1,12}(?:[.,]\d{1,2})?)\s*(?:[€$£]|[a-z]{1,6}\.?)?")
_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOON = time(12)
_CONTROLS = sentence("expected a text without control characters")
_DAY_WORDS = sentence("a day like 2026-01-31")
_YES_OR_NO = sentence("yes or no")


class BadAnswer(Exception):  # noqa: N818  # an answer to whoever typed it
    """An answer that its question does not take; the text says what was expected and what came."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Gap:
    """A question to be asked again; ``typed`` is the wrong answer and ``why`` says so, or both are empty."""

    question: Question
    typed: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a form came to: the valid answers as they are kept, by question, and what is to be asked again."""

    values: Mapping[str, str]
    gaps: tuple[Gap, ...] = ()


def settled(item: Item, typed: Mapping[str, str], now: Now) -> Settled:
    """Judge typed answers in the order of the questions; those whose condition fails are left out.

    A question that rests on an answer which is missing itself is not asked before that one is there.
    """
    values: dict[str, str] = {}
    gaps: list[Gap] = []
    for question in item.questions:
        if not question.when.holds(values):
            continue
        given = typed.get(question.id, "").strip() or question.default
        try:
            value = value_for(question, given, now) if given else ""
        except BadAnswer as wrong:
            gaps.append(Gap(question, given, wrong.why))
            continue
        if value:
            values[question.id] = value
        elif question.required:
            gaps.append(Gap(question))
    return Settled(values, tuple(gaps))


def missing(item: Item, typed: Mapping[str, str], now: Now) -> tuple[Gap, ...]:
    """Return what must still be asked, in the order of the questions; empty when the form is complete."""
    return settled(item, typed, now).gaps


def value_for(question: Question, typed: str, now: Now) -> str:
    """Return an answer as it is kept: one line, a day as 2026-01-05, a choice as it was listed.

    Raises BadAnswer.
    """
    text = " ".join(typed.split())
    match question.type:
        case QuestionType.TEXT:
            return _text(text)
        case QuestionType.CHOICE:
            return _choice(question, text)
        case QuestionType.NUMBER:
            return _number(question, text)
        case QuestionType.DATE:
            return _day(question, text, now)
        case QuestionType.YES_NO:
            return _yes_no(text)


def expected(question: Question) -> str:
    """Say in a few words what a question takes; empty for any text."""
    match question.type:
        case QuestionType.TEXT:
            return ""
        case QuestionType.CHOICE:
            return " / ".join(question.choices)
        case QuestionType.NUMBER:
            return _number_words(question)
        case QuestionType.DATE:
            return _DAY_WORDS
        case QuestionType.YES_NO:
            return _YES_OR_NO


def _number_words(question: Question) -> Sentence:
    if question.most is not None:
        bounds = {"least": _bare(question.least), "most": _bare(question.most)}
        return sentence("a number from {least} to {most}", **bounds)
    if question.least:
        return sentence("a number of at least {least}", least=_bare(question.least))
    return sentence("a number")


def _shown(text: str) -> str:
    return f'"{text[:_SHOWN_CHARS]}"'


def _text(text: str) -> str:
    if len(text) > TEXT_LIMIT_CHARS:
        raise BadAnswer(
            sentence(
                "expected at most {most} characters, got {count}", most=TEXT_LIMIT_CHARS, count=len(text)
            )
        )
    if not text.isprintable():
        raise BadAnswer(_CONTROLS)
    return text


def _choice(question: Question, text: str) -> str:
    for written in (text, text.rstrip(".!;,")):
        found = next((one for one in question.choices if plain(one) == plain(written)), None)
        if found is not None:
            return found
    choices = ", ".join(question.choices)
    raise BadAnswer(sentence("expected one of {choices}, got {typed}", choices=choices, typed=_shown(text)))


def _number(question: Question, text: str) -> str:
    match = _NUMBER.fullmatch(text.lower())
    # 1,200 is twelve hundred here and one and a fifth there: three digits after a sign are asked back.
    if match is None or not match[1].isascii():
        raise BadAnswer(_no_number(question, text))
    number = Decimal(match[1].replace(",", "."))
    if number < question.least or (question.most is not None and number > question.most):
        raise BadAnswer(_out_of_bounds(question, text))
    return f"{number:f}"


def _no_number(question: Question, text: str) -> Sentence:
    if question.most is None and not question.least:
        return sentence("expected a number, written like 1200 or 49.90, got {typed}", typed=_shown(text))
    return _out_of_bounds(question, text)


def _out_of_bounds(question: Question, text: str) -> Sentence:
    bounds = {"least": _bare(question.least), "typed": _shown(text)}
    if question.most is None:
        return sentence("expected a number of at least {least}, got {typed}", **bounds)
    return sentence(
        "expected a number from {least} to {most}, got {typed}", most=_bare(question.most), **bounds
    )


def _bare(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _day(question: Question, text: str, now: Now) -> str:
    try:
        found = _written_day(text) or moment(text, now, _NOON)
    except (BadDate, ValueError) as error:
        raise BadAnswer(
            sentence("expected a day like 2026-01-31, got {typed}", typed=_shown(text))
        ) from error
    if isinstance(found, tuple):
        if found[1]:
            raise BadAnswer(
                sentence("expected a day like 2026-01-31 and nothing else, got {typed}", typed=_shown(text))
            )
        found = found[0].astimezone(now.local.tzinfo).date()
    if found < now.local.date() and not question.past:
        raise BadAnswer(sentence("expected a day from today on, got {day}", day=found.isoformat()))
    return found.isoformat()


def _written_day(text: str) -> date | None:
    """Read a day that is written in digits; None for words.  Raises BadDate where it could be two days."""
    bare = text.rstrip(".")
    if _ISO.fullmatch(bare):
        return date.fromisoformat(bare)
    match = _DAY.fullmatch(bare)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] != "." and first != second and max(first, second) <= 12:
        raise BadDate("the day and the month cannot be told apart")
    day, month = (second, first) if match[2] != "." and second > 12 else (first, second)
    return date(year, month, day)


def _yes_no(text: str) -> str:
    word = plain(text).rstrip(".!, ")
    if word not in _YES | _NO:
        raise BadAnswer(sentence("expected yes or no, got {typed}", typed=_shown(text)))
    return "yes" if word in _YES else "no"
