"""What a message does to the desk, by the place it takes: opening, reply, held, or report."""

from collections.abc import Mapping
from datetime import timedelta

from daemon.desk.changes import AddParticipants, AddRoute, MoveState
from daemon.desk.interpretation import Match
from daemon.desk.lifecycle import ENDED
from daemon.desk.permissions import Role
from daemon.desk.proof import Proof, Trust
from daemon.desk.sentences import sentence
from daemon.services import (
    absences,
    asking_items,
    forwards,
    held,
    opening,
    replied,
    request_flow,
    request_replies,
    requesting_items,
)
from daemon.services.apply import Opening, Work
from daemon.services.case import Case
from daemon.services.postbag import Shown
from daemon.services.visit import SUBJECT_LIMIT_CHARS, Visit, arrival_words, copied_people, locked, warnings
from storage import entries
from storage.arrivals import Outcome
from storage.records import Ticket
from storage.vocabulary import Disposition, EntryKind, ParticipantRole, TicketState, Visibility

_OTHER_TEAM = sentence("Ask somebody of the ticket's team, who can answer or assign the ticket to you.")
_UNVERIFIED = sentence(
    "Tell whoever runs the desk. An agent's answer counts here only where the sender is verified, "
    "and nothing verified you."
)


def open_ticket(visit: Visit, follows: Ticket | None = None) -> Outcome:
    """Open a ticket for the message, acknowledge it to its author and show it to the team."""
    case = visit.case
    forward = forwards.of_agent(case) if follows is None else None
    if forward is not None:
        return forwards.open_forwarded(visit, forward)
    requester = case.author_person()
    match = asking_items.found(visit) if follows is None else asking_items.found_again(visit, follows)
    item = asking_items.allowed(visit, match)
    subject = case.message.subject if item is None else asking_items.called(item, case.message.subject)
    meant = (item,) if item is not None else () if match.in_text else match.candidates
    asked = Opening(
        subject=subject[:SUBJECT_LIMIT_CHARS],
        requester=requester,
        routes=follows.routes if follows else case.roster.teams_for(case.recipients),
        root_message_id=case.root_message_id,
    )
    work = opening.begin(visit, asked, case.message.new_text, follows, meant)
    if follows is not None:
        work.note("follows", ticket=str(follows.number))
    members = [(requester.id, ParticipantRole.REQUESTER)] if requester else []
    members += copied_people(case)
    work.apply([AddParticipants(tuple(members))])
    shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, case.message.text)
    visit.remember(work)
    begun = requesting_items.begin(visit, work, match, item)
    if not case.muted and not begun.asked:
        acknowledge(visit, work, begun.told)
    if not begun.settled:
        told = {"warnings": warnings(case), **begun.shown}
        words = requesting_items.beside_form(visit.postbag.office, work, None, shown)
        visit.tell_agents("ticket-new", work, words, visit.watchers(work.ticket), **told)
    work.finish()
    return visit.outcome(Disposition.TICKETED, "a new topic", work)


def acknowledge(visit: Visit, work: Work, told: Mapping[str, object] | None = None) -> None:
    """Tell the requester the number, and what was not taken where the mail was too big."""
    if not visit.case.roster.desk_of(work.ticket.team).acknowledge:
        return
    visit.tell_requester("ticket-opened", work, **(told or {}))
    if visit.case.message.truncated:
        size = visit.case.arrival.full_size_bytes // 1_000_000
        reason = sentence(
            "It has {size} MB. We have its beginning; the rest, with its attachments, was not taken.",
            size=size,
        )
        visit.tell_author("mail-too-big", work, arrival=arrival_words(visit.case, reason))


