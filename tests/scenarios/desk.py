"""A desk without doors, for stories: mail goes into the ledger, and what goes out is read from the outbox."""

import email.policy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property, lru_cache
from typing import Any

from daemon.desk.addressing import Roster
from daemon.desk.catalogue import Catalogue
from daemon.desk.handling import Handling, HandlingSettings
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.mail.parse import parse
from daemon.mail.tokens import Key, Signer
from daemon.services import views
from daemon.services.gate import Gate
from daemon.services.intake import Intake
from daemon.services.ledger import Ledger
from daemon.services.office import Office
from daemon.services.reading import whole
from storage import hot, outbox
from storage.database import Database
from storage.records import Incoming
from storage.vocabulary import Source
from tests.servers.templates import shipped_renderer

SUPPORT = "support@desk.test"
START = "Mon, 15 Jan 2024 09:00:00 +0000"
RENDERER = shipped_renderer()


@dataclass(frozen=True)
class Mail:
    """A mail that the desk sent, as its recipient's client has it."""

    notice: str
    recipient: str
    reverse_path: str | None
    raw: bytes

    @cached_property
    def parsed(self) -> EmailMessage:
        message = BytesParser(policy=email.policy.default).parsebytes(self.raw)
        assert isinstance(message, EmailMessage)
        return message

    @cached_property
    def text(self) -> str:
        body = self.parsed.get_body(("plain",))
        assert body is not None
        return body.get_content().replace("\r\n", "\n")

    def __getitem__(self, name: str) -> str:
        return str(self.parsed[name] or "")

    @property
    def reply_address(self) -> str:
        return self["Reply-To"].rpartition("<")[2].strip("<> ")

    @property
    def note_address(self) -> str:
        """The address in the text that starts an internal note."""
        return next(word for word in self.text.split() if word.startswith("support+n"))


@dataclass
class StoryDesk:
    """A desk, its clock and its mail."""

    database: Database
    now: datetime
    settings: DeskSettings = field(
        default_factory=lambda: DeskSettings(name="IT Support", address=SUPPORT, timezone="Europe/Berlin")
    )
    teams: tuple[TeamSettings, ...] = (
        TeamSettings(name="service-desk", addresses=(SUPPORT,), members=("ann@corp.test", "bob@corp.test")),
    )
    agents: tuple[AgentSettings, ...] = (
        AgentSettings(address="ann@corp.test", name="Ann"),
        AgentSettings(address="bob@corp.test", name="Bob"),
    )
    handling: HandlingSettings = field(default_factory=HandlingSettings)
    catalogue: Catalogue = field(default_factory=Catalogue)

    def __post_init__(self) -> None:
        roster = Roster.build(self.settings, self.teams, self.agents)
        self.signer = Signer([Key("aa", b"k" * 32)], "desk.test")
        handling = _handling(replace(self.handling, agents=self.agents))
        self.office = Office(
            roster, self.signer, RENDERER, Gate(roster), handling=handling, catalogue=self.catalogue
        )
        self.ledger = Ledger(self.database)
        self.intake = Intake(self.database, self.office, _read, "story/0/0/worker", lambda: self.now)
        self._shown = 0

    def mail_in(self, raw: bytes | EmailMessage, **envelope: Any) -> dict[str, Any]:
        """Let a mail arrive, settle it, and return its row of the ledger."""
        content = raw if isinstance(raw, bytes) else raw.as_bytes(policy=email.policy.SMTP)
        incoming = Incoming(source=Source.SMTP, raw=content, received_at=self.now, **envelope)
        receipt = self.ledger.submit(incoming).result(10)
        while self.intake.run_once():
            pass
        row = views.arrival(self.database, receipt.arrival_id)
        assert row is not None
        return row

    def mail_out(self) -> list[Mail]:
        """Return what the desk wrote since the last call, in order."""
        # By a statement of its own: all stories ask, and some after each hour.
        fresh = "SELECT id, notice, recipient, reverse_path FROM outbox WHERE id > ? ORDER BY id"
        with self.database.read():
            rows = hot.query(fresh, (self._shown,))
            mails = [Mail(*row, outbox.content(number)) for number, *row in rows]
        self._shown = max([self._shown, *(row[0] for row in rows)])
        return mails

    def ticket(self, number: int) -> dict[str, Any]:
        found = views.ticket(self.database, number)
        assert found is not None
        return found

    def advance(self, **elapsed: float) -> None:
        self.now += timedelta(**elapsed)

    def close(self) -> None:
        self.ledger.close()


@lru_cache(maxsize=8)
def _handling(settings: HandlingSettings) -> Handling:
    """Sort settings out; most stories have the same, and their words fill some milliseconds."""
    return Handling.of(settings)


def _read(items: Any) -> Iterator[tuple[int, object]]:
    for arrival_id, raw, arrival in items:
        yield arrival_id, parse(whole(raw), null_reverse_path=arrival.null_reverse_path)


def mail(
    sender: str,
    subject: str,
    text: str,
    to: str = SUPPORT,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Write a plain mail as a person's client would."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = START
    for name, value in (headers or {}).items():
        message[name] = value
    if "Message-ID" not in message:
        mark = abs(hash((sender, subject, text, to))) % 10**12
        message["Message-ID"] = f"<{mark}@{sender.rpartition('@')[2].strip('> ')}>"
    message.set_content(text)
    return message


def reply(to: Mail, sender: str, text: str, address: str | None = None) -> EmailMessage:
    """Answer a mail of the desk the way a mail client does: quoted, threaded, to Reply-To."""
    quoted = "\n".join(f"> {line}" for line in to.text.splitlines())
    body = f"{text}\n\nOn Mon, 15 Jan 2024 at 10:00, IT Support <{SUPPORT}> wrote:\n{quoted}\n"
    headers = {
        "In-Reply-To": to["Message-ID"],
        "References": f"{to['References']} {to['Message-ID']}".strip(),
    }
    subject = to["Subject"] if to["Subject"].startswith("Re:") else f"Re: {to['Subject']}"
    return mail(sender, subject, body, address or to.reply_address, headers)
