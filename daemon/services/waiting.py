"""What becomes of tickets that wait: reminders, then closing; and the way back on the day that was set."""

from dataclasses import replace
from datetime import datetime, timedelta

from daemon.desk.automatic import Kind, Planned
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import WORKING
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.waiting import REMINDED, Waiting
from daemon.services import request_flow, request_forms
from daemon.services.apply import Cause, Work
from daemon.services.automatic_stops import stopped
from daemon.services.failures import watchers
from daemon.services.office import Office
from daemon.services.postbag import Postbag, Shown
from storage import entries, journal, requests, tickets, waiting
from storage.records import Entry, Ticket
from storage.vocabulary import EntryKind, TicketState, Visibility
from storage.waiting import Wait

ORIGIN = "job:waiting"
REMINDER, BACK, CLOSED = "waiting-reminder", "ticket-back", "ticket-closed"
# A reminder that the gate holds back is tried again after this time; it does not count.
RETRY_AFTER = timedelta(days=1)
_UNHEARD = sentence(
    "We had asked you something and have not heard from you after a reminder. If you still need our help, "
    "reply to this mail: the ticket opens again."
)


def look(office: Office, number: int, now: datetime) -> str:
    """Look at one ticket that waits and do what its time has come for; returns that in a word, or nothing."""
    ticket, wait = tickets.lock(number), waiting.get(number)
    if ticket is None or wait is None:
        waiting.end(number)
        return ""
    work = Work.on(ticket, Cause("postdesk", ORIGIN, now, office.levels))
    if ticket.state is TicketState.PENDING_DATE:
        return _wake(office, work)
    if ticket.state in REMINDED and ticket.requester is not None:
        return _remind_or_close(office, work, wait)
    # Without a requester there is nobody to remind; any other state is none that waits.
    waiting.look_at(number, None) if ticket.state in REMINDED else waiting.end(number)
    return ""


def upcoming(office: Office, ticket: Ticket, now: datetime) -> list[Planned]:
    """Return what will become of a ticket that waits, if nobody answers; empty for one that does not."""
    wait = waiting.get(ticket.number)
    if wait is None:
        return []
    if ticket.state is TicketState.PENDING_DATE:
        at = max(ticket.pending_until or now, now)
        told = [agent.address for agent in watchers(office, ticket)]
        return [Planned(Kind.COMING_BACK, at, to, BACK, sentence("its day has come")) for to in told]
    if ticket.state not in REMINDED or ticket.requester is None:
        return []
    return _steps(office.waiting, ticket, wait, now)


def _steps(rule: Waiting, ticket: Ticket, wait: Wait, now: datetime) -> list[Planned]:
    assert ticket.requester is not None
    found: list[Planned] = []
    since, to = wait.since_at, ticket.requester.address
    for count in range(wait.reminders + 1, rule.reminders + 1):
        due = rule.next_step(since, ticket.team)
        if due is None:
            return found
        since = max(due, now)
        found.append(Planned(Kind.REMINDER, since, to, REMINDER, _which(count, rule.reminders)))
    end = rule.next_step(since, ticket.team)
    if end is None:
        return found
    return [
        *found,
        Planned(Kind.CLOSING, max(end, now), to, CLOSED, _silent(rule.reminders)),
    ]


def _wake(office: Office, work: Work) -> str:
    """Bring a ticket back to work when its day has come, and tell who works on it."""
    ticket, now = work.ticket, work.cause.now
    if ticket.pending_until is not None and ticket.pending_until > now:
        waiting.look_at(ticket.number, ticket.pending_until)
        return ""
    reason = _reason(ticket.number)
    work.apply([MoveState(WORKING[ticket.type], "its day has come")])
    postbag = _postbag(office, work)
    newest = [
        one for one in entries.of_ticket(ticket.number) if one.kind in {EntryKind.MESSAGE, EntryKind.ANSWER}
    ]
    silent = stopped(ticket.number, Kind.COMING_BACK)
    for agent in () if silent else watchers(office, ticket):
        shown = Shown(newest[-1]) if newest else None
        why = sentence("It waited for: {reason}", reason=reason) if reason else ""
        postbag.write(BACK, office.letters.reader(agent.address), work, shown, next_step=why)
    postbag.post()
    work.finish()
    return "woken"


