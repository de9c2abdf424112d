"""Lists of open decisions: one mail for whoever has many, and its answer that settles them by number.

``approve 12 15, reject 14 too dear``: a number is that of the question put to this very reader, and so it is
bound to the request as it was put.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.desk.decision_batch import Batch, Single, batch
from daemon.desk.decisions import Answer, Reading
from daemon.desk.permissions import Action, ask
from daemon.desk.sentences import Sentence, sentence
from daemon.mail.message import Kind
from daemon.mail.own_words import versions
from daemon.services import approval_absences, approval_views, approval_voices
from daemon.services.apply import Cause
from daemon.services.approval_dossiers import Standing, standing
from daemon.services.approval_voices import Voice
from daemon.services.approval_votes import hearing_of, objection, vote
from daemon.services.letters import Context, Reader, tag
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from daemon.services.visit import Visit
from storage import approvals
from storage.approval_records import Asked
from storage.arrivals import Outcome
from storage.vocabulary import Disposition

ORIGIN = "approval-list"
# More lines than anybody reads; those beyond come in the next list.
LINES_LIMIT = 100
_UNCLEAR = sentence(
    "Nothing was decided, because a part of your answer was not clear. Write the word and the numbers, like "
    "this: approve 12 15, reject 14 too dear."
)
_OWN = sentence("Nobody decides about a request of their own.")
_NOT_YOURS = sentence("no decision of yours has this number")
_COUNTED = {Answer.APPROVE: sentence("approved"), Answer.REJECT: sentence("rejected")}


@dataclass(frozen=True, slots=True)
class _Line:
    """What became of one decision: the words for its line, and whether it counts."""

    number: int
    said: str
    done: bool


def send(office: Office, address: str, now: datetime) -> int:
    """Write the list of open decisions of an address; 0 where none is open, or the gate keeps it back."""
    open_ones = _open(address, now)
    if not any(one.listing for _, one in open_ones):
        approvals.unlist(address)
        return 0
    cause = Cause("postdesk", f"{ORIGIN}:{int(now.timestamp())}", now)
    postbag = Postbag(office, cause)
    reader, code = approval_views.signed(postbag, None, 0, approval_views.reader_of(postbag, None, address))
    lines = [_described(found, one, reader) for found, one in open_ones]
    told = {"list": lines, "code": code, "buttons": _buttons(reader, code, [one for _, one in open_ones])}
    postbag.write(approval_views.DIGEST, reader, None, approval=told)
    if not postbag.post():
        return 0
    approvals.list_told([one.id for _, one in open_ones], now)
    return 1


def _open(address: str, now: datetime) -> list[tuple[Standing, Asked]]:
    """Return what is waited for from an address, at most a list of it; what is to be listed comes first."""
    numbers = approvals.asked_of(address)
    found: list[tuple[Standing, Asked]] = []
    for at in range(0, len(numbers), LINES_LIMIT):
        few = dict(numbers[at : at + LINES_LIMIT])
        for dossier in approvals.dossiers(list(few.values())):
            stands = standing(dossier, now)
            found += [(stands, one) for one in dossier.asked if one.id in few and stands.open]
        if len(found) >= LINES_LIMIT:
            break
    return sorted(found, key=lambda each: (not each[1].listing, each[1].id))[:LINES_LIMIT]


def _described(found: Standing, one: Asked, reader: Reader) -> Context:
    kept = found.dossier.approval
    facts = approval_views.facts(kept)
    return {
        "number": one.id,
        "tag": tag(kept.ticket_number),
        "title": facts["item"],
        "who": facts["for"] or facts["requester"],
        "cost": facts["cost"],
        "answers": facts["answers"],
        "instead": one.approver if one.approver != one.address else "",
        "until": reader.told(kept.expires_at) if kept.expires_at else "",
        "digest": kept.digest[:8],
    }


def _buttons(reader: Reader, code: str, open_ones: Sequence[Asked]) -> Context:
    """Return what the buttons fill in: all numbers, from which the reader takes some away."""
    numbers = " ".join(str(one.id) for one in open_ones)
    below = f"\n\n{code}\n" if code else "\n"
    return {
        "to": reader.reply_to,
        "subject": "",
        "approve": {"text": f"approve {numbers}{below}"},
        "reject": {"text": f"reject {numbers}{below}"},
    }


def take(visit: Visit, voice: Voice) -> Outcome:
    """Carry out the answer to a list of open decisions: each line wholly or not at all, with a receipt."""
    silent = _silent(visit, voice)
    if silent is not None:
        return silent
    verdict = ask(approval_voices.claim_of(visit, voice, ()), Action.APPROVE)
    if not verdict.allowed:
        told = sentence("Nothing proves that the answer is yours. Use the reply address of the list.")
        return _answered(visit, voice, told, [], f"a list of decisions: {verdict.reason}")
    read = [batch(words) for words in versions(visit.case.message)]
    first = read[0]
    if any(_gist(one) != _gist(first) for one in read):
        first = Batch(reason="the plain text and the HTML of the mail say different things")
    if not first.decisions:
        reason = first.reason or "it decides nothing"
        return _answered(visit, voice, _UNCLEAR, [], f"a list of decisions: {reason}")
    lines = _decided(visit, voice, first.decisions)
    counted = sum(one.done for one in lines)
    said = sentence("This is what became of your answer:")
    return _answered(visit, voice, said, lines, f"{voice.address} decided {counted} of {len(lines)}")


def _gist(read: Batch) -> list[tuple[int, str]]:
    return [(one.number, one.answer) for one in read.decisions]


def _silent(visit: Visit, voice: Voice) -> Outcome | None:
    """Handle what decides nothing and is not answered; who is away is noted, for all that is open."""
    case = visit.case
    if not approval_voices.is_own(visit, voice):
        return visit.outcome(Disposition.REFUSED, "it came from another address than the list went to")
    if approval_absences.absence(visit, voice):
        for one in _in_order(approvals.waiting_for([voice.address]), voice):
            _away(visit, replace(voice, asked=one))
        return visit.outcome(Disposition.ACTED, f"an absence decides nothing; {voice.address} is away")
    if case.message.verdict.kind is not Kind.HUMAN or case.arrival.null_reverse_path or case.muted:
        why = case.muted or case.message.verdict.kind
        return visit.outcome(Disposition.IGNORED, f"machines and forgers decide nothing ({why})")
    return None


def _in_order(approval_ids: Sequence[int], voice: Voice) -> list[Asked]:
    """Return what is asked in these approvals, in the order in which their tickets are locked."""
    found = sorted(approvals.dossiers(approval_ids), key=lambda one: one.approval.ticket_number)
    return [one for each in found for one in each.asked if one.address == voice.address and one.waiting]


def _away(visit: Visit, voice: Voice) -> None:
    own = _own_visit(visit)
    assert voice.asked is not None
    hearing = hearing_of(own, voice, voice.asked)
    if hearing is not None:
        approval_absences.note(own, hearing.work, hearing.found, voice)
        hearing.work.finish()
    own.postbag.post()


def _own_visit(visit: Visit) -> Visit:
    """Return a visit with a postbag of its own: what one knows of its ticket is not for the next."""
    bag = visit.postbag
    return Visit(visit.case, Postbag(bag.office, bag.cause, arrival_id=bag.arrival_id))


def _decided(visit: Visit, voice: Voice, singles: Sequence[Single]) -> list[_Line]:
    """Carry out the decisions in the order of their tickets, and tell of them in the order of the answer."""
    asked = approvals.asked_by([one.number for one in singles])
    known = {one.approval.id: one.approval.ticket_number for one in approvals.dossiers(
        [one.approval_id for one in asked.values()]
    )}  # fmt: skip
    mine = [one for one in singles if one.number in asked and asked[one.number].address == voice.address]
    lines = {one.number: _Line(one.number, _NOT_YOURS, done=False) for one in singles if one not in mine}
    for one in sorted(mine, key=lambda each: known[asked[each.number].approval_id]):
        lines[one.number] = _voted(visit, replace(voice, asked=asked[one.number]), one)
    return [lines[one.number] for one in singles]


def _voted(visit: Visit, voice: Voice, single: Single) -> _Line:
    assert voice.asked is not None
    own = _own_visit(visit)
    hearing = hearing_of(own, voice, voice.asked)
    if hearing is None:
        return _Line(single.number, _NOT_YOURS, done=False)
    read = Reading(single.answer, single.words, single.comment)
    refusal = _objection_to_person(own, voice, hearing.found) or objection(hearing) or vote(hearing, read)
    if refusal is not None:
        reason, said = (refusal, _OWN) if isinstance(refusal, str) else (refusal.reason, refusal.told)
        hearing.note_refused(reason)
        line = _Line(single.number, said, done=False)
    else:
        line = _Line(single.number, _COUNTED[single.answer], done=True)
    hearing.work.finish()
    own.postbag.post()
    return line


def _objection_to_person(visit: Visit, voice: Voice, found: Standing) -> str:
    claim = approval_voices.claim_of(visit, voice, found.approval.parties)
    verdict = ask(claim, Action.APPROVE)
    return "" if verdict.allowed else verdict.reason


def _answered(
    visit: Visit, voice: Voice, said: Sentence | str, lines: Sequence[_Line], reason: str
) -> Outcome:
    """Send the receipt, and close the visit."""
    postbag = visit.postbag
    reader, code = approval_views.signed(
        postbag, None, 0, approval_views.reader_of(postbag, None, voice.address)
    )
    told = {
        **approval_views.nothing(),
        "news": said,
        "lines": [{"number": one.number, "said": one.said} for one in lines],
        "code": code,
    }
    postbag.write(approval_views.TOLD, reader, None, approval=told)
    done = any(one.done for one in lines)
    return visit.outcome(Disposition.ACTED if done else Disposition.REFUSED, reason)
