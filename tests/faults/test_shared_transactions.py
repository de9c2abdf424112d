"""Several messages share a transaction, and the worker is killed in it, or is slower than its lease."""

import signal
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.services import intake, settle
from daemon.services.intake import LEASE
from storage import arrivals
from storage.database import Database
from storage.models import database as bound
from storage.outages import is_outage
from storage.records import Arrival, Incoming
from storage.vocabulary import ArrivalState, Source
from tests.conftest import close
from tests.faults.desk_process import Site, ended_at_last, wait_until
from tests.faults.senders import Letter, Notebook, Senders, letters
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

pytestmark = pytest.mark.xdist_group("faults")

DEADLY = {"module": "tests.faults.mutants", "environ": {"MUTANT": "die_of_the_fourth"}}


def all_of(database: Database) -> list[Arrival]:
    with database.read():
        return sorted(arrivals.latest(99), key=lambda one: one.id)


# On PostgreSQL test_kills has its kills in the middle of transactions.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_message_that_kills_its_worker_is_set_aside_after_three_of_them_and_the_others_are_tickets(
    database_url: str, tmp_path: Path
):
    wanted = letters(7, seed=11)
    site = Site(tmp_path / "desk", database_url).write()
    door = site.start("intake")
    with ended_at_last(door):
        Senders(wanted, site.port, Notebook(tmp_path / "sender.txt"), threads=1).join(30)
        assert door.stop() == 0
    database = Database(database_url)

    # Whoever is killed in a shared transaction leaves nothing of it.
    for _ in range(3):
        victim = site.start("worker", ready=False, **DEADLY)
        with ended_at_last(victim):
            assert victim.wait(30) == -signal.SIGKILL
    survivor = site.start("worker", **DEADLY)
    with ended_at_last(survivor):
        wait_until(lambda: all(one.disposition for one in all_of(database)), 30, "an end of each message")
        assert survivor.stop() == 0

    found = all_of(database)
    close(database)
    assert [one.deaths for one in found] == [2 if one == 3 else 0 for one in range(7)]
    assert [one.disposition for one in found] == [
        "quarantined" if one == 3 else "ticketed" for one in range(7)
    ]


@pytest.mark.needs_postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_worker_slower_than_its_lease_and_its_successor_do_not_hinder_each_other(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    desk = StoryDesk(database, now)
    wanted = letters(4, seed=12)
    for one in wanted:
        desk.ledger.submit(_incoming(one, now)).result(10)
    successor = threading.Thread(target=recover, args=(desk,))
    settled: list[int] = []

    def slowly(letter: settle.Letter, *given: Any) -> Any:
        outcome = settle.settle(letter, *given)
        settled.append(letter.arrival.id)
        if len(settled) == 2:
            desk.advance(seconds=LEASE.total_seconds() + 5)
            successor.start()
            # It finds the lease over, and waits for the rows.
            wait_until_somebody_waits()
        return outcome

    monkeypatch.setattr(intake, "settle", slowly)
    desk.intake.run_once()
    successor.join(30)
    # The successor may have put back what the slow one had not begun.
    while desk.intake.run_once():
        pass
    desk.close()

    assert not successor.is_alive()
    assert [(one.state, one.deaths) for one in all_of(database)] == [(ArrivalState.SETTLED, 0)] * 4
    assert sorted(one.recipient for one in desk.mail_out()) == sorted(
        [*(one.sender for one in wanted), *["ann@corp.test", "bob@corp.test"] * 4]
    )


@pytest.mark.needs_postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_that_wait_for_each_others_tickets_lose_and_blame_nothing(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    """Each has a message for both tickets, in the other order: the database ends one of the transactions."""
    desk = StoryDesk(database, now)
    acks = [_acknowledged(desk, name) for name in ("cara", "dan")]
    for ack, name in zip([*acks, *reversed(acks)], ("cara", "dan", "dan", "cara"), strict=True):
        raw = reply(ack, f"{name}@cust.test", f"More of {name}, {len(all_of(database))}.").as_bytes()
        desk.ledger.submit(Incoming(Source.SMTP, raw, now)).result(10)
    monkeypatch.setattr(intake, "BATCH", 2)
    both = threading.Barrier(2, timeout=20)
    first = [one.id for one in all_of(database)][2::2]

    def settled(letter: settle.Letter, *given: Any) -> Any:
        outcome = settle.settle(letter, *given)
        if letter.arrival.id in first:
            first.remove(letter.arrival.id)
            both.wait()
        return outcome

    monkeypatch.setattr(intake, "settle", settled)
    one_by_one = threading.Lock()

    def read_many(items: Any) -> Any:
        with one_by_one:
            return list(desk.intake.read_many(items))

    workers = [
        threading.Thread(target=take, args=(replace(desk.intake, owner=name, read_many=read_many),))
        for name in ("one/1/1/worker", "two/1/1/worker")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    found = all_of(database)
    texts = [[entry["text"] for entry in desk.ticket(number)["entries"][1:]] for number in (1, 2)]
    desk.close()

    assert not first
    assert [(one.state, one.deaths, one.failures, one.suspicions) for one in found] == [
        (ArrivalState.SETTLED, 0, 0, 0)
    ] * 6
    assert [len(each) for each in texts] == [2, 2]


def _acknowledged(desk: StoryDesk, name: str) -> Mail:
    desk.mail_in(mail(f"{name}@cust.test", f"The printer of {name}", "Dead."))
    return next(one for one in desk.mail_out() if one.notice == "ticket-opened")


def take(worker: intake.Intake) -> None:
    """Let a worker go on until nothing waits, an outage notwithstanding, as its loop does."""
    for _ in range(20):
        try:
            if not worker.run_once():
                break
        except Exception as error:
            if not is_outage(error):
                raise
            worker.database.reset()
    worker.database.disconnect()


def _incoming(letter: Letter, now: datetime) -> Incoming:
    return Incoming(Source.SMTP, letter.raw, now, recipients=("support@desk.test",))


def recover(desk: StoryDesk) -> None:
    replace(desk.intake, owner="elsewhere/1/1/worker").recover()
    desk.database.disconnect()


def wait_until_somebody_waits() -> None:
    deadline = time.monotonic() + 20
    while not bound.execute_sql("SELECT COUNT(*) FROM pg_locks WHERE NOT granted").fetchone()[0]:
        assert time.monotonic() < deadline, "the successor does not wait for the rows"
        time.sleep(0.01)
