"""The audit finds what it is there to find: each broken desk fails it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.faults.audit import audit, wait_for_rest
from tests.faults.desk_process import DeskProcess, Site, ended_at_last, wait_until
from tests.faults.senders import Notebook, attempt, letters
from tests.faults.sink import Sink, running_sink
from tests.servers.scripted_relay import ScriptedRelay

(LETTER,) = WANTED = letters(1, seed=5)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    # The first mail's final dot is answered late: time enough to kill the courier.
    with running_sink(tmp_path / "sink.txt", ScriptedRelay(delays={".": 0.5})) as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, sink: Sink) -> Site:
    return Site(tmp_path / "desk", relay=f"smtp://127.0.0.1:{sink.port}").write()


def start(site: Site, mutant: str) -> DeskProcess:
    return site.start(module="tests.faults.mutants", environ={"MUTANT": mutant})


def findings(site: Site, sink: Sink) -> str:
    """Let a desk bring to an end what can be, and return what the audit complains of."""
    desk = site.start()
    with ended_at_last(desk):
        database = Database(site.database_url)
        time.sleep(0.5)
        wait_for_rest(database, 20, 0)
        desk.stop()
    try:
        audit(site, database, WANTED, sink)
    except AssertionError as found:
        return str(found)
    finally:
        database.disconnect()
    return ""


def test_sound_desk_passes_the_same_faults(site: Site, sink: Sink, tmp_path: Path):
    desk = site.start()
    with ended_at_last(desk):
        assert attempt(LETTER, site.port, Notebook(tmp_path / "sender.txt"))
        desk.kill()
    desk = site.start()
    with ended_at_last(desk):
        assert attempt(LETTER, site.port, Notebook(tmp_path / "sender.txt"))
        wait_until(lambda: sink.copies, 10, "a mail reached the relay")
        desk.kill()

    assert findings(site, sink) == ""


def test_reply_before_the_commit_is_noticed(site: Site, sink: Sink, tmp_path: Path):
    desk = start(site, "answer_before_the_commit")
    with ended_at_last(desk):
        assert attempt(LETTER, site.port, Notebook(tmp_path / "sender.txt"))
        desk.kill()

    assert findings(site, sink).startswith("lost Counter({'requester0@cust.test': 1})")


def test_duplicate_that_is_not_recognised_is_noticed(site: Site, sink: Sink, tmp_path: Path):
    desk = start(site, "forget_what_was_settled")
    with ended_at_last(desk):
        for _ in range(2):
            assert attempt(LETTER, site.port, Notebook(tmp_path / "sender.txt"))
        database = Database(site.database_url)
        wait_for_rest(database, 20, 2)
        database.disconnect()
        desk.stop()

    # The second time it passes for an answer to itself.
    assert "'ticketed': 1, 'appended': 1" in findings(site, sink)


def test_mail_that_is_called_sent_too_early_is_noticed(site: Site, sink: Sink, tmp_path: Path):
    sink.relay.delays["MAIL"] = 5
    desk = start(site, "call_it_sent_before_it_is")
    with ended_at_last(desk):
        assert attempt(LETTER, site.port, Notebook(tmp_path / "sender.txt"))
        wait_until(lambda: "MAIL" in str(sink.relay.commands), 10, "the courier has begun")
        desk.kill()

    assert "what left is not what was to leave" in findings(site, sink)


def test_new_message_id_for_each_attempt_is_noticed(site: Site, sink: Sink, tmp_path: Path):
    desk = start(site, "write_a_new_message_id_for_each_attempt")
    with ended_at_last(desk):
        assert attempt(LETTER, site.port, Notebook(tmp_path / "sender.txt"))
        wait_until(lambda: sink.copies, 10, "a mail reached the relay")
        desk.kill()

    assert "what left is not what was to leave" in findings(site, sink)
