"""Taking back: the inverse of every change, and what speaks against carrying it out by now."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from daemon.desk import changes as c
from daemon.desk.changes import Change
from daemon.desk.packing import packed, unpacked
from daemon.desk.sentences import Sentence, plain, sentence, term
from storage.records import OperationStep, Ticket
from storage.vocabulary import EntryKind, Visibility

# How long commands can be taken back.
UNDO_WINDOW = timedelta(hours=1)

Done = tuple[Ticket, Change]


def inverse(before: Ticket, change: Change) -> tuple[Change, ...]:
    """Return what takes a change back, given the ticket as it was before; empty for what cannot be.

    Words that left by mail cannot be taken back, nor that somebody was copied in a mail.
    """
    if isinstance(change, c.StateChange):
        return _of_state(before, change)
    if isinstance(change, c.FactChange):
        return (_of_fact(before, change),)
    return _of_other(change)


def _of_state(before: Ticket, change: c.StateChange) -> tuple[Change, ...]:
    was = c.RestoreState(before.state, before.resolved_at, before.closed_at, before.pending_until)
    match change:
        case c.MoveState() | c.RestoreState():
            return (was,)
        case c.SetType():
            return (c.SetType(before.type, before.state), was)
        case c.Merge(into):
            return (c.Unmerge(into), was)
        case c.Unmerge(into):
            return (c.Merge(into), was)
        case _:
            assert_never(change)


def _of_fact(before: Ticket, change: c.FactChange) -> Change:  # noqa: C901, PLR0911, PLR0912  # one a kind
    match change:
        case c.Assign():
            return c.Assign(before.assignee)
        case c.SetTeam() | c.AddRoute():
            return c.SetTeam(before.team, before.routes)
        case c.SetLevels():
            return c.SetLevels(before.impact, before.urgency, before.priority)
        case c.SetCategory():
            return c.SetCategory(before.category)
        case c.SetSubject():
            return c.SetSubject(before.subject)
        case c.SetDue():
            return c.SetDue(before.due_at)
        case c.SetTags():
            return c.SetTags(before.tags)
        case c.SetField(name):
            return c.SetField(name, dict(before.fields).get(name, ""))
        case c.SetWatchers():
            return c.SetWatchers(before.watchers)
        case c.SetAsked():
            return c.SetAsked(before.asked)
        case c.BookTime(minutes):
            return c.BookTime(-minutes)
        case c.SetRequester():
            return c.SetRequester(before.requester)
        case _:
            assert_never(change)


def _of_other(change: c.OtherChange) -> tuple[Change, ...]:  # noqa: C901, PLR0911, PLR0912  # one a kind
    match change:
        case c.CopyIn(addresses):
            return (c.CopyOut(addresses),)
        case c.CopyOut(addresses):
            return (c.CopyIn(addresses),)
        case c.StopMails(kinds, by):
            return (c.StartMails(kinds, by),)
        case c.StartMails(kinds, by):
            return (c.StopMails(kinds, by, "taken back"),)
        case c.AddLink(kind, other):
            return (c.RemoveLink(kind, other),)
        case c.RemoveLink(kind, other):
            return (c.AddLink(kind, other),)
        case c.AcceptHeld(entry) | c.SplitHeld(entry):
            became = replace(entry, kind=EntryKind.MESSAGE, visibility=Visibility.PUBLIC)
            return (c.PutBack(entry, became),)
        case c.RefuseHeld(entry):
            return (c.PutBack(entry, replace(entry, kind=EntryKind.REFUSED)),)
        case c.PutBack(entry, instead):
            return (c.PutBack(instead, entry),)
        case c.SplitFrom(source):
            # What is written to the new ticket is led back to where it came from.
            return (c.Merge(source),)
        case c.Remark(kind, data):
            return (c.Remark("taken back", (("what", kind), *data)),)
        case c.SetTask(task, to, why, was, was_why, by):
            return (c.SetTask(task, was, was_why, to, why, by),)
        case c.MovePromise(until, why, before):
            return (c.MovePromise(before, why, until),)
        case c.SetRequest(item, answers, was, answers_before):
            return (c.SetRequest(was, answers_before, item, answers),)
        case c.AddParticipants() | c.SplitWords() | c.SendHeld() | c.TellTask():
            return ()
        case _:
            assert_never(change)


@dataclass(frozen=True, slots=True)
class _Fact:
    """One fact of a ticket that commands change, with the words by which it is spoken of."""

    name: str
    words: Sentence


_FACTS = (
    _Fact("state", sentence("state")),
    _Fact("assignee", sentence("assignee")),
    _Fact("team", sentence("team")),
    _Fact("type", sentence("type")),
    _Fact("impact", sentence("impact")),
    _Fact("urgency", sentence("urgency")),
    _Fact("priority", sentence("priority")),
    _Fact("category", sentence("category")),
    _Fact("subject", sentence("subject")),
    _Fact("due_at", sentence("promised moment")),
    _Fact("pending_until", sentence("day it waits for")),
    _Fact("tags", sentence("tags")),
    _Fact("fields", sentence("fields")),
    _Fact("watchers", sentence("watchers")),
    _Fact("asked", sentence("colleagues asked")),
    _Fact("merged_into", sentence("ticket it is part of")),
    _Fact("routes", sentence("teams")),
    _Fact("requester", sentence("requester")),
)


# What these are is said in words of ours.
_OURS = frozenset({"state", "type", "impact", "urgency"})


def facts(ticket: Ticket) -> dict[str, str]:
    """Return what commands can change about a ticket, in words; minutes of work only ever add up."""
    return {fact.name: _in_words(getattr(ticket, fact.name)) for fact in _FACTS}


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_in_words, value))
    address = getattr(value, "address", None)
    return str(address) if address is not None else str(value if value is not None else "")


def step(before: Ticket, left: Ticket, done: Sequence[Done]) -> OperationStep:
    """Return what an operation did to one ticket: its changes in order, each with the ticket before it."""
    back = [taken for was, change in reversed(done) for taken in inverse(was, change)]
    was, now = facts(before), facts(left)
    changed = {name: words for name, words in now.items() if words != was[name]}
    return OperationStep(before.number, packed(back), json.dumps(changed, ensure_ascii=False))


def taken_back(found: OperationStep) -> tuple[Change, ...]:
    """Return the changes that take a step back."""
    return unpacked(found.inverse)


def contradictions(ticket: Ticket, found: OperationStep) -> Iterator[Sentence]:
    """Say what was changed since by something else, so that taking back would destroy it."""
    now = facts(ticket)
    spoken = {fact.name: fact.words for fact in _FACTS}
    for name, left in json.loads(found.left).items():
        if now.get(name, left) != left:
            yield sentence(
                "the {fact} of ticket {number} is {now} by now, not {left}",
                fact=spoken[name],
                number=ticket.number,
                now=_spoken(name, now[name]),
                left=_spoken(name, left),
            )


def _spoken(name: str, value: str) -> Sentence:
    if not value:
        return sentence("nothing")
    return term(value) if name in _OURS else plain(value)
