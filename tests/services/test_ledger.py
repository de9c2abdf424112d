"""A message is ours only after its bytes are durable."""

import sqlite3
import threading
from datetime import datetime
from pathlib import Path

import pytest

from daemon.services.ledger import BATCH_COUNT, Ledger, LedgerUnavailable
from storage import arrivals, raws
from storage.database import Database
from storage.migrations import migrate
from storage.models import database as bound
from storage.records import Incoming
from storage.vocabulary import Source

RAW = b"Message-ID: <a@cust.test>\r\nSubject: x\r\n\r\nhello\r\n"


def incoming(now: datetime, raw: bytes = RAW, key: str | None = None) -> Incoming:
    return Incoming(Source.SMTP, raw, now, source_key=key)


def test_recorded_message_is_there_whole_for_every_other_connection(database: Database, now: datetime):
    ledger = Ledger(database)

    receipt = ledger.submit(incoming(now)).result(5)

    with database.read():
        stored = arrivals.get(receipt.arrival_id)
        assert stored is not None
        assert stored.message_id == "<a@cust.test>"
        assert raws.content(stored.raw_digest) == RAW
    ledger.close()


def test_known_source_key_is_recorded_once(database: Database, now: datetime):
    ledger = Ledger(database)

    first = ledger.submit(incoming(now, key="imap:a/1")).result(5)
    again = ledger.submit(incoming(now, key="imap:a/1")).result(5)

    assert (first.known, again.known, again.arrival_id) == (False, True, first.arrival_id)
    assert ledger.known(["imap:a/1", "imap:a/2"]) == {"imap:a/1"}
    ledger.close()


def test_messages_that_wait_share_a_commit(tmp_path: Path, now: datetime):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(database)
    commits = []
    ledger = Ledger(database, on_recorded=lambda: commits.append(1))
    with database.write():
        # While somebody else holds the database, messages gather behind the first one.
        futures = [ledger.submit(incoming(now, RAW + bytes([number % 256]))) for number in range(150)]
    receipts = [future.result(5) for future in futures]

    assert len({receipt.arrival_id for receipt in receipts}) == 150
    assert len(commits) <= 1 + 150 // BATCH_COUNT + 1
    ledger.close()
    database.disconnect()


def test_failed_commit_is_unavailable_and_the_next_message_is_taken(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    ledger = Ledger(database)
    real, broken = arrivals.insert_many, threading.Event()

    def fail_once(items: list) -> list:
        if not broken.is_set():
            broken.set()
            raise sqlite3.OperationalError("database or disk is full")
        return real(items)

    monkeypatch.setattr(arrivals, "insert_many", fail_once)

    with pytest.raises(LedgerUnavailable, match="could not be stored now") as refused:
        ledger.submit(incoming(now)).result(5)
    assert "disk is full" in str(refused.value.__cause__)
    receipt = ledger.submit(incoming(now)).result(5)

    with database.read():
        assert arrivals.waiting() == 1
        assert arrivals.get(receipt.arrival_id) is not None
    assert not ledger.broken.is_set()
    ledger.close()


def test_error_of_the_disk_asks_for_a_fresh_start(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    def fail(_items: list) -> list:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    monkeypatch.setattr(arrivals, "insert_many", fail)
    ledger = Ledger(database)

    with pytest.raises(LedgerUnavailable):
        ledger.submit(incoming(now)).result(5)

    assert ledger.broken.is_set()
    ledger.close()


def test_closing_commits_what_waits_and_then_refuses(database: Database, now: datetime):
    ledger = Ledger(database)
    futures = [ledger.submit(incoming(now, RAW + str(number).encode())) for number in range(20)]

    ledger.close()

    assert all(future.result(0).arrival_id for future in futures)
    with pytest.raises(LedgerUnavailable, match="closed"):
        ledger.submit(incoming(now)).result(0)


def test_two_messages_of_one_content_keep_it_once(database: Database, now: datetime):
    ledger = Ledger(database)

    futures = [ledger.submit(incoming(now)) for _ in range(3)]

    assert len({future.result(5).arrival_id for future in futures}) == 3
    with database.read():
        assert bound.execute_sql("SELECT COUNT(*) FROM raws").fetchone()[0] == 1
    ledger.close()
