"""Any listed part can be taken out, and what is not listed is a KeyError."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail import unpack
from daemon.mail.parse import parse
from daemon.mail.unpack import contents_inside, part_content
from tests.mail.build import mail, multipart, part
from tests.mail.shapes.tnef import attachment, tnef
from tests.mail.test_encoded_blocks import uu

EVERYTHING = multipart(
    "mixed",
    part("text/plain", "Hello\n" + uu(b"abc").decode()),
    part("text/html", "<p>=C3=A9</p>", content_transfer_encoding="quoted-printable"),
    part("application/ms-tnef", tnef(attachment(b"a.txt", b"hello")).hex()),
    part("message/rfc822", "From: a@example.com\n\nx"),
)


@pytest.mark.parametrize("raw", [EVERYTHING, mail("Hello"), mail("abc", content_type="image/png")])
def test_content_has_the_digest_that_the_part_states(raw):
    for one in parse(raw).parts:
        content = part_content(raw, one.path)
        assert not one.sha256 or hashlib.sha256(content).hexdigest() == one.sha256


@pytest.mark.parametrize("path", ["9", "1.1", "1/2", "2/1", "/1", "x", "1/", " "])
def test_path_that_is_not_listed_is_a_key_error(path):
    with pytest.raises(KeyError):
        part_content(EVERYTHING, path)


@given(st.binary(max_size=200), st.text(max_size=8))
def test_nothing_else_is_raised(raw, path):
    try:
        content = part_content(EVERYTHING + raw, path)
    except KeyError:
        return
    assert isinstance(content, bytes)


def test_contents_inside_come_from_one_reading():
    assert contents_inside(EVERYTHING) == {"1/1": b"abc"}
    assert contents_inside(mail("Hello")) == {}


def test_failed_reading_is_a_key_error_and_gives_no_contents(monkeypatch):
    def failing(*_arguments):
        raise RecursionError

    monkeypatch.setattr(unpack, "read_tree", failing)

    assert contents_inside(EVERYTHING) == {}
    with pytest.raises(KeyError):
        part_content(EVERYTHING, "1")
