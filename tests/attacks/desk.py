"""The desk under attack: real processes, a mailbox at a real Dovecot, a relay that keeps every byte."""

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.attacks.books import open_books
from tests.attacks.items import items
from tests.attacks.mails import ANN, BOB, CANARY, CARA, HELP, mail, passed
from tests.attacks.relay import Captured, CapturingRelay, capturing_relay
from tests.attacks.wire import TRUSTED, Wire
from tests.edges.imap_fake import FakeImap
from tests.faults.desk_process import Site, wait_until
from tests.servers import free_port
from tests.servers.dovecot import Dovecot

_CONFIGURATION = """
[desk]
name = "IT Support"
address = "help@desk.test"
aliases = ["field@desk.test", "payroll@desk.test"]
administrators = ["ann@corp.test"]
{budgets}

[database]
url = "{database}"

[listener]
host = "127.0.0.1"
port = {port}
{listener}

[relay]
url = "smtp://127.0.0.1:{relay_port}"
helo = "desk.test"
{relay}

[trust]
authserv_id = "mx.corp.test"
trusted_peers = ["127.0.0.1"]

{teams}
[[agent]]
address = "ann@corp.test"
name = "Ann"

[[agent]]
address = "bob@corp.test"
name = "Bob"

[[mailbox]]
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{mailbox}"
password_file = "imap.secret"
done_folder = "Processed"
# Dovecot waits half a second before it tells an idling client of news.
idle = false
poll_seconds = 0.1

[catalogue]
folder = "catalogue"

[survey]
enabled = true
cooldown_days = 0
times = ["mon-sun 00:00-24:00"]
{more}
"""
_ONE_TEAM = """
[[team]]
name = "service-desk"
addresses = ["help@desk.test"]
members = ["ann@corp.test", "bob@corp.test"]
"""
# Whoever attacks thousands of times is not to be stopped by a budget where the case is about something else.
_NO_BUDGET = """
auto_mail_per_hour = 1000000
auto_mail_per_address_and_hour = 1000000
auto_mail_per_address_and_day = 1000000
auto_mail_per_pair_and_hour = 1000000
auto_mail_per_domain_and_hour = 1000000
auto_mail_per_ticket_and_hour = 1000000
auto_mail_per_content_and_hour = 1000000
"""
_mailboxes = itertools.count(1)


@dataclass(frozen=True)
class Thread:
    """A ticket of cara with everything that people hold of it."""

    number: int
    to_cara: Captured  # the acknowledgement
    answer: Captured  # Ann's public answer, as Cara has it
    to_ann: Captured  # the new ticket, as Ann has it
    to_bob: Captured
    note_to_bob: Captured  # Ann's internal note

    @property
    def ann(self) -> str:
        return self.to_ann.reply_address

    @property
    def note(self) -> str:
        return self.to_ann.note_address

    @property
    def cara(self) -> str:
        return self.to_cara.reply_address


