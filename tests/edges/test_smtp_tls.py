"""TLS and AUTH: who may say what before and after, and who is believed to be whom."""

from base64 import b64encode

import pytest

from daemon.edges.smtp_auth import Accounts
from daemon.edges.smtp_settings import AccountSettings
from tests.edges.smtp_desk import Desk, certificate, eventually, trusting

ANN = AccountSettings(username="ann", address="ann@corp.test", password_file="ann.secret")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    certificate(folder)
    (folder / "ann.secret").write_text("correct horse\r\nnot this line\n")
    return folder


def _desk(folder, **settings):
    return Desk(folder, **{"tls": "starttls", "certificate_file": "mx.pem", "accounts": (ANN,), **settings})


@pytest.fixture(scope="module")
def shared(folder):
    with _desk(folder) as desk:
        yield desk


@pytest.fixture
def desk(shared):
    shared.recorder.kept.clear()
    return shared


@pytest.fixture
def secured(desk):
    with desk.hello() as client:
        _upgrade(client)
        yield client


def _upgrade(client):
    client.say("STARTTLS", "220 2.0.0")
    client.start_tls(trusting())
    return client.say("EHLO cust.test", 250)


def _b64(text: bytes) -> str:
    return b64encode(text).decode()


class TestStartTls:
    def test_it_is_offered_in_the_clear_and_auth_behind_it(self, desk):
        with desk.hello() as client:
            assert "250-STARTTLS" in client.say("EHLO cust.test", 250)
            after = _upgrade(client)
            assert "250-STARTTLS" not in after
            assert "250-AUTH PLAIN LOGIN" in after
            client.say("STARTTLS", "503 5.5.1")
            client.mail()

        (incoming,) = desk.kept
        assert incoming.tls.startswith("TLSv1.3 TLS_")
        assert f"({incoming.tls})".encode() in incoming.trace
        assert b" with ESMTPS id " in incoming.trace

    def test_a_big_mail_comes_through_tls(self, desk, secured):
        content = b"0123456789abcde\r\n" * 200_000
        secured.mail(content)

        assert desk.kept[0].raw == content

    def test_what_was_said_in_the_clear_is_forgotten(self, desk):
        with desk.hello() as client:
            client.say("MAIL FROM:<cara@cust.test>", 250)
            client.say("STARTTLS", 220)
            client.start_tls(trusting())
            client.say("RCPT TO:<support@desk.test>", "503 5.5.1")
            client.say("MAIL FROM:<cara@cust.test>", "503 5.5.1 Say hello first")

    def test_commands_behind_starttls_in_the_same_segment_are_thrown_away(self, desk):
        with desk.hello() as client:
            client.send(b"STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<x@evil.test>\r\n" + b"NOOP\r\n" * 20)
            client.expect("220 2.0.0")
            client.start_tls(trusting())
            client.say("RCPT TO:<support@desk.test>", "503 5.5.1")

    def test_it_takes_no_argument(self, desk):
        with desk.hello() as client:
            client.say("STARTTLS now", "501 5.5.4")

    @pytest.mark.parametrize("rubbish", [b"MAIL FROM:<x@evil.test>\r\n", b""], ids=["plain", "end"])
    def test_a_handshake_that_fails_frees_its_place(self, desk, rubbish):
        with desk.hello() as client:
            client.say("STARTTLS", 220)
            client.send(rubbish)
            client.half_close()
            client.socket.recv(1000)
        with eventually() as wait:
            wait(lambda: desk.listener.open_connections == 0)

    def test_a_handshake_that_does_not_come_is_given_up(self, folder):
        with _desk(folder, idle_timeout_seconds=0.2) as desk, desk.hello() as client:
            client.say("STARTTLS", 220)
            assert client.closed()
            with eventually() as wait:
                wait(lambda: desk.listener.open_connections == 0)

    def test_closing_ends_a_handshake(self, folder):
        with _desk(folder) as desk, desk.hello() as client:
            client.say("STARTTLS", 220)
            desk.run(desk.listener.close(0.5))
            assert client.closed()

    @pytest.mark.parametrize("command", ["MAIL FROM:<a@cust.test>", "AUTH PLAIN", "VRFY a", "HELO x", "RSET"])
    def test_at_179_starttls_required_refuses_everything_before(self, folder, command):
        with _desk(folder, tls="starttls-required") as desk, desk.hello() as client:
            client.say(command, "530 5.7.0")
            client.say("NOOP", 250)
            _upgrade(client)
            client.mail()

    def test_the_key_may_have_its_own_file(self, folder):
        with _desk(folder, certificate_file="cert.pem", key_file="key.pem") as desk, desk.hello() as client:
            _upgrade(client)


class TestImplicitTls:
    def test_it_speaks_tls_from_the_first_byte(self, folder):
        with _desk(folder, tls="implicit") as desk, desk.connect(tls=trusting()) as client:
            client.expect(220)
            answers = client.say("EHLO cust.test", 250)
            assert "250-STARTTLS" not in answers
            assert "250-AUTH PLAIN LOGIN" in answers
            client.mail()
            client.say("QUIT", 221)
            assert client.closed()

        assert desk.kept[0].tls.startswith("TLSv1.3")

    def test_plain_smtp_is_hung_up_on(self, folder):
        with _desk(folder, tls="implicit") as desk, desk.connect() as client:
            client.send(b"EHLO cust.test\r\n")
            client.socket.recv(1000)  # an alert, in TLS
            with eventually() as wait:
                wait(lambda: desk.listener.open_connections == 0)

    def test_a_silent_peer_is_given_up(self, folder):
        with _desk(folder, tls="implicit", idle_timeout_seconds=0.2) as desk, desk.connect() as client:
            assert client.closed()


