"""Tokens over days and months, from a provider that rotates, expires, refuses and is away."""

import logging
import random
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.edges import oauth_exchange
from daemon.edges.oauth import OAuthError, TokenSource
from daemon.edges.oauth_settings import OAuthSettings
from storage import oauth_tokens
from storage.database import Database
from storage.models import database as bound
from storage.oauth_tokens import StoredTokens
from tests.conftest import FixedClock
from tests.servers.oauth_provider import SECRET, Provider, running_provider, slowly


@pytest.fixture
def provider(clock: FixedClock):
    with running_provider(Provider(clock)) as one:
        yield one


@pytest.fixture
def stored(database: Database) -> Callable[[], StoredTokens]:
    def read() -> StoredTokens:
        with database.read():
            found = oauth_tokens.get("m365")
        assert found is not None
        return found

    return read


@pytest.fixture
def source(provider: Provider, database: Database, clock: FixedClock, tmp_path: Path):
    """Make a source; every call is another process on the same database."""
    (tmp_path / "client.secret").write_text(f"{SECRET}\n")
    (tmp_path / "first.token").write_text(f"{provider.refresh_token()}\n")

    def make(**changes: object) -> TokenSource:
        usual = {
            "name": "m365",
            "client_id": "desk",
            "client_secret_file": "client.secret",
            "refresh_token_file": "first.token",
            "token_url": provider.token_url,
            "scope": "mail",
        }
        one = TokenSource(OAuthSettings(**(usual | changes)), database, tmp_path, clock)
        one.sleep = lambda seconds: clock.advance(seconds=seconds)
        return one

    return make


class TestRenewing:
    def test_a_token_is_used_until_a_minute_before_its_end(self, source, provider, clock):
        one = source()
        first = one.token()
        clock.advance(minutes=58)
        assert one.token() == first
        clock.advance(seconds=61)

        assert one.token() != first
        assert [form["refresh_token"] for form in provider.requests] == ["refresh-1", "refresh-2"]
        assert {form["scope"] for form in provider.requests} == {"mail"}

    def test_processes_share_one_token(self, source, provider):
        assert source().token() == source().token()
        assert provider.answered == 1

    @pytest.mark.no_cover
    def test_200_days_of_rotation_outages_and_restarts_lose_nothing(self, source, provider, clock, stored):
        dice = random.Random(200)
        end = clock() + timedelta(days=200)
        failures = 0
        while clock() < end:
            one = source()
            away = dice.random() < 0.15
            provider.trouble = lambda _form, away=away: (
                (dice.choice([500, 503, 429]), b"away") if away else None
            )
            try:
                assert one.token()
            except OAuthError:
                assert away
                failures += 1
            clock.advance(hours=dice.choice([6, 12, 24]))
        provider.trouble = lambda _form: None
        clock.advance(hours=1)

        assert source().token()
        assert failures > 20
        assert len(provider.given) > 250
        assert provider.reused == []
        assert (stored().refresh_token, stored().former_token) == tuple(provider.given[-1:-3:-1])

    def test_a_desk_that_slept_beyond_the_life_of_its_token_says_so(self, source, provider, clock, stored):
        source().token()
        clock.advance(days=91)

        with pytest.raises(
            OAuthError, match=r"answers 400: invalid_grant \*\*\* is expired or revoked"
        ) as caught:
            source().token()

        assert caught.value.refused
        assert stored().refused
        assert stored().failing_since == clock()

    def test_a_provider_that_keeps_its_refresh_token_is_asked_with_the_same(
        self, source, provider, clock, stored
    ):
        provider.rotates = False
        for _ in range(3):
            source().token()
            clock.advance(hours=2)

        assert {form["refresh_token"] for form in provider.requests} == {"refresh-1"}
        assert stored().former_token == ""

    def test_client_credentials_need_no_refresh_token(self, source, provider, stored):
        one = source(grant="client_credentials", refresh_token_file="")

        assert one.token()
        assert provider.requests == [
            {
                "grant_type": "client_credentials",
                "client_id": "desk",
                "client_secret": SECRET,
                "scope": "mail",
            }
        ]
        assert stored().refresh_token == ""

    @pytest.mark.parametrize("case", [(True, 0, 90), (False, 60, 60), (False, 0, None)])
    def test_the_end_of_a_refresh_token_is_remembered(
        self, source, provider, stored, case: tuple[bool, int, int | None]
    ):
        tells, days, until = case
        provider.tells_lifetime = tells
        source(refresh_token_days=days).token()

        assert stored().refresh_until == (provider.clock() + timedelta(days=until) if until else None)


