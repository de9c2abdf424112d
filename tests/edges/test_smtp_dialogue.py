"""The way of a message through the commands: greeting, reverse-path, recipients, senders."""

import dataclasses

import pytest

from storage.vocabulary import Source
from tests.edges.smtp_desk import NOW, Desk


@pytest.fixture(scope="module")
def shared():
    with Desk() as desk:
        yield desk


@pytest.fixture
def desk(shared):
    shared.recorder.kept.clear()
    return shared


@pytest.fixture
def client(desk):
    with desk.hello() as client:
        yield client


class TestHello:
    def test_ehlo_announces_what_we_do_and_no_pipelining(self, desk):
        with desk.connect() as client:
            assert client.expect(220) == ["220 mx.desk.test ESMTP Postdesk"]
            assert client.say("EHLO cust.test", 250) == [
                "250-mx.desk.test",
                "250-SIZE 26214400",
                "250-8BITMIME",
                "250-SMTPUTF8",
                "250-ENHANCEDSTATUSCODES",
                "250 HELP",
            ]

    def test_helo_is_enough_for_a_mail_without_parameters(self, desk):
        with desk.connect() as client:
            client.expect(220)
            assert client.say("helo cust.test", 250) == ["250 mx.desk.test"]
            client.say("MAIL FROM:<cara@cust.test> SIZE=100", "555 5.5.4")
            client.mail()

        assert b" with SMTP id " in desk.kept[0].trace

    @pytest.mark.parametrize("command", ["MAIL FROM:<a@cust.test>", "RCPT TO:<support@desk.test>", "DATA"])
    def test_nothing_goes_before_hello(self, desk, command):
        with desk.connect() as client:
            client.expect(220)
            client.say(command, "503 5.5.1")

    @pytest.mark.parametrize("command", ["EHLO", "HELO"])
    def test_hello_needs_a_name(self, desk, command):
        with desk.connect() as client:
            client.expect(220)
            client.say(command, "501 5.5.4")
            client.say("MAIL FROM:<a@cust.test>", "503 5.5.1")

    def test_a_second_hello_forgets_the_mail_under_way(self, client):
        client.say("MAIL FROM:<cara@cust.test>", 250)
        client.say("EHLO cust.test", 250)
        client.say("RCPT TO:<support@desk.test>", "503 5.5.1")

    def test_the_host_name_of_the_settings_comes_first(self):
        with Desk(hostname="mail.corp.test") as desk, desk.connect() as client:
            assert client.expect(220) == ["220 mail.corp.test ESMTP Postdesk"]
            client.say("EHLO x", 250)
            client.mail()

        assert b"by mail.corp.test (Postdesk)" in desk.kept[0].trace