class TestAuth:
    def test_plain_proves_the_account_and_any_sender_may_follow(self, desk, secured):
        secured.say("AUTH PLAIN " + _b64(b"\0ann\0correct horse"), "235 2.7.0")
        assert "250-AUTH PLAIN LOGIN" not in secured.say("EHLO cust.test", 250)
        secured.begin("somebody@else.test", "support@desk.test", parameters=" AUTH=<>")
        secured.send(b".\r\n")
        secured.expect(250)

        (incoming,) = desk.kept
        assert (incoming.auth_user, incoming.reverse_path) == ("ann@corp.test", "somebody@else.test")
        assert b" with ESMTPSA id " in incoming.trace

    def test_plain_without_initial_answer_is_asked_for_it(self, secured):
        assert secured.say("auth plain", 334) == ["334 "]
        secured.say(_b64(b"ann\0ann\0correct horse"), 235)

    def test_login_asks_for_name_and_password(self, secured):
        assert secured.say("AUTH LOGIN", 334) == ["334 " + _b64(b"Username:")]
        assert secured.say(_b64(b"ann"), 334) == ["334 " + _b64(b"Password:")]
        secured.say(_b64(b"correct horse"), 235)

    def test_login_may_bring_the_name_along(self, secured):
        secured.say("AUTH LOGIN " + _b64(b"ann"), 334)
        secured.say(_b64(b"correct horse"), 235)

    def test_relaying_stays_denied(self, secured):
        secured.say("AUTH PLAIN " + _b64(b"\0ann\0correct horse"), 235)
        secured.say("MAIL FROM:<ann@corp.test>", 250)
        secured.say("RCPT TO:<x@other.test>", "550 5.7.1")

    def test_starting_tls_or_logging_in_twice_is_refused(self, secured):
        secured.say("AUTH PLAIN " + _b64(b"\0ann\0correct horse"), 235)
        secured.say("AUTH PLAIN " + _b64(b"\0ann\0correct horse"), "503 5.5.1")

    def test_it_is_refused_inside_a_mail_and_before_ehlo(self, desk, secured):
        secured.say("MAIL FROM:<a@b.test>", 250)
        secured.say("AUTH PLAIN", "503 5.5.1")
        secured.say("HELO x", 250)
        secured.say("AUTH PLAIN", "503 5.5.1")

    def test_it_is_refused_in_the_clear(self, desk):
        with desk.hello() as client:
            assert not [line for line in client.say("EHLO x", 250) if "AUTH" in line]
            client.say("AUTH PLAIN " + _b64(b"\0ann\0correct horse"), "538 5.7.11")

    @pytest.mark.parametrize(
        "answer",
        [
            b"\0ann\0wrong",
            b"\0nobody\0correct horse",
            b"boss\0ann\0correct horse",
            b"ann",
            b"\0ann\0",
            b"\0\0",
        ],
    )
    def test_every_wrong_answer_sounds_the_same(self, secured, answer):
        reply = secured.say("AUTH PLAIN " + _b64(answer), 535)
        assert reply == ["535 5.7.8 Authentication credentials invalid"]

    def test_the_third_wrong_answer_ends_the_session(self, secured):
        for _ in range(3):
            secured.say("AUTH PLAIN " + _b64(b"\0ann\0wrong"), 535)
        assert secured.closed()

    @pytest.mark.parametrize(
        ("command", "answers", "start"),
        [
            ("AUTH", [], "501 5.5.4"),
            ("AUTH PLAIN a b", [], "501 5.5.4"),
            ("AUTH CRAM-MD5", [], "504 5.5.4"),
            ("AUTH PLAIN ???", [], "501 5.5.2"),
            ("AUTH PLAIN", ["*"], "501 5.7.0"),
            ("AUTH LOGIN", ["*"], "501 5.7.0"),
            ("AUTH LOGIN", ["YW5u", "*"], "501 5.7.0"),
            ("AUTH LOGIN =", ["=="], "501 5.5.2"),
            ("AUTH PLAIN =", [], "535 5.7.8"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, secured, command, answers, start):
        for line in [command, *answers[:-1]]:
            if answers:
                secured.say(line, 334)
        secured.say(answers[-1] if answers else command, start)

    def test_no_password_reaches_any_log(self, secured, caplog):
        caplog.set_level("DEBUG")
        secured.say("AUTH PLAIN " + _b64(b"\0ann\0wrong horse"), 535)
        secured.say("AUTH PLAIN " + _b64(b"\0ann\0correct horse"), 235)

        assert "account=ann@corp.test" in caplog.text
        for canary in ("horse", _b64(b"\0ann\0wrong horse"), _b64(b"\0ann\0correct horse")):
            assert canary not in caplog.text

    def test_an_empty_password_file_is_an_error(self, tmp_path):
        (tmp_path / "ann.secret").write_text("\n")

        with pytest.raises(
            ValueError, match=r"ann\.secret: expected a password in the first line, found none"
        ):
            Accounts((ANN,), tmp_path)
