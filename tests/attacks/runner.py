"""The attack runner: cases by their number, the stage each plays on, and what is checked afterwards.

A case is a function that plays one attack of a catalogue against a running desk, through one of two doors:
SMTP, or a mailbox at Dovecot that the desk polls.  It asserts what it expects; then the runner sends a plain
mail, which must become a ticket, and checks what must hold whatever happened (``invariants``).
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.attacks import invariants
from tests.attacks.desk import AttackDesk, Thread
from tests.attacks.mails import CARA, HELP, checked, mail
from tests.attacks.relay import Captured
from tests.attacks.wire import ANYBODY, TRUSTED, Wire
from tests.faults.desk_process import wait_until

# As many of everything as the catalogue says, on both databases (``make attacks``).
FULL = os.environ.get("POSTDESK_ATTACKS") == "full"
INTAKES = ("smtp", "imap")
LONE_LF = re.compile(rb"(?<!\r)\n")
PROBE_SECONDS = {"smtp": 5.0, "imap": 6.0}


@dataclass(frozen=True)
class Case:
    """One attack.  ``allowed`` may get mail because of it, besides the agents.

    ``desk`` names the settings of the desk that it needs (``desks``).
    ``rss_bytes`` is how much memory it may take where that is not the usual.
    """

    id: str
    name: str
    play: "Callable[[Stage], None]"
    allowed: frozenset[str]
    intakes: tuple[str, ...]
    desk: str
    rss_bytes: int

    group: str


# The groups of the catalogue, each with the number of its first case.
GROUPS = {
    "A": 1,
    "B": 43,
    "C": 70,
    "D": 79,
    "E": 113,
    "F": 118,
    "G": 141,
    "H": 176,
    "I": 199,
    "J": 214,
    "K": 228,
}
CASES: dict[str, Case] = {}
# Cases whose outcome is another than the catalogue's: number, and the reason.
DEPARTURES: dict[str, str] = {}
# Attacks on what is not built: number, name, and why nothing can be attacked.
NOTHING_TO_ATTACK: dict[str, tuple[str, str]] = {}
# Cases that concern one part alone, which its own tests play: number, name, and the file of the tests.
ELSEWHERE: dict[str, tuple[str, str]] = {}


def case(
    number: int,
    name: str,
    *,
    allowed: Iterable[str] = (),
    intakes: tuple[str, ...] = INTAKES,
    desk: str = "usual",
    rss_bytes: int = invariants.RSS_BYTES,
) -> "Callable[[Callable[[Stage], None]], Callable[[Stage], None]]":
    """Register a case under its number."""

    def register(play: "Callable[[Stage], None]") -> "Callable[[Stage], None]":
        group = next(letter for letter, first in reversed(GROUPS.items()) if number >= first)
        made = Case(f"AT-{number:03}", name, play, frozenset(allowed), intakes, desk, rss_bytes, group)
        assert made.id not in CASES, f"{made.id} is there twice"
        CASES[made.id] = made
        return play

    return register


def nothing_to_attack(number: int, name: str, why: str) -> None:
    """Note a case of the catalogue that has no target."""
    NOTHING_TO_ATTACK[f"AT-{number:03}"] = (name, why)


def departs(number: int, why: str) -> None:
    """Note in what the outcome that a case asserts is another than the catalogue's, and why."""
    DEPARTURES[f"AT-{number:03}"] = why


def elsewhere(number: int, name: str, where: str) -> None:
    """Note a case that the tests of a part play."""
    ELSEWHERE[f"AT-{number:03}"] = (name, where)


