"""H: the SMTP protocol.  One message stays one message, and no peer takes more than its share."""

import socket
import struct

from tests.attacks import invariants
from tests.attacks.mails import ANN, CARA, EVE, HELP, mail, raw_mail
from tests.attacks.runner import FULL, Stage, case, elsewhere
from tests.attacks.wire import Wire, stuffed
from tests.faults.desk_process import wait_until

SMTP = ("smtp",)
SECOND = (
    b"MAIL FROM:<cfo@corp.test>\r\nRCPT TO:<help@desk.test>\r\nDATA\r\n"
    b"From: cfo@corp.test\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"
)
ENDS = (
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r\n.\r",
    b"\r\n.\n",
    b"\r.\r\n",
    b"\r\n\0.\r\n",
    b"\r\r\n.\r\r\n",
    b"\r\n.\0\r\n",
)


@case(176, "smuggle-set", allowed={CARA}, intakes=SMTP)
def smuggle_set(stage: Stage) -> None:
    for at, end in enumerate(ENDS):
        before = len(stage.rows())
        first = mail(CARA, f"Smuggle {at}", b"hi" + end + SECOND)
        with Wire(stage.desk.port) as wire:
            assert wire.begin(CARA, [HELP]) == 354
            # What follows an end of data in the middle is to be taken for the attacker's second mail.
            wire.send(first)
            assert wire.reply() == 250
            stage.heard(wire)
        body = first.removesuffix(b".\r\n").replace(b"\r\n.", b"\r\n")
        stage.sent.append(body)
        stage.accepted.append(body)
        rows = stage.rows()
        assert len(rows) == before + 1
        assert rows[-1]["reverse_path"] == CARA

    assert not [one for one in stage.new_tickets() if one["subject"] == "smuggled"]


@case(177, "smuggle-out", allowed={CARA})
def smuggle_out(stage: Stage) -> None:
    text = b"one\n.\nMAIL FROM:<x@y.test>\r\ntwo\r.\r\nRCPT TO:<eve@evil.test>\r\n.three\r\n..\r\nfour\r\n"
    stage.send(mail(CARA, "Quote me", text), sender=CARA)
    told = next(one for one in stage.mails_to(ANN) if one.reply_address)
    stage.send(mail(ANN, "Re: it", text + b"five\r\n"), sender=ANN, to=[told.reply_address])

    # Two copies to the agents, her acknowledgement, Ann's answer: none became two at the relay.
    assert len(stage.mails()) == 4
    assert all("three" in one.text for one in stage.mails() if one not in stage.mails_to(CARA)[:1])


@case(180, "endless-data-line", intakes=SMTP, rss_bytes=16 * 1024 * 1024)
def endless_data_line(stage: Stage) -> None:
    with Wire(stage.desk.port) as wire:
        assert wire.begin(CARA, [HELP]) == 354
        piece = b"x" * 1_048_576
        try:
            for _ in range(200):
                wire.send(piece)
        except OSError:
            pass  # it has hung up, as it should
        else:
            wire.send(b"\r\n.\r\n")
        assert b"250 2.0.0 Queued" not in wire.rest()
    assert stage.rows() == []


@case(181, "endless-command", intakes=SMTP, rss_bytes=16 * 1024 * 1024)
def endless_command(stage: Stage) -> None:
    with Wire(stage.desk.port) as wire:
        try:
            for _ in range(50):
                wire.send(b"x" * 1_048_576)
        except OSError:
            pass  # it has hung up
        else:
            assert wire.say(b"") in {0, 421, 500, 501, 502}


@case(183, "rcpt-dup", allowed={CARA})
def rcpt_dup(stage: Stage) -> None:
    to = [HELP, HELP.upper(), "Help@desk.test", "help@DESK.TEST"] * 25
    row = stage.send(mail(CARA, "Once"), sender=CARA, to=to)

    assert row["disposition"] == "ticketed"
    assert len(stage.new_tickets()) == 1
    assert stage.outsiders_got() == [CARA]


@case(184, "size-lie", intakes=SMTP)
def size_lie(stage: Stage) -> None:
    with Wire(stage.desk.port) as wire:
        assert wire.say(b"MAIL FROM:<cara@cust.test> SIZE=99999999999") == 552
        assert wire.begin(CARA, [HELP], " SIZE=100") == 354
        line = (b"x" * 998 + b"\r\n") * 1_000
        try:
            for _ in range(100):
                wire.send(line)
            wire.send(b".\r\n")
        except OSError:
            pass  # it has hung up
        assert b"250 2.0.0 Queued" not in wire.rest()
    assert stage.rows() == []


