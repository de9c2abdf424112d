"""Composed mail: what a stranger reads in it is what was put in, and nothing that was put in can escape."""

import email
import email.policy
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.compose import Attachment, compose
from daemon.mail.fields_out import CompositionError, check_block, clean
from daemon.mail.message import Mailbox
from tests.calls import calls
from tests.mail.composed import ANY_TEXT, PLAIN, parsed, words, written


class TestWholeMail:
    def test_plain_text(self):
        assert written(PLAIN).decode() == (
            "Date: Mon, 15 Jan 2024 09:00:00 +0000\r\n"
            "From: IT Support <support@desk.test>\r\n"
            "To: Cara Customer <cara@cust.test>\r\n"
            "Subject: Printer on fire\r\n"
            "Message-ID: <1042.a7@desk.test>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Use sand.\r\n"
        )

    def test_automatic_answer_with_html_in_a_conversation(self):
        draft = replace(
            PLAIN,
            html="<p>Use sand → quickly.</p>",
            reply_to=Mailbox("support+t1042.k1.mac@desk.test", "IT Support"),
            cc=(Mailbox("dan@cust2.test", "Customer, Dan"), Mailbox("eve@example.com")),
            in_reply_to="<first@cust.test>",
            references=("<root@cust.test>", "<first@cust.test>"),
            automatic="auto-replied",
            loop_mark="desk.test 1042",
            extra=(("List-Id", "Status of IT <status.desk.test>"),),
        )

        assert written(draft).decode() == (
            "Date: Mon, 15 Jan 2024 09:00:00 +0000\r\n"
            "From: IT Support <support@desk.test>\r\n"
            "Reply-To: IT Support <support+t1042.k1.mac@desk.test>\r\n"
            "To: Cara Customer <cara@cust.test>\r\n"
            'Cc: "Customer, Dan" <dan@cust2.test>, eve@example.com\r\n'
            "Subject: Printer on fire\r\n"
            "Message-ID: <1042.a7@desk.test>\r\n"
            "In-Reply-To: <first@cust.test>\r\n"
            "References: <root@cust.test> <first@cust.test>\r\n"
            "Auto-Submitted: auto-replied\r\n"
            "X-Auto-Response-Suppress: All\r\n"
            "Postdesk-Loop: desk.test 1042\r\n"
            "List-Id: Status of IT <status.desk.test>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative;\r\n"
            ' boundary="=_193f98a8be756fee54bfe036b58d546f"\r\n'
            "\r\n"
            "--=_193f98a8be756fee54bfe036b58d546f\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Use sand.\r\n"
            "\r\n"
            "--=_193f98a8be756fee54bfe036b58d546f\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "<p>Use sand =E2=86=92 quickly.</p>\r\n"
            "\r\n"
            "--=_193f98a8be756fee54bfe036b58d546f--\r\n"
        )

    def test_the_same_draft_gives_the_same_bytes(self):
        draft = replace(PLAIN, html="<p>x</p>", attachments=(Attachment("a.txt", "text/plain", "", b"x"),))

        assert compose(draft) == compose(draft)

    def test_a_copy_takes_a_tenth_of_the_standard_librarys_work_at_most(self):
        text, html = "Grüße aus Köln\n" * 60, "<p style='color:red'>Grüße</p>\n" * 200
        ours = replace(PLAIN, text=text, html=html)

        def theirs():
            message = EmailMessage(policy=email.policy.SMTP)
            message["From"], message["To"] = "IT Support <support@desk.test>", "Cara <cara@cust.test>"
            message["Subject"], message["Message-ID"] = ours.subject, ours.message_id
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            return message.as_bytes()

        # In time it is as much less.
        assert calls(lambda: compose(ours)) < calls(theirs) / 10


