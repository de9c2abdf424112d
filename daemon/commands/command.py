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

    ``held`` are the mails that wait beside the ticket, and ``drafts`` the answers that were held back,
    oldest first, without those that a command before has decided;
    ``answered_entry`` is the entry that the agent answers, where that is known.
    """

    ticket: Ticket
    agent: Agent
    claim: Claim
    argument: str = ""
    held: tuple[Entry, ...] = ()
    drafts: tuple[Entry, ...] = ()
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


def chosen(ask: Ask, waiting: tuple[Entry, ...], what: str) -> Entry:
    """Return the entry that is meant: by its number, else the one that is answered, else the only one."""
    numbers = ", ".join(str(one.id) for one in waiting) or "none"
    if ask.argument:
        wanted = int(ask.argument) if ask.argument.isascii() and ask.argument.isdigit() else None
        found = next((one for one in waiting if one.id == wanted), None)
        if found is None:
            raise Refusal(
                f"expected the number of a held {what} of ticket {ask.ticket.number}, got "
                f"{ask.argument[:60]!r}; waiting are: {numbers}"
            )
        return found
    if not waiting:
        raise Refusal(f"no {what} is held beside ticket {ask.ticket.number} any more")
    meant = next((one for one in waiting if one.id == ask.answered_entry), None)
    if meant is None and ask.answered_entry is not None:
        raise Refusal(f"that is no held {what}, or it was decided already; waiting are: {numbers}")
    if meant is None and len(waiting) > 1:
        raise Refusal(f"several are held: {numbers}; write the number behind the command")
    return meant or waiting[0]