def _reason(number: int) -> str:
    moves = [one for one in journal.of_ticket(number) if one.kind == "state"]
    return moves[-1].data.get("reason", "") if moves else ""


def _remind_or_close(office: Office, work: Work, wait: Wait) -> str:
    number, now, rule = work.ticket.number, work.cause.now, office.waiting
    due = rule.next_step(wait.since_at, work.ticket.team)
    if due is None or due > now:
        waiting.look_at(number, due)
        return ""
    closes = wait.reminders >= rule.reminders
    if stopped(number, Kind.CLOSING if closes else Kind.REMINDER):
        # Whoever starts it again has it looked at again.
        waiting.look_at(number, None)
        return ""
    if closes:
        return _close(office, work, wait)
    return _remind(office, work, wait, rule)


def _remind(office: Office, work: Work, wait: Wait, rule: Waiting) -> str:
    ticket, now, count = work.ticket, work.cause.now, wait.reminders + 1
    assert ticket.requester is not None
    postbag = _postbag(office, work)
    reader = office.letters.of_team(office.letters.person(ticket.requester), ticket.team)
    following = rule.next_step(now, ticket.team)
    closes = reader.told(following) if following is not None and count == rule.reminders else ""
    reminder = {"number": count, "of": rule.reminders, "closes": closes}
    form = request_forms.missing(office, work, reader)
    asked = None if form else _asked(ticket.number)
    postbag.write(REMINDER, reader, work, asked, reminder=reminder, request=form)
    if postbag.post():
        work.note("reminded", number=f"{count} of {rule.reminders}", to=reader.mailbox.address)
        waiting.reminded(ticket.number, now)
        waiting.look_at(ticket.number, following)
    else:
        waiting.look_at(ticket.number, now + RETRY_AFTER)
    work.finish()
    return "reminded"


def _asked(number: int) -> Shown | None:
    """Return the last answer of an agent, which is what the requester was asked."""
    said: list[Entry] = entries.of_ticket(number)
    answers = [one for one in said if one.kind is EntryKind.ANSWER and one.visibility is Visibility.PUBLIC]
    return Shown(answers[-1]) if answers else None


def _close(office: Office, work: Work, wait: Wait) -> str:
    """Close what nobody answered, and say how to come back."""
    requester = work.ticket.requester
    assert requester is not None
    work.apply([MoveState(TicketState.CLOSED, f"no answer after {_often(wait.reminders)}")])
    postbag = _postbag(office, work)
    why = _UNHEARD if wait.reminders == 1 else _unheard_after(wait.reminders)
    if work.before.state is TicketState.AWAITING_DETAILS and requests.get(work.ticket.number) is not None:
        why = request_forms.UNHEARD
    request_flow.stopped(postbag, work, "nobody answered")
    postbag.write(CLOSED, office.letters.person(requester), work, None, next_step=why)
    postbag.post()
    work.finish()
    return "closed"


def _often(reminders: int) -> str:
    return "a reminder" if reminders == 1 else f"{reminders} reminders"


def _which(count: int, reminders: int) -> Sentence:
    return sentence("reminder {count} of {all}", count=count, all=reminders)


def _silent(reminders: int) -> Sentence:
    if reminders == 1:
        return sentence("no answer after a reminder")
    return sentence("no answer after {count} reminders", count=reminders)


def _unheard_after(reminders: int) -> Sentence:
    return sentence(
        "We had asked you something and have not heard from you after {count} reminders. If you still need "
        "our help, reply to this mail: the ticket opens again.",
        count=reminders,
    )


def _postbag(office: Office, work: Work) -> Postbag:
    """Return a postbag whose copies have keys of their own: a ticket can wait again and again."""
    moment = int(work.cause.now.timestamp())
    return Postbag(office, replace(work.cause, origin=f"{ORIGIN}:{moment}"))
