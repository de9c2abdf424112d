"""What agents order about approvals, carried out; and how one stands, in lines for them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.commands.command import ApprovalFacts, ApprovalOrder
from daemon.desk.addressing import fold
from daemon.desk.approval_rules import stage_rule
from daemon.desk.approvals import ApprovalState, EndingKind, Rule, approvers_of, needed_of
from daemon.desk.sentences import sentence
from daemon.services import (
    approval_ends,
    approval_renewals,
    approval_requests,
    approval_stand_ins,
    approving,
    request_flow,
)
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, standing
from daemon.services.languages import written
from daemon.services.postbag import Office
from daemon.services.visit import Visit
from storage import approvals
from storage.approval_records import KeptApproval, KeptStage
from storage.records import Ticket

_AGAIN = sentence("It is asked once more, since nobody decided in time.")


def facts_of(office: Office, ticket: Ticket, now: datetime) -> ApprovalFacts:
    """Return how the approvals of a ticket stand."""
    every = [standing(one, now) for one in approvals.of_ticket(ticket.number)]
    if not every:
        return ApprovalFacts()
    zone = office.roster.desk.timezone
    lines = tuple(line for one in every[-3:] for line in lines_of(one, zone))
    last = every[-1]
    if not (last.open and last.dossier.approval.is_open):
        return ApprovalFacts(lines)
    waiting = tuple(dict.fromkeys(one.approver for one in last.dossier.asked if one.waiting))
    voices = tuple(one.address for one in last.dossier.asked if one.stage == last.outcome.stage)
    kept = last.dossier.approval
    lacking = _lacking(last) is not None
    return ApprovalFacts(lines, True, kept.may_be_bypassed, lacking, waiting, voices, kept.parties)


def lines_of(found: Standing, zone: str) -> Iterable[str]:
    """Tell of an approval: how it stands and why, who is asked by which rule, who decided by which words."""
    kept, outcome = found.dossier.approval, found.outcome
    yield f"approval {kept.id}: {outcome.state} ({outcome.reason}), text {kept.digest[:16]}"
    for number, stage in enumerate(found.approval.stages):
        people = "; ".join(f"{one.address} ({one.why})" for one in approvers_of(stage, kept.parties))
        yield f"stage {number + 1} of {len(kept.stages)}, {stage.name}: {people or 'nobody'}"
    for one in found.dossier.votes:
        vote = one.vote
        comment = f", {vote.comment}" if vote.comment else ""
        instead = f" for {vote.approver}" if vote.approver != vote.voter else ""
        when = written(vote.at, zone)
        yield f"{vote.voter}{instead}: {vote.decision} ({vote.words}{comment}), {when}, {vote.proof}"
    for each in found.dossier.handovers:
        yield f"{each.deputy} decides for {each.approver}: {each.reason}"
    for end in found.dossier.endings:
        yield f"{end.kind} by {end.by}: {end.reason}"
    for problem in kept.problems:
        yield f"problem: {problem}"
    if outcome.asked:
        yield f"waited for: {', '.join(outcome.asked)}"


def carry_out(visit: Visit, work: Work, order: ApprovalOrder) -> None:
    """Carry out what an agent ordered; an end by hand is not taken back by ``#undo``.

    Where the ticket is taken back to before it was asked, the clock ends what was asked.
    """
    match order.kind:
        case "approver":
            _name(visit, work, order)
        case "bypass":
            _end(visit, work, EndingKind.BYPASSED, order.words)
        case "withdraw":
            _end(visit, work, EndingKind.WITHDRAWN, order.words)
        case "ask":
            _ask(visit, work, order)
        case "submit":
            _submit(visit, work)
    if order.kind in {"bypass", "withdraw"}:
        work.done.clear()


def _open(work: Work) -> KeptApproval:
    dossier = approvals.open_of(work.ticket.number)
    if dossier is None:
        raise LookupError(f"the approval of ticket {work.ticket.number} was open a moment ago")
    return dossier.approval


def _end(visit: Visit, work: Work, kind: EndingKind, reason: str) -> None:
    kept = _open(work)
    approving.note_end(work, kept, kind, reason)
    approval_ends.go_on(visit.postbag, work, kept.id)


def _ask(visit: Visit, work: Work, order: ApprovalOrder) -> None:
    rules = tuple(stage_rule(text) for text in order.stages)
    named = approval_requests.of_change(work.ticket, rules)
    approving.ask_for(visit.postbag, work, named)


def _submit(visit: Visit, work: Work) -> None:
    """Put a ticket before its approvers, by its item, or else by those who were asked before."""
    wanted = request_flow.asked_for(visit.postbag, work)
    office = visit.postbag.office
    if wanted is not None:
        named = approval_requests.of_item(office, work.ticket, wanted.item, wanted.request)
        if named.rules:
            approving.ask_for(visit.postbag, work, named, _AGAIN)
        else:
            request_flow.approved(visit.postbag, work)
        return
    former = approvals.of_ticket(work.ticket.number)
    named = approval_requests.of_change(work.ticket, ())
    if former:
        named = approval_renewals.same_people(work, former[-1].approval)
    approving.ask_for(visit.postbag, work, named, _AGAIN if former else "")


def _name(visit: Visit, work: Work, order: ApprovalOrder) -> None:
    """Let somebody decide: in a stage that has too few, else in the place of somebody who is asked."""
    kept = _open(work)
    dossier = approvals.get(kept.id)
    assert dossier is not None, "it was open a moment ago"
    found = standing(dossier, work.cause.now)
    address = approval_requests.main_address(visit.postbag.office, fold(order.address))
    if order.instead:
        reason = f"named by {work.cause.actor}"
        approval_stand_ins.take_in(work, found, order.instead, address, reason)
    else:
        _fill(work, found, address)
    approval_ends.go_on(visit.postbag, work, kept.id)


def _fill(work: Work, found: Standing, address: str) -> None:
    """Make somebody an approver of the first stage that has too few; of a new one where there is none."""
    kept, why = found.dossier.approval, f"named by {work.cause.actor}"
    at = _lacking(found)
    if at is None or not kept.stages:
        stages = (*kept.stages, KeptStage("named", str(Rule.ANY), 0, 0, ((address, why),)))
    else:
        one = kept.stages[at]
        filled = replace(one, approvers=(*one.approvers, (address, why)))
        stages = (*kept.stages[:at], filled, *kept.stages[at + 1 :])
    work.note("approver named", approval=str(kept.id), to=address)
    approvals.change(kept.id, stages=stages, state=ApprovalState.PENDING)
    left = approvals.get(kept.id)
    if left is not None and _lacking(standing(left, work.cause.now)) is None:
        approvals.change(kept.id, problems=())


def _lacking(found: Standing) -> int | None:
    """Return the first stage from the current one on that has too few who may decide, None for none."""
    stages = found.approval.stages
    if not stages:
        return 0
    for at in range(max(found.outcome.stage, 0), len(stages)):
        there = len(approvers_of(stages[at], found.approval.parties))
        if needed_of(stages[at], there) > there:
            return at
    return None
