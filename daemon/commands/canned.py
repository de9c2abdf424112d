"""``#canned`` and ``#template``: texts from the desk's own folder, as an answer or to fill in a ticket."""

import re
from collections.abc import Iterator, Mapping

from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.desk.canned import INCIDENT_TEMPLATE, RESPONSE, Canned, nearest
from daemon.desk.changes import Change, SetLevels, SetSubject, SetTags, SetType, SetWatchers
from daemon.desk.lifecycle import Mover
from daemon.desk.retyping import IllegalType, check_retype
from daemon.desk.sentences import Sentence, joined, reason_in, sentence

_LINE = re.compile(r"[ \t]*#canned[ \t]+([a-z0-9-]{1,41})[ \t]*", re.ASCII | re.IGNORECASE)


def line_within(words: str) -> str:
    """Return the line in a text that asks for a response at its place, as a command line; empty for none."""
    found = next(filter(None, map(_LINE.fullmatch, words.splitlines())), None)
    return f"#canned {found[1]}" if found is not None else ""


def placed(words: str, text: str) -> str | None:
    """Put a response into a text in the place of the line that asks for it; None where no line does."""
    lines = words.splitlines()
    at = next((at for at, line in enumerate(lines) if _LINE.fullmatch(line)), None)
    if at is None:
        return None
    parts = ("\n".join(lines[:at]).strip(), text, "\n".join(lines[at + 1 :]).strip())
    return "\n\n".join(part for part in parts if part)


def _canned(ask: Ask) -> Grant:
    """Answer with a response; the agent's own words above and below it stay around it."""
    known = _of_kind(ask, RESPONSE)
    if not ask.argument:
        return Grant((), _responses(known))
    name = ask.argument.lower()
    sent = ask.sight.prepared.get(name) if name in known else None
    if sent is None:
        raise Refusal(
            sentence(
                "there is no canned response {typed}{hint}", typed=repr(name[:40]), hint=nearest(name, known)
            )
        )
    spoken = f", {sent.language}" if sent.language else ""
    files = ", ".join(sent.files)
    done = sentence("the people on the ticket get {name}{language}:", name=name, language=spoken)
    if files:
        done = sentence(
            "the people on the ticket get {name}{language}, with {files}:",
            name=name,
            language=spoken,
            files=files,
        )
    done = joined("\n", (done, sent.text))
    return Grant((), done, words=sent.text, canned=name)


def _template(ask: Ask) -> Grant:
    """Make the ticket what a template says, with a first note of what there is to do."""
    known = _of_kind(ask, INCIDENT_TEMPLATE)
    if not ask.argument:
        return Grant((), _templates(known))
    name = ask.argument.lower()
    found, sent = known.get(name), ask.sight.prepared.get(name)
    if found is None or sent is None:
        raise Refusal(
            sentence("there is no template {typed}{hint}", typed=repr(name[:40]), hint=nearest(name, known))
        )
    changes = _changes(ask, found)
    tasks = "\n".join(f"[ ] {at}. {task}" for at, task in enumerate(found.front.tasks, 1))
    note = "\n\n".join(part for part in (found.front.title, sent.text, tasks) if part)
    retyped = any(isinstance(one, SetType) and one.state is not ask.ticket.state for one in changes)
    done = sentence(
        "{name} was applied: {changes} changes, and a note with {tasks} tasks",
        name=name,
        changes=len(changes),
        tasks=len(found.front.tasks),
    )
    return Grant(changes, done, note=True, note_words=note, settles=retyped)


def _changes(ask: Ask, found: Canned) -> tuple[Change, ...]:
    ticket, changes = ask.ticket, list[Change]()
    if found.front.subject not in {"", ticket.subject}:
        changes.append(SetSubject(found.front.subject))
    if found.type is not None and found.type is not ticket.type:
        try:
            state = check_retype(ticket.number, ticket.type, ticket.state, found.type, Mover.AGENT)
        except IllegalType as error:
            raise Refusal(reason_in(error)) from error
        changes.append(SetType(found.type, state, f"template {found.name}"))
    impact, urgency = found.levels(ticket.impact, ticket.urgency)
    if (impact, urgency) != (ticket.impact, ticket.urgency):
        rank = ask.sight.matrix[impact, urgency]
        changes.append(SetLevels(impact, urgency, rank, f"template {found.name}"))
    tags = tuple(dict.fromkeys((*ticket.tags, *found.front.tags)))
    if tags != ticket.tags:
        changes.append(SetTags(tags))
    agents = filter(None, map(ask.sight.roster.agent, found.front.watchers))
    watchers = tuple(dict.fromkeys((*ticket.watchers, *(one.address for one in agents))))
    if watchers != ticket.watchers:
        changes.append(SetWatchers(watchers))
    return tuple(changes)


def _of_kind(ask: Ask, kind: str) -> dict[str, Canned]:
    return {name: one for name, one in ask.sight.canned.items() if one.front.kind == kind}


def _responses(known: Mapping[str, Canned]) -> Sentence:
    if not known:
        return sentence("there are no canned responses that you may use")
    return joined("\n", (sentence("the canned responses that you may use:"), *_lines(known)))


def _templates(known: Mapping[str, Canned]) -> Sentence:
    if not known:
        return sentence("there are no templates that you may use")
    return joined("\n", (sentence("the templates that you may use:"), *_lines(known)))


def _lines(known: Mapping[str, Canned]) -> Iterator[str]:
    yield from (f"{name}: {one.front.title}" for name, one in known.items())


CANNED = Command(
    "canned",
    "#canned [NAME]",
    sentence("answer with a ready text, with your own words above and below it; alone: list them"),
    _canned,
)
TEMPLATE = Command(
    "template",
    "#template [NAME]",
    sentence("make the ticket what a template says; alone: list them"),
    _template,
)
