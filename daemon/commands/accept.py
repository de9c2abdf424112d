"""``#accept``: a mail that is held beside the ticket becomes part of it."""

from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.desk.changes import AcceptHeld, Change, MoveState
from daemon.desk.lifecycle import ENDED
from storage.records import Entry
from storage.vocabulary import TicketState


def decide(ask: Ask) -> Grant:
    """Take the held mail as its sender's words; like a reply, it opens again what had ended."""
    entry = held_mail(ask)
    changes: list[Change] = [AcceptHeld(entry)]
    if ask.ticket.state in {*ENDED, TicketState.PENDING_REQUESTER}:
        changes.append(MoveState(TicketState.OPEN, "a held mail was accepted"))
    author = entry.author or "its sender"
    return Grant(tuple(changes), f"held mail {entry.id} is part of the ticket now, and {author} is on it")


def held_mail(ask: Ask) -> Entry:
    """Return the held mail that is meant: by its number, else the one that is answered, else the only one."""
    numbers = ", ".join(str(one.id) for one in ask.held) or "none"
    if ask.argument:
        wanted = int(ask.argument) if ask.argument.isascii() and ask.argument.isdigit() else None
        found = next((one for one in ask.held if one.id == wanted), None)
        if found is None:
            raise Refusal(
                f"expected the number of a held mail of ticket {ask.ticket.number}, got "
                f"{ask.argument[:60]!r}; waiting are: {numbers}"
            )
        return found
    if not ask.held:
        raise Refusal(f"nothing is held beside ticket {ask.ticket.number} any more")
    meant = next((one for one in ask.held if one.id == ask.answered_entry), None)
    if meant is None and ask.answered_entry is not None:
        raise Refusal(f"that held mail was decided already; waiting are: {numbers}")
    if meant is None and len(ask.held) > 1:
        raise Refusal(f"several mails are held: {numbers}; say which, for instance #accept {ask.held[0].id}")
    return meant or ask.held[0]


ACCEPT = Command(
    "accept", "#accept [NUMBER]", "take a held mail onto the ticket; its sender joins the ticket", decide
)
