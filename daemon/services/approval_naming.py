"""Somebody whom an agent names decides: in a stage that has too few, or in the place of somebody else.

Whoever is replaced does not decide any more, and is told who does.
"""

from dataclasses import replace

from daemon.commands.command import ApprovalOrder
from daemon.desk.addressing import fold
from daemon.desk.approvals import ApprovalState, Rule
from daemon.desk.sentences import sentence
from daemon.services import approval_ends, approval_requests, approval_views
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, lacking, standing
from daemon.services.approval_views import Why
from daemon.services.postbag import Postbag
from storage import approvals
from storage.approval_records import Asked, Dossier, KeptStage

# By these words it is known that a person and no rule made somebody an approver.
NAMED = "named by "


def name(postbag: Postbag, work: Work, dossier: Dossier, order: ApprovalOrder) -> None:
    """Let somebody decide: in the place of whom the order says, else in a stage that has too few."""
    found = standing(dossier, work.cause.now)
    address = approval_requests.main_address(postbag.office, fold(order.address))
    instead = _has_place(found, order.instead) if order.instead else _named_before(found)
    if instead:
        _replace(postbag, work, found, instead, address)
    else:
        _fill(work, found, address)
        approval_ends.go_on(postbag, work, dossier.approval.id)


def later(found: Standing) -> tuple[tuple[str, str], ...]:
    """Return the approvers of the stages that come after the one that is asked, each with the rule."""
    stages = found.dossier.approval.stages[max(found.outcome.stage, 0) + 1 :]
    return tuple(one for stage in stages for one in stage.approvers)


def _has_place(found: Standing, address: str) -> str:
    """Return who has somebody's place by now: a line before in the same mail may have given it away."""
    places = {one: other for stage in found.dossier.approval.stages for one, other, _ in stage.replaced}
    return places.get(address, address)


def _named_before(found: Standing) -> str:
    """Return whom a line before in the same mail named, where no stage has too few any more."""
    stages = found.dossier.approval.stages[max(found.outcome.stage, 0) :]
    if not stages or lacking(found) is not None:
        return ""
    return next((one for stage in stages for one, why in stage.approvers[::-1] if why.startswith(NAMED)), "")


def _fill(work: Work, found: Standing, address: str) -> None:
    """Make somebody an approver of the first stage that has too few; of a new one where there is none."""
    kept, why = found.dossier.approval, f"{NAMED}{work.cause.actor}"
    at = lacking(found)
    if at is None or not kept.stages:
        stages = (*kept.stages, KeptStage("named", str(Rule.ANY), 0, 0, ((address, why),)))
    else:
        one = kept.stages[at]
        filled = replace(one, approvers=(*one.approvers, (address, why)))
        stages = (*kept.stages[:at], filled, *kept.stages[at + 1 :])
    work.note("approver named", approval=str(kept.id), to=address)
    approvals.change(kept.id, stages=stages, state=ApprovalState.PENDING)
    left = approvals.get(kept.id)
    if left is not None and lacking(standing(left, work.cause.now)) is None:
        approvals.change(kept.id, problems=())


def _replace(postbag: Postbag, work: Work, found: Standing, instead: str, address: str) -> None:
    """Give somebody's place in a stage to somebody else; the one before is told, and decides no more."""
    kept, actor = found.dossier.approval, work.cause.actor
    at = _stage_of(found, instead)
    stages = (*kept.stages[:at], _with(kept.stages[at], instead, address, actor), *kept.stages[at + 1 :])
    work.note("approver named", approval=str(kept.id), to=address, instead=instead)
    approvals.change(kept.id, stages=stages)
    before = {one.id: one for one in found.dossier.asked if one.waiting and one.mailed_at}
    again = _ask(work, found, at, address) if at == found.outcome.stage else None
    after = approval_ends.go_on(postbag, work, kept.id)
    if after.outcome.state is not ApprovalState.PENDING:
        return
    if again is not None:
        _mail_again(postbag, work, after, again)
    for one in after.dossier.asked:
        if one.id in before and not one.waiting:
            _tell_replaced(postbag, work, after, one, address)


def _stage_of(found: Standing, address: str) -> int:
    """Return the first stage, from the one that is asked on, that somebody is an approver of."""
    stages, first = found.dossier.approval.stages, max(found.outcome.stage, 0)
    return next(at for at in range(first, len(stages)) if address in dict(stages[at].approvers))


def _with(stage: KeptStage, instead: str, address: str, actor: str) -> KeptStage:
    why = f"{NAMED}{actor} in the place of {instead}"
    approvers = tuple((address, why) if one == instead else (one, rule) for one, rule in stage.approvers)
    # Who is named again decides again, and whoever that person made way for stays away.
    former = tuple(
        (gone, address if other == instead else other, by)
        for gone, other, by in stage.replaced
        if gone not in {address, instead}
    )
    return replace(stage, approvers=approvers, replaced=(*former, (instead, address, actor)))


def _ask(work: Work, found: Standing, stage: int, address: str) -> Asked | None:
    """Note that somebody is asked in the open stage; returns who was asked in it before and is so again."""
    kept, now = found.dossier.approval, work.cause.now
    fresh = Asked(kept.id, stage, address, address, now)
    known = next((one for one in found.dossier.asked if (one.stage, one.address) == (stage, address)), None)
    work.note("approval asked", approval=str(kept.id), stage=kept.stages[stage].name, to=address)
    if known is None:
        approvals.ask([fresh])
        return None
    # With a mail of its own: that of before went out under the name of the first question.
    approvals.change_asked(
        known, approver=address, asked_at=now, mailed_at=now, done=(), listing=False, undelivered=False
    )
    return known


def _mail_again(postbag: Postbag, work: Work, found: Standing, known: Asked) -> None:
    one = next(each for each in found.dossier.asked if each.id == known.id)
    step = Why(step=f"again{int(work.cause.now.timestamp())}")
    if not approval_views.request(postbag, work, found, one, step):
        approvals.change_asked(one, mailed_at=None)
        approvals.change(found.dossier.approval.id, next_at=work.cause.now + approval_views.TRY_AGAIN)


def _tell_replaced(postbag: Postbag, work: Work, found: Standing, one: Asked, other: str) -> None:
    said = sentence(
        "{by} named {other} to decide about this request in your place. You need not decide about it any "
        "more.",
        by=work.cause.actor,
        other=other,
    )
    approval_views.tell(postbag, work, one, approval_views.news(found.dossier.approval, said))
