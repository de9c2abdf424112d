"""``#refuse``: a mail that is held beside the ticket stays out of it, and its sender hears nothing."""

from daemon.commands.command import Ask, Command, Grant, chosen
from daemon.desk.changes import RefuseHeld


def decide(ask: Ask) -> Grant:
    """Put the held mail aside for good."""
    entry = chosen(ask, ask.held, "mail")
    return Grant((RefuseHeld(entry),), f"held mail {entry.id} is refused; its sender hears nothing")


REFUSE = Command("refuse", "#refuse [NUMBER]", "put a held mail aside; its sender hears nothing", decide)