def append_reply(visit: Visit, match: Match) -> Outcome:
    """Add a participant's words to the ticket; a resolved one opens again."""
    case = visit.case
    ticket = locked(match)
    days = case.roster.desk_of(ticket.team).reopen_days
    ended_for = case.cause.now - (ticket.resolved_at or ticket.closed_at or ticket.updated_at)
    if ticket.state in ENDED and ended_for > timedelta(days=days):
        case.evidence.append(f"ticket {ticket.number} ended more than {days} days ago")
        return open_ticket(visit, follows=ticket)
    work = Work.on(ticket, case.cause)
    if case.message.courtesy and ticket.state in ENDED:
        return _thanks(visit, work)
    person = case.author_person()
    if person is not None:
        joining = [(person.id, ParticipantRole.COPIED)]
        # Who proves nothing brings nobody in: anybody can put a participant's name above a mail.
        if case.trust is Trust.VERIFIED or match.proof is Proof.TOKEN:
            joining += copied_people(case)
        work.apply([AddParticipants(tuple(joining))])
    to = request_flow.back_to(ticket)
    if to is not None:
        work.apply([MoveState(to, "a reply came")])
    if to is TicketState.NEW and ticket.state is TicketState.CLOSED:
        request_replies.ask_again(visit, work)
    shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, case.message.new_text)
    visit.remember(work)
    replied.tell_agents(visit, work, shown, request_replies.lacking(visit, work))
    work.finish()
    return visit.outcome(Disposition.APPENDED, f"a reply on ticket {ticket.number}", work)


def _thanks(visit: Visit, work: Work) -> Outcome:
    """File a bare thanks: it opens nothing again and rings nobody."""
    visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, visit.case.message.new_text)
    visit.remember(work)
    work.finish()
    return visit.outcome(Disposition.APPENDED, f"a thanks; ticket {work.ticket.number} stays as it is", work)


def hold(visit: Visit, match: Match, reason: str) -> Outcome:
    """Keep a stranger's mail beside the ticket and show it to the agents."""
    work = Work.on(locked(match), visit.case.cause)
    shown = visit.file(work, EntryKind.HELD, Visibility.INTERNAL, visit.case.message.new_text)
    held.remember_subject(work, shown.entry, visit.case.message.subject)
    known = {"warnings": warnings(visit.case), "next_step": held.how_to_decide(shown.entry)}
    visit.tell_agents("mail-held", work, shown, visit.watchers(work.ticket), **known)
    work.finish()
    return visit.outcome(Disposition.HELD, reason, work)


def hold_unproven_answer(visit: Visit, match: Match, reason: str) -> Outcome:
    """Keep what says it is an agent's answer, and tell the agent how to prove it."""
    work = Work.on(locked(match), visit.case.cause)
    shown = visit.file(work, EntryKind.HELD, Visibility.INTERNAL, visit.case.message.new_text)
    held.remember_subject(work, shown.entry, visit.case.message.subject)
    if not visit.case.muted:
        words = arrival_words(visit.case, reason)
        visit.tell_author("answer-refused", work, shown, arrival=words, next_step=_what_then(visit.case))
    work.finish()
    return visit.outcome(Disposition.HELD, reason, work)


def _what_then(case: Case) -> str:
    """Say what helps an agent whose answer was refused; "" where a reply to the last notification does."""
    claim = case.claim
    if claim.role is Role.OTHER_TEAM:
        return _OTHER_TEAM
    reply_address_will_do = case.roster.desk.sub_addressing and not claim.require_both
    return "" if reply_address_will_do or claim.trust is Trust.VERIFIED else _UNVERIFIED


def file_report(visit: Visit, match: Match, reason: str) -> Outcome:
    """Put automatic mail onto its ticket, quietly: no state, no clock, no mail."""
    work = Work.on(locked(match), visit.case.cause)
    visit.file(work, EntryKind.REPORT, Visibility.INTERNAL, visit.case.message.new_text)
    absences.propose(visit, work, match.proof)
    work.finish()
    return visit.outcome(Disposition.APPENDED, reason, work)


def add_routes(visit: Visit, work: Work) -> None:
    """Note the teams that a second copy of the same mail was addressed to, and tell them of the ticket."""
    roster = visit.case.roster
    if roster.is_private(work.ticket.team):
        visit.case.evidence.append(
            f"ticket {work.ticket.number} is for the members of {work.ticket.team} alone"
        )
        return
    fresh = [team for team in roster.teams_for(visit.case.recipients) if team not in work.ticket.routes]
    known = {agent.address for team in work.ticket.routes for agent in roster.members(team)}
    shown = Shown(entries.of_ticket(work.ticket.number)[0]) if fresh else None
    for team in fresh:
        work.apply([AddRoute(team)])
        others = [agent for agent in roster.members(team) if agent.address not in known]
        if shown is not None:
            visit.tell_agents("duplicate-route", work, shown, others)
