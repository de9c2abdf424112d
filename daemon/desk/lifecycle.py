"""The states of a ticket and the moves between them: a table for each type, with who may make which move.

Whoever asks for a move that is not in the table is told the moves that are.
"""

from collections.abc import Mapping
from enum import StrEnum

from daemon.desk.sentences import Sentence, either, plain, sentence, term
from storage.vocabulary import Level, Priority, TicketState, TicketType


class Mover(StrEnum):
    """Who brings a ticket into another state; ``desk`` is the daemon itself: time, a rule, a sensor."""

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    AGENT = "agent"
    APPROVER = "approver"
    DESK = "desk"


S = TicketState
T = TicketType
Graph = Mapping[TicketState, Mapping[TicketState, frozenset[Mover]]]

_AGENT = frozenset({Mover.AGENT})
_WORK = frozenset({Mover.AGENT, Mover.DESK})
_DESK = frozenset({Mover.DESK})
_DECISION = frozenset({Mover.APPROVER})
_QUESTION = frozenset({Mover.APPROVER, Mover.DESK})
# A requester may withdraw what they asked for, and say that it is solved.
_END = frozenset({Mover.REQUESTER, Mover.AGENT, Mover.DESK})
# Whoever is on the ticket brings it back to work by writing.
_REPLY = frozenset({Mover.REQUESTER, Mover.PARTICIPANT, Mover.AGENT, Mover.DESK})

INCIDENT: Graph = {
    S.NEW: {
        S.OPEN: _WORK,
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _WORK,
        S.CLOSED: _END,
    },
    S.OPEN: {
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _WORK,
        S.CLOSED: _END,
    },
    S.PENDING_REQUESTER: {
        S.OPEN: _REPLY,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _WORK,
        S.CLOSED: _END,
    },
    S.PENDING_VENDOR: {
        S.OPEN: _WORK,
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _WORK,
        S.CLOSED: _END,
    },
    S.PENDING_DATE: {
        S.OPEN: _WORK,
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_VENDOR: _AGENT,
        S.RESOLVED: _WORK,
        S.CLOSED: _END,
    },
    S.RESOLVED: {S.OPEN: _REPLY, S.CLOSED: _END},
    S.CLOSED: {S.OPEN: _REPLY},
}

# What needs nobody's approval goes to work at once, or is approved by the desk (a standard request).
SERVICE_REQUEST: Graph = {
    S.NEW: {
        S.AWAITING_DETAILS: _WORK,
        S.AWAITING_APPROVAL: _WORK,
        S.APPROVED: _DESK,
        S.REJECTED: _WORK,
        S.IN_FULFILMENT: _WORK,
        S.FULFILLED: _WORK,
        S.CLOSED: _END,
    },
    S.AWAITING_DETAILS: {S.NEW: _REPLY, S.AWAITING_APPROVAL: _WORK, S.REJECTED: _WORK, S.CLOSED: _END},
    S.AWAITING_APPROVAL: {
        S.AWAITING_DETAILS: _QUESTION,
        S.APPROVED: _DECISION,
        S.REJECTED: _DECISION,
        S.CLOSED: _END,
    },
    S.APPROVED: {S.IN_FULFILMENT: _WORK, S.FULFILLED: _WORK, S.CLOSED: _END},
    S.REJECTED: {S.NEW: _AGENT, S.CLOSED: _END},
    S.IN_FULFILMENT: {
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.FULFILLED: _WORK,
        S.CLOSED: _END,
    },
    S.PENDING_REQUESTER: {
        S.IN_FULFILMENT: _REPLY,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.FULFILLED: _WORK,
        S.CLOSED: _END,
    },
    S.PENDING_VENDOR: {
        S.IN_FULFILMENT: _WORK,
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_DATE: _AGENT,
        S.FULFILLED: _WORK,
        S.CLOSED: _END,
    },
    S.PENDING_DATE: {
        S.IN_FULFILMENT: _WORK,
        S.PENDING_REQUESTER: _WORK,
        S.PENDING_VENDOR: _AGENT,
        S.FULFILLED: _WORK,
        S.CLOSED: _END,
    },
    S.FULFILLED: {S.IN_FULFILMENT: _REPLY, S.CLOSED: _END},
    # What nobody approved goes on where it stopped.
    S.CLOSED: {S.IN_FULFILMENT: _REPLY, S.NEW: _REPLY},
}

