"""The raw header scan: fields, bounds, and what makes an identity worthless."""

import time

import pytest

from daemon.mail.parse import parse
from daemon.mail.scan import Limits, read_header


def header(raw: bytes, **limits: int):
    return read_header(raw, 0, len(raw), Limits(**limits))


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"], ids=["crlf", "lf", "cr"])
def test_fields_are_split_at_any_line_end(end):
    found = header(end.join([b"From: a@example.com", b"Subject: one", b" two", b"", b"body"]))

    assert found.fields == (("from", b" a@example.com"), ("subject", b" one" + end + b" two"))


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"], ids=["crlf", "lf", "cr"])
def test_body_begins_behind_the_blank_line(end):
    raw = end.join([b"From: a@example.com", b"", b"body"])

    assert raw[header(raw).body_start :] == b"body"


def test_message_that_begins_with_a_blank_line_has_no_header():
    assert header(b"\r\nFrom: not a field\r\n") == read_header(b"\r\nFrom: not a field\r\n", 0, 21)
    assert header(b"\r\nFrom: x\r\n").fields == ()


def test_message_without_blank_line_is_all_header():
    raw = b"From: a@example.com\r\nSubject: x\r\n"

    assert header(raw).body_start == len(raw)


def test_body_that_follows_without_blank_line_is_found():
    raw = b"From: a@example.com\nSubject: x\nHello, the printer is broken\nand so on\n"
    found = header(raw)

    assert raw[found.body_start :].startswith(b"Hello")
    assert "no blank line between header and body" in found.defects


def test_lines_without_colon_inside_the_header_do_not_hide_the_fields_below():
    raw = b"X-Tracker: abc\ndef/ghi\njkl+mno\nFrom: a@example.com\nSubject: x\n\nbody"
    found = header(raw)

    assert found.first("from") == b" a@example.com"
    assert "a line without a colon stands in the header" in found.identity_defects


def test_line_without_colon_below_a_field_that_names_people_is_not_joined_to_it():
    found = header(b"From: ann@example.com\n, eve@example.net\nSubject: x\nDate: y\n\nbody")

    assert found.first("from") == b" ann@example.com"


def test_mbox_line_above_the_header_is_no_field_and_no_defect():
    found = header(b"From ann@example.com Mon Jan 15 09:00:00 2024\nFrom: ann@example.com\n\nbody")

    assert found.fields == (("from", b" ann@example.com"),)
    assert found.identity_defects == ()


IDENTITY = {
    "two From": (b"From: ann@corp.test\nFrom: eve@evil.test\n\n", "2 from fields"),
    "From with blank": (b"From : ann@corp.test\nFrom: eve@evil.test\n\n", "blank before the colon"),
    "folded first line": (b" From: ann@corp.test\nFrom: eve@evil.test\n\n", "begins with a folded line"),
    "NUL": (b"From: ann@corp.test\0\n\n", "NUL in the header"),
    "bare CR": (b"From: ann@corp.test\rX: y\nSubject: x\n\n", "bare carriage return"),
    "two Message-ID": (b"From: a@b.test\nMessage-ID: <1@b>\nMessage-ID: <2@b>\n\n", "2 message-id fields"),
}


@pytest.mark.parametrize(("raw", "reason"), IDENTITY.values(), ids=IDENTITY)
def test_doubtful_header_takes_the_identity_away(raw, reason):
    message = parse(raw + b"body")

    assert any(reason in defect for defect in message.identity_defects)
    assert message.author is None


def test_two_date_fields_are_a_defect_but_leave_the_identity():
    message = parse(b"From: ann@corp.test\nDate: x\nDate: y\n\nbody")

    assert message.author is not None
    assert any("2 date fields" in defect for defect in message.defects)


def test_long_field_is_cut_at_its_limit():
    found = header(b"Subject: " + b"x" * 200 + b"\n\n", field_bytes=50)

    assert len(found.first("subject")) <= 50
    assert "longer than 50 bytes" in found.defects[0]


def test_header_beyond_its_limit_is_not_read():
    found = header(
        b"From: a@example.com\nX-Fill: " + b"x" * 500 + b"\nSubject: late\n\nbody", header_bytes=100
    )

    assert found.first("subject") == b""
    assert any("longer than 100 bytes" in defect for defect in found.defects)


def test_fields_beyond_their_limit_are_not_read():
    found = header(b"".join(b"X-%d: y\n" % n for n in range(20)) + b"\n", fields=5)

    assert len(found.fields) == 5
    assert "more than 5 header fields, the rest is not read" in found.defects


def test_every_field_of_a_name_is_listed_in_order():
    found = header(b"Received: one\nX: y\nReceived: two\n\n")

    assert found.every("received") == [b" one", b" two"]
    assert found.first("missing") == b""


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@x.test\r\nFrom: b@x.test\r\n\r\n",
        b"From: a@x.test\r\nFROM : b@x.test\r\n\r\n",
        b"From: a@x.test\r\nFrom\xa0: b@x.test\r\nSubject: x\r\n\r\n",
        b"From: a@x.test\r\nFr\0om: b@x.test\r\nSubject: x\r\n\r\n",
        b"From: a@x.test\rFrom: b@x.test\r\n\r\n",
        b" From: a@x.test\r\nFrom: b@x.test\r\n\r\n",
        b"X: y\r\n" * 1_001 + b"\r\n",
        b"From: a@x.test\r\nX: " + b"y" * 5_000_000 + b"\r\n\r\n",
    ],
    ids=["two", "blank", "other blank", "NUL", "bare CR", "folded", "many fields", "long"],
)
def test_header_that_two_readers_read_differently_is_broken(raw: bytes):
    assert header(raw).broken


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@x.test\r\nFrom:  A@x.test\r\n\r\n",
        b"From : a@x.test\r\n\r\n",
        b" only words\r\n\r\n",
        b"From cara@x.test Mon Jan 15 09:00:00 2024\r\nFrom: a@x.test\r\n\r\n",
        b"x" * 5_000_000,
    ],
    ids=["twice the same", "blank", "words", "mbox", "no header"],
)
def test_odd_header_of_one_author_is_not_broken(raw: bytes):
    assert header(raw).broken == ()


def test_fields_behind_a_very_long_one_are_read():
    references = b"".join(b"\r\n <%d@x.test>" % number for number in range(60_000))
    found = header(b"From: a@x.test\r\nReferences:" + references + b"\r\nSubject: found\r\n\r\nbody")

    assert found.first("subject").strip() == b"found"
    assert found.first("references").endswith(b"<59999@x.test>")
    assert len(found.first("references")) <= 65_536


def test_many_lines_without_colon_are_read_in_time():
    begun = time.thread_time()
    header(b"From: a@x.test\r\n" + b"a\r\n" * 60_000 + b"Subject: x\r\n\r\n")

    # Here a tenth of a second; where each line looks through all others, minutes.
    assert time.thread_time() - begun < 10
