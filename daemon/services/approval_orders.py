"""What agents order about approvals, carried out; and how one stands, in lines for them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from daemon.commands.command import ApprovalFacts, ApprovalOrder
from daemon.desk.approval_rules import stage_rule
from daemon.desk.approvals import EndingKind, approvers_of
from daemon.desk.sentences import NOBODY, Sentence, joined, moment_said, sentence, term
from daemon.services import (
    approval_ends,
    approval_naming,
    approval_people,
    approval_renewals,
    approval_requests,
    approving,
    request_flow,
)
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, lacking, standing
from daemon.services.approval_wording import spoken
from daemon.services.languages import written
from daemon.services.office import Office
from daemon.services.visit import Visit
from storage import approvals
from storage.approval_records import Dossier, NewVote
from storage.records import Ticket

_AGAIN = sentence("It is asked once more, since nobody decided in time.")


def facts_of(office: Office, ticket: Ticket, now: datetime, named: Collection[str] = ()) -> ApprovalFacts:
    """Return how the approvals of a ticket stand, and who they are whose addresses are ``named``."""
    every = [standing(one, now) for one in approvals.of_ticket(ticket.number)]
    persons = approval_people.candidates(office, named)
    if not every:
        return ApprovalFacts(people=persons)
    zone = office.roster.desk.timezone
    lines = tuple(line for one in every[-3:] for line in lines_of(one, zone))
    last = every[-1]
    if not (last.open and last.dossier.approval.is_open):
        return ApprovalFacts(lines, people=persons)
    kept, later = last.dossier.approval, approval_naming.later(last)
    short = lacking(last) is not None
    return ApprovalFacts(
        lines,
        open=True,
        may_be_bypassed=kept.may_be_bypassed,
        lacking=short,
        waiting=tuple(dict.fromkeys(one.approver for one in last.dossier.asked if one.waiting)),
        voices=tuple(_voices(last)),
        parties=kept.parties,
        later=tuple(one for one, _ in later),
        by_hand=tuple(one for one, why in later if why.startswith(approval_naming.NAMED)),
        missing=approval_renewals.missing(office, ticket, last) if short else (),
        people=persons,
    )


def _voices(found: Standing) -> Iterable[str]:
    """List who decides in the stage that is asked, who has decided in it, and who stands in for them."""
    at = found.outcome.stage
    if at < 0:
        return
    yield from found.outcome.asked
    yield from (one.address for one in approvers_of(found.approval.stages[at], ()))
    yield from (one.voter for one in found.outcome.counted if one.stage == at)


def lines_of(found: Standing, zone: str) -> Iterable[Sentence]:
    """Tell of an approval: how it stands and why, who is asked by which rule, who decided by which words."""
    kept, outcome = found.dossier.approval, found.outcome
    yield sentence(
        "approval {number}: {state} ({reason}), text {digest}",
        number=kept.id,
        state=term(outcome.state),
        reason=outcome.reason,
        digest=kept.digest[:16],
    )
    for number, stage in enumerate(found.approval.stages):
        people = [
            joined("", (one.address, " (", spoken(one.why), ")")) for one in approvers_of(stage, kept.parties)
        ]
        yield sentence(
            "stage {number} of {stages}, {name}: {people}",
            number=number + 1,
            stages=len(kept.stages),
            name=spoken(stage.name),
            people=joined("; ", people) if people else NOBODY,
        )
    for one in found.dossier.votes:
        yield _voted(one.vote, zone)
    for each in found.dossier.handovers:
        yield sentence(
            "{deputy} decides for {approver}: {reason}",
            deputy=each.deputy,
            approver=each.approver,
            reason=spoken(each.reason),
        )
    for end in found.dossier.endings:
        yield sentence("{kind} by {who}: {reason}", kind=term(end.kind), who=end.by, reason=end.reason)
    for problem in kept.problems:
        yield sentence("problem: {problem}", problem=problem)
    if outcome.asked:
        yield sentence("waited for: {addresses}", addresses=", ".join(outcome.asked))


def _voted(vote: NewVote, zone: str) -> Sentence:
    comment = f", {vote.comment}" if vote.comment else ""
    instead = sentence(" for {approver}", approver=vote.approver) if vote.approver != vote.voter else ""
    when = moment_said(written(vote.at, zone), vote.at, zone)
    words = f" ({vote.words}{comment}), "
    return joined("", (vote.voter, instead, ": ", term(vote.decision), words, when, ", ", vote.proof))


def carry_out(visit: Visit, work: Work, order: ApprovalOrder) -> None:
    """Carry out what an agent ordered; an end by hand is not taken back by ``#undo``.

    Where the ticket is taken back to before it was asked, the clock ends what was asked.
    """
    match order.kind:
        case "approver":
            approval_naming.name(visit.postbag, work, _open(work), order)
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


def _open(work: Work) -> Dossier:
    dossier = approvals.open_of(work.ticket.number)
    if dossier is None:
        raise LookupError(f"the approval of ticket {work.ticket.number} was open a moment ago")
    return dossier


def _end(visit: Visit, work: Work, kind: EndingKind, reason: str) -> None:
    kept = _open(work).approval
    approving.note_end(work, kept, kind, reason)
    approval_ends.go_on(visit.postbag, work, kept.id)


def _ask(visit: Visit, work: Work, order: ApprovalOrder) -> None:
    rules = tuple(stage_rule(text) for text in order.stages)
    named = approval_requests.of_change(work.ticket, rules)
    approving.ask_for(visit.postbag, work, named)


def _submit(visit: Visit, work: Work) -> None:
    """Put a ticket before its approvers, by its item, or else by those who were asked before."""
    dossier = approvals.open_of(work.ticket.number)
    if dossier is not None:
        found = standing(dossier, work.cause.now)
        if lacking(found) is not None and approval_renewals.look_up(visit.postbag, work, found):
            return
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
