"""Carry out changes: rows and journal, inside the caller's transaction.

All that one message, job or command does to one ticket is one ``Work``: the changes are written as they
come, the columns of the ticket and its journal once at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from daemon.desk.changes import (
    AcceptHeld,
    AddParticipants,
    AddRoute,
    Assign,
    Change,
    HeldChange,
    MoveState,
    RefuseHeld,
    Remark,
    SendHeld,
    SetRequester,
    SplitHeld,
    after,
)
from daemon.desk.lifecycle import INITIAL, priority
from storage import entries, journal, tickets
from storage.entries import NewEntry
from storage.journal import Line
from storage.records import Entry, Person, Ticket
from storage.vocabulary import EntryKind, Level, TicketType, Visibility


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something happens: ``actor`` did it, through ``origin`` (``arrival:17``, ``job:...``, ``cli``)."""

    actor: str
    origin: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new ticket is made from; ``routes`` starts with the team that works on it."""

    subject: str
    requester: Person | None
    routes: tuple[str, ...]
    root_message_id: str
    type: TicketType = TicketType.INCIDENT
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM


@dataclass
class Work:
    """The work on one ticket in one transaction; ``ticket`` is always as the changes so far leave it."""

    ticket: Ticket
    cause: Cause
    before: Ticket
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def on(cls, ticket: Ticket, cause: Cause) -> "Work":
        """Begin to work on a ticket that the caller has locked."""
        return cls(ticket, cause, ticket)

    @classmethod
    def opening(cls, opening: Opening, cause: Cause) -> "Work":
        """Open a ticket and begin to work on it."""
        rank = priority(opening.impact, opening.urgency)
        state = INITIAL[opening.type]
        new = tickets.NewTicket(
            type=opening.type,
            state=state,
            impact=opening.impact,
            urgency=opening.urgency,
            priority=rank,
            team=opening.routes[0],
            requester_id=opening.requester.id if opening.requester else None,
            subject=opening.subject,
            root_message_id=opening.root_message_id,
        )
        number = tickets.add(new, opening.routes, cause.now)
        ticket = Ticket(
            number=number,
            type=opening.type,
            state=state,
            impact=opening.impact,
            urgency=opening.urgency,
            priority=rank,
            team=opening.routes[0],
            assignee=None,
            requester=opening.requester,
            subject=opening.subject,
            root_message_id=opening.root_message_id,
            created_at=cause.now,
            updated_at=cause.now,
            resolved_at=None,
            closed_at=None,
            journal_hash="",
            routes=opening.routes,
        )
        work = cls(ticket, cause, ticket)
        requester = opening.requester.address if opening.requester else "unknown"
        teams = ", ".join(opening.routes)
        work.note("opened", type=opening.type, priority=rank, requester=requester, teams=teams)
        return work

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out changes in order; raises IllegalMove for a move that is not in the table."""
        for change in changes:
            ticket = after(self.ticket, change, self.cause.now)
            self._carry_out(change)
            self.ticket = ticket

    def say(self, entry: NewEntry) -> Entry:
        """Add an entry to the ticket."""
        self.note("entry", kind=entry.kind, visibility=entry.visibility, author=entry.author)
        return entries.add(self.ticket.number, entry, self.cause.now)

    def note(self, kind: str, /, **data: str) -> None:
        """Add a line to the journal."""
        self.lines.append(Line(kind, self.cause.actor, self.cause.origin, data))

    def finish(self) -> Ticket:
        """Write the journal and the changed columns of the ticket."""
        ticket, before = self.ticket, self.before
        last = journal.append(ticket.number, ticket.journal_hash, self.lines, self.cause.now)
        fields = {
            name: getattr(ticket, name)
            for name in ("state", "assignee", "resolved_at", "closed_at")
            if getattr(ticket, name) != getattr(before, name)
        }
        if last != ticket.journal_hash:
            fields.update(journal_hash=last, updated_at=self.cause.now)
        if fields:
            tickets.change(ticket.number, fields)
        self.lines.clear()
        return ticket

    def _decide_held(self, change: HeldChange) -> None:
        entry = change.entry
        match change:
            case AcceptHeld():
                became = str(EntryKind.MESSAGE)
                entries.become(entry.id, EntryKind.MESSAGE, Visibility.PUBLIC, self.ticket.number)
            case RefuseHeld():
                became = str(EntryKind.REFUSED)
                entries.become(entry.id, EntryKind.REFUSED, Visibility.INTERNAL, self.ticket.number)
            case SendHeld():
                became = str(EntryKind.ANSWER)
                entries.become(entry.id, EntryKind.ANSWER, Visibility.PUBLIC, self.ticket.number)
            case SplitHeld():
                # Where it goes is known when that ticket is opened (``services.held``).
                became = "a ticket of its own"
        self.note("held mail", entry=str(entry.id), author=entry.author, became=became)

    def _carry_out(self, change: Change) -> None:
        match change:
            case MoveState(to=to, reason=reason):
                self.note("state", **{"from": self.ticket.state, "to": to, "reason": reason})
            case Assign(assignee=assignee, reason=reason):
                self.note("assigned", to=assignee or "nobody", reason=reason)
            case AddRoute(team=team):
                if tickets.add_route(self.ticket.number, team):
                    self.note("routed", team=team)
            case AddParticipants(people=people):
                tickets.add_participants(self.ticket.number, people)
            case SetRequester(person=person):
                tickets.set_requester(self.ticket.number, person.id)
                self.note("requester", address=person.address)
            case Remark(kind=kind, data=data):
                self.note(kind, **dict(data))
            case AcceptHeld() | RefuseHeld() | SplitHeld() | SendHeld():
                self._decide_held(change)
            case _:
                assert_never(change)
