"""What a poller tells is written down, but not with every round."""

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from daemon.services.mailbox_notes import MailboxNotes
from storage import health
from storage.database import Database
from storage.migrations import migrate
from tests.conftest import FixedClock

NAME = "support@imap.test/INBOX"


@dataclass(frozen=True)
class Told:
    last_success_at: datetime | None = None
    last_error: str = ""
    errors: int = 0
    waiting: int = 0


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(opened)
    yield opened
    opened.disconnect()


def state(database: Database) -> health.MailboxState:
    with database.read():
        return health.mailboxes()[NAME]


def test_rounds_without_news_are_written_once_a_minute(database: Database, clock: FixedClock):
    notes = MailboxNotes(database, NAME, clock)
    notes.note(Told(clock()))
    first = clock()
    notes.note(Told(clock.advance(seconds=59)))
    assert state(database).last_success_at == first

    notes.note(Told(clock.advance(seconds=1)))

    assert state(database).last_success_at == clock()


def test_a_failure_is_written_at_once_and_keeps_its_beginning(database: Database, clock: FixedClock):
    notes = MailboxNotes(database, NAME, clock)
    read = Told(clock())
    notes.note(read)
    began = clock.advance(seconds=5)
    notes.note(replace(read, last_error="connection refused", errors=1))
    clock.advance(minutes=2)
    notes.note(replace(read, last_error="login failed", errors=2))
    failing = state(database)

    notes.note(Told(clock.advance(seconds=1)))

    assert (failing.failing_since, failing.last_error, failing.errors) == (began, "login failed", 2)
    assert (state(database).failing_since, state(database).last_error) == (None, "")


def test_a_message_in_trouble_is_no_failure_of_the_mailbox(database: Database, clock: FixedClock):
    MailboxNotes(database, NAME, clock).note(Told(clock(), last_error="UID 7: too large", waiting=1))

    assert (state(database).failing_since, state(database).waiting) == (None, 1)


def test_a_database_that_is_away_does_not_stop_the_poller(database, clock, caplog, tmp_path):
    notes = MailboxNotes(database, NAME, clock)
    with database.write():
        health.database.execute_sql("ALTER TABLE mailbox_health RENAME TO gone")

    notes.note(Told(clock()))

    assert "its health could not be noted" in caplog.text
    with database.write():
        health.database.execute_sql("ALTER TABLE gone RENAME TO mailbox_health")
    notes.note(Told(clock()))
    assert state(database).last_success_at == clock()
