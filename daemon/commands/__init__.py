"""Commands that agents give by mail: a line ``#word`` at the top of the new text.

A new command is one file and one line in COMMANDS; the help mail and the docs are made from the table.
"""

import difflib
import re
from dataclasses import dataclass, replace

from daemon.commands.accept import ACCEPT
from daemon.commands.close import CLOSE
from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.commands.help import HELP
from daemon.commands.note import NOTE
from daemon.commands.refuse import REFUSE
from daemon.commands.resolve import RESOLVE
from daemon.commands.send import SEND
from daemon.commands.split import SPLIT
from daemon.commands.take import TAKE
from daemon.desk.changes import Change, HeldChange, after
from daemon.desk.permissions import ask_command

__all__ = ["COMMANDS", "Ask", "Decision", "Result", "decide", "split"]

COMMANDS: dict[str, Command] = {
    command.name: command for command in (TAKE, RESOLVE, CLOSE, NOTE, ACCEPT, REFUSE, SPLIT, SEND, HELP)
}

LINE = re.compile(r"#([a-z][a-z-]{0,30})(?:[ \t]+(.{0,500}?))?[ \t]*", re.ASCII | re.IGNORECASE)
LINES_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one command line."""

    line: str
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the command lines of a mail come to: all of them, or with any refusal none."""

    results: tuple[Result, ...] = ()
    changes: tuple[Change, ...] = ()
    note: bool = False
    help: bool = False

    @property
    def refused(self) -> bool:
        """Whether any line was refused, so that nothing was done."""
        return any(not result.done for result in self.results)


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
    return tuple(commands), "\n".join(lines[at:]).strip()


def decide(lines: tuple[str, ...], ask: Ask) -> Decision:
    """Decide all command lines of a mail in their order, each on the ticket as the one before leaves it.

    All or nothing: one refusal refuses all.  Two lines that both move the ticket contradict each other.
    """
    results: list[Result] = []
    grants: list[Grant] = []
    for line in lines:
        try:
            grant = _decide_line(line, ask, grants)
        except Refusal as refusal:
            results.append(Result(line, done=False, text=str(refusal)))
            continue
        for change in grant.changes:
            ask = replace(ask, ticket=after(ask.ticket, change, ask.ticket.updated_at))
            if isinstance(change, HeldChange):
                ask = _without(ask, change.entry.id)
        grants.append(grant)
        results.append(Result(line, done=True, text=grant.done))
    if any(not result.done for result in results):
        return Decision(tuple(_undone(result) for result in results))
    return Decision(
        tuple(results),
        tuple(change for grant in grants for change in grant.changes),
        note=any(grant.note for grant in grants),
        help=any(grant.help for grant in grants),
    )


def _without(ask: Ask, entry_id: int) -> Ask:
    held = tuple(one for one in ask.held if one.id != entry_id)
    return replace(ask, held=held, drafts=tuple(one for one in ask.drafts if one.id != entry_id))


def _decide_line(line: str, ask: Ask, before: list[Grant]) -> Grant:
    found = LINE.fullmatch(line)
    word = found[1].lower() if found else line
    command = COMMANDS.get(word)
    if command is None:
        raise Refusal(f"there is no command #{word[:40]}{_nearest(word)}; #help lists them all")
    verdict = ask_command(ask.claim, command.name)
    if not verdict.allowed:
        raise Refusal(f"you may not give #{command.name}: {verdict.reason}")
    grant = command.decide(replace(ask, argument=(found[2] or "").strip() if found else ""))
    if grant.settles and any(earlier.settles for earlier in before):
        raise Refusal("another command in this mail moves the ticket already; give one of them")
    return grant


def _nearest(word: str) -> str:
    near = difflib.get_close_matches(word, COMMANDS, n=1)
    return f" (did you mean #{near[0]}?)" if near else ""


def _undone(result: Result) -> Result:
    if not result.done:
        return result
    return Result(result.line, done=False, text="not done, because another line was refused")
