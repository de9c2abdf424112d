"""``#refuse``: a mail that is held beside the ticket stays out of it, and its sender hears nothing."""

from daemon.commands.accept import held_mail
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.changes import RefuseHeld


def decide(ask: Ask) -> Grant:
    """Put the held mail aside for good."""
    entry = held_mail(ask)
    return Grant((RefuseHeld(entry),), f"held mail {entry.id} is refused; its sender hears nothing")


REFUSE = Command("refuse", "#refuse [NUMBER]", "put a held mail aside; its sender hears nothing", decide)
