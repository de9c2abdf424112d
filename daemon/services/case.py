"""One message on its way through intake: what was recorded, what was read, and who is behind it."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from daemon.checks.finding import Facts
from daemon.desk.addressing import Agent, Roster, fold
from daemon.desk.permissions import NOBODY, Claim
from daemon.desk.proof import Trust
from daemon.mail.marker import LOOP_FIELD
from daemon.mail.message import Envelope, Mailbox, Message
from daemon.mail.tokens import Signer
from daemon.services.apply import Cause
from daemon.services.author_trust import Judgement
from storage import people
from storage.records import Arrival, Person, StoredPart

# To and Cc of more addresses than this make nobody a participant: it is a mass mail, or meant to flood.
COPIED_LIMIT = 25
_VERIFIED = re.compile(rf"author \S+: {Trust.VERIFIED}\b")
# How a sentence of evidence begins that says why nobody is answered.
NEVER_ANSWERED = "never answered"


@dataclass
class Case:
    """A message with its facts; ``evidence`` gathers the sentences that ``trace`` prints.

    ``claim`` is what its author may ask for on the ticket that it belongs to.
    """

    arrival: Arrival
    message: Message
    roster: Roster
    cause: Cause
    judgement: Judgement
    muted: str = ""
    claim: Claim = NOBODY
    evidence: list[str] = field(default_factory=list)

    @property
    def author(self) -> Mailbox | None:
        """The one author, or None."""
        return self.message.author

    # Asked for dozens of times; a message whose text is exchanged (``errands``) keeps its author.
    @cached_property
    def author_address(self) -> str:
        """The author's address, folded; empty where there is no one author."""
        return fold(self.author.address) if self.author else ""

    @cached_property
    def agent(self) -> Agent | None:
        """The agent whom From names; that is a claim, not yet a proof."""
        return self.roster.agent(self.author_address) if self.author_address else None

    @property
    def envelope(self) -> Envelope:
        """What the peer said outside the message."""
        arrival = self.arrival
        return Envelope(
            reverse_path=arrival.reverse_path,
            recipients=arrival.recipients,
            null_reverse_path=arrival.null_reverse_path,
            peer=arrival.peer,
            helo=arrival.helo,
            auth_user=arrival.auth_user,
            tls=arrival.tls,
        )

    @property
    def trust(self) -> Trust:
        """How sure we are of the author (``services.author_trust``)."""
        return self.judgement.trust

    @property
    def author_evidence(self) -> str:
        """The sentence for ``trace``: who wrote it, how sure we are, and by what."""
        why = f" ({self.judgement.why})" if self.judgement.why else ""
        return f"author {self.author_address or 'unknown'}: {self.trust}{why}"

    @staticmethod
    def says_verified(evidence: str) -> bool:
        """Tell whether a sentence of evidence is the one about an author who was verified."""
        return _VERIFIED.match(evidence) is not None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address the message went to, the envelope's first.

        Where there is an envelope the fields that servers write from it are not asked: anybody may have
        added them to a copy, which stays the same mail by its content.
        """
        message, envelope = self.message, self.arrival.recipients
        header = (mailbox.address for mailbox in (*message.to, *message.cc))
        return tuple(dict.fromkeys([*(envelope or message.delivered_to), *header]))

    def author_addresses(self) -> tuple[str, ...]:
        """Every address of the author that we know, folded; empty without one author."""
        if not self.author_address:
            return ()
        known = people.find(self.author_address)
        more = [address.address for address in people.addresses_of(known.id)] if known else []
        agent = self.agent
        return tuple(dict.fromkeys([self.author_address, *(agent.addresses if agent else ()), *more]))

    def author_person(self) -> Person | None:
        """Return the author as a person, met for the first time where need be; None without one author."""
        if self.author is None:
            return None
        language, claimed = self.languages
        return people.find_or_add(self.author_address, self.author.name, self.cause.now, language, claimed)

    @property
    def languages(self) -> tuple[str, str]:
        """The language that the words are in, and the one that the header claims; empty where unsure.

        Neither is taken from machines and forgers: what they write tells nothing of the person.
        """
        if self.muted or self.trust is Trust.FAILED:
            return "", ""
        return self.message.language, self.message.claimed_language

    def copied(self) -> list[Mailbox]:
        """List whom the author openly copied: no address of ours, no agent, not the author.

        Nobody where the desk itself stands in neither To nor Cc: then the others do not know of it.  Nobody
        either where the check of the author failed: a forger brings nobody in.
        """
        if self.trust is Trust.FAILED:
            return []
        openly = self.openly_copied()
        return openly if len(openly) <= COPIED_LIMIT else []

    def openly_copied(self) -> list[Mailbox]:
        """List whom a mail openly sent to the desk went to as well, however many and whoever wrote it."""
        openly = [*self.message.to, *self.message.cc]
        if not any(self.roster.is_own(one.address) for one in openly):
            return []
        others = {fold(one.address): one for one in openly if "@" in one.address}
        return [
            one
            for address, one in others.items()
            if address != self.author_address
            and not self.roster.is_own(address)
            and self.roster.agent(address) is None
        ]

    def facts(self, signer: Signer) -> Facts:
        """Gather what the checks may know."""
        mark = fold(f"{LOOP_FIELD}: {self.roster.desk.address}")
        return Facts(
            author=self.author_address,
            from_own_address=any(self.roster.is_own(one.address) for one in self.message.header_from),
            own_message_id=signer.ticket_of_own_id(self.message.message_id) is not None,
            own_loop_mark=any(fold(one) == mark for one in self.message.loop_marks),
        )

    def parts(self) -> tuple[StoredPart, ...]:
        """Return the parts of the message as they are stored."""
        return tuple(
            StoredPart(
                arrival_id=self.arrival.id,
                path=part.path,
                content_type=part.content_type,
                name=part.name,
                size_bytes=part.size_bytes,
                sha256=part.sha256,
                fate=str(part.fate),
                note=part.note,
                start=part.start,
                end=part.end,
                encoding=part.encoding,
                content_id=part.content_id,
            )
            for part in self.message.parts
        )

    @property
    def root_message_id(self) -> str:
        """The id that the conversation hangs on: the message's own, or one made from its content."""
        return self.message.message_id or f"<{self.arrival.raw_digest[:32]}@{self.roster.domain}>"

    def foreign_ids(self, signer: Signer) -> list[str]:
        """List the ids in the header that are not of our making, oldest first, the message's own last."""
        message = self.message
        ids = dict.fromkeys([*message.references, *message.in_reply_to, message.message_id])
        return [one for one in ids if one and signer.ticket_of_own_id(one) is None]
