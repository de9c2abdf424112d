"""How sure we are of an author: login, the server in front and our own check, and the worst of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.desk.interpretation import Trust
from daemon.desk.trust_settings import TrustSettings
from daemon.mail.parse import parse
from daemon.services.author_trust import is_trusted_peer, judge, wants_check
from storage.records import Arrival
from storage.vocabulary import ArrivalState, Source

PINNED = TrustSettings(authserv_id="mx.corp.test", trusted_peers=("192.0.2.0/24", "unix"))
PASS = b"Authentication-Results: mx.corp.test; dmarc=pass header.from=corp.test\r\n"
FAIL = PASS.replace(b"pass", b"fail")
MAIL = b"From: Ann <Ann@Corp.test>\r\nTo: support@desk.test\r\nSubject: x\r\n\r\nhi\r\n"
OWN = PASS.replace(b"mx.corp.test", b"desk.test")
RECEIVED = b"Received: from mx by desk.test with SMTP; Mon, 15 Jan 2024 09:00:00 +0000\r\n"


def arrival(**given: object) -> Arrival:
    return replace(
        Arrival(
            id=1, source=Source.SMTP, source_key=None, state=ArrivalState.CLAIMED, raw_digest="",
            received_at=datetime(2024, 1, 15, 9, tzinfo=UTC), size_bytes=9, full_size_bytes=9, trace=b"",
            message_id="", reverse_path=None, null_reverse_path=False, recipients=(), peer="203.0.113.9",
            helo="", auth_user=None, tls="", mailbox="", deaths=0, failures=0, disposition=None, reason="",
            evidence=(), ticket_number=None, settled_at=None, error="",
        ),
        **given,
    )  # fmt: skip


def judged(raw: bytes, settings: TrustSettings = PINNED, **given: object) -> tuple[str, str]:
    found = judge(arrival(**given), parse(raw), settings)
    return found.trust, found.why


@pytest.mark.parametrize(
    ("raw", "given", "expected"),
    [
        pytest.param(MAIL, {}, ("unverified", ""), id="nothing"),
        pytest.param(
            MAIL, {"auth_user": "ann@corp.test"}, ("verified", "logged in as ann@corp.test"), id="login"
        ),
        pytest.param(
            MAIL,
            {"auth_user": "eve@evil.test"},
            ("failed", "logged in as eve@evil.test, which is another address"),
            id="login of another",
        ),
        pytest.param(
            PASS + MAIL, {"peer": "192.0.2.7"}, ("verified", "dmarc=pass by mx.corp.test"), id="trusted peer"
        ),
        pytest.param(PASS + MAIL, {"peer": "unix"}, ("verified", "dmarc=pass by mx.corp.test"), id="socket"),
        pytest.param(
            PASS + MAIL,
            {"source": Source.IMAP, "peer": ""},
            ("verified", "dmarc=pass by mx.corp.test"),
            id="imap",
        ),
        pytest.param(
            PASS + MAIL,
            {"source": Source.FILE, "peer": ""},
            ("verified", "dmarc=pass by mx.corp.test"),
            id="file",
        ),
        pytest.param(
            PASS + MAIL, {}, ("unverified", "its peer may not tell us results of checks"), id="any other peer"
        ),
        pytest.param(FAIL + MAIL, {"peer": "192.0.2.7"}, ("failed", "dmarc=fail by mx.corp.test"), id="fail"),
        pytest.param(
            FAIL + MAIL,
            {"peer": "192.0.2.7", "auth_user": "ann@corp.test"},
            ("failed", "dmarc=fail by mx.corp.test"),
            id="login and fail disagree",
        ),
        pytest.param(
            MAIL,
            {"peer": "192.0.2.7", "auth_user": "ann@corp.test"},
            ("verified", "logged in as ann@corp.test"),
            id="login and silence",
        ),
        pytest.param(
            MAIL, {"trace": OWN + RECEIVED}, ("verified", "dmarc=pass by desk.test"), id="own check"
        ),
        pytest.param(
            MAIL,
            {"trace": OWN.replace(b"pass", b"fail") + RECEIVED},
            ("failed", "dmarc=fail by desk.test"),
            id="own check failed",
        ),
        pytest.param(
            MAIL,
            {"trace": OWN.replace(b"pass", b"temperror") + RECEIVED},
            ("unverified", "dmarc=temperror by desk.test"),
            id="own check without an answer",
        ),
        pytest.param(
            MAIL, {"trace": RECEIVED + OWN}, ("unverified", ""), id="only the first field is our check's"
        ),
        pytest.param(
            b"From: eve@evil.test\r\n" + MAIL,
            {"auth_user": "ann@corp.test"},
            ("failed", "logged in as ann@corp.test, which is another address"),
            id="login for nobody",
        ),
        pytest.param(
            PASS + b"From: eve@evil.test\r\n" + MAIL,
            {"source": Source.IMAP},
            ("unverified", "2 from fields, one is allowed (RFC 5322 s 3.6); from: 2 mailboxes"),
            id="two authors",
        ),
        pytest.param(
            FAIL + b"From: eve@evil.test\r\n" + MAIL,
            {"source": Source.IMAP},
            ("failed", "dmarc=fail by mx.corp.test"),
            id="two authors and a fail",
        ),
    ],
)
def test_judgement(raw, given, expected):
    assert judged(raw, **given) == expected


def test_without_a_pin_no_field_is_believed():
    assert judged(PASS + MAIL, TrustSettings(), source=Source.IMAP) == (Trust.UNVERIFIED, "")


def test_microsoft_names_no_server():
    field = b"Authentication-Results: spf=pass;dmarc=pass action=none header.from=corp.test\r\n"

    found = judged(field + MAIL, TrustSettings(microsoft=True), source=Source.IMAP)
    assert found == (Trust.VERIFIED, "dmarc=pass by the server in front")
    assert judged(field + MAIL, PINNED, source=Source.IMAP)[0] == Trust.UNVERIFIED


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("192.0.2.255", True),
        ("::ffff:192.0.2.1", True),
        ("192.0.3.0", False),
        ("fe80::1%eth0", True),
        ("2001:db8::1", False),
        ("unix", True),
        ("", False),
        ("mx.corp.test", False),
    ],
)
def test_trusted_peer(peer, expected):
    assert is_trusted_peer(peer, ("192.0.2.0/24", "fe80::1", "unix")) is expected


def test_socket_is_trusted_only_by_name():
    assert not is_trusted_peer("unix", ("0.0.0.0/0", "::/0"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"peer": "2001:db8::1"}, True),
        ({"peer": "192.0.2.1"}, False),
        ({"peer": "unix"}, False),
        ({"peer": ""}, False),
        ({"source": Source.LMTP}, False),
        ({"source": Source.IMAP}, False),
        ({"source": Source.FILE}, False),
        ({"auth_user": "ann@corp.test"}, False),
        ({"full_size_bytes": 10}, False),
        ({"trace": OWN}, False),
        ({"trace": RECEIVED}, True),
    ],
    ids=str,
)
def test_own_check_is_for_whole_mail_of_strangers_servers(given, expected):
    settings = TrustSettings(authserv_id="mx.corp.test", trusted_peers=("192.0.2.0/24",), check="auto")

    assert wants_check(arrival(**given), settings) is expected
    assert not wants_check(arrival(**given), replace_check(settings))


def replace_check(settings: TrustSettings) -> TrustSettings:
    return TrustSettings(authserv_id=settings.authserv_id, trusted_peers=settings.trusted_peers)
