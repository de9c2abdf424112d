"""``#sla``: the clocks of the ticket, each with what is promised, what is left and why."""

from daemon.commands.arguments import no_argument
from daemon.commands.command import Ask, Command, Grant
from daemon.desk.sentences import joined, sentence


def decide(ask: Ask) -> Grant:
    """Explain the clocks in the receipt itself."""
    no_argument(ask, SLA.usage)
    return Grant((), joined("\n", ask.sight.clocks))


SLA = Command(
    "sla", "#sla", sentence("get the clocks of the ticket: what is promised, what is left, and why"), decide
)
