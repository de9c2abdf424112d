"""What a command by mail is: a word, its help, and a pure function that decides.

A command never acts.  It looks at the ticket as it is and either grants changes or raises Refusal with
a sentence that the agent can act on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.desk.addressing import Agent
from daemon.desk.changes import Change
from daemon.desk.permissions import Claim
from storage.records import Entry, Ticket


class Refusal(Exception):  # noqa: N818  # an answer to the sender, whose text is safe to mail
    """The command cannot be done; the text says why and what would be possible."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A command as an agent asked it; ``argument`` is the rest of the line.

    ``held`` are the mails that wait beside the ticket, oldest first, as they were before the first command;
    ``answered_entry`` is the entry that the agent answers, where that is known.
    """

    ticket: Ticket
    agent: Agent
    claim: Claim
    argument: str = ""
    held: tuple[Entry, ...] = ()
    answered_entry: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a command comes to.

    ``done`` is the receipt in the agent's words.  ``note`` makes the text below the commands an
    internal note.  ``help`` sends the list of commands.  ``settles`` marks the commands whose very purpose
    is the state of the ticket: two of them in one mail contradict each other.
    """

    changes: tuple[Change, ...]
    done: str
    note: bool = False
    help: bool = False
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the command table; ``usage`` and ``summary`` stand in the help mail and in the docs."""

    name: str
    usage: str
    summary: str
    decide: Callable[[Ask], Grant]


def no_argument(ask: Ask, usage: str) -> None:
    """Raise Refusal where a command that stands alone was given an argument."""
    if ask.argument:
        raise Refusal(f"{usage} stands alone on its line; got {ask.argument[:60]!r} behind it")
