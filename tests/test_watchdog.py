"""systemd's watchdog is fed while the parts of the desk get on, and not by a loop that merely turns."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.desk_process import DeskProcess, Site, ended_at_last, wait_until
from tests.faults.senders import Notebook, attempt, letters

STALL_SECONDS = 3.0  # as tests.impatient_desk has it
LETTER = letters(1, seed=7, first=1)[0]


class Systemd:
    """What systemd hears of one process."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder / "notify")
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._channel.bind(self.name)

    def hears(self, seconds: float) -> int:
        """Return how often it is fed in the time from now on."""
        self._channel.setblocking(False)
        while self._receive():
            pass
        time.sleep(seconds)
        return sum(1 for word in iter(self._receive, b"") if word == b"WATCHDOG=1")

    def falls_silent(self, seconds: float) -> bool:
        """Tell whether it is not fed for a whole second, at the latest after this time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.hears(1) == 0:
                return True
        return False

    def hears_again(self, times: int = 1, seconds: float = 30) -> bool:
        """Tell whether it is fed so often from now on, in good time."""
        self._channel.setblocking(False)
        while self._receive():
            pass
        self._channel.settimeout(seconds)
        try:
            return all(self._channel.recv(100) == b"WATCHDOG=1" for _ in range(times))
        except TimeoutError:
            return False

    def close(self) -> None:
        self._channel.close()

    def _receive(self) -> bytes:
        try:
            return self._channel.recv(100)
        except BlockingIOError:
            return b""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "desk").write()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    one = Systemd(tmp_path)
    yield one
    one.close()


@contextmanager
def running(site: Site, systemd: Systemd, *roles: str) -> Iterator[DeskProcess]:
    environ = {"NOTIFY_SOCKET": systemd.name, "WATCHDOG_USEC": "400000"}
    process = site.start(*roles, module="tests.impatient_desk", environ=environ)
    with ended_at_last(process):
        yield process


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Keep everybody else from writing into the database."""
    locker = sqlite3.connect(site.folder / "postdesk.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    yield
    locker.execute("ROLLBACK")
    locker.close()


def wait_until_it_says(words: str, process: DeskProcess, systemd: Systemd) -> None:
    """Wait for a line of its log, and hear it meanwhile: whom nobody hears would have to wait."""

    def said() -> bool:
        systemd.hears(0)
        return words in process.said()

    wait_until(said, 30, words)


def send_again_in_a_second(site: Site) -> None:
    """Queue what was sent already, due when the database is locked."""
    database = sqlite3.connect(site.folder / "postdesk.db", isolation_level=None)
    due = (datetime.now(UTC) + timedelta(seconds=1)).replace(tzinfo=None)
    database.execute("UPDATE outbox SET state = 'queued', next_attempt_at = ?", (str(due),))
    database.close()


def test_a_desk_that_works_and_one_that_has_nothing_to_do_are_alive(site: Site, systemd: Systemd):
    with running(site, systemd) as process:
        process.wait_ready()
        idle = systemd.hears_again(5)
        assert attempt(LETTER, site.port, Notebook(site.folder / "sender.txt"))
        busy = systemd.hears_again(5)

        assert (idle, busy) == (True, True)
        assert process.stop() == 0
        assert "no step for" not in process.said()


@pytest.mark.parametrize("role", ["worker", "courier"])
def test_a_part_that_hangs_is_not_alive_until_it_gets_on(site: Site, systemd: Systemd, role: str):
    first = site.start()
    with ended_at_last(first):
        assert attempt(LETTER, site.port, Notebook(site.folder / "sender.txt"))
        wait_until(lambda: len(list(site.folder.glob("outgoing/new/*"))) == 2, 10, "mail went out")
        first.stop()
    with running(site, systemd, role) as process:
        send_again_in_a_second(site)
        with locked(site):
            wait_until_it_says(f"{role}: no step for 3 seconds", process, systemd)
            while_it_hangs = systemd.falls_silent(15)
            said = process.said()
        assert systemd.hears_again(2)

        assert while_it_hangs
        assert f"CRITICAL postdesk.supervisor: {role}: no step for 3 seconds" in said
        assert f"{role}: gets on again" in process.said()


def test_a_ledger_that_hangs_is_not_alive_though_the_loop_takes_mail(site: Site, systemd: Systemd):
    with running(site, systemd, "intake") as process:
        with locked(site):
            nothing_to_store = systemd.hears(STALL_SECONDS + 0.5)
            notebook = Notebook(site.folder / "sender.txt")
            sending = threading.Thread(target=attempt, args=(LETTER, site.port, notebook))
            sending.start()
            wait_until_it_says("ledger: no step for 3 seconds", process, systemd)
            while_it_hangs = systemd.falls_silent(15)
            with socket.create_connection(("127.0.0.1", site.port), 5) as another:
                greeting = another.recv(100)
        assert systemd.hears_again()
        sending.join(20)

        assert nothing_to_store > 1
        assert (while_it_hangs, greeting[:3]) == (True, b"220")
        assert len(notebook.accepted) == 1
        assert "ledger: no step for 3 seconds" in process.said()
