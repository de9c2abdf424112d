"""Three families of attacks made by a machine: authors recombined, mails mutated, dialogues out of a grammar.

A few hundred of each here, the same every time; ``make fuzz`` makes a million, others each day.
"""

import contextlib
import itertools
import os
import random
import re
import socket
import time
from collections.abc import Iterator

import pytest

from daemon.desk.interpretation import Trust
from daemon.desk.trust_settings import TrustSettings
from daemon.mail.parse import parse
from daemon.services.author_trust import judge
from storage.records import Arrival
from storage.vocabulary import ArrivalState, Source
from tests.attacks.mails import ANN, CARA, DATE, EVE, mail, multipart, part
from tests.conftest import MONDAY_MORNING
from tests.edges.smtp_desk import Desk

FULL = os.environ.get("FUZZ") == "full"
SEED = int(time.time()) // 86_400 if FULL else 20_240_115
MUTANTS = 1_000_000 if FULL else 400
SESSIONS = 100_000 if FULL else 300
# A reading takes some milliseconds of computing; an answer waits for other programs as well.
SECONDS, ANSWER_SECONDS = 2.0, 20.0

AUTHORS = (
    b"From: ann@corp.test",
    b"From: eve@evil.test",
    b"From : ann@corp.test",
    b"From:\r\n ann@corp.test",
    b"FROM: Ann <ann@corp.test>",
    b" From: ann@corp.test",
    b"From: ann@corp.test <eve@evil.test>",
    b"From: eve@evil.test <ann@corp.test>",
    b"From: <eve@evil.test>:<ann@corp.test>",
    b"From: ann@corp.test, eve@evil.test",
    b"From: Team: ann@corp.test, eve@evil.test;",
    b"From: <@evil.test:ann@corp.test>",
    b'From: "ann@corp.test" <eve@evil.test>',
    b"From: =?utf-8?b?YW5uQGNvcnAudGVzdA==?= <eve@evil.test>",
    b"From: =?utf-8?b?YW5uQGNvcnAudGVzdA==?==?utf-8?q?=00?=@evil.test",
    b"From: ann@corp.test(x)@evil.test",
    b"From: ann(@corp.test)@evil.test",
    "From: ann@\u0441orp.test".encode(),
    "From: ann\uff20corp.test".encode(),
    b"From: ann@corp.test.",
    b"From: ann@corp.test\0@evil.test",
    b"From: ann@corp.test\r@evil.test",
    b"From:",
    b"Sender: ann@corp.test",
    b"Reply-To: ann@corp.test",
    b"Resent-From: ann@corp.test",
    b"From\xa0: ann@corp.test",
    b"X: y\nFrom: ann@corp.test",
    b"no colon in this line",
)
RESULTS = (
    b"dmarc=pass header.from=evil.test",
    b"dmarc=fail header.from=corp.test",
    b"spf=pass smtp.mailfrom=corp.test; dmarc=none",
    b"dmarc=pass header.from=evil.test; dmarc=pass header.from=corp.test",
    b"dmarc=pass (header.from=corp.test) header.from=evil.test",
    b'dmarc=pass header.from="evil.test" reason="header.from=corp.test"',
)
TRUST = TrustSettings(authserv_id="mx.corp.test", trusted_peers=("127.0.0.1",))


