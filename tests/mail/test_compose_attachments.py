"""Files of composed mail: whole, safely named, and where the reader looks for them."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from daemon.mail.compose import Attachment, compose
from daemon.mail.fields_out import CompositionError, clean
from daemon.mail.splicing import can_splice
from storage.records import Splice
from tests.mail.composed import ANY_TEXT, PLAIN, parsed, words, written


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
            (b"x" * 998 + b"\r\n" + b"y" * 998, "7bit", True),
            (b"x" * 500 + b"\r" + b"y" * 998 + b"\n", "7bit", True),
            (b"short\n" * 400 + b"y" * 999 + b"\nshort\n", "7bit", False),
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
        assert not set(shown) & set('/\\<>:"|?*\r\n\0')
        if len(cleaned := clean(re.sub(r'[/\\<>:"|?*]', "_", name), 1_000)) <= 150:
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
