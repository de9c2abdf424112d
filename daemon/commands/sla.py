"""``#sla``: the clocks of the ticket, each with what is promised, what is left and why."""

from daemon.commands.command import Ask, Command, Grant, no_argument


def decide(ask: Ask) -> Grant:
    """Explain the clocks in the receipt itself."""
    no_argument(ask, SLA.usage)
    return Grant((), "\n".join(ask.sight.clocks))


SLA = Command("sla", "#sla", "get the clocks of the ticket: what is promised, what is left, and why", decide)
