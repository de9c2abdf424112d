"""Read what somebody answered who has a task: done, blocked, a day, sent back; else it is for people to read.

The first line of the own words decides.  Only where all of it is known is a task ticked off: a half-done task
that counts as done costs more than a question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from urllib.parse import quote

from daemon.desk import task_lexicon as words
from daemon.desk.answer_lexicon import HiddenCharactersError, visible
from daemon.desk.dates import LONGEST_WORK, BadDate, Now, moment
from daemon.desk.sentences import sentence
from daemon.desk.task_effort import NOTHING, Effort, effort_of
from daemon.desk.terms import plain

REASON_CHARS = 400
LIMIT_CHARS = 20_000
# A day without a time of day means its end.
EVENING = time(17, 0)
_SOFT = " \t.,;:!-\u2013\u2014\u2026*_()'\""
_CODE = re.compile(r"[rnatsch]\d{1,12}\.[a-z0-9]{2}\.[a-z2-7]{26}", re.ASCII | re.IGNORECASE)


class Kind(StrEnum):
    """What an answer comes to."""

    DONE = "done"
    BLOCKED = "blocked"
    BY = "by"
    AGAIN = "again"
    # Read and understood, no more.
    READ = "read"
    # A question, or anything else that people have to read.
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was read; ``why`` is its reason, in one line.

    ``problem`` says to its author why it cannot be taken as it is, empty where it can.
    """

    kind: Kind
    why: str = ""
    until: datetime | None = None
    effort: Effort = NOTHING
    problem: str = ""


def reading(own_words: str, now: Now, currency: str, *, gate: bool = False) -> Answer:
    """Read the own words of an answer; ``gate`` says that the task checks what others did.

    Amounts without another name are in ``currency``.
    """
    try:
        text = visible(own_words[:LIMIT_CHARS])
    except HiddenCharactersError:
        return Answer(Kind.WORDS)
    lines = _lines(text)
    if not lines:
        return Answer(Kind.WORDS)
    first, rest = lines[0], lines[1:]
    if gate:
        sent_back = _begun(first, words.AGAIN)
        if sent_back is not None:
            return _with_reason(Kind.AGAIN, sent_back, rest)
    stuck = _begun(first, words.BLOCKED)
    if stuck is not None:
        return _with_reason(Kind.BLOCKED, stuck, rest)
    return _day(first, rest, now) or _done(first, rest, currency, gate=gate) or Answer(Kind.WORDS)


def _lines(text: str) -> list[str]:
    """Return the lines that say something: without greetings at the top, and without our codes."""
    bare = [" ".join(_CODE.sub("", line).replace("[]", "").split()) for line in text.splitlines()]
    said = [line for line in bare if line.strip(_SOFT)]
    while len(said) > 1 and _is_greeting(said[0]):
        said.pop(0)
    return said


def _is_greeting(line: str) -> bool:
    """Tell whether a line greets: a polite word, and behind it no more than a name."""
    rest = _begun(line, words.POLITE)
    return rest is not None and len(rest.split()) <= 3 and _begun(rest, words.DONE) is None


def _begun(line: str, phrases: Sequence[str]) -> str | None:
    """Return what follows on one of these phrases at the beginning of a line; None for none of them."""
    bare = line.lstrip(_SOFT)
    parts = bare.split()
    folded = [plain(part) for part in parts]
    for phrase in phrases:
        wanted = phrase.split()
        found = [one.strip(_SOFT) for one in folded[: len(wanted)]]
        if found == wanted:
            # A mark on the last word parts it from what follows.
            tail = parts[len(wanted) - 1][len(parts[len(wanted) - 1].rstrip(_SOFT)) :]
            return (tail + " " + " ".join(parts[len(wanted) :])).strip()
    return None


def _with_reason(kind: Kind, tail: str, rest: Sequence[str]) -> Answer:
    why = _reason(tail, rest)
    if why:
        return Answer(kind, why)
    problem = sentence("Write the reason behind the word.")
    return Answer(kind, problem=problem)


def _reason(tail: str, rest: Sequence[str]) -> str:
    """Return the reason that stands behind a word or below it, in one line, without its "because"."""
    said = [line for line in rest if not _is_polite(line)]
    text = " ".join([tail, *said]).strip(_SOFT)
    behind = _begun(text, words.BECAUSE)
    return (behind if behind is not None else text).strip(_SOFT)[:REASON_CHARS]


def _is_polite(line: str) -> bool:
    left = _begun(line, words.POLITE)
    return left is not None and not left.strip(_SOFT)


