"""Answers to approvals: whose it is, what it decides, and what is told to whom.

Only the first own words of a proven person decide, in every version of the mail.  Whatever is wrong with an
answer is recorded, and told only to whoever was asked.
"""

from dataclasses import dataclass
from functools import reduce

from daemon.desk.approval_outcome import outcome
from daemon.desk.approvals import ApprovalState, Decision, EndingKind, Vote
from daemon.desk.decisions import Answer, Reading, agreed, decision
from daemon.desk.permissions import Action, ask
from daemon.desk.proof import Trust
from daemon.desk.sentences import Sentence, sentence
from daemon.mail.message import Kind
from daemon.mail.own_words import own_words, versions
from daemon.services import (
    approval_absences,
    approval_digests,
    approval_ends,
    approval_renewals,
    approval_views,
    approval_voices,
    approving,
)
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, standing, votes_of
from daemon.services.approval_views import Matter
from daemon.services.approval_voices import Voice
from daemon.services.visit import Visit
from storage import approvals, people, tickets
from storage.approval_records import Asked, NewVote
from storage.arrivals import Outcome
from storage.vocabulary import Disposition, EntryKind, TicketState, Visibility

_WORDS_LIMIT_CHARS = 500
_UNPROVEN = sentence(
    "Nothing proves that the answer is yours. Use the button or the reply address of the mail that asked you."
)
_NO_DECISION = {
    Answer.QUESTION: sentence("Your answer asks something, so we have not taken it as a decision."),
    Answer.CONDITIONAL: sentence("Your answer names a condition, so we have not taken it as a decision."),
    Answer.BOTH: sentence("Your answer says yes and no, so we have not taken it as a decision."),
    Answer.NOTHING: sentence("We found no plain decision in your answer."),
}
_STILL_WAITS = sentence(
    "Your answer is no plain decision either. The people at our desk can read it; your decision is still "
    "waited for."
)
_NOT_ME = sentence(
    "Thank you. The people at our desk see to it that the right person is asked; until then you can still "
    "decide yourself."
)
_CHANGED = sentence(
    "The request was changed after we had asked you, so your answer does not count. You get the request as "
    "it is now in a mail of its own."
)
# Whoever writes on and on is answered so often.
_ASKED_BACK_LIMIT = 2


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
        author = self.visit.case.author_address or "unknown"
        self.work.note("approval answer refused", approval=str(kept.id), by=author, reason=reason[:500])
        if told:
            approval_views.tell(
                self.visit.postbag, self.work, self.asked.address, approval_views.news(kept, told)
            )
        return self._finished(Disposition.REFUSED, f"the answer to an approval does not count: {reason}")

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


def take(visit: Visit) -> Outcome | None:
    """Take a mail that answers an approval; None for any other mail."""
    token = approval_voices.token_of(visit)
    voice = approval_voices.voice_of(visit, token)
    case = visit.case
    sure = token is not None and case.roster.desk.sub_addressing
    if voice is None or not (sure or approval_voices.is_own(visit, voice)):
        # Words that quote a code may be for anybody; an address that has one is for nothing else.
        if voice is None and sure:
            return visit.outcome(Disposition.REFUSED, "its code is none of ours, or was changed")
        return None
    case.evidence += [case.author_evidence, f"it answers an approval ({voice.proof})"]
    if voice.asked is None:
        return approval_digests.take(visit, voice)
    hearing = hearing_of(visit, voice, voice.asked)
    if hearing is None:
        return visit.outcome(Disposition.REFUSED, "the approval that it answers is gone")
    return _silent(hearing) or _heard(hearing)


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


def _silent(hearing: Hearing) -> Outcome | None:
    """Handle what does not count and is not answered: other people, machines, forgers."""
    visit, case = hearing.visit, hearing.visit.case
    if not approval_voices.is_own(visit, hearing.voice):
        return hearing.refused("it came from another address than the one that was asked")
    automatic = case.message.verdict.kind is not Kind.HUMAN or case.arrival.null_reverse_path
    away = approval_absences.absence(visit)
    if away and case.trust is not Trust.FAILED:
        done = approval_absences.note(visit, hearing.work, hearing.found, hearing.voice)
        return hearing.done(f"automatic mail decides nothing: {done}")
    if automatic or case.muted:
        return hearing.ignored(
            f"machines and forgers decide nothing ({case.muted or case.message.verdict.kind})"
        )
    return None


