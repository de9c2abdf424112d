"""Composed mail: what a stranger reads in it is what was put in, and nothing that was put in can escape."""

import email
import email.policy
import re
import time
import timeit
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.compose import Attachment, Draft, can_splice, compose
from daemon.mail.fields_out import CompositionError, check_block, clean
from daemon.mail.message import Mailbox
from storage.records import Splice

SUPPORT = Mailbox("support@desk.test", "IT Support")
CARA = Mailbox("cara@cust.test", "Cara Customer")
PLAIN = Draft(
    header_from=SUPPORT,
    to=CARA,
    subject="Printer on fire",
    text="Use sand.\n",
    message_id="<1042.a7@desk.test>",
    date=datetime(2024, 1, 15, 9, 0, tzinfo=UTC),
)
# Anything that Python can hold, lone surrogates included, with the dangerous ones drawn often.
ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from('\r\n\0\t "\\<>(),;:@=?_.\x85\u2028\u202e\ud800é日😀'))
)


def written(draft, splices=()):
    """The whole mail; ``splices`` stand for the ranges of received messages, in order."""
    rest = iter(splices)
    whole = b"".join(piece if isinstance(piece, bytes) else next(rest) for piece in compose(draft))
    assert not re.search(rb"[^\r]\n|\r[^\n]|\0", whole), "only CRLF ends a line, and no NUL (attack AT-177)"
    assert max(map(len, whole.split(b"\r\n"))) <= 998
    return whole


def parsed(draft, splices=()):
    message = email.message_from_bytes(written(draft, splices), policy=email.policy.default)
    assert not any(part.defects for part in message.walk())
    return message


def words(part):
    """The text of a part, with the line ends that Python uses."""
    return part.get_content().replace("\r\n", "\n")


def header(draft):
    return written(draft).partition(b"\r\n\r\n")[0].decode()


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

    def test_a_copy_takes_less_than_a_third_of_the_time_of_the_standard_library(self):
        text, html = "Grüße aus Köln\n" * 60, "<p style='color:red'>Grüße</p>\n" * 200
        ours = replace(PLAIN, text=text, html=html)

        def theirs():
            message = EmailMessage(policy=email.policy.SMTP)
            message["From"], message["To"] = "IT Support <support@desk.test>", "Cara <cara@cust.test>"
            message["Subject"], message["Message-ID"] = ours.subject, ours.message_id
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            return message.as_bytes()

        assert fastest(lambda: compose(ours)) < fastest(theirs) / 3


def fastest(work):
    return min(timeit.repeat(work, number=1, repeat=30, timer=time.process_time))


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


class TestAttachments:
    def test_bytes_come_back_as_they_went_in(self):
        content = bytes(range(256)) * 40

        message = parsed(replace(PLAIN, attachments=(Attachment("x.bin", "application/x-y", "", content),)))

        (file,) = message.iter_attachments()
        assert file.get_content() == content
        assert (file.get_content_type(), file.get_filename()) == ("application/x-y", "x.bin")
        assert message.get_content_type() == "multipart/mixed"
        assert words(message.get_body()) == "Use sand.\n"

    def test_a_received_part_is_spliced_and_its_header_is_ours(self):
        splice = Splice("ab" * 32, 100, 108)
        file = Attachment("r.csv", "text/csv", "BASE64", splice, charset="iso-8859-1")
        draft = replace(PLAIN, attachments=(file,))

        assert splice in compose(draft)

        (read,) = parsed(draft, [b"R3L832U="]).iter_attachments()
        assert read.get_content() == "Grüße"

    def test_a_received_part_in_an_odd_encoding_cannot_be_spliced(self):
        file = Attachment("a", "text/plain", "uuencode", Splice("ab" * 32, 0, 9))

        with pytest.raises(CompositionError, match="uuencode"):
            compose(replace(PLAIN, attachments=(file,)))

    @pytest.mark.parametrize(
        ("encoded", "encoding", "fit"),
        [
            (b"QUJD\nREVG\r\n", "base64", True),
            (b"plain words", "", True),
            (b"=C3=BC", "Quoted-Printable", True),
            (b"x" * 998, "7bit", True),
            (b"x" * 999, "7bit", False),
            (b"Gr\xfc\xdfe", "7bit", False),
            (b"a\0b", "base64", False),
            (b"words", "8bit", False),
            (b"words", "x-uuencode", False),
        ],
    )
    def test_only_a_clean_received_part_may_be_spliced(self, encoded, encoding, fit):
        assert can_splice(encoded, encoding) is fit

    @given(ANY_TEXT)
    def test_any_file_name_is_one_safe_parameter(self, name):
        draft = replace(PLAIN, attachments=(Attachment(name, "text/plain", "", b"x"),))

        (file,) = parsed(draft).iter_attachments()

        shown = file.get_filename()
        assert shown
        assert len(shown) <= 150
        assert not set(shown) & set("/\\\r\n\0")
        if len(cleaned := clean(re.sub(r"[/\\]", "_", name), 1_000)) <= 150:
            assert shown == (cleaned or "file")

    def test_a_long_file_name_keeps_its_ending(self):
        draft = replace(PLAIN, attachments=(Attachment("ü" * 400 + ".pdf", "application/pdf", "", b"x"),))

        (file,) = parsed(draft).iter_attachments()

        assert len(file.get_filename()) == 150
        assert file.get_filename().endswith("ü.pdf")

    @pytest.mark.parametrize(
        ("content_type", "encoding", "as_written"),
        [
            ("text/plain\r\nX: y", "7bit", "application/octet-stream"),
            ("IMAGE/PNG", "base64", "image/png"),
            ("nonsense", "base64", "application/octet-stream"),
            ("message/rfc822", "7bit", "message/rfc822"),
            ("message/rfc822", "base64", "application/octet-stream"),
            ("multipart/mixed", "7bit", "application/octet-stream"),
        ],
    )
    def test_a_content_type_is_ours_to_choose(self, content_type, encoding, as_written):
        file = Attachment("a", content_type, encoding, Splice("ab" * 32, 0, 4))
        message = parsed(replace(PLAIN, attachments=(file,)), [b"Subject: inner\r\n\r\ninner text"])

        assert list(message.iter_parts())[1].get_content_type() == as_written

    def test_a_picture_of_the_html_goes_with_it_and_other_files_stay_beside(self):
        draft = replace(
            PLAIN,
            html='<img src="cid:p1@desk.test">',
            attachments=(
                Attachment("log.txt", "text/plain", "", b"log"),
                Attachment("p.png", "image/png", "", b"png", "<p1@desk.test>", inline=True),
                Attachment("q.png", "image/png", "", b"png", "no good id", inline=False),
            ),
        )

        message = parsed(draft)

        assert [part.get_content_type() for part in message.walk()] == [
            *["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html"],
            *["image/png", "text/plain", "image/png"],
        ]
        pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
        assert [part["Content-ID"] for part in pictures] == ["<p1@desk.test>", None]
        assert [part.get_content_disposition() for part in pictures] == ["inline", "attachment"]

    def test_twenty_megabytes_are_encoded_in_lines(self):
        draft = replace(PLAIN, attachments=(Attachment("big", "image/png", "", b"\xff" * 2_000_000),))

        assert max(map(len, written(draft).split(b"\r\n"))) == 76
