"""Patterns with named places for a line of text: ``{host} is {state}``; linear, never an expression.

The text around the places stands there as it is written, with capitals; ``{}`` is a place without a name that
may be empty, ``{{`` and ``}}`` are the braces themselves.  Any number of blanks is one blank.  A place ends
where the text behind it is found first, the last one runs to the end, and nothing is tried a second time:
no pattern and no mail can make it slow, as they can make regular expressions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What a machine says of its host or service in more than this is not a name any more.
VALUE_LIMIT_CHARS = 200
LINE_LIMIT_CHARS = 1_000
_TOKEN = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)?\}|[{}]")


class BadPatternError(ValueError):
    """A pattern cannot be understood; its text says what was expected."""


@dataclass(frozen=True, slots=True)
class LinePattern:
    """A pattern, taken apart: a literal, a place, a literal and so on; a place without a name is ``""``."""

    source: str
    literals: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, source: str) -> "LinePattern":
        """Take a pattern apart; raises BadPatternError."""
        literals, names, at = [""], list[str](), 0
        for token in _TOKEN.finditer(source):
            literals[-1] += source[at : token.start()]
            at = token.end()
            if token[0] in {"{{", "}}"}:
                literals[-1] += token[0][0]
            elif token[0] in {"{", "}"}:
                raise BadPatternError(f'expected a name in braces like {{host}}, got "{token[0]}" alone')
            else:
                names.append(token[1] or "")
                literals.append("")
        literals[-1] += source[at:]
        literals = [re.sub(r"\s+", " ", one) for one in literals]
        literals[0], literals[-1] = literals[0].lstrip(), literals[-1].rstrip()
        _check(literals, names)
        return cls(source, tuple(literals), tuple(names))

    def match(self, line: str) -> dict[str, str] | None:
        """Return the values of the named places, or None where the line as a whole does not fit."""
        text = squeezed(line)
        first, *middle = self.literals
        if not middle:
            return {} if text == first else None
        last = middle.pop()
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last):
            return None
        found, at = {}, len(first)
        for name, literal in zip(self.names, (*middle, ""), strict=True):
            # Nothing to look for stands behind the last place: it ends where the last literal begins.
            to = text.find(literal, at + bool(name), end) if literal else end
            value = text[at:to].strip() if to >= at else ""
            if to < at or (name and not value):
                return None
            if name:
                found[name] = value[:VALUE_LIMIT_CHARS]
            at = to + len(literal)
        return found if at <= end else None


def squeezed(line: str) -> str:
    """Return a line as patterns see it: its beginning, with single blanks."""
    return " ".join(line[:LINE_LIMIT_CHARS].split())


def _check(literals: list[str], names: list[str]) -> None:
    if not any((*literals, *names)):
        raise BadPatternError("expected a pattern with text in it")
    if not all(literals[1:-1]):
        raise BadPatternError("expected text between two places in braces, else nobody knows where one ends")
    named = [name for name in names if name]
    twice = next((name for name in named if named.count(name) > 1), "")
    if twice:
        raise BadPatternError(f"expected each name once, got {{{twice}}} twice")


@dataclass(frozen=True, slots=True)
class LineTemplate:
    """The same the other way round: text with named places that are filled in."""

    pattern: LinePattern

    @classmethod
    def of(cls, source: str) -> "LineTemplate":
        """Take a template apart; raises BadPatternError, also where a place has no name."""
        pattern = LinePattern.of(source)
        if "" in pattern.names:
            raise BadPatternError("expected a name in every pair of braces, got {}")
        return cls(pattern)

    def missing(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names that have no value."""
        return tuple(name for name in self.pattern.names if not values.get(name))

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with its places filled in; raises KeyError where a value is missing."""
        first, *rest = self.pattern.literals
        return first + "".join(
            values[name] + after for name, after in zip(self.pattern.names, rest, strict=True)
        )
