"""Looking for work reads what is to be done, not what was done in years."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import peewee
import pytest

from storage import arrivals, outbox
from storage.database import Database

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
LOOKS = {
    "messages to claim": lambda: arrivals.claim("me", NOW, timedelta(minutes=1), 10),
    "messages in hand": arrivals.claimed,
    "messages that kill": lambda: arrivals.deadly(2),
    "messages that wait": arrivals.waiting,
    "mails to send": lambda: outbox.claim("me", NOW, timedelta(minutes=1), 10),
    "when the next mail is due": outbox.next_due_at,
    "mails in hand": outbox.owners,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_search_for_work_uses_the_index_of_what_is_to_be_done(
    look: Callable[[], object], database: Database, monkeypatch: pytest.MonkeyPatch
):
    if not database.is_sqlite:
        return  # its planner infers it, and takes the table itself as long as that is small
    plans: list[str] = []
    real = peewee.SqliteDatabase.execute_sql

    def explained(self, sql, params=None):
        if sql.startswith("SELECT"):
            plans.extend(row[3] for row in real(self, f"EXPLAIN QUERY PLAN {sql}", params).fetchall())
        return real(self, sql, params)

    with database.write():
        monkeypatch.setattr(peewee.SqliteDatabase, "execute_sql", explained)
        look()
        monkeypatch.undo()

    assert any("INDEX arrivals_waiting" in plan or "INDEX outbox_due" in plan for plan in plans)
    assert not any(plan.startswith(("SCAN t1", "SCAN arrivals")) and "INDEX" not in plan for plan in plans)
