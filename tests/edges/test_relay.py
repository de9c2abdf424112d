"""The relay by SMTP: what exactly goes over the wire, and what each answer means."""

import asyncio
import base64
import re
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.edges.relay import RelayError, check_relay, open_relay
from daemon.edges.relay_settings import RelaySettings
from daemon.edges.relay_smtp import IDLE_SECONDS, MAILS_PER_CONNECTION
from daemon.services.delivery import Deferred, Delivered, Refused
from storage.records import OutboxItem
from storage.vocabulary import OutboxState
from tests.servers.postfix import make_certificate, postfix, smtp_sink
from tests.servers.scripted_relay import DROP, EXTENSIONS, ScriptedRelay

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
MAIL = (
    b"Date: Mon, 15 Jan 2024 09:00:00 +0000\r\nFrom: support@desk.test\r\nTo: cara@cust.test\r\n"
    b"Subject: x\r\nMessage-ID: <42@desk.test>\r\n\r\nUse sand.\r\n"
)
ITEM = OutboxItem(
    id=42,
    state=OutboxState.SENDING,
    notice="public-answer",
    recipient="cara@cust.test",
    reverse_path="support@desk.test",
    message_id="<42@desk.test>",
    subject="x",
    ticket_number=1042,
    attempts=0,
    next_attempt_at=NOW,
    last_reply="",
    created_at=NOW,
    sent_at=None,
    automatic=False,
)


def settings_for(relay, scheme="smtp", **changes):
    plain = {"url": f"{scheme}://localhost:{relay.port}", "helo": "desk.test", "timeout_seconds": 5}
    return RelaySettings(**{**plain, **changes})


def deliver(server, *mails, folder=None, **changes):
    """Hand mails to a scripted relay, one after the other over one SmtpRelay, and return the outcomes."""

    async def story():
        async with server:
            relay = open_relay(settings_for(server, **changes), folder)
            outcomes = [await relay.deliver(item, content) for item, content in mails or [(ITEM, MAIL)]]
            await relay.close()
            return outcomes

    return asyncio.run(story())


class TestDialogue:
    def test_a_mail_is_handed_over_byte_for_byte(self):
        server = ScriptedRelay()

        outcomes = deliver(server)

        assert outcomes == [Delivered("250 2.0.0 queued as 4F1")]
        assert server.commands == [
            "EHLO desk.test",
            "MAIL FROM:<support@desk.test>",
            "RCPT TO:<cara@cust.test>",
            "DATA",
            "QUIT",
        ]
        assert server.taken[0].content == MAIL

    # Attack AT-177, AT-171: the relay's capture shows CRLF only, dots stuffed, one message.
    def test_lines_that_begin_with_a_dot_are_stuffed_and_end_nothing(self):
        content = MAIL + b".\r\n..\r\n.x\r\nMAIL FROM:<cfo@corp.test>\r\n"
        server = ScriptedRelay()

        deliver(server, (ITEM, content))

        assert [taken.content for taken in server.taken] == [content]
        assert b"\r\n..\r\n...\r\n..x\r\nMAIL FROM" in server.wire
        assert not re.search(rb"[^\r]\n|\r[^\n]", server.wire)

    def test_one_connection_serves_many_mails(self):
        server = ScriptedRelay()

        outcomes = deliver(server, *[(ITEM, MAIL)] * 5)

        assert len(outcomes) == 5
        assert server.connections == 1
        assert server.commands.count("EHLO desk.test") == 1

    def test_after_a_hundred_mails_the_connection_is_a_new_one(self):
        server = ScriptedRelay()

        deliver(server, *[(ITEM, MAIL)] * (MAILS_PER_CONNECTION + 1))

        assert server.connections == 2
        assert server.commands.count("QUIT") == 2

    def test_a_relay_that_knows_no_ehlo_is_greeted_with_helo(self):
        server = ScriptedRelay({"EHLO": [b"502 5.5.1 what?"]})

        outcomes = deliver(server, starttls="never")

        assert outcomes == [Delivered("250 2.0.0 queued as 4F1")]
        assert server.commands[:2] == ["EHLO desk.test", "HELO desk.test"]

    def test_addresses_are_checked_before_anything_is_said(self):
        server = ScriptedRelay()
        bad = replace(ITEM, recipient="ok@x.test>\r\nRCPT TO:<evil@x.test")

        (outcome,) = deliver(server, (bad, MAIL))

        assert isinstance(outcome, Refused)
        assert server.connections == 0


