"""What the ledger answers when the machine fails it."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from daemon.edges import replies
from daemon.edges.smtp_store import reply_to
from daemon.services.ledger import Ledger, LedgerUnavailable
from storage import arrivals, raws
from storage.database import Database
from storage.migrations import migrate
from storage.models import database as bound
from storage.records import Incoming
from storage.vocabulary import Source


def test_full_disk_is_told_to_the_sender_as_such_and_passes_by_itself(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(database)
    real, pages = raws.insert_many, [1]

    def insert_many(items: object) -> None:
        # SQLite does not go below what is in use: from here on the file cannot grow.
        bound.execute_sql(f"PRAGMA max_page_count = {pages[-1]}")
        real(items)

    monkeypatch.setattr(raws, "insert_many", insert_many)
    ledger = Ledger(database)
    incoming = Incoming(Source.SMTP, b"Subject: x\r\n\r\n" + random.Random(1).randbytes(100_000), now)

    with pytest.raises(LedgerUnavailable) as caught:
        ledger.submit(incoming).result(5)
    pages.append(1_000_000)
    receipt = ledger.submit(incoming).result(5)
    ledger.close()

    assert reply_to(caught.value) == replies.DISK_FULL
    assert "full" not in str(caught.value), "the peer hears no words of the database"
    assert not ledger.broken.is_set()
    with database.read():
        assert arrivals.get(receipt.arrival_id) is not None
    database.disconnect()