class TestBody:
    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\t=. -F")))
    def test_text_comes_back_as_it_went_in(self, text):
        body = words(parsed(replace(PLAIN, text=text)))

        assert body == (text if text.endswith("\n") else text + "\n")

    @given(ANY_TEXT)
    def test_no_text_can_break_out(self, text):
        message = parsed(replace(PLAIN, text=text, html=text or "x"))

        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        plain, html = map(words, message.iter_parts())
        assert plain == html or not text

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("plain words", "7bit"),
            ("x" * 998, "7bit"),
            ("x" * 999, "quoted-printable"),
            ("Grüße", "quoted-printable"),
            ("From here on", "quoted-printable"),
            ("a\nFrom here on", "quoted-printable"),
        ],
    )
    def test_text_is_encoded_only_where_it_has_to_be(self, text, encoding):
        assert parsed(replace(PLAIN, text=text))["Content-Transfer-Encoding"] == encoding

    def test_a_line_that_begins_with_from_survives_mbox_files(self):
        whole = written(replace(PLAIN, text="From here\nFrom there ü"))

        assert b"\nFrom " not in whole.partition(b"\r\n\r\n")[2]
        assert words(parsed(replace(PLAIN, text="From here\nFrom there ü"))) == "From here\nFrom there ü\n"

    # Attack AT-177.
    @pytest.mark.parametrize("end", ["\n.\n", "\r.\r\n", "\r\n.\r\n", "\r.\r", "\r\n\0.\r\n"])
    def test_quoted_ends_of_data_leave_with_crlf_only(self, end):
        attack = f"hello{end}MAIL FROM:<cfo@corp.test>{end}DATA"

        body = words(parsed(replace(PLAIN, text=attack)))

        assert body == "hello\n.\nMAIL FROM:<cfo@corp.test>\n.\nDATA\n"

    def test_a_boundary_that_stands_in_the_text_is_not_used(self):
        draft = replace(PLAIN, html="<p>x</p>")
        guessed = parsed(draft).get_boundary()

        message = parsed(replace(draft, text=f"--{guessed}\r\nX: y\r\n\r\n--{guessed}--\r\n"))

        assert message.get_boundary() != guessed
        assert len(list(message.iter_parts())) == 2


class TestThreading:
    def test_of_many_references_the_root_and_the_newest_stay(self):
        ids = tuple(f"<{number}@cust.test>" for number in range(50))

        kept = parsed(replace(PLAIN, references=ids))["References"].split()

        assert kept == ["<0@cust.test>", *[f"<{number}@cust.test>" for number in range(31, 50)]]

    def test_ids_that_are_none_are_left_out(self):
        bad = ("<>", "x", "<a b@c>", "<a\r\nBcc:@c>", "<" + "a" * 300 + "@c>", "<é@c>", "<a<b@c>")

        message = parsed(replace(PLAIN, references=(*bad, "<good@c>", "<good@c>"), in_reply_to="<a b>"))

        assert message["References"] == "<good@c>"
        assert message["In-Reply-To"] is None
        assert parsed(replace(PLAIN, references=bad))["References"] is None

    @pytest.mark.parametrize(
        "message_id", ["", "x@desk.test", "<a>\r\nBcc: eve@evil.test", "<a b@desk.test>"]
    )
    def test_a_message_id_that_is_none_is_refused(self, message_id):
        with pytest.raises(CompositionError, match="Message-ID"):
            compose(replace(PLAIN, message_id=message_id))


class TestFields:
    @given(ANY_TEXT)
    def test_a_further_field_carries_any_text_without_breaking(self, text):
        message = parsed(replace(PLAIN, extra=(("X-Note", text),), loop_mark=text or "x"))

        assert message["X-Note"] == clean(text, 898)

    @pytest.mark.parametrize("name", ["", "Bcc", "to", "X Y", "X:Y", "X-Ä", "Content-Type", "X\r\nBcc"])
    def test_a_further_field_cannot_be_one_of_ours_or_no_name(self, name):
        with pytest.raises(CompositionError, match="name of a further header field"):
            compose(replace(PLAIN, extra=((name, "x"),)))

    def test_a_date_without_zone_is_refused(self):
        with pytest.raises(CompositionError, match="zone"):
            compose(replace(PLAIN, date=datetime(2024, 1, 15, 9, 0)))  # noqa: DTZ001

    @pytest.mark.parametrize(
        "block",
        [
            b"To: a\r\nBcc: b\r\n",
            b"To: a\nBcc: b\r\n",
            b"To: a\rb\r\n",
            b"To: a\0\r\n",
            b"To: a\r\n \r\n",
            b"To: a\r\n\r\nbody\r\n",
            b"To: " + b"a" * 1_000 + b"\r\n",
            b"",
        ],
    )
    def test_a_header_block_that_is_not_the_intended_one_never_leaves(self, block):
        with pytest.raises(CompositionError):
            check_block(block, ["To"])
