"""The process itself: how it starts, what keeps it running, and how it ends."""

import asyncio
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import peewee
import pytest

from daemon import supervisor
from daemon.settings import load
from daemon.supervisor import Supervisor
from daemon.wiring import ALL_ROLES, Desk, Role
from storage.database import Database
from tests.conftest import close
from tests.faults.audit import audit, wait_for_rest
from tests.faults.desk_process import ROOT, DeskProcess, Site, ended_at_last, is_alive, wait_until
from tests.faults.senders import Letter, Notebook, Senders, attempt, letters
from tests.faults.sink import running_sink
from tests.servers.scripted_relay import ScriptedRelay

ROLES = ("intake", "worker", "courier", "clock")
# What takes long to load and is asked for by a setting that few desks have.
SELDOM_USED = {"babel", "dateutil", "holidays", "icalendar", "ldap3", "prometheus_client"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "desk").write()


@pytest.fixture
def run(site: Site) -> Iterator[Callable[..., DeskProcess]]:
    """Start processes on the site; none of them outlives the test."""
    started: list[DeskProcess] = []

    def start(*roles: str, **options: object) -> DeskProcess:
        started.append(site.start(*roles, ready=False, **options))
        return started[-1].wait_ready()

    yield start
    for process in started:
        process.kill_all()


def quick_letter(number: int = 1) -> Letter:
    return letters(1, seed=7, first=number)[0]


def loaded(statement: str) -> set[str]:
    """Name the packages that a fresh interpreter has after a statement."""
    program = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).split())


class TestStart:
    def test_from_nothing_takes_mail(self, site: Site, run):
        process = run(cold=True)

        assert attempt(quick_letter(), site.port, Notebook(site.folder / "sender.txt"))
        assert process.stop() == 0

    def test_loads_nothing_that_few_desks_use(self):
        """To start takes two seconds at most; most of it is spent on loading."""
        found = loaded("import daemon.cli")

        assert {"daemon", "aiosmtpd", "jinja2"} <= found
        assert found & SELDOM_USED == set()

    def test_port_that_is_taken_ends_it_with_a_clear_word(self, site: Site, run):
        run()

        second = site.start(ready=False)
        with ended_at_last(second):
            assert second.wait() == 1
            assert f"{site.port}" in second.said()
            assert "Traceback" not in second.said()

    @pytest.mark.parametrize("role", ROLES)
    def test_each_role_runs_alone(self, run, role: str):
        process = run(role)

        assert process.stop() == 0
        assert "WARNING" not in process.said()

    def test_roles_in_processes_of_their_own_share_the_work(self, site: Site, run):
        crew = [run(role) for role in ROLES]

        assert attempt(quick_letter(), site.port, Notebook(site.folder / "sender.txt"))
        wait_until(lambda: len(list(site.folder.glob("outgoing/new/*"))) == 2, 10, "mail went out")

        assert [process.stop() for process in crew] == [0, 0, 0, 0]


