"""A worker that is stopped for longer than its lease wakes up to find its work done by another one."""

import signal
import time
from pathlib import Path

import pytest

from storage import arrivals
from storage.database import Database
from storage.models import database as bound
from tests.conftest import close
from tests.faults.audit import audit, wait_for_rest
from tests.faults.desk_process import DeskProcess, Site, ended_at_last, wait_until
from tests.faults.senders import Notebook, Senders, letters
from tests.faults.sink import running_sink


def stop_with_work_in_hand(worker: DeskProcess, database: Database) -> int:
    """Stop the worker with messages in hand, outside of a transaction; returns how many there are."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        worker.signal(signal.SIGSTOP)
        time.sleep(0.05)
        with database.read():
            held = sum(f"/{worker.pid}/" in owner for _, owner, _ in arrivals.claimed())
        if held and not is_in_transaction(database):
            return held
        worker.signal(signal.SIGCONT)
        time.sleep(0.003)
    raise AssertionError("the worker never had anything in hand")


def is_in_transaction(database: Database) -> bool:
    """Tell whether anybody left a transaction open; its locks would be waited for, rightly."""
    with database.read():
        query = "SELECT COUNT(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'"
        return bool(bound.execute_sql(query).fetchone()[0])


@pytest.mark.needs_postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_worker_that_sleeps_over_its_lease_changes_nothing(database_url: str, tmp_path: Path):
    wanted = letters(150, seed=8)
    short = {"module": "tests.faults.mutants", "environ": {"MUTANT": "lease_for_two_seconds"}}
    with running_sink(tmp_path / "sink.txt") as sink:
        site = Site(tmp_path / "desk", database_url, relay=f"smtp://127.0.0.1:{sink.port}").write()
        others = site.start("intake", "courier")
        sleeper = site.start("worker", **short)
        database = Database(database_url)
        with ended_at_last(others, sleeper):
            senders = Senders(wanted, site.port, Notebook(tmp_path / "sender.txt"))
            held = stop_with_work_in_hand(sleeper, database)
            # Alive, as far as anybody can tell: only the end of its lease makes its work free.
            successor = site.start("worker", **short)
            with ended_at_last(successor):
                senders.join(60)
                wait_for_rest(database, 60, len(wanted))
                sleeper.signal(signal.SIGCONT)
                wait_until(lambda: "in other hands" in sleeper.said(), 10, "the sleeper finds out")
                time.sleep(1)
                assert [one.stop() for one in (sleeper, successor, others)] == [0, 0, 0]

        account = audit(site, database, wanted, sink)
        close(database)
    print(f"\nasleep with {held} messages in hand: {account}")
    assert account.extra_copies == 0
