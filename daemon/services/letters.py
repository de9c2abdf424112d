"""What a notice is told: plain words and numbers about a ticket, for the templates.

The keys are those of ``docs/templates.md``.  Moments are written out in the reader's own zone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from daemon.commands import COMMANDS
from daemon.desk.addressing import Agent, Roster
from daemon.mail.message import Mailbox
from daemon.services.notice_context import Fixed
from storage.records import Entry, Participant, StoredPart, Ticket
from storage.vocabulary import Clock, ParticipantRole

Context = dict[str, object]

SHOWN_FATES = frozenset({"attachment", "inline"})
HISTORY_LIMIT = 5


def tag(number: int) -> str:
    """Return the mark by which people and mail clients know a ticket."""
    return f"[#{number}]"


# The same few moments are written into every copy of a mail.
@lru_cache(maxsize=1000)
def written(moment: datetime, zone: str) -> str:
    """Write a moment out for a reader in this zone."""
    return moment.astimezone(ZoneInfo(zone or "UTC")).strftime("%a %d %b %Y, %H:%M %Z")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail: where it goes, and in which zone the reader lives.

    ``reply_to`` is where an answer goes that is for no ticket; empty for the usual address.
    """

    mailbox: Mailbox
    zone: str
    agent: Agent | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """Builds contexts for one desk."""

    roster: Roster

    def reader(self, address: str, name: str = "") -> Reader:
        """Describe the reader at this address; an agent's own name and zone go before what a mail said."""
        agent = self.roster.agent(address)
        zone = self.roster.desk.timezone
        if agent is None:
            return Reader(Mailbox(address, name), zone)
        return Reader(Mailbox(address, agent.name), agent.timezone or zone, agent)

    def base(self, reader: Reader) -> Context:
        """Return what every notice knows: the desk and its reader."""
        desk = self.roster.desk
        return {
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
                "name": requester.name if requester else "somebody unknown",
                "address": requester.address if requester else "",
            },
            "created": written(ticket.created_at, reader.zone),
            "copied": [
                {"name": one.person.name, "address": one.person.address}
                for one in people
                if one.role is ParticipantRole.COPIED
            ],
        }

    def entry(self, entry: Entry, parts: Sequence[StoredPart], reader: Reader) -> Context:
        """Describe an entry; ``parts`` are those of the mail it came in."""
        return {
            "author": entry.author_name or entry.author or "somebody unknown",
            "author_address": entry.author,
            "text": entry.text,
            "at": written(entry.at, reader.zone),
            "kind": str(entry.kind),
            "attachments": [
                {"name": part.name, "size": part.size_bytes} for part in parts if part.fate in SHOWN_FATES
            ],
        }

    def promise(self, expected: Mapping[Clock, datetime], reader: Reader) -> Context:
        """Describe by when an answer and the resolution are promised; empty where nothing is."""
        names = {Clock.FIRST_RESPONSE: "response", Clock.RESOLUTION: "resolution"}
        return {
            name: written(expected[clock], reader.zone) for clock, name in names.items() if clock in expected
        }

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