def arrival(raw: bytes) -> Arrival:
    """An arrival from the organisation's own server."""
    return Arrival(
        id=1,
        source=Source.SMTP,
        source_key=None,
        state=ArrivalState.CLAIMED,
        received_at=MONDAY_MORNING,
        raw_digest="",
        size_bytes=len(raw),
        full_size_bytes=len(raw),
        trace=b"",
        message_id="",
        reverse_path=EVE,
        null_reverse_path=False,
        recipients=("help@desk.test",),
        peer="127.0.0.1",
        helo="mx.corp.test",
        auth_user=None,
        tls="",
        mailbox="",
        deaths=0,
        failures=0,
        disposition=None,
        reason="",
        evidence=(),
        ticket_number=None,
        settled_at=None,
        error="",
    )


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.decode())
def test_no_pair_of_authors_is_ann_where_her_domain_did_not_pass(result: bytes):
    top = b"Authentication-Results: mx.corp.test; " + result + b"\r\nReceived: from a by mx.corp.test; x\r\n"
    forged = b"Authentication-Results: mx.corp.test; dmarc=pass header.from=corp.test\r\n"
    for one, other in itertools.product(AUTHORS, repeat=2):
        for inside in (b"", forged):
            raw = top + one + b"\r\n" + inside + other + b"\r\nTo: help@desk.test\r\n\r\n#close\r\n"
            message = parse(raw)
            judgement = judge(arrival(raw), message, TRUST)
            author = message.author.address.lower() if message.author else ""
            assert (judgement.trust, author) != (Trust.VERIFIED, ANN), raw
            assert judgement.trust is not Trust.VERIFIED or author.endswith("@evil.test"), raw


def test_ann_is_ann_where_her_domain_passed():
    top = b"Authentication-Results: mx.corp.test; dmarc=pass header.from=corp.test\r\n"
    raw = top + b"Received: from a by mx.corp.test; x\r\nFrom: ann@corp.test\r\nSubject: x\r\n\r\nx\r\n"

    assert judge(arrival(raw), parse(raw), TRUST).trust is Trust.VERIFIED


def seeds() -> list[bytes]:
    """Two hundred mails as people and machines write them, the same ones every time."""
    dice = random.Random(1)
    return [_seed(dice, number) for number in range(200)]


def _seed(dice: random.Random, number: int) -> bytes:
    words = " ".join(dice.choice(("printer", "login", "Ärger", "メール", "<b>", "=?")) for _ in range(30))
    quoted = f"{words}\r\n\r\nOn Mon, 15 Jan 2024, Bob <bob@corp.test> wrote:\r\n> {words}\r\n-- \r\nCara\r\n"
    plain = part("text/plain; charset=utf-8", quoted.encode(), "Content-Transfer-Encoding: 8bit")
    html = part("text/html; charset=iso-8859-1", f"<div>{words}</div><blockquote>x</blockquote>".encode())
    file = part("application/pdf; name*=utf-8''%C3%A4.pdf", b"QUJD" * 20, "Content-Transfer-Encoding: base64")
    inner = part("message/rfc822", mail(EVE, "Inside", quoted))
    report = part(
        "message/delivery-status", b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.test\r\n"
    )
    calendar = part("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\n")
    kinds = ("mixed", "alternative", "related", "report", "signed")
    some = dice.sample([plain, html, file, inner, report, calendar], dice.randint(1, 4))
    headers, body = multipart(dice.choice(kinds), *some)
    if dice.random() < 0.3:
        headers, body = {"Content-Type": "text/plain; format=flowed"}, quoted.encode()
    more = {"References": " ".join(f"<{at}@x.test>" for at in range(dice.randint(0, 9)))}
    subject = dice.choice(("Re: [#1] x", "=?utf-8?q?=C3=A4?=", "AW: WG: x", ""))
    return mail(CARA, f"{subject} {number}", body, headers={**more, **headers, "Date": DATE})