@case(187, "mailfrom-odd", intakes=SMTP)
def mailfrom_odd(stage: Stage) -> None:
    odd = (
        b"MAIL FROM:<a\rb@c.d>",
        b"MAIL FROM:<a@b.c",
        b"MAIL FROM:<" + b"a" * 10_000 + b"@b.c>",
        b"MAIL FROM:<a\0b@c.d>",
        b"MAIL FROM:<a b@c.d>",
        b"MAIL FROM:<> BODY=9BIT",
        b"MAIL FROM:<@evil.test:a@b.c>x",
    )
    for command in odd:
        with Wire(stage.desk.port) as wire:
            code = wire.say(command)
            assert 500 <= code < 560 or code == 0, (command[:40], code)
            stage.heard(wire)


@case(188, "idle-10k", intakes=SMTP, desk="crowded", rss_bytes=150 * 1024 * 1024)
def idle_10k(stage: Stage) -> None:
    crowd: list[socket.socket] = []
    sources, stage.idle = (20, 10_000) if FULL else (4, 400)
    try:
        for at in range(stage.idle):
            source = f"127.0.1.{at % sources + 1}"
            crowd.append(
                socket.create_connection(("127.0.0.1", stage.desk.port), 5, source_address=(source, 0))
            )

            # The kernel keeps no more than some thousands for whoever accepts them.
            if at % 500 == 499:
                with Wire(stage.desk.port) as wire:
                    assert wire.say(b"NOOP") == 250

        def kept() -> bool:
            open_now = invariants.load(stage.desk, peak=True).descriptors
            return open_now <= stage.before.descriptors + sources * 10 + 10

        wait_until(kept, 30, "no source has more than its share")
        with Wire(stage.desk.port) as wire:
            assert wire.say(b"NOOP") == 250
    finally:
        for one in crowd:
            one.close()


@case(192, "rst-after-dot", allowed={CARA}, intakes=SMTP)
def rst_after_dot(stage: Stage) -> None:
    raw = mail(CARA, "Reset")
    for _ in range(3):
        wire = Wire(stage.desk.port)
        assert wire.begin(CARA, [HELP]) == 354
        wire.send(stuffed(raw) + b".\r\n")
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.sock.close()
    stage.send(raw, sender=CARA)
    # Whether what came before a reset was stored, nobody can know; it counts once whatever happened.
    rows = stage.desk.rows("SELECT disposition FROM arrivals WHERE id > ? ORDER BY id", stage.first)
    stage.accepted[:] = [raw] * len(rows)

    assert [row["disposition"] for row in rows].count("ticketed") == 1
    assert len(stage.new_tickets()) == 1
    assert stage.outsiders_got() == [CARA]


@case(194, "http-post", intakes=SMTP)
def http_post(stage: Stage) -> None:
    request = (
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<help@desk.test>\r\n"
    )
    with Wire(stage.desk.port, greet=False) as wire:
        assert wire.reply() == 220
        wire.send(request + b"DATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n")
        said = wire.rest()

    assert b"250" not in said.replace(b"desk.test", b""), "it is not heard beyond its first line"
    assert b"Queued" not in said
    assert stage.rows() == []


@case(195, "pipeline-early", allowed={CARA}, intakes=SMTP)
def pipeline_early(stage: Stage) -> None:
    raw = mail(CARA, "Early")
    with Wire(stage.desk.port, greet=False) as wire:
        wire.send(b"EHLO x\r\nMAIL FROM:<cara@cust.test>\r\nRCPT TO:<help@desk.test>\r\nDATA\r\n")
        codes = [wire.reply() for _ in range(5)]
        if codes[-1] == 354:
            wire.send(stuffed(raw) + b".\r\n")
            assert wire.reply() == 250
            stage.sent.append(raw)
            stage.accepted.append(raw)
        stage.heard(wire)

    assert codes in ([220, 250, 250, 250, 354], [220, 0, 0, 0, 0], [220, 250, 250, 250, 503]), codes
    assert len(stage.rows()) == len(stage.accepted)


@case(196, "8bitmime-utf8", allowed={CARA}, intakes=SMTP)
def eight_bit(stage: Stage) -> None:
    row = stage.send(
        raw_mail(b"From: cara@cust.test\r\nSubject: 8 bit\r\n", b"caf\xe9 \xc3\xa9\r\n"), sender=CARA
    )
    assert row["disposition"] == "ticketed"
    with Wire(stage.desk.port) as wire:
        assert wire.say("MAIL FROM:<jörg@cust.test>".encode()) == 553
        assert wire.say("MAIL FROM:<jörg@cust.test> SMTPUTF8".encode()) == 250
        stage.heard(wire)


@case(198, "dot-stuffing", allowed={EVE})
def dot_stuffing(stage: Stage) -> None:
    row = stage.send(mail(EVE, "Dots", b"first\r\n.\r\n..\r\n.x\r\n...\r\nlast\r\n"), sender=EVE)

    assert stage.entries(row["ticket_number"])[0]["body"] in {"", "first\n.\n..\n.x\n...\nlast"}
    assert "first\n.\n..\n.x\n...\nlast" in stage.entries(row["ticket_number"])[0]["text"]


elsewhere(179, "starttls-required", "tests/edges/test_smtp_tls.py")
