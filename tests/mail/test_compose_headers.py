"""Subjects and addresses of composed mail: they read as they were meant and add nothing."""

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.compose import compose
from daemon.mail.fields_out import CompositionError, clean
from daemon.mail.message import Mailbox
from tests.mail.composed import ANY_TEXT, PLAIN, header, parsed, written


class TestSubject:
    @given(ANY_TEXT)
    def test_any_subject_is_one_field_and_reads_as_it_was_cleaned(self, text):
        message = parsed(replace(PLAIN, subject=text))

        assert message["Subject"] == clean(text, 200)
        assert message.keys().count("Subject") == 1

    # Attack AT-163.
    def test_a_line_end_in_the_subject_becomes_a_blank(self):
        message = parsed(replace(PLAIN, subject="x\r\nBcc: eve@evil.test"))

        assert message["Subject"] == "x Bcc: eve@evil.test"
        assert message["Bcc"] is None

    # Attack AT-133.
    def test_a_long_subject_is_cut(self):
        assert parsed(replace(PLAIN, subject="é" * 5_000))["Subject"] == "é" * 199 + "…"

    @pytest.mark.parametrize(
        "subject",
        [
            "Grüße " * 30,
            "the lamp on the third floor is so hot that nobody may touch it, ça brûle " * 3,
            "日本語" * 60,
            "word " * 35,
            "😀" * 180,
        ],
    )
    def test_lines_stay_within_76_characters(self, subject):
        assert max(map(len, header(replace(PLAIN, subject=subject)).split("\r\n"))) <= 76

    def test_encoded_words_stay_within_75_characters_and_hold_whole_characters(self):
        words = re.findall(r"=\?utf-8\?[bq]\?[^?]*\?=", header(replace(PLAIN, subject="Füße 日本😀" * 15)))

        assert len(words) > 3
        assert all(len(word) <= 75 for word in words)
        for word in words:
            assert "\ufffd" not in decode_header(word)[0][0].decode("utf-8")

    def test_mostly_ascii_text_stays_readable_when_encoded(self):
        draft = replace(PLAIN, subject="Re: printer on the third floor brûle")

        assert "Subject: =?utf-8?q?Re=3A_printer_on_the_third_floor_br=C3=BBle?=\r\n" in header(draft)

    def test_what_looks_like_an_encoded_word_is_shown_as_it_was_typed(self):
        assert parsed(replace(PLAIN, subject="=?utf-8?q?boo?="))["Subject"] == "=?utf-8?q?boo?="

    @given(ANY_TEXT, st.integers(2, 300))
    def test_cleaning_twice_changes_nothing(self, text, limit):
        once = clean(text, limit)

        assert clean(once, limit) == once
        assert len(once) <= limit


class TestAddresses:
    @given(ANY_TEXT)
    def test_a_display_name_stays_a_name(self, name):
        draft = replace(PLAIN, to=Mailbox("cara@cust.test", name))
        message = parsed(draft)

        assert [address.addr_spec for address in message["To"].addresses] == ["cara@cust.test"]
        # The newer parser puts a blank between encoded words of a name, against RFC 2047 s 6.2.
        shown, _ = parseaddr(email.message_from_bytes(written(draft))["To"].replace("\r\n", ""))
        assert str(make_header(decode_header(shown))) == clean(name, 100)

    # Attack AT-165.
    @pytest.mark.parametrize(
        "name",
        ["x\r\nTo: eve@evil.test", '"><script>', 'a" <eve@evil.test>, "b', "eve@evil.test", "O'Hara (x"],
    )
    def test_a_display_name_adds_no_recipient(self, name):
        message = parsed(replace(PLAIN, to=Mailbox("cara@cust.test", name)))

        assert [address.addr_spec for address in message["To"].addresses] == ["cara@cust.test"]
        assert message.keys().count("To") == 1

    @pytest.mark.parametrize(
        ("address", "as_written"),
        [
            ("Ann.Smith+x@Example.COM", "Ann.Smith+x@Example.COM"),
            ('"ann smith"@example.com', '"ann smith"@example.com'),
            ('"ann"@example.com', "ann@example.com"),
            ('"a\\"b"@example.com', '"a\\"b"@example.com'),
            ("john..doe.@docomo.test", '"john..doe."@docomo.test'),
            ("a$(touch${IFS}x)@example.com", None),
            ("jörg@example.com", "jörg@example.com"),
            ("ann@bücher.example", "ann@xn--bcher-kva.example"),
            ("ann@straße.example", "ann@straße.example"),
            ("jörg@bücher.example", "jörg@bücher.example"),
            ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
        ],
    )
    def test_an_address_is_rebuilt_from_its_parts(self, address, as_written):
        draft = replace(PLAIN, to=Mailbox(address))
        if as_written is None:
            with pytest.raises(CompositionError):
                compose(draft)
            return

        assert f"\r\nTo: {as_written}\r\n" in header(draft)

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@corp.test@evil.test",
            "ann@corp.test\r\nBcc: eve@evil.test",
            "ann smith@example.com",
            "<ann@example.com>",
            "ann@example.com>",
            "ann@example..com",
            "ann@-example.com",
            "ann@example.com\0",
            "ann\uff20corp.test",
            "ann@corp\u3002test",
            "ann@corp\uff0etest",
            "a\u200bnn@corp.test",
            '"a\nb"@example.com',
            "a" * 260 + "@example.com",
            "ann@" + "ü" * 200 + ".example",
        ],
    )
    def test_what_is_no_address_is_refused(self, address):
        with pytest.raises(CompositionError, match="expected an address"):
            compose(replace(PLAIN, to=Mailbox(address, "Ann")))

    def test_many_copied_people_are_folded(self):
        people = tuple(Mailbox(f"person{number}@example.com", f"Person, {number}") for number in range(60))

        message = parsed(replace(PLAIN, cc=people))

        assert [address.addr_spec for address in message["Cc"].addresses] == [one.address for one in people]
        assert max(map(len, header(replace(PLAIN, cc=people)).split("\r\n"))) <= 76
