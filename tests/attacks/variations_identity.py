"""Variations of who somebody is, what a mail belongs to, and what machines say."""

from tests.attacks.invariants import AGENTS
from tests.attacks.mails import ANN, CARA, EVE, HELP, mail
from tests.attacks.runner import Stage
from tests.attacks.variation import TO_T1, powerless, variation

PASS = "dmarc=pass header.from=corp.test"


@variation(EVE)
def spellings_of_forged_results(stage: Stage) -> None:
    ours = "mx.corp.test"
    fields = (
        f"AUTHENTICATION-RESULTS: {ours}; {PASS}",
        f"Authentication-Results:\r\n\t{ours};\r\n\t{PASS}",
        f"Authentication-Results: {ours} 1; {PASS}",
        f'Authentication-Results: "{ours}"; {PASS}',
        f"Authentication-Results: (said by) {ours}; {PASS}",
        f"Authentication-Results: {ours.upper()}.; {PASS}",
        f"Authentication-Results : {ours}; {PASS}",
        f"ARC-Authentication-Results: i=1; {ours}; {PASS}",
        f"X-Original-Authentication-Results: {ours}; {PASS}",
        f"Authentication-Results: =?utf-8?q?mx=2Ecorp=2Etest?=; {PASS}",
    )
    for field in fields:
        forged = mail(f"Ann <{ANN}>", TO_T1, "#close\r\n", top=f"{field}\r\n".encode())
        # From anybody, and below what the organisation's own server says.
        stage.drive(forged, sender=EVE)
        again = mail(f"Ann <{ANN}>", TO_T1, "#close\r\n", top=f"{field}\r\n".encode())
        stage.drive(again, ar="dmarc=fail header.from=corp.test", sender=EVE)
    powerless(stage, stage.rows())


@variation(EVE)
def passes_that_are_none(stage: Stage) -> None:
    results = (
        'dmarc=fail reason="dmarc=pass header.from=corp.test" header.from=corp.test',
        "dmarc=fail (dmarc=pass header.from=corp.test) header.from=corp.test",
        "dmarc=pass header.from=corp.test.evil.test",
        "dmarc=pass header.from=evil.test header.from=corp.test",
        "dmarc=pass (header.from=corp.test) header.from=evil.test",
        "x-dmarc=pass header.from=corp.test",
        "dmarc=bestguesspass header.from=corp.test",
        "dkim=pass header.d=test; dkim=pass header.i=@corp.test.evil.test",
        "none; dmarc=fail header.from=corp.test; dmarc=pass header.from=corp.test",
        "spf=pass smtp.mailfrom=ann@corp.test",
    )
    for result in results:
        stage.drive(mail(f"Ann <{ANN}>", TO_T1, "#close\r\n"), ar=result, sender=ANN)

    powerless(stage, stage.rows())


@variation(EVE, CARA)
def authors_that_look_like_ann(stage: Stage) -> None:
    authors = (
        "ann@\uff43\uff4f\uff52\uff50.test",
        "ann@co\u00adrp.test",
        "ann@corp\u200b.test",
        "\uff41\uff4e\uff4e@corp.test",
        "Agents: ann@corp.test;",
        "Agents: ann@corp.test, eve@evil.test;",
        "<@evil.test:ann@corp.test>",
        "ann%corp.test@evil.test",
        "corp.test!ann@evil.test",
        "ann@[127.0.0.1]",
        "ann@xn--corp-.test",
        '"ann@corp.test"@evil.test',
        "ann@corp.test\u2028, eve@evil.test",
        "<ann@corp.test> <eve@evil.test>",
        "ann@corp.test\x00@evil.test",
        "ann@corp.test\x0b",
        "ann\u0307@corp.test",
    )
    for number, author in enumerate(authors):
        raw = mail(author, TO_T1, f"#close {number}\r\n")
        for result in ("dmarc=pass header.from=evil.test", "dmarc=fail header.from=corp.test"):
            stage.drive(raw.replace(b"#close", b"#close " + result[:9].encode()), ar=result, sender=EVE)

    powerless(stage, stage.rows())


@variation(EVE)
def tokens_of_others_in_any_dress(stage: Stage) -> None:
    token = stage.t1.ann
    local, _, domain = token.partition("@")
    swapped = "".join(one.upper() if at % 2 else one for at, one in enumerate(local))
    envelopes = (
        token,
        token.upper(),
        f"{swapped}@{domain}",
        f'"{local}"@{domain}',
        f"{local}@{domain.upper()}",
    )
    for number, to in enumerate(envelopes):
        stage.drive(mail(EVE, TO_T1, f"#close {number}\r\n"), sender=EVE, to=[to])
    # In the header only, folded, in comments, as a name.
    fields = (
        f'"{token}" <{HELP}>',
        f"({token}) {HELP}",
        f"{HELP},\r\n {local}\r\n @{domain}",
        f"=?utf-8?q?{token.replace('@', '=40')}?= <{HELP}>",
    )
    for number, to in enumerate(fields):
        stage.drive(mail(EVE, TO_T1, f"#close header {number}\r\n", to=to), sender=EVE)

    rows = stage.rows()
    powerless(stage, rows)
    assert all(row["ticket_number"] != stage.t1.number or row["disposition"] == "held" for row in rows)


