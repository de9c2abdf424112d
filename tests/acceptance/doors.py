"""A desk behind its real doors, in a time of its own: SMTP listener, Dovecot's mailbox, relay, all roles.

The clock is the story's, so that two weeks pass in seconds; jobs are run by whoever tells the story.
"""

import asyncio
import contextlib
import smtplib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from daemon import settings
from daemon.clock import Clock
from daemon.supervisor import EXIT_FINE, Supervisor
from daemon.wiring import ALL_ROLES, Desk, Role
from tests.attacks.relay import Captured, CapturingRelay, capturing_relay
from tests.servers.dovecot import Dovecot, running_dovecot

MAILBOX = "support"
PATIENCE_SECONDS = 60
_CONFIGURATION = """
[listener]
host = "127.0.0.1"
port = 0

[relay]
url = "smtp://127.0.0.1:{relay}"
starttls = "never"

[[mailbox]]
host = "127.0.0.1"
port = {imap}
security = "none"
username = "{mailbox}"
password_file = "imap.secret"
done_folder = "Processed"
# Dovecot waits half a second before it tells an idling client of news.
idle = false
poll_seconds = 0.1
"""
_WAITING = (
    "SELECT (SELECT COUNT(*) FROM arrivals WHERE state IN ('received', 'claimed'))"
    " + (SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending'))"
)


class _Roles(Supervisor):
    """The supervisor in a thread, where no signal comes."""

    def _handle_signals(self) -> None:
        pass


@dataclass
class Doors:
    """The ways in and out of a running desk."""

    desk: Desk
    relay: CapturingRelay
    dovecot: Dovecot
    port: int
    books: sqlite3.Connection
    wake: Callable[[], None]
    _seen: int = 0

    def by_smtp(self, raw: bytes, reverse_path: str, to: str) -> int:
        """Hand a mail over by SMTP, wait until it is settled, and return its arrival."""
        before = self._last_arrival()
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE_SECONDS) as client:
            assert client.sendmail(reverse_path, [to], raw) == {}
        return self._settled_behind(before)

    def by_mailbox(self, raw: bytes) -> int:
        """Put a mail into the mailbox, wait until it is settled, and return its arrival."""
        before = self._last_arrival()
        self.dovecot.append(MAILBOX, raw)
        return self._settled_behind(before)

    def rest(self) -> None:
        """Wait until nothing is to be settled and nothing to be sent."""
        self.wake()
        self._until(lambda: self._ask(_WAITING) == 0, "all settled and sent")

    def fresh(self) -> list[Captured]:
        """Return what left since the last call."""
        self.rest()
        found = self.relay.mails[self._seen :]
        self._seen += len(found)
        return found

    def _settled_behind(self, before: int) -> int:
        self._until(lambda: self._last_arrival() > before, "the mail is in the ledger")
        self.rest()
        return self._last_arrival()

    def _last_arrival(self) -> int:
        return self._ask("SELECT COALESCE(MAX(id), 0) FROM arrivals")

    def _ask(self, question: str) -> int:
        return int(self.books.execute(question).fetchone()[0])

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s in vain: {what}"
            time.sleep(0.002)


@contextlib.contextmanager
def doors(folder: Path, configuration: str, clock: Clock) -> Iterator[Doors]:
    """Run a desk with these sections and real doors; everything ends with the block."""
    with capturing_relay() as relay, running_dovecot() as dovecot:
        path = folder / "postdesk.toml"
        more = _CONFIGURATION.format(relay=relay.port, imap=dovecot.port, mailbox=MAILBOX)
        path.write_text(f"{configuration}\n{more}")
        secret = folder / "imap.secret"
        secret.write_text("secret\n")
        secret.chmod(0o600)
        desk = Desk.open(settings.load(path, {}), clock)
        with _running(desk) as supervisor, contextlib.closing(_books(folder)) as books:
            wake = supervisor._wake_courier
            yield Doors(desk, relay, dovecot, supervisor.listening[0][1], books, wake)


def _books(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "postdesk.db", check_same_thread=False)


@contextlib.contextmanager
def _running(desk: Desk) -> Iterator[_Roles]:
    """Run all roles but the clock in a loop of their own, in a thread of its own."""
    ready, made, statuses = threading.Event(), [], []

    async def roles() -> int:
        supervisor = _Roles(desk, ALL_ROLES - {Role.CLOCK})
        made.append(supervisor)
        return await supervisor.run(lambda _: ready.set())

    def run() -> None:
        with contextlib.closing(asyncio.new_event_loop()) as loop:
            loops.append(loop)
            statuses.append(loop.run_until_complete(roles()))

    loops: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=run, name="roles")
    thread.start()
    try:
        assert ready.wait(PATIENCE_SECONDS), "the desk did not start"
        yield made[0]
    finally:
        loops[0].call_soon_threadsafe(made[0].stop)
        thread.join(PATIENCE_SECONDS)
        assert statuses == [EXIT_FINE]
