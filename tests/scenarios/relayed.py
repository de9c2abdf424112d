"""Mail by way of a relay that writes what it found out about the author, and what may come of it."""

from dataclasses import replace
from typing import Any

from daemon.desk.trust_settings import TrustSettings
from storage.database import Database
from storage.vocabulary import TicketState
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail

RELAY = "10.0.0.25"
CARA = "Cara Customer <cara@cust.test>"
HOP = b"Received: from somewhere by mx.corp.test; Mon, 15 Jan 2024 09:00:00 +0000\r\n"
PINNED = TrustSettings(authserv_id="mx.corp.test", trusted_peers=(RELAY,))


def result(dmarc: str, domain: str, more: str = "") -> bytes:
    return f"Authentication-Results: mx.corp.test; {more}dmarc={dmarc} header.from={domain}\r\n".encode()


def raw(author: bytes, subject: str = "[#1] Printer", text: str = "#close\n", to: str = SUPPORT) -> bytes:
    """Write a mail whose author fields are given byte by byte."""
    rest = f"To: {to}\r\nSubject: {subject}\r\nMessage-ID: <{abs(hash((author, subject, text)))}@x.test>\r\n"
    return author + b"\r\n" + rest.encode() + b"\r\n" + text.replace("\n", "\r\n").encode()


def story(database: Database, now: Any, trust: TrustSettings) -> StoryDesk:
    """Make a desk with these settings, on which Cara has opened ticket 1."""
    made = StoryDesk(database, now)
    made.office = replace(made.office, trust=trust)
    made.intake = replace(made.intake, office=made.office)
    made.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"), reverse_path="cara@cust.test")
    made.first = made.mail_out()  # type: ignore[attr-defined]
    return made


def arrive(desk: StoryDesk, content: bytes, peer: str = RELAY, **envelope: Any) -> dict[str, Any]:
    return desk.mail_in(content, peer=peer, reverse_path="x@x.test", **envelope)


def shown(desk: StoryDesk) -> list[Mail]:
    return desk.first  # type: ignore[attr-defined]


def said_of_author(row: dict[str, Any]) -> str:
    return next(one for one in row["evidence"] if one.startswith("author "))


def assert_no_power(desk: StoryDesk, row: dict[str, Any]) -> None:
    """Nothing of ticket 1 moved, and nobody outside heard of anything but an acknowledgement of a new one."""
    ticket = desk.ticket(1)
    assert row["disposition"] in {"held", "ticketed", "quarantined"}
    assert (ticket["state"], ticket["assignee"]) == (TicketState.NEW, None)
    assert [one["address"] for one in ticket["participants"]] == ["cara@cust.test"]
    assert {one["kind"] for one in ticket["entries"]} <= {"message", "held"}
    assert len([one for one in ticket["entries"] if one["kind"] == "message"]) == 1


FORGED = result("pass", "corp.test")
REFUSED = result("fail", "corp.test")
BY_ANN = raw(b"From: ann@corp.test")
EVIL_PASS, CORP_PASS = result("pass", "evil.test"), result("pass", "corp.test")
