"""winmail.dat: words and files come out, and no length in it is believed."""

import base64
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.message import Fate
from daemon.mail.parse import parse
from daemon.mail.tnef import open_tnef
from daemon.mail.tnef_rtf import rtf_body, unpack_rtf
from daemon.mail.unpack import part_content
from tests.mail.build import multipart, part
from tests.mail.shapes.tnef import (
    OBJECT_ID,
    attachment,
    attribute,
    message,
    packed_rtf,
    properties,
    tnef,
    unicode,
)

LONG = unicode("Bericht für Ann über das ganze Jahr.pdf")
PDF = attachment(b"BERICH~1.PDF", b"%PDF-1.4 x", (0x3707, 0x1F, LONG), (0x370E, 0x1E, b"application/pdf\0"))


def mail_with(
    data: bytes, text: str = "", name: str = "winmail.dat", kind: str = "application/ms-tnef"
) -> bytes:
    packed = base64.encodebytes(data).decode()
    return multipart(
        "mixed",
        part("text/plain", text),
        part(f'{kind}; name="{name}"', packed, content_transfer_encoding="base64"),
    )


class TestFiles:
    def test_files_are_listed_and_can_be_taken_out(self):
        raw = mail_with(tnef(PDF, attachment(b"a.txt", b"hello")), "See the files.")
        read = parse(raw)

        assert [
            (one.path, str(one.fate), one.content_type, one.name, one.size_bytes) for one in read.parts
        ] == [
            ("", "container", "multipart/mixed", "", 0),
            ("1", "body", "text/plain", "", 14),
            (
                "2",
                "container",
                "application/ms-tnef",
                "winmail.dat",
                len(tnef(PDF, attachment(b"a.txt", b"hello"))),
            ),
            ("2/1", "attachment", "application/pdf", "Bericht für Ann über das ganze Jahr.pdf", 10),
            ("2/2", "attachment", "text/plain", "a.txt", 5),
        ]
        assert read.text == "See the files."
        assert [part_content(raw, one.path) for one in read.parts[3:]] == [b"%PDF-1.4 x", b"hello"]
        assert (read.parts[3].start, read.parts[3].end, read.parts[3].encoding) == (0, 0, "")

    def test_name_leads_out_of_no_folder(self):
        evil = attachment(b"x", b"y", (0x3707, 0x1F, unicode("..\\..\\etc/passwd")))

        assert parse(mail_with(tnef(evil))).parts[3].name == "passwd"

    @pytest.mark.parametrize(
        ("found", "name"),
        [
            ([], "SHORT.TXT"),
            ([(0x3704, 0x1E, b"other.txt\0")], "SHORT.TXT"),
            ([(0x3001, 0x1E, b"shown.txt\0")], "SHORT.TXT"),
            ([(0x3707, 0x1E, b"long name.txt\0")], "long name.txt"),
        ],
    )
    def test_long_name_goes_before_the_short_one(self, found, name):
        read = open_tnef(tnef(attachment(b"SHORT.TXT", b"x", *found)))

        assert read is not None
        assert read.files[0].name == name

    def test_picture_with_an_id_is_shown_in_the_text(self):
        picture = attachment(b"logo.png", b"png", (0x3712, 0x1E, b"<logo@x>\0"))
        read = parse(mail_with(tnef(picture)))

        assert (read.parts[3].fate, read.parts[3].content_id) == (Fate.INLINE, "logo@x")

    def test_content_among_the_properties_is_taken(self):
        read = open_tnef(
            tnef(attachment(b"a.bin", b"", (0x3701, 0x102, b"12345"), (0x3705, 0x03, b"\1\0\0\0")))
        )

        assert read is not None
        assert read.files[0].content == b"12345"

    def test_mail_inside_is_opened_as_well(self):
        inner = tnef(
            attribute(1, 0x00018004, b"Old mail\0"), message((0x1000, 0x1F, unicode("Old words"))), PDF
        )
        raw = mail_with(tnef(attachment(b"Old mail", b"", (0x3701, 0x0D, OBJECT_ID + inner))))
        parts = parse(raw).parts

        assert [(one.path, str(one.fate), one.text) for one in parts[3:]] == [
            ("2/1", "container", "Subject: Old mail\n\nOld words"),
            ("2/1/1", "attachment", ""),
        ]
        assert part_content(raw, "2/1/1") == b"%PDF-1.4 x"

    def test_other_object_is_a_file(self):
        read = open_tnef(tnef(attachment(b"ole", b"", (0x3701, 0x0D, OBJECT_ID + b"stream"))))

        assert read is not None
        assert read.files[0].content == b"stream"