class TestMail:
    def test_an_accepted_mail_is_handed_over_with_everything_we_know(self, desk, client):
        client.mail(b"Subject: hi\r\n\r\nhello\r\n")

        (incoming,) = desk.kept
        assert dataclasses.replace(incoming, trace=b"") == dataclasses.replace(
            incoming,
            source=Source.SMTP,
            raw=b"Subject: hi\r\n\r\nhello\r\n",
            received_at=NOW,
            reverse_path="cara@cust.test",
            null_reverse_path=False,
            recipients=("support@desk.test",),
            peer="127.0.0.1",
            helo="cust.test",
            auth_user=None,
            tls="",
            trace=b"",
            source_key=None,
        )

    def test_the_reply_names_the_arrival(self, client):
        assert client.mail() == ["250 2.0.0 Queued as 1"]
        assert client.mail() == ["250 2.0.0 Queued as 2"]

    def test_one_return_path_and_one_received_field_are_ours(self, desk, client):
        client.mail()

        lines = desk.kept[0].trace.decode().split("\r\n")
        transaction = lines[2].rsplit(" ", 1)[1]
        assert lines == [
            "Return-Path: <cara@cust.test>",
            "Received: from cust.test ([127.0.0.1])",
            f"\tby mx.desk.test (Postdesk) with ESMTP id {transaction}",
            "\tfor <support@desk.test>;",
            "\tMon, 15 Jan 2024 09:00:00 +0000",
            "",
        ]
        assert len(transaction) == 16

    def test_several_recipients_are_one_arrival_and_not_named_in_the_trace(self, desk, client):
        client.begin(
            "cara@cust.test", "support@desk.test", "support+t7.k1.abc@DESK.test", "Postmaster@desk.test"
        )
        client.send(b"x\r\n.\r\n")
        client.expect("250 2.0.0")

        (incoming,) = desk.kept
        assert incoming.recipients == (
            "support@desk.test",
            "support+t7.k1.abc@DESK.test",
            "Postmaster@desk.test",
        )
        assert b" for <" not in incoming.trace

    def test_the_null_reverse_path_is_none_and_marked(self, desk, client):
        client.begin("", "support@desk.test", parameters=" SIZE=10")
        client.send(b".\r\n")
        client.expect(250)

        (incoming,) = desk.kept
        assert (incoming.reverse_path, incoming.null_reverse_path, incoming.raw) == (None, True, b"")
        assert incoming.trace.startswith(b"Return-Path: <>\r\nReceived: from ")

    def test_at_183_rcpt_dup_makes_one_delivery(self, desk, client):
        addresses = ["support@desk.test", "Support@Desk.Test", '"support"@desk.test'] * 40
        client.begin("cara@cust.test", *addresses)
        client.send(b"x\r\n.\r\n")
        client.expect(250)

        assert [incoming.recipients for incoming in desk.kept] == [("support@desk.test",)]

    def test_at_183_more_recipients_than_the_limit_are_deferred(self):
        with Desk(recipient_limit=3) as desk, desk.hello() as client:
            client.say("MAIL FROM:<cara@cust.test>", 250)
            for number in range(3):
                client.say(f"RCPT TO:<support+{number}@desk.test>", 250)
            client.say("RCPT TO:<support+3@desk.test>", "452 4.5.3")
            client.say("RCPT TO:<support+1@desk.test>", 250)
            client.say("DATA", 354)
            client.send(b".\r\n")
            client.expect(250)

        assert len(desk.kept[0].recipients) == 3

    def test_a_mail_may_not_begin_inside_another(self, client):
        client.say("MAIL FROM:<cara@cust.test>", 250)
        client.say("MAIL FROM:<dan@cust2.test>", "503 5.5.1")
        client.say("RSET", 250)
        client.say("MAIL FROM:<dan@cust2.test>", 250)

    def test_data_needs_a_sender_a_recipient_and_no_argument(self, client):
        client.say("DATA", "503 5.5.1 Say MAIL first")
        client.say("MAIL FROM:<cara@cust.test>", 250)
        client.say("RCPT TO:<nobody@desk.test>", "550 5.1.1")
        client.say("DATA", "503 5.5.1 No valid recipients")
        client.say("RCPT TO:<support@desk.test>", 250)
        client.say("DATA now", "501 5.5.4")

    def test_many_mails_go_through_one_session(self, desk, client):
        for _ in range(120):
            client.mail()

        assert len(desk.kept) == 120

    def test_at_196_an_8_bit_body_needs_no_body_parameter(self, desk, client):
        client.mail("Subject: Müller\r\n\r\nGrüße\r\n".encode("latin-1"))
        client.begin("cara@cust.test", "support@desk.test", parameters=" BODY=8bitmime")
        client.send(b"\xff\xfe\0\r\n.\r\n")
        client.expect(250)

        assert [incoming.raw for incoming in desk.kept] == [
            b"Subject: M\xfcller\r\n\r\nGr\xfc\xdfe\r\n",
            b"\xff\xfe\0\r\n",
        ]

    def test_at_196_a_utf8_address_needs_the_keyword(self, desk, client):
        client.say("MAIL FROM:<jürgen@cust.test>", "553 5.6.7")
        client.say("MAIL FROM:<cara@cust.test>", 250)
        client.say("RCPT TO:<müller@desk.test>", "553 5.6.7")
        client.say("RSET", 250)
        client.begin("jürgen@cust.test", "müller@desk.test", parameters=" SMTPUTF8")
        client.send(b".\r\n")
        client.expect(250)

        (incoming,) = desk.kept
        assert (incoming.reverse_path, incoming.recipients) == ("jürgen@cust.test", ("müller@desk.test",))
        assert b" with UTF8SMTP id " in incoming.trace
        assert "<müller@desk.test>".encode() in incoming.trace

    def test_a_mail_that_goes_round_is_refused_for_good(self, desk, client):
        hop = b"Received: from a by b; Mon, 15 Jan 2024 09:00:00 +0000\r\n"
        client.mail(hop * 101 + b"\r\n", "554 5.4.6")
        client.mail(hop * 100 + b"\r\n" + hop * 5)

        assert len(desk.kept) == 1


