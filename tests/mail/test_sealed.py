"""Signed and encrypted mail: recognised, and read where no key is needed."""
# ruff: noqa: E501 - a case a line reads best

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.message import Fate
from daemon.mail.parse import parse
from daemon.mail.sealed import SEALED_WORDS
from daemon.mail.sealed_cms import cms_content, cms_kind
from daemon.mail.unpack import part_content
from tests.mail.build import mail, multipart, part
from tests.mail.test_encoded_blocks import ARMOR, SIGNED

DATA, SIGNED_DATA = "2a864886f70d010701", "2a864886f70d010702"
ENVELOPED, COMPRESSED = "2a864886f70d010703", "2a864886f70d0109100109"
INNER = (
    b'Content-Type: multipart/mixed; boundary="in"\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nSigned words'
    b"\r\n--in\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--in--\r\n"
)


def der(tag: int, *pieces: bytes) -> bytes:
    body = b"".join(pieces)
    size = bytes((len(body),)) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes((tag,)) + size + body


def ber(tag: int, *pieces: bytes) -> bytes:
    return bytes((tag, 0x80)) + b"".join(pieces) + b"\0\0"


def cms(kind: str, content: bytes, *, wrap=der, octets: bytes | None = None) -> bytes:
    inner = wrap(0x30, der(6, bytes.fromhex(DATA)), wrap(0xA0, octets or der(4, content)))
    body = wrap(0x30, der(2, b"\1"), wrap(0x31, der(0x30, der(6, b"*"))), inner, der(0x31))
    return wrap(0x30, der(6, bytes.fromhex(kind)), wrap(0xA0, body))


def smime(data: bytes, more: str = "") -> bytes:
    return mail(
        base64.encodebytes(data).decode(),
        content_type=f"application/pkcs7-mime; name=smime.p7m{more}",
        content_transfer_encoding="base64",
    )


class TestCms:
    @pytest.mark.parametrize("wrap", [der, ber])
    def test_signed_content_is_read(self, wrap):
        assert cms_content(cms(SIGNED_DATA, INNER, wrap=wrap)) == INNER

    def test_content_in_pieces_is_joined(self):
        pieces = ber(0x24, der(4, b"Hello "), der(4, b"you"))

        assert cms_content(cms(SIGNED_DATA, b"", wrap=ber, octets=pieces)) == b"Hello you"
        assert cms_content(cms(SIGNED_DATA, b"", octets=der(0x24, der(4, b"x")))) == b"x"

    def test_compressed_content_is_read(self):
        assert cms_content(cms(COMPRESSED, zlib.compress(INNER))) == INNER
        assert cms_content(cms(COMPRESSED, b"no zlib")) is None

    @pytest.mark.parametrize(
        ("data", "kind"),
        [(cms(SIGNED_DATA, b"x"), "signed-data"), (cms(ENVELOPED, b"x"), "enveloped-data"), (b"", ""), (b"\x30\x80", ""), (b"0\x85\0\0\0\0\0", "")],
    )  # fmt: skip
    def test_kind_is_told(self, data, kind):
        assert cms_kind(data) == kind

    @pytest.mark.parametrize(
        "data",
        [
            cms(ENVELOPED, b"x"),
            cms(SIGNED_DATA, b"x", octets=der(2, b"x")),
            cms(SIGNED_DATA, b"x")[:40],
            der(0x30, der(6, bytes.fromhex(SIGNED_DATA)), der(0xA0, b"\x30\x80" + b"\x30\x80" * 50)),
        ],
    )
    def test_what_cannot_be_read_is_none(self, data):
        assert cms_content(data) is None

    @given(st.integers(0, 300), st.integers(0, 255), st.sampled_from([der, ber]))
    def test_no_bytes_raise(self, at, value, wrap):
        data = bytearray(cms(SIGNED_DATA, INNER, wrap=wrap))
        data[at % len(data)] = value

        cms_kind(bytes(data))
        cms_content(bytes(data))
        cms_content(bytes(data[:at]))


class TestMessages:
    def test_signed_structure_is_read_as_if_it_stood_there(self):
        raw = smime(cms(SIGNED_DATA, INNER), "; smime-type=signed-data")
        read = parse(raw)

        assert (read.text, read.seal) == ("Signed words", "signed")
        assert [(one.path, one.fate, one.name) for one in read.parts] == [
            ("", Fate.CONTAINER, "smime.p7m"),
            ("/1", Fate.BODY, ""),
            ("/2", Fate.ATTACHMENT, "a.pdf"),
        ]
        assert part_content(raw, "/2") == b"%PDF"

    def test_plain_mail_inside_is_read(self):
        read = parse(smime(cms(SIGNED_DATA, b"Content-Type: text/plain\r\n\r\nHello")))

        assert (read.text, [one.path for one in read.parts]) == ("Hello", ["", "/1"])

    @pytest.mark.parametrize(
        "raw",
        [
            smime(cms(ENVELOPED, b"x"), "; smime-type=enveloped-data"),
            multipart("encrypted", part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream; name=encrypted.asc", "x")),
            multipart("mixed", part("text/plain", ""), part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream", "x")),
            mail(ARMOR.format("MESSAGE")),
            multipart("mixed", part("application/octet-stream; name=smime.p7m", base64.b64encode(cms(ENVELOPED, b"x")).decode(), content_transfer_encoding="base64")),
        ],
        ids=["S/MIME", "PGP/MIME", "PGP spoilt by a gateway", "PGP in the text", "S/MIME spoilt by a gateway"],
    )  # fmt: skip
    def test_encrypted_mail_says_so_and_keeps_its_parts(self, raw):
        read = parse(raw)

        assert (read.text, read.seal) == (SEALED_WORDS, "sealed")
        assert any(one.fate is Fate.ATTACHMENT for one in read.parts)
        assert not read.courtesy

    def test_words_beside_the_encrypted_ones_are_shown(self):
        read = parse(mail("Please decrypt:\n" + ARMOR.format("MESSAGE")))

        assert (read.text, read.seal) == ("Please decrypt:", "sealed")
        assert read.parts[1].name == "encrypted.asc"

    @pytest.mark.parametrize(
        "raw",
        [
            multipart("signed", part("text/plain", "Hello"), part("application/pgp-signature", "x")),
            multipart(
                "signed",
                part("text/plain", "Hello"),
                part("application/pkcs7-signature; name=smime.p7s", "x"),
            ),
            mail(SIGNED),
        ],
        ids=["PGP/MIME", "S/MIME", "PGP in the text"],
    )
    def test_signed_mail_is_marked_and_read(self, raw):
        read = parse(raw)

        assert read.seal == "signed"
        assert read.text.startswith("Hello")
        assert "PGP" not in read.text

    def test_other_mail_has_no_seal(self):
        assert parse(mail("Hello")).seal == ""
        assert parse(smime(b"garbage")).seal == ""

    def test_thanks_with_a_signature_are_courtesy(self):
        raw = multipart(
            "signed", part("text/plain", "Thanks!"), part("application/pgp-signature", "x"), subject="Re: x"
        )

        assert parse(raw).courtesy
