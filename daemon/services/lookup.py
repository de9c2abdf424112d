"""Find the ticket that a message belongs to, and by which proof."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from daemon.desk.addressing import Roster, detail_of, fold
from daemon.desk.interpretation import Match, Proof
from daemon.desk.notices import NOTICES
from daemon.mail.message import Message
from daemon.mail.subject import ticket_tag
from daemon.mail.tokens import Purpose, ReplyToken, Signer, parse_detail
from storage import outbox, people, tickets

_OF_TICKETS = frozenset({Purpose.REPLY, Purpose.NOTE})

# A message that names more reply addresses than this is not searched further.
TOKENS_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a message went and whose it says it is; ``own_forms`` are the author's addresses, folded."""

    recipients: tuple[str, ...]
    author_addresses: tuple[str, ...]


def find(message: Message, addressed: Addressed, roster: Roster, signer: Signer) -> Match | None:
    """Return the ticket a message belongs to, by the strongest proof it carries.

    A reply address of ours first; then the ids it answers, newest first (RFC 5322 s 3.6.4); then a number
    in the subject, which is a hint and never proof.  None for a new topic.
    """
    found = (
        _by_token(addressed, roster, signer)
        or _by_message_id(message, signer)
        or _by_own_id(message, addressed, roster)
        or _by_subject(message)
    )
    if found is None:
        return None
    # What was merged goes on as another ticket, and so does whatever is written about it.
    return replace(found, ticket_number=tickets.survivor(found.ticket_number))


def _by_token(addressed: Addressed, roster: Roster, signer: Signer) -> Match | None:
    tokens = list(_tokens(addressed.recipients, roster))[:TOKENS_LIMIT]
    for token in tokens:
        if signer.verify(token, addressed.author_addresses) and tickets.get(token.ticket_number):
            return Match(token.ticket_number, Proof.TOKEN, note=token.purpose is Purpose.NOTE)
    for token in tokens:
        if signer.verify(token, _addresses_on(token.ticket_number, roster)):
            return Match(token.ticket_number, Proof.FOREIGN_TOKEN, note=token.purpose is Purpose.NOTE)
    return None


def _tokens(recipients: Iterable[str], roster: Roster) -> Iterable[ReplyToken]:
    for recipient in dict.fromkeys(map(fold, recipients)):
        token = parse_detail(detail_of(recipient)) if roster.is_own(recipient) else None
        if token is not None and token.purpose in _OF_TICKETS:
            yield token


def _addresses_on(ticket_number: int, roster: Roster) -> Iterable[str]:
    for participant in tickets.participants(ticket_number):
        yield from (address.address for address in people.addresses_of(participant.person.id))
    for agent in roster.agents:
        yield from agent.addresses


def _by_message_id(message: Message, signer: Signer) -> Match | None:
    ids = (*message.references, *message.in_reply_to)
    for message_id in reversed(ids):
        number = signer.ticket_of_own_id(message_id)
        if number and tickets.get(number):
            return Match(number, Proof.OWN_MESSAGE_ID, note=_was_internal(message_id))
    number = tickets.find_by_message_ids(ids) if ids else None
    return Match(number, Proof.MESSAGE_ID) if number else None


def _by_own_id(message: Message, addressed: Addressed, roster: Roster) -> Match | None:
    """Return the ticket of a mail that came before, and comes again with other words.

    For people on that ticket alone: whoever uses the id of somebody else's mail first must not draw that mail
    to his ticket.
    """
    number = tickets.find_by_message_ids((message.message_id,)) if message.message_id else None
    if not number or not {*map(fold, addressed.author_addresses)} & {
        *map(fold, _addresses_on(number, roster))
    }:
        return None
    return Match(number, Proof.MESSAGE_ID)


def _was_internal(message_id: str) -> bool:
    """Tell whether that copy of ours was among agents: an answer to a note is a note."""
    copy = outbox.find_by_message_id(message_id)
    notice = NOTICES.get(copy.notice) if copy else None
    return notice is None or not (notice.audience.public or notice.outward)


def _by_subject(message: Message) -> Match | None:
    number = ticket_tag(message.subject)
    return Match(number, Proof.SUBJECT) if number and tickets.get(number) else None
