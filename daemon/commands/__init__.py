"""Commands that agents give by mail: a line ``#word`` at the top of the new text.

A new command is one row in the table of its file, or one file and one line in COMMANDS; the help mail and
the page for agents are made from the table.
"""

import difflib
import re
from dataclasses import dataclass, field, replace

from daemon.commands.accept import ACCEPT
from daemon.commands.approvals import APPROVALS
from daemon.commands.away import AWAY
from daemon.commands.canned import CANNED, TEMPLATE, line_within
from daemon.commands.command import Ask, Command, Grant, Listing, Other, Place, Refusal, Sight
from daemon.commands.facts import FACTS
from daemon.commands.help import HELP
from daemon.commands.lists import LISTS
from daemon.commands.mails import MAILS
from daemon.commands.pending import PENDING
from daemon.commands.people import PEOPLE
from daemon.commands.refuse import REFUSE
from daemon.commands.relations import RELATIONS
from daemon.commands.requests import REQUESTS
from daemon.commands.send import SEND
from daemon.commands.sla import SLA
from daemon.commands.states import STATES
from daemon.commands.tasks import TASKS
from daemon.commands.tasks import after as tasks_after
from daemon.commands.undo import UNDO
from daemon.commands.words import WORDS
from daemon.desk.changes import Change, CopyIn, CopyOut, HeldChange, SetRequest, StartMails, StopMails
from daemon.desk.outcome import after
from daemon.desk.permissions import ask_command
from daemon.desk.sentences import Sentence, either, plain, sentence
from storage.records import Ticket

__all__ = ["COMMANDS", "GROUPS", "Ask", "Decision", "Result", "decide", "numbers_in", "split"]

# In the order of the help mail and of the page for agents.
GROUPS: tuple[tuple[Sentence, tuple[Command, ...]], ...] = (
    (sentence("Who works on it, and who hears of it"), PEOPLE),
    (sentence("How it stands"), (*STATES[:4], PENDING, *STATES[4:])),
    (sentence("Approvals"), APPROVALS),
    (sentence("The tasks of a request"), TASKS),
    (sentence("What it is"), FACTS),
    (sentence("What was asked for"), REQUESTS),
    (sentence("Your words"), (*WORDS, CANNED, TEMPLATE)),
    (sentence("Mail that is held"), (ACCEPT, REFUSE, SEND)),
    (sentence("Other tickets"), RELATIONS),
    (sentence("Lists, and the rest"), (*LISTS, *AWAY, SLA, MAILS, UNDO, HELP)),
)
COMMANDS: dict[str, Command] = {command.name: command for _, group in GROUPS for command in group}

LINE = re.compile(r"#([a-z][a-z-]{0,30})(?:[ \t]+(.{0,500}?))?[ \t]*", re.ASCII | re.IGNORECASE)
LINES_LIMIT = 20
# A number behind the words that speak of other tickets.
_NUMBERS = re.compile(r"#(?:merge|link|unlink|status)[ \t]+\[?#?(\d{1,9})\b", re.ASCII | re.IGNORECASE)


# What is said of a line that could have been done.
NOT_DONE = sentence("not done, because another line was refused")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one command line."""

    line: str
    done: bool
    text: Sentence


@dataclass(frozen=True, slots=True)
class Decision:
    """What the command lines of a mail come to: all of them, or with any refusal none.

    ``grants`` are what was granted, in order; empty with any refusal.
    """

    results: tuple[Result, ...] = ()
    grants: tuple[Grant, ...] = field(default=())

    @property
    def refused(self) -> bool:
        """Whether any line was refused, so that nothing was done."""
        return any(not result.done for result in self.results)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes to the ticket itself, in order."""
        return tuple(change for grant in self.grants for change in grant.changes)

    @property
    def elsewhere(self) -> tuple[tuple[int, Change], ...]:
        """The changes to other tickets, by number, in order."""
        return tuple(one for grant in self.grants for one in grant.elsewhere)

    @property
    def note(self) -> bool:
        """Whether the text is for agents only."""
        return any(grant.note for grant in self.grants)

    @property
    def public(self) -> bool:
        """Whether the text is for the people on the ticket, whatever address it was written to."""
        return any(grant.public for grant in self.grants)

    @property
    def help(self) -> bool:
        """Whether the list of commands is asked for."""
        return any(grant.help for grant in self.grants)

    @property
    def takes_words(self) -> bool:
        """Whether a command needs the text below the lines for itself."""
        return any(grant.takes_words for grant in self.grants)

    @property
    def listings(self) -> tuple[Listing, ...]:
        """The lists that are asked for."""
        return tuple(grant.listing for grant in self.grants if grant.listing is not None)

    @property
    def asks(self) -> tuple[str, ...]:
        """The colleagues who are asked, by address."""
        return tuple(grant.asks for grant in self.grants if grant.asks)

    @property
    def canned(self) -> str:
        """The canned response that is sent, by name; empty for none."""
        return next((grant.canned for grant in self.grants if grant.canned), "")

    @property
    def undoes(self) -> int | None:
        """The operation that is taken back, if one is."""
        return next((grant.undoes for grant in self.grants if grant.undoes is not None), None)


def split(text: str) -> tuple[tuple[str, ...], str]:
    """Divide a text into the command lines at its top and the words below them."""
    lines = text.splitlines()
    commands: list[str] = []
    at = 0
    for at, line in enumerate(lines):  # noqa: B007  # ``at`` is where the words begin
        if not line.strip():
            continue
        if LINE.fullmatch(line.strip()) is None or len(commands) >= LINES_LIMIT:
            break
        commands.append(line.strip())
    else:
        at = len(lines)
    words = "\n".join(lines[at:]).strip()
    # A canned response stands where the agent wants it among his own words.
    within = line_within(words)
    return (*commands, *([within] if within else ())), words


