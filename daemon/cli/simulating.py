"""Run old mail through a desk that nobody else sees: a database of its own, no relay, no DNS.

The mail's own dates are the clock.  Time passes only with the mail: nothing is reminded or closed meanwhile.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec

from daemon.clock import system_clock
from daemon.desk.trial import NOTHING, OPENED, Tried, reasons, route_of
from daemon.services import evidence, views
from daemon.services.intake import Intake
from daemon.services.ledger import Ledger
from daemon.services.owner import this_owner
from daemon.settings import Settings
from daemon.wiring import Desk
from storage.records import Incoming
from storage.vocabulary import Source

LabelledMessage = tuple[str, bytes]

_DATE = re.compile(rb"^Date:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
# Longer than a message that failed waits for its next attempt; after so many it has settled somehow.
_STEP, _STEPS_LIMIT = timedelta(seconds=3), 10


@dataclass
class MailClock:
    """A clock that the dates of old mail move on; it never goes back, nor beyond today."""

    today: datetime = field(default_factory=system_clock)
    now: datetime | None = None

    def __call__(self) -> datetime:
        """Return the moment of the mail in hand; today where no mail had a date yet."""
        return self.now or self.today

    def move(self, raw: bytes) -> None:
        """Go to the date of a mail; one without a date, or with an impossible one, comes right after."""
        at = date_of(raw)
        if at is not None and at <= self.today and (self.now is None or at > self.now):
            self.now = at


def date_of(raw: bytes) -> datetime | None:
    """Return the moment of the Date field (RFC 5322 s 3.6.1) in UTC, or None where there is none to read."""
    header = _HEADER_END.split(raw[:100_000], maxsplit=1)[0]
    match = _DATE.search(header)
    if match is None:
        return None
    try:
        return parsedate_to_datetime(match[1].decode("ascii", "replace")).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@contextmanager
def opened(settings: Settings, clock: MailClock) -> Iterator["Stage"]:
    """Open a desk with these settings on an empty database that is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="postdesk-simulation-") as folder:
        database = msgspec.structs.replace(settings.database, url=f"sqlite:///{Path(folder) / 'desk.db'}")
        desk = Desk.open(msgspec.structs.replace(settings, database=database), clock)
        reader, ledger = desk.reader(), desk.ledger()
        try:
            # Without a check of authors of our own: that asks the DNS, and keys of old mail are gone from it.
            intake = Intake(desk.database, desk.office, reader.read_many, this_owner("worker"), clock)
            yield Stage(desk, ledger, intake, clock)
        finally:
            ledger.close()
            reader.close()
            desk.close()


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one mail, and what names it to the operator."""

    label: str
    at: datetime
    author: str
    subject: str
    tried: Tried


@dataclass
class Stage:
    """A desk of its own; ``opened_by`` says which mail opened which ticket."""

    desk: Desk
    ledger: Ledger
    intake: Intake
    clock: MailClock
    opened_by: dict[int, str] = field(default_factory=dict)

    def play(
        self, mails: Iterable[LabelledMessage], on_played: Callable[[int], None] = lambda _count: None
    ) -> Iterator[Played]:
        """Yield for each mail, in their order, what became of it."""
        for label, raw in mails:
            self.clock.move(raw)
            incoming = Incoming(source=Source.FILE, raw=raw, received_at=self.clock(), peer=label)
            number = self.ledger.submit(incoming).result().arrival_id
            at = self.clock()
            self._settle()
            found = evidence.effects(self.desk.database, number)
            subject = found["as"]["subject"] if found["as"] else ""
            yield Played(label, at, _author(found["evidence"]), subject, self._tried(label, found))
            on_played(1)

    def _settle(self) -> None:
        """Handle what waits; a mail that fails is tried again as in a real desk, with its time."""
        for _ in range(_STEPS_LIMIT):
            while self.intake.run_once():
                pass
            if not views.ledger_counts(self.desk.database)["waiting"]:
                return
            self.clock.now = self.clock() + _STEP

    def _tried(self, label: str, found: views.View) -> Tried:
        disposition = found["disposition"] or "waits"
        facts = {"disposition": disposition, "ticket": self._ticket(label, found)}
        ticket, said = found["as"], found["evidence"]
        if ticket is not None and disposition == "ticketed":
            facts |= {
                name: ticket[name] or "" for name in ("type", "priority", "category", "team", "assignee")
            }
            facts["route"] = route_of(said)
        notices = sorted(f"{one['notice']} to {one['recipient']}" for one in found["outgoing"])
        facts["notices"] = "\n".join(notices)
        return Tried(facts, reasons(said, found["reason"]))

    def _ticket(self, label: str, found: views.View) -> str:
        """Name the ticket by the mail that opened it: numbers differ from one configuration to the other."""
        number = found["ticket"]
        if number is None:
            return NOTHING
        if found["disposition"] == "ticketed":
            self.opened_by[number] = label
            return OPENED
        return f"of {self.opened_by.get(number, 'the desk itself')}"


def _author(evidence: Sequence[str]) -> str:
    said = next((one for one in evidence if one.startswith("author ")), "")
    return said.removeprefix("author ").partition(":")[0]
