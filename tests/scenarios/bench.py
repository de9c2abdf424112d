"""A desk whose agents work by commands: tickets, mail in and out, and the whole of a ticket to compare."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from daemon.desk.addressing import Roster
from daemon.desk.fields import FieldSettings
from daemon.desk.roster import AgentSettings, TeamSettings
from storage import journal, links, tickets
from storage.database import Database
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
DAN = "Dan <dan@cust.test>"
ANN = "Ann <ann@corp.test>"
BOB = "Bob <bob@corp.test>"
HUGO = "Hugo <hugo@corp.test>"
HR = "hr@desk.test"
AS_ANN = {"auth_user": "ann@corp.test"}
AS_BOB = {"auth_user": "bob@corp.test"}
TEAMS = (
    TeamSettings(name="it", addresses=(SUPPORT,), members=("ann@corp.test", "bob@corp.test")),
    TeamSettings(name="hr", addresses=(HR,), members=("hugo@corp.test",)),
)
AGENTS = (
    AgentSettings(address="ann@corp.test", name="Ann", timezone="Europe/Berlin"),
    AgentSettings(address="bob@corp.test", name="Bob"),
    AgentSettings(address="hugo@corp.test", name="Hugo"),
)
FIELDS = (
    FieldSettings(name="asset", kind="text"),
    FieldSettings(name="floor", kind="number"),
    FieldSettings(name="site", kind="choice", choices=("Berlin", "Paris")),
)


@dataclass
class Bench:
    """A story desk; ``shown`` is the mail by which Ann knows each ticket, by number."""

    desk: StoryDesk
    shown: dict[int, Mail] = field(default_factory=dict)
    count: int = 0

    @classmethod
    def on(cls, database: Database, now: datetime) -> "Bench":
        """Set up the desk with its two teams and its own fields."""
        desk = StoryDesk(database, now, teams=TEAMS, agents=AGENTS)
        desk.office = replace(desk.office, roster=Roster.build(desk.settings, TEAMS, AGENTS, FIELDS))
        desk.intake = replace(desk.intake, office=desk.office)
        return cls(desk)

    def open(
        self, sender: str = CARA, subject: str = "Printer is dead", to: str = SUPPORT, **headers: str
    ) -> int:
        """Let somebody open a ticket, and return its number."""
        self.count += 1
        row = self.desk.mail_in(mail(sender, subject, f"It says PC LOAD LETTER {self.count}.", to, headers))
        number = int(row["ticket"])
        for one in self.desk.mail_out():
            if one.recipient == "ann@corp.test":
                self.shown[number] = one
        return number

    def say(self, number: int, text: str, sender: str = ANN) -> list[Mail]:
        """Let Ann, or somebody with a login of their own, write about a ticket; returns what went out."""
        self.count += 1
        proof = {} if sender == ANN else {"auth_user": sender.rpartition("<")[2].strip(">")}
        address = None if sender == ANN else SUPPORT
        written = reply(self.shown[number], sender, text, address)
        del written["Message-ID"]
        written["Message-ID"] = f"<said-{self.count}@corp.test>"
        self.desk.mail_in(written, **proof)
        return self.desk.mail_out()

    def receipt(self, number: int, text: str, sender: str = ANN) -> str:
        """Give commands and return the receipt, in one line."""
        mails = self.say(number, text, sender)
        found = [one for one in mails if one.notice == "command-results"]
        assert len(found) == 1, [(one.notice, one.recipient) for one in mails]
        return " ".join(found[0].text.split())

    def errand(self, text: str, sender: str = ANN, to: Mail | None = None, **proof: str) -> list[Mail]:
        """Let an agent write to the desk about no ticket, with a login, or answer a mail about none."""
        self.count += 1
        address = sender.rpartition("<")[2].strip(">")
        written = reply(to, sender, text) if to is not None else mail(sender, "To the desk", text)
        del written["Message-ID"]
        written["Message-ID"] = f"<errand-{self.count}@corp.test>"
        self.row = self.desk.mail_in(written, **(proof or {"auth_user": address}))
        return self.desk.mail_out()

    def whole(self, number: int) -> dict[str, Any]:
        """Return all that commands can change about a ticket."""
        with self.desk.database.read():
            ticket = tickets.get(number)
            assert ticket is not None
            people = sorted((one.person.address, str(one.role)) for one in tickets.participants(number))
            linked = links.of_ticket(number)
        kinds = [(one["id"], one["kind"], one["visibility"]) for one in self.desk.ticket(number)["entries"]]
        plain = replace(ticket, journal_hash="", updated_at=ticket.created_at)
        return {"ticket": plain, "people": people, "links": linked, "entries": kinds}

    def survivor(self, number: int) -> int:
        """Return the ticket that goes on in place of this one."""
        with self.desk.database.read():
            return tickets.survivor(number)

    def chain_is_whole(self, number: int) -> bool:
        """Tell whether the journal of a ticket verifies."""
        with self.desk.database.read():
            ticket = tickets.get(number)
            assert ticket is not None
            return journal.broken_link(journal.of_ticket(number), ticket.journal_hash) is None
