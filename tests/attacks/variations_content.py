"""Variations of hostile values, of content that is large when it is read, and of the SMTP dialogue."""

import base64
import struct
import zlib

from tests.attacks.mails import CARA, EVE, HELP, mail, multipart, part, raw_mail
from tests.attacks.runner import Stage
from tests.attacks.variation import powerless, variation
from tests.attacks.wire import Wire


def tnef(attributes: bytes) -> bytes:
    return bytes.fromhex("789f3e22") + b"\x01\0" + attributes


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


@variation(EVE, CARA)
def line_ends_in_every_value_of_the_header(stage: Stage) -> None:
    bcc = "Bcc: victim@v.test"
    japanese = base64.b64encode(b"x\x1b$B!!\x1b(B\r\n" + bcc.encode())
    names = (
        f"=?utf-8?q?x=0D=0A{bcc.replace(' ', '_')}?=",
        f"=?utf-8?b?{base64.b64encode(('x' + chr(13) + chr(10) + bcc).encode()).decode()}?=",
        f"=?utf-7?q?x+AA0ACg-{bcc.replace(' ', '_')}?=",
        f"=?utf-16?b?{base64.b64encode(('x' + chr(13) + chr(10) + bcc).encode('utf-16')).decode()}?=",
        f"x\u2028{bcc}\u0085{bcc}",
        f"=?utf-8?q?x=E2=80=A8{bcc.replace(' ', '_')}=0B=0C=1C=1D=1E=C2=85?=",
        f"=?iso-2022-jp?b?{japanese.decode()}?=",
    )
    for name in names:
        file = part(
            "text/plain",
            b"content",
            "Content-Disposition: attachment; filename*0*=utf-8''x%0d%0aBcc:%20victim%40v.test;"
            " filename*1*=%0d%0a%0d%0a.exe",
            "Content-ID: <a\r\n Bcc: victim@v.test>",
            "Content-Description: " + name,
        )
        headers, body = multipart("mixed", part("text/plain", b"See the file."), file)
        headers |= {
            "References": f"<a@b.test> <x\r\n {bcc}> {name}",
            "In-Reply-To": f"<{name}>",
            "Reply-To": f"{name} <eve@evil.test>",
            "List-Id": name,
            "Thread-Topic": name,
        }
        stage.drive(mail(f"{name} <{EVE}>", name, body, headers=headers), sender=EVE)

    for one in stage.mails():
        header = one.raw.partition(b"\r\n\r\n")[0]
        assert b"\nbcc" not in header.lower(), header
        assert not [to for to in one.recipients if "victim" in to]
        for inner in one.parsed.walk():
            assert inner["Bcc"] is None


@variation()
def addresses_that_lead_nowhere_or_home(stage: Stage) -> None:
    local = "x" * 65
    authors = (
        "help@[127.0.0.1]",
        "help+x@desk.test",
        '"help"@desk.test',
        "HELP@DESK.TEST.",
        "help@desk.test (Eve)",
        "help%desk.test@desk.test",
        "postmaster@[IPv6:::1]",
        f"{local}@evil.test",
        f"{'y' * 1_000}@evil.test",
        f"a@{'d.' * 150}test",
        "a@-.test",
        "@evil.test",
        "eve@",
        "field@desk.test",
        "root@localhost",
    )
    for number, author in enumerate(authors):
        stage.drive(
            mail(author, f"Odd {number}", f"From an odd place {number}\r\n"), sender="bounce@evil.test"
        )

    assert stage.outsiders_got() == []


