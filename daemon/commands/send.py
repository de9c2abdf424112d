"""``#send``: an answer that was held back, because it repeats internal words, leaves after all."""

from daemon.commands.command import Ask, Command, Grant, chosen
from daemon.desk.changes import SendHeld


def decide(ask: Ask) -> Grant:
    """Let the answer go to the requester and to everybody who is copied."""
    entry = chosen(ask, ask.drafts, "answer")
    return Grant((SendHeld(entry),), f"held answer {entry.id} was sent")


SEND = Command("send", "#send [NUMBER]", "send an answer that was held back for its internal words", decide)
