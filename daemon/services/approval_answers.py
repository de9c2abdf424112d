"""Answers to approvals: whose it is, what it decides, and what is told to whom.

Only the first own words of a proven person decide, in every version of the mail.  Whatever is wrong with an
answer is recorded, and told only to whoever was asked.
"""

from functools import reduce

from daemon.desk.decisions import Answer, Reading, agreed, decision
from daemon.desk.permissions import Action, ask
from daemon.desk.sentences import sentence
from daemon.mail.message import Kind
from daemon.mail.own_words import own_words, versions
from daemon.services import approval_absences, approval_digests, approval_views, approval_voices
from daemon.services.approval_views import Matter
from daemon.services.approval_voices import Voice
from daemon.services.approval_votes import WORDS_LIMIT_CHARS, Hearing, file, hearing_of, objection, vote
from daemon.services.visit import Visit
from storage import approvals, people
from storage.arrivals import Outcome
from storage.vocabulary import Disposition

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
# Whoever writes on and on is answered so often.
_ASKED_BACK_LIMIT = 2


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


def _silent(hearing: Hearing) -> Outcome | None:
    """Handle what does not count and is not answered: other people, machines, forgers."""
    visit, case = hearing.visit, hearing.visit.case
    if not approval_voices.is_own(visit, hearing.voice):
        return hearing.refused("it came from another address than the one that was asked")
    automatic = case.message.verdict.kind is not Kind.HUMAN or case.arrival.null_reverse_path
    if approval_absences.absence(visit, hearing.voice):
        done = approval_absences.note(visit, hearing.work, hearing.found, hearing.voice)
        return hearing.done(f"an absence decides nothing: {done}")
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
    late = objection(hearing)
    if late is not None:
        return hearing.refused(late.reason, late.told)
    read = reading(visit, hearing.voice)
    if read.answer in {Answer.APPROVE, Answer.REJECT}:
        return _voted(hearing, read)
    if read.answer in {Answer.NOT_ME, Answer.DELEGATE}:
        return _proposed(hearing, read)
    return _asked_back(hearing, read)


def reading(visit: Visit, voice: Voice) -> Reading:
    """Read an answer in each of its versions; where they differ it is no decision."""
    case = visit.case
    agent, person = case.roster.agent(voice.address), people.find(voice.address)
    language = agent.language if agent is not None else person.language if person is not None else ""
    author = case.author.name if case.author is not None else ""
    read = [decision(words, language=language, author=author) for words in versions(case.message)]
    return reduce(agreed, read)


def _voted(hearing: Hearing, read: Reading) -> Outcome:
    refusal = vote(hearing, read)
    if refusal is not None:
        return hearing.refused(refusal.reason, refusal.told)
    return hearing.done(f"{hearing.asked.address} decided: {read.answer} ({read.words[:80]})")


def _proposed(hearing: Hearing, read: Reading) -> Outcome:
    """Put before the agents whom an approver names instead; nothing is handed over by that."""
    kept, asked = hearing.found.dossier.approval, hearing.asked
    hearing.work.note(
        "approver proposed", approval=str(kept.id), by=asked.address, proposed=read.proposed or "nobody"
    )
    file(hearing)
    what = sentence("{who} says that somebody else has to decide.", who=asked.address)
    named = sentence("Named is: {who}", who=read.proposed) if read.proposed else sentence("Nobody is named.")
    hint = sentence("Write #approver ADDRESS to ask that person in the place of {who}.", who=asked.address)
    matter = Matter(kept.id, f"proposed:{asked.id}", what, (named, _excerpt(hearing)), hint)
    approval_views.tell_desk(hearing.visit.postbag, hearing.work, matter)
    approval_views.ask_back(hearing.visit.postbag, hearing.work, kept, asked, _NOT_ME)
    return hearing.done(f"{asked.address} proposes another approver: {read.proposed or 'nobody'}")


def _asked_back(hearing: Hearing, read: Reading) -> Outcome:
    """Ask back where an answer is no decision: once, then say that it waits, then nothing."""
    kept, asked, postbag = hearing.found.dossier.approval, hearing.asked, hearing.visit.postbag
    approvals.change_asked(asked, asked_back=asked.asked_back + 1)
    reason = read.reason or str(read.answer)
    hearing.work.note("approval asked back", approval=str(kept.id), to=asked.address, reason=reason[:500])
    if asked.asked_back < _ASKED_BACK_LIMIT and own_words(hearing.visit.case.message):
        file(hearing)
    if asked.asked_back == 0:
        approval_views.ask_back(postbag, hearing.work, kept, asked, _NO_DECISION[read.answer])
    elif asked.asked_back < _ASKED_BACK_LIMIT:
        approval_views.ask_back(postbag, hearing.work, kept, asked, _STILL_WAITS)
    if read.answer in {Answer.QUESTION, Answer.CONDITIONAL} and asked.asked_back < _ASKED_BACK_LIMIT:
        what = sentence("{who} answered with a question or a condition.", who=asked.address)
        hint = sentence("Answer the person, or let the requester change the request.")
        matter = Matter(kept.id, f"asks:{asked.id}:{asked.asked_back}", what, (_excerpt(hearing),), hint)
        approval_views.tell_desk(postbag, hearing.work, matter)
    return hearing.done(f"{asked.address} is asked back: {reason}")


def _excerpt(hearing: Hearing) -> str:
    return " ".join(own_words(hearing.visit.case.message).split())[:WORDS_LIMIT_CHARS]