@variation()
def parts_without_end(stage: Stage) -> None:
    def nested(depth: int, kind: str) -> bytes:
        head = b"".join(
            b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind.encode(), at, at)
            for at in range(depth)
        )
        return b"From: cara@cust.test\r\nSubject: Deep\r\nMIME-Version: 1.0\r\n" + head + b"\r\nx\r\n"

    def messages(depth: int) -> bytes:
        return (
            b"From: cara@cust.test\r\nSubject: Deep\r\nMIME-Version: 1.0\r\n"
            + b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * depth
            + b"\r\nx\r\n"
        )

    many = (
        b"From: cara@cust.test\r\nSubject: Many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\n\r\n" * 100_000
        + b"--b--\r\n"
    )
    same = (
        b"From: cara@cust.test\r\nSubject: Same\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 3_000
    )
    partial = (
        b"From: cara@cust.test\r\nSubject: P\r\n"
        b"Content-Type: message/partial; id=x; number=1; total=1000000\r\n\r\nx\r\n"
    )
    external = (
        b"From: cara@cust.test\r\nSubject: E\r\nContent-Type: message/external-body; access-type=URL;"
        b' URL="http://127.0.0.2:9/x"\r\n\r\nContent-Type: text/plain\r\n\r\n'
    )
    for raw in (
        nested(10_000, "mixed"),
        nested(3_000, "alternative"),
        messages(5_000),
        many,
        same,
        partial,
        external,
    ):
        stage.drive(
            raw.replace(b"MIME-Version", b"Message-ID: <%d@x.test>\r\nMIME-Version" % len(raw)),
            sender="bounce@x.test",
        )
    stage.allowed.add(CARA)
    stage.rows()


@variation(CARA)
def text_that_grows(stage: Stage) -> None:
    bodies = {
        "text/plain; charset=utf-32": b"\0\0\0x" * 100_000,
        "text/plain; charset=utf-7": b"+AAAAAAAA-" * 100_000,
        "text/plain; charset=iso-2022-jp": b"\x1b$B" * 200_000,
        "text/plain; charset=" + "x" * 50_000: b"words",
        "text/plain; charset=punycode": b"a-" * 50_000,
        "text/html; charset=utf-16": "<b>x".encode("utf-16") * 50_000,
        "text/html": b"<!--" * 200_000,
        "text/html ": b"&#x" * 300_000 + b"&amp" * 100_000,
        "text/html;": b"<table><tr><td>" * 60_000,
        "text/html; x=y": b"<a href='" + b"x" * 900_000,
        "text/html; x=z": b"<![CDATA[" * 100_000 + b"<svg><style>" * 50_000,
        "text/calendar; method=REQUEST": b"BEGIN:VCALENDAR\r\n" * 50_000
        + b"RRULE:FREQ=SECONDLY;COUNT=999999999\r\n",
        "text/enriched": b"<bold><<" * 100_000,
        "text/rtf": b"{\\rtf1" + b"{\\bin99999999 " * 60_000,
    }
    for number, (content_type, body) in enumerate(bodies.items()):
        headers = {"MIME-Version": "1.0", "Content-Type": content_type}
        stage.drive(mail(CARA, f"Grows {number}", body + b"\r\n", headers=headers), sender=CARA)
    stage.rows()


@variation(CARA)
def archives_inside_of_what_is_read(stage: Stage) -> None:
    # Compressed RTF that claims four gigabytes, and one that copies from itself for ever.
    claims = struct.pack("<IIII", 0xFFFFFFF0, 0xFFFFFFF0, 0x75465A4C, 0) + b"\xff" * 200_000
    copies = (
        struct.pack("<IIII", 1_000_012, 0x7FFFFFFF, 0x75465A4C, 0) + b"\xff\x00\x0f\x00\x0f\x00\x0f" * 140_000
    )
    for rtf in (claims, copies):
        props = struct.pack("<I", 1) + struct.pack("<HHII", 0x0102, 0x1009, 1, len(rtf)) + rtf
        content = tnef(attribute(1, 0x00069003, props))
        file = part(
            "application/ms-tnef; name=winmail.dat",
            base64.encodebytes(content).replace(b"\n", b"\r\n"),
            "Content-Transfer-Encoding: base64",
        )
        headers, body = multipart("mixed", part("text/plain", b"See."), file)
        stage.drive(mail(CARA, "TNEF", body, headers=headers), sender=CARA)
    bomb = zlib.compress(b"\0" * 50_000_000, 9)
    for content_type in (
        "application/gzip",
        "application/zip",
        "application/pkcs7-mime; smime-type=compressed-data",
        "application/x-compressed; name=x.eml",
    ):
        file = part(
            content_type,
            base64.encodebytes(bomb).replace(b"\n", b"\r\n"),
            "Content-Transfer-Encoding: base64",
        )
        headers, body = multipart("mixed", part("text/plain", b"See."), file)
        inner = mail(CARA, "Inner", body, headers=headers)
        headers, body = multipart("mixed", part("message/rfc822", inner))
        stage.drive(mail(CARA, "Zip " + content_type[:20], body, headers=headers), sender=CARA)
    stage.rows()


