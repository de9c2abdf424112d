"""Who is asked how satisfied they were: a decision for each closure, written down, and the mail that asks.

Two steps, each of many tickets in one transaction: ``plan`` decides about closures that are new, ``send``
asks where the time has come, after it has decided once more.  A survey has one key in the outbox for ever,
so that it is sent once however often the process dies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.desk.addressing import fold, with_detail
from daemon.desk.automatic import Kind
from daemon.desk.automatic import Planned as PlannedMail
from daemon.desk.lifecycle import ENDED
from daemon.desk.survey_rules import Closure, SurveyDue, survey_due
from daemon.mail.tokens import Purpose
from daemon.services.apply import Cause, Work, finish_all
from daemon.services.automatic_stops import stopped_among
from daemon.services.letters import Context, Reader
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import outbox, survey_facts, survey_follow_ups, surveys, threads, tickets
from storage.records import OutgoingCopy, Ticket
from storage.survey_facts import Facts
from storage.surveys import Planned, Survey, SurveyState
from storage.vocabulary import TicketState

NOTICE = "survey"
OFF = "surveys are off"
STOPPED = "it was stopped by hand"
SECOND = "it follows a second survey already"
# What the gate holds back, or what would take more than its part of the mail of an hour, is tried again.
RETRY_AFTER = timedelta(hours=1)
# Surveys leave the other half of the automatic mail of an hour to what is more pressing.
PART_OF_FUSE = 0.5


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of a batch of tickets, looked up at once."""

    facts: Facts
    last_asked: dict[str, datetime]
    followed: dict[int, int]
    threads: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    stopped: frozenset[int] = frozenset()

    @classmethod
    def of(cls, found: Sequence[Ticket]) -> "_Seen":
        numbers = [ticket.number for ticket in found]
        addresses = [fold(one.requester.address) for one in found if one.requester is not None]
        return cls(
            survey_facts.of_tickets(numbers),
            surveys.last_asked(addresses),
            survey_follow_ups.surveys_followed_by(numbers),
        )


@dataclass(slots=True)
class _Batch:
    """What is written together: the mail by its recipient, the work on tickets, and who was asked."""

    now: datetime
    mail: dict[str, OutgoingCopy] = field(default_factory=dict)
    works: list[Work] = field(default_factory=list)
    sent: list[tuple[Survey, str]] = field(default_factory=list)

    def write(self) -> int:
        """Write it, and return how many mails are new in the outbox."""
        new = len(outbox.enqueue(list(self.mail.values()), self.now))
        surveys.note_sent(self.sent)
        finish_all(self.works)
        self.mail.clear()
        self.works.clear()
        self.sent.clear()
        return new


def plan(office: Office, numbers: Sequence[int], now: datetime) -> int:
    """Decide about closed tickets, and note it; returns how many of them are asked about later."""
    found = [one for one in tickets.lock_all(numbers) if one.closed_at is not None]
    seen = _Seen.of(found)
    planned = [_planned(office, ticket, seen, now) for ticket in found]
    surveys.plan(planned)
    return sum(one.look_at is not None for one in planned)


def _planned(office: Office, ticket: Ticket, seen: _Seen, now: datetime) -> Planned:
    assert ticket.closed_at is not None
    address = _requester(ticket)
    follows = seen.followed.get(ticket.number)
    if not office.surveys.enabled:
        return Planned(ticket.number, ticket.closed_at, address, OFF, None, follows)
    due = _due(office, ticket, seen, follows, now)
    look_at = now if due.now else due.wait_until
    return Planned(ticket.number, ticket.closed_at, address, due.reason, look_at, follows)


def _due(office: Office, ticket: Ticket, seen: _Seen, follows: int | None, now: datetime) -> SurveyDue:
    """Decide about one closure; who was promised that a bad answer is looked into is asked once more."""
    rules = office.surveys
    closure = _closure(office, ticket, seen.facts)
    if follows is None:
        return survey_due(rules.plan, closure, seen.last_asked.get(closure.requester), now, rules.next_open)
    before = surveys.get(follows)
    if before is not None and before.follows is not None:
        return SurveyDue(now=False, reason=SECOND)
    return survey_due(replace(rules.plan, sample_percent=100.0), closure, None, now, rules.next_open)


def _closure(office: Office, ticket: Ticket, facts: Facts) -> Closure:
    roster, number = office.roster, ticket.number
    address = _requester(ticket)
    assert ticket.closed_at is not None
    return Closure(
        number,
        ticket.closed_at,
        address,
        self_raised=number in facts.monitored or roster.agent(address) is not None or roster.is_own(address),
        duplicate=number in facts.duplicates,
        merged=ticket.merged_into is not None,
        bounced=number in facts.undelivered or address in facts.suppressed,
        major_incident=number in facts.children,
        silent=number in facts.silent,
        called_off=number in facts.called_off,
        team_off=roster.team(ticket.team).name in office.surveys.teams_off,
    )


def _requester(ticket: Ticket) -> str:
    return fold(ticket.requester.address) if ticket.requester is not None else ""


