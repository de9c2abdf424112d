"""``#note``: the text below the commands is for agents only."""

from daemon.commands.command import Ask, Command, Grant, no_argument


def decide(ask: Ask) -> Grant:
    """Turn the text into an internal note."""
    no_argument(ask, NOTE.usage)
    return Grant((), "your text became an internal note", note=True)


NOTE = Command("note", "#note", "keep the text below among agents", decide)
