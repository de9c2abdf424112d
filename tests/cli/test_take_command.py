"""``take``: messages out of files, durable before it ends well."""

import os
import pty
import sqlite3
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest

import storage.database
from daemon.cli import importing, run
from daemon.services import views
from daemon.settings import load
from storage import arrivals
from storage.database import Database
from storage.migrations import migrate
from storage.models import database as bound
from tests.cli.operated import configured
from tests.cli.running import POSTDESK, environment, eventually, postdesk, running
from tests.scenarios.desk import mail

PRINTER = mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n").as_bytes()
MOUSE = mail("dan@cust.test", "Mouse is dead", "It squeaks.\n").as_bytes()


@pytest.fixture
def config(tmp_path):
    return configured(tmp_path)


@pytest.fixture
def take(config, capsys):
    """The command in this process: its status, what it said, and what it said about trouble."""

    def taken(*words):
        status = run(["--config", str(config), "take", *map(str, words)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return taken


@pytest.fixture
def rows(config):
    """The arrivals, oldest first, without traces of who looked."""

    def look():
        database = Database("sqlite:///postdesk.db", config.parent)
        found = views.latest_arrivals(database, 1_000)
        contents = [views.raw_message(database, row["id"]) for row in found]
        database.disconnect()
        return list(zip(reversed(found), reversed(contents), strict=True))

    return look


def migrated(config):
    assert run(["--config", str(config), "migrate"]) == 0


def written(path, raw):
    path.write_bytes(raw)
    return path


class TestSources:
    def test_files_byte_for_byte(self, take, rows, tmp_path):
        files = [written(tmp_path / "a.eml", PRINTER), written(tmp_path / "b.eml", MOUSE + b"\r\n\x00\xff")]

        assert take(*files) == (0, "2 messages stored\n", "")
        assert [content for _, content in rows()] == [PRINTER, MOUSE + b"\r\n\x00\xff"]
        assert [row["peer"] for row, _ in rows()] == [str(one) for one in files]
        assert {(row["source"], row["state"]) for row, _ in rows()} == {("file", "received")}
        assert {row["reverse_path"] for row, _ in rows()} == {None}

    def test_mbox_and_maildir(self, take, rows, tmp_path):
        separator = b"From cara@cust.test Mon Jan 15 09:00:00 2024\n"
        box = written(tmp_path / "archive.mbox", separator + PRINTER + b"\n" + separator + MOUSE + b"\n")
        for name in ("new", "cur", "tmp"):
            (tmp_path / "Maildir" / name).mkdir(parents=True)
        written(tmp_path / "Maildir" / "cur" / "1.2.x:2,S", MOUSE)

        status, out, _ = take("--mbox", box, "--maildir", tmp_path / "Maildir")

        assert (status, out) == (0, "3 messages stored\n")
        assert [row["peer"] for row, _ in rows()] == ["archive.mbox:1", "archive.mbox:2", "cur/1.2.x:2,S"]

    def test_standard_input_with_its_envelope(self, config, rows):
        words = ["take", "-", "--from", "cara@cust.test", "--to=support@desk.test", "--to=it@desk.test"]
        done = postdesk(config, *words, stdin=PRINTER)

        assert (done.returncode, done.stdout) == (0, b"1 message stored\n")
        ((row, content),) = rows()
        assert content == PRINTER
        assert row["reverse_path"] == "cara@cust.test"
        assert row["recipients"] == ["support@desk.test", "it@desk.test"]

    @pytest.mark.parametrize("null", ["", "<>"])
    def test_an_empty_sender_is_the_null_reverse_path(self, take, rows, tmp_path, null):
        take(written(tmp_path / "a.eml", PRINTER), "--from", null)

        assert rows()[0][0]["reverse_path"] == ""

    def test_a_name_that_is_no_text_is_spelled_out(self, take, rows, tmp_path):
        path = os.fsencode(tmp_path) + b"/caf\xe9.eml"
        written(Path(os.fsdecode(path)), PRINTER)

        assert take(os.fsdecode(path))[0] == 0
        assert rows()[0][0]["peer"].endswith("/caf\\udce9.eml")

    def test_many_go_in_with_bounded_memory(self, take, rows, tmp_path, monkeypatch):
        waiting = []
        land = importing._Flight._land_one

        def watched(flight):
            waiting.append((len(flight.waiting), flight.size_bytes))
            land(flight)

        monkeypatch.setattr(importing._Flight, "_land_one", watched)
        monkeypatch.setattr(importing, "IN_FLIGHT_COUNT", 20)
        monkeypatch.setattr(importing, "IN_FLIGHT_BYTES", 10 * (len(MOUSE) + 3))
        files = [written(tmp_path / f"{number}.eml", MOUSE + b"%03d" % number) for number in range(60)]

        assert take(*files)[:2] == (0, "60 messages stored\n")
        assert [content[-3:] for _, content in rows()] == [b"%03d" % number for number in range(60)]
        assert max(count for count, _ in waiting) == 10
        assert max(size for _, size in waiting) == 10 * (len(MOUSE) + 3)


class TestWhatCannotBeRead:
    def test_the_others_are_stored_with_status_1(self, take, rows, tmp_path):
        good = written(tmp_path / "a.eml", PRINTER)
        empty = written(tmp_path / "empty.eml", b"")
        no_box = written(tmp_path / "no.mbox", PRINTER)

        status, out, err = take(tmp_path / "missing.eml", good, empty, tmp_path, "--mbox", no_box)

        assert (status, out) == (1, "1 message stored, 4 could not be read\n")
        assert [line.removeprefix("postdesk: ") for line in err.splitlines()] == [
            f"[Errno 2] No such file or directory: '{tmp_path}/missing.eml'",
            f"{empty} is empty",
            f"[Errno 21] Is a directory: '{tmp_path}'",
            f"{no_box} is no mbox file: its first line does not begin with 'From '",
        ]
        assert [content for _, content in rows()] == [PRINTER]

    def test_nothing_named_is_wrong_use(self, take):
        status, out, err = take()

        assert (status, out) == (2, "")
        assert 'nothing to take: expected FILE, --mbox, --maildir or "-"' in err


class TestTemporaryFailure:
    def test_a_locked_database(self, take, config, tmp_path, monkeypatch):
        migrated(config)
        monkeypatch.setattr(storage.database, "BUSY_TIMEOUT_SECONDS", 0.2)
        holder = sqlite3.connect(tmp_path / "postdesk.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")

        status, _, err = take(written(tmp_path / "a.eml", PRINTER))
        holder.close()

        assert status == 75
        assert err == "postdesk: not everything could be stored: database is locked; try again later\n"

    def test_a_lock_that_comes_in_the_middle(self, take, config, rows, tmp_path, monkeypatch):
        monkeypatch.setattr(storage.database, "BUSY_TIMEOUT_SECONDS", 0.2)
        holder = sqlite3.connect(tmp_path / "postdesk.db", isolation_level=None, check_same_thread=False)
        incoming = importing._incoming

        def locked_at_the_third(label, *rest):
            if label.endswith("c.eml"):
                holder.execute("BEGIN IMMEDIATE")
            return incoming(label, *rest)

        monkeypatch.setattr(importing, "IN_FLIGHT_COUNT", 1)
        monkeypatch.setattr(importing, "_incoming", locked_at_the_third)
        files = [written(tmp_path / f"{name}.eml", MOUSE) for name in "abc"]
        status, out, err = take(*files)
        holder.close()

        assert (status, out) == (75, "")
        assert "not everything could be stored: the message could not be stored now" in err
        assert len(rows()) in {1, 2}

    def test_a_full_disk(self, config, rows):
        migrated(config)
        size = (config.parent / "postdesk.db").stat().st_size
        command = [*POSTDESK, "--config", str(config), "take", "-"]
        done = subprocess.run(
            ["bash", "-c", f'ulimit -f {size // 1024 + 20}; exec "$@"', "bash", *command],
            # More than the write-ahead log may hold either.
            input=PRINTER + os.urandom(size + 400_000),
            capture_output=True,
            check=False,
            timeout=60,
            env=environment(),
        )

        assert (done.returncode, done.stdout) == (75, b"")
        assert b"try again later\n" in done.stderr
        assert rows() == []

    def test_a_database_that_cannot_be_opened(self, take, config, tmp_path):
        config.write_text(config.read_text() + '[database]\nurl = "sqlite:///a.eml/postdesk.db"\n')

        status, _, err = take(written(tmp_path / "a.eml", PRINTER))

        assert status == 75
        assert "Not a directory" in err or "File exists" in err

    def test_a_newer_schema(self, take, config, tmp_path):
        database = Database("sqlite:///postdesk.db", config.parent)
        migrate(database)
        with database.write():
            bound.execute_sql("INSERT INTO schema_version VALUES (9999, 'from the future')")
        database.disconnect()

        status, _, err = take(written(tmp_path / "a.eml", PRINTER))

        assert status == 75
        assert "the database has schema 9999" in err

    def test_a_wrong_configuration_is_temporary_for_a_pipe_and_wrong_use_for_people(self, take, config):
        config.write_text(config.read_text() + "[listner]\n")

        piped, typed = take("-"), take("a.eml")

        assert (piped[0], typed[0]) == (75, 2)
        assert piped[1:] == typed[1:]
        assert "listner: no such" in piped[2]


class TestSettling:
    def test_settle_handles_here(self, take, rows, tmp_path):
        files = [written(tmp_path / "a.eml", PRINTER), written(tmp_path / "b.eml", PRINTER)]

        assert take(*files, "--settle")[0] == 0
        assert [row["disposition"] for row, _ in rows()] == ["ticketed", "duplicate"]

    def test_what_another_worker_holds_is_waited_for_with_patience_only(self, config, monkeypatch):
        with importing.opened(load(config)) as desk:
            importing.store(desk, [("a", PRINTER)], importing.envelope(None, ()))
            with desk.database.write():
                now = desk.clock()
                arrivals.claim("elsewhere/1/1/worker", now, timedelta(hours=1), 10)
            ticks = iter(range(0, 1_000, 30))
            monkeypatch.setattr(importing, "PAUSE_SECONDS", 0)

            importing.settle(desk, lambda: float(next(ticks)))

            assert views.ledger_counts(desk.database)["waiting"] == 1
            assert next(ticks) <= 150

    def test_a_running_desk_handles_what_was_taken(self, take, config, rows, tmp_path):
        with running(config) as desk:
            desk.port()
            taken = take(written(tmp_path / "a.eml", PRINTER))
            eventually(lambda: rows()[0][0]["disposition"])
            desk.stop()

        assert taken[0] == 0
        assert [(row["disposition"], row["ticket"]) for row, _ in rows()] == [("ticketed", 1)]


class TestProgressBar:
    @pytest.fixture
    def box(self, tmp_path):
        separator = b"From cara@cust.test Mon Jan 15 09:00:00 2024\n"
        return written(
            tmp_path / "big.mbox", b"".join(separator + MOUSE + b"x" * 300_000 + b"\n\n" for _ in range(9))
        )

    def test_a_long_import_shows_it_on_a_terminal(self, config, box):
        said, terminal = terminal_output([*POSTDESK, "--config", str(config), "take", "--mbox", str(box)])

        assert said == b"9 messages stored\n"
        assert b"storing" in terminal
        assert b"100%" in terminal

    def test_a_short_one_does_not(self, config, tmp_path):
        path = written(tmp_path / "a.eml", PRINTER)

        assert terminal_output([*POSTDESK, "--config", str(config), "take", str(path)])[1] == b""

    def test_nothing_of_it_goes_into_a_file(self, config, box):
        assert postdesk(config, "take", "--mbox", str(box)).stderr == b""


def terminal_output(command):
    """Run a command whose standard error is a terminal; return what it said on both."""
    ours, theirs = pty.openpty()
    seen = []

    def look():
        while True:
            try:
                seen.append(os.read(ours, 4096))
            except OSError:
                # The other side has been closed by all who had it.
                return

    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment())
    os.close(theirs)
    looking = threading.Thread(target=look)
    looking.start()
    said, _ = process.communicate(timeout=60)
    looking.join()
    os.close(ours)
    return said, b"".join(seen)
