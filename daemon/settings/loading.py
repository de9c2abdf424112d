"""Read a configuration file, whole, or list everything that is wrong with it."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daemon.settings import places
from daemon.settings.credentials import located
from daemon.settings.problems import ConfigurationError, Fault, Origin, Problem
from daemon.settings.reading import read
from daemon.settings.rules import RULES
from daemon.settings.sections import Settings, settled

_SYNTAX = re.compile(
    r"(?P<text>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)
# What people do who have never written TOML, by the beginning of what its reader says then.
_SYNTAX_HINTS = {
    "Invalid value": 'write a text in straight quotes, like "this", and yes or no as true or false',
    "Illegal character '\\n'": "the quote that ends the text is missing",
    "Expected newline": "one value to a line; a number has a point, never a comma",
    "Expected '='": "a line is a name, = and a value; a remark begins with #",
    "Cannot declare": "it stands further up already; what may stand several times has two brackets, [[...]]",
    "Cannot overwrite": "it stands further up already, or a line like [[...]] above it is missing",
    "Unclosed array": "a comma between two values is missing, or the ] that ends the list",
    "Expected ']]'": "a line that begins with [[ ends with ]]",
    "Unescaped": "write the text in single quotes, or two \\ for each",
}


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that a file holds; raises ConfigurationError with every problem in it.

    Files that the settings name (secrets, certificates) are not looked at: see ``problems_of_machine``.
    Of the environment only the folder of systemd's credentials is read.
    """
    text = text_of(path)
    data = parsed(text, path)
    document, faults = read(data)
    bad = {fault.at for fault in faults}
    for rule in RULES:
        # What rests on a value that is wrong itself would only repeat it in other words.
        faults += [fault for fault in rule(document) if not rests_on(fault, bad)]
    if faults:
        origin = Origin(path, places.lines(text))
        found = sorted({origin.problem(fault): None for fault in faults}, key=lambda one: one.line or 0)
        raise ConfigurationError(*found)
    return settled(located(document, environ), path)


def rests_on(fault: Fault, bad: set[tuple[str | int, ...]]) -> bool:
    """Tell whether a fault is at, or below, a place that is wrong already."""
    return any(fault.at[:length] in bad for length in range(1, len(fault.at) + 1))


def text_of(path: Path) -> str:
    """Return the text of a file, with line feeds; raises ConfigurationError."""
    try:
        # The signature at the start is how some editors on Windows mark UTF-8.
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigurationError(Problem(f"cannot be read: {reason}", file=path)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(Problem("expected a text in UTF-8", file=path, line=line)) from error


def parsed(text: str, path: Path) -> dict[str, Any]:
    """Return the TOML document in a text; raises ConfigurationError with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_syntax_problem(str(error), text, path)) from error


def _syntax_problem(said: str, text: str, path: Path) -> Problem:
    match = _SYNTAX.fullmatch(said)
    line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
    column = int(match["column"]) if match and match["column"] else None
    reason = match["text"] if match else said
    hint = next((told for begins, told in _SYNTAX_HINTS.items() if reason.startswith(begins)), "")
    text = f"not valid TOML: {reason[:1].lower()}{reason[1:]}"
    return Problem(text, file=path, line=line, column=column, hint=hint)
