"""A message at the desk: its case, the mail that goes out because of it, and the words that it leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from daemon.desk.addressing import Agent, fold
from daemon.desk.interpretation import Match, Trust
from daemon.desk.notices import NOTICES, Audience
from daemon.desk.sentences import Sentence, sentence
from daemon.mail.addresses import Disguise, disguise_of
from daemon.mail.message import Mailbox
from daemon.services.addresses import without_tokens
from daemon.services.apply import Work
from daemon.services.assigning import stood_in_for
from daemon.services.case import Case
from daemon.services.failures import watchers
from daemon.services.letters import Reader
from daemon.services.postbag import Postbag, Shown
from daemon.services.secrets_masking import Masked, mask
from storage import entries, people, tickets
from storage.arrivals import Outcome
from storage.entries import NewEntry
from storage.records import Person, Ticket
from storage.vocabulary import Disposition, EntryKind, ParticipantRole, Visibility

SUBJECT_LIMIT_CHARS = 250
_DISGUISES = {
    Disguise.NAME: sentence(
        "the name shown as its author mixes scripts: it may be made to look like somebody else"
    ),
    Disguise.DOMAIN: sentence(
        "the domain of its author mixes scripts: it may be made to look like somebody else"
    ),
}
TEXT_LIMIT_CHARS = 500_000
# What an agent can be told of his own mail without the ticket that it is about.
_WITHOUT_TICKET = frozenset({"answer-refused", "command-results", "command-help"})


@dataclass
class Visit:
    """A message at the desk: the case, the mail that goes out because of it, and the work on its ticket."""

    case: Case
    postbag: Postbag

    def outcome(self, disposition: Disposition, reason: str, work: Work | None = None) -> Outcome:
        """Close the visit: say what became of the message."""
        number = work.ticket.number if work else None
        return Outcome(disposition, reason, tuple(self.case.evidence), number)

    def file(
        self,
        work: Work,
        kind: EntryKind,
        visibility: Visibility,
        text: str,
        author: Mailbox | None = None,
    ) -> Shown:
        """Put the message's words onto the ticket, with the fate of its parts.

        ``author`` is given where they are not the words of who sent the message.  Secrets are masked, and
        our signed addresses become plain ones: others will read this.
        """
        case, message = self.case, self.case.message
        words = without_tokens(text[:TEXT_LIMIT_CHARS])
        kept = kept_text(text)
        whole = kept if text == message.text else kept_text(message.text)
        if kept.kinds or whole.kinds:
            work.note("masked", what=whole.kinds or kept.kinds)
        said_by = author or self._author()
        entry = NewEntry(
            kind=kind,
            visibility=visibility,
            author=said_by.address,
            author_name=said_by.name,
            text=kept.text,
            body=whole.text,
            arrival_id=case.arrival.id,
        )
        parts = case.parts()
        entries.add_parts(parts)
        said = work.say(entry)
        # What an agent tells people is sent as it was written; it is kept and shown later without secrets.
        sent = replace(said, text=words) if kind is EntryKind.ANSWER else said
        unchanged = frozenset(part.path for part in message.parts if part.as_it_is)
        return Shown(sent, parts, case.arrival.raw_digest, unchanged)

    def _author(self) -> Mailbox:
        """Return whom to name: an agent by the agent's own name, and somebody even where nobody is sure."""
        case = self.case
        if case.author is None:
            claimed = case.message.header_from
            return Mailbox(claimed[0].address if claimed else "")
        return Mailbox(case.author_address, case.agent.name if case.agent else case.author.name)

    def remember(self, work: Work) -> None:
        """Tie the ids that the message names to the ticket."""
        ids = self.case.foreign_ids(self.postbag.office.signer)
        tickets.remember_message_ids(ids, work.ticket.number)

    def tell_agents(
        self, notice: str, work: Work, shown: Shown, audience: Iterable[Agent], **extra: object
    ) -> None:
        """Write a notice to agents, but not to who wrote the message, nor to who may not see the ticket."""
        for agent in audience:
            sees = self.case.roster.sees(agent, work.ticket.team)
            if sees and self.case.author_address not in agent.addresses:
                self.tell_agent(notice, work, shown, agent, **extra)

    def tell_agent(self, notice: str, work: Work, shown: Shown, agent: Agent, **extra: object) -> None:
        """Write a notice to one agent."""
        self.postbag.write(notice, self._reader(agent.address), work, shown, **extra)

    def tell_people(self, notice: str, work: Work, shown: Shown | None) -> None:
        """Write a notice to everybody on the ticket but the author."""
        for one in self.postbag.people(work.ticket):
            if fold(one.person.address) != self.case.author_address:
                self.postbag.write(notice, self._person(one.person), work, shown)

    def tell_requester(self, notice: str, work: Work, **extra: object) -> None:
        """Write a notice to the requester, if there is one."""
        requester = work.ticket.requester
        if requester is not None:
            self.postbag.write(notice, self._person(requester), work, None, **extra)

    def tell_author(
        self, notice: str, work: Work | None, shown: Shown | None = None, **extra: object
    ) -> None:
        """Write a notice back to the author; an agent who may not see the ticket is told nothing of it."""
        author = self.case.author
        if work is not None and self._is_hidden(notice, work.ticket):
            work, shown = None, None
            author = author if notice in _WITHOUT_TICKET else None
        if author is not None:
            language = self.case.message.language or self.case.message.claimed_language
            self.postbag.write(
                notice, self._reader(author.address, author.name, language), work, shown, **extra
            )

    def _is_hidden(self, notice: str, ticket: Ticket) -> bool:
        """Tell whether the author would learn as an agent of a ticket that is not for him."""
        agent = self.case.agent
        among_agents = NOTICES[notice].audience is Audience.AGENT
        return among_agents and agent is not None and not self.case.roster.sees(agent, ticket.team)

    def watchers(self, ticket: Ticket) -> list[Agent]:
        """List the agents who are told: the assignee, else the teams the ticket was addressed to.

        Whoever stands in for an assignee who is away is told as well.
        """
        office = self.postbag.office
        return stood_in_for(office, watchers(office, ticket), ticket, self.case.cause.now)

    def _reader(self, address: str, name: str = "", language: str = "") -> Reader:
        return self.postbag.office.letters.reader(address, name, language)

    def _person(self, person: Person) -> Reader:
        return self.postbag.office.letters.person(person)


