"""Votes: one answer with its ticket in our hands, what is in its way, and what follows when it counts."""

from dataclasses import dataclass

from daemon.desk.approval_outcome import outcome
from daemon.desk.approvals import ApprovalState, Decision, EndingKind, Vote
from daemon.desk.decisions import Reading
from daemon.desk.sentences import Sentence, sentence
from daemon.mail.own_words import own_words
from daemon.services import approval_ends, approval_renewals, approval_views, approving
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, standing, votes_of
from daemon.services.approval_voices import Voice
from daemon.services.visit import Visit
from storage import approvals, tickets
from storage.approval_records import Asked, NewVote
from storage.arrivals import Outcome
from storage.vocabulary import Disposition, EntryKind, TicketState, Visibility

WORDS_LIMIT_CHARS = 500
_CHANGED = sentence(
    "The request was changed after we had asked you, so your answer does not count. You get the request as "
    "it is now in a mail of its own."
)
_OVER = sentence("This request is not to be decided any more, so your answer does not count.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a clear decision does not count: for the record, and as it is told."""

    reason: str
    told: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """An answer of somebody who was asked, with the ticket in our hands."""

    visit: Visit
    work: Work
    voice: Voice
    asked: Asked
    found: Standing

    def refused(self, reason: str, told: Sentence | str = "") -> Outcome:
        """Record why an answer does not count; ``told`` goes to whoever was asked."""
        kept = self.found.dossier.approval
        self.note_refused(reason)
        if told:
            approval_views.tell(self.visit.postbag, self.work, self.asked, approval_views.news(kept, told))
        return self._finished(Disposition.REFUSED, f"the answer to an approval does not count: {reason}")

    def note_refused(self, reason: str) -> None:
        """Record why an answer does not count."""
        number, author = str(self.asked.approval_id), self.visit.case.author_address or "unknown"
        self.work.note("approval answer refused", approval=number, by=author, reason=reason[:500])

    def done(self, what: str) -> Outcome:
        """Finish with what the answer did."""
        return self._finished(Disposition.ACTED, what)

    def ignored(self, why: str) -> Outcome:
        """Finish with an answer that decides nothing and is not answered."""
        kept = self.found.dossier.approval
        author = self.visit.case.author_address or "unknown"
        self.work.note("approval answer ignored", approval=str(kept.id), by=author, reason=why[:500])
        return self._finished(Disposition.IGNORED, why)

    def _finished(self, disposition: Disposition, reason: str) -> Outcome:
        self.work.finish()
        return self.visit.outcome(disposition, reason, self.work)


def hearing_of(visit: Visit, voice: Voice, asked: Asked) -> Hearing | None:
    """Lock the ticket and look at its approval; None where there is none any more."""
    first = approvals.get(asked.approval_id)
    ticket = tickets.lock(first.approval.ticket_number) if first is not None else None
    # Somebody may have answered while the ticket was waited for.
    dossier = approvals.get(asked.approval_id)
    if ticket is None or dossier is None:
        return None
    now = next(one for one in dossier.asked if one.id == asked.id)
    work = Work.on(ticket, visit.case.cause)
    return Hearing(visit, work, voice, now, standing(dossier, visit.case.cause.now))


def objection(hearing: Hearing) -> Refusal | None:
    """Return why nothing of this approval is to be decided any more, or None.

    A request that says something else by now is put before its approvers anew.
    """
    visit, found = hearing.visit, hearing.found
    if not found.open:
        if found.dossier.approval.is_open:
            # Time has ended it, and the clock has not come to it yet.  Whoever answers is told once.
            approvals.change_asked(hearing.asked, waiting=False)
            approval_ends.go_on(visit.postbag, hearing.work, found.dossier.approval.id)
        return _too_late(hearing)
    state = hearing.work.ticket.state
    if state is not TicketState.AWAITING_APPROVAL:
        approving.void(visit.postbag, hearing.work, f"the ticket is {state}")
        return Refusal(f"the ticket is {state}", _OVER)
    if approval_renewals.changed(visit.postbag.office, hearing.work, found.dossier.approval):
        approval_renewals.renew(visit.postbag, hearing.work, found.dossier.approval)
        return Refusal("the request was changed after it was sent", _CHANGED)
    return None


def _too_late(hearing: Hearing) -> Refusal:
    """Say that nothing is to be decided any more: counted already, expired, withdrawn, or changed."""
    stands, endings = hearing.found.outcome, hearing.found.approval.endings
    mine = next((one for one in stands.counted if one.approver == hearing.asked.approver), None)
    if mine is not None:
        return Refusal("it was counted already", _counted(mine))
    if any(one.kind is EndingKind.SUPERSEDED for one in endings):
        return Refusal("the request was changed after it was sent", _CHANGED)
    if stands.state is ApprovalState.EXPIRED:
        told = sentence("The time to decide about this request is over, so your answer does not count.")
        return Refusal(f"the approval is expired ({stands.reason})", told)
    return Refusal(f"the approval is {stands.state} ({stands.reason})", _OVER)


def _counted(vote: Vote) -> Sentence:
    if vote.decision is Decision.APPROVE:
        return sentence("Your decision was counted already: approved. It counts once.")
    return sentence("Your decision was counted already: rejected. It counts once.")


def vote(hearing: Hearing, read: Reading) -> Refusal | None:
    """Count a clear decision and do what follows; return why one does not count."""
    asked, found, case = hearing.asked, hearing.found, hearing.visit.case
    kept = found.dossier.approval
    proof = f"{hearing.voice.proof}, {case.trust} sender"
    new = NewVote(
        kept.id,
        asked.stage,
        asked.approver,
        asked.address,
        Decision(read.answer),
        case.cause.now,
        kept.digest,
        read.words[:WORDS_LIMIT_CHARS],
        read.comment[:WORDS_LIMIT_CHARS],
        proof,
        case.arrival.id,
    )
    reason = _ignored(found, new)
    if reason:
        mine = next((one for one in found.outcome.counted if one.approver == asked.approver), None)
        told = _counted(mine) if mine else sentence("Your decision is not needed any more.")
        return Refusal(reason, _replaced(found, asked) or told)
    approvals.add_vote(new)
    hearing.work.note(
        "approval vote",
        approval=str(kept.id),
        by=asked.address,
        decision=str(read.answer),
        words=new.words[:100],
        proof=proof,
        digest=kept.digest,
    )
    if read.comment:
        file(hearing)
    approval_ends.go_on(hearing.visit.postbag, hearing.work, kept.id)
    return None


def _replaced(found: Standing, asked: Asked) -> Sentence | None:
    """Say to whoever does not decide any more who does instead, and by whose word."""
    for one in found.approval.stages[asked.stage].replaced:
        if one.address == asked.approver:
            return sentence(
                "Your answer does not count: {by} named {other} to decide in your place.",
                by=one.by,
                other=one.other,
            )
    return None


def _ignored(found: Standing, new: NewVote) -> str:
    """Say why a vote would not count, or nothing."""
    serial = max((one.serial for one in found.dossier.votes), default=0) + 1
    mine = Vote(
        serial, new.stage, new.approver, new.voter, Decision(new.decision), new.at, new.digest, new.words
    )
    counted = outcome(found.approval, [*votes_of(found.dossier), mine], new.at)
    return next((why for one, why in counted.ignored if one.serial == serial), "")


def file(hearing: Hearing) -> None:
    """Keep what an approver wrote besides the word, where agents read it."""
    text = own_words(hearing.visit.case.message)
    hearing.visit.file(hearing.work, EntryKind.NOTE, Visibility.INTERNAL, text)
