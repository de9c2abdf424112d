"""Structure, offsets and transfer encodings: what every part is, and where it lies in the raw bytes."""

import base64
import hashlib

import pytest

from daemon.mail.flowed import unflow
from daemon.mail.message import Fate, Message
from daemon.mail.mimetree import read_tree, walk
from daemon.mail.parse import parse
from daemon.mail.scan import Limits, read_header
from daemon.mail.transfer import encoding_name, undo
from tests.mail.build import inner, mail, multipart, part


def types(raw: bytes) -> list[str]:
    return [one.content_type for one in parse(raw).parts]


def tree(raw: bytes, **limits: int):
    bounds = Limits(**limits)
    return read_tree(raw, read_header(raw, 0, len(raw), bounds), bounds)


def content(raw: bytes, message: Message, path: str) -> bytes:
    found = next(one for one in message.parts if one.path == path)
    return undo(raw[found.start : found.end], found.encoding)[0]


def test_parts_are_numbered_from_one_at_every_level():
    raw = multipart(
        "mixed",
        inner("alternative", part("text/plain", "a"), part("text/html", "<p>a</p>"), boundary="in"),
        part("application/pdf", "x"),
    )

    assert [(one.path, one.content_type) for one in parse(raw).parts] == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "application/pdf"),
    ]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_offsets_bound_the_encoded_content_of_each_part(end, encoding):
    data = b"%PDF one two\x01 three = four" if encoding != "8bit" else b"plain words"
    encoded = base64.encodebytes(data) if encoding == "base64" else data.replace(b"=", b"=3D")
    text = part("application/pdf", encoded.decode("latin-1").strip(), content_transfer_encoding=encoding)
    raw = multipart("mixed", part("text/plain", "hello"), text).replace(b"\r\n", end)
    message = parse(raw)
    found = message.parts[2]

    assert content(raw, message, "2") == data
    assert (found.size_bytes, found.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_line_end_before_a_delimiter_belongs_to_the_delimiter():
    raw = multipart("mixed", part("text/plain", "hello"))

    assert content(raw, parse(raw), "1") == b"hello"


def test_part_without_content_is_listed_with_size_nothing():
    message = parse(multipart("mixed", part("text/plain", "hello"), part("application/pdf")))

    assert (message.parts[2].fate, message.parts[2].size_bytes) == (Fate.ATTACHMENT, 0)


def test_missing_closing_boundary_loses_nothing():
    raw = multipart("mixed", part("text/plain", "hello")).replace(b"--edge--", b"")
    message = parse(raw)

    assert message.text == "hello"
    assert any("closing boundary is missing" in defect for defect in message.defects)


def test_boundary_that_is_not_declared_is_found_in_the_text():
    raw = multipart("mixed", part("text/plain", "hello"), part("application/pdf", "x")).replace(
        b'"edge"', b"wrong"
    )

    assert types(raw) == ["multipart/mixed", "text/plain", "application/pdf"]


def test_multipart_without_any_delimiter_is_read_as_text():
    message = parse(mail("just words", content_type="multipart/mixed; boundary=x"))

    assert message.text == "just words"
    assert message.parts[0].fate is Fate.BODY


def test_dashes_in_a_text_are_no_boundary():
    message = parse(mail("--hello\nthere\n--goodbye\n", content_type="multipart/mixed"))

    assert message.text == "--hello\nthere\n--goodbye"


def test_boundary_that_begins_another_one_is_not_taken_for_it():
    raw = multipart("mixed", part("text/plain", "one\n--edge2\ntwo"))

    assert parse(raw).text == "one\n--edge2\ntwo"


def test_same_boundary_at_two_levels_still_shows_the_text():
    raw = multipart("mixed", inner("alternative", part("text/plain", "hello"), boundary="edge"))

    assert "hello" in parse(raw).text


@pytest.mark.parametrize("boundary", ["a b c", "x" * 10_000, "it's=(odd)?"], ids=["blanks", "long", "signs"])
def test_odd_boundaries_work(boundary):
    assert parse(multipart("mixed", part("text/plain", "hello"), boundary=boundary)).text == "hello"


def test_message_that_lost_its_content_type_is_split_where_its_preamble_says_so():
    raw = mail("This is a MIME-encapsulated message\n\n--part\nContent-Type: text/plain\n\nhello\n--part--\n")

    assert parse(raw).text == "hello"


def test_nesting_beyond_its_limit_stays_closed():
    raw = multipart(
        "mixed", inner("mixed", inner("mixed", part("text/plain", "deep"), boundary="c"), boundary="b")
    )
    root = tree(raw, depth=2)

    assert max(entity.depth for entity in walk(root)) == 2
    assert any("deeper than 2 levels" in defect for entity in walk(root) for defect in entity.defects)


def test_parts_beyond_their_limit_are_not_opened():
    root = tree(multipart("mixed", *[part("text/plain", "x")] * 30), parts=10)

    assert len(walk(root)) <= 10
    assert "more than 10 parts, the rest is not read" in root.defects


def test_digest_parts_are_mails_by_default():
    raw = multipart("digest", "\nFrom: bob@example.com\nSubject: inside\n\nwords")

    assert types(raw) == ["multipart/digest", "message/rfc822"]


@pytest.mark.parametrize("value", ["text", "plain", "nonsense", "text/", "a b/c", ""])
def test_content_type_that_is_none_means_plain_text(value):
    assert parse(mail("hello", content_type=value)).text == "hello"


DAMAGED = {
    "base64 cut short": ("aGVsbG8gd29ybGQ", "base64", b"hello world"),
    "base64 one too many": ("aGVsbG8gd29ybGQx1", "base64", b"hello world1"),
    "base64 with strangers": ("aGVs\n!bG8*=", "base64", b"hello"),
    "base64 in two pieces": ("aGVsbG8=\nIHlvdQ==\n", "base64", b"hello you"),
    "base64 of nothing": ("====", "base64", b""),
    "quoted-printable damaged": ("a=ZZ=", "quoted-printable", b"a=ZZ"),
    "unknown encoding": ("hello", "x-strange", b"hello"),
    "uuencode": ("begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "x-uuencode", b"hello"),
    "uuencode without begin": ("hello", "x-uuencode", b"hello"),
}


@pytest.mark.parametrize(("text", "encoding", "data"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_encodings_give_what_can_be_read(text, encoding, data):
    assert undo(text.encode(), encoding)[0] == data


def test_damage_and_unknown_encodings_are_noted():
    assert undo(b"aGVsbG8gd29ybGQ", "base64")[1] == "damaged base64, read as far as possible"
    assert undo(b"x", "x-strange")[1] == "unknown transfer encoding 'x-strange'"
    assert "damaged" in undo(b"begin 644 a\n~~~~\x01~\nend", "uuencode")[1]


def test_encoding_name_is_bare():
    assert encoding_name(b' "BASE64" (comment); x=y') == "base64"
    assert encoding_name(b"") == ""


def test_note_of_a_damaged_part_stands_at_the_part():
    message = parse(
        multipart("mixed", part("application/pdf", "aGVsbG8gd29ybGQ", content_transfer_encoding="base64"))
    )

    assert message.parts[1].note == "damaged base64, read as far as possible"


FLOWED = {
    "paragraph": ("one \ntwo \nthree\n", "one two three\n"),
    "fixed lines": ("one\ntwo\n", "one\ntwo\n"),
    "space stuffing": (" From here\n >not quoted\n", "From here\n>not quoted\n"),
    "quotes": ("> one \n> two\n>> three\n", "> one two\n>> three\n"),
    "depth changes end a paragraph": ("> one \ntwo\n", "> one\ntwo\n"),
    "signature separator": ("words \n-- \nAnn\n", "words\n-- \nAnn\n"),
}


@pytest.mark.parametrize(("text", "lines"), FLOWED.values(), ids=FLOWED)
def test_flowed_text_is_put_back_on_its_lines(text, lines):
    assert unflow(text) == lines


def test_delsp_takes_the_last_blank_away():
    assert unflow("日本 \n語\n", delsp=True) == "日本語\n"


def test_format_flowed_of_a_part_is_followed():
    raw = mail("The printer \nis broken.\n", content_type="text/plain; format=flowed; charset=utf-8")

    assert parse(raw).text == "The printer is broken."