@dataclass
class Stage:
    """What a case acts with; it keeps account of everything that was handed to the desk."""

    desk: AttackDesk
    intake: str
    accepted: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    peers: list[bytes] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    exact: bool = True
    # Connections that were opened and said nothing.
    idle: int = 0

    def __post_init__(self) -> None:
        self.first = self.desk.settled()
        self.first_copy = int(self.desk.one("SELECT COALESCE(MAX(id), 0) FROM outbox"))
        self.first_ticket = int(self.desk.one("SELECT MAX(number) FROM tickets"))
        self.first_mail = len(self.desk.relay.mails)
        self.log_start = self.desk.process.log.stat().st_size
        self.before = invariants.load(self.desk, peak=False)

    @property
    def t1(self) -> Thread:
        return self.desk.t1

    def drive(
        self,
        raw: bytes,
        *,
        ar: str = "",
        sender: str = "mallory@evil.test",
        to: Iterable[str] = (HELP,),
        bare: bool = False,
        parameters: str = "",
    ) -> int:
        """Hand one mail to the desk and return the reply code; 250 for a mailbox.

        ``ar`` is what the organisation's server found out of it; that server then is the one who delivers.
        A mailbox is always filled by that server, unless ``bare`` asks for the bytes as they are.
        """
        to = tuple(to)
        if ar:
            raw = checked(ar) + raw
        self.sent.append(raw)
        if self.intake == "imap":
            self._into_mailbox(raw, sender, to, ar=ar, bare=bare)
            return 250
        with Wire(self.desk.port, source=TRUSTED if ar else ANYBODY) as wire:
            code = wire.mail(raw, sender, to, parameters)
            self.heard(wire)
        if code == 250:
            self.accepted.append(raw if raw.endswith(b"\r\n") else raw + b"\r\n")
        return code

    def _into_mailbox(self, raw: bytes, sender: str, to: tuple[str, ...], *, ar: str, bare: bool) -> None:
        delivered = b"".join(b"Delivered-To: %s\r\n" % one.encode() for one in to)
        top = b"Return-Path: <%s>\r\n%s" % (sender.encode(), delivered)
        if not ar:
            top += checked("none").partition(b"Received:")[1] + checked("none").partition(b"Received:")[2]
        whole = raw if bare else top + raw
        # Dovecot hands out every line end as CRLF, and NUL as 0x80.
        self.accepted.append(LONE_LF.sub(b"\r\n", whole).replace(b"\0", b"\x80"))
        self.desk.put_into_mailbox(whole)

    def heard(self, wire: Wire) -> None:
        """Keep what the desk said to a peer, to be looked through at the end."""
        self.peers.append(wire.said)

    def send(self, raw: bytes, **how: Any) -> dict[str, Any]:
        """Drive one mail, wait until everything has come of it, and return its row of the ledger."""
        code = self.drive(raw, **how)
        assert code == 250, f"answered with {code}: {self.peers[-1]!r}"
        return self.rows()[-1]

    def send_all(self, mails: Iterable[bytes], **how: Any) -> list[dict[str, Any]]:
        """Drive mails one behind the other, wait for all of them, and return their rows."""
        before = len(self.accepted)
        codes = {self.drive(raw, **how) for raw in mails}
        assert codes == {250}, f"answered with {codes}"
        return self.rows()[before:]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the ledger since the case began, once all are settled."""
        wanted = self.first + len(self.accepted)
        wait_until(lambda: self.desk.settled() >= wanted, 60, f"{wanted} messages in the ledger")
        return self.desk.rows("SELECT * FROM arrivals WHERE id > ? ORDER BY id", self.first)

    def mails(self) -> list[Captured]:
        """The mails that left since the case began."""
        self.rows()
        return self.desk.relay.mails[self.first_mail :]

    def mails_to(self, *addresses: str) -> list[Captured]:
        return [one for one in self.mails() if set(one.recipients) & set(addresses)]

    def outsiders_got(self) -> list[str]:
        """The recipients of what left who are no agents."""
        return [to for one in self.mails() for to in one.recipients if to not in invariants.AGENTS]

    def ticket(self, number: int) -> dict[str, Any]:
        (row,) = self.desk.rows("SELECT * FROM tickets WHERE number = ?", number)
        return row

    def new_tickets(self) -> list[dict[str, Any]]:
        self.rows()
        return self.desk.rows("SELECT * FROM tickets WHERE number > ? ORDER BY number", self.first_ticket)

    def entries(self, number: int) -> list[dict[str, Any]]:
        return self.desk.rows("SELECT * FROM entries WHERE ticket_number = ? ORDER BY id", number)

    def requester(self, number: int) -> str | None:
        found = self.desk.rows(
            "SELECT address FROM tickets JOIN addresses ON person_id = requester_id WHERE number = ?", number
        )
        return found[0]["address"] if found else None

    def participants(self, number: int) -> set[str]:
        found = self.desk.rows(
            "SELECT address FROM participants JOIN addresses USING (person_id) WHERE ticket_number = ?",
            number,
        )
        return {row["address"] for row in found}

    def thread(self, sender: str = CARA, subject: str = "Another printer") -> Thread:
        """A ticket like T1, to be changed; what it takes is none of the attack's."""
        assert not self.sent, "a ticket of one's own is opened before the attack"
        opened = self.desk.open_thread(sender, f"{subject} {time.monotonic_ns()}")
        self.__post_init__()
        return opened


def play(one: Case, desk: AttackDesk, intake: str) -> None:
    """Play one case and check what must hold afterwards."""
    stage = Stage(desk, intake)
    state = _standing(desk)
    one.play(stage)
    probe = _probe(stage)
    mails = stage.mails()
    # Before the descriptors are counted, which waits for connections to end.
    invariants.stored(stage.rows(), stage.accepted, exact=stage.exact)
    invariants.light_enough(desk, stage.before, len(stage.sent), idle=stage.idle, rss_bytes=one.rss_bytes)
    invariants.only_to(mails, one.allowed | stage.allowed | {probe})
    text = desk.process.log.read_bytes()[stage.log_start :].decode("utf-8")
    invariants.clean_log(text, stage.sent)
    invariants.clean_bytes(mails)
    invariants.balanced(desk, stage.first, mails, stage.first_copy)
    for said in stage.peers:
        assert b"Traceback" not in said, said
        assert b"Error" not in said, said
    assert _standing(desk) == state, "T1 is not as it was"


def _standing(desk: AttackDesk) -> list[dict[str, Any]]:
    """T1 as it stands: no case may change it; the words on it that people see included."""
    number = desk.t1.number
    ticket = desk.rows("SELECT state, assignee, requester_id, subject FROM tickets WHERE number = ?", number)
    seen = desk.rows(
        "SELECT id FROM entries WHERE ticket_number = ? AND visibility = 'public' ORDER BY id", number
    )
    people = desk.rows("SELECT person_id, role FROM participants WHERE ticket_number = ?", number)
    return [*ticket, *seen, *people]


def _probe(stage: Stage) -> str:
    """G2: a plain mail sent right after the attack becomes a ticket in time, and is answered."""
    address = f"probe{time.monotonic_ns()}@probe.test"
    assert stage.drive(mail(address, f"Probe {address}"), sender=address) == 250, "G2: the probe was refused"

    def is_ticket() -> bool:
        return bool(stage.desk.rows("SELECT 1 FROM addresses WHERE address = ?", address))

    # Others that compute on this machine are no attack.
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    limit = PROBE_SECONDS[stage.intake] * crowd
    wait_until(is_ticket, limit, "G2: the probe is a ticket")
    rows = stage.rows()
    assert rows[-1]["disposition"] == "ticketed", rows[-1]
    assert stage.mails_to(address), "G2: the probe was not answered"
    return address
