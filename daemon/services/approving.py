"""Approvals: begin one, let it go on from stage to stage, end it.  Callers hold transaction and ticket.

What follows for the request itself is told by ``services.approval_ends``, not here.
"""

from datetime import datetime, timedelta

from daemon.desk.approval_plan import LASTS, USUAL_SECONDS, plan_of
from daemon.desk.approval_steps import next_step_at
from daemon.desk.approvals import ApprovalState, EndingKind
from daemon.desk.catalogue import Item
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import ENDED
from daemon.desk.sentences import sentence
from daemon.services import approval_gaps, approval_requests, approval_stand_ins, approval_views
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, lacking, standing
from daemon.services.approval_requests import Named
from daemon.services.approval_views import Why
from daemon.services.office import Office
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from storage import approvals
from storage.approval_records import Asked, KeptApproval, KeptEnding, NewApproval
from storage.requests import Request
from storage.vocabulary import TicketState

# Where nobody was found who may decide, it is looked up again after this time.
LOOK_UP_AGAIN = timedelta(hours=1)
_CHANGED = sentence("Please decide about it as it is now.")


def begin(postbag: Postbag, work: Work, item: Item, request: Request) -> bool:
    """Ask whoever has to approve a request; False where nobody has to.

    Where nobody is found who may, the agents are told and the approval waits for them.
    """
    named = approval_requests.of_item(postbag.office, work.ticket, item, request)
    if not named.rules:
        why = "none of its stages is needed for these answers" if item.stages else "its item asks for none"
        work.note("approval not needed", item=item.id, reason=why)
        return False
    ask_for(postbag, work, named, _CHANGED if _was_changed(work.ticket.number) else "")
    return True


def is_stuck(ticket_number: int) -> bool:
    """Tell whether the open approval of a ticket waits until somebody is named who may decide."""
    found = approvals.open_of(ticket_number)
    return found is not None and found.approval.state == ApprovalState.STUCK


def _was_changed(ticket_number: int) -> bool:
    """Tell whether the last approval of a ticket was ended because the request was changed."""
    former = approvals.of_ticket(ticket_number)
    return bool(former) and any(one.kind == EndingKind.SUPERSEDED for one in former[-1].endings)


def ask_for(postbag: Postbag, work: Work, named: Named, again: str = "") -> Standing:
    """Begin an approval; ``again`` says why approvers who were asked before are asked anew."""
    new = approval_requests.drawn_up(postbag.office, work.ticket, named)
    former = approvals.open_of(work.ticket.number)
    if former is not None:
        note_end(work, former.approval, EndingKind.SUPERSEDED, again or "it is asked anew")
        settle(postbag, work, former.approval.id)
    number = approvals.add(new, work.cause.now)
    _note_beginning(work, number, new)
    if work.ticket.state is not TicketState.AWAITING_APPROVAL:
        work.apply([MoveState(TicketState.AWAITING_APPROVAL, f"approval {number} is asked")])
    if new.problems:
        # The first stages may go on meanwhile; who helps hears of it now and not when all waits for it.
        approval_views.tell_desk(postbag, work, approval_views.stuck(number, new.problems))
    return settle(postbag, work, number, again)


def _note_beginning(work: Work, number: int, new: NewApproval) -> None:
    stages = "; ".join(one.name for one in new.stages)
    work.note("approval begun", approval=str(number), stages=stages[:500], digest=new.digest)
    for problem in new.problems:
        work.note("approval error", approval=str(number), reason=problem)


def void(postbag: Postbag, work: Work, reason: str) -> None:
    """End the approval of a ticket that is open, if one is: its answers were changed, or nobody wants it.

    Of a ticket that has ended those who are asked are told; otherwise the fresh request tells them.
    """
    dossier = approvals.open_of(work.ticket.number)
    if dossier is None:
        return
    gone = work.ticket.state in ENDED
    note_end(work, dossier.approval, EndingKind.WITHDRAWN if gone else EndingKind.SUPERSEDED, reason)
    settle(postbag, work, dossier.approval.id)


def note_end(work: Work, kept: KeptApproval, kind: EndingKind, reason: str) -> None:
    """Note an end by hand; ``settle`` finds what it comes to."""
    actor, now = work.cause.actor, work.cause.now
    approvals.add_ending(KeptEnding(kept.id, kind, actor, now, reason[:500]))
    work.note(f"approval {kind}", approval=str(kept.id), reason=reason[:500])


