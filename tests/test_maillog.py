"""The mail log: one line a record, whatever a peer put into it."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import maillog
from storage.records import Incoming, OutboxItem, OutgoingCopy, Receipt
from storage.vocabulary import Disposition, OutboxState, Source

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
INCOMING = Incoming(
    source=Source.SMTP,
    raw=b"Subject: secret plans\r\n\r\nbody-canary\r\n",
    received_at=NOW,
    reverse_path="cara@cust.test",
    recipients=("support@desk.test",),
    peer="192.0.2.7",
    helo="m.t",
)
ITEM = OutboxItem(
    id=7,
    state=OutboxState.SENDING,
    notice="opened",
    recipient="cara@cust.test",
    reverse_path=None,
    message_id="<a.1@d.t>",
    subject="subject-canary",
    ticket_number=1042,
    attempts=2,
    next_attempt_at=NOW,
    last_reply="",
    created_at=NOW,
    sent_at=None,
    automatic=True,
)
OUTGOING = "outbox=7 recipient=cara@cust.test ticket=1042 message_id=<a.1@d.t> attempts=2"
COPY = OutgoingCopy(
    key="k",
    notice="opened",
    recipient="cara@cust.test",
    reverse_path=None,
    message_id="<a.1@d.t>",
    subject="subject-canary",
    pieces=(b"body-canary",),
    ticket_number=1042,
)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="postdesk.mail")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "postdesk.mail"]


def test_a_received_message_is_one_line_without_its_content(lines):
    maillog.received(Receipt(arrival_id=12), replace(INCOMING, auth_user="ann@corp.test", tls="TLSv1.3"))

    (line,) = lines()
    assert line == (
        "verb=received arrival=12 source=smtp peer=192.0.2.7 helo=m.t reverse_path=cara@cust.test "
        "recipients=support@desk.test size=38 auth=ann@corp.test tls=TLSv1.3"
    )


def test_a_null_reverse_path_and_a_known_source_key_are_shown(lines):
    bounce = replace(
        INCOMING, reverse_path=None, null_reverse_path=True, source=Source.IMAP, source_key="imap:a/INBOX/1/2"
    )
    maillog.received(Receipt(arrival_id=3, known=True), replace(bounce, peer="", helo="", recipients=()))

    assert lines() == [
        "verb=received arrival=3 known=yes source=imap source_key=imap:a/INBOX/1/2 reverse_path=<> size=38"
    ]


def test_of_many_recipients_ten_are_shown_and_the_rest_is_counted(lines):
    maillog.received(Receipt(1), replace(INCOMING, recipients=tuple(f"r{n}@desk.test" for n in range(100))))

    assert "r9@desk.test,+90 size=" in lines()[0]
    assert "r10@" not in lines()[0]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: maillog.rejected(Source.SMTP, "192.0.2.7", "550 5.1.1 None", recipient="x@desk.test"),
            'verb=rejected source=smtp peer=192.0.2.7 reply="550 5.1.1 None" recipient=x@desk.test',
        ),
        (
            lambda: maillog.postponed(Source.LMTP, "unix", "451 4.3.0 Try again later", reason="OSError"),
            'verb=postponed source=lmtp peer=unix reply="451 4.3.0 Try again later" reason=OSError',
        ),
        (
            lambda: maillog.authenticated(Source.SMTP, "::1", "ann@corp.test"),
            "verb=authenticated source=smtp peer=::1 account=ann@corp.test",
        ),
        (lambda: maillog.ignored(4, "list mail"), 'verb=ignored arrival=4 reason="list mail"'),
        (lambda: maillog.quarantined(4, "ValueError"), "verb=quarantined arrival=4 reason=ValueError"),
        (
            lambda: maillog.ticketed(4, 1042, Disposition.APPENDED),
            "verb=ticketed arrival=4 ticket=1042 disposition=appended",
        ),
        (
            lambda: maillog.queued(7, COPY),
            "verb=queued outbox=7 notice=opened recipient=cara@cust.test ticket=1042 message_id=<a.1@d.t>",
        ),
        (
            lambda: maillog.sent(ITEM, "250 ok"),
            f'verb=sent {OUTGOING} reply="250 ok"',
        ),
        (
            lambda: maillog.deferred(ITEM, "451 busy", NOW),
            f'verb=deferred {OUTGOING} reply="451 busy" next_attempt=2024-01-15T09:00:00+00:00',
        ),
        (
            lambda: maillog.failed(ITEM, "550 gone"),
            f'verb=failed {OUTGOING} reply="550 gone"',
        ),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "",
)
def test_every_verb_writes_its_ids_and_nothing_of_the_content(lines, call, expected):
    call()

    assert lines() == [expected]


def test_what_somebody_has_to_look_at_is_a_warning(caplog):
    maillog.quarantined(4, "ValueError")
    maillog.failed(ITEM, "550 gone")

    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.WARNING]


def test_control_bytes_quotes_and_direction_marks_are_escaped(lines):
    maillog.ignored(1, 'a\r\nb "x" \\ \x00\x7f\x85 \u202e\udc80 é')

    assert lines() == [
        'verb=ignored arrival=1 reason="a\\x0d\\x0ab \\"x\\" \\\\ \\x00\\x7f\\x85 \\u{202e}\\u{dc80} é"'
    ]


def test_a_long_value_is_cut(lines):
    maillog.ignored(1, "x" * 5000)

    assert lines() == ["verb=ignored arrival=1 reason=" + "x" * 512 + "..."]


def test_nothing_is_built_when_the_log_is_off(caplog):
    caplog.set_level(logging.ERROR, logger="postdesk.mail")
    maillog.ignored(1, "x")

    assert caplog.records == []


@given(st.text(), st.text())
def test_no_text_breaks_out_of_its_value(first, second):
    line = maillog._line([("a", first), ("b", second)])

    assert line.isprintable()
    assert line.startswith("a=")
    assert " b=" in line
    assert maillog._line([("a", first)]) == line[: len(maillog._line([("a", first)]))]


def test_no_line_holds_a_reply_address_that_proves_something(lines):
    token = "support+r42.aa.abcdefghijklmnopqrstuvwxyz@desk.test"

    maillog.received(Receipt(7), replace(INCOMING, recipients=(token, token.upper()), reverse_path=token))

    (line,) = lines()
    assert "reverse_path=support+r42.aa....@desk.test" in line
    assert "abcdefghijklm" not in line.lower()
