"""What time does to approvals: reminders, the deputy, the manager, the end; all that is due of some at once.

Inside the caller's transaction, in which a step is noted and its mail queued: neither is there without the
other, so a process that is killed in the middle sends nothing twice.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from daemon.desk.approval_plan import plan_of
from daemon.desk.approval_steps import DueStep, StepKind, due_steps
from daemon.desk.approvals import ApprovalState
from daemon.desk.automatic import Kind, Planned
from daemon.desk.sentences import sentence
from daemon.services import (
    approval_ends,
    approval_renewals,
    approval_stand_ins,
    approval_views,
    approving,
    request_flow,
)
from daemon.services.apply import Cause, Work
from daemon.services.approval_dossiers import Standing, lacking, standing
from daemon.services.approval_views import Matter, Why
from daemon.services.automatic_stops import stopped
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Office, Postbag
from storage import approvals, tickets
from storage.approval_records import Asked
from storage.records import Ticket
from storage.vocabulary import TicketState

ORIGIN = "job:approval-steps"
# Whoever is waited for in so many decisions gets one list of them, and no reminder of each.
LIST_FROM = 5


@dataclass(frozen=True, slots=True)
class _Look:
    """One approval that is looked at, with its ticket in our hands."""

    office: Office
    work: Work
    postbag: Postbag
    found: Standing
    # Of how many decisions each address is waited for.
    many: Mapping[str, int]
    done: Counter[str]
    # What is noted of those who are asked, by number, as it is by now.
    asked: dict[int, Asked]

    @property
    def now(self) -> datetime:
        """The moment of the look."""
        return self.work.cause.now

    def note(self, asked: Asked, **fields: Any) -> None:
        """Note something of somebody who is asked."""
        approvals.change_asked(asked, **fields)
        self.asked[asked.id] = replace(self.asked[asked.id], **fields)

    @property
    def number(self) -> int:
        """The number of the approval."""
        return self.found.dossier.approval.id


def look(office: Office, approval_ids: Sequence[int], now: datetime) -> Counter[str]:
    """Do what is due of these approvals, and count what was done."""
    done: Counter[str] = Counter()
    locked = {one.number: one for one in tickets.lock_all(approvals.numbers_of_tickets(approval_ids))}
    dossiers = approvals.dossiers(approval_ids)
    many = approvals.waiting_counts({one.address for each in dossiers for one in each.asked if one.waiting})
    for dossier in dossiers:
        ticket = locked.get(dossier.approval.ticket_number)
        if ticket is None or not dossier.approval.is_open:
            approvals.change(dossier.approval.id, next_at=None)
            continue
        work = Work.on(ticket, Cause("postdesk", ORIGIN, now, office.levels))
        # The same thing can be told of a ticket again and again, so the moment is a part of its key.
        bag = Postbag(office, replace(work.cause, origin=f"{ORIGIN}:{int(now.timestamp())}"))
        one = _Look(office, work, bag, standing(dossier, now), many, done, {})
        one.asked.update({each.id: each for each in dossier.asked})
        _look(one)
        one.postbag.post()
        locked[ticket.number] = work.finish()
    return done


def _look(look: _Look) -> None:
    if look.work.ticket.state is not TicketState.AWAITING_APPROVAL:
        approving.void(look.postbag, look.work, f"the ticket is {look.work.ticket.state}")
        look.done["ended"] += 1
    elif lacking(look.found) is not None and look.found.open and _looked_up(look):
        look.done["found anew"] += 1
    elif look.found.outcome.state is ApprovalState.STUCK:
        approvals.change(look.number, next_at=look.now + approving.LOOK_UP_AGAIN)
    elif look.found.outcome.state is not ApprovalState.PENDING:
        approval_ends.go_on(look.postbag, look.work, look.number)
        look.done["ended"] += 1
    else:
        _steps(look)


def _looked_up(look: _Look) -> bool:
    """Ask whoever is found by now where a stage had too few, and tell the agents; False while nobody is."""
    if stopped(look.work.ticket.number, Kind.APPROVAL):
        return False
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


def _steps(look: _Look) -> None:
    """Take the steps that are due for everybody who is silent, and mail to whoever could not be mailed."""
    kept, calendar = look.found.dossier.approval, calendar_of(look.office, look.work.ticket.team)
    limit = approving.within(kept, look.found.outcome.stage)
    if stopped(look.work.ticket.number, Kind.APPROVAL):
        approvals.change(kept.id, next_at=look.now + approval_views.TRY_AGAIN)
        return
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
        approving.settle(look.postbag, look.work, kept.id)
        return
    _mail_unmailed(look)
    left = replace(look.found, dossier=replace(look.found.dossier, asked=tuple(look.asked.values())))
    approvals.change(kept.id, next_at=approving.next_look(look.office, look.work, left))


def _mail_unmailed(look: _Look) -> None:
    """Mail what the gate kept back before; in a list where there is much."""
    everybody = look.asked.values()
    fresh = [one for one in everybody if one.waiting and not one.mailed_at and not one.listing]
    for one in fresh:
        if look.many.get(one.address, 0) >= LIST_FROM:
            look.note(one, listing=True)
        elif approval_views.request(look.postbag, look.work, look.found, one):
            look.note(one, mailed_at=look.now)


def _step(look: _Look, one: Asked, due: DueStep) -> bool:
    """Take one step; True where somebody else is asked by it."""
    match due.step.kind:
        case StepKind.REMIND:
            return _remind(look, one, due)
        case StepKind.DEPUTY:
            reason = f"{one.address} did not answer in time"
            deputy = approval_stand_ins.hand_over(look.office, look.work, look.found, one.approver, reason)
        case StepKind.ESCALATE:
            deputy = approval_stand_ins.escalate(look.office, look.work, look.found, one.approver)
            _tell_of_silence(look, one, deputy)
    _note(look, one, due)
    look.done[str(due.step.kind)] += 1
    if deputy:
        said = sentence("{who} has not answered yet; {other} is asked, too.", who=one.address, other=deputy)
        request_flow.tell(look.postbag, look.work, said)
    return bool(deputy)


def _note(look: _Look, one: Asked, due: DueStep, **fields: Any) -> None:
    """Note that a step was taken, and with it those before it that are no longer worth a mail."""
    before = [index for index in range(due.index) if index not in one.done]
    look.note(one, done=(*one.done, *before, due.index), **fields)


def _remind(look: _Look, one: Asked, due: DueStep) -> bool:
    if look.many.get(one.address, 0) >= LIST_FROM:
        _note(look, one, due, listing=True)
        look.work.note("approval reminded", approval=str(look.number), to=one.address, by="a list")
    elif approval_views.request(look.postbag, look.work, look.found, one, Why(step=f"remind{due.index}")):
        _note(look, one, due, mailed_at=one.mailed_at or look.now)
        look.work.note("approval reminded", approval=str(look.number), to=one.address, by="a mail")
    else:
        return False
    look.done["reminded"] += 1
    return False


def _undelivered(look: _Look, one: Asked) -> bool:
    """Let the deputy of somebody decide whom no mail reaches, or tell the agents that there is none."""
    look.note(one, undelivered=False)
    reason = f"no mail reaches {one.address}"
    deputy = approval_stand_ins.hand_over(look.office, look.work, look.found, one.approver, reason)
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


def _tell_of_silence(look: _Look, one: Asked, manager: str) -> None:
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
                    Planned(Kind.APPROVAL, max(at, now), *to, f"{one.address} is silent: {step.kind}")
                )
    if kept.expires_at is not None:
        planned.append(Planned(Kind.APPROVAL, max(kept.expires_at, now), "", "", "nobody decided in time"))
    return sorted(planned, key=lambda one: one.at)


def look_at_ticket(office: Office, number: int, now: datetime) -> None:
    """Do what is due of the open approval of a ticket."""
    dossier = approvals.open_of(number)
    if dossier is not None:
        look(office, [dossier.approval.id], now)
