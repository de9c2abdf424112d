"""What time does to approvals: reminders, the deputy, the manager, the end; all that is due of some at once.

Inside the caller's transaction, in which a step is noted and its mail queued: neither is there without the
other, so a process that is killed in the middle sends nothing twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from daemon.desk.approval_plan import plan_of
from daemon.desk.approval_steps import DueStep, StepKind, due_steps
from daemon.desk.approvals import ApprovalState
from daemon.desk.automatic import Kind, Planned
from daemon.desk.sentences import sentence, term
from daemon.services import (
    approval_ends,
    approval_renewals,
    approval_stand_ins,
    approval_views,
    approving,
    request_flow,
)
from daemon.services.apply import Cause, Work
from daemon.services.approval_dossiers import lacking, standing
from daemon.services.approval_looks import REMINDED, Batch, Look
from daemon.services.approval_views import Matter, Why
from daemon.services.automatic_stops import stopped_among
from daemon.services.office import Office
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from storage import approvals, tickets
from storage.approval_records import Asked
from storage.records import Ticket
from storage.vocabulary import TicketState

ORIGIN = "job:approval-steps"
# Whoever is waited for in so many decisions gets one list of them, and no reminder of each.
LIST_FROM = 5


def look(office: Office, approval_ids: Sequence[int], now: datetime) -> Counter[str]:
    """Do what is due of these approvals, and count what was done."""
    locked = {one.number: one for one in tickets.lock_all(approvals.numbers_of_tickets(approval_ids))}
    dossiers = approvals.dossiers(approval_ids)
    waiting = {one.address for each in dossiers for one in each.asked if one.waiting}
    many = approvals.waiting_counts(waiting, LIST_FROM)
    batch = Batch(office, now, many, stopped_among(locked, Kind.APPROVAL))
    # The same thing can be told of a ticket again and again, so the moment is a part of its key.
    cause, again = _cause(office, ORIGIN, now), _cause(office, f"{ORIGIN}:{int(now.timestamp())}", now)
    for dossier in dossiers:
        ticket = _ticket(batch, locked, dossier.approval.ticket_number)
        if ticket is None or not dossier.approval.is_open:
            batch.notes.look_again(dossier.approval.id, None)
            continue
        asked = {each.id: each for each in dossier.asked}
        work = Work.on(ticket, cause)
        one = Look(batch, work, Postbag(office, again), standing(dossier, now), asked)
        _look(one)
        one.postbag.post()
        batch.notes.finish(work)
    batch.notes.write()
    return batch.done


def _ticket(batch: Batch, locked: dict[int, Ticket], number: int) -> Ticket | None:
    """Return a ticket that was locked; one that was worked on already is read again."""
    ticket = locked.pop(number, None)
    if ticket is None:
        batch.notes.write()
        ticket = tickets.lock(number)
    return ticket


def _cause(office: Office, origin: str, now: datetime) -> Cause:
    return Cause("postdesk", origin, now, office.levels)


def _look(look: Look) -> None:
    if look.work.ticket.state is not TicketState.AWAITING_APPROVAL:
        look.notes.write()
        approving.void(look.postbag, look.work, f"the ticket is {look.work.ticket.state}")
        look.done["ended"] += 1
    elif lacking(look.found) is not None and look.found.open and _looked_up(look):
        look.done["found anew"] += 1
    elif look.found.outcome.state is ApprovalState.STUCK:
        look.notes.look_again(look.number, look.now + approving.LOOK_UP_AGAIN)
    elif look.found.outcome.state is not ApprovalState.PENDING:
        look.notes.write()
        approval_ends.go_on(look.postbag, look.work, look.number)
        look.done["ended"] += 1
    else:
        _steps(look)


def _looked_up(look: Look) -> bool:
    """Ask whoever is found by now where a stage had too few, and tell the agents; False while nobody is."""
    if look.is_silent:
        return False
    look.notes.write()
    if not approval_renewals.look_up(look.postbag, look.work, look.found):
        return False
    dossier = approvals.open_of(look.work.ticket.number)
    stages = dossier.approval.stages if dossier is not None else ()
    what = sentence("People who may decide about this request were found meanwhile: it goes on.")
    people = tuple(f"{one.name}: {', '.join(address for address, _ in one.approvers)}" for one in stages)
    matter = Matter(look.number, f"found:{int(look.now.timestamp())}", what, people)
    approval_views.tell_desk(look.postbag, look.work, matter)
    if dossier is not None and look.found.outcome.state is ApprovalState.PENDING:
        # Of the stage that is asked meanwhile something may be due as well.
        approvals.change(dossier.approval.id, next_at=look.now)
    return True


def _steps(look: Look) -> None:
    """Take the steps that are due for everybody who is silent, and mail to whoever could not be mailed."""
    office, kept = look.batch.office, look.found.dossier.approval
    if look.is_silent:
        look.notes.look_again(kept.id, look.now + approval_views.TRY_AGAIN)
        return
    calendar = calendar_of(office, look.work.ticket.team)
    limit = approving.within(kept, look.found.outcome.stage)
    more = False
    for one in look.found.dossier.asked:
        if not one.waiting:
            continue
        if one.undelivered:
            more |= _undelivered(look, one)
        plan = plan_of(limit, own=one.address == one.approver)
        for due in due_steps(plan, one.asked_at, look.now, one.done, calendar.add_working):
            more |= _step(look, one, due)
    if more:
        look.notes.write()
        approving.settle(look.postbag, look.work, kept.id)
        return
    _mail_unmailed(look)
    left = replace(look.found, dossier=replace(look.found.dossier, asked=tuple(look.asked.values())))
    look.notes.look_again(kept.id, approving.next_look(office, look.work, left))


def _mail_unmailed(look: Look) -> None:
    """Mail what the gate kept back before; in a list where there is much."""
    everybody = look.asked.values()
    fresh = [one for one in everybody if one.waiting and not one.mailed_at and not one.listing]
    for one in fresh:
        if look.batch.many.get(one.address, 0) >= LIST_FROM:
            look.note(one, listing=True)
        elif approval_views.request(look.postbag, look.work, look.found, one):
            look.note(one, mailed_at=look.now)


def _step(look: Look, one: Asked, due: DueStep) -> bool:
    """Take one step; True where somebody else is asked by it."""
    office = look.batch.office
    match due.step.kind:
        case StepKind.REMIND:
            return _remind(look, one, due)
        case StepKind.DEPUTY:
            reason = f"{one.address} did not answer in time"
            look.notes.write()
            deputy = approval_stand_ins.hand_over(office, look.work, look.found, one.approver, reason)
        case StepKind.ESCALATE:
            look.notes.write()
            deputy = approval_stand_ins.escalate(office, look.work, look.found, one.approver)
            _tell_of_silence(look, one, deputy)
    _note(look, one, due)
    look.done[str(due.step.kind)] += 1
    if deputy:
        said = sentence("{who} has not answered yet; {other} is asked, too.", who=one.address, other=deputy)
        request_flow.tell(look.postbag, look.work, said)
    return bool(deputy)


def _note(look: Look, one: Asked, due: DueStep, **fields: Any) -> None:
    """Note that a step was taken, and with it those before it that are no longer worth a mail."""
    before = [index for index in range(due.index) if index not in one.done]
    look.note(one, done=(*one.done, *before, due.index), **fields)


def _remind(look: Look, one: Asked, due: DueStep) -> bool:
    if look.batch.many.get(one.address, 0) >= LIST_FROM:
        _note(look, one, due, listing=True)
        look.work.note(REMINDED, approval=str(look.number), to=one.address, by="a list")
    elif approval_views.request(look.postbag, look.work, look.found, one, Why(step=f"remind{due.index}")):
        _note(look, one, due, mailed_at=one.mailed_at or look.now)
        look.work.note(REMINDED, approval=str(look.number), to=one.address, by="a mail")
    else:
        return False
    look.done["reminded"] += 1
    return False


def _undelivered(look: Look, one: Asked) -> bool:
    """Let the deputy of somebody decide whom no mail reaches, or tell the agents that there is none."""
    look.note(one, undelivered=False)
    look.notes.write()
    reason = f"no mail reaches {one.address}"
    deputy = approval_stand_ins.hand_over(look.batch.office, look.work, look.found, one.approver, reason)
    if not deputy:
        what = sentence("No mail reaches {who}, who has to decide, and no deputy is known.", who=one.address)
        hint = sentence("Write #approver ADDRESS to ask that person in the place of {who}.", who=one.address)
        matter = Matter(look.number, f"undelivered:{one.id}", what, (), hint)
        approval_views.tell_desk(look.postbag, look.work, matter)
        approvals.change(look.number, problems=(*look.found.dossier.approval.problems, reason))
    said = sentence("Whoever decides about your request cannot be reached by mail. We see to it.")
    request_flow.tell(look.postbag, look.work, said)
    look.done["undelivered"] += 1
    return bool(deputy)


def _tell_of_silence(look: Look, one: Asked, manager: str) -> None:
    what = sentence("{who} does not answer, and a decision is due.", who=one.address)
    asked = sentence("Asked besides is: {who}", who=manager) if manager else sentence("No manager is known.")
    hint = sentence("Write #approver ADDRESS to ask that person in the place of {who}.", who=one.address)
    matter = Matter(look.number, f"silent:{one.id}", what, (asked,), hint)
    approval_views.tell_desk(look.postbag, look.work, matter)


def upcoming(office: Office, ticket: Ticket, now: datetime) -> list[Planned]:
    """Return what time brings about the approval of a ticket, if nobody decides; empty where none is open."""
    dossier = approvals.open_of(ticket.number)
    if dossier is None or ticket.state is not TicketState.AWAITING_APPROVAL:
        return []
    found = standing(dossier, now)
    kept = dossier.approval
    calendar = calendar_of(office, ticket.team)
    limit = approving.within(kept, found.outcome.stage)
    planned = []
    for one in dossier.asked:
        plan = plan_of(limit, own=one.address == one.approver)
        for index, step in enumerate(plan):
            at = calendar.add_working(one.asked_at, step.after_seconds)
            if one.waiting and index not in one.done and at is not None:
                to = (one.address, approval_views.REQUEST) if step.kind is StepKind.REMIND else ("", "")
                planned.append(
                    Planned(
                        Kind.APPROVAL,
                        max(at, now),
                        *to,
                        sentence("{address} is silent: {step}", address=one.address, step=term(step.kind)),
                    )
                )
    if kept.expires_at is not None:
        planned.append(
            Planned(Kind.APPROVAL, max(kept.expires_at, now), "", "", sentence("nobody decided in time"))
        )
    return sorted(planned, key=lambda one: one.at)


def look_at_ticket(office: Office, number: int, now: datetime) -> None:
    """Do what is due of the open approval of a ticket."""
    dossier = approvals.open_of(number)
    if dossier is not None:
        look(office, [dossier.approval.id], now)
