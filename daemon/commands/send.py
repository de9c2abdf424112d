"""``#send``: an answer that was held back, because it repeats internal words, leaves after all."""

from daemon.commands.arguments import chosen
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.changes import SendHeld
from daemon.desk.sentences import sentence


def decide(ask: Ask) -> Grant:
    """Let the answer go to the requester and to everybody who is copied."""
    entry = chosen(ask, ask.drafts, sentence("answer"))
    return Grant((SendHeld(entry),), sentence("held answer {id} was sent", id=entry.id))


SEND = Command(
    "send", "#send [NUMBER]", sentence("send an answer that was held back for its internal words"), decide
)
