"""Fingerprints: one mail has one digest, however it came."""

import pytest

from daemon.mail.digest import content_digest, quick_message_id

RAW = (
    b"From: Ann <ann@example.com>\r\nTo: support@desk.test\r\nSubject: a long\r\n subject\r\n"
    b"Message-ID: <1@example.com>\r\nDate: Mon, 15 Jan 2024 09:00:00 +0000\r\n\r\none\r\ntwo\r\n"
)

SAME = {
    "LF": RAW.replace(b"\r\n", b"\n"),
    "CR": RAW.replace(b"\r\n", b"\r"),
    "trace fields": b"Return-Path: <x@y.test>\r\nReceived: from a by b;\r\n\tnow\r\n" + RAW,
    "blank lines at the end": RAW + b"\r\n\r\n",
    "no line end at the end": RAW.rstrip(),
    "folded otherwise": RAW.replace(b"a long\r\n subject", b"a\r\n\tlong  subject"),
    "name in capitals": RAW.replace(b"Subject:", b"SUBJECT:"),
    "said what goes without saying": b"Content-Type: Text/Plain;\r\n charset=us-ascii\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n" + RAW,
    "flags of a mailbox": b"X-UID: 17\r\nStatus: RO\r\n" + RAW,
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_transport_does_not_change_the_digest(other):
    assert content_digest(other) == content_digest(RAW)


OTHER = {
    "subject": RAW.replace(b"a long", b"a short"),
    "author": RAW.replace(b"Ann", b"Bob"),
    "recipient": RAW.replace(b"support@", b"sales@"),
    "body": RAW.replace(b"two", b"too"),
    "blank inside the body": RAW.replace(b"one", b"o ne"),
    "line moved from body to header": RAW.replace(b"\r\n\r\none", b"\r\nX: one\r\n"),
    "id": RAW.replace(b"<1@", b"<2@"),
    "copy": RAW.replace(b"To: s", b"Cc: s"),
    "how the body is read": b"Content-Type: application/octet-stream\r\n" + RAW,
    "how the body is encoded": b"Content-Transfer-Encoding: base64\r\n" + RAW,
    "whether the body is shown": b"Content-Disposition: attachment\r\n" + RAW,
    "conversation": b"References: <other@example.com>\r\n" + RAW,
    "blank line inside the body": RAW.replace(b"one\r\n", b"one\r\n\r\n"),
}


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_other_content_changes_the_digest(other):
    assert content_digest(other) != content_digest(RAW)


PLAIN = b'Content-Type: text/plain; charset="UTF-8"; format=flowed\r\n' + RAW


@pytest.mark.parametrize(
    "written",
    [
        b"text/plain; charset=UTF-8; format=flowed",
        b"Text/Plain;\r\n charset=utf-8;\r\n\tformat=flowed",
        b'TEXT/PLAIN;Charset="utf-8"; format="flowed"',
    ],
)
def test_what_a_server_writes_anew_is_the_same_mail(written):
    assert content_digest(b"Content-Type: " + written + b"\r\n" + RAW) == content_digest(PLAIN)
    encoded = b"Content-Transfer-Encoding: %s\r\n" + RAW
    assert content_digest(encoded % b"Base64") == content_digest(encoded % b"base64")


@pytest.mark.parametrize(
    "written",
    [
        b"text/plain; charset=latin1; format=flowed",
        b"text/html; charset=UTF-8; format=flowed",
        b"text/plain; charset=UTF-8; format=FLOWED",
        b"text/plain; format=flowed; charset=UTF-8",
        b'text/plain; charset="UTF-8; format=flowed"',
        b'text/plain; charset="UTF-8"; format=flowed; x',
        b"text/plain; charset = UTF-8; format=flowed",
    ],
)
def test_what_may_be_read_otherwise_is_another_mail(written):
    assert content_digest(b"Content-Type: " + written + b"\r\n" + RAW) != content_digest(PLAIN)


@pytest.mark.parametrize(
    ("said", "before"),
    [
        (b'Content-Type: multipart/mixed; boundary="b"\r\n', b"Content-Type: text/plain\r\n"),
        (b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: 7bit\r\n"),
    ],
)
def test_what_goes_without_saying_counts_beside_what_is_said(said, before):
    """Readers go by the first field of a name."""
    assert len({content_digest(one + RAW) for one in (said, before + said, said + before)}) == 3


def test_nul_counts_as_the_byte_that_dovecot_makes_of_it():
    assert content_digest(RAW + b"a\0b") == content_digest(RAW + b"a\x80b")


def test_blank_lines_at_the_end_do_not_count_however_many_there_are():
    assert content_digest(RAW + b"\r\n" * 200_000) == content_digest(RAW)
    assert content_digest(b"From: a@b.test\n\n" + b"\n" * 200_000) == content_digest(b"From: a@b.test\n\n")


def test_body_larger_than_a_slice_gives_the_same_digest_at_any_line_end():
    body = b"0123456789\r\n" * 200_000

    assert content_digest(RAW + body) == content_digest(
        RAW.replace(b"\r\n", b"\n") + body.replace(b"\r\n", b"\n")
    )


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"no header at all", b"\xff\x00"])
def test_anything_has_a_digest(raw):
    assert len(content_digest(raw)) == 64


IDS = {
    "plain": (b"Message-ID: <1@b.test>\r\n\r\n", "<1@b.test>"),
    "lower case": (b"X: y\nmessage-id:<1@b.test>\n\n", "<1@b.test>"),
    "folded": (b"Message-ID:\r\n <1@b.test>\r\n\r\n", "<1@b.test>"),
    "no brackets": (b"Message-ID: 1@b.test\r\n\r\n", "1@b.test"),
    "first of two": (b"Message-ID: <1@b>\r\nMessage-ID: <2@b>\r\n\r\n", "<1@b>"),
    "missing": (b"X-Message-ID: <1@b.test>\r\n\r\n", ""),
    "only in the body": (b"From: a@b.test\r\n\r\nMessage-ID: <1@b.test>\r\n", ""),
    "bare CR": (b"From: a@b.test\rMessage-ID: <1@b.test>\r\rx", "<1@b.test>"),
}


@pytest.mark.parametrize(("raw", "message_id"), IDS.values(), ids=IDS)
def test_message_id_is_found_without_parsing(raw, message_id):
    assert quick_message_id(raw) == message_id


HEADLESS = (
    b"Only words, and no header at all\r\n",
    b"Other words\r\nin two lines\r\n",
    b"\r\nWords below a blank line\r\n",
    b"\nOther words below a blank line\n",
    b"From: a@b.test\r\nWords where a field should be\r\nNote: one\r\n",
    b"From: a@b.test\r\nWords where a field should be\r\nNote: two\r\n",
    b"",
)


def test_mails_without_a_header_of_their_own_differ_by_their_words():
    assert len({content_digest(raw) for raw in HEADLESS}) == len(HEADLESS)


@pytest.mark.parametrize("raw", HEADLESS)
def test_what_a_server_writes_above_them_does_not_count(raw: bytes):
    assert content_digest(b"Received: from a.test by b.test; x\r\n" + raw) == content_digest(raw)


def test_line_of_an_mbox_does_not_count():
    raw = b"From: a@b.test\r\nSubject: x\r\n\r\nwords\r\n"

    assert content_digest(b"From a@b.test Mon Jan 15 09:00:00 2024\r\n" + raw) == content_digest(raw)
