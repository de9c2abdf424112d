"""``#close``: the ticket is over."""

from daemon.commands.command import Ask, Command, Grant, no_argument
from daemon.commands.resolve import move_to
from storage.vocabulary import TicketState


def decide(ask: Ask) -> Grant:
    """Close the ticket."""
    no_argument(ask, CLOSE.usage)
    return move_to(ask, TicketState.CLOSED)


CLOSE = Command("close", "#close", "close the ticket; the requester is told", decide)
