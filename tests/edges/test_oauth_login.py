"""Logins by token at real servers, and the login of a person by code."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.edges.imap_account import MailboxError
from daemon.edges.imap_session import check_login
from daemon.edges.oauth import OAuthError, TokenSource
from daemon.edges.oauth_login import begin, finish
from daemon.edges.oauth_settings import OAuthSettings
from daemon.edges.relay import RelayError, check_relay
from daemon.edges.relay_settings import RelaySettings
from storage import oauth_tokens
from storage.database import Database
from storage.migrations import migrate
from tests.edges.imap_fake import mailbox
from tests.servers.dovecot import running_dovecot
from tests.servers.oauth_provider import SECRET, Provider, jwt, running_provider
from tests.servers.scripted_relay import EXTENSIONS, ScriptedRelay


@pytest.fixture
def provider():
    with running_provider(Provider()) as one:
        yield one


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(opened)
    yield opened
    opened.disconnect()


@pytest.fixture
def source(provider: Provider, database: Database, tmp_path: Path) -> TokenSource:
    (tmp_path / "client.secret").write_text(SECRET)
    return TokenSource(settings(provider), database, tmp_path, provider.clock)


def settings(provider: Provider, **changes: object) -> OAuthSettings:
    usual = {
        "name": "m365",
        "client_id": "desk",
        "client_secret_file": "client.secret",
        "grant": "client_credentials",
        "token_url": provider.token_url,
        "device_url": provider.device_url,
        "scope": "mail",
    }
    return OAuthSettings(**(usual | changes))


def without_password(port: int, base_dir: Path):
    return mailbox(port, base_dir, password_file="", oauth="m365")


@pytest.mark.needs_dovecot
class TestImap:
    @pytest.mark.parametrize("mechanisms", ["xoauth2", "oauthbearer", "xoauth2 oauthbearer"])
    def test_a_token_logs_in_at_dovecot_by_either_mechanism(self, source, tmp_path, mechanisms):
        with running_dovecot(oauth=mechanisms) as server:
            check_login(without_password(server.port, tmp_path), tmp_path, source)

            assert f"method={'OAUTHBEARER' if 'bearer' in mechanisms else 'XOAUTH2'}" in server.log()

    @pytest.mark.parametrize("mechanisms", ["xoauth2", "oauthbearer"])
    def test_a_token_that_dovecot_refuses_is_told_without_it_and_replaced(
        self, source, provider, tmp_path, mechanisms
    ):
        now = provider.clock()
        forged = jwt("support", now - timedelta(minutes=10), timedelta(hours=1), key=b"y" * 32)
        with running_dovecot(oauth=mechanisms) as server:
            provider.trouble = lambda _form: (200, {"access_token": forged, "expires_in": 3600})
            source._clock = lambda: now - timedelta(minutes=10)
            with pytest.raises(MailboxError, match=f"login by {mechanisms.upper()} failed") as caught:
                check_login(without_password(server.port, tmp_path), tmp_path, source)
            source._clock = provider.clock
            provider.trouble = lambda _form: None
            with pytest.raises(MailboxError):
                check_login(without_password(server.port, tmp_path), tmp_path, source)
            check_login(without_password(server.port, tmp_path), tmp_path, source)

        assert forged not in str(caught.value)

    def test_a_server_without_tokens_is_told_and_gets_none(self, source, provider, tmp_path):
        with (
            running_dovecot() as server,
            pytest.raises(MailboxError, match="neither OAUTHBEARER nor XOAUTH2"),
        ):
            check_login(without_password(server.port, tmp_path), tmp_path, source)

        assert provider.answered == 0

    def test_a_provider_that_refuses_is_the_reason(self, source, tmp_path):
        (tmp_path / "client.secret").write_text("wrong")
        with running_dovecot(oauth="xoauth2") as server, pytest.raises(MailboxError, match="invalid_client"):
            check_login(without_password(server.port, tmp_path), tmp_path, source)

    def test_an_account_without_a_source_is_told(self, tmp_path):
        with running_dovecot(oauth="xoauth2") as server, pytest.raises(MailboxError, match="nobody gives"):
            check_login(without_password(server.port, tmp_path), tmp_path)


class TestSmtp:
    def relay(self, server: ScriptedRelay) -> RelaySettings:
        url = f"smtp://127.0.0.1:{server.port}"
        return RelaySettings(url=url, username="support", oauth="m365", starttls="never")

    def go(self, server: ScriptedRelay, tmp_path: Path, source: TokenSource | None) -> str:
        async def reach() -> str:
            async with server:
                return await check_relay(self.relay(server), tmp_path, source)

        return asyncio.run(reach())

    def test_a_token_logs_in_by_xoauth2(self, source, tmp_path):
        server = ScriptedRelay(extensions=(*EXTENSIONS, "AUTH PLAIN XOAUTH2"))

        said = self.go(server, tmp_path, source)

        assert said.endswith("in the clear, logged in as support")
        assert any(
            command.startswith("AUTH XOAUTH2 dXNlcj1zdXBwb3J0AWF1dGg9QmVhcmVyI")
            for command in server.commands
        )

    def test_a_refusal_is_told_without_the_token(self, source, tmp_path):
        token = source.token()
        server = ScriptedRelay(
            extensions=(*EXTENSIONS, "AUTH XOAUTH2"),
            script={"AUTH": [b"535 5.7.3 no: " + token.encode()[:-1] + token.encode()[-1:]]},
        )

        with pytest.raises(RelayError, match=r"does not let support in: 535 5\.7\.3 no: \*\*\*$"):
            self.go(server, tmp_path, source)

    def test_a_relay_without_tokens_gets_none(self, source, provider, tmp_path):
        with pytest.raises(RelayError, match="does not offer AUTH XOAUTH2"):
            self.go(ScriptedRelay(extensions=(*EXTENSIONS, "AUTH PLAIN")), tmp_path, source)

        assert provider.answered == 0

    def test_a_provider_that_refuses_and_a_source_that_is_not_there_are_the_reason(self, source, tmp_path):
        (tmp_path / "client.secret").write_text("wrong")
        for one, words in ((source, "invalid_client"), (None, "nobody gives tokens")):
            with pytest.raises(RelayError, match=words):
                self.go(ScriptedRelay(extensions=(*EXTENSIONS, "AUTH XOAUTH2")), tmp_path, one)


class TestLogin:
    def log_in(self, provider: Provider, database: Database, tmp_path: Path) -> list[float]:
        waits: list[float] = []
        (tmp_path / "client.secret").write_text(SECRET)
        client = settings(provider, grant="device_code")
        finish(begin(client, tmp_path), client, (database, tmp_path, provider.clock), waits.append)
        return waits

    def test_a_person_who_types_the_code_gives_the_desk_its_token(self, provider, database, tmp_path):
        provider.device_answers = ["authorization_pending", "slow_down", "authorization_pending"]

        waits = self.log_in(provider, database, tmp_path)

        one = TokenSource(settings(provider, grant="device_code"), database, tmp_path, provider.clock)
        asked = provider.answered
        assert waits == [1, 1, 6, 6]
        assert one.token()
        assert provider.answered == asked, "the login gave an access token as well"
        with database.read():
            assert oauth_tokens.get("m365").refresh_token == "refresh-1"

    @pytest.mark.parametrize("word", ["access_denied", "expired_token"])
    def test_a_person_who_refuses_ends_it(self, provider, database, tmp_path, word):
        provider.device_answers = ["authorization_pending", word]

        with pytest.raises(OAuthError, match=word):
            self.log_in(provider, database, tmp_path)

    def test_nobody_types_the_code(self, provider, database, tmp_path):
        provider.device_answers = ["authorization_pending"] * 100
        provider.device_seconds = 40

        with pytest.raises(OAuthError, match="nobody typed the code in time"):
            self.log_in(provider, database, tmp_path)

    def test_a_login_without_refresh_token_is_no_use(self, provider, database, tmp_path):
        provider._fresh = dict

        with pytest.raises(OAuthError, match="may lack offline_access"):
            self.log_in(provider, database, tmp_path)

    def test_a_provider_without_code_is_told(self, provider, tmp_path):
        (tmp_path / "client.secret").write_text(SECRET)
        provider.trouble = lambda _form: (200, {"device_code": "x"})

        with pytest.raises(OAuthError, match="has no user_code"):
            begin(settings(provider), tmp_path)
