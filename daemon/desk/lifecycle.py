"""The states of a ticket and the moves between them: a table for each type.

Whoever asks for a move that is not in the table is told the moves that are.
"""

from collections.abc import Mapping

from storage.vocabulary import Level, Priority, TicketState, TicketType

S = TicketState

INCIDENT: Mapping[TicketState, tuple[TicketState, ...]] = {
    S.NEW: (S.OPEN, S.PENDING_REQUESTER, S.PENDING_VENDOR, S.RESOLVED, S.CLOSED),
    S.OPEN: (S.PENDING_REQUESTER, S.PENDING_VENDOR, S.RESOLVED, S.CLOSED),
    S.PENDING_REQUESTER: (S.OPEN, S.PENDING_VENDOR, S.RESOLVED, S.CLOSED),
    S.PENDING_VENDOR: (S.OPEN, S.PENDING_REQUESTER, S.RESOLVED, S.CLOSED),
    S.RESOLVED: (S.OPEN, S.CLOSED),
    S.CLOSED: (S.OPEN,),
}

GRAPHS: Mapping[TicketType, Mapping[TicketState, tuple[TicketState, ...]]] = {TicketType.INCIDENT: INCIDENT}
INITIAL: Mapping[TicketType, TicketState] = {TicketType.INCIDENT: S.NEW}
ENDED = frozenset({S.RESOLVED, S.CLOSED})

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
    """A move that the table does not have; its text names the moves that are legal."""

    def __init__(
        self, number: int, state: TicketState, to: TicketState, legal: tuple[TicketState, ...]
    ) -> None:
        self.legal = legal
        words = " or ".join(legal)
        what = "is so already" if state is to else f"cannot become {to}"
        super().__init__(f"ticket {number} is {state}; it {what}, only {words}")


def moves(kind: TicketType, state: TicketState) -> tuple[TicketState, ...]:
    """List the states that a ticket of this type can go to from here."""
    return GRAPHS[kind][state]


def check_move(kind: TicketType, number: int, state: TicketState, to: TicketState) -> None:
    """Raise IllegalMove unless the table has this move."""
    legal = moves(kind, state)
    if to not in legal:
        raise IllegalMove(number, state, to, legal)


def priority(impact: Level, urgency: Level) -> Priority:
    """Derive the priority; it is never typed in."""
    return MATRIX[impact, urgency]