PIECES = (
    b"\r\n", b"\n", b"\r", b"\0", b"--=_limit", b"--=_limit--", b"=?utf-8?b?", b"?=", b"(", b")", b"<", b">",
    b'"', b"\\", b";", b":", b"@", b"\xff\xfe", b"\xe2\x80\xae", b"charset=zip", b"begin 644 x\r\n",
    b"Content-Type: multipart/mixed; boundary=x\n", b"From: ann@corp.test\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"> " * 50, b"-" * 500, b"(" * 500, b" " * 2_000,
    b"<div>" * 100, b"=3D" * 100,
)  # fmt: skip


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """Change a mail in one to eight places: bytes, pieces, halves and repetitions."""
    for _ in range(dice.randint(1, 8)):
        at, to = sorted(dice.randint(0, len(raw)) for _ in range(2))
        change = dice.randrange(6)
        if change == 0:
            raw = raw[:at] + dice.randbytes(dice.randint(1, 4)) + raw[at + 1 :]
        elif change == 1:
            raw = raw[:at] + dice.choice(PIECES) + raw[at:]
        elif change == 2:
            raw = raw[:at] + raw[min(to, at + 200) :]
        elif change == 3:
            raw = raw[:at] + raw[at : at + 200] * dice.randint(2, 20) + raw[at:]
        elif change == 4:
            raw = raw[:at] + raw[to : to + 200] + raw[at:]
        else:
            raw = raw[:at].swapcase() + raw[at:]
    return raw


def test_no_mutant_raises_or_takes_long():
    dice = random.Random(SEED)
    mails, slowest = seeds(), 0.0
    for number in range(MUTANTS):
        raw = mutated(mails[number % len(mails)], dice)
        begun = time.thread_time()
        message = parse(raw)
        slowest = max(slowest, time.thread_time() - begun)
        assert not any("not read fully" in defect for defect in message.defects), (SEED, number, raw)
        assert slowest < SECONDS, (SEED, number, raw)


VERBS = (
    b"EHLO x", b"HELO x", b"MAIL FROM:<a@b.test>", b"MAIL FROM:<>", b"MAIL FROM:<a@b.test> SIZE=10",
    b"MAIL FROM:<a@b.test> BODY=8BITMIME SMTPUTF8", b"RCPT TO:<support@desk.test>", b"RCPT TO:<x@other.test>",
    b"DATA", b"RSET", b"NOOP", b"VRFY ann", b"QUIT", b"STARTTLS", b"AUTH PLAIN AAAA", b"BDAT 5 LAST", b"HELP",
    b"", b"\xff\xfe", b"x" * 3_000,
)  # fmt: skip
CONTENT = (b"Subject: x\r\n\r\nwords", b"", b".x", b"\n.\n", b"a\rb", b"\0", b"y" * 5_000)
ENDS = (b"\r\n.\r\n", b"\r\n.\r\n", b"\n.\n", b"\r\n.", b"")
BREAKS = (b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b" \r\n")
REPLY_LINE = re.compile(rb"[2-5][0-9]{2}[ -][ -~]*")


def dialogue(dice: random.Random) -> Iterator[bytes]:
    """Write one session: commands in and out of order, and sometimes content where it belongs."""
    if dice.random() < 0.8:
        yield b"EHLO x\r\n"
    for _ in range(dice.randint(1, 12)):
        verb = dice.choice(VERBS)
        yield verb + dice.choice(BREAKS)
        if verb == b"DATA" and dice.random() < 0.8:
            yield dice.choice(CONTENT) + dice.choice(ENDS)
    if dice.random() < 0.5:
        yield b"MAIL FROM:<a@b.test>\r\nRCPT TO:<support@desk.test>\r\nDATA\r\nwords\r\n.\r\nQUIT\r\n"


def test_no_dialogue_hangs_or_raises():
    dice = random.Random(SEED)
    with Desk(connection_limit_per_peer=50) as desk:
        for number in range(SESSIONS):
            before, answers = len(desk.kept), b""
            pieces = list(dialogue(dice))
            with socket.create_connection(desk.listener.address, 5) as client, contextlib.suppress(OSError):
                for piece in [b"".join(pieces)] if dice.random() < 0.5 else pieces:
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
                begun = time.monotonic()
                while data := client.recv(65_536):
                    answers += data
                assert time.monotonic() - begun < ANSWER_SECONDS, (SEED, number, pieces)
            lines = answers.split(b"\r\n")[:-1]
            assert all(REPLY_LINE.fullmatch(line) for line in lines), (SEED, number, lines)
            assert sum(b" Queued as " in line for line in lines) <= len(desk.kept) - before, (SEED, number)
            desk.kept.clear()
    assert desk.unexpected == []
