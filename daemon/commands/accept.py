"""``#accept``: a mail that is held beside the ticket becomes part of it."""

from daemon.commands.arguments import chosen
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.addressing import fold
from daemon.desk.changes import AcceptHeld, Change, CopyIn, MoveState
from daemon.desk.lifecycle import REPLIED
from daemon.desk.sentences import sentence


def decide(ask: Ask) -> Grant:
    """Take the held mail as its sender's words; like a reply, it opens again what had ended."""
    entry = chosen(ask, ask.held, sentence("mail"))
    author = entry.author or sentence("its sender")
    joins = "@" in author and ask.sight.roster.agent(author) is None
    joins = joins and fold(author) not in ask.sight.people
    changes: list[Change] = [CopyIn((fold(author),))] if joins else []
    changes.append(AcceptHeld(entry))
    to = REPLIED[ask.ticket.type].get(ask.ticket.state)
    if to is not None:
        changes.append(MoveState(to, "a held mail was accepted"))
    return Grant(
        tuple(changes),
        sentence(
            "held mail {id} is part of the ticket now, and {author} is on it", id=entry.id, author=author
        ),
    )


ACCEPT = Command(
    "accept",
    "#accept [NUMBER]",
    sentence("take a held mail onto the ticket; its sender joins the ticket"),
    decide,
)
