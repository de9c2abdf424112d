"""Carry out changes: rows and journal, inside the caller's transaction.

All that one message, job or command does to one ticket is one ``Work``: the changes are written as they
come, the columns of the ticket and its journal once at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from daemon.desk.changes import Change
from daemon.desk.clocks import Turn
from daemon.desk.lifecycle import INITIAL, priority
from daemon.desk.outcome import after
from daemon.desk.service_levels import ServiceLevels
from daemon.desk.undoing import Done
from daemon.desk.waiting import begins, ends
from daemon.services import carrying, clocks
from storage import approvals, entries, journal, tickets, waiting
from storage.entries import NewEntry
from storage.journal import Line
from storage.records import Entry, Person, Ticket
from storage.vocabulary import Level, TicketState, TicketType

# The columns that changes write; what else there is of a ticket stands in tables of its own.
_COLUMNS = (
    "state", "assignee", "resolved_at", "closed_at", "pending_until", "type", "team", "impact", "urgency",
    "priority", "category", "subject", "due_at", "tags", "fields", "watchers", "asked", "minutes_spent",
    "merged_into",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something happens: ``actor`` did it, through ``origin`` (``arrival:17``, ``job:...``, ``cli``).

    ``levels`` is what the desk promises, and None where it promises nothing.
    """

    actor: str
    origin: str
    now: datetime
    levels: ServiceLevels | None = None


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
    """The work on one ticket in one transaction; ``ticket`` is always as the changes so far leave it.

    ``done`` are the changes so far, each with the ticket as it was before it.
    """

    ticket: Ticket
    cause: Cause
    before: Ticket
    lines: list[Line] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

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
        unusual = _unusual(opening)
        work.note("opened", type=opening.type, priority=rank, requester=requester, teams=teams, **unusual)
        return work

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out changes in order; raises IllegalMove for a move that is not in the table."""
        for asked in changes:
            change = carrying.met(asked, self.cause.now)
            ticket = after(self.ticket, change, self.cause.now)
            carrying.carry_out(self.ticket, change, self.cause.now, self.note)
            self.done.append((self.ticket, change))
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
        finish_all([self])
        return self.ticket

    def changed(self) -> dict[str, Any]:
        """Return the columns of the ticket that the changes so far have changed."""
        ticket, before = self.ticket, self.before
        if ticket is before:
            return {}
        return {
            name: getattr(ticket, name) for name in _COLUMNS if getattr(ticket, name) != getattr(before, name)
        }

    def keep_time(self) -> None:
        """Note what the ticket waits for, and move its clocks on where anything is promised."""
        before, ticket = self.before, self.ticket
        if begins(before, ticket):
            waiting.begin(ticket.number, self.cause.now)
        elif ends(before, ticket):
            waiting.end(ticket.number)
        waited = before.state is TicketState.AWAITING_APPROVAL
        if waited and ticket.state is not before.state:
            approvals.look_at(ticket.number, self.cause.now)
        if self.cause.levels is not None:
            turn = Turn(self.cause.now, before, ticket, self.cause.origin)
            clocks.keep(turn, self.lines, self.cause.actor, self.cause.levels)


def finish_all(works: Sequence[Work]) -> None:
    """Finish the work on several tickets at once, for one cause and moment, each ticket in one of them."""
    if not works:
        return
    now = works[0].cause.now
    journals = [(work.ticket.number, work.ticket.journal_hash, work.lines) for work in works]
    changes: dict[int, dict[str, Any]] = {}
    for work, last in zip(works, journal.append_all(journals, now), strict=True):
        fields = work.changed()
        if last != work.ticket.journal_hash:
            fields.update(journal_hash=last, updated_at=now)
        if fields:
            changes[work.ticket.number] = fields
    tickets.change_all(changes)
    for work in works:
        work.keep_time()
        work.lines.clear()


def _unusual(opening: Opening) -> dict[str, str]:
    """Return what a replay of the journal could not tell from the rest (``desk.journal_replay``)."""
    team, levels = opening.routes[0], {"impact": opening.impact, "urgency": opening.urgency}
    said = {name: str(level) for name, level in levels.items() if level is not Level.MEDIUM}
    return said | ({"team": team} if ", " in team else {})