def numbers_in(lines: tuple[str, ...]) -> tuple[int, ...]:
    """List the other tickets that command lines name, in order."""
    return tuple(dict.fromkeys(int(found[1]) for line in lines for found in _NUMBERS.finditer(line)))


def decide(lines: tuple[str, ...], ask: Ask) -> Decision:
    """Decide all command lines of a mail in their order, each on the ticket as the one before leaves it.

    All or nothing: one refusal refuses all.  Two lines that both move the ticket contradict each other.
    """
    results: list[Result] = []
    grants: list[Grant] = []
    for line in lines:
        try:
            grant = _decide_line(line, ask, grants, alone=len(lines) == 1)
        except Refusal as refusal:
            results.append(Result(line, done=False, text=refusal.words))
            continue
        ask = _followed(ask, grant)
        grants.append(grant)
        results.append(Result(line, done=True, text=grant.done))
    contradiction = _contradiction(grants, ask.sight)
    if contradiction:
        results = [Result(one.line, done=False, text=contradiction) if one.done else one for one in results]
    if any(not result.done for result in results):
        return Decision(tuple(_undone(result) for result in results))
    return Decision(tuple(results), tuple(grants))


def _followed(ask: Ask, grant: Grant) -> Ask:
    """Return what the next line sees, after this grant."""
    sight = ask.sight
    for change in grant.changes:
        if ask.on is not None:
            ask = replace(ask, on=after(ask.on, change, sight.now))
        sight = _with_tasks(sight, ask.on, change)
        if isinstance(change, HeldChange):
            ask = _without(ask, change.entry.id)
        sight = _seen(sight, change)
    others = dict(sight.others)
    for number, change in grant.elsewhere:
        if number in others:
            known = others[number]
            more = change.addresses if isinstance(change, CopyIn) else ()
            others[number] = Other(after(known.ticket, change, sight.now), (*known.people, *more))
    return replace(ask, sight=replace(sight, others=others))


def _with_tasks(sight: Sight, on: Ticket | None, change: Change) -> Sight:
    """Return the sight with the tasks of the ticket as they are after a change."""
    if on is None or on.number not in sight.tasks:
        return sight
    return replace(sight, tasks={**sight.tasks, on.number: tasks_after(sight.tasks[on.number], change)})


def _seen(sight: Sight, change: Change) -> Sight:
    """Return what is seen beside the ticket after a change."""
    if isinstance(change, SetRequest):
        asked = replace(sight.requested, item=change.item, answers=change.answers)
        return replace(sight, requested=asked)
    if isinstance(change, StopMails):
        return replace(sight, stops=sight.stops | set(change.kinds))
    if isinstance(change, StartMails):
        return replace(sight, stops=sight.stops - set(change.kinds))
    if isinstance(change, CopyIn):
        return replace(sight, people=(*sight.people, *change.addresses))
    if isinstance(change, CopyOut):
        return replace(sight, people=tuple(one for one in sight.people if one not in change.addresses))
    return sight


def _without(ask: Ask, entry_id: int) -> Ask:
    held = tuple(one for one in ask.held if one.id != entry_id)
    return replace(ask, held=held, drafts=tuple(one for one in ask.drafts if one.id != entry_id))


def _decide_line(line: str, ask: Ask, before: list[Grant], *, alone: bool) -> Grant:
    found = LINE.fullmatch(line)
    word = found[1].lower() if found else line
    command = COMMANDS.get(word)
    if command is None:
        raise Refusal(
            sentence(
                "there is no command #{word}{hint}; #help lists them all",
                word=word[:40],
                hint=_nearest(word),
            )
        )
    verdict = ask_command(ask.claim, command.name)
    if not verdict.allowed:
        raise Refusal(
            sentence("you may not give #{name}: {reason}", name=command.name, reason=verdict.reason)
        )
    if command.place is Place.TICKET and ask.on is None:
        raise Refusal(
            sentence("#{name} needs a ticket; write it in a reply to a mail about one", name=command.name)
        )
    if command.alone and not alone:
        raise Refusal(sentence("#{name} must be the only command of its mail", name=command.name))
    grant = command.decide(replace(ask, argument=(found[2] or "").strip() if found else ""))
    if grant.settles and any(earlier.settles for earlier in before):
        raise Refusal(sentence("another command in this mail moves the ticket already; give one of them"))
    return grant


def _contradiction(grants: list[Grant], sight: Sight) -> Sentence | None:
    """Say why grants cannot stand together, or nothing."""
    note, public = any(one.note for one in grants), any(one.public for one in grants)
    said = any(one.words for one in grants)
    taken = sum(one.takes_words for one in grants)
    if note and (public or said):
        return sentence("one line makes the words a note, another sends them to people; give one of them")
    if said and sight.words and sight.inside and not public and not taken:
        return sentence(
            "the words on the line go to people, the text below is for agents; add #public or #note"
        )
    if sum(bool(one.canned) for one in grants) > 1:
        return sentence("a mail carries one canned response; send another mail for another one")
    if taken > 1 or (taken and sight.words and (note or public)):
        return sentence("two lines want the text below; give one of them")
    return None


def _nearest(word: str) -> Sentence:
    near = difflib.get_close_matches(word, COMMANDS, n=2)
    if not near:
        return plain("")
    return sentence(" (did you mean {near}?)", near=either(f"#{one}" for one in near))


def _undone(result: Result) -> Result:
    if not result.done:
        return result
    return Result(result.line, done=False, text=NOT_DONE)