# A problem is the desk's own work: its requester, who reported incidents of it, moves nothing.
PROBLEM: Graph = {
    S.NEW: {S.INVESTIGATING: _WORK, S.KNOWN_ERROR: _AGENT, S.RESOLVED: _AGENT, S.CLOSED: _WORK},
    S.INVESTIGATING: {
        S.KNOWN_ERROR: _AGENT,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _AGENT,
        S.CLOSED: _WORK,
    },
    S.KNOWN_ERROR: {
        S.INVESTIGATING: _AGENT,
        S.PENDING_VENDOR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _WORK,
        S.CLOSED: _WORK,
    },
    S.PENDING_VENDOR: {
        S.INVESTIGATING: _WORK,
        S.KNOWN_ERROR: _AGENT,
        S.PENDING_DATE: _AGENT,
        S.RESOLVED: _AGENT,
        S.CLOSED: _WORK,
    },
    S.PENDING_DATE: {
        S.INVESTIGATING: _WORK,
        S.KNOWN_ERROR: _AGENT,
        S.PENDING_VENDOR: _AGENT,
        S.RESOLVED: _AGENT,
        S.CLOSED: _WORK,
    },
    S.RESOLVED: {S.INVESTIGATING: _WORK, S.CLOSED: _WORK},
    S.CLOSED: {S.INVESTIGATING: _AGENT},
}

# Nobody schedules what nobody approved: from a draft the way to work leads through the approval only.
CHANGE: Graph = {
    S.DRAFT: {S.AWAITING_APPROVAL: _WORK, S.CLOSED: _END},
    S.AWAITING_APPROVAL: {
        S.DRAFT: _WORK | _DECISION,
        S.APPROVED: _DECISION,
        S.REJECTED: _DECISION,
        S.CLOSED: _END,
    },
    S.APPROVED: {S.SCHEDULED: _WORK, S.DRAFT: _WORK, S.CLOSED: _END},
    S.REJECTED: {S.DRAFT: _AGENT, S.CLOSED: _WORK},
    S.SCHEDULED: {S.IMPLEMENTED: _WORK, S.FAILED: _WORK, S.DRAFT: _WORK, S.CLOSED: _WORK},
    S.IMPLEMENTED: {S.FAILED: _AGENT, S.REVIEWED: _AGENT},
    S.FAILED: {S.SCHEDULED: _AGENT, S.REVIEWED: _AGENT},
    S.REVIEWED: {S.CLOSED: _WORK},
    S.CLOSED: {S.REVIEWED: _AGENT},
}