class TestRecipients:
    @pytest.mark.parametrize(
        ("recipient", "start"),
        [
            ("nobody@desk.test", "550 5.1.1"),
            ("nobody@DESK.TEST", "550 5.1.1"),
            ("x@other.test", "550 5.7.1"),
            ("support@desk.test.evil.test", "550 5.7.1"),
            ("support@[127.0.0.1]", "550 5.7.1"),
            ("@other.test:support@desk.test", "550 5.7.1"),
            ("x%other.test@desk.test", "550 5.7.1"),
            ("other.test!x@desk.test", "550 5.7.1"),
            ('"x@other.test"@desk.test', "550 5.7.1"),
            ("support", "553 5.1.3"),
            ("", "553 5.1.3"),
            ("support@", "553 5.1.3"),
            ("@desk.test", "550 5.7.1"),
            ("support@desk..test", "553 5.1.3"),
            ("Postmaster", "250 2.1.5"),
            ("SUPPORT@Desk.Test", "250 2.1.5"),
            ("support+t1.k1.0a@desk.test", "250 2.1.5"),
        ],
    )
    def test_only_our_own_are_accepted(self, client, recipient, start):
        client.say("MAIL FROM:<cara@cust.test>", 250)
        client.say(f"RCPT TO:<{recipient}>", start)

    def test_no_parameter_is_known(self, client):
        client.say("MAIL FROM:<cara@cust.test>", 250)
        client.say("RCPT TO:<support@desk.test> NOTIFY=NEVER", "555 5.5.4")

    def test_guessing_recipients_ends_the_session(self, desk, client):
        client.say("MAIL FROM:<cara@cust.test>", 250)
        for number in range(99):
            client.say(f"RCPT TO:<guess{number}@desk.test>", "550 5.1.1")
        client.say("RCPT TO:<guess99@desk.test>", "550 5.1.1")
        client.expect("421 4.7.0")
        assert client.closed()
        assert desk.kept == []


class TestSenders:
    @pytest.mark.parametrize(
        ("argument", "start"),
        [
            (b"FROM:<a\rb@c.d>", "500 5.5.2"),
            (b"FROM:<a@b.test", "501 5.5.4"),
            (b"FROM:a@b.test", "501 5.5.4"),
            (b"FROM:", "501 5.5.4"),
            (b"", "501 5.5.4"),
            (b"TO:<a@b.test>", "501 5.5.4"),
            (b"FROM:<a@b.test>x", "501 5.5.4"),
            (b"FROM:<a b@c.test>", "501 5.5.4"),
            (b"FROM:<" + b"a" * 10_240 + b"@b.test>", "500 5.5.2"),
            (b"FROM:<" + b"a" * 65 + b"@b.test>", "553 5.1.7"),
            (b"FROM:<a@" + b"b." * 127 + b"test>", "553 5.1.7"),
            (b"FROM:<a@-b.test>", "553 5.1.7"),
            (b"FROM:<a\xff@b.test>", "501 5.5.4"),
            (b"FROM:<a@b.test> SIZE=x", "501 5.5.4"),
            (b"FROM:<a@b.test> BODY=BINARYMIME", "501 5.5.4"),
            (b"FROM:<a@b.test> SIZE=1 SIZE=2", "501 5.5.4"),
            (b"FROM:<a@b.test> RET=FULL", "555 5.5.4"),
            (b"FROM:<a@b.test> AUTH=<>", "555 5.5.4"),
            (b"FROM:<@x.test:a@b.test>", "550 5.7.1"),
            (b"FROM:<> SIZE=5 BODY=7BIT SMTPUTF8", "250 2.1.0"),
            (b"FROM: <a@b.test>", "250 2.1.0"),
            (b"from:<a%b!c@[192.0.2.1]>  size=5", "250 2.1.0"),
            (b'FROM:<"a > \\" b"@[IPv6:2001:db8::1]>', "250 2.1.0"),
        ],
    )
    def test_at_187_mailfrom_odd_is_refused_and_the_sound_ones_pass(self, client, argument, start):
        client.say(b"MAIL " + argument, start)
        client.say("NOOP", 250)

    def test_at_187_no_control_byte_reaches_the_log(self, client, caplog):
        caplog.set_level("DEBUG")
        client.say(b"MAIL FROM:<a\rb@c.d>", 500)
        client.say(b"VRFY \x1b[31mred", 500)
        client.say("MAIL FROM:<a@b.test>", 250)
        client.say(b"RCPT TO:<\xc2\x85x@desk.test>", 553)

        assert caplog.records
        assert all(record.getMessage().isprintable() for record in caplog.records)
