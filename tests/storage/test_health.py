"""What a desk's health is told from, and the tokens of OAuth 2.0, on both databases."""

from datetime import datetime, timedelta

import pytest

from storage import health, oauth_tokens
from storage.database import Database
from storage.health import MailboxState
from storage.oauth_tokens import Granted, StoredTokens

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=1)


def told(now: datetime, **changes: object) -> MailboxState:
    usual = {"last_success_at": now, "failing_since": None, "last_error": "", "errors": 0, "waiting": 0}
    return MailboxState("support@imap.test/INBOX", updated_at=now, **(usual | changes))  # type: ignore[arg-type]


@pytest.fixture
def tokens(database: Database, now: datetime):
    """A row with the refresh token ``r1``."""
    with database.write():
        oauth_tokens.begin("m365", "client")
        oauth_tokens.plant("m365", "r1", "seed", now, None)

    def read() -> StoredTokens:
        with database.read():
            found = oauth_tokens.get("m365")
        assert found is not None
        return found

    return read


class TestMailboxes:
    def test_a_poller_that_starts_anew_takes_nothing_back(self, database: Database, now: datetime):
        later = now + HOUR
        with database.write():
            health.note_mailbox(told(now))
            health.note_mailbox(told(now, last_success_at=None, failing_since=now, last_error="no route"))
            health.note_mailbox(told(later, last_success_at=None, failing_since=later, last_error="refused"))
            (state,) = health.mailboxes().values()

        assert (state.last_success_at, state.failing_since) == (now, now)
        assert (state.last_error, state.updated_at) == ("refused", later)

    def test_a_success_ends_the_failure(self, database: Database, now: datetime):
        with database.write():
            health.note_mailbox(told(now, last_success_at=None, failing_since=now, last_error="no route"))
            health.note_mailbox(told(now + HOUR))
            (state,) = health.mailboxes().values()

        assert (state.last_success_at, state.failing_since, state.last_error) == (now + HOUR, None, "")


class TestTokens:
    def test_a_rotated_token_is_stored_beside_the_one_it_came_from(self, database, tokens, now):
        with database.write():
            assert oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR, "r2"), now)

        assert (tokens().refresh_token, tokens().former_token, tokens().access_token) == ("r2", "r1", "a1")
        assert tokens().refresh_since == now

    def test_a_token_that_is_not_rotated_stays(self, database, tokens, now):
        with database.write():
            assert oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR), now + HOUR)

        assert (tokens().refresh_token, tokens().former_token) == ("r1", "")
        assert tokens().refresh_since == now

    def test_what_comes_late_for_a_token_that_was_rotated_meanwhile_is_refused(self, database, tokens, now):
        with database.write():
            oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR, "r2"), now)
            assert not oauth_tokens.store("m365", "r1", Granted("late", now + HOUR, "r2b"), now)

        assert (tokens().refresh_token, tokens().access_token) == ("r2", "a1")

    def test_one_owner_has_the_row_at_a_time(self, database, tokens, now):
        with database.write():
            assert oauth_tokens.take("m365", "one", now, LEASE)
            assert not oauth_tokens.take("m365", "two", now, LEASE)
            oauth_tokens.give_back("m365", "two")
            assert oauth_tokens.owner_of("m365") == "one"
            oauth_tokens.give_back("m365", "one")
            assert oauth_tokens.take("m365", "two", now, LEASE)

    def test_a_lease_that_is_over_is_taken(self, database, tokens, now):
        with database.write():
            assert oauth_tokens.take("m365", "one", now, LEASE)
            assert oauth_tokens.take("m365", "two", now + LEASE, LEASE)
            assert oauth_tokens.owner_of("m365") == "two"

    def test_the_former_token_is_there_to_fall_back_on_once(self, database, tokens, now):
        with database.write():
            oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR, "r2"), now)
            assert oauth_tokens.fall_back("m365", "r2")
            assert not oauth_tokens.fall_back("m365", "r1")

        assert (tokens().refresh_token, tokens().former_token) == ("r1", "")

    def test_the_first_failure_in_a_row_is_remembered_until_a_success(self, database, tokens, now):
        with database.write():
            oauth_tokens.note_failure("m365", "503", now, LEASE, refused=False)
            oauth_tokens.note_failure("m365", "invalid_grant", now + HOUR, LEASE, refused=True)
        failing = tokens()
        with database.write():
            oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR), now)

        assert (failing.failing_since, failing.refused, failing.last_error) == (now, True, "invalid_grant")
        assert failing.not_before == now + HOUR + LEASE
        assert (tokens().failing_since, tokens().refused, tokens().last_error) == (None, False, "")

    def test_another_client_does_not_inherit_the_access_token(self, database, tokens, now):
        with database.write():
            oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR), now)
            same = oauth_tokens.begin("m365", "client")
            other = oauth_tokens.begin("m365", "other client")

        assert (same.access_token, other.access_token) == ("a1", "")
        assert other.refresh_token == "r1"

    def test_an_access_token_that_is_refused_is_discarded_unless_it_is_brand_new(self, database, tokens, now):
        with database.write():
            oauth_tokens.store("m365", "r1", Granted("a1", now + HOUR), now)
            assert not oauth_tokens.discard_access("m365", "a1", now - LEASE)
            assert not oauth_tokens.discard_access("m365", "a0", now)
            assert oauth_tokens.discard_access("m365", "a1", now)

        assert tokens().access_token == ""

    def test_no_token_is_shown(self, tokens, now):
        assert "r1" not in repr(tokens())
        assert "a1" not in repr(Granted("a1", now, "r2"))
        assert "r2" not in repr(Granted("a1", now, "r2"))


class TestDurability:
    def test_the_modes_are_those_of_the_database(self, database: Database):
        with database.read():
            found = dict(health.durability(sqlite=database.is_sqlite))

        if database.is_sqlite:
            assert found == {"journal_mode": "wal", "synchronous": "full"}
        else:
            # As the tests start their server.
            assert found["fsync"] == "off"

    def test_a_probe_is_one_row_however_often_it_is_written(self, database: Database, now: datetime):
        for _ in range(3):
            with database.write():
                health.probe(now)
