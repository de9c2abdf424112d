"""``run``: the desk as a process, whole and role by role."""

import re
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from daemon.cli.run import announcements
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
        stopped_at = time.monotonic()
        status = desk.stop()

    assert [(one["number"], one["subject"]) for one in tickets] == [(1, "Printer is dead")]
    assert datetime.fromisoformat(tickets[0]["created"]) - sent_at < timedelta(seconds=2)
    assert b"\r\nTo: Cara <cara@cust.test>\r\n" in acknowledgements[0]
    assert (status, time.monotonic() - stopped_at < 10) == (0, True)
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


def test_what_the_machine_lacks_is_status_2_before_anything_starts(config):
    config.write_text(
        config.read_text() + '[relay]\nurl = "smtp://x"\nusername = "u"\npassword_file = "no"\n'
    )

    done = postdesk(config, "run")

    assert done.returncode == 2
    assert b"relay.password_file: " in done.stderr
    assert not (config.parent / "postdesk.db").exists()


def test_a_port_that_is_taken_is_status_1_and_one_line(config):
    with running(config) as desk:
        port = desk.port()
        config.write_text(config.read_text().replace("port = 0", f"port = {port}"))
        second = postdesk(config, "run")

    assert second.returncode == 1
    assert "address already in use" in second.stderr.decode().splitlines()[-1]


def test_the_journal_has_a_clock_of_its_own(config):
    log = config.parent / "run.log"
    log.touch()
    seen = log.stat()
    with running(config, JOURNAL_STREAM=f"{seen.st_dev}:{seen.st_ino}") as desk:
        send(desk.port(), PRINTER)
        desk.stop()

    assert re.search(r"^INFO postdesk\.mail: verb=received ", desk.log.read_text(), re.MULTILINE)


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
