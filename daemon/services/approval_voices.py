"""Whose answer to an approval a mail is: by the signed address it went to, or by the mail that it answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from daemon.desk.addressing import detail_of
from daemon.desk.permissions import Claim, Role
from daemon.desk.proof import Proof
from daemon.mail.tokens import DETAIL, Purpose, ReplyToken, parse_detail
from daemon.services import approval_views
from daemon.services.visit import Visit
from storage import approvals, outbox
from storage.approval_records import Asked

# A code that was quoted stands near the top; a text is not searched further.
_SEARCHED_CHARS = 20_000
_IDS_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who answers: the address that was asked, and by what the answer is tied to the question.

    ``asked`` is None for the answer to a list of open decisions.
    """

    address: str
    proof: Proof
    asked: Asked | None = None


def token_of(visit: Visit) -> ReplyToken | None:
    """Return the code of an approval in the addresses; on a desk without such addresses, in the words."""
    roster = visit.case.roster
    if roster.desk.sub_addressing:
        found: Iterable[str] = (detail_of(one) for one in visit.case.recipients if roster.is_own(one))
    else:
        found = (one[0] for one in DETAIL.finditer(visit.case.message.text[:_SEARCHED_CHARS].lower()))
    tokens = (parse_detail(one) for one in found)
    return next((one for one in tokens if one and one.purpose is Purpose.APPROVAL), None)


def voice_of(visit: Visit, token: ReplyToken | None) -> Voice | None:
    """Return whose answer a mail is; None where its code is none of ours, or it answers no such mail."""
    signer = visit.postbag.office.signer
    if token is None:
        return _by_message_id(visit)
    if not token.ticket_number:
        address = signer.verify(token, visit.case.author_addresses())
        return Voice(address, Proof.TOKEN) if address else None
    asked = approvals.asked_by([token.ticket_number]).get(token.ticket_number)
    if asked is None or not signer.verify(token, [asked.address]):
        return None
    return Voice(asked.address, Proof.TOKEN, asked)


def _by_message_id(visit: Visit) -> Voice | None:
    """Find the mail of ours that is answered; it travels further than an address, and so proves less."""
    message, signer = visit.case.message, visit.postbag.office.signer
    ids = dict.fromkeys((*message.in_reply_to, *reversed(message.references)))
    ours = [one for one in ids if signer.ticket_of_own_id(one) is not None][:_IDS_LIMIT]
    for message_id in ours:
        number = approvals.asked_in_mail(message_id)
        asked = approvals.asked_by([number]).get(number) if number is not None else None
        if asked is not None:
            return Voice(asked.address, Proof.OWN_MESSAGE_ID, asked)
        copy = outbox.find_by_message_id(message_id)
        if copy is not None and copy.notice == approval_views.DIGEST:
            return Voice(copy.recipient, Proof.OWN_MESSAGE_ID)
    return None


def is_own(visit: Visit, voice: Voice) -> bool:
    """Tell whether the mail says it is from whoever was asked, by this address or a linked one."""
    return voice.address in visit.case.author_addresses()


def claim_of(visit: Visit, voice: Voice, parties: Iterable[str]) -> Claim:
    """Return what the author may ask for: whoever asked for something decides nothing about it."""
    case = visit.case
    role = Role.AGENT if case.agent is not None else Role.STRANGER
    if set(parties) & {voice.address, *case.author_addresses()}:
        role = Role.REQUESTER
    return Claim(role, case.trust, voice.proof)