class TestStop:
    def test_takes_ten_seconds_at_most(self):
        """Whoever stops a service waits so long before he kills it."""
        longest = (supervisor.STOP_SECONDS, supervisor.LEDGER_SECONDS, supervisor.LAST_RESORT_SECONDS)

        assert supervisor.LISTENER_GRACE_SECONDS < supervisor.STOP_SECONDS
        assert sum(longest) < 10

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
    def test_signal_under_load_ends_it_and_loses_nothing(self, tmp_path: Path, number: signal.Signals):
        wanted = letters(120, seed=number)
        dice = random.Random(number)
        with running_sink(tmp_path / "sink.txt") as sink:
            site = Site(tmp_path / "desk", relay=f"smtp://127.0.0.1:{sink.port}").write()
            notebook = Notebook(tmp_path / "sender.txt")
            senders = Senders(wanted, site.port, notebook)
            for _ in range(3):
                process = site.start()
                with ended_at_last(process):
                    time.sleep(dice.uniform(0.1, 0.5))
                    process.signal(number)
                    assert process.wait(60) == 0
            process = site.start()
            with ended_at_last(process):
                senders.join(60)
                database = Database(site.database_url)
                wait_for_rest(database, 60, len(wanted))
                assert process.stop() == 0

            account = audit(site, database, wanted, sink)
            close(database)
        assert account.extra_copies == 0, "a stop in order is no crash: nothing is sent twice"

    def test_slow_sender_and_silent_relay_do_not_keep_it_from_ending(self, tmp_path: Path):
        relay = ScriptedRelay(delays={".": 60})
        with running_sink(tmp_path / "sink.txt", relay) as sink:
            site = Site(tmp_path / "desk", relay=f"smtp://127.0.0.1:{sink.port}").write()
            process = site.start()
            with ended_at_last(process), socket.create_connection(("127.0.0.1", site.port), 5) as slow:
                assert attempt(quick_letter(), site.port, Notebook(tmp_path / "sender.txt"))
                wait_until(lambda: sink.copies, 10, "the courier waits for the relay's last word")
                slow.sendall(b"EHLO slow.test\r\nMAIL FROM:<a@b.test>\r\n")
                slow.sendall(b"RCPT TO:<support@desk.test>\r\nDATA\r\n")
                wait_until(lambda: b"354" in slow.recv(4096), 5, "the listener waits for the message")
                slow.sendall(b"Subject: slow\r\n\r\n")

                assert process.stop(50) == 0, "the relay says its word after a minute"

    def test_database_that_is_locked_does_not_keep_it_from_ending(self, site: Site, run):
        process = run(module="tests.impatient_desk")
        notebook = Notebook(site.folder / "sender.txt")
        locker = sqlite3.connect(site.folder / "postdesk.db", isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        sending = threading.Thread(target=attempt, args=(quick_letter(), site.port, notebook))
        sending.start()
        wait_until(notebook.sent.is_set, 20, "the mail is with the ledger")

        assert process.stop(60) == 0
        locker.close()
        sending.join(20)
        assert notebook.accepted == {}, "nothing was promised that is not stored"

    def test_second_signal_changes_nothing(self, run):
        process = run()

        for _ in range(3):
            process.signal(signal.SIGTERM)
            process.signal(signal.SIGINT)
        assert process.wait() == 0
        assert "Traceback" not in process.said()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
    def test_no_child_outlives_it(self, site: Site, run, number: signal.Signals):
        process = run()
        assert attempt(quick_letter(), site.port, Notebook(site.folder / "sender.txt"))
        wait_until(process.children, 10, "a child reads the message")
        children = process.children()

        process.signal(number)
        process.wait()

        wait_until(lambda: not any(map(is_alive, children)), 5, "the children are gone")


@pytest.fixture(params=["path", "abstract"])
def notify(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """What systemd gives to a service: the socket's name and the end that systemd reads."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@postdesk-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        channel.settimeout(10)
        yield name, channel


class TestSystemd:
    def test_is_told_of_readiness_life_and_stop_in_this_order(self, run, notify):
        name, channel = notify
        process = run(environ={"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"})
        told = [channel.recv(100).decode() for _ in range(4)]

        # Half of the second after which systemd kills who is silent: "watchdog_seconds" has its own tests.
        told_late = [channel.recv(100).decode() for _ in range(2)]
        process.signal(signal.SIGTERM)
        while (last := channel.recv(100).decode()) == "WATCHDOG=1":
            pass

        assert told[0] == "READY=1"
        assert {*told[1:], *told_late} == {"WATCHDOG=1"}
        assert last == "STOPPING=1"
        assert process.wait() == 0

    def test_readiness_is_told_only_once_mail_is_taken(self, site: Site, run, notify):
        name, channel = notify
        process = site.start(ready=False, environ={"NOTIFY_SOCKET": name})
        with ended_at_last(process):
            assert channel.recv(100) == b"READY=1"
            assert attempt(quick_letter(), site.port, Notebook(site.folder / "sender.txt"))


class Dying:
    """In place of the clock's ticker: dies as often as it is told, then runs until it is stopped."""

    def __init__(self, errors: list[BaseException | None]) -> None:
        self.errors = errors
        self.starts = 0

    def run(self, stop: threading.Event) -> None:
        self.starts += 1
        if self.errors:
            error = self.errors.pop(0)
            if error is not None:
                raise error
            return
        stop.wait(20)


@pytest.fixture
def supervise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Run a supervisor in this process, with a clock that dies; returns its exit status."""
    monkeypatch.setattr(supervisor, "ERROR_PAUSE_SECONDS", 0.01)
    desk = Desk.open(load(Site(tmp_path / "desk").write().config))

    def run(clock: Dying, during: Callable[[Supervisor], None], roles: Collection[Role] = ALL_ROLES) -> int:
        monkeypatch.setattr(Desk, "ticker", lambda _desk: clock)
        made = Supervisor(desk, roles)

        async def main() -> int:
            def begun(ready: Supervisor) -> None:
                watching = threading.Thread(target=during, args=(ready,), daemon=True)
                watching.start()

            return await asyncio.wait_for(made.run(begun), 20)

        return asyncio.run(main())

    yield run
    desk.close()


def end_when(fact: Callable[[], object]) -> Callable[[Supervisor], None]:
    def watch(running: Supervisor) -> None:
        wait_until(fact, 10, "the moment to stop")
        running._loop.call_soon_threadsafe(running.stop)

    return watch


def outage() -> Exception:
    error = peewee.OperationalError("database is locked")
    error.__cause__ = sqlite3.OperationalError("database is locked")
    error.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def disk_error() -> Exception:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    return error


class TestParts:
    def test_part_that_dies_or_ends_is_started_again(self, supervise, caplog: pytest.LogCaptureFixture):
        clock = Dying([RuntimeError("boom"), None, RuntimeError("boom")])

        assert supervise(clock, end_when(lambda: clock.starts == 4)) == 0
        assert [line for line in caplog.messages if line.startswith("clock")] == [
            "clock died",
            "clock ended by itself",
            "clock died",
        ]

    def test_part_that_cannot_be_kept_alive_ends_the_daemon_with_a_failure(self, supervise):
        clock = Dying([RuntimeError("boom")] * 100)

        assert supervise(clock, lambda _running: None) == 1
        assert clock.starts == supervisor.RESTARTS_LIMIT + 1

    def test_outage_of_the_database_is_waited_out_however_long_it_lasts(self, supervise):
        clock = Dying([outage()] * (3 * supervisor.RESTARTS_LIMIT))

        assert supervise(clock, end_when(lambda: not clock.errors and clock.starts > 15)) == 0

    def test_disk_error_in_any_part_ends_the_daemon_as_one_of_the_storage(self, supervise):
        clock = Dying([disk_error()])

        assert supervise(clock, lambda _running: None) == 3

    def test_broken_ledger_ends_the_daemon_as_a_failure_of_the_storage(self, supervise):
        def break_ledger(running: Supervisor) -> None:
            assert running._ledger is not None
            running._ledger.broken.set()

        assert supervise(Dying([]), break_ledger) == 3

    def test_deaths_of_long_ago_are_forgotten(self):
        part = supervisor.Part("clock", lambda: None)
        every = supervisor.RESTARTS_WINDOW_SECONDS / supervisor.RESTARTS_LIMIT + 1

        assert all(part.may_restart(number * every) for number in range(50))
        assert not all(part.may_restart(50 * every) for number in range(supervisor.RESTARTS_LIMIT))

    def test_mail_goes_all_the_way_in_this_process_too(self, supervise, tmp_path: Path):
        outgoing = tmp_path / "desk" / "outgoing" / "new"

        def send(running: Supervisor) -> None:
            assert attempt(quick_letter(), running.listening[0][1], Notebook(tmp_path / "sender.txt"))
            end_when(lambda: len(list(outgoing.glob("*"))) == 2)(running)

        assert supervise(Dying([]), send) == 0

    def test_reader_that_cannot_be_started_is_waited_out_and_the_mail_waits(
        self, supervise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        outgoing = tmp_path / "desk" / "outgoing" / "new"
        python = sys.executable
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")

        def send(running: Supervisor) -> None:
            assert attempt(quick_letter(), running.listening[0][1], Notebook(tmp_path / "sender.txt"))
            wait_until(lambda: "no message can be read, all wait" in caplog.text, 10, "the alarm")
            monkeypatch.setattr(sys, "executable", python)
            end_when(lambda: len(list(outgoing.glob("*"))) == 2)(running)

        assert supervise(Dying([]), send) == 0
        assert "no message could be read now" in caplog.text
        assert "worker died" not in caplog.text
