"""The relay by SMTP: what exactly goes over the wire, and what each answer means."""

import asyncio
import re
from dataclasses import replace

import pytest

from daemon.edges.relay import open_relay
from daemon.edges.relay_smtp import IDLE_SECONDS, MAILS_PER_CONNECTION
from daemon.services.delivery import Deferred, Delivered, Refused
from tests.edges.relay_story import ITEM, MAIL, deliver, settings_for
from tests.servers.scripted_relay import DROP, EXTENSIONS, ScriptedRelay


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
