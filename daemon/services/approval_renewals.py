"""What is asked anew: a request that says something else by now, and one of which nobody was found."""

from dataclasses import replace

from daemon.desk.approval_rules import ApproverRule, BadApprovalRuleError, StageRule, Who, stage_rule
from daemon.desk.approvals import ApprovalState, Rule, needed_of
from daemon.desk.frozen_text import still_fits
from daemon.desk.sentences import sentence
from daemon.services import approval_ends, approval_requests, approving
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, lacking, stage_of, standing
from daemon.services.approval_requests import Named
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import approvals, requests
from storage.approval_records import KeptApproval, KeptStage, NewApproval
from storage.records import Ticket

_REASON = sentence("Please decide about it as it is now.")


def changed(office: Office, work: Work, kept: KeptApproval) -> bool:
    """Tell whether a ticket says something else by now than what its approval is bound to."""
    item, request = office.catalogue.item(kept.item), requests.get(work.ticket.number)
    if kept.item and (item is None or request is None):
        return False
    if item is not None and request is not None and kept.item:
        now = approval_requests.submission(office, work.ticket, item, request)
    else:
        now = approval_requests.change_submission(work.ticket)
    return not still_fits(now, kept.digest)


def renew(postbag: Postbag, work: Work, kept: KeptApproval) -> None:
    """Void an approval and ask anew, whoever the request as it is now has to be approved by."""
    item, request = postbag.office.catalogue.item(kept.item), requests.get(work.ticket.number)
    if item is not None and request is not None and kept.item:
        named = approval_requests.of_item(postbag.office, work.ticket, item, request)
    else:
        named = same_people(work, kept)
    approving.ask_for(postbag, work, named, _REASON)


def same_people(work: Work, kept: KeptApproval) -> Named:
    """Name for a change the same people once more, with what it says now."""
    rules = []
    for one in kept.stages:
        stage = stage_of(one)
        people = tuple(ApproverRule(Who.PERSON, each.address) for each in stage.approvers)
        rules.append(StageRule(one.name, Rule(one.rule), one.needed, people))
    return approval_requests.of_change(work.ticket, tuple(rules))


def missing(office: Office, ticket: Ticket, found: Standing) -> tuple[str, ...]:
    """Say why nobody more is found now who may decide; empty where an approval that lacks people goes on."""
    named = _named(office, ticket, found)
    new = approval_requests.drawn_up(office, ticket, named) if named is not None else None
    if named is None or new is None or not new.stages:
        return (
            () if new is not None and new.item else found.dossier.approval.problems or (found.outcome.reason,)
        )
    if not _fits(found, named, new):
        return new.problems if _short(new.stages, new.parties) else ()
    return () if _filled(found, new) else new.problems or (found.outcome.reason,)


def look_up(postbag: Postbag, work: Work, found: Standing) -> bool:
    """Look up anew who may decide where a stage has too few, and ask them; False where nobody is found.

    Votes that were counted stay.  An item that has other stages by now, or says something else, is put
    before everybody anew, and only where somebody is found for all of them.
    """
    kept = found.dossier.approval
    named = _named(postbag.office, work.ticket, found)
    new = approval_requests.drawn_up(postbag.office, work.ticket, named) if named is not None else None
    if named is None or new is None or not new.stages:
        return False
    if not _fits(found, named, new):
        if _short(new.stages, new.parties):
            return False
        renew(postbag, work, kept)
        return True
    stages = _filled(found, new)
    if not stages:
        return False
    work.note("approval looked up", approval=str(kept.id), stages="; ".join(map(_people, stages))[:500])
    approvals.change(kept.id, stages=stages, problems=(), state=ApprovalState.PENDING)
    left = approvals.get(kept.id)
    if left is not None and lacking(standing(left, work.cause.now)) is not None:
        approvals.change(kept.id, problems=new.problems)
    approval_ends.go_on(postbag, work, kept.id)
    return True


def _people(stage: KeptStage) -> str:
    return f"{stage.name}: {', '.join(one for one, _ in stage.approvers) or 'nobody'}"


def _named(office: Office, ticket: Ticket, found: Standing) -> Named | None:
    """Return by which rules all stages are looked up anew; None for what was never asked by any rule."""
    kept = found.dossier.approval
    if not kept.item:
        rules = tuple(map(_rule_of, kept.stages))
        return approval_requests.of_change(ticket, rules) if rules else None
    item, request = office.catalogue.item(kept.item), requests.get(ticket.number)
    if item is None or request is None:
        return None
    return approval_requests.of_item(office, ticket, item, request)


def _rule_of(stage: KeptStage) -> StageRule:
    """Return the rule of a stage of a change: as an agent wrote it, or those people whom one named."""
    try:
        return stage_rule(stage.name)
    except BadApprovalRuleError:
        people = tuple(ApproverRule(Who.PERSON, one) for one, _ in stage.approvers)
        return StageRule(stage.name, Rule(stage.rule), stage.needed, people)


def _fits(found: Standing, named: Named, new: NewApproval) -> bool:
    """Tell whether the stages and the text are still those that were asked about."""
    kept = found.dossier.approval
    names = [one.name for one in kept.stages]
    same = [one.name for one in new.stages] == names[: len(new.stages)]
    return same and still_fits(named.submission, kept.digest)


def _filled(found: Standing, new: NewApproval) -> tuple[KeptStage, ...]:
    """Return the stages with the people who are found for those that had too few; empty where nobody is."""
    kept, first = found.dossier.approval, max(found.outcome.stage, 0)
    stages = list(kept.stages)
    for at, fresh in enumerate(new.stages):
        before = stages[at]
        if at >= first and _short((before,), kept.parties) and not _short((fresh,), kept.parties):
            people = {**dict(fresh.approvers), **dict(before.approvers)}
            stages[at] = replace(before, approvers=tuple(people.items()))
    return tuple(stages) if tuple(stages) != kept.stages else ()


def _short(stages: tuple[KeptStage, ...], parties: tuple[str, ...]) -> bool:
    """Tell whether any of these stages has too few who may decide."""
    for one in map(stage_of, stages):
        there = len({each.address for each in one.approvers} - set(parties))
        if needed_of(one, there) > there:
            return True
    return False
