"""G: parsers and resources.  Whatever the bytes are, they are stored, read in time, and do nothing."""

import base64
import hashlib
from typing import Any

from tests.attacks.mails import ANN, CARA, EVE, mail, multipart, part, raw_mail
from tests.attacks.runner import Stage, case

BASE = b"From: cara@cust.test\r\nTo: help@desk.test\r\nSubject: Odd\r\n"
TAKEN = {"ticketed", "appended", "quarantined"}


def all_taken(stage: Stage, mails: list[bytes], **how: Any) -> list[dict[str, Any]]:
    """Drive mails and see that each was stored and handled, none of them by a crash of the reader."""
    rows = stage.send_all(mails, sender=CARA, **how)
    ended = [(row["disposition"], row["reason"]) for row in rows]
    assert {one for one, _ in ended} <= TAKEN, ended
    assert {(row["deaths"], row["failures"]) for row in rows} == {(0, 0)}, rows
    return rows


def parts_of(stage: Stage, row: dict[str, Any]) -> list[dict[str, Any]]:
    return stage.desk.rows("SELECT * FROM parts WHERE arrival_id = ? ORDER BY id", row["id"])


@case(141, "to-32k", allowed={CARA})
def to_32k(stage: Stage) -> None:
    many = b",\r\n ".join(b"u%d@b.test" % number for number in range(32_000))
    header = b"From: cara@cust.test\r\nSubject: All\r\nTo: help@desk.test,\r\n " + many + b"\r\n"
    (row,) = all_taken(stage, [raw_mail(header)])

    assert stage.participants(row["ticket_number"]) <= {CARA}


@case(142, "ct-params", allowed={CARA})
def ct_params(stage: Stage) -> None:
    params = b"".join(b";\r\n a%d=b" % number for number in range(16_000))
    all_taken(stage, [raw_mail(BASE + b"Content-Type: text/plain" + params + b"\r\n")])


@case(144, "refs-100k", allowed={CARA})
def refs_100k(stage: Stage) -> None:
    ids = b"".join(b"\r\n <%d@b.test>" % number for number in range(100_000))
    all_taken(stage, [raw_mail(BASE + b"References:" + ids + b"\r\n")])

    kept = stage.desk.one("SELECT COUNT(*) FROM message_ids WHERE message_id LIKE '%@b.test>'")
    assert kept <= 50


@case(145, "encwords", allowed={CARA})
def encwords(stage: Stage) -> None:
    words = b"\r\n ".join([b"=?utf-8?q?a?="] * 16_000)
    header = b"From: cara@cust.test\r\nTo: help@desk.test\r\nSubject: " + words + b"\r\n"
    (row,) = all_taken(stage, [raw_mail(header)])

    assert len(stage.ticket(row["ticket_number"])["subject"]) <= 250


@case(146, "header-10mb", allowed={CARA}, rss_bytes=80 * 1024 * 1024)
def header_10mb(stage: Stage) -> None:
    field = b"X-Long: " + b"\r\n ".join([b"a" * 900] * 11_000) + b"\r\n"
    fields = b"".join(b"X-%d: a\r\n" % number for number in range(100_000))
    all_taken(stage, [raw_mail(BASE + field), raw_mail(BASE + fields)])


@case(147, "no-separator", allowed={CARA})
def no_separator(stage: Stage) -> None:
    mails = [
        b"From: cara@cust.test\r\nTo: help@desk.test\r\nSubject: no body",
        b"Only words, no header at all, and no end\r\n",
        b"\r\nOnly words below an empty line\r\n",
        b"From: cara@cust.test\r\nThis is no field and no separator\r\nSubject: x\r\n\r\nWords\r\n",
    ]
    rows = all_taken(stage, mails, bare=True)
    empty = stage.send(b"", sender=CARA, bare=True)

    assert len(rows) == len(mails)
    assert empty["disposition"] in {*TAKEN, "ignored"}


@case(148, "boundary", allowed={CARA})
def boundary(stage: Stage) -> None:
    inner = b"--%s\r\nContent-Type: text/plain\r\n\r\nThe words.\r\n--%s--\r\n"
    mails = []
    for value in (b"", b"boundary=", b'boundary=""', b"boundary=" + b"x" * 10_000, b'boundary="a \\" b"'):
        name = value.partition(b"=")[2].strip(b'"')
        head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; " + value + b"\r\n"
        mails.append(raw_mail(BASE + head, inner % (name, name)))
    nested = b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n" * 5 + b"\r\nThe words.\r\n--q--\r\n"
    mails.append(
        raw_mail(BASE + b"MIME-Version: 1.0\r\n" + nested.partition(b"\r\n\r\n")[0] + b"\r\n", nested)
    )
    all_taken(stage, mails)