GRAPHS: Mapping[TicketType, Graph] = {
    T.INCIDENT: INCIDENT,
    T.SERVICE_REQUEST: SERVICE_REQUEST,
    T.PROBLEM: PROBLEM,
    T.CHANGE: CHANGE,
}
INITIAL: Mapping[TicketType, TicketState] = {
    T.INCIDENT: S.NEW,
    T.SERVICE_REQUEST: S.NEW,
    T.PROBLEM: S.NEW,
    T.CHANGE: S.DRAFT,
}
# The state that says "somebody works on it"; a change has none, its plan is followed.
WORKING: Mapping[TicketType, TicketState] = {
    T.INCIDENT: S.OPEN,
    T.SERVICE_REQUEST: S.IN_FULFILMENT,
    T.PROBLEM: S.INVESTIGATING,
}
# The agent's word that the work is done; closing is the requester's word, or time's.
DONE: Mapping[TicketType, TicketState] = {
    T.INCIDENT: S.RESOLVED,
    T.SERVICE_REQUEST: S.FULFILLED,
    T.PROBLEM: S.RESOLVED,
    T.CHANGE: S.IMPLEMENTED,
}
# Where nobody works on the ticket any more.
ENDED = frozenset({S.RESOLVED, S.FULFILLED, S.REJECTED, S.IMPLEMENTED, S.REVIEWED, S.CLOSED})
# What silence closes after the window.
SILENT = frozenset({S.RESOLVED, S.FULFILLED, S.REJECTED})
# Where the desk waits for somebody else, or for a day.
WAITING = frozenset(
    {S.PENDING_REQUESTER, S.PENDING_VENDOR, S.PENDING_DATE, S.AWAITING_DETAILS, S.AWAITING_APPROVAL}
)
# What a reply of somebody on the ticket brings it to; every other state stays.
REPLIED: Mapping[TicketType, Mapping[TicketState, TicketState]] = {
    T.INCIDENT: {S.PENDING_REQUESTER: S.OPEN, S.RESOLVED: S.OPEN, S.CLOSED: S.OPEN},
    T.SERVICE_REQUEST: {
        S.AWAITING_DETAILS: S.NEW,
        S.PENDING_REQUESTER: S.IN_FULFILMENT,
        S.FULFILLED: S.IN_FULFILMENT,
        S.CLOSED: S.IN_FULFILMENT,
    },
    T.PROBLEM: {},
    T.CHANGE: {},
}

MATRIX: Mapping[tuple[Level, Level], Priority] = {
    (Level.HIGH, Level.HIGH): Priority.P1,
    (Level.HIGH, Level.MEDIUM): Priority.P2,
    (Level.HIGH, Level.LOW): Priority.P3,
    (Level.MEDIUM, Level.HIGH): Priority.P2,
    (Level.MEDIUM, Level.MEDIUM): Priority.P3,
    (Level.MEDIUM, Level.LOW): Priority.P4,
    (Level.LOW, Level.HIGH): Priority.P3,
    (Level.LOW, Level.MEDIUM): Priority.P4,
    (Level.LOW, Level.LOW): Priority.P4,
}


class IllegalMove(Exception):  # noqa: N818  # the field's word; it is an answer as much as an error
    """A move that the table does not have, or not for this mover; its text names those that are legal."""

    def __init__(
        self, number: int, state: TicketState, to: TicketState, legal: tuple[TicketState, ...], by: str = ""
    ) -> None:
        self.legal = legal
        what = _objection(state, to, by, final=not legal)
        words = sentence("only {states}", states=either(map(term, legal))) if legal else _FINAL[state is to]
        super().__init__(
            sentence(
                "ticket {number} is {state}; {what}, {words}",
                number=number,
                state=term(state),
                what=what,
                words=words,
            )
        )


# What is said of a state that nothing leads out of, where another one was asked for, and where the same was.
_FINAL = (sentence("nor anything else"), sentence("whoever asks"))


def _objection(state: TicketState, to: TicketState, by: str, *, final: bool) -> Sentence:
    if state is to:
        return sentence("it is so already, and stays so") if final else sentence("it is so already")
    if by == Mover.AGENT:
        return sentence("the agent cannot make it {state}", state=term(to))
    if by:
        return plain(f"the {by} cannot make it {to}")
    return sentence("it cannot become {state}", state=term(to))


def moves(kind: TicketType, state: TicketState, mover: Mover | None = None) -> tuple[TicketState, ...]:
    """List the states that a ticket can go to from here, by this mover or (None) by anybody.

    Empty for a state that the type does not have.
    """
    targets = GRAPHS[kind].get(state, {})
    return tuple(to for to, movers in targets.items() if mover is None or mover in movers)


def check_move(
    kind: TicketType, number: int, state: TicketState, to: TicketState, mover: Mover | None = None
) -> None:
    """Raise IllegalMove unless the table has this move, for this mover or (None) for anybody."""
    legal = moves(kind, state, mover)
    if to in legal:
        return
    others = mover is not None and to in moves(kind, state)
    raise IllegalMove(number, state, to, legal, str(mover) if others else "")


def priority(impact: Level, urgency: Level) -> Priority:
    """Derive the priority; it is never typed in."""
    return MATRIX[impact, urgency]