class TestBody:
    @pytest.mark.parametrize(
        ("pieces", "text"),
        [
            ([attribute(1, 0x0002800C, b"Plain words\0")], "Plain words"),
            (
                [
                    attribute(1, 0x00069007, struct.pack("<II", 1251, 0)),
                    attribute(1, 0x0002800C, "Привет".encode("cp1251")),
                ],
                "Привет",
            ),
            ([message((0x1000, 0x1F, unicode("Grüße")))], "Grüße"),
            ([message((0x1000, 0x1E, b"Gr\xfc\xdfe\0"))], "Grüße"),
            (
                [message((0x3FDE, 0x03, struct.pack("<I", 65001)), (0x1013, 0x102, "<p>Größe</p>".encode()))],
                "Größe",
            ),
            ([message((0x3FDE, 0x03, struct.pack("<I", 28592)), (0x1013, 0x102, b"<p>\xb3\xf3</p>"))], "łó"),
            ([message((0x1013, 0x1F, unicode("<b>Hello</b> you")))], "Hello you"),
            ([message((0x1009, 0x102, packed_rtf(b"{\\rtf1\\ansi Hello\\par you}")))], "Hello\nyou"),
        ],
        ids=["plain", "code page", "unicode", "string", "html utf-8", "html latin-2", "html unicode", "rtf"],
    )
    def test_words_stand_in_for_a_mail_that_has_none(self, pieces, text):
        assert parse(mail_with(tnef(*pieces))).text == text

    def test_mails_own_words_are_not_said_twice(self):
        assert parse(mail_with(tnef(attribute(1, 0x0002800C, b"Other\0")), "Mine")).text == "Mine"

    def test_html_is_made_safe(self):
        html = "<p>Hi</p><script>x</script>"
        read = parse(mail_with(tnef(message((0x1013, 0x1F, unicode(html))))))

        assert "<p>Hi</p>" in read.html
        assert "script" not in read.html


class TestDamage:
    @pytest.mark.parametrize(
        ("data", "note"),
        [
            (tnef(PDF)[:-30], "cut off"),
            (tnef(attribute(7, 1, b"x")), "damaged"),
            (tnef(attribute(1, 0x69003, struct.pack("<I", 9) + b"\x1e\0\0\x10" + b"\xff" * 8)), "announced"),
            (tnef(attribute(1, 0x69003, struct.pack("<IHHI", 1, 0x999, 1, 1))), "not known"),
            (tnef(attribute(1, 0x69003, struct.pack("<IHHI", 1, 0x1001, 1, 1 << 31) + b"\0" * 400_008)), ""),
            (
                tnef(attribute(1, 0x69003, struct.pack("<IHHI", 1, 0x101E, 1, 1 << 30) + b"\0" * 800_000)),
                "more than 100000",
            ),
            (tnef(*[attribute(1, 1, b"")] * 20_001), "more than 20000"),
        ],
        ids=["cut off", "level", "length", "type", "many nothings", "many values", "many attributes"],
    )
    def test_damage_ends_the_reading_with_a_note(self, data, note):
        start = time.thread_time()
        read = open_tnef(data)

        assert read is not None
        assert note in " ".join(read.notes)
        assert time.thread_time() - start < 2

    def test_what_came_before_the_damage_is_kept(self):
        read = parse(mail_with(tnef(attachment(b"a.txt", b"hello"), PDF)[:-30]))

        assert read.parts[3].name == "a.txt"
        assert "cut off" in read.parts[2].note

    def test_other_bytes_stay_a_file(self):
        read = parse(mail_with(b"no tnef at all"))

        assert (read.parts[2].fate, read.parts[2].note) == (
            Fate.ATTACHMENT,
            "not a winmail.dat, whatever it is called",
        )

    def test_name_alone_is_enough(self):
        assert len(parse(mail_with(tnef(PDF), kind="application/octet-stream")).parts) == 4

    def test_only_a_few_are_opened(self):
        one = part(
            "application/ms-tnef", base64.b64encode(tnef(PDF)).decode(), content_transfer_encoding="base64"
        )
        fates = [
            one.fate
            for one in parse(multipart("mixed", *[one] * 6)).parts
            if one.content_type == "application/ms-tnef"
        ]

        assert fates == [Fate.CONTAINER] * 4 + [Fate.ATTACHMENT] * 2

    def test_named_properties_are_passed_over(self):
        named = struct.pack("<HH", 3, 0x8001) + b"g" * 16 + struct.pack("<II", 0, 5) + struct.pack("<I", 7)
        texted = (
            struct.pack("<HH", 3, 0x8002)
            + b"g" * 16
            + struct.pack("<II", 1, 6)
            + unicode("ab")
            + b"\0\0"
            + struct.pack("<I", 7)
        )
        for before in (named, texted):
            data = tnef(attribute(1, 0x69003, properties([(0x1000, 0x1F, unicode("words"))], before=before)))
            read = open_tnef(data)

            assert read is not None
            assert (read.text, read.notes) == ("words", [])

    @given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
    def test_no_bytes_raise(self, tail, at, value):
        good = tnef(
            message((0x1000, 0x1F, unicode("words")), (0x1009, 0x102, packed_rtf(b"{\\rtf1 x}"))), PDF
        )
        broken = bytearray(good)
        broken[at % len(good)] = value

        assert open_tnef(b"\x78\x9f\x3e\x22\0\0" + tail) is not None
        open_tnef(bytes(broken))
        open_tnef(good[: at % len(good)])


