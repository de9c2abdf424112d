"""``#split``: a mail that is held beside the ticket becomes a ticket of its own."""

from daemon.commands.accept import held_mail
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.changes import SplitHeld


def decide(ask: Ask) -> Grant:
    """Give the held mail a ticket, with its sender as requester."""
    entry = held_mail(ask)
    return Grant((SplitHeld(entry),), f"held mail {entry.id} is a ticket of its own now")


SPLIT = Command(
    "split", "#split [NUMBER]", "make a held mail a ticket of its own; its sender is the requester", decide
)
