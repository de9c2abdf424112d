"""Find internal words in an answer before it leaves: those of a note, of held mail, or of our own notice.

Mail clients quote, and not all of them mark what they quote.  Eight words in a row that stand in an internal
text, and in nothing that the people on the ticket know already, are no accident.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RUN_WORDS = 8
# So many letters of a script that puts no blanks between words say as much as the words above.
RUN_LETTERS = 16
# How much of what follows the first quoted words must be quoted too, for all of it to be cut.
QUOTED_SHARE = 0.8
SHOWN_WORDS = 25

_NO_BLANKS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_NO_BLANKS}]|[^\W_{_NO_BLANKS}]+")
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guarded:
    """An answer after the look at it: what may leave, and the internal words that keep it back, if any."""

    text: str
    leaked: str = ""
    cut: bool = False


def guard(answer: str, internal: Sequence[str], notices: Sequence[str], public: Sequence[str]) -> Guarded:
    """Look at an answer before it leaves.

    ``internal`` are the texts that must not, ``notices`` the mails of ours that it may quote, and ``public``
    is what everybody on the ticket has read.  A notice that is quoted whole at the end is cut off.
    """
    size = _run_size(answer)
    known = _runs_of(public, size)
    shown = _runs_of(notices, size)
    apparatus = shown - known
    text = answer
    quoted = _first_repeat(answer, apparatus, size)
    if quoted:
        text = _without_quotation(answer, shown, size)
        quoted = _first_repeat(text, apparatus, size)
    secret = _runs_of(map(_unsigned, internal), size) - known
    leaked = _first_repeat(_unsigned(text), secret, size) or quoted
    return Guarded(text, leaked, cut=text != answer)


def _run_size(text: str) -> int:
    words = _WORD.findall(text)
    single = sum(len(word) == 1 and word >= "\u0e00" for word in words)
    return RUN_LETTERS if 2 * single > len(words) else RUN_WORDS


def _runs_of(texts: Iterable[str], size: int) -> set[Run]:
    return {run for text in texts for run in _runs([word.casefold() for word in _WORD.findall(text)], size)}


def _runs(words: Sequence[str], size: int) -> Iterable[Run]:
    return (tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _covered(text: str, runs: set[Run], size: int) -> tuple[list[re.Match[str]], list[bool]]:
    """Return the words of a text, and of each whether it is part of one of these runs."""
    found = list(_WORD.finditer(text))
    covered = [False] * len(found)
    for at, run in enumerate(_runs([one[0].casefold() for one in found], size)):
        if run in runs:
            covered[at : at + size] = [True] * size
    return found, covered


def _first_repeat(text: str, runs: set[Run], size: int) -> str:
    """Return the first words of a text that repeat one of the runs, as they stand there, cut to a length."""
    found, covered = _covered(text, runs, size) if runs else ([], [])
    if True not in covered:
        return ""
    start = covered.index(True)
    end = next((at for at in range(start, len(covered)) if not covered[at]), len(covered))
    last = min(end, start + SHOWN_WORDS) - 1
    return " ".join(text[found[start].start() : found[last].end()].split())


def _without_quotation(text: str, runs: set[Run], size: int) -> str:
    """Cut the text where a quotation begins that lasts to its end; else leave it as it is."""
    found, covered = _covered(text, runs, size)
    start = covered.index(True)
    tail = covered[start:]
    if sum(tail) < QUOTED_SHARE * len(tail):
        return text
    line = text.rfind("\n", 0, found[start].start()) + 1
    before = text[line : found[start].start()]
    return text[:line].rstrip() if not _WORD.search(before) else text


def _unsigned(text: str) -> str:
    """Leave the signature out: an agent writes the same one below notes and answers."""
    found = _SIGNATURE.search(text)
    return text[: found.start()] if found else text
