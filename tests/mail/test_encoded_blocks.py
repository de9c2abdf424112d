"""Files that stand in the words: uuencode, yEnc and the armor of PGP become parts."""
# ruff: noqa: E501 - a case a line reads best

import base64
import binascii
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.encoded_blocks import has_blocks, take_out
from daemon.mail.message import Fate
from daemon.mail.parse import parse
from daemon.mail.unpack import part_content
from tests.calls import calls
from tests.mail.build import mail, multipart, part

DATA = bytes(range(256)) * 2


def uu(data: bytes, name: str = "a.bin", *, end: bool = True) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45], backtick=True) for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + (b"`\nend\n" if end else b"")


def yenc(data: bytes, name: str = "a.bin", more: str = "", end: str | None = None) -> bytes:
    out = bytearray()
    for byte in data:
        moved = (byte + 42) & 255
        out += bytes((61, (moved + 64) & 255)) if moved in b"\0\n\r=" else bytes((moved,))
    lines = b"\r\n".join(bytes(out[at : at + 128]) for at in range(0, len(out), 128))
    tail = f"=yend size={len(data)} crc32={zlib.crc32(data):08x}" if end is None else end
    return (
        f"=ybegin line=128 size={len(data)}{more} name={name}\r\n".encode()
        + lines
        + f"\r\n{tail}\r\n".encode()
    )


ARMOR = "-----BEGIN PGP {0}-----\nVersion: x\n\nhQEMA5\n=abcd\n-----END PGP {0}-----\n"
SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \nAnn\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
)


