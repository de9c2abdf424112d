"""What becomes of a ticket's state when its type changes: a table for each type, and who may change it.

No approval is carried over: what was approved was another record.
"""

from collections.abc import Mapping

from daemon.desk.lifecycle import ENDED, Mover
from daemon.desk.sentences import Sentence, either, sentence
from storage.vocabulary import TicketState, TicketType

S = TicketState
T = TicketType

# By the new type: the state that each state of the three other types turns into.
STATES: Mapping[TicketType, Mapping[TicketState, TicketState]] = {
    T.INCIDENT: {
        S.NEW: S.NEW,
        S.DRAFT: S.NEW,
        S.AWAITING_DETAILS: S.PENDING_REQUESTER,
        S.AWAITING_APPROVAL: S.OPEN,
        S.APPROVED: S.OPEN,
        S.IN_FULFILMENT: S.OPEN,
        S.INVESTIGATING: S.OPEN,
        S.KNOWN_ERROR: S.OPEN,
        S.SCHEDULED: S.OPEN,
        S.FAILED: S.OPEN,
        S.PENDING_REQUESTER: S.PENDING_REQUESTER,
        S.PENDING_VENDOR: S.PENDING_VENDOR,
        S.PENDING_DATE: S.PENDING_DATE,
        S.RESOLVED: S.RESOLVED,
        S.FULFILLED: S.RESOLVED,
        S.IMPLEMENTED: S.RESOLVED,
        S.REVIEWED: S.RESOLVED,
        S.REJECTED: S.CLOSED,
        S.CLOSED: S.CLOSED,
    },
    T.SERVICE_REQUEST: {
        S.NEW: S.NEW,
        S.DRAFT: S.NEW,
        S.AWAITING_APPROVAL: S.NEW,
        S.APPROVED: S.NEW,
        S.SCHEDULED: S.NEW,
        S.OPEN: S.IN_FULFILMENT,
        S.INVESTIGATING: S.IN_FULFILMENT,
        S.KNOWN_ERROR: S.IN_FULFILMENT,
        S.FAILED: S.IN_FULFILMENT,
        S.PENDING_REQUESTER: S.PENDING_REQUESTER,
        S.PENDING_VENDOR: S.PENDING_VENDOR,
        S.PENDING_DATE: S.PENDING_DATE,
        S.RESOLVED: S.FULFILLED,
        S.IMPLEMENTED: S.FULFILLED,
        S.REVIEWED: S.FULFILLED,
        S.REJECTED: S.REJECTED,
        S.CLOSED: S.CLOSED,
    },
    T.PROBLEM: {
        S.NEW: S.NEW,
        S.DRAFT: S.NEW,
        S.AWAITING_DETAILS: S.NEW,
        S.AWAITING_APPROVAL: S.NEW,
        S.APPROVED: S.INVESTIGATING,
        S.OPEN: S.INVESTIGATING,
        S.IN_FULFILMENT: S.INVESTIGATING,
        S.SCHEDULED: S.INVESTIGATING,
        S.FAILED: S.INVESTIGATING,
        S.PENDING_REQUESTER: S.INVESTIGATING,
        S.PENDING_VENDOR: S.PENDING_VENDOR,
        S.PENDING_DATE: S.PENDING_DATE,
        S.RESOLVED: S.RESOLVED,
        S.FULFILLED: S.RESOLVED,
        S.IMPLEMENTED: S.RESOLVED,
        S.REVIEWED: S.RESOLVED,
        S.REJECTED: S.CLOSED,
        S.CLOSED: S.CLOSED,
    },
    T.CHANGE: {
        S.NEW: S.DRAFT,
        S.OPEN: S.DRAFT,
        S.AWAITING_DETAILS: S.DRAFT,
        S.AWAITING_APPROVAL: S.DRAFT,
        S.APPROVED: S.DRAFT,
        S.IN_FULFILMENT: S.DRAFT,
        S.INVESTIGATING: S.DRAFT,
        S.KNOWN_ERROR: S.DRAFT,
        S.PENDING_REQUESTER: S.DRAFT,
        S.PENDING_VENDOR: S.DRAFT,
        S.PENDING_DATE: S.DRAFT,
        S.RESOLVED: S.CLOSED,
        S.FULFILLED: S.CLOSED,
        S.REJECTED: S.CLOSED,
        S.CLOSED: S.CLOSED,
    },
}

# A requester tells apart what is broken from what they want; problems and changes are the desk's own words.
_REQUESTERS = frozenset({(T.INCIDENT, T.SERVICE_REQUEST), (T.SERVICE_REQUEST, T.INCIDENT)})


class IllegalType(Exception):  # noqa: N818  # an answer as much as an error
    """A change of type that is not allowed; its text names the types that are."""

    def __init__(self, number: int, kind: TicketType, to: TicketType, legal: tuple[TicketType, ...]) -> None:
        self.legal = legal
        what = sentence("it is so already") if kind is to else sentence("it cannot become {type}", type=a(to))
        words = sentence("and keeps its type")
        if legal:
            words = sentence("only {types}", types=either(map(a, legal)))
        super().__init__(
            sentence(
                "ticket {number} is {type}; {what}, {words}",
                number=number,
                type=a(kind),
                what=what,
                words=words,
            )
        )


def a(kind: TicketType) -> Sentence:
    """Return a type of ticket with its article."""
    match kind:
        case T.INCIDENT:
            return sentence("an incident")
        case T.SERVICE_REQUEST:
            return sentence("a service-request")
        case T.PROBLEM:
            return sentence("a problem")
        case T.CHANGE:
            return sentence("a change")


def types(kind: TicketType, state: TicketState, mover: Mover) -> tuple[TicketType, ...]:
    """List the types that this mover can turn the ticket into: agents and the desk any, at any time.

    A requester may say "incident" or "request" until the work has ended; nobody else may.
    """
    others = tuple(to for to in TicketType if to is not kind)
    if mover in {Mover.AGENT, Mover.DESK}:
        return others
    if mover is Mover.REQUESTER and state not in ENDED:
        return tuple(to for to in others if (kind, to) in _REQUESTERS)
    return ()


def retyped(kind: TicketType, state: TicketState, to: TicketType) -> TicketState:
    """Return the state that the ticket has as a record of the other type."""
    return state if kind is to else STATES[to][state]


def check_retype(
    number: int, kind: TicketType, state: TicketState, to: TicketType, mover: Mover
) -> TicketState:
    """Return the state after the change of type; raises IllegalType where this mover may not."""
    legal = types(kind, state, mover)
    if to not in legal:
        raise IllegalType(number, kind, to, legal)
    return retyped(kind, state, to)
