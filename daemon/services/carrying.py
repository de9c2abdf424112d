"""What each kind of change writes beside the columns of its ticket: other tables, and the journal."""

from datetime import datetime
from typing import Protocol, assert_never

from daemon.desk import changes as c
from daemon.desk.changes import Change
from daemon.desk.dates import spoken_minutes
from storage import automatic_stops, entries, links, people, requests, tasks, tickets, waiting
from storage.automatic_stops import Stop
from storage.records import Link, Ticket
from storage.vocabulary import EntryKind, ParticipantRole, Visibility


class Note(Protocol):
    """Adds a line to the journal."""

    def __call__(self, kind: str, /, **data: str) -> None:
        """Add a line of this kind, with its data."""
        ...


def met(change: Change, now: datetime) -> Change:
    """Return the change with a person who was named by address only, met for the first time where need be."""
    if isinstance(change, c.SetRequester) and change.person is not None and not change.person.id:
        return c.SetRequester(people.find_or_add(change.person.address, change.person.name, now))
    return change


def carry_out(ticket: Ticket, change: Change, now: datetime, note: Note) -> None:
    """Write what the change means outside of the ticket's own columns; ``ticket`` is as it was before."""
    if isinstance(change, c.StateChange):
        _move(ticket, change, note)
    elif isinstance(change, c.FactChange):
        _set(ticket, change, note)
    elif isinstance(change, c.HeldChange):
        _decide_held(ticket, change, note)
    elif isinstance(change, c.MailChange):
        _switch(ticket, change, now, note)
    elif isinstance(change, c.TaskChange):
        _change_tasks(ticket, change, now, note)
    else:
        _relate(ticket, change, now, note)


def _move(ticket: Ticket, change: c.StateChange, note: Note) -> None:
    match change:
        case c.MoveState(to, reason, until):
            waits = {"until": until.isoformat()} if until is not None else {}
            note("state", **{"from": ticket.state, "to": to, "reason": reason, **waits})
        case c.RestoreState(state, resolved_at, closed_at, pending_until):
            moments = {"resolved": resolved_at, "closed": closed_at, "until": pending_until}
            spelled = {name: at.isoformat() if at else "" for name, at in moments.items()}
            note("state", **{"from": ticket.state, "to": state, "reason": "taken back", **spelled})
        case c.SetType(kind, state, reason):
            note("type", **{"from": ticket.type, "to": kind, "state": state, "reason": reason})
        case c.Merge(into):
            note("merged into", ticket=str(into))
        case c.Unmerge(into):
            note("merged no longer", ticket=str(into))
        case _:
            assert_never(change)


def _set(ticket: Ticket, change: c.FactChange, note: Note) -> None:  # noqa: C901, PLR0912  # one a kind
    match change:
        case c.Assign(assignee, reason):
            note("assigned", to=assignee or "nobody", reason=reason)
        case c.SetTeam(team, routes, reason):
            tickets.set_routes(ticket.number, routes)
            note("team", **{"from": ticket.team, "to": team, "teams": ", ".join(routes), "reason": reason})
        case c.AddRoute(team):
            if tickets.add_route(ticket.number, team):
                note("routed", team=team)
        case c.SetLevels(impact, urgency, rank, reason):
            note("priority", impact=impact, urgency=urgency, priority=rank, reason=reason)
        case c.SetCategory(category):
            note("category", **{"from": ticket.category, "to": category})
        case c.SetSubject(subject):
            note("subject", **{"from": ticket.subject, "to": subject})
        case c.SetDue(due_at):
            note("promised", moment=due_at.isoformat() if due_at is not None else "nothing")
        case c.SetTags(tags):
            note("tags", tags=" ".join(tags))
        case c.SetField(name, value):
            note("field", name=name, value=value)
        case c.SetWatchers(watchers):
            note("watched", by=" ".join(watchers) or "nobody")
        case c.SetAsked(asked):
            note("asked", waiting=" ".join(asked) or "for nobody")
        case c.BookTime(minutes):
            note("time", minutes=str(minutes), total=spoken_minutes(ticket.minutes_spent + minutes))
        case c.SetRequester(person):
            if person is None:
                tickets.drop_requester(ticket.number)
            else:
                tickets.set_requester(ticket.number, person.id)
            note("requester", address=person.address if person is not None else "nobody")
        case _:
            assert_never(change)


