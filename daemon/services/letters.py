"""What a notice is told: plain words and numbers about a ticket, for the templates.

The keys are those of ``docs/templates.md``.  Moments are written out in the reader's own zone and language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from daemon.commands import COMMANDS
from daemon.desk.addressing import Agent, Roster
from daemon.desk.sentences import sentence
from daemon.mail.message import Mailbox
from daemon.services.languages import ENGLISH, chosen, written
from daemon.services.notice_context import Context, Fixed
from storage.records import Entry, Participant, Person, StoredPart, Ticket
from storage.vocabulary import Clock, ParticipantRole

# ``Context`` and ``written`` are handed through.
__all__ = [
    "HISTORY_LIMIT",
    "SHOWN_FATES",
    "UNKNOWN",
    "Context",
    "Letters",
    "Reader",
    "command_list",
    "tag",
    "written",
]

SHOWN_FATES = frozenset({"attachment", "inline"})
HISTORY_LIMIT = 5
UNKNOWN = sentence("somebody unknown")


def tag(number: int) -> str:
    """Return the mark by which people and mail clients know a ticket."""
    return f"[#{number}]"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail: where it goes, in which zone the reader lives, and in which language it is written.

    ``reply_to`` is where an answer goes that is for no ticket; empty for the usual address.  ``known`` is the
    reader's own language, empty where we do not know it.
    """

    mailbox: Mailbox
    zone: str
    agent: Agent | None = None
    reply_to: str = ""
    language: str = ENGLISH
    known: str = ""

    def told(self, moment: datetime) -> str:
        """Write a moment out for this reader."""
        return written(moment, self.zone, self.language)


@dataclass(frozen=True, slots=True)
class Letters:
    """Builds contexts for one desk."""

    roster: Roster

    def reader(self, address: str, name: str = "", language: str = "") -> Reader:
        """Describe the reader at this address; an agent's own name and zone go before what a mail said.

        ``language`` is what we know of the person's; agents read that of the configuration.
        """
        agent, desk = self.roster.agent(address), self.roster.desk
        known = language if agent is None else agent.language
        return Reader(
            Mailbox(address, name if agent is None else agent.name),
            (agent.timezone if agent is not None else "") or desk.timezone,
            agent,
            language=chosen(known, desk.language),
            known=known,
        )

    def person(self, person: Person) -> Reader:
        """Describe somebody whom we know as the reader."""
        return self.reader(person.address, person.name, person.language)

    def of_team(self, reader: Reader, team: str) -> Reader:
        """Return who reads of a ticket of this team: its zone and language count where there is no other."""
        desk = self.roster.desk_of(team)
        if desk is self.roster.desk:
            return reader
        zone = (reader.agent.timezone if reader.agent is not None else "") or desk.timezone
        return replace(reader, zone=zone, language=chosen(reader.known, desk.language))

    def base(self, reader: Reader, team: str | None = None) -> Context:
        """Return what every notice knows: the desk, as it is for tickets of a team, and its reader."""
        desk = self.roster.desk_of(team) if team is not None else self.roster.desk
        return {
            "language": reader.language,
            "desk": {"name": desk.name, "address": desk.address},
            "recipient": {"name": reader.mailbox.name, "address": reader.mailbox.address},
        }

    def ticket(self, ticket: Ticket, people: Sequence[Participant], reader: Reader) -> Context:
        """Describe a ticket."""
        assignee = self.roster.agent(ticket.assignee or "")
        requester = ticket.requester
        return {
            "number": ticket.number,
            "tag": tag(ticket.number),
            "subject": ticket.subject,
            "type": str(ticket.type),
            "state": str(ticket.state),
            "priority": str(ticket.priority),
            "team": ticket.team,
            "assignee": assignee.name if assignee else ticket.assignee or "",
            "requester": {
                "name": requester.name if requester else UNKNOWN,
                "address": requester.address if requester else "",
            },
            "created": reader.told(ticket.created_at),
            "copied": [
                {"name": one.person.name, "address": one.person.address}
                for one in people
                if one.role is ParticipantRole.COPIED
            ],
        }

    def entry(self, entry: Entry, parts: Sequence[StoredPart], reader: Reader) -> Context:
        """Describe an entry; ``parts`` are those of the mail it came in."""
        return {
            "author": entry.author_name or entry.author or UNKNOWN,
            "author_address": entry.author,
            "text": entry.text,
            "at": reader.told(entry.at),
            "kind": str(entry.kind),
            "attachments": [
                {"name": part.name, "size": part.size_bytes} for part in parts if part.fate in SHOWN_FATES
            ],
        }

    def promise(self, expected: Mapping[Clock, datetime], reader: Reader) -> Context:
        """Describe by when an answer and the resolution are promised; empty where nothing is."""
        names = {Clock.FIRST_RESPONSE: "response", Clock.RESOLUTION: "resolution"}
        return {name: reader.told(expected[clock]) for clock, name in names.items() if clock in expected}

    def history(self, entries: Sequence[Entry], reader: Reader) -> list[Context]:
        """Describe the entries before, newest first."""
        return [self.entry(entry, (), reader) for entry in entries[:HISTORY_LIMIT]]


@cache
def command_list() -> Fixed:
    """Describe the commands, in the order of their table."""
    return Fixed(
        {"name": command.name, "usage": command.usage, "summary": command.summary}
        for command in COMMANDS.values()
        if command.often
    )