def _day(first: str, rest: Sequence[str], now: Now) -> Answer | None:
    """Read ``by friday, the part comes late``; None where no day follows."""
    tail = _begun(first, words.BY)
    if tail is None:
        return None
    typed = _in_english(tail)
    try:
        until, left = moment(" ".join(typed), now, EVENING)
    except BadDate as error:
        if str(error).startswith("expected"):
            return None
        problem = sentence("That day cannot be: it has to lie ahead, and within two years.")
        return Answer(Kind.BY, problem=problem)
    spoken = tail.split()
    behind = spoken[len(spoken) - len(left.split()) :] if left else []
    return Answer(Kind.BY, _reason(" ".join(behind), rest), until)


def _in_english(tail: str) -> list[str]:
    """Return words with the names of days and months in English; a comma ends what belongs to the day."""
    found: list[str] = []
    parts = tail.split()
    if (
        len(parts) > 1
        and parts[1][0].isdigit()
        and words.DAYS.get(plain(parts[0]).strip(_SOFT), "")[-3:] == "day"
    ):
        # "Friday 19 January": the number says it, and the name may be wrong.
        parts = parts[1:]
    for at, part in enumerate(parts):
        folded = plain(part).strip(",;:-\u2013\u2014")
        # Between the numbers and the names of a day nothing else counts; each word keeps its place.
        if folded in words.LITTLE and at < 4 and not any(one.endswith((",", ";")) for one in parts[:at]):
            continue
        found.append(words.DAYS.get(folded, part.rstrip(":")))
    return found


def _done(first: str, rest: Sequence[str], currency: str, *, gate: bool) -> Answer | None:
    tail = _begun(first, words.DONE)
    fine = _begun(first, words.FINE) if tail is None else None
    if tail is None and fine is None:
        return None
    after = tail if tail is not None else fine or ""
    effort, left = effort_of(after, currency)
    left = left if left.strip(_SOFT) else ""
    remark = [left, *rest]
    for at, line in enumerate(rest):
        more, unread = effort_of(line, currency)
        if more != NOTHING and not unread:
            effort, remark[at + 1] = effort + more, ""
    if _parted(after, left) and not any(map(_doubts, remark)):
        return _ticked(effort, known=tail is not None, gate=gate)
    return None


def _ticked(effort: Effort, *, known: bool, gate: bool) -> Answer:
    if effort.minutes > LONGEST_WORK.total_seconds() / 60:
        return Answer(
            Kind.DONE, problem=sentence("So long nobody works: write the time in hours or minutes.")
        )
    if known or gate:
        return Answer(Kind.DONE, effort=effort)
    return Answer(Kind.READ)


def _parted(after: str, left: str) -> bool:
    """Tell whether what is unread stands behind a mark, so that it is a sentence of its own."""
    return (
        not left or after.startswith((".", ",", ";", ":", "!", "-", "\u2013", "\u2014", "(")) or left != after
    )


def _doubts(line: str) -> bool:
    """Tell whether a remark says that something is open: it asks, or denies, or limits."""
    if "?" in line:
        return True
    said = " ".join(re.findall(r"[\w'\u2019]+", plain(line)))
    padded = f" {said} "
    return any(f" {word} " in padded for word in words.DOUBT)


# What a button writes, by what it says and language; the first line decides.
_BODIES = {
    "done": {"en": "done", "de": "erledigt", "es": "hecho", "fr": "fait", "it": "fatto", "nl": "klaar"},
    "ok": {
        "en": "ok", "de": "in Ordnung", "es": "correcto", "fr": "d'accord", "it": "va bene", "nl": "akkoord",
    },
    "blocked": {
        "en": "blocked: ", "de": "blockiert: ", "es": "bloqueado: ", "fr": "bloqué : ", "it": "bloccato: ",
        "nl": "geblokkeerd: ",
    },
    "again": {
        "en": "again: ", "de": "nochmal: ", "es": "otra vez: ", "fr": "à refaire : ", "it": "da rifare: ",
        "nl": "opnieuw: ",
    },
    "by": {
        "en": "by \nbecause ", "de": "bis \nweil ", "es": "para el \nporque ", "fr": "d'ici \ncar ",
        "it": "entro \nperché ", "nl": "voor \nomdat ",
    },
}  # fmt: skip
# The buttons of a task, and of one that checks what others did.
ANSWERS = {"task": ("done", "blocked", "by"), "gate": ("ok", "again", "by")}


def answer_link(address: str, kind: str, tag: str, language: str, code: str = "") -> str:
    """Return the ``mailto:`` link that starts an answer (RFC 6068); ``code`` stands in it where it has to."""
    body = _BODIES[kind].get(language, _BODIES[kind]["en"]) + (f"\n\n\n[{code}]" if code else "")
    subject = f"Re: {tag}"
    asked = (
        f"subject={quote(subject, safe='')}&body={quote(body.replace(chr(10), chr(13) + chr(10)), safe='')}"
    )
    return f"mailto:{quote(address, safe='@+')}?{asked}"
