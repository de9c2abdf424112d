"""``run``: the desk as a process, whole and role by role."""

import io
import logging
import os
import re
import signal
import socket
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from daemon.cli import run
from daemon.cli.run import announcements, start_logging
from daemon.settings import load
from daemon.wiring import ALL_ROLES, Role
from tests.cli.operated import configured
from tests.cli.running import answer, eventually, letters, postdesk, running, send
from tests.scenarios.desk import mail

PRINTER = mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n").as_bytes()


@pytest.fixture
def config(tmp_path):
    return configured(tmp_path)


def test_a_mail_becomes_a_ticket_and_its_acknowledgement_lies_in_the_maildir(config):
    with running(config) as desk:
        port = desk.port()
        assert desk.line() == f"mail goes to the Maildir {config.parent}/outgoing"
        sent_at = datetime.now(UTC)
        send(port, PRINTER)
        acknowledgements = eventually(lambda: [raw for raw in letters(config) if b"auto-replied" in raw])
        tickets = answer(config, "tickets")
        status = desk.stop()

    assert [(one["number"], one["subject"]) for one in tickets] == [(1, "Printer is dead")]
    assert datetime.fromisoformat(tickets[0]["created"]) - sent_at < timedelta(seconds=30)
    assert b"\r\nTo: Cara <cara@cust.test>\r\n" in acknowledgements[0]
    assert status == 0
    log = desk.log.read_text()
    assert re.search(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO postdesk\.mail: verb=received ", log, re.MULTILINE
    )
    assert "Traceback" not in log


def test_each_role_alone_does_its_part(config):
    assert postdesk(config, "migrate").returncode == 0
    with ExitStack() as stack:
        alone = {role: stack.enter_context(running(config, "--role", role)) for role in Role}
        send(alone[Role.INTAKE].port(), PRINTER)
        found = eventually(lambda: sorted(letters(config)) if len(letters(config)) == 3 else [])
        said = {role: desk.line() for role, desk in alone.items()}
        for desk in alone.values():
            desk.ask_to_stop()
        statuses = {role: desk.status() for role, desk in alone.items()}

    assert len(found) == 3
    assert said[Role.INTAKE] == "running intake"
    assert said[Role.WORKER] == "running worker"
    assert said[Role.COURIER] == f"mail goes to the Maildir {config.parent}/outgoing"
    assert said[Role.CLOCK] == "running clock"
    assert statuses == dict.fromkeys(Role, 0)
    assert answer(config, "ledger")["ticketed"] == 1


class TestInThisProcess:
    @pytest.fixture(autouse=True)
    def _own_logging(self):
        """Give the handlers back that ``run`` puts its own in the place of."""
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        root.handlers.clear()
        yield
        root.handlers[:] = handlers
        root.setLevel(level)

    def test_a_termination_signal_ends_it_well(self, config, capsys):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        config.write_text(config.read_text().replace("port = 0", f"port = {port}"))

        def write_and_stop():
            eventually(lambda: sent(port))
            eventually(lambda: len(letters(config)) == 3)
            os.kill(os.getpid(), signal.SIGTERM)

        writing = threading.Thread(target=write_and_stop)
        writing.start()
        status = run(["--config", str(config), "run"])
        writing.join()

        said = capsys.readouterr()
        assert (status, len(letters(config))) == (0, 3)
        assert said.out.splitlines()[0] == f"listening on 127.0.0.1:{port}"
        assert "Z INFO postdesk.mail: verb=sent " in said.err

    def test_what_the_machine_lacks_is_status_2_before_anything_starts(self, config, capsys):
        relay = '[relay]\nurl = "smtp://x"\nusername = "u"\npassword_file = "no"\n'
        config.write_text(config.read_text() + relay)

        assert run(["--config", str(config), "run"]) == 2
        assert ": relay.password_file: " in capsys.readouterr().err
        assert not (config.parent / "postdesk.db").exists()

    def test_a_port_that_is_taken_is_status_1_and_one_line(self, config, capsys):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            config.write_text(config.read_text().replace("port = 0", f"port = {port}"))

            assert run(["--config", str(config), "run"]) == 1
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith("postdesk: ")
        assert "address already in use" in last

    @pytest.mark.parametrize(("own", "line"), [(True, r"INFO "), (False, r"\d{4}-\d\d-\d\dT\S+Z INFO ")])
    def test_the_journal_has_a_clock_of_its_own(self, tmp_path, monkeypatch, own, line):
        with (tmp_path / "stderr").open("w+") as stderr:
            monkeypatch.setattr(sys, "stderr", stderr)
            seen = os.fstat(stderr.fileno())
            start_logging({"JOURNAL_STREAM": f"{seen.st_dev}:{seen.st_ino if own else 1}"})
            logging.getLogger("postdesk.mail").info("verb=received")
            stderr.seek(0)

            assert re.fullmatch(line + r"postdesk\.mail: verb=received\n", stderr.read())

    def test_no_file_behind_stderr_is_no_journal(self, monkeypatch):
        monkeypatch.setattr(sys, "stderr", stderr := io.StringIO())
        start_logging({"JOURNAL_STREAM": "1:1"})
        logging.getLogger("postdesk.mail").info("verb=received")

        assert stderr.getvalue().endswith("Z INFO postdesk.mail: verb=received\n")


def sent(port):
    """Send the mail if somebody listens yet."""
    try:
        send(port, PRINTER)
    except ConnectionRefusedError:
        return False
    return True


class TestAnnouncements:
    def test_all_ways_in_and_the_way_out_are_named(self, config):
        mailbox = '[[mailbox]]\nhost = "imap.desk.test"\nusername = "support"\npassword_file = "s"\n'
        config.write_text(config.read_text() + mailbox + '[relay]\nurl = "smtps://relay.test:465"\n')
        addresses = [("127.0.0.1", 2525), ("::1", 2525), ("/run/postdesk/lmtp.sock", 0)]

        assert list(announcements(load(config), ALL_ROLES, addresses)) == [
            "listening on 127.0.0.1:2525",
            "listening on [::1]:2525",
            "listening on /run/postdesk/lmtp.sock",
            "reading support at imap.desk.test",
            "mail goes to smtps://relay.test:465",
        ]

    def test_a_desk_without_a_way_in_is_told(self, config):
        assert list(announcements(load(config), frozenset({Role.INTAKE}), [])) == [
            'no listener and no mailbox: mail comes in by "postdesk take" only',
            "running intake",
        ]