class TestParameters:
    def test_with_dsn_the_relay_learns_our_number_and_reports_failures_only(self):
        server = ScriptedRelay(extensions=(*EXTENSIONS, "DSN"))

        deliver(server)

        assert "MAIL FROM:<support@desk.test> RET=HDRS ENVID=42" in server.commands
        assert "RCPT TO:<cara@cust.test> NOTIFY=FAILURE" in server.commands

    def test_with_dsn_nobody_hears_of_a_mail_without_reverse_path(self):
        server = ScriptedRelay(extensions=(*EXTENSIONS, "DSN"))

        deliver(server, (replace(ITEM, reverse_path=None, automatic=True), MAIL))

        assert "MAIL FROM:<> RET=HDRS ENVID=42" in server.commands
        assert "RCPT TO:<cara@cust.test> NOTIFY=NEVER" in server.commands

    def test_eight_bit_text_is_announced(self):
        server = ScriptedRelay()

        deliver(server, (ITEM, MAIL + "Grüße\r\n".encode()))

        assert "MAIL FROM:<support@desk.test> BODY=8BITMIME" in server.commands

    def test_an_address_beyond_ascii_needs_smtputf8(self):
        server = ScriptedRelay(extensions=(*EXTENSIONS, "SMTPUTF8"))

        (outcome,) = deliver(server, (replace(ITEM, recipient="jörg@cust.test"), MAIL))

        assert isinstance(outcome, Delivered)
        assert "MAIL FROM:<support@desk.test> SMTPUTF8" in server.commands
        assert "RCPT TO:<jörg@cust.test>" in server.commands

    def test_without_smtputf8_that_recipient_fails_clearly_and_the_connection_lives_on(self):
        server = ScriptedRelay()

        outcomes = deliver(server, (replace(ITEM, recipient="jörg@cust.test"), MAIL), (ITEM, MAIL))

        assert outcomes[0] == Refused(
            "553 5.6.7 the relay cannot take addresses with letters beyond ASCII (no SMTPUTF8)"
        )
        assert isinstance(outcomes[1], Delivered)
        assert server.connections == 1

    def test_a_header_beyond_ascii_needs_smtputf8_as_well(self):
        (outcome,) = deliver(ScriptedRelay(), (ITEM, "Cc: jörg@cust.test\r\n".encode() + MAIL))

        assert isinstance(outcome, Refused)

    def test_a_domain_beyond_ascii_is_written_in_ascii(self):
        server = ScriptedRelay()

        (outcome,) = deliver(server, (replace(ITEM, recipient="ann@bücher.test"), MAIL))

        assert isinstance(outcome, Delivered)
        assert "RCPT TO:<ann@xn--bcher-kva.test>" in server.commands