def _heard(hearing: Hearing) -> Outcome:
    """Hear somebody who was asked, a person as far as we can tell."""
    visit, found = hearing.visit, hearing.found
    parties = found.approval.parties
    verdict = ask(approval_voices.claim_of(visit, hearing.voice, parties), Action.APPROVE)
    if not verdict.allowed:
        own = set(parties) & {hearing.voice.address, *visit.case.author_addresses()}
        told = sentence("Nobody decides about a request of their own.") if own else _UNPROVEN
        return hearing.refused(verdict.reason, told)
    late = _not_asked_any_more(hearing)
    if late is not None:
        return late
    read = reading(visit, hearing.voice)
    if read.answer in {Answer.APPROVE, Answer.REJECT}:
        return _voted(hearing, read)
    if read.answer in {Answer.NOT_ME, Answer.DELEGATE}:
        return _proposed(hearing, read)
    return _asked_back(hearing, read)


def _not_asked_any_more(hearing: Hearing) -> Outcome | None:
    """Refuse an answer to what is decided, over, or says something else by now; None where it is in time."""
    visit, found = hearing.visit, hearing.found
    if found.open and hearing.work.ticket.state is not TicketState.AWAITING_APPROVAL:
        state = hearing.work.ticket.state
        approving.void(visit.postbag, hearing.work, f"the ticket is {state}")
        told = sentence("This request is not to be decided any more, so your answer does not count.")
        return hearing.refused(f"the ticket is {state}", told)
    if not found.open:
        return _too_late(hearing)
    if approval_renewals.changed(visit.postbag.office, hearing.work, found.dossier.approval):
        approval_renewals.renew(visit.postbag, hearing.work, found.dossier.approval)
        return hearing.refused("the request was changed after it was sent", _CHANGED)
    return None


def reading(visit: Visit, voice: Voice) -> Reading:
    """Read an answer in each of its versions; where they differ it is no decision."""
    case = visit.case
    agent, person = case.roster.agent(voice.address), people.find(voice.address)
    language = agent.language if agent is not None else person.language if person is not None else ""
    author = case.author.name if case.author is not None else ""
    read = [decision(words, language=language, author=author) for words in versions(case.message)]
    return reduce(agreed, read)


def _too_late(hearing: Hearing) -> Outcome:
    """Say that nothing is to be decided any more: counted already, expired, withdrawn, or changed."""
    outcome, endings = hearing.found.outcome, hearing.found.approval.endings
    mine = next((one for one in outcome.counted if one.approver == hearing.asked.approver), None)
    if mine is not None:
        return hearing.refused("it was counted already", _counted(mine))
    if any(one.kind is EndingKind.SUPERSEDED for one in endings):
        return hearing.refused("the request was changed after it was sent", _CHANGED)
    if outcome.state is ApprovalState.EXPIRED:
        told = sentence("The time to decide about this request is over, so your answer does not count.")
        return hearing.refused(f"the approval is expired ({outcome.reason})", told)
    told = sentence("This request is not to be decided any more, so your answer does not count.")
    return hearing.refused(f"the approval is {outcome.state} ({outcome.reason})", told)


def _counted(vote: Vote) -> Sentence:
    if vote.decision is Decision.APPROVE:
        return sentence("Your decision was counted already: approved. It counts once.")
    return sentence("Your decision was counted already: rejected. It counts once.")


def _voted(hearing: Hearing, read: Reading) -> Outcome:
    refusal = vote(hearing, read.answer, read.words, read.comment)
    if refusal is not None:
        return refusal
    return hearing.done(f"{hearing.asked.address} decided: {read.answer} ({read.words[:80]})")