class TestTakeOut:
    @pytest.mark.parametrize(
        "block", [uu(DATA), yenc(DATA), b"begin-base64 644 a.bin\n" + base64.encodebytes(DATA) + b"====\n"]
    )
    def test_block_goes_and_the_words_around_it_stay(self, block):
        words, blocks = take_out(b"Before\n" + block + b"After\n")

        assert words == b"Before\nAfter\n"
        assert [(one.name, one.content) for one in blocks] == [("a.bin", DATA)]

    def test_several_blocks_are_told_apart(self):
        _, blocks = take_out(uu(b"one", "1.txt") + uu(DATA, "2.txt") + yenc(b"three", "3.txt"))

        assert [(one.name, len(one.content)) for one in blocks] == [
            ("1.txt", 3),
            ("2.txt", 512),
            ("3.txt", 5),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            b"begin 644 tests tomorrow, please.\nOr the day after.\n",
            b"begin 100 meters further\nend\n",
            b"begin the work\n",
            b"We begin 644 x\n",
            b"begin 644 x\nHELLO\nWORLD\n",
            b"=ybegin is a word of yEnc\n",
            b"begin-base64 644 x\nnot base64!\n",
            b"-----BEGIN PGP MESSAGE-----\nno end\n",
            b"-----BEGIN PGP SIGNED MESSAGE-----\nno signature\n",
            b"-----BEGIN PGP SIGNED MESSAGE-----\nx\n-----BEGIN PGP SIGNATURE-----\nno end\n",
            b"> begin 644 a\n> #0V%T\n> `\n> end\n",
        ],
    )
    def test_words_that_look_like_a_block_stay(self, text):
        assert take_out(text) == (text, [])

    def test_cut_off_block_is_taken_as_far_as_it_goes(self):
        words, (block,) = take_out(uu(DATA, end=False) + b"\nKind regards\n")

        assert (block.content, block.note) == (DATA, "uuencoded block in the text; cut off")
        assert words == b"Kind regards\n"

    def test_damaged_line_is_noted(self):
        damaged = uu(DATA).replace(b"\nM", b"\nM~", 0).split(b"\n")
        damaged[2] = damaged[2][:20] + b"!!" + damaged[2][20:]
        _, (block,) = take_out(b"\n".join(damaged))

        assert len(block.content) == 512

    @pytest.mark.parametrize(
        ("block", "note"),
        [
            (yenc(b"abc", end="=yend size=4 crc32=00000000"), "3 bytes, 4 were announced; checksum differs"),
            (yenc(b"abc", end="=yend"), "yEnc block in the text"),
            (yenc(b"abc", end=""), "cut off"),
            (
                yenc(b"abc", " part=2 total=3", "").replace(b" name", b" part=2 total=3 name", 1),
                "part 2 of 3",
            ),
            (
                yenc(b"abc").replace(b"a.bin\r\n", b"a.bin\r\n=ypart begin=1 end=3\r\n"),
                "yEnc block in the text",
            ),
        ],
    )
    def test_notes_say_what_is_wrong_with_yenc(self, block, note):
        _, (found,) = take_out(block)

        assert note in found.note
        assert found.content == b"abc"

    def test_signed_words_stay_without_their_frame(self):
        words, (signature,) = take_out(SIGNED.encode() + b"below\n")

        assert words == b"Hello\n-- \nAnn\nbelow\n"
        assert (signature.name, signature.content_type) == ("signature.asc", "application/pgp-signature")

    @given(st.binary(max_size=600))
    def test_any_content_comes_back(self, data):
        for block in (uu(data), yenc(data)):
            _, (found,) = take_out(b"x\n" + block)
            assert found.content == data

    @given(st.lists(st.sampled_from([*uu(DATA).splitlines(True)[:3], b"begin 644 x\n", b"end\n", b"=ybegin line=1 name=x\n", b"=yend\n", b"-----BEGIN PGP MESSAGE-----\n", b"-----BEGIN PGP SIGNATURE-----\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"-----END PGP SIGNATURE-----\n", b"begin-base64 644 x\n", b"====\n", b"\n", b"=\n"]) | st.binary(max_size=9), max_size=20))  # fmt: skip
    def test_no_lines_raise(self, lines):
        words, blocks = take_out(b"".join(lines))

        assert len(words) <= sum(map(len, lines))
        assert blocks or words == b"".join(lines)

    @pytest.mark.no_cover
    @pytest.mark.parametrize(
        "line",
        [b"begin 644 x\n", b"=ybegin line=1 name=x\n", b"-----BEGIN PGP MESSAGE-----\n", b"begin-base64 644 x\nAAAA\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n\n", b"begin 644 x\n" + b"M" + b"A" * 60 + b"\n"],
    )  # fmt: skip
    def test_time_grows_with_the_size_and_no_faster(self, line):
        assert calls(lambda: take_out(line * 20_000)) <= 4.2 * calls(lambda: take_out(line * 5_000))

        # What is one call may take long as well; here it is a twentieth of a second.
        start = time.thread_time()
        take_out(line * 20_000)
        assert time.thread_time() - start < 2

    def test_plain_words_are_not_looked_at(self):
        assert not has_blocks(b"Hello\nyou\n")


class TestMessages:
    def test_block_becomes_a_part_of_its_part(self):
        raw = mail("See below.\n\n" + uu(b"hello", "../notes.txt").decode(), subject="x")
        read = parse(raw)

        assert read.text == "See below."
        assert [
            (one.path, one.fate, one.name, one.content_type, one.size_bytes) for one in read.parts[1:]
        ] == [("/1", Fate.ATTACHMENT, "notes.txt", "text/plain", 5)]
        assert read.parts[0].fate is Fate.BODY
        assert part_content(raw, "/1") == b"hello"

    def test_text_files_are_left_as_they_are(self):
        raw = multipart(
            "mixed", part("text/plain", "x"), part("text/plain; name=a.txt", uu(b"hello").decode())
        )

        assert [one.path for one in parse(raw).parts] == ["", "1", "2"]

    def test_hundreds_of_blocks_are_bounded(self):
        raw = mail(uu(b"x").decode() * 1_500)

        assert len(parse(raw).parts) == 1_001

    def test_key_in_the_text_is_a_file(self):
        read = parse(mail("My key:\n" + ARMOR.format("PUBLIC KEY BLOCK")))

        assert (read.text, read.parts[1].name, read.seal) == ("My key:", "key.asc", "")
