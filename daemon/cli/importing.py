"""Store many messages, several on their way at a time so that they share commits, and settle them."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from daemon.clock import Clock
from daemon.mail.message import Envelope
from daemon.services import views
from daemon.services.ledger import Ledger
from daemon.settings import Settings
from daemon.wiring import Desk
from storage.records import Incoming, Receipt
from storage.vocabulary import Source

__all__ = ["Envelope", "envelope", "opened", "settle", "store"]

# What is on its way to the disk at a time; as much again may wait in the ledger's next batch.
IN_FLIGHT_COUNT = 200
IN_FLIGHT_BYTES = 32 << 20
PAUSE_SECONDS = 0.25
# Longer than a failed message waits for its next attempt, shorter than a dead worker's lease.
PATIENCE_SECONDS = 70.0


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """Open the desk and close it at the end."""
    desk = Desk.open(settings)
    try:
        yield desk
    finally:
        desk.close()


def envelope(reverse_path: str | None, recipients: Iterable[str]) -> Envelope:
    """Read the envelope as a mail server hands it over; an empty reverse-path is the null one."""
    path = (
        None if reverse_path is None else _storable(reverse_path).strip().removeprefix("<").removesuffix(">")
    )
    return Envelope(
        reverse_path=path or None,
        null_reverse_path=path == "",
        recipients=tuple(_storable(recipient) for recipient in recipients),
    )


def store(
    desk: Desk,
    messages: Iterable[tuple[str, bytes]],
    envelope: Envelope,
    on_stored: Callable[[int], None] = lambda _size_bytes: None,
) -> int:
    """Make the messages durable and return how many they were; raises LedgerUnavailable at the first failure.

    ``on_stored`` is told the size of each as it is safe.
    """
    ledger = desk.ledger()
    flight = _Flight(ledger, on_stored)
    try:
        for label, raw in messages:
            flight.take(_incoming(label, raw, envelope, desk.clock))
        flight.land()
    finally:
        ledger.close()
    return flight.landed


def settle(desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
    """Handle what waits, until nothing does; gives up on what another worker holds for too long."""
    reader, scribe = desk.reader(), desk.scribe()
    intake = desk.intake(reader, scribe)
    last_progress = clock()
    try:
        while views.ledger_counts(desk.database)["waiting"] and clock() - last_progress < PATIENCE_SECONDS:
            if intake.run_once():
                last_progress = clock()
            else:
                time.sleep(PAUSE_SECONDS)
    finally:
        reader.close()
        scribe.close()


@dataclass
class _Flight:
    """The messages on their way to the disk, oldest first."""

    ledger: Ledger
    on_stored: Callable[[int], None]
    waiting: deque[tuple[int, "Future[Receipt]"]] = field(default_factory=deque)
    size_bytes: int = 0
    landed: int = 0

    def take(self, incoming: Incoming) -> None:
        size = len(incoming.raw)
        while self.waiting and (
            len(self.waiting) >= IN_FLIGHT_COUNT or self.size_bytes + size > IN_FLIGHT_BYTES
        ):
            self._land_one()
        self.waiting.append((size, self.ledger.submit(incoming)))
        self.size_bytes += size

    def land(self) -> None:
        while self.waiting:
            self._land_one()

    def _land_one(self) -> None:
        size, receipt = self.waiting.popleft()
        receipt.result()
        self.size_bytes -= size
        self.landed += 1
        self.on_stored(size)


def _incoming(label: str, raw: bytes, envelope: Envelope, clock: Clock) -> Incoming:
    return Incoming(
        source=Source.FILE,
        raw=raw,
        received_at=clock(),
        reverse_path=envelope.reverse_path,
        null_reverse_path=envelope.null_reverse_path,
        recipients=envelope.recipients,
        peer=_storable(label),
    )


def _storable(name: str) -> str:
    """Spell out bytes of a name that are no text; a database takes only text."""
    return name.encode("utf-8", "backslashreplace").decode()