def vote(hearing: Hearing, answer: Answer, words: str, comment: str) -> Outcome | None:
    """Count a clear decision and do what follows; return what became of one that does not count."""
    asked, found, case = hearing.asked, hearing.found, hearing.visit.case
    kept = found.dossier.approval
    proof = f"{hearing.voice.proof}, {case.trust} sender"
    new = NewVote(
        kept.id,
        asked.stage,
        asked.approver,
        asked.address,
        Decision(answer),
        case.cause.now,
        kept.digest,
        words[:_WORDS_LIMIT_CHARS],
        comment[:_WORDS_LIMIT_CHARS],
        proof,
        case.arrival.id,
    )
    reason = _ignored(found, new)
    if reason:
        mine = next((one for one in found.outcome.counted if one.approver == asked.approver), None)
        told = _counted(mine) if mine else sentence("Your decision is not needed any more.")
        return hearing.refused(reason, told)
    approvals.add_vote(new)
    hearing.work.note(
        "approval vote",
        approval=str(kept.id),
        by=asked.address,
        decision=str(answer),
        words=new.words[:100],
        proof=proof,
        digest=kept.digest,
    )
    if comment:
        _file(hearing)
    approval_ends.go_on(hearing.visit.postbag, hearing.work, kept.id)
    return None


def _ignored(found: Standing, new: NewVote) -> str:
    """Say why a vote would not count, or nothing."""
    serial = max((one.serial for one in found.dossier.votes), default=0) + 1
    mine = Vote(
        serial, new.stage, new.approver, new.voter, Decision(new.decision), new.at, new.digest, new.words
    )
    counted = outcome(found.approval, [*votes_of(found.dossier), mine], new.at)
    return next((why for one, why in counted.ignored if one.serial == serial), "")


def _file(hearing: Hearing) -> None:
    """Keep what an approver wrote besides the word, where agents read it."""
    text = own_words(hearing.visit.case.message)
    hearing.visit.file(hearing.work, EntryKind.NOTE, Visibility.INTERNAL, text)


def _proposed(hearing: Hearing, read: Reading) -> Outcome:
    """Put before the agents whom an approver names instead; nothing is handed over by that."""
    kept, asked = hearing.found.dossier.approval, hearing.asked
    hearing.work.note(
        "approver proposed", approval=str(kept.id), by=asked.address, proposed=read.proposed or "nobody"
    )
    _file(hearing)
    what = sentence("{who} says that somebody else has to decide.", who=asked.address)
    named = sentence("Named is: {who}", who=read.proposed) if read.proposed else sentence("Nobody is named.")
    hint = sentence("Write #approver ADDRESS to ask that person in the place of {who}.", who=asked.address)
    matter = Matter(kept.id, f"proposed:{asked.id}", what, (named, _excerpt(hearing)), hint)
    approval_views.tell_desk(hearing.visit.postbag, hearing.work, matter)
    approval_views.tell(
        hearing.visit.postbag, hearing.work, asked.address, approval_views.news(kept, _NOT_ME)
    )
    return hearing.done(f"{asked.address} proposes another approver: {read.proposed or 'nobody'}")


def _asked_back(hearing: Hearing, read: Reading) -> Outcome:
    """Ask back where an answer is no decision: once, then say that it waits, then nothing."""
    kept, asked, postbag = hearing.found.dossier.approval, hearing.asked, hearing.visit.postbag
    approvals.change_asked(asked, asked_back=asked.asked_back + 1)
    reason = read.reason or str(read.answer)
    hearing.work.note("approval asked back", approval=str(kept.id), to=asked.address, reason=reason[:500])
    if asked.asked_back < _ASKED_BACK_LIMIT and own_words(hearing.visit.case.message):
        _file(hearing)
    if asked.asked_back == 0:
        approval_views.ask_back(postbag, hearing.work, kept, asked, _NO_DECISION[read.answer])
    elif asked.asked_back < _ASKED_BACK_LIMIT:
        approval_views.tell(postbag, hearing.work, asked.address, approval_views.news(kept, _STILL_WAITS))
    if read.answer in {Answer.QUESTION, Answer.CONDITIONAL} and asked.asked_back < _ASKED_BACK_LIMIT:
        what = sentence("{who} answered with a question or a condition.", who=asked.address)
        hint = sentence("Answer the person, or let the requester change the request.")
        matter = Matter(kept.id, f"asks:{asked.id}:{asked.asked_back}", what, (_excerpt(hearing),), hint)
        approval_views.tell_desk(postbag, hearing.work, matter)
    return hearing.done(f"{asked.address} is asked back: {reason}")


def _excerpt(hearing: Hearing) -> str:
    return " ".join(own_words(hearing.visit.case.message).split())[:_WORDS_LIMIT_CHARS]
