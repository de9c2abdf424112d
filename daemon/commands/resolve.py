"""``#resolve``: the agent says that the service is restored; the requester may disagree by replying."""

from daemon.commands.command import Ask, Command, Grant, Refusal, no_argument
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import IllegalMove, check_move
from storage.vocabulary import TicketState


def decide(ask: Ask) -> Grant:
    """Resolve the ticket."""
    no_argument(ask, RESOLVE.usage)
    return move_to(ask, TicketState.RESOLVED)


def move_to(ask: Ask, to: TicketState) -> Grant:
    """Grant one move; an illegal one is refused with the legal ones listed."""
    try:
        check_move(ask.ticket.type, ask.ticket.number, ask.ticket.state, to)
    except IllegalMove as error:
        raise Refusal(str(error)) from error
    return Grant((MoveState(to),), f"the ticket is {to} now", settles=True)


RESOLVE = Command("resolve", "#resolve", "say that it is solved; the requester is told", decide)