def _decide_held(ticket: Ticket, change: c.HeldChange, note: Note) -> None:
    entry = change.entry
    match change:
        case c.AcceptHeld():
            became = str(EntryKind.MESSAGE)
            entries.become(entry.id, EntryKind.MESSAGE, Visibility.PUBLIC, ticket.number)
        case c.RefuseHeld():
            became = str(EntryKind.REFUSED)
            entries.become(entry.id, EntryKind.REFUSED, Visibility.INTERNAL, ticket.number)
        case c.SendHeld():
            became = str(EntryKind.ANSWER)
            entries.become(entry.id, EntryKind.ANSWER, Visibility.PUBLIC, ticket.number)
        case c.SplitHeld():
            # Where it goes is known when that ticket is opened (``services.held``).
            became = "a ticket of its own"
        case _:
            assert_never(change)
    note("held mail", entry=str(entry.id), author=entry.author, became=became)


def _change_tasks(ticket: Ticket, change: c.TaskChange, now: datetime, note: Note) -> None:
    """Write what an agent said about tasks; mail and the next tasks follow (``services.task_orders``)."""
    match change:
        case c.SetTask(task, to, why, was, _, by):
            tasks.set_state(ticket.number, tasks.ByHand(task, to, why, by), now)
            note("task by hand", task=task, **{"from": was, "to": to, "reason": why})
        case c.MovePromise(until, why, before):
            tasks.change(ticket.number, {"promised_at": until})
            tasks.note_move(tasks.PromiseMove(ticket.number, "", now, before, until, why, "agent"))
            spelled = {"before": before, "after": until}
            moments = {name: at.isoformat() if at else "nothing" for name, at in spelled.items()}
            note("promise moved", **moments, reason=why)
        case c.TellTask(task, _, by):
            note("task told", task=task, by=by)
        case _:
            assert_never(change)


def _switch(ticket: Ticket, change: c.MailChange, now: datetime, note: Note) -> None:
    """Stop or start kinds of automatic mail; what is started may have something to send at once."""
    match change:
        case c.StopMails(kinds, by, why):
            for kind in kinds:
                automatic_stops.add(ticket.number, Stop(kind, by, now, why))
            note("mail stopped", kinds=", ".join(kinds), reason=why)
        case c.StartMails(kinds):
            automatic_stops.remove(ticket.number, kinds)
            waiting.look_at(ticket.number, now)
            note("mail started", kinds=", ".join(kinds))
        case _:
            assert_never(change)


_Relation = c.PeopleChange | c.LinkChange | c.PutBack | c.SplitWords | c.SplitFrom | c.Remark | c.SetRequest


def _relate(ticket: Ticket, change: _Relation, now: datetime, note: Note) -> None:  # noqa: C901  # one a kind
    match change:
        case c.AddParticipants(members):
            tickets.add_participants(ticket.number, members)
        case c.CopyIn(addresses):
            found = [people.find_or_add(address, "", now) for address in addresses]
            tickets.add_participants(ticket.number, [(one.id, ParticipantRole.COPIED) for one in found])
            note("copied", addresses=" ".join(addresses))
        case c.CopyOut(addresses):
            tickets.remove_participants(ticket.number, addresses)
            note("copied no longer", addresses=" ".join(addresses))
        case c.AddLink(kind, other):
            links.add(Link(ticket.number, kind, other), now)
            note("linked", kind=kind, ticket=str(other))
        case c.RemoveLink(kind, other):
            links.remove(Link(ticket.number, kind, other))
            note("linked no longer", kind=kind, ticket=str(other))
        case c.PutBack(entry):
            entries.become(entry.id, entry.kind, entry.visibility, entry.ticket_number)
            note("held mail", entry=str(entry.id), author=entry.author, became=f"{entry.kind} again")
        case c.SplitWords(subject):
            note("split", subject=subject)
        case c.SplitFrom(source):
            note("split from", ticket=str(source))
        case c.SetRequest(item, answers):
            requests.put(ticket.number, item, dict(answers), now)
            note("asked for", item=item or "nothing", answers=" ".join(name for name, _ in answers))
        case c.Remark(kind, data):
            note(kind, **dict(data))
        case _:
            assert_never(change)
