"""The ticket as it is after a change: pure, for deciding the next one, and for the columns to write."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from daemon.desk import changes as c
from daemon.desk.lifecycle import ENDED, check_move
from storage.records import Ticket
from storage.vocabulary import TicketState


def after(ticket: Ticket, change: c.Change, now: datetime) -> Ticket:
    """Return the ticket as it is after the change; raises IllegalMove for a move that is not in the table."""
    if isinstance(change, c.StateChange):
        return _in_state(ticket, change, now)
    if isinstance(change, c.FactChange):
        return _with_fact(ticket, change, now)
    return ticket


def _in_state(ticket: Ticket, change: c.StateChange, now: datetime) -> Ticket:
    match change:
        case c.MoveState(to=to, until=until):
            check_move(ticket.type, ticket.number, ticket.state, to)
            return replace(_moved(ticket, to, now), pending_until=until)
        case c.RestoreState(state, resolved_at, closed_at, pending_until):
            return replace(
                ticket,
                state=state,
                resolved_at=resolved_at,
                closed_at=closed_at,
                pending_until=pending_until,
                updated_at=now,
            )
        case c.SetType(kind, state):
            moved = ticket if state is ticket.state else _moved(ticket, state, now)
            return replace(moved, type=kind, updated_at=now)
        case c.Merge(into):
            return replace(_moved(ticket, TicketState.CLOSED, now), merged_into=into)
        case c.Unmerge():
            return replace(ticket, merged_into=None, updated_at=now)
        case _:
            assert_never(change)


def _moved(ticket: Ticket, to: TicketState, now: datetime) -> Ticket:
    return replace(
        ticket,
        state=to,
        updated_at=now,
        resolved_at=(ticket.resolved_at or now) if to in ENDED else None,
        closed_at=(ticket.closed_at or now) if to is TicketState.CLOSED else None,
        pending_until=None,
    )


def _with_fact(ticket: Ticket, change: c.FactChange, now: datetime) -> Ticket:  # noqa: PLR0911  # one a kind
    match change:
        case c.Assign(assignee):
            return replace(ticket, assignee=assignee, updated_at=now)
        case c.SetTeam(team, routes):
            return replace(ticket, team=team, routes=routes, updated_at=now)
        case c.SetLevels(impact, urgency, priority):
            return replace(ticket, impact=impact, urgency=urgency, priority=priority, updated_at=now)
        case c.SetCategory(category):
            return replace(ticket, category=category, updated_at=now)
        case c.SetDue(due_at):
            return replace(ticket, due_at=due_at, updated_at=now)
        case c.AddRoute(team):
            return ticket if team in ticket.routes else replace(ticket, routes=(*ticket.routes, team))
        case c.SetRequester(person):
            return replace(ticket, requester=person)
        case _:
            return _with_words(ticket, change, now)


_Words = c.SetSubject | c.SetTags | c.SetField | c.SetWatchers | c.SetAsked | c.BookTime


def _with_words(ticket: Ticket, change: _Words, now: datetime) -> Ticket:
    match change:
        case c.SetSubject(subject):
            return replace(ticket, subject=subject, updated_at=now)
        case c.SetTags(tags):
            return replace(ticket, tags=tags, updated_at=now)
        case c.SetField(name, value):
            kept = {key: was for key, was in ticket.fields if key != name}
            filled = kept | ({name: value} if value else {})
            return replace(ticket, fields=tuple(sorted(filled.items())), updated_at=now)
        case c.SetWatchers(watchers):
            return replace(ticket, watchers=watchers, updated_at=now)
        case c.SetAsked(asked):
            return replace(ticket, asked=asked, updated_at=now)
        case c.BookTime(minutes):
            return replace(ticket, minutes_spent=ticket.minutes_spent + minutes, updated_at=now)
        case _:
            assert_never(change)
