"""The arguments of MAIL and RCPT, and the trace fields: pure functions, fed with anything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_paths import MailArgument, domain_of, read_mail, read_recipient
from daemon.edges.smtp_trace import goes_round, protocol_word, trace_fields
from storage.records import Incoming
from storage.vocabulary import Source

KNOWN = frozenset(("SIZE", "BODY", "SMTPUTF8", "AUTH"))
NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)


class TestMail:
    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            ("FROM:<>", MailArgument(None)),
            ("FROM:<a@b.test>", MailArgument("a@b.test")),
            ("from: <a@b.test>   SIZE=5  BODY=8BITMIME", MailArgument("a@b.test", 5)),
            ("FROM:<a@b.test> AUTH=a@b.test", MailArgument("a@b.test")),
            ("FROM:<é@b.test> smtputf8", MailArgument("é@b.test", 0, utf8=True)),
            ("FROM:<a@bücher.test> SMTPUTF8", MailArgument("a@bücher.test", 0, utf8=True)),
            ("FROM:<a..b.@docomo.test>", MailArgument("a..b.@docomo.test")),
            ("FROM:<prvs=1=a%c!d@b.test>", MailArgument("prvs=1=a%c!d@b.test")),
            ("FROM:<a@b_c.test>", MailArgument("a@b_c.test")),
            ('FROM:<"a\\"b> c"@b.test>', MailArgument('"a\\"b> c"@b.test')),
            ("FROM:<a@[192.0.2.1]>", MailArgument("a@[192.0.2.1]")),
            ("FROM:<" + "a" * 64 + "@b.test>", MailArgument("a" * 64 + "@b.test")),
        ],
    )
    def test_what_is_sound_is_read(self, argument, expected):
        assert read_mail(argument, KNOWN) == expected

    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            ("FROM:<a@[192.0.2.256]>", replies.BAD_SENDER),
            ("FROM:<a@[IPv6:::1%lo]>", replies.BAD_SENDER),
            ("FROM:<a@[192.0.2.1>", replies.BAD_SENDER),
            ("FROM:<a@b.test.>", replies.BAD_SENDER),
            ("FROM:<a@" + "b" * 64 + ".test>", replies.BAD_SENDER),
            ("FROM:<@>", replies.NO_RELAYING),
            ("FROM:<a\u202eb@c.test> SMTPUTF8", replies.BAD_SENDER),
            ("FROM:<é@b.test>", replies.NEEDS_SMTPUTF8),
            ("FROM:<a@b.test> SMTPUTF8=1", replies.BAD_SYNTAX),
            ("FROM:<a@b.test> SIZE", replies.BAD_SYNTAX),
            ("FROM:<a@b.test> =x", replies.BAD_SYNTAX),
            ("FROM:<a@b.test> AUTH", replies.BAD_SYNTAX),
            ("FROM:<a@b.test> BODY", replies.BAD_SYNTAX),
            ("FROM:<a@b.test> SIZE=" + "9" * 21, replies.BAD_SYNTAX),
            ("FROM:<a@b.test> MT-PRIORITY=3", replies.UNKNOWN_PARAMETER),
        ],
    )
    def test_what_is_not_sound_is_refused(self, argument, expected):
        assert read_mail(argument, KNOWN) == expected

    @given(st.text(max_size=300))
    def test_no_text_is_too_odd(self, text):
        for found in (read_mail("FROM:" + text, KNOWN), read_recipient("TO:" + text, utf8=True)):
            address = found.reverse_path if isinstance(found, MailArgument) else found
            assert isinstance(found, Reply) or address is None or address.isprintable()

    @given(st.from_regex(r'<[a-z"@.%!\\\[\]:> ]{0,40}>', fullmatch=True), st.booleans())
    def test_an_accepted_recipient_holds_no_route(self, path, utf8):
        found = read_recipient("TO:" + path, utf8=utf8)

        if not isinstance(found, Reply):
            assert found == "postmaster" or found.count("@") == 1
            assert "%" not in found
            assert "!" not in found


class TestRecipient:
    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            ("TO:<a+b@c.test>", "a+b@c.test"),
            ('to: <"a.b"@c.test>', "a.b@c.test"),
            ('TO:<"a\\.b"@c.test>', "a.b@c.test"),
            ('TO:<"a b"@c.test>', '"a b"@c.test'),
            ('TO:<"a%b"@c.test>', replies.NO_RELAYING),
            ("TO:<POSTMASTER>", "POSTMASTER"),
            ("TO:a@b.test", replies.BAD_SYNTAX),
            ("a@b.test", replies.BAD_SYNTAX),
        ],
    )
    def test_each_form_has_its_reading(self, argument, expected):
        assert read_recipient(argument, utf8=False) == expected

    @pytest.mark.parametrize(("address", "domain"), [("a@b.test", "b.test"), ("postmaster", ""), ("", "")])
    def test_the_domain_stands_behind_the_last_at(self, address, domain):
        assert domain_of(address) == domain


def _incoming(**facts):
    return Incoming(**{"source": Source.SMTP, "raw": b"", "received_at": NOW, "peer": "192.0.2.7", **facts})


class TestTrace:
    @pytest.mark.parametrize(
        ("facts", "extended", "utf8", "word"),
        [
            ({}, False, False, "SMTP"),
            ({}, True, False, "ESMTP"),
            ({"tls": "TLSv1.3 X"}, True, False, "ESMTPS"),
            ({"tls": "TLSv1.3 X", "auth_user": "a@b.test"}, True, False, "ESMTPSA"),
            ({"tls": "TLSv1.3 X", "auth_user": "a@b.test"}, True, True, "UTF8SMTPSA"),
            ({"source": Source.LMTP}, True, False, "LMTP"),
            ({"source": Source.LMTP, "tls": "TLSv1.3 X"}, True, True, "UTF8LMTPS"),
        ],
    )
    def test_the_protocol_has_its_registered_word(self, facts, extended, utf8, word):
        assert protocol_word(_incoming(**facts), extended=extended, utf8=utf8) == word

    @pytest.mark.parametrize(
        ("helo", "shown"),
        [("[192.0.2.7]", "[192.0.2.7]"), ("a b(c);é", "a_b_c___"), ("x" * 2_000, "x" * 255)],
    )
    def test_what_the_peer_calls_itself_cannot_pass_for_ours(self, helo, shown):
        fields = trace_fields(_incoming(helo=helo, reverse_path="a@b.test"), "mx.desk.test", "ESMTP", "1")

        assert f"Received: from {shown} ([192.0.2.7])\r\n\tby mx.desk.test".encode() in fields

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    def test_no_hello_adds_a_line(self, helo):
        fields = trace_fields(_incoming(helo=helo), "mx.desk.test", "ESMTP", "1")

        assert fields.count(b"\n") == fields.count(b"\r\n") == 4

    @pytest.mark.parametrize(
        ("content", "round_trip"),
        [
            (b"Received: x\r\n" * 101, True),
            (b"Received: x\r\n" * 100, False),
            (b"received:x\n" * 101, True),
            (b"RECEIVED : x\r\n\tfolded\r\n" * 101 + b"\r\nbody", True),
            (b"Subject: x\r\n\r\n" + b"Received: x\r\n" * 500, False),
            (b"Subject: x\n\n" + b"Received: x\n" * 500, False),
            (b"X-Received: x\r\n" * 500, False),
            (b"", False),
        ],
    )
    def test_more_than_a_hundred_hops_in_the_header_are_a_loop(self, content, round_trip):
        assert goes_round(content) is round_trip
