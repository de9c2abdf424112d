"""A request that says something else than what was put before its approvers is put before them anew."""

from daemon.desk.approval_rules import ApproverRule, StageRule, Who
from daemon.desk.approvals import Rule
from daemon.desk.frozen_text import still_fits
from daemon.desk.sentences import sentence
from daemon.services import approval_requests, approving
from daemon.services.apply import Work
from daemon.services.approval_dossiers import stage_of
from daemon.services.approval_requests import Named
from daemon.services.postbag import Office, Postbag
from storage import requests
from storage.approval_records import KeptApproval

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
