"""``#accept``: a mail that is held beside the ticket becomes part of it."""

from daemon.commands.command import Ask, Command, Grant, chosen
from daemon.desk.changes import AcceptHeld, Change, MoveState
from daemon.desk.lifecycle import ENDED
from storage.vocabulary import TicketState


def decide(ask: Ask) -> Grant:
    """Take the held mail as its sender's words; like a reply, it opens again what had ended."""
    entry = chosen(ask, ask.held, "mail")
    changes: list[Change] = [AcceptHeld(entry)]
    if ask.ticket.state in {*ENDED, TicketState.PENDING_REQUESTER}:
        changes.append(MoveState(TicketState.OPEN, "a held mail was accepted"))
    author = entry.author or "its sender"
    return Grant(tuple(changes), f"held mail {entry.id} is part of the ticket now, and {author} is on it")


ACCEPT = Command(
    "accept", "#accept [NUMBER]", "take a held mail onto the ticket; its sender joins the ticket", decide
)
