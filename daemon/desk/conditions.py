"""Conditions on the answers to a form, as an office manager writes them: ``model is Large``.

A clause is ``X is V``, ``X is not V``, ``X above N``, ``X below N`` or ``X answered``; joined by ``and``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from daemon.desk.terms import plain

_NAME = r"[a-z][a-z0-9_-]*"
_AND = re.compile(rf"\s+and\s+(?={_NAME}\s+(?:is|above|below|answered)\b)")
_CLAUSE = re.compile(rf"({_NAME})\s+(?:(is not|is|above|below)\s+(\S.*)|(answered))", re.DOTALL)
NUMERIC = frozenset({"above", "below"})


class BadConditionError(ValueError):
    """A text that is no condition; it says what was expected."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of one answer; ``value`` is empty for ``answered``."""

    question: str
    test: str
    value: str = ""

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Tell whether the answer passes; where there is none, not even ``is not`` does."""
        given = answers.get(self.question, "")
        if not given or self.test == "answered":
            return bool(given)
        if self.test in NUMERIC:
            return _compared(given, self.test, Decimal(self.value))
        return (plain(given) == plain(self.value)) is (self.test == "is")


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses that must all hold; without any it always does."""

    clauses: tuple[Clause, ...] = ()

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Tell whether the condition holds for these answers, by the name of the question."""
        return all(clause.holds(answers) for clause in self.clauses)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that are looked at."""
        return tuple(dict.fromkeys(clause.question for clause in self.clauses))


ALWAYS = Condition()


def condition(text: str) -> Condition:
    """Read a condition; an empty text is one that always holds.  Raises BadConditionError."""
    if not text.strip():
        return ALWAYS
    return Condition(tuple(_clause(part) for part in _AND.split(text.strip())))


def _clause(text: str) -> Clause:
    match = _CLAUSE.fullmatch(text)
    if match is None:
        raise BadConditionError(
            'expected a condition like "model is Large", "model is not Large", "count above 2" or '
            f'"model answered", joined by "and", got "{text[:60]}"'
        )
    test, value = match[2] or "answered", " ".join((match[3] or "").split())
    if test in NUMERIC:
        _number(value)
    return Clause(match[1], test, value)


def _number(value: str) -> None:
    try:
        Decimal(value)
    except InvalidOperation as error:
        raise BadConditionError(f'expected a number after above or below, got "{value[:60]}"') from error


def _compared(given: str, test: str, bound: Decimal) -> bool:
    try:
        number = Decimal(given)
    except InvalidOperation:
        return False
    return number > bound if test == "above" else number < bound
