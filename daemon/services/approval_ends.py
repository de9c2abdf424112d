"""What follows when an approval moves on or ends: for the request or the change, its requester, the desk."""

from collections.abc import Mapping

from daemon.desk.approvals import ApprovalState, EndingKind
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import moves
from daemon.desk.sentences import Sentence, sentence
from daemon.services import approval_views, approving, request_flow
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing
from daemon.services.approval_views import Matter
from daemon.services.postbag import Postbag
from storage.vocabulary import TicketState, TicketType


def go_on(postbag: Postbag, work: Work, approval_id: int) -> Standing:
    """Bring an approval up to what its votes say, and do what follows from that; return how it stands."""
    found = approving.settle(postbag, work, approval_id)
    kept, outcome = found.dossier.approval, found.outcome
    if not found.open and kept.is_open:
        _ended(postbag, work, found)
    elif outcome.state is ApprovalState.PENDING and outcome.stage > 0 and outcome.since == work.cause.now:
        _tell_of_stage(postbag, work, found)
    return found


def _tell_of_stage(postbag: Postbag, work: Work, found: Standing) -> None:
    stages = found.dossier.approval.stages
    last = found.outcome.counted[-1].voter if found.outcome.counted else ""
    who = approval_views.reader_of(postbag, work, last).mailbox
    told = {"who": who.name or who.address, "number": found.outcome.stage, "all": len(stages)}
    request_flow.tell(postbag, work, _passed(stages[found.outcome.stage].name, told))


def _passed(following: str, told: Mapping[str, object]) -> Sentence:
    """Say that a stage is passed; a rule with a name of its own is named as the catalogue has it."""
    match following:
        case "manager":
            return sentence(
                "{who} has approved: stage {number} of {all} is passed. Your manager decides about it next.",
                **told,
            )
        case "budget-owner":
            return sentence(
                "{who} has approved: stage {number} of {all} is passed. The owner of the budget decides "
                "about it next.",
                **told,
            )
    return sentence(
        "{who} has approved: stage {number} of {all} is passed. Next it is decided by: {next}.",
        next=following,
        **told,
    )


def _ended(postbag: Postbag, work: Work, found: Standing) -> None:
    match found.outcome.state:
        case ApprovalState.APPROVED:
            _approved(postbag, work)
        case ApprovalState.REJECTED:
            _rejected(postbag, work, _why(found))
        case ApprovalState.EXPIRED:
            _expired(postbag, work, found)
        case ApprovalState.VOID:
            _void(postbag, work, found)


def _approved(postbag: Postbag, work: Work) -> None:
    if work.ticket.type is TicketType.CHANGE:
        _move(work, TicketState.APPROVED, "approved")
        request_flow.tell(postbag, work, sentence("Your change is approved. It is planned next."))
    else:
        request_flow.approved(postbag, work)


def _rejected(postbag: Postbag, work: Work, reason: str) -> None:
    if work.ticket.type is not TicketType.CHANGE:
        request_flow.rejected(postbag, work, reason)
        return
    _move(work, TicketState.REJECTED, reason)
    told = sentence("Your change was not approved.")
    if reason:
        told = sentence("Your change was not approved: {reason}", reason=reason)
    request_flow.tell(postbag, work, told)


def _why(found: Standing) -> str:
    """Return what the approver said besides the word that rejected it."""
    counted = {one.serial for one in found.outcome.counted}
    comments = [one.vote.comment for one in found.dossier.votes if one.serial in counted and one.vote.comment]
    return comments[-1][:500] if comments else ""


def _expired(postbag: Postbag, work: Work, found: Standing) -> None:
    """Leave the ticket to the agents: nobody decided, so it is neither approved nor rejected."""
    hint = sentence("Write #submit to ask once more, or end it with #close WHY.")
    what = sentence("The time to decide about this request is over, and nobody did.")
    lines = (found.outcome.reason, *(one.address for one in found.dossier.asked if one.mailed_at))
    approval_views.tell_desk(postbag, work, Matter(found.dossier.approval.id, "expired", what, lines, hint))
    told = sentence("Nobody has decided about your request in time. The people at our desk see to it.")
    request_flow.tell(postbag, work, told)


def _void(postbag: Postbag, work: Work, found: Standing) -> None:
    """End what an agent withdrew; what was changed or has ended goes on, or stays, by itself."""
    withdrawn = [one for one in found.approval.endings if one.kind is EndingKind.WITHDRAWN]
    if not withdrawn or work.ticket.state is not TicketState.AWAITING_APPROVAL:
        return
    reason = withdrawn[0].reason
    if work.ticket.type is TicketType.CHANGE:
        _move(work, TicketState.DRAFT, reason)
    else:
        request_flow.rejected(postbag, work, reason)


def _move(work: Work, to: TicketState, reason: str) -> None:
    if to in moves(work.ticket.type, work.ticket.state):
        work.apply([MoveState(to, reason)])
    else:
        work.note("not moved", to=to, reason=f"it is {work.ticket.state}")
