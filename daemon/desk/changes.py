"""What can be done to a ticket, as values: decided by pure code, carried out by ``services.apply``.

A new kind of change is a dataclass here and an arm in ``services.apply``; the type check fails until
the arm exists.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.desk.lifecycle import ENDED, check_move
from storage.records import Entry, Person, Ticket
from storage.vocabulary import ParticipantRole, TicketState


@dataclass(frozen=True, slots=True)
class MoveState:
    """Bring the ticket into another state; ``reason`` stands in the journal."""

    to: TicketState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """Make an agent responsible, or nobody (None)."""

    assignee: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddRoute:
    """Note that the ticket was addressed to a further team."""

    team: str


@dataclass(frozen=True, slots=True)
class AddParticipants:
    """Put people on the ticket: ``(person id, role)``."""

    people: tuple[tuple[int, ParticipantRole], ...]


@dataclass(frozen=True, slots=True)
class SetRequester:
    """Say who asked: the ticket is this person's from now on."""

    person: Person


@dataclass(frozen=True, slots=True)
class Remark:
    """Write a line into the journal and change nothing."""

    kind: str
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptHeld:
    """Make a held mail a message of the ticket, and its author a participant."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class RefuseHeld:
    """Put a held mail aside; nobody hears of it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class SplitHeld:
    """Take a held mail away from the ticket, to become one of its own."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class SendHeld:
    """Make an agent's answer that was held back a public one."""

    entry: Entry


HeldChange = AcceptHeld | RefuseHeld | SplitHeld | SendHeld
Change = MoveState | Assign | AddRoute | AddParticipants | SetRequester | Remark | HeldChange


def after(ticket: Ticket, change: Change, now: datetime) -> Ticket:
    """Return the ticket as it is after the change; raises IllegalMove for a move that is not in the table."""
    match change:
        case MoveState(to=to):
            check_move(ticket.type, ticket.number, ticket.state, to)
            return replace(
                ticket,
                state=to,
                updated_at=now,
                resolved_at=(ticket.resolved_at or now) if to in ENDED else None,
                closed_at=now if to is TicketState.CLOSED else None,
            )
        case Assign(assignee=assignee):
            return replace(ticket, assignee=assignee, updated_at=now)
        case AddRoute(team=team):
            return ticket if team in ticket.routes else replace(ticket, routes=(*ticket.routes, team))
        case SetRequester(person=person):
            return replace(ticket, requester=person)
        case AddParticipants() | Remark() | AcceptHeld() | RefuseHeld() | SplitHeld() | SendHeld():
            return ticket
