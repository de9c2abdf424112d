"""A full disk: mail is put off with 452, never promised, and taken again as soon as there is room."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.conftest import _missing as missing
from tests.faults.audit import audit, wait_for_rest
from tests.faults.desk_process import Site, ended_at_last
from tests.faults.senders import Notebook, Senders, attempt, letters
from tests.faults.sink import running_sink

ROUNDS = 5 if os.environ.get("POSTDESK_FAULTS") == "full" else 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is filled quickly; only root can have one."""
    if os.geteuid() != 0:
        missing("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "postdesk-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounting.returncode:
        missing(f"a small disk cannot be mounted here: {mounting.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 512, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass


def test_full_disk_is_answered_with_452_and_recovered_from(tmp_path: Path, small_disk: Path):
    wanted = letters(40 * ROUNDS, seed=6)
    notebook = Notebook(tmp_path / "sender.txt")
    with running_sink(tmp_path / "sink.txt") as sink:
        site = Site(small_disk / "desk", relay=f"smtp://127.0.0.1:{sink.port}").write()
        # What it says must not be lost with the disk that it says it about.
        (tmp_path / "log").mkdir()
        site.logs = tmp_path / "log"
        desk = site.start()
        with ended_at_last(desk):
            for turn in range(ROUNDS):
                share = wanted[40 * turn : 40 * (turn + 1)]
                senders = Senders(share[:20], site.port, notebook)
                senders.join(30)
                fill(small_disk / "filler")
                before = dict(notebook.accepted)
                for letter in share[20:25]:
                    attempt(letter, site.port, notebook)
                refused = len([1 for letter in share[20:25] if letter.number not in notebook.accepted])
                assert refused, "the disk was not full"
                assert desk.process.poll() is None, desk.said()
                (small_disk / "filler").unlink()
                # Back within ten seconds: the senders' patience is 30 in all.
                assert attempt(share[25], site.port, notebook), notebook.answers[-1]
                left = [letter for letter in share if letter.number not in notebook.accepted]
                Senders(left, site.port, notebook).join(30)
                assert before.items() <= notebook.accepted.items()
            database = Database(site.database_url)
            wait_for_rest(database, 60, len(wanted))
            assert desk.stop() == 0, desk.said()[-3000:]
        account = audit(site, database, wanted, sink)
        database.disconnect()
    print(f"\n{ROUNDS} full disks: {account}")
    puts_off = [answer for answer in notebook.answers if not answer.startswith("250")]
    assert all(answer.startswith(("452", "451")) for answer in puts_off), puts_off
    assert any(answer.startswith("452") for answer in puts_off), puts_off
