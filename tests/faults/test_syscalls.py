"""Kill the desk in the middle of its system calls, and let the disk fail it, by strace."""

import os
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon.edges.relay_settings import RelaySettings
from storage.database import Database
from tests.faults.audit import Account, audit, wait_for_rest
from tests.faults.desk_process import Site, ended_at_last, wait_until
from tests.faults.senders import Notebook, Senders, attempt, letters
from tests.faults.sink import Sink, running_sink
from tests.faults.tracing import CALLS, crash_points, traced

FULL = os.environ.get("POSTDESK_FAULTS") == "full"
# A run has some 400 points.
EVERY = 5 if FULL else 160
WANTED = letters(3, seed=3)


@contextmanager
def scene(folder: Path) -> Iterator[tuple[Site, Sink, Notebook]]:
    """A desk beside a relay; its database is new."""
    folder.mkdir()
    with running_sink(folder / "sink.txt") as sink:
        site = Site(folder / "desk", relay=f"smtp://127.0.0.1:{sink.port}").write()
        yield site, sink, Notebook(folder / "sender.txt")


def play(scene: tuple[Site, Sink, Notebook], **tracing: Any) -> tuple[Account, int]:
    """Send the mails to a process that may die meanwhile, go on with a sound one, and audit.

    Returns the account and the status that the first process ended with.
    """
    site, sink, notebook = scene
    process = site.start()
    database = Database(site.database_url)
    with ended_at_last(process):
        with traced(process, **tracing):
            senders = Senders(WANTED, site.port, notebook, threads=1)
            wait_until(
                lambda: process.process.poll() is not None or rests(database, senders, sink), 30, "an end"
            )
        status = process.stop()
    sound = site.start()
    with ended_at_last(sound):
        senders.join(30)
        wait_for_rest(database, 30, len(WANTED))
        assert sound.stop() == 0
    account = audit(site, database, WANTED, sink)
    database.disconnect()
    return account, status


def rests(database: Database, senders: Senders, sink: Sink) -> bool:
    """Tell whether all mails are in and all that they caused is out; looks rarely, not to disturb."""
    return not senders.running() and len(sink.by_message_id()) >= 2 * len(WANTED) and _all_sent(database)


def _all_sent(database: Database) -> bool:
    try:
        wait_for_rest(database, 0, len(WANTED))
    except AssertionError:
        return False
    return True


def test_death_in_the_middle_of_any_system_call_loses_nothing(tmp_path: Path):
    trace = tmp_path / "trace"
    with scene(tmp_path / "counting") as made:
        _, status = play(made, calls=CALLS, into=trace)
    assert status == 0
    points = crash_points(trace)
    assert {"pwrite64", "fdatasync", "sendto", "recvfrom"} <= {call for call, _ in points}
    chosen, statuses = points[EVERY // 2 :: EVERY], []

    for call, number in chosen:
        with scene(tmp_path / f"{call}-{number}") as made:
            account, status = play(made, calls=[call], inject=f"{call}:signal=SIGKILL:when={number}")
        statuses.append(status)
        # One mail may be under way on each connection to the relay.
        assert account.extra_copies <= RelaySettings().connections, (call, number)
    deaths = statuses.count(-signal.SIGKILL)
    print(f"\n{len(points)} crash points, {len(chosen)} tried, {deaths} deaths")
    assert set(statuses) <= {0, -signal.SIGKILL}
    assert deaths >= len(chosen) // 2, "the points are those of a run of this kind"


@pytest.mark.parametrize("number", [1, 3], ids=("from sync {} on").format)
def test_disk_that_fails_to_sync_gets_no_promise_and_ends_the_desk(tmp_path: Path, number: int):
    with scene(tmp_path / "scene") as (site, sink, notebook):
        process = site.start()
        inject = f"fdatasync,fsync:error=EIO:when={number}+"
        with ended_at_last(process), traced(process, calls=["fdatasync", "fsync"], inject=inject):
            for letter in WANTED:
                attempt(letter, site.port, notebook)
            assert process.wait(20) == 3, process.said()
        accepted = dict(notebook.accepted)
        sound = site.start()
        with ended_at_last(sound):
            # Whoever was not promised anything comes again, with the same bytes.
            for letter in WANTED:
                assert letter.number in accepted or attempt(letter, site.port, notebook)
            database = Database(site.database_url)
            wait_for_rest(database, 30, len(WANTED))
            assert sound.stop() == 0
        audit(site, database, WANTED, sink)
        database.disconnect()

    refused = [answer for answer in notebook.answers if not answer.startswith("250")]
    assert refused
    assert all(answer.startswith(("451", "421", "unknown", "refused")) for answer in refused)


def test_commits_that_take_a_second_do_not_stop_the_dialogue(tmp_path: Path):
    with scene(tmp_path / "scene") as (site, _, notebook):
        process = site.start()
        inject = "fdatasync:delay_exit=1000000"
        with ended_at_last(process):
            with traced(process, calls=["fdatasync"], inject=inject):
                senders = Senders(WANTED, site.port, notebook, threads=3)
                wait_until(notebook.sent.is_set, 10, "a mail is with the ledger")
                time.sleep(0.3)
                with smtplib.SMTP("127.0.0.1", site.port, timeout=10) as client:
                    answered = [client.noop()[0] for _ in range(5)]
                # The goal is 50 ms for each (reliability, F8), so the commit still waits for the disk.
                stored_meanwhile = dict(notebook.accepted)
                senders.join(60)
            assert process.stop() == 0

    assert answered == [250] * 5
    assert stored_meanwhile == {}
    assert len(notebook.accepted) == 3