@variation(EVE)
def fields_that_come_twice(stage: Stage) -> None:
    pairs = (
        b"From: eve@evil.test\r\nSubject: a\r\nSubject: b\r\nTo: help@desk.test\r\nTo: ann@corp.test\r\n",
        b"From: eve@evil.test\r\nReply-To: ann@corp.test\r\nReply-To: victim@v.test\r\nSubject: c\r\n",
        b"From: eve@evil.test\r\nSubject: d\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n",
        b"From: eve@evil.test\r\nSubject: e\r\nMessage-ID: <1@e.test>\r\nMessage-ID: <2@e.test>\r\n",
        b"From: eve@evil.test\r\nFrom: eve@evil.test\r\nSubject: f\r\n",
        b"From: eve@evil.test\r\nSender: ann@corp.test\r\nSender: eve@evil.test\r\nSubject: g\r\n",
        b"From: eve@evil.test\r\nSubject: h\r\nIn-Reply-To: <a@b>\r\nIn-Reply-To: <c@d>\r\n",
    )
    for header in pairs:
        stage.drive(raw_mail(header, b"#close\r\n" + header[-20:]), sender=EVE)
    powerless(stage, stage.rows())
    assert set(stage.outsiders_got()) <= {EVE}


@variation()
def chunks_and_other_ways_into_data(stage: Stage) -> None:
    with Wire(stage.desk.port) as wire:
        assert b"CHUNKING" not in wire.said.upper()
        assert b"BURL" not in wire.said.upper()
        assert wire.say(b"MAIL FROM:<eve@evil.test> BODY=BINARYMIME") >= 500
        assert wire.say(b"MAIL FROM:<eve@evil.test>") == 250
        assert wire.say(f"RCPT TO:<{HELP}>".encode()) == 250
        assert wire.say(b"BDAT 10 LAST") >= 500
        # What would be content is a command, and none that exists.
        wire.send(b"MAIL FROM:<ann@corp.test>\r\n")
        assert wire.reply() >= 500
        assert wire.say(b"RSET") == 250
        for verb in (
            b"BDAT 99999999999999999999 LAST",
            b"BURL imap://127.0.0.2/x LAST",
            b"XCLIENT ADDR=127.0.0.1",
            b"XFORWARD ADDR=127.0.0.1",
            b"TURN",
            b"ETRN desk.test",
            b"SEND FROM:<a@b.test>",
        ):
            assert wire.say(verb) >= 500 or wire.say(b"NOOP") == 0, verb
        stage.heard(wire)
    assert stage.mails() == []


@variation()
def recipients_that_are_none(stage: Stage) -> None:
    paths = (
        b"<help@desk.test@evil.test>",
        b"<@evil.test:help@desk.test>",
        b"<help%evil.test@desk.test>",
        b"<victim@[127.0.0.1]>",
        b"<help@[127.0.0.1]>",
        b"<" + b"x" * 65 + b"@desk.test>",
        b"<help@desk.test\0>",
        b"<help@desk.test> ORCPT=rfc822;x NOTIFY=SUCCESS",
        b'<"help\r\n"@desk.test>',
        b"<postmaster>",
        b"<HELP+\xc3\xa4@desk.test>",
    )
    with Wire(stage.desk.port) as wire:
        codes = {}
        for path in paths:
            assert wire.say(b"MAIL FROM:<eve@evil.test>") == 250
            codes[path] = wire.say(b"RCPT TO:" + path)
            wire.say(b"RSET")
            wire.say(b"RSET")
            wire._rest = b""
        stage.heard(wire)
    for path in paths[:4]:
        assert codes[path] >= 500 or path.startswith(b"<@evil.test:"), (path, codes[path])


@variation(EVE, CARA)
def words_that_templates_would_run(stage: Stage) -> None:
    words = "{{ 7*191 }} {% include '/etc/passwd' %} ${7*191} #{7*191} {{ ticket.__class__ }} {0.__class__}"
    row = stage.send(mail(f'"{words}" <{EVE}>', words, words + "\r\n"), sender=EVE)

    assert row["disposition"] == "ticketed"
    for one in stage.mails():
        assert b"1337" not in one.everything.replace(one.message_id.encode(), b"")
        assert b"root:" not in one.everything
