"""What an agent writes to the desk without a ticket: lines that answer a list, and bare words."""

import re
from collections.abc import Iterator

from daemon.commands import COMMANDS, LINES_LIMIT, split
from daemon.commands.command import Place

_LINE = re.compile(
    r"#?(\d{1,3})[ \t]*[.):]?[ \t]+#?([a-z][a-z-]{0,30}(?:[ \t].{0,500})?)", re.ASCII | re.IGNORECASE
)
# What may stand without its mark, where it is all that a mail says.
BARE = frozenset({"queue", "search", "status", "help", "undo"})
_BARE_LIMIT_CHARS = 200


def answered_lines(text: str) -> tuple[tuple[int, str], ...]:
    """Read the lines at the top of an answer to a list: ``2 close thanks`` is ``(2, "#close thanks")``.

    The first other line ends them; empty where there are none.
    """
    return tuple(_answered(text))


def _answered(text: str) -> Iterator[tuple[int, str]]:
    said = [line.strip() for line in text.splitlines() if line.strip()]
    for line in said[: LINES_LIMIT * 2]:
        found = _LINE.fullmatch(line)
        if found is None:
            return
        yield int(found[1]), f"#{found[2].strip()}"


def desk_lines(subject: str, text: str) -> tuple[str, ...]:
    """Return the command lines of a mail that needs no ticket; empty for any other mail.

    Such a mail says nothing else, in its text or, where that is empty, in its subject; a mark before the word
    may be left out.
    """
    said = [line.strip() for line in (text or subject).splitlines() if line.strip()]
    bare = said[0].split()[0].lower() if len(said) == 1 and len(said[0]) <= _BARE_LIMIT_CHARS else ""
    if bare in BARE and _looks_meant(said[0]):
        return (f"#{said[0]}",)
    lines, words = split("\n".join(said))
    needs_ticket = any(_place(line) is not Place.ANYWHERE for line in lines)
    return lines if lines and not words and not needs_ticket else ()


def _looks_meant(line: str) -> bool:
    """Tell a bare word from a sentence: ``queue mine``, not ``Help, my screen is dark!``."""
    words = line.split()
    if words[0].lower() == "search":
        return True
    return len(words) <= 2 and line.replace(" ", "").replace("#", "").replace("-", "").isalnum()


def _place(line: str) -> Place | None:
    command = COMMANDS.get(line.removeprefix("#").split()[0].lower())
    return command.place if command is not None else None