@case(149, "codec-name", allowed={CARA})
def codec_name(stage: Stage) -> None:
    names = ("zip", "hex", "rot13", "undefined", "unicode_escape", "idna", "utf-7", "mbcs", "punycode", "bz2")
    mails = []
    for name in names:
        head = b"Content-Type: text/plain; charset=%s\r\n" % name.encode()
        head += b"X-Word: =?%s?b?eJxLTEpOAQADugF4?=\r\n" % name.encode()
        mails.append(raw_mail(BASE + head, b"x\x9c\\u0041 +AEE- caf\xe9 %s\r\n" % name.encode()))
    rows = all_taken(stage, mails)

    for row, name in zip(rows, names, strict=True):
        assert name in stage.entries(row["ticket_number"])[0]["text"]


@case(150, "cte", allowed={CARA})
def cte(stage: Stage) -> None:
    bodies = {
        b"base64": [b"QUJ", b"====", b"QUJD=QUJD", b"not base64 at all!", b"=" * 5_000],
        b"quoted-printable": [b"=ZZ=", b"=", b"a=\r\n=\r\n=", b"=3"],
        b"x-uuencode": [b"begin 644 x\r\n#0V%T\r\n`\r\nend", b"begin 644 ../../x\r\nM"],
        b"x-unknown": [b"words in the open"],
        b"8bit; x=y": [b"words in the open \xff"],
    }
    mails = [
        raw_mail(BASE + b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: %s\r\n" % name, body + b"\r\n")
        for name, some in bodies.items()
        for body in some
    ]
    all_taken(stage, mails)


@case(151, "redos-divider", allowed={CARA})
def redos_divider(stage: Stage) -> None:
    def lines(text: bytes) -> bytes:
        return b"\r\n".join(text[at : at + 990] for at in range(0, len(text), 990)) + b"\r\n"

    all_taken(
        stage,
        [
            raw_mail(BASE, b"-" * 30_000 + b"\r\n"),
            raw_mail(BASE, b">" * 5_000 + b" deep\r\n"),
            raw_mail(BASE, b"".join(b">" * n + b"\r\n" for n in range(1_000))),
            raw_mail(BASE, lines(b"On " * 330_000 + b"wrote:")),
            raw_mail(BASE, b"On Mon, 15 Jan 2024\r\n" * 19_000),
            raw_mail(BASE, b"-----Original Message-----\r\n" * 15_000),
        ],
    )


@case(153, "zipbomb", allowed={CARA})
def zipbomb(stage: Stage) -> None:
    # The heads of bombs: whoever opens them meets lengths of gigabytes.
    heads = {
        "application/zip": b"PK\x03\x04" + b"\0" * 14 + b"\xff" * 8 + b"\0" * 400,
        "application/gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xed\xc1\x01\r" * 5_000,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\x05\x06" * 100,
    }
    mails = []
    for kind, content in heads.items():
        coded = base64.encodebytes(content).replace(b"\n", b"\r\n")
        name = f'Content-Disposition: attachment; filename="bomb.{len(mails)}"'
        file = part(kind, coded, name, "Content-Transfer-Encoding: base64")
        headers, body = multipart("mixed", part("text/plain", b"See the file."), file)
        mails.append(mail(CARA, "Bomb", body, headers=headers))
    rows = all_taken(stage, mails)

    for row in rows:
        assert [one["fate"] for one in parts_of(stage, row)][-1] == "attachment"


@case(154, "tnef", allowed={CARA})
def tnef(stage: Stage) -> None:
    before = outside(stage)
    signature = bytes.fromhex("789f3e22") + b"\x01\0"
    name = b"..\\..\\..\\etc\\x\0"
    attribute = b"\x02\x10\x80\x01\0" + len(name).to_bytes(4, "little") + name
    content = signature + attribute + sum(name).to_bytes(2, "little") + b"\x02\x01\x80\x06\0\xff\xff\xff\x7f"
    file = part(
        "application/ms-tnef",
        content.hex().encode(),
        'Content-Disposition: attachment; filename="winmail.dat"',
    )
    binary = part("application/ms-tnef; name=winmail.dat", content, "Content-Transfer-Encoding: binary")
    mails = []
    for one in (file, binary):
        headers, body = multipart("mixed", part("text/plain", b"See the file."), one)
        mails.append(mail(CARA, "TNEF", body, headers=headers))
    for row in all_taken(stage, mails):
        assert all("/" not in one["name"] and "\\" not in one["name"] for one in parts_of(stage, row))

    assert outside(stage) == before


def outside(stage: Stage) -> set[str]:
    """Every file below the desk's folder but those of the database, the log and the mailbox."""
    known = ("postdesk.db", "postdesk.toml", "imap.secret")
    files = (path for path in stage.desk.folder.parent.rglob("*") if not path.name.startswith(known))
    return {str(path) for path in files if path.suffix != ".log"}


def with_file(disposition: str, number: int = 0) -> bytes:
    file = part(
        "application/octet-stream", b"content %d" % number, f"Content-Disposition: attachment; {disposition}"
    )
    headers, body = multipart("mixed", part("text/plain", b"See the file."), file)
    return mail(CARA, f"File {number}", body, headers=headers)


@case(156, "fn-traversal", allowed={CARA})
def fn_traversal(stage: Stage) -> None:
    before = outside(stage)
    names = ("../../../../etc/cron.d/x", "/etc/passwd", r"C:\\x", "..%2f..%2f", "....//....//x", "~/x")
    rows = all_taken(stage, [with_file(f'filename="{name}"', at) for at, name in enumerate(names)])

    for row in rows:
        (name,) = (one["name"] for one in parts_of(stage, row) if one["fate"] == "attachment")
        assert name
        assert not set(name) & set("/\\")
        assert name not in {".", ".."}
    assert outside(stage) == before


@case(157, "fn-odd", allowed={CARA})
def fn_odd(stage: Stage) -> None:
    odd = (
        "filename*=utf-8''a%00b.exe",
        "filename*=utf-8''a%0d%0aBcc:%20eve@evil.test",
        "filename*=utf-8''exe.fdp%e2%80%ae",
        f'filename="{"x" * 900}.txt"',
        'filename=""',
        'filename="."',
        'filename="CON"',
        'filename="a/b"',
        "filename*0*=utf-8''a%22;filename*1*=%0a.txt",
    )
    rows = all_taken(stage, [with_file(one, at) for at, one in enumerate(odd)])

    for row in rows:
        (name,) = (one["name"] for one in parts_of(stage, row) if one["fate"] == "attachment")
        assert name not in {"", ".", ".."}
        assert name.isprintable()
        assert not set(name) & set('/\\"\u202e')
        assert len(name) <= 200


@case(159, "fn-same", allowed={CARA})
def fn_same(stage: Stage) -> None:
    files = [
        part("text/csv", b"row %d" % n, 'Content-Disposition: attachment; filename="a.txt"')
        for n in range(500)
    ]
    headers, body = multipart("mixed", part("text/plain", b"Many files."), *files)
    (row,) = all_taken(stage, [mail(CARA, "Many", body, headers=headers)])

    kept = parts_of(stage, row)
    assert len({one["path"] for one in kept}) == len(kept) >= 501
    assert len({one["sha256"] for one in kept if one["content_type"] == "text/csv"}) == 500


@case(160, "cid", allowed={CARA})
def cid(stage: Stage) -> None:
    before = outside(stage)
    html = b"<p>See</p><img src='cid:../../x'>" + b"<img src=cid:same>\r\n" * 1_000
    image = part("image/png", b"\x89PNG one", "Content-ID: <same>", "Content-Disposition: inline")
    other = part("image/png", b"\x89PNG two", "Content-ID: <same>", "Content-Disposition: inline")
    headers, body = multipart("related", part("text/html", html), image, other)
    all_taken(stage, [mail(CARA, "Images", body, headers=headers)])

    assert outside(stage) == before


@case(161, "date", allowed={CARA})
def date(stage: Stage) -> None:
    dates = (
        "Mon, 15 Jan 0001 09:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "Mon, 15 Jan 2024 09:00:00 +9999",
    )
    mails = [mail(CARA, f"Date {one[5:16]}", headers={"Date": one}) for one in dates]
    mails += [
        raw_mail(BASE + b"Date: x\r\n" * 3),
        raw_mail(BASE),
        mail(CARA, "Long", headers={"Date": "9" * 900}),
    ]
    rows = all_taken(stage, mails)

    years = {stage.ticket(row["ticket_number"])["created_at"] for row in rows}
    assert len(years) >= 1
    received = {row["received_at"] for row in rows}
    assert max(years) >= min(received), "the moment of receipt rules, whatever the field says"
    assert min(years) >= min(received)


@case(162, "msgid", allowed={CARA})
def msgid(stage: Stage) -> None:
    ids = (
        "",
        "<>",
        "<[abc]>",
        f"<{'x' * 900}@y.test>",
        '<"a b"@c.test>',
        "<caf\u00e9@x.test>",
        "no brackets",
    )
    mails = [mail(CARA, f"Id {at}", headers={"Message-ID": one}) for at, one in enumerate(ids)]
    mails += [raw_mail(BASE + b"Message-ID: <two@x.test>\r\n"), BASE + b"\r\nNone at all\r\n"]
    rows = all_taken(stage, mails)

    roots = [stage.ticket(row["ticket_number"])["root_message_id"] for row in rows]
    assert all(root.startswith("<") and root.endswith(">") and len(root) > 3 for root in roots), roots
    assert len(set(roots)) == len(roots)


@case(163, "subj-crlf", allowed={CARA})
def subj_crlf(stage: Stage) -> None:
    subjects = (
        "=?utf-8?q?x=0d=0aBcc:_eve@evil.test?=",
        "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC50ZXN0?=",
        "=?utf-8?q?x=0aBcc:_eve@evil.test=0d=0a=0d=0abody?=",
        "x\rBcc: eve@evil.test",
        "x\x0bBcc: eve@evil.test\x85y",
        "{{ 70001 * 70001 }} {% raw %}",
    )
    rows = all_taken(stage, [mail(CARA, one, f"Number {at}\r\n") for at, one in enumerate(subjects)])
    thread = next(one for one in stage.mails_to(ANN) if one.reply_address)
    stage.send(mail(ANN, "Re: it", "An answer.\r\n"), sender=ANN, to=[thread.reply_address])

    assert all(one["Bcc"] == "" for one in stage.mails())
    assert all(EVE not in one.recipients for one in stage.mails())
    assert not any("4900140001" in one["Subject"] for one in stage.mails())
    assert "{{ 70001 * 70001 }}" in stage.ticket(rows[-1]["ticket_number"])["subject"]


@case(165, "name-inject", allowed={CARA})
def name_inject(stage: Stage) -> None:
    names = (
        "=?utf-8?q?x=0d=0aTo:_eve@evil.test?=",
        "=?utf-8?q?=22=3e=3cscript=3ealert=281=29=3c/script=3e?=",
        '"x\\\r\n To: eve@evil.test"',
        "=?utf-8?q?=E2=80=AEtset.live?=",
    )
    rows = all_taken(stage, [mail(f"{one} <{CARA}>", f"Name {at}") for at, one in enumerate(names)])
    for one in [one for one in stage.mails_to(ANN) if one.reply_address][: len(rows)]:
        stage.send(mail(ANN, "Re: it", f"For {one['Subject']}\r\n"), sender=ANN, to=[one.reply_address])

    assert all(EVE not in one.recipients for one in stage.mails())
    html = [one.parsed.get_body(("html",)) for one in stage.mails()]
    assert all("<script" not in body.get_content() for body in html if body is not None)


@case(168, "shell-sql", allowed={CARA, "a$@cust.test"})
def shell_sql(stage: Stage) -> None:
    before = outside(stage)
    tables = stage.desk.rows("SELECT name FROM sqlite_master ORDER BY name")
    mails = [
        mail("a$(touch${IFS}x)@cust.test", "'); DROP TABLE tickets;--", "`touch x`; $(touch x)\r\n"),
        mail(CARA, "%" * 900, "%s" * 400 + "\r\n"),
        mail(f'"\'; DELETE FROM tickets; --" <{CARA}>', "{0.__class__}", "#search " + "%" * 900 + "\r\n"),
    ]
    all_taken(stage, mails)

    assert outside(stage) == before
    assert stage.desk.rows("SELECT name FROM sqlite_master ORDER BY name") == tables


@case(171, "mixed-newlines", allowed={CARA})
def mixed_newlines(stage: Stage) -> None:
    body = b"one\rtwo\nthree\r\nfour\n\rfive\r\r\nsix\0seven\x0b\x0c\x1ceight\r\n"
    all_taken(stage, [raw_mail(BASE, body), raw_mail(BASE.replace(b"\r\n", b"\n"), body)])
    for one in [one for one in stage.mails_to(ANN) if one.reply_address][:2]:
        answer = mail(ANN, "Re: it", body + b"%d\r\n" % len(stage.sent))
        stage.send(answer, sender=ANN, to=[one.reply_address])

    assert len(stage.mails_to(CARA)) == 4


@case(172, "huge-ok", allowed={CARA}, rss_bytes=112 * 1024 * 1024)
def huge_ok(stage: Stage) -> None:
    contents = [b"".join(b"%077d\r\n" % (at * 100_000 + n) for n in range(29_000)) for at in range(10)]
    files = [
        part("application/octet-stream", one, f'Content-Disposition: attachment; filename="part{at}.bin"')
        for at, one in enumerate(contents)
    ]
    headers, body = multipart("mixed", part("text/plain", b"Ten files."), *files)
    raw = mail(CARA, "Huge", body, headers=headers)
    assert 22_000_000 < len(raw) < 26_214_400
    (row,) = all_taken(stage, [raw])

    kept = [one for one in parts_of(stage, row) if one["fate"] == "attachment"]
    wanted = {hashlib.sha256(one).hexdigest() for one in contents}
    assert {one["sha256"] for one in kept} == wanted
    assert len(kept) == 10