class TestOneUseOnly:
    def test_many_threads_and_processes_use_a_refresh_token_once(self, source, provider, database, clock):
        sources = [source() for _ in range(4)]
        tokens: list[str] = []
        provider.trouble = slowly(0.1)

        def ask(one: TokenSource) -> None:
            one.sleep = threading.Event().wait
            tokens.append(one.token())

        threads = [threading.Thread(target=ask, args=(one,)) for one in sources for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

        assert len(tokens) == 8
        assert len(set(tokens)) == 1
        assert provider.answered == 1

    def test_a_process_that_died_with_the_row_in_hand_is_waited_for(self, source, provider, database, clock):
        with database.write():
            oauth_tokens.begin("m365", "another client")
            oauth_tokens.take("m365", "elsewhere/1/1/oauth", clock(), timedelta(minutes=1))
        one = source()

        with pytest.raises(OAuthError, match="another process has been renewing"):
            one.token()
        clock.advance(minutes=1)
        assert one.token()

    def test_a_dead_process_of_this_host_is_not_waited_for(self, source, provider, database, clock):
        host = socket.gethostname()
        with database.write():
            oauth_tokens.begin("m365", "another client")
            oauth_tokens.take("m365", f"{host}/4194399/1/oauth/abcd", clock(), timedelta(minutes=1))
        before = clock()

        assert source().token()
        assert clock() == before

    def test_a_token_that_cannot_be_stored_at_once_is_kept_until_it_can(
        self, source, provider, database, stored, caplog
    ):
        one = source()

        def hide() -> None:
            with database.write():
                bound.execute_sql("ALTER TABLE oauth_tokens RENAME TO gone")
            database.disconnect()

        provider.after = hide
        with pytest.raises(OAuthError, match="the database does not answer"):
            one.token()
        provider.after = lambda: None
        with database.write():
            bound.execute_sql("ALTER TABLE gone RENAME TO oauth_tokens")

        assert one.token()
        assert stored().refresh_token == "refresh-2"
        assert provider.answered == 1
        assert "a new token cannot be stored" in caplog.text

    def test_the_former_token_is_tried_where_the_newer_one_is_refused(self, source, provider, clock, stored):
        """A provider that lost its last minute in a restore knows the former token only."""
        source().token()
        provider._alive = {"refresh-1": clock() + timedelta(days=90)}
        provider._used.clear()
        clock.advance(hours=2)

        assert source().token()
        assert [form["refresh_token"] for form in provider.requests] == [
            "refresh-1",
            "refresh-2",
            "refresh-1",
        ]
        assert (stored().refresh_token, stored().former_token) == ("refresh-3", "refresh-1")


class TestTrouble:
    @pytest.mark.parametrize(
        "case",
        [
            ((503, b"<html>away</html>"), "answers 503$"),
            ((200, b"<html>"), "answers no JSON object"),
            ((200, b"[" * 60_000), "answers no JSON object"),
            ((200, b"[1]"), "answers no JSON object"),
            ((200, b" " * 70_000), "answers more than 65536 bytes"),
            ((302, {}), "answers 302"),
            ((200, {"access_token": "a\nb"}), "access_token is no line of printable ASCII"),
            ((200, {"expires_in": 3600}), "has no access_token"),
            ((200, {"access_token": "a", "token_type": "mac"}), "no bearer token"),
            ((400, {"error": 7}), "answers 400$"),
        ],
    )
    def test_an_answer_that_is_none_is_told_and_asked_for_again(
        self, source, provider, clock, case: tuple[object, str]
    ):
        answer, words = case
        provider.trouble = lambda _form: answer

        with pytest.raises(OAuthError, match=words) as caught:
            source().token()
        asked = provider.answered
        with pytest.raises(OAuthError, match=words):
            source().token()

        assert not caught.value.refused
        assert provider.answered == asked == 1, "not again within half a minute"
        provider.trouble = lambda _form: None
        clock.advance(seconds=31)
        assert source().token()

    def test_a_provider_that_does_not_answer_is_given_up_in_time(self, source, provider, monkeypatch):
        monkeypatch.setattr(oauth_exchange.ask, "__defaults__", (0.2,))
        provider.trouble = slowly(1)

        with pytest.raises(OAuthError, match=r"127\.0\.0\.1:\d+ gave no answer: timed out"):
            source().token()

    def test_a_provider_that_is_away_does_not_take_a_token_that_is_still_good(self, source, provider, clock):
        first = source().token()
        provider.trouble = lambda _form: (503, b"")
        clock.advance(minutes=59, seconds=30)

        assert source().token() == first
        assert source().token() == first
        assert provider.answered == 2
        clock.advance(seconds=31)
        with pytest.raises(OAuthError, match="503"):
            source().token()

    def test_a_refusal_is_asked_about_again_each_hour_and_no_secret_is_told(
        self, source, provider, clock, tmp_path, caplog
    ):
        caplog.set_level(logging.DEBUG)
        (tmp_path / "client.secret").write_text("wrong-secret\n")
        with pytest.raises(OAuthError) as caught:
            source().token()
        for _ in range(4):
            clock.advance(minutes=20)
            with pytest.raises(OAuthError, match="invalid_client"):
                source().token()

        assert (
            str(caught.value)
            == f"oauth m365: 127.0.0.1:{provider.port} answers 401: invalid_client wrong ***"
        )
        assert provider.answered == 2
        assert "wrong-secret" not in caplog.text + repr(caught.value)

    def test_a_mended_secret_counts_at_once(self, source, provider, tmp_path):
        (tmp_path / "client.secret").write_text("wrong-secret\n")
        with pytest.raises(OAuthError):
            source().token()
        (tmp_path / "client.secret").write_text(SECRET)

        assert source().token()

    def test_another_first_token_takes_the_place_of_a_refused_one(
        self, source, provider, clock, tmp_path, stored
    ):
        source().token()
        provider.revoke_all()
        clock.advance(hours=2)
        with pytest.raises(OAuthError, match="invalid_grant"):
            source().token()
        (tmp_path / "first.token").write_text(provider.refresh_token())

        assert source().token()
        assert not stored().refused

    def test_a_mail_server_that_refuses_a_token_gets_another_one(self, source, provider, clock):
        one = source()
        first = one.token()
        one.rejected(first)
        assert one.token() == first, "a token this young is not what is wrong"
        clock.advance(minutes=6)

        one.rejected(first)

        assert one.token() != first

    @pytest.mark.parametrize("content", ["", "two\nlines", "ümlaut"])
    def test_a_file_that_holds_no_token_is_told(self, source, tmp_path, content):
        (tmp_path / "first.token").write_text(content)

        with pytest.raises(OAuthError, match="does not hold one line of printable ASCII"):
            source().token()

    def test_a_file_that_is_not_there_is_told(self, source, tmp_path):
        (tmp_path / "client.secret").unlink()

        with pytest.raises(OAuthError, match=r"client_secret_file .*No such file"):
            source().token()
        source().rejected("x")

    def test_nobody_has_logged_in(self, source):
        with pytest.raises(OAuthError, match='nobody has logged in; run "postdesk oauth login m365"'):
            source(grant="device_code", refresh_token_file="").token()
