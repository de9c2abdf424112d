"""``#refuse``: a mail that is held beside the ticket stays out of it, and its sender hears nothing."""

from daemon.commands.arguments import chosen
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.changes import RefuseHeld
from daemon.desk.sentences import sentence


def decide(ask: Ask) -> Grant:
    """Put the held mail aside for good."""
    entry = chosen(ask, ask.held, sentence("mail"))
    return Grant(
        (RefuseHeld(entry),), sentence("held mail {id} is refused; its sender hears nothing", id=entry.id)
    )


REFUSE = Command(
    "refuse", "#refuse [NUMBER]", sentence("put a held mail aside; its sender hears nothing"), decide
)
