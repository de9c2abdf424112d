"""Read many decisions in one answer: ``approve 12 15, reject 14 too dear``, in the words of all languages.

All or nothing: where any part of the answer is not clear none of it counts, and the whole is asked back.
"""

from dataclasses import dataclass

from daemon.desk.answer_lexicon import LIMIT_CHARS, HiddenCharactersError, Item, folded, visible
from daemon.desk.decision_lexicon import DOUBTS, LEXICON, NO, POLITE, YES, clause_in
from daemon.desk.decisions import Answer

# Between two numbers, and between two decisions.
_AND = frozenset({"and", "und", "et", "y", "e", "en", "i", "och", "og", "ja", "a", "ve", "es", "&", "#"})
_NUMBER_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Single:
    """One decision of a batch; ``words`` are those that decided, ``comment`` is a reason or empty."""

    number: int
    answer: Answer
    words: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The decisions in the order in which they were written; none where ``reason`` says why not."""

    decisions: tuple[Single, ...] = ()
    reason: str = ""


class _UnclearError(Exception):
    """A part of the answer that is no decision; the text says which."""


@dataclass(slots=True)
class _Part:
    """A decision while it is being read: its numbers, and the words behind them."""

    answer: Answer
    words: str
    numbers: list[int]
    comment: list[str]


def batch(new_text: str, *, human: bool = True, language: str = "") -> Batch:
    """Read the new words of an answer to a list of open decisions; ``decisions.decision`` says what they are.

    A number says which decision is meant, behind the word that decides.  Whether a number is open and whose
    it is, the caller knows.
    """
    if not human:
        return Batch(reason="automatic mail decides nothing")
    try:
        text = visible(new_text)
    except HiddenCharactersError as error:
        return Batch(reason=str(error))
    if "?" in text or len(text) > LIMIT_CHARS:
        return Batch(reason="it asks something" if "?" in text else "it is too long for plain decisions")
    try:
        return Batch(_decisions(_parts(text, language)))
    except _UnclearError as error:
        return Batch(reason=str(error))


def _decisions(parts: list[_Part]) -> tuple[Single, ...]:
    for part in parts:
        if not part.numbers:
            raise _UnclearError(f'"{part.words}" stands without a number')
    found = [
        Single(number, part.answer, part.words, " ".join(part.comment))
        for part in parts
        for number in part.numbers
    ]
    if not found:
        raise _UnclearError("it decides about no number")
    by_number = {one.number: one.answer for one in found}
    for one in found:
        if by_number[one.number] is not one.answer:
            raise _UnclearError(f"it says yes and no to {one.number}")
    return tuple({one.number: one for one in reversed(found)}[number] for number in dict.fromkeys(by_number))


def _parts(text: str, language: str) -> list[_Part]:
    """Divide an answer into its decisions: a new one begins behind a mark or an "and"."""
    parts: list[_Part] = []
    closed = False
    sentence = 0
    for clause in LEXICON.clauses(text):
        if parts and clause.sentence > sentence and not parts[-1].numbers:
            raise _UnclearError(f'"{parts[-1].words}" stands without a number')
        sentence = clause.sentence
        items = clause_in(clause, language).items
        closed = closed or (bool(parts) and "closing" in items[0].kinds)
        if not closed and not (not parts and "greeting" in items[0].kinds):
            _clause(list(items), parts)
        elif any(item.kinds & (YES | NO | {"retraction", "condition"}) for item in items):
            raise _UnclearError(f'"{clause.words}" may be another decision')
    return parts


def _clause(items: list[Item], parts: list[_Part]) -> None:
    joined = True
    for item in items:
        decided = item.kinds & (YES | NO) if joined else frozenset[str]()
        if decided and not _is_and(item, parts):
            answer = Answer.APPROVE if decided & YES else Answer.REJECT
            parts.append(_Part(answer, item.words, [], []))
        elif not parts:
            if not item.kinds & {"filler", "thanks"}:
                raise _UnclearError(f'"{item.words}" stands before the first decision')
        else:
            _behind(item, parts[-1])
        joined = _is_and(item, parts) or bool(item.kinds & {"filler", "please"})


def _is_and(item: Item, parts: list[_Part]) -> bool:
    return bool(parts) and bool(parts[-1].numbers) and item.words.lower() in _AND


def _number(word: str) -> int:
    if len(word) > _NUMBER_DIGITS or not int(word):
        raise _UnclearError(f"{word} is no number of a decision")
    return int(word)


def _behind(item: Item, part: _Part) -> None:
    """Read what stands behind a decision: its numbers, then a reason for a refusal and nothing else."""
    word = item.words
    listed = word.split(",")
    if not part.comment and all(one.isdigit() and one.isascii() for one in listed):
        part.numbers += [_number(one) for one in listed]
    elif not part.comment and folded(word)[0] in _AND:
        return
    elif item.kinds & (YES | NO) and "negation" not in item.kinds:
        raise _UnclearError(f'"{word}" may be another decision')
    elif item.kinds & {"retraction", "condition", "question"}:
        raise _UnclearError(f'it may be no plain decision: "{word}"')
    elif part.answer is Answer.REJECT and part.numbers:
        part.comment.append(word)
    elif item.kinds & set(DOUBTS) or not item.kinds & POLITE:
        raise _UnclearError(f'it says more than a decision: "{word}"')
