"""Answers that say "I am away", by a program or by hand: they decide nothing, and bring the deputy in."""

import re
from zoneinfo import ZoneInfo

from daemon.desk.absence import proposed
from daemon.desk.decisions import Answer, decision
from daemon.desk.proof import Proof, Trust
from daemon.mail.absence import absence_by_hand, absence_in
from daemon.mail.own_words import own_words
from daemon.services import approval_gaps, approval_stand_ins, approving
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing
from daemon.services.approval_voices import Voice
from daemon.services.return_addresses import came_back
from daemon.services.visit import Visit
from storage import directory, outbox
from storage.approval_records import Asked

# A mail that names more mails of ours is not searched further.
_IDS_LIMIT = 10
_SENTENCE_END = re.compile(r"[.!,;\n]+")


def absence(visit: Visit, voice: Voice) -> str:
    """Return the words by which an answer says that its author is away.

    Nothing where nothing proves whose it is.  An absence program answers to Reply-To, or to the return
    address (RFC 3834 s 4): both are signed for the one who was asked.  A Message-ID is seen by others too.
    """
    sure = voice.proof is Proof.TOKEN or visit.case.trust is Trust.VERIFIED
    if visit.case.trust is Trust.FAILED or not (sure or _came_back(visit, voice)):
        return ""
    subject, words = visit.case.message.subject, own_words(visit.case.message)
    return absence_in(words) or _by_hand(words) or absence_in(f"{subject}\n{words}")


def note(visit: Visit, work: Work, found: Standing, voice: Voice) -> str:
    """Note that an approver is away, and let the deputy decide at once; return what came of it."""
    case, office = visit.case, visit.postbag.office
    now = case.cause.now
    day = now.astimezone(ZoneInfo(office.roster.desk.timezone)).date()
    last = proposed(f"{case.message.subject}\n{own_words(case.message)}", day)
    directory.note_away(voice.address, last, now)
    until = last.isoformat() if last else "unknown"
    work.note("approver away", address=voice.address, until=until)
    asked = voice.asked
    if asked is None or not found.open or not _waits_for(found, asked):
        return f"{voice.address} is away until {until}"
    deputy = approval_stand_ins.hand_over(office, work, found, asked.approver, f"{voice.address} is away")
    after = approving.settle(visit.postbag, work, asked.approval_id)
    if after.open:
        approval_gaps.tell(visit.postbag, work, after)
    return f"{voice.address} is away until {until}; {deputy or 'nobody'} is asked instead"


def _by_hand(words: str) -> str:
    """Return an absence that is said by hand; none beside a yes or a no, which a person is asked about."""
    said = absence_by_hand(words)
    beside = _SENTENCE_END.split(words.replace(said, "\n")) if said else ()
    decided = (decision(one.strip()).answer in {Answer.APPROVE, Answer.REJECT} for one in beside)
    return "" if any(decided) else said


def _came_back(visit: Visit, voice: Voice) -> bool:
    message, office = visit.case.message, visit.postbag.office
    ids = dict.fromkeys((*message.in_reply_to, *message.references))
    ours = [one for one in ids if office.signer.ticket_of_own_id(one) is not None][:_IDS_LIMIT]
    copies = [copy for copy in map(outbox.find_by_message_id, ours) if copy is not None]
    mine = (copy for copy in copies if copy.recipient == voice.address)
    return any(came_back(copy, visit.case.recipients, office.roster, office.signer) for copy in mine)


def _waits_for(found: Standing, asked: Asked) -> bool:
    return any(one.id == asked.id and one.waiting for one in found.dossier.asked)