class TestRefusals:
    @pytest.mark.parametrize(
        ("verb", "reply", "outcome"),
        [
            ("MAIL", b"451 4.3.0 later", Deferred("451 4.3.0 later")),
            ("MAIL", b"530 5.7.0 Must issue STARTTLS", Deferred("530 5.7.0 Must issue STARTTLS")),
            ("RCPT", b"450 4.2.0 greylisted", Deferred("450 4.2.0 greylisted")),
            ("RCPT", b"550 5.1.1 nobody here", Refused("550 5.1.1 nobody here")),
            ("DATA", b"554 5.7.1 no", Refused("554 5.7.1 no")),
            (".", b"452 4.3.1 disk full", Deferred("452 4.3.1 disk full")),
            (".", b"552 5.3.4 too big", Refused("552 5.3.4 too big")),
        ],
    )
    def test_a_refusal_says_what_it_is_and_the_next_mail_goes_over_the_same_connection(
        self, verb, reply, outcome
    ):
        server = ScriptedRelay({verb: [reply, b"354 go on" if verb == "DATA" else b"250 ok"]})

        outcomes = deliver(server, (ITEM, MAIL), (ITEM, MAIL))

        assert outcomes[0] == outcome
        assert isinstance(outcomes[1], Delivered)
        assert server.connections == 1
        assert "RSET" in server.commands

    @pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
    @pytest.mark.parametrize("reply", [DROP, b"421 4.3.2 going down"])
    def test_a_connection_that_ends_is_transient_wherever_it_ends(self, verb, reply):
        server = ScriptedRelay({verb: [reply]})

        (outcome,) = deliver(server)

        assert isinstance(outcome, Deferred)

    def test_a_connection_lost_after_the_dot_is_transient_and_the_same_bytes_come_again(self):
        server = ScriptedRelay({".": [DROP, b"250 ok"]})

        outcomes = deliver(server, (ITEM, MAIL), (ITEM, MAIL))

        assert [type(outcome) for outcome in outcomes] == [Deferred, Delivered]
        assert "did not answer for the mail" in outcomes[0].reply
        assert [taken.content for taken in server.taken] == [MAIL, MAIL]

    def test_a_relay_that_is_never_happy_with_the_connection_is_transient(self):
        for script in ({"CONNECT": [b"554 5.3.2 not today"]}, {"CONNECT": [DROP]}, {"EHLO": [DROP]}):
            (outcome,) = deliver(ScriptedRelay(script))

            assert isinstance(outcome, Deferred)

    def test_nonsense_from_the_relay_is_transient(self):
        (outcome,) = deliver(ScriptedRelay({"RCPT": [b"hello there"]}))

        assert isinstance(outcome, Deferred)

    def test_a_relay_that_is_not_there_is_transient(self):
        async def story():
            async with ScriptedRelay() as server:
                settings = settings_for(server)
            return await open_relay(settings, None).deliver(ITEM, MAIL)

        assert isinstance(asyncio.run(story()), Deferred)

    @pytest.mark.parametrize("verb", ["CONNECT", "RCPT"])
    def test_a_relay_that_does_not_answer_is_given_up_for_now(self, verb):
        server = ScriptedRelay(delays={verb: 9})

        (outcome,) = deliver(server, timeout_seconds=0.2)

        assert isinstance(outcome, Deferred)
        assert "timed out" in outcome.reply.lower()

    def test_the_answer_to_the_dot_may_take_ten_times_as_long(self):
        (outcome,) = deliver(ScriptedRelay(delays={".": 0.4}), timeout_seconds=0.2)

        assert isinstance(outcome, Delivered)

    def test_what_is_no_longer_ours_is_not_sent(self):
        async def story():
            async with ScriptedRelay() as server:
                relay = open_relay(settings_for(server), None)
                outcome = await relay.deliver(ITEM, MAIL, lambda: False)
                await relay.close()
                return outcome, server.commands

        outcome, commands = asyncio.run(story())

        assert isinstance(outcome, Deferred)
        assert "DATA" not in commands


class TestReuse:
    @pytest.mark.parametrize("reply", [DROP, b"421 4.4.2 idle for too long"])
    def test_a_connection_that_the_relay_has_left_meanwhile_costs_the_mail_nothing(self, reply):
        server = ScriptedRelay({"MAIL": [b"250 ok", reply, b"250 ok"]})

        outcomes = deliver(server, (ITEM, MAIL), (ITEM, MAIL))

        assert [type(outcome) for outcome in outcomes] == [Delivered, Delivered]
        assert server.connections == 2

    def test_a_relay_that_cannot_forget_a_refused_mail_gets_a_new_connection(self):
        server = ScriptedRelay({"RCPT": [b"550 no", b"250 ok"], "RSET": [DROP]})

        outcomes = deliver(server, (ITEM, MAIL), (ITEM, MAIL))

        assert [type(outcome) for outcome in outcomes] == [Refused, Delivered]
        assert server.connections == 2

    def test_connections_that_rest_are_closed(self):
        async def story():
            async with ScriptedRelay() as server:
                relay = open_relay(settings_for(server), None)
                await relay.deliver(ITEM, MAIL)
                await relay.rest()
                kept = "QUIT" not in server.commands
                relay._idle[0].idle_since -= IDLE_SECONDS
                await relay.rest()
                return kept, server.commands[-1]

        assert asyncio.run(story()) == (True, "QUIT")

    def test_a_relay_that_does_not_say_goodbye_is_left_all_the_same(self):
        assert isinstance(deliver(ScriptedRelay({"QUIT": [DROP]}))[0], Delivered)
        assert isinstance(deliver(ScriptedRelay({"QUIT": [b"500 no"]}))[0], Delivered)


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


