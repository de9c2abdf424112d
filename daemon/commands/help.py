"""``#help``: what an agent can say."""

from daemon.commands.arguments import no_argument
from daemon.commands.command import Ask, Command, Grant, Place
from daemon.desk.sentences import sentence


def decide(ask: Ask) -> Grant:
    """Send the list of commands."""
    no_argument(ask, HELP.usage)
    return Grant((), sentence("the list of commands is on its way"), help=True)


HELP = Command("help", "#help", sentence("get the list of commands"), decide, Place.ANYWHERE, often=True)
