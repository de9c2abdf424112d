"""What becomes of the words: a note, a public answer, an answer on the line itself."""

from daemon.commands.arguments import needed, no_argument
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.sentences import sentence


def _note(ask: Ask) -> Grant:
    """Turn the text into an internal note, with the words on the line if there are any."""
    return Grant((), sentence("your text became an internal note"), note=True, note_words=ask.argument)


def _public(ask: Ask) -> Grant:
    """Send the text to the people on the ticket, also from the address for notes."""
    no_argument(ask, PUBLIC.usage)
    return Grant((), sentence("your text goes to the people on the ticket"), public=True)


def _reply_with(ask: Ask) -> Grant:
    """Answer with the words on the line."""
    return Grant(
        (), sentence("your words go to the people on the ticket"), words=needed(ask, REPLY_WITH.usage)
    )


NOTE = Command("note", "#note [WORDS]", sentence("keep the text below among agents"), _note, often=True)
PUBLIC = Command(
    "public",
    "#public",
    sentence("send the text below to the requester, also from the address for notes"),
    _public,
)
REPLY_WITH = Command(
    "reply-with", "#reply-with WORDS", sentence("answer the requester in one line"), _reply_with
)

WORDS = (NOTE, PUBLIC, REPLY_WITH)