@pytest.mark.needs_postfix
class TestSink:
    @pytest.mark.parametrize(
        ("options", "kind"),
        [
            ((), Delivered),
            (("-r", "RCPT"), Deferred),
            (("-r", "."), Deferred),
            (("-f", "RCPT"), Refused),
            (("-f", "."), Refused),
            (("-q", "MAIL"), Deferred),
            (("-q", "."), Deferred),
            (("-Q", "RCPT"), Deferred),
            (("-f", "CONNECT"), Deferred),
            (("-e",), Delivered),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else value.__name__,
    )
    def test_every_answer_of_smtp_sink_is_understood(self, options, kind):
        with smtp_sink(*options) as sink:
            relay = open_relay(
                settings_for(sink, starttls="never", url=f"smtp://127.0.0.1:{sink.port}"), None
            )

            async def story():
                outcome = await relay.deliver(ITEM, MAIL)
                await relay.close()
                return outcome

            outcome = asyncio.run(story())
            mails = sink.mails() if kind is Delivered else []

        assert isinstance(outcome, kind)
        for mail in mails:
            assert (mail.mail.split()[0], len(mail.recipients)) == ("<support@desk.test>", 1)
            assert mail.recipients[0].split()[0] == "<cara@cust.test>"
            assert mail.content.replace(b"\n", b"\r\n") == MAIL


@pytest.fixture(scope="module")
def real():
    with postfix() as server:
        yield server


@pytest.mark.needs_postfix
class TestPostfix:
    def send(self, real, *items, **changes):
        settings = settings_for(real, **{"certificate_authority_file": "relay.pem", **changes})

        async def story():
            relay = open_relay(settings, real.folder)
            outcomes = [await relay.deliver(item, MAIL + b".\r\n..\r\n") for item in items]
            await relay.close()
            return outcomes

        return asyncio.run(story())

    def test_mail_reaches_the_mailbox_over_tls_whole(self, real):
        outcomes = self.send(real, ITEM, starttls="required")

        assert "queued as" in outcomes[0].reply
        (mail,) = real.mails("cara@cust.test")
        assert mail.endswith(MAIL.replace(b"\r\n", b"\n") + b".\n..\n")
        assert mail.startswith(b"Return-Path: <support@desk.test>\n")
        assert b"with ESMTPS id" in mail

    def test_automatic_mail_has_no_reverse_path_and_an_unknown_person_is_final(self, real):
        outcomes = self.send(
            real,
            replace(ITEM, recipient="unknown@cust.test"),
            replace(ITEM, recipient="dan@cust.test", reverse_path=None),
            replace(ITEM, recipient="jörg@cust.test"),
        )

        assert [type(outcome) for outcome in outcomes] == [Refused, Delivered, Delivered]
        assert "5.1.1" in outcomes[0].reply
        assert real.mails("dan@cust.test")[0].startswith(b"Return-Path: <>\n")
        assert real.mails("jörg@cust.test")

    def test_its_own_certificate_is_not_trusted_unasked(self, real):
        (outcome,) = self.send(real, ITEM, certificate_authority_file="")

        assert isinstance(outcome, Deferred)
        assert "certificate does not hold" in outcome.reply
