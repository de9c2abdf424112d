"""What reading a source of the directory gives: people, what is wrong, and what was passed over."""

from dataclasses import dataclass

from storage.records import DirectoryPerson


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a source that is not as expected; ``line`` and ``column`` count from 1, 0 for none."""

    text: str
    line: int = 0
    column: int = 0
    name: str = ""

    def __str__(self) -> str:
        column = f"column {self.column} ({self.name})" if self.name else f"column {self.column}"
        place = ", ".join([f"line {self.line}"] * bool(self.line) + [column] * bool(self.column))
        return f"{place}: {self.text}" if place else self.text


@dataclass(frozen=True, slots=True)
class Reading:
    """The people of a source; with any of the ``problems`` nobody of them is to be taken over.

    ``ignored`` are columns of which nobody knows the meaning, ``passed_over`` entries that are no people.
    """

    people: tuple[DirectoryPerson, ...] = ()
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