def settle(postbag: Postbag, work: Work, approval_id: int, again: str = "") -> Standing:
    """Bring what is kept of an approval up to what its votes say; ask the stage that is next.

    Returns how it stands.  Whoever calls tells what follows from an end.
    """
    now = work.cause.now
    found = _standing(approval_id, now)
    kept, outcome = found.dossier.approval, found.outcome
    if outcome.state is ApprovalState.PENDING:
        if not any(one.stage == outcome.stage for one in found.dossier.asked):
            _open_stage(postbag, work, found)
            found = _standing(approval_id, now)
        approvals.wait_for(approval_id, found.outcome.stage, found.outcome.asked)
        mail(postbag, work, _standing(approval_id, now), again)
        _look_again(postbag.office, work, approval_id)
        return _standing(approval_id, now)
    if outcome.state is ApprovalState.STUCK:
        approvals.wait_for(approval_id, 0, ())
        if kept.state != ApprovalState.STUCK:
            _note_stuck(postbag, work, found)
        return found
    if kept.is_open:
        _close(postbag, work, found)
    return found


def _standing(approval_id: int, now: datetime) -> Standing:
    dossier = approvals.get(approval_id)
    if dossier is None:
        raise LookupError(f"approval {approval_id} was there a moment ago and is gone")
    return standing(dossier, now)


def _open_stage(postbag: Postbag, work: Work, found: Standing) -> None:
    """Note who is asked from now on, until when, and who stands in for those who are away."""
    kept, stage, now = found.dossier.approval, found.outcome.stage, work.cause.now
    calendar = calendar_of(postbag.office, work.ticket.team)
    expires = calendar.add_working(now, LASTS * within(kept, stage))
    approvals.change(kept.id, stage=stage, opened_at=now, expires_at=expires, reason=found.outcome.reason)
    asked = [Asked(kept.id, stage, address, address, now) for address in found.outcome.asked]
    approvals.ask(asked)
    for one in asked:
        why = next(each.why for each in found.approval.stages[stage].approvers if each.address == one.address)
        work.note(
            "approval asked", approval=str(kept.id), stage=kept.stages[stage].name, to=one.address, why=why
        )
    approval_stand_ins.for_absent(postbag.office, work, kept.id)
    approval_gaps.tell(postbag, work, _standing(kept.id, now))


def mail(postbag: Postbag, work: Work, found: Standing, again: str = "") -> None:
    """Write to those who are asked and have no mail about it so far, as far as the gate lets it out."""
    for one in found.dossier.asked:
        if (
            one.waiting
            and one.mailed_at is None
            and approval_views.request(postbag, work, found, one, Why(again=again))
        ):
            approvals.change_asked(one, mailed_at=work.cause.now)


def _look_again(office: Office, work: Work, approval_id: int) -> None:
    found = _standing(approval_id, work.cause.now)
    approvals.change(approval_id, next_at=next_look(office, work, found), state=ApprovalState.PENDING)


def next_look(office: Office, work: Work, found: Standing) -> datetime | None:
    """Return when something happens by itself: a step for somebody silent, a new try to mail, the end."""
    kept, now = found.dossier.approval, work.cause.now
    calendar = calendar_of(office, work.ticket.team)
    limit = within(kept, found.outcome.stage)
    moments = [kept.expires_at]
    for one in found.dossier.asked:
        if one.waiting:
            plan = plan_of(limit, own=one.address == one.approver)
            moments.append(next_step_at(plan, one.asked_at, now, calendar.add_working))
            moments.append(now + approval_views.TRY_AGAIN if one.mailed_at is None else None)
    if lacking(found) is not None:
        moments.append(now + LOOK_UP_AGAIN)
    return min((one for one in moments if one is not None), default=None)


def _note_stuck(postbag: Postbag, work: Work, found: Standing) -> None:
    kept, reason = found.dossier.approval, found.outcome.reason
    approvals.change(
        kept.id,
        state=ApprovalState.STUCK,
        reason=reason,
        next_at=work.cause.now + LOOK_UP_AGAIN,
        # The time of the stage before is over with it; that of this one begins when somebody is asked.
        expires_at=None,
        stage=max(found.outcome.stage, 0),
    )
    work.note("approval stuck", approval=str(kept.id), reason=reason)
    if not kept.problems:
        approval_views.tell_desk(postbag, work, approval_views.stuck(kept.id, (reason,)))


def _close(postbag: Postbag, work: Work, found: Standing) -> None:
    """Note the end of an approval, and tell those who need not decide any more."""
    kept, outcome, now = found.dossier.approval, found.outcome, work.cause.now
    approvals.change(
        kept.id,
        state=outcome.state,
        reason=outcome.reason,
        decided_at=outcome.decided_at or now,
        next_at=None,
    )
    approvals.wait_for(kept.id, 0, ())
    work.note(
        f"approval {outcome.state}", approval=str(kept.id), reason=outcome.reason[:500], digest=kept.digest
    )
    if not _asked_anew(found):
        approval_views.tell_released(postbag, work, found)


def _asked_anew(found: Standing) -> bool:
    return any(one.kind is EndingKind.SUPERSEDED for one in found.approval.endings)


def within(kept: KeptApproval, stage: int) -> int:
    """Return the working time, in seconds, that the approvers of a stage have."""
    return (kept.stages[stage].within_seconds if 0 <= stage < len(kept.stages) else 0) or USUAL_SECONDS