def send(office: Office, ids: Sequence[int], now: datetime) -> int:
    """Ask where the time has come; returns how many mails are new in the outbox.

    Tickets are locked in the order of their numbers, each survey after its ticket.
    """
    numbers = sorted(set(surveys.tickets_of(ids).values()))
    found = {ticket.number: ticket for ticket in tickets.lock_all(numbers)}
    seen = _Seen.of(list(found.values()))
    asked = dict(seen.last_asked)
    known = replace(
        seen,
        last_asked=asked,
        threads=threads.seen_in(numbers) if numbers else {},
        stopped=stopped_among(numbers, Kind.SURVEY),
    )
    batch = _Batch(now)
    sent = 0
    for survey in surveys.lock(ids):
        if survey.state is not SurveyState.WAITING:
            continue
        ticket = found.get(survey.ticket_number)
        if ticket is None:
            surveys.change(survey.id, {"state": SurveyState.NEVER, "reason": "the ticket is gone"})
            continue
        address = _requester(ticket)
        if address in batch.mail:
            # What is in the outbox counts for the gate, which looks at how much somebody gets.
            sent += batch.write()
        if _ask(office, survey, ticket, known, batch):
            asked[address] = now
    return sent + batch.write()


def _ask(office: Office, survey: Survey, ticket: Ticket, seen: _Seen, batch: _Batch) -> bool:
    """Decide once more and ask, or note when to look again, or why nobody is asked."""
    if ticket.state is not TicketState.CLOSED or ticket.closed_at != survey.closed_at:
        due = SurveyDue(now=False, reason="the ticket is open again")
    elif not office.surveys.enabled:
        due = SurveyDue(now=False, reason=OFF)
    elif ticket.number in seen.stopped:
        due = SurveyDue(now=False, reason=STOPPED)
    else:
        due = _due(office, ticket, seen, survey.follows, batch.now)
    if not due.now:
        state = SurveyState.WAITING if due.wait_until is not None else SurveyState.NEVER
        surveys.change(survey.id, {"state": state, "reason": due.reason, "look_at": due.wait_until})
        return False
    return _write(office, survey, ticket, seen, batch)


def _write(office: Office, survey: Survey, ticket: Ticket, seen: _Seen, batch: _Batch) -> bool:
    """Write the mail for this batch; False where the gate holds it back."""
    now = batch.now
    assert ticket.requester is not None
    assert ticket.state in ENDED
    work = Work.on(ticket, Cause("postdesk", f"survey:{survey.id}", now, office.levels))
    # Looked up for the whole batch: nobody else is named in the mail, and whose does not arrive is not asked.
    thread = seen.threads.get(ticket.number)
    postbag = Postbag(office, work.cause, _people=[], _seen=thread, _asked={survey.address})
    reader = office.letters.of_team(office.letters.person(ticket.requester), ticket.team)
    expires = now + office.surveys.window
    fresh = replace(
        survey,
        state=SurveyState.SENT,
        reason="",
        look_at=None,
        address=_requester(ticket),
        language=reader.language,
        team=ticket.team,
        agent=ticket.assignee or "",
        item=seen.facts.items.get(ticket.number, ""),
        category=ticket.category,
        sent_at=now,
        expires_at=expires,
    )
    reader = addressed(postbag, reader, ticket, fresh)
    postbag.write(NOTICE, reader, work, rating=asking(postbag, reader, ticket, fresh))
    batch.works.append(work)
    if not postbag.copies:
        held = {"reason": "the gate holds it back", "look_at": now + RETRY_AFTER}
        surveys.change(survey.id, held)
        return False
    (copy,) = postbag.copies
    batch.mail[fresh.address] = copy
    batch.sent.append((fresh, copy.message_id))
    work.note("survey sent", to=fresh.address, survey=str(survey.id), until=expires.isoformat())
    return True


def addressed(postbag: Postbag, reader: Reader, ticket: Ticket | None, survey: Survey) -> Reader:
    """Return the reader whose answer comes to the signed address of this survey, where there can be one."""
    office = postbag.office
    if not office.roster.desk.sub_addressing:
        return reader
    return replace(reader, reply_to=with_detail(postbag.address_of(ticket), detail(office, survey)))


def detail(office: Office, survey: Survey) -> str:
    """Return what proves that somebody got this survey: made for its record and its reader."""
    return office.signer.detail(Purpose.SURVEY, survey.id, survey.address)


def asking(postbag: Postbag, reader: Reader, ticket: Ticket, survey: Survey) -> Context:
    """Describe a survey for the mail that asks: who helped, until when, and an answer for each score."""
    office = postbag.office
    plain = not office.roster.desk.sub_addressing
    agent = office.roster.agent(ticket.assignee or "")
    return {
        "helper": agent.name if agent is not None else "",
        "address": reader.reply_to or postbag.address_of(ticket),
        "code": detail(office, survey) if plain else "",
        "buttons": office.surveys.buttons,
        "until": reader.told(survey.expires_at) if survey.expires_at is not None else "",
        "again": survey.follows is not None,
    }


def room(office: Office, sent: int) -> int:
    """Return how many surveys may leave now, where so many automatic mails left within the last hour."""
    return max(0, int(office.roster.desk.auto_mail_per_hour * PART_OF_FUSE) - sent)


def upcoming(office: Office, ticket: Ticket, now: datetime) -> list[PlannedMail]:
    """List the survey that the requester of this ticket will be sent, if nobody does anything."""
    waiting = [one for one in surveys.of_ticket(ticket.number) if one.state is SurveyState.WAITING]
    if not office.surveys.enabled:
        return []
    return [
        PlannedMail(Kind.SURVEY, max(one.look_at, now), one.address, NOTICE, one.reason)
        for one in waiting
        if one.look_at is not None
    ]


def look(office: Office, number: int, now: datetime) -> int:
    """Ask about one ticket, if the time has come; returns how many mails are new in the outbox."""
    due = [one.id for one in surveys.of_ticket(number) if one.state is SurveyState.WAITING]
    return send(office, due, now) if due else 0
