"""``#take``: the agent makes the ticket his own."""

from daemon.commands.command import Ask, Command, Grant, no_argument
from daemon.desk.changes import Assign, Change, MoveState
from storage.vocabulary import TicketState


def decide(ask: Ask) -> Grant:
    """Assign the ticket to the agent and open it where it is new."""
    no_argument(ask, TAKE.usage)
    changes: list[Change] = []
    if ask.ticket.assignee != ask.agent.address:
        changes.append(Assign(ask.agent.address))
    if ask.ticket.state is TicketState.NEW:
        changes.append(MoveState(TicketState.OPEN))
    return Grant(tuple(changes), "assigned to you" if changes else "was yours already")


TAKE = Command("take", "#take", "make the ticket yours", decide)
