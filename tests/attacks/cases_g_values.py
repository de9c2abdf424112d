"""G: values of fields, bodies and sizes: whatever they are, they reach no header and no program of ours."""

import hashlib

from tests.attacks.cases_g import BASE, all_taken, outside, parts_of
from tests.attacks.mails import ANN, CARA, EVE, mail, multipart, part, raw_mail
from tests.attacks.runner import Stage, case


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

    for row in rows:
        opened = stage.ticket(row["ticket_number"])["created_at"]
        assert row["received_at"] <= opened <= row["settled_at"], "the moment of receipt rules"


@case(162, "msgid", allowed={CARA})
def msgid(stage: Stage) -> None:
    # The other door may lead to the same desk, which would know the mails and their ids again, rightly.
    door = stage.intake
    ids = (
        "",
        "<>",
        f"<[{door}]>",
        f"<{door}{'x' * 10_000}@y.test>",
        f'<"{door} b"@c.test>',
        f"<caf\u00e9-{door}@x.test>",
        f"no brackets {door}",
    )
    mails = [mail(CARA, f"Id {at} by {door}", headers={"Message-ID": one}) for at, one in enumerate(ids)]
    mails += [
        raw_mail(BASE + f"Message-ID: <two-{door}@x.test>\r\n".encode()),
        BASE + f"\r\nNone at all by {door}\r\n".encode(),
    ]
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
    tables = stage.desk.books.tables()
    mails = [
        mail("a$(touch${IFS}x)@cust.test", "'); DROP TABLE tickets;--", "`touch x`; $(touch x)\r\n"),
        mail(CARA, "%" * 5_000, "%s" * 400 + "\r\n"),
        mail(f'"\'; DELETE FROM tickets; --" <{CARA}>', "{0.__class__}", "#search " + "%" * 5_000 + "\r\n"),
    ]
    all_taken(stage, mails)

    assert outside(stage) == before
    assert stage.desk.books.tables() == tables


@case(171, "mixed-newlines", allowed={CARA})
def mixed_newlines(stage: Stage) -> None:
    body = b"one\rtwo\nthree\r\nfour\n\rfive\r\r\nsix\0seven\x0b\x0c\x1ceight\r\n"
    all_taken(stage, [raw_mail(BASE, body), raw_mail(BASE.replace(b"\r\n", b"\n"), body)])
    for one in [one for one in stage.mails_to(ANN) if one.reply_address][:2]:
        answer = mail(ANN, "Re: it", body + b"%d\r\n" % len(stage.sent))
        stage.send(answer, sender=ANN, to=[one.reply_address])

    assert len(stage.mails_to(CARA)) == 4


@case(172, "huge-ok", allowed={CARA})
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
