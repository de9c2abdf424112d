"""What becomes of tickets that wait: reminders, then closing; and the way back on the day that was set."""

from dataclasses import replace
from datetime import datetime, timedelta

from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import WORKING
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.waiting import REMINDED, Waiting
from daemon.services.apply import Cause, Work
from daemon.services.failures import watchers
from daemon.services.postbag import Office, Postbag, Shown
from storage import entries, journal, tickets, waiting
from storage.records import Entry
from storage.vocabulary import EntryKind, TicketState, Visibility
from storage.waiting import Wait

ORIGIN = "job:waiting"
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
    for agent in watchers(office, ticket):
        shown = Shown(newest[-1]) if newest else None
        why = sentence("It waited for: {reason}", reason=reason) if reason else ""
        postbag.write("ticket-back", office.letters.reader(agent.address), work, shown, next_step=why)
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
    if wait.reminders >= rule.reminders:
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
    postbag.write("waiting-reminder", reader, work, _asked(ticket.number), reminder=reminder)
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
    often = "a reminder" if wait.reminders == 1 else f"{wait.reminders} reminders"
    work.apply([MoveState(TicketState.CLOSED, f"no answer after {often}")])
    postbag = _postbag(office, work)
    why = _UNHEARD if wait.reminders == 1 else _unheard_after(wait.reminders)
    postbag.write("ticket-closed", office.letters.person(requester), work, None, next_step=why)
    postbag.post()
    work.finish()
    return "closed"


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