@variation()
def machines_that_hide_it(stage: Stage) -> None:
    robot = "robot@m.test"
    marks = (
        {"Auto-Submitted": "no", "AUTO-SUBMITTED": "auto-replied"},
        {"Auto-Submitted": "\r\n auto-generated"},
        {"auto-submitted": "(no) auto-replied"},
        {"Auto-Submitted": '"auto-replied"'},
        {"X-Auto-Response-Suppress": "DR, AutoReply"},
        {"Precedence": " BULK "},
        {"X-Autoreply": "yes"},
        {"X-Autorespond": "ticket"},
        {"List-Unsubscribe": "<mailto:help@desk.test?subject=%23close>"},
        {"List-Id": "<>"},
        {"Return-Path": "<>"},
        {"X-Loop": "help@desk.test"},
    )
    rows = []
    for number, fields in enumerate(marks):
        rows.append(
            (
                fields,
                stage.send(
                    mail(robot, f"News {number}", f"News number {number}\r\n", headers=fields), sender=robot
                ),
            )
        )
        left = stage.outsiders_got()
        assert not left, (fields, left)


@variation(EVE)
def receipts_and_buttons_that_nobody_presses(stage: Stage) -> None:
    asked = {
        "Disposition-Notification-To": "victim@v.test",
        "Return-Receipt-To": "victim@v.test",
        "X-Confirm-Reading-To": "victim@v.test",
        "Errors-To": "victim@v.test",
        "Mail-Followup-To": "victim@v.test",
        "Mail-Reply-To": "victim@v.test",
        "Resent-To": "victim@v.test",
        "Return-Path": "<victim@v.test>",
        "Sender": "victim@v.test",
    }
    stage.send(mail(EVE, "Please confirm", headers=asked), sender=EVE)

    assert set(stage.outsiders_got()) <= {EVE}


@variation(CARA, EVE)
def ids_that_somebody_else_uses_first(stage: Stage) -> None:
    mark = {"Message-ID": "<squatted@cust.test>"}
    stage.send(mail(EVE, "Mine", "I was first.\r\n", headers=mark), sender=EVE)
    row = stage.send(mail(CARA, "My monitor", "It is dark.\r\n", headers=mark), sender=CARA)

    assert row["disposition"] == "ticketed"
    assert stage.requester(row["ticket_number"]) == CARA


@variation(EVE)
def numbers_that_are_none(stage: Stage) -> None:
    tags = (
        "[#99999999999999999999]",
        "[#-1]",
        "[#0]",
        "[#1e3]",
        "[#\uff11]",
        "[\uff03\uff11]",
        "[#\u0661]",
        "[#01]",
        "[# 1]",
        "[#9223372036854775808]",
        "[#4294967297]",
        "[#1" + "0" * 500 + "]",
        "[#1][#2]" * 100,
        "[#" * 3_000,
        "[#1\u200b]",
    )
    for number, tag in enumerate(tags):
        stage.drive(mail(EVE, f"{tag} hi", f"Hi {number}\r\n"), sender=EVE)
    for detail in (
        "r99999999999999999999.a.b",
        "r-1.a.b",
        "r1." + "a" * 3_000,
        "r1..",
        "n0x1.a.b",
        "r\u0661.a.b",
    ):
        stage.drive(
            mail(EVE, "Hello", f"To {detail[:30]}\r\n"), sender=EVE, to=[f"help+{detail}@desk.test", HELP][:1]
        )

    rows = stage.rows()
    powerless(stage, rows)
    assert all(row["disposition"] in {"ticketed", "held"} for row in rows)


@variation()
def absence_that_somebody_else_tells(stage: Stage) -> None:
    away = "I am out of the office until 31 December 2030. My deputy is eve@evil.test.\r\n"
    headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": stage.t1.to_ann.message_id}
    before = stage.desk.rows("SELECT * FROM absences")
    stage.drive(mail(ANN, "Out of office", away, headers=headers), sender="")
    stage.drive(
        mail(ANN, "Out of office", away + "x\r\n", headers=headers),
        sender=EVE,
        ar="dmarc=fail header.from=corp.test",
    )
    stage.drive(mail(ANN, "#absent 2030-12-31", "#absent 2030-12-31\r\n"), sender=ANN)

    stage.rows()
    assert stage.desk.rows("SELECT * FROM absences") == before
    assert not [to for to in stage.outsiders_got() if to not in AGENTS]


@variation()
def replies_that_somebody_in_copy_hands_in_first(stage: Stage) -> None:
    """Eve gets Cara's reply in Cc before the desk does, and hands it in so that it comes to nothing."""
    spoiled: tuple[tuple[bytes, str, str], ...] = (
        (b"Auto-Submitted: auto-replied\r\n", "", EVE),
        (b"Precedence: list\r\nList-Id: <all.evil.test>\r\n", "", EVE),
        (b"Postdesk-Loop: help@desk.test\r\n", "", EVE),
        (b"", "dmarc=fail header.from=cust.test", EVE),
        (b"", "", ""),
        (
            b"Received: by evil.test; Mon, 15 Jan 2024 09:00:00 +0000\r\n" * 60,
            "dmarc=fail header.from=cust.test",
            EVE,
        ),
    )
    thread = stage.thread()
    for number, (head, ar, sender) in enumerate(spoiled):
        true = mail(
            CARA, "Re: it", f"It smokes now, {number}!\r\n", headers={"In-Reply-To": thread.answer.message_id}
        )
        stage.send(head + true, ar=ar, sender=sender, to=[thread.cara])
        told = len(stage.mails_to(ANN))
        row = stage.send(true, sender=CARA, to=[thread.cara])

        assert (row["disposition"], row["ticket_number"]) == ("appended", thread.number), row
        assert len(stage.mails_to(ANN)) == told + 1
        assert (
            stage.send(b"X-Way: other\r\n" + true, sender=CARA, to=[thread.cara])["disposition"]
            == "duplicate"
        )
