"""Kill -9 at random moments, of every role, while mail comes in by SMTP and IMAP: an exact account.

The size for every day is small; ``POSTDESK_FAULTS=full`` (``make faults``) asks for 50 kills and 2,000 mails.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from storage.database import Database
from tests.conftest import close
from tests.faults.audit import audit, wait_for_rest
from tests.faults.desk_process import DeskProcess, Site
from tests.faults.senders import Letter, Notebook, Senders, letters
from tests.faults.sink import running_sink
from tests.servers.dovecot import Dovecot, running_dovecot

pytestmark = pytest.mark.needs_dovecot

FULL = os.environ.get("POSTDESK_FAULTS") == "full"
MAILS, KILLS = (2_000, 50) if FULL else (120, 8)
MEAN_PAUSE_SECONDS = 0.6 if FULL else 0.25
ROLES = ("intake", "worker", "courier", "clock")
# The worker falls while its second process writes, too.
WORKER = {"module": "tests.faults.mutants", "environ": {"MUTANT": "have_a_scribe_from_the_first_mail_on"}}
SEED = int(os.environ.get("POSTDESK_SEED", "20240115"))


class Crew:
    """The four roles as four processes; each is started again when it was killed."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.killed: Counter[str] = Counter()
        self.running = {role: self.start(role) for role in ROLES}
        for process in self.running.values():
            process.wait_ready()

    def kill(self, role: str) -> None:
        assert self.running[role].process.poll() is None, self.running[role].said()
        self.running[role].kill()
        self.killed[role] += 1
        self.running[role] = self.start(role)

    def start(self, role: str) -> DeskProcess:
        return self.site.start(role, ready=False, **WORKER if role == "worker" else {})

    def stop(self) -> dict[str, int]:
        for process in self.running.values():
            process.wait_ready()
        return {role: process.stop() for role, process in self.running.items()}

    def end(self) -> None:
        for process in self.running.values():
            process.kill_all()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


def append_all(server: Dovecot, wanted: Sequence[Letter], pause_seconds: float) -> threading.Thread:
    def run() -> None:
        with server.login("support") as client:
            for letter in wanted:
                client.append("INBOX", letter.raw)
                time.sleep(pause_seconds)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def kill_at_random(crew: Crew, count: int, dice: random.Random, busy: dict[str, threading.Event]) -> None:
    """Kill one role after the other, every second time within milliseconds of something that it does.

    The others fall where they fall: often enough on a process that is still starting.
    """
    order = [ROLES[at % len(ROLES)] for at in range(count)]
    dice.shuffle(order)
    for at, role in enumerate(order):
        time.sleep(dice.uniform(0.05, MEAN_PAUSE_SECONDS * 2))
        if at % 2 and role in busy:
            crew.running[role].wait_ready()
            busy[role].clear()
            busy[role].wait(3)
            time.sleep(dice.uniform(0, 0.02))
        crew.kill(role)


@pytest.mark.parametrize("connections", [4, 1] if FULL else [4], ids=("{}-connections").format)
def test_killing_every_role_at_random_loses_nothing_and_doubles_nothing(
    database_url: str, tmp_path: Path, dovecot: Dovecot, connections: int
):
    dice = random.Random(SEED)
    wanted = letters(MAILS, SEED)
    # The load must last as long as the kills.
    pause = (MEAN_PAUSE_SECONDS + 0.3) * KILLS / (MAILS / 2)
    notebook = Notebook(tmp_path / "sender.txt")
    with running_sink(tmp_path / "sink.txt") as sink:
        site = Site(
            tmp_path / "desk",
            database=database_url,
            relay=f"smtp://127.0.0.1:{sink.port}",
            relay_more=f"connections = {connections}",
            dovecot_port=dovecot.port,
        ).write()
        crew = Crew(site)
        try:
            senders = Senders(wanted[::2], site.port, notebook, threads=4, pause_seconds=4 * pause)
            appending = append_all(dovecot, wanted[1::2], pause)
            busy = {"intake": notebook.sent, "worker": notebook.heard, "courier": sink.took}
            kill_at_random(crew, KILLS, dice, busy)
            senders.join(120)
            appending.join(120)
            database = Database(database_url)
            wait_for_rest(database, 240 if FULL else 60, MAILS)
            statuses = crew.stop()
        finally:
            crew.end()

        account = audit(site, database, wanted, sink)
        close(database)
    print(f"\n{sum(crew.killed.values())} kills {dict(crew.killed)}, seed {SEED}: {account}")
    print(f"senders heard {Counter(answer.split(' ', 1)[0] for answer in notebook.answers)}")
    assert statuses == dict.fromkeys(ROLES, 0)
    assert any("a second process helps" in log.read_text() for log in site.folder.glob("worker.*.log"))
    assert account.extra_copies <= connections * crew.killed["courier"]
    assert max(len(copies) for copies in sink.by_message_id().values()) <= 1 + crew.killed["courier"]
    assert dovecot.messages("support") == {}
    assert len(dovecot.messages("support", "Processed")) == len(wanted[1::2])
