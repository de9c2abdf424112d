"""What somebody who takes over a ticket has to know: asked, tried, the open question, and the clock.

Only what everybody on the ticket has read goes into it: mail clients quote what an agent answers to.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.desk.sentences import Sentence, sentence
from storage.records import Entry
from storage.vocabulary import EntryKind, Visibility

SHORT_CHARS = 120
# So many of the newest answers tell what was tried.
TRIED_LIMIT = 2
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PUBLIC = frozenset({EntryKind.MESSAGE, EntryKind.ANSWER})


@dataclass(frozen=True, slots=True)
class Handover:
    """A ticket in a few words; what there is none of is empty.

    ``question`` is the last one without an answer, ``waits_for`` who has to answer it.
    """

    asked: str = ""
    tried: tuple[str, ...] = ()
    question: str = ""
    waits_for: str = ""
    clock_left: str = ""

    def sentences(self) -> list[Sentence]:
        """Return the handover as sentences, each in one line."""
        said = [sentence("Asked: {words}", words=self.asked)] if self.asked else []
        said += [sentence("Answered so far: {words}", words=" / ".join(self.tried))] if self.tried else []
        said += (
            [sentence("Open question, for {who}: {words}", who=self.waits_for, words=self.question)]
            if self.question
            else []
        )
        said += [sentence("Clock: {words}", words=self.clock_left)] if self.clock_left else []
        return said


def handover(entries: Sequence[Entry], clock_left: str = "") -> Handover:
    """Sum up a ticket from its entries, oldest first."""
    public = [one for one in entries if one.kind in _PUBLIC and one.visibility is Visibility.PUBLIC]
    messages = [one for one in public if one.kind is EntryKind.MESSAGE]
    answers = [one for one in public if one.kind is EntryKind.ANSWER]
    question, waits_for = _open_question(public)
    return Handover(
        asked=_short(_sentences(messages[0].text)) if messages else "",
        tried=tuple(_short(_sentences(one.text)) for one in answers[-TRIED_LIMIT:]),
        question=question,
        waits_for=waits_for,
        clock_left=clock_left,
    )


def _open_question(public: Sequence[Entry]) -> tuple[str, str]:
    """Return the last question of whoever wrote last, and the side that has to answer it."""
    if not public:
        return "", ""
    last = public[-1]
    asked = [one for one in _sentences(last.text) if one.endswith("?")]
    waits_for = sentence("the desk") if last.kind is EntryKind.MESSAGE else sentence("the requester")
    return (_short(asked[-1:]), waits_for) if asked else ("", "")


def _sentences(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text[:20_000].splitlines()]
    return [one for line in lines if line for one in _SENTENCE_END.split(line)]


def _short(sentences: Iterable[str]) -> str:
    """Return the first sentences that fit, or the beginning of the first."""
    found = ""
    for one in sentences:
        longer = f"{found} {one}".strip()
        if len(longer) > SHORT_CHARS:
            return found or f"{longer[: SHORT_CHARS - 1]}…"
        found = longer
    return found


def workload(counts: Sequence[tuple[str, int]]) -> str:
    """Return who has how many open tickets in one line, most first: "Ann 5, Bob 3"."""
    ordered = sorted(counts, key=lambda one: -one[1])
    return ", ".join(f"{name} {count}" for name, count in ordered)