@dataclass
class AttackDesk:
    """A running desk; rows are read from its database with a connection of our own."""

    folder: Path
    relay: CapturingRelay
    dovecot: Dovecot
    budgets: str = _NO_BUDGET
    listener: str = ""
    relay_more: str = ""
    more: str = ""
    # The URL of an empty database; a file in the folder without it.
    database: str = ""
    teams: str = _ONE_TEAM
    hostile: FakeImap | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    # Surveys that nobody has answered, with the numbers of their tickets (``requested``).
    surveys: list[tuple[int, Captured]] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    mailbox: str = field(default_factory=lambda: f"attacked{next(_mailboxes)}")

    def __post_init__(self) -> None:
        self.config = self.folder / "postdesk.toml"
        self.database = self.database or f"sqlite:///{self.folder}/postdesk.db"
        self.folder.mkdir(parents=True, exist_ok=True)
        text = _CONFIGURATION.format(
            budgets=self.budgets,
            database=self.database,
            teams=self.teams,
            listener=self.listener,
            relay=self.relay_more,
            port=self.port,
            relay_port=self.relay.port,
            imap_port=self.dovecot.port,
            more=self.more,
            mailbox=self.mailbox,
        )
        self.config.write_text(text)
        own = {"imap.secret": b"secret\n", "catalogue/items.toml": items()}
        for name, content in {**own, **self.files}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)

    def start(self) -> "AttackDesk":
        self.process = Site(self.folder).start()
        self.books = open_books(self.database)
        self.t1 = self.open_thread()
        return self

    def stop(self) -> None:
        self.books.close()
        self.process.kill_all()

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self.books.rows(statement, *values)

    def one(self, statement: str, *values: object) -> Any:
        """Return the one value that a statement finds."""
        (row,) = self.rows(statement, *values)
        (value,) = row.values()
        return value

    def settled(self) -> int:
        """How many messages the ledger knows, once all of them are settled and all mail has left."""

        known = 0

        def is_at_rest() -> bool:
            # Counted first: what comes between the questions is waiting, or not counted.
            nonlocal known
            known = int(self.one("SELECT COUNT(*) FROM arrivals"))
            waiting = "SELECT COUNT(*) FROM arrivals WHERE state IN ('received', 'claimed')"
            leaving = "SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')"
            return self.one(waiting) == 0 and self.one(leaving) == 0

        wait_until(is_at_rest, 180, "every message settled and every mail sent")
        return known

    def post(self, raw: bytes, reverse_path: str, *recipients: str) -> list[Captured]:
        """Let a mail come from the organisation's own server; return the mails it caused."""
        before = len(self.relay.mails)
        with Wire(self.port, source=TRUSTED) as wire:
            assert wire.mail(raw, reverse_path, recipients) == 250, wire.said
        self.settled()
        return self.relay.mails[before:]

    def put_into_mailbox(self, raw: bytes, *, seen: bool = False) -> None:
        """Deliver to the mailbox as a delivery agent does: a whole file, byte for byte.

        With ``seen`` another mail program has looked at it already.
        """
        home = self.dovecot.folder / "mail" / self.mailbox
        if not (home / "new").is_dir():
            self.dovecot.append(self.mailbox)
        name = f"{time.time_ns()}.{next(_mailboxes)}.mx"
        path = home / "tmp" / name
        path.write_bytes(raw)
        owner = (home / "new").stat()
        os.chown(path, owner.st_uid, owner.st_gid)
        path.rename(home / "cur" / f"{name}:2,S" if seen else home / "new" / name)

    def open_thread(self, sender: str = CARA, subject: str = "The printer is dead") -> Thread:
        """Open a ticket of cara with a public answer and an internal note that holds the canary."""
        top = passed(sender.partition("@")[2])
        opened = self.post(mail(f"Cara <{sender}>", subject, top=top), sender, HELP)
        # The relay takes several at a time, in any order.
        to_cara, to_ann, to_bob = (
            next(m for m in opened if m.recipients == (to,)) for to in (sender, ANN, BOB)
        )
        number = int(self.one("SELECT MAX(number) FROM tickets"))
        answer = mail(
            f"Ann <{ANN}>", f"Re: {subject}", "Is there letter paper in it?\r\n", top=passed("corp.test")
        )
        (answered,) = self.post(answer, ANN, to_ann.reply_address)
        note = f"{CANARY} the customer has not paid for this one.\r\n"
        noted = mail(f"Ann <{ANN}>", f"Re: {subject}", note, top=passed("corp.test"))
        (to_bob_only,) = self.post(noted, ANN, to_ann.note_address)
        assert to_bob_only.recipients == (BOB,), to_bob_only.recipients
        assert answered.recipients == (sender,), answered.recipients
        return Thread(number, to_cara, answered, to_ann, to_bob, to_bob_only)


@contextlib.contextmanager
def attacked(folder: Path, dovecot: Dovecot, **how: Any) -> Iterator[AttackDesk]:
    """Run a desk with its relay; ``script`` of the relay and fields of ``AttackDesk`` may be given."""
    script = how.pop("script", {})
    hostile = how.get("hostile") or contextlib.nullcontext()
    with capturing_relay(**script) as relay, hostile:
        desk = AttackDesk(folder, relay, dovecot, **how)
        desk.dovecot.append(desk.mailbox)
        try:
            yield desk.start()
        finally:
            desk.stop()
