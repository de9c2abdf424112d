"""``#split``: a mail that is held beside the ticket becomes a ticket of its own."""

from daemon.commands.command import Ask, Command, Grant, chosen
from daemon.desk.changes import SplitHeld


def decide(ask: Ask) -> Grant:
    """Give the held mail a ticket, with its sender as requester."""
    entry = chosen(ask, ask.held, "mail")
    return Grant((SplitHeld(entry),), f"held mail {entry.id} is a ticket of its own now")


SPLIT = Command(
    "split", "#split [NUMBER]", "make a held mail a ticket of its own; its sender is the requester", decide
)