class TestRtf:
    @pytest.mark.parametrize(
        ("rtf", "text"),
        [
            (rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe\par\b bold\b0  end}", "Grüße\nbold end"),
            (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;}{\*\generator x;}Hello\tab you}", "Hello\tyou"),
            (rb"{\rtf1\uc1 \u8364?100 \u-10179?\u-8704? x}", "€100 \U0001f600 x"),
            (rb"{\rtf1\uc2\u8364\'80\'80 x}", "€ x"),
            (rb"{\rtf1\ansicpg1251 \'cf\'f0\'e8}", "При"),
            (rb"{\rtf1 a\{b\}c\\d\~e\emdash f}", "a{b}c\\d\u00a0e\u2014f"),
            (rb"not rtf", ""),
            (rb"{\rtf1 " + b"{" * 500 + b"x" + b"}" * 500 + b"y}", "xy"),
            (rb"{\rtf1 }}}}x", "x"),
        ],
        ids=[
            "accents",
            "silent groups",
            "unicode",
            "fallback",
            "code page",
            "symbols",
            "none",
            "deep",
            "closed too often",
        ],
    )
    def test_words_are_read(self, rtf, text):
        assert rtf_body(rtf) == (text, "")

    def test_html_inside_comes_back(self):
        rtf = (
            rb"{\rtf1\ansi\fromhtml1{\fonttbl x}{\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 Hello"
            rb"\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}{\*\mhtmltag1 <no>}\par}"
        )

        assert rtf_body(rtf) == ("", "<p>Hello</p>")

    def test_references_into_the_dictionary_are_undone(self):
        # The example of MS-OXRTFCP s 4.1.1.
        packed = bytes.fromhex(
            "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
            "0af32068656c090020627705b06c647d0a800fa0"
        )

        assert unpack_rtf(packed) == (b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", "")

    def test_reference_that_overlaps_itself_repeats(self):
        # The example of MS-OXRTFCP s 4.1.2.
        packed = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")

        assert unpack_rtf(packed) == (b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", "")

    @pytest.mark.parametrize(
        ("data", "out", "note"),
        [
            (b"short", b"", "without a header"),
            (struct.pack("<IIII", 1, 5, 0x414C454D, 0) + b"hello world", b"hello", ""),
            (struct.pack("<IIII", 1, 5, 1, 0), b"", "unknown kind"),
            (struct.pack("<IIII", 1, 50, 0x75465A4C, 0) + b"\0abc", b"abc", "damaged"),
            (struct.pack("<IIII", 1, 50, 0x75465A4C, 0) + b"\1\xff", b"", "damaged"),
            (struct.pack("<IIII", 1, 50, 0x75465A4C, 0) + b"\1\xff\xf0", b"", "damaged"),
        ],
    )
    def test_damaged_compression_gives_what_there_is(self, data, out, note):
        assert unpack_rtf(data)[0] == out
        assert note in unpack_rtf(data)[1]

    def test_bomb_ends_at_the_limit(self):
        # Each reference repeats the byte before it 17 times; the dictionary has 207 bytes.
        places = [(207 + 8 + 17 * number - 1) % 4096 for number in range(400_000 // 8)]
        references = [struct.pack(">H", place << 4 | 15) for place in places]
        groups = (b"\xff" + b"".join(references[at : at + 8]) for at in range(0, len(references), 8))
        packed = struct.pack("<IIII", 1, 1 << 31, 0x75465A4C, 0) + b"\0abcdefgh" + b"".join(groups)
        out, _ = unpack_rtf(packed)

        assert len(out) == 500_000

    @given(st.binary(max_size=400))
    def test_no_bytes_raise(self, data):
        unpack_rtf(struct.pack("<IIII", 1, 5_000, 0x75465A4C, 0) + data)
        rtf_body(b"{\\rtf1" + data)
