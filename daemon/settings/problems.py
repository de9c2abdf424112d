"""What can be wrong with a configuration, said so that the operator can mend it."""

from dataclasses import dataclass
from pathlib import Path

# From the root of the document to a value; a number is the place in an array, counted from 0.
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``key`` is the setting in words (``mailbox[2].host``, counted from 1) or empty.  ``file``, ``line`` and
    ``column`` are None where the problem has no place.  ``hint`` says what to do and may be empty.
    """

    text: str
    key: str = ""
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    hint: str = ""

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        place = ":".join([str(self.file), *numbers]) if self.file is not None else ""
        said = ": ".join(part for part in (place, self.key, self.text) if part)
        return f"{said} ({self.hint})" if self.hint else said


class ConfigurationError(Exception):
    """The operator's settings cannot be used; ``problems`` holds every reason, never none."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem as a rule sees it, before anybody knows the line it stands on."""

    at: Key
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that the settings came from and the line of each key in it."""

    file: Path
    lines: dict[Key, int]

    def problem(self, fault: Fault) -> Problem:
        """Return the fault with its place; the nearest table stands in for a key that is missing."""
        return Problem(fault.text, spelled(fault.at), self.file, self._line(fault.at), hint=fault.hint)

    def _line(self, at: Key) -> int | None:
        for length in range(len(at), 0, -1):
            if at[:length] in self.lines:
                return self.lines[at[:length]]
        return None


def spelled(key: Key) -> str:
    """Write a key as the operator reads it: ``mailbox[2].host``, counted from 1."""
    words = ""
    for step in key:
        words += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return words.removeprefix(".")
