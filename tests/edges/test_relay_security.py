"""Nothing goes to a relay that is not reached the way the operator wants, and no secret comes back."""

import asyncio
import base64
import ssl

import pytest

from daemon.edges.relay import RelayError, check_relay
from daemon.edges.relay_settings import RelaySettings
from daemon.services.delivery import Deferred, Delivered
from tests.edges.relay_story import deliver, settings_for
from tests.servers.postfix import make_certificate
from tests.servers.scripted_relay import ScriptedRelay


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    make_certificate(path)
    return path


@pytest.fixture
def tls(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


class TestSecurity:
    def test_starttls_is_used_where_it_is_offered(self, tls, certificate):
        server = ScriptedRelay(extensions=("STARTTLS",), tls=tls)

        (outcome,) = deliver(server, folder=certificate.parent, certificate_authority_file="relay.pem")

        assert isinstance(outcome, Delivered)
        # Nothing that was learnt in the clear counts any more (RFC 3207 s 4.2).
        assert server.commands[:3] == ["EHLO desk.test", "STARTTLS", "EHLO desk.test"]

    def test_tls_from_the_first_byte(self, tls, certificate):
        server = ScriptedRelay(tls=tls, implicit_tls=True)

        (outcome,) = deliver(
            server, folder=certificate.parent, scheme="smtps", certificate_authority_file="relay.pem"
        )

        assert isinstance(outcome, Delivered)

    @pytest.mark.parametrize("starttls", ["auto", "required"])
    def test_a_certificate_that_does_not_hold_stops_the_mail(self, tls, tmp_path, starttls):
        server = ScriptedRelay(extensions=("STARTTLS",), tls=tls)

        (outcome,) = deliver(server, folder=tmp_path, starttls=starttls)

        assert isinstance(outcome, Deferred)
        assert "certificate does not hold" in outcome.reply
        assert "relay.verify_certificate" in outcome.reply
        assert not server.taken

    def test_a_certificate_that_does_not_hold_stops_the_mail_with_implicit_tls(self, tls, tmp_path):
        server = ScriptedRelay(tls=tls, implicit_tls=True)

        (outcome,) = deliver(server, folder=tmp_path, scheme="smtps")

        assert isinstance(outcome, Deferred)
        assert "certificate" in outcome.reply

    def test_the_operator_can_do_without_the_check(self, tls, tmp_path):
        server = ScriptedRelay(extensions=("STARTTLS",), tls=tls)

        (outcome,) = deliver(server, folder=tmp_path, starttls="required", verify_certificate=False)

        assert isinstance(outcome, Delivered)
        assert "STARTTLS" in server.commands

    # RFC 3207 s 6: somebody on the way took the offer out.
    def test_required_means_required(self, tmp_path):
        server = ScriptedRelay()

        (outcome,) = deliver(server, folder=tmp_path, starttls="required")

        assert isinstance(outcome, Deferred)
        assert "STARTTLS" in outcome.reply
        assert not any(command.startswith("MAIL") for command in server.commands)

    def test_never_means_never(self, tls, tmp_path):
        server = ScriptedRelay(extensions=("STARTTLS",), tls=tls)

        (outcome,) = deliver(server, folder=tmp_path, starttls="never")

        assert isinstance(outcome, Delivered)
        assert "STARTTLS" not in server.commands

    def test_an_authority_file_that_is_not_there_is_named(self, tmp_path):
        (outcome,) = deliver(ScriptedRelay(), folder=tmp_path, certificate_authority_file="none.pem")

        assert "relay.certificate_authority_file none.pem" in outcome.reply


LOGIN = {"username": "desk", "password_file": "relay.secret"}


@pytest.fixture
def home(tmp_path, certificate):
    (tmp_path / "relay.secret").write_text("PW-CANARY\n")
    (tmp_path / "relay.pem").write_bytes(certificate.read_bytes())
    return tmp_path


class TestLogin:
    def test_the_password_goes_over_tls(self, home, tls):
        server = ScriptedRelay(extensions=("STARTTLS", "AUTH PLAIN LOGIN"), tls=tls)

        (outcome,) = deliver(server, folder=home, certificate_authority_file="relay.pem", **LOGIN)

        assert isinstance(outcome, Delivered)
        login = base64.b64encode(b"\0desk\0PW-CANARY").decode()
        assert server.commands.index(f"AUTH PLAIN {login}") > server.commands.index("STARTTLS")

    def test_the_password_does_not_go_in_the_clear(self, home):
        server = ScriptedRelay(extensions=("AUTH PLAIN",))

        (outcome,) = deliver(server, folder=home, **LOGIN)

        assert isinstance(outcome, Deferred)
        assert "not sent in the clear" in outcome.reply
        assert not any(command.startswith("AUTH") for command in server.commands)

    def test_the_operator_can_let_it_go_in_the_clear(self, home, monkeypatch):
        monkeypatch.setenv("RELAY_PASSWORD", "PW-CANARY")
        server = ScriptedRelay(extensions=("AUTH PLAIN",))

        (outcome,) = deliver(
            server, folder=home, starttls="never", username="desk", password_env="RELAY_PASSWORD"
        )

        assert isinstance(outcome, Delivered)

    # Attack AT-226.
    @pytest.mark.parametrize(
        "echo", ["PW-CANARY", base64.b64encode(b"\0desk\0PW-CANARY").decode()], ids=["plain", "base64"]
    )
    def test_a_refused_login_is_transient_and_the_password_stays_secret(self, home, caplog, echo):
        server = ScriptedRelay(
            {"AUTH": [f"535 5.7.8 wrong password {echo}".encode()]}, extensions=("AUTH PLAIN",)
        )

        with caplog.at_level("DEBUG"):
            (outcome,) = deliver(server, folder=home, starttls="never", **LOGIN)

        assert isinstance(outcome, Deferred)
        assert "the relay does not let desk in: 535 5.7.8 wrong password ***" in outcome.reply
        assert echo not in outcome.reply + caplog.text

    def test_a_secret_that_is_not_there_is_named(self, home):
        server = ScriptedRelay(extensions=("AUTH PLAIN",))
        (home / "empty").write_text("\n")

        def words(**changes):
            return deliver(server, folder=home, starttls="never", username="desk", **changes)[0].reply

        assert "relay.password_file" in words(password_file="nowhere")
        assert "is empty" in words(password_file="empty")
        assert "no environment variable POSTDESK_NO_SUCH" in words(password_env="POSTDESK_NO_SUCH")

    def test_a_relay_without_login_is_transient(self, home):
        (outcome,) = deliver(ScriptedRelay(), folder=home, starttls="never", **LOGIN)

        assert isinstance(outcome, Deferred)


class TestCheck:
    def check(self, server, folder, **changes):
        async def story():
            async with server:
                return await check_relay(settings_for(server, **changes), folder)

        return asyncio.run(story())

    def test_a_relay_that_would_take_mail_is_described(self, home, tls):
        server = ScriptedRelay(extensions=("STARTTLS", "AUTH PLAIN"), tls=tls)

        words = self.check(server, home, certificate_authority_file="relay.pem", **LOGIN)

        assert words == f"localhost:{server.port} answers over TLS, logged in as desk"
        assert not any(command.startswith("MAIL") for command in server.commands)

    def test_a_relay_in_the_clear_is_called_so(self, home):
        assert self.check(ScriptedRelay(), home).endswith("answers in the clear")

    def test_what_is_wrong_is_raised(self, home):
        with pytest.raises(RelayError, match="535 wrong"):
            self.check(
                ScriptedRelay({"AUTH": [b"535 wrong"]}, extensions=("AUTH PLAIN",)),
                home,
                starttls="never",
                **LOGIN,
            )

    @pytest.mark.parametrize("url", ["smtp://", "http://x"])
    def test_a_url_that_names_no_relay_is_refused(self, home, url):
        with pytest.raises(RelayError, match=r"relay\.url"):
            asyncio.run(check_relay(RelaySettings(url=url), home))