def kept_text(text: str) -> Masked:
    """Return words as they are kept: cut to a length, without signed addresses of ours and secrets."""
    return mask(without_tokens(text[:TEXT_LIMIT_CHARS]))


def copied_people(case: Case) -> list[tuple[int, ParticipantRole]]:
    """Meet the people whom the author copied, and return them with their role."""
    found = [people.find_or_add(one.address, one.name, case.cause.now) for one in case.copied()]
    return [(person.id, ParticipantRole.COPIED) for person in found]


def warnings(case: Case) -> list[Sentence]:
    """List what agents should know before they believe a message."""
    found = list[Sentence]()
    author = case.author
    if author is None:
        why = case.muted or sentence("From cannot be read")
        found.append(sentence("the author is unknown: {reason}", reason=why))
    elif case.trust is Trust.FAILED:
        found.append(sentence("the check of its author failed: {reason}", reason=case.judgement.why))
    elif case.agent is not None and case.trust is not Trust.VERIFIED:
        found.append(sentence("this mail says it is from an agent, but does not prove it"))
    disguise = next(filter(None, map(disguise_of, case.message.header_from)), None)
    if disguise is not None:
        found.append(_DISGUISES[disguise])
    if author is not None and "@" in author.name and fold(author.name) != case.author_address:
        found.append(
            sentence(
                "the name shown as its author is an address, but it came from {address}",
                address=author.address,
            )
        )
    other = [one.address for one in case.message.reply_to if fold(one.address) != case.author_address]
    if author is not None and other:
        found.append(
            sentence(
                "it asks for replies to {other}; your answer goes to {address}",
                other=other[0],
                address=author.address,
            )
        )
    if case.message.truncated:
        found.append(sentence("only the beginning of this mail was taken, because it was too big"))
    return found


def arrival_words(case: Case, reason: str) -> dict[str, object]:
    """Describe the message itself for a notice."""
    return {
        "id": case.arrival.id,
        "sender": case.author_address,
        "subject": case.message.subject[:SUBJECT_LIMIT_CHARS],
        "reason": reason,
    }


def locked(match: Match) -> Ticket:
    """Return the matched ticket, which nobody else changes until the transaction ends."""
    ticket = tickets.lock(match.ticket_number)
    if ticket is None:
        raise LookupError(f"ticket {match.ticket_number} was there a moment ago and is gone")
    return ticket
