"""A: identity.  Nobody is ann because a mail says so."""

import smtplib
import ssl
from typing import Any

from tests.attacks.mails import ANN, CARA, EVE, HELP, mail, multipart, part, passed, raw_mail
from tests.attacks.runner import Stage, case

PASS_CORP = "dmarc=pass header.from=corp.test"
PASS_EVIL = "dmarc=pass header.from=evil.test"
TO_T1 = "Re: [#1] The printer is dead"
CLOSE = "#close\r\n"


def trusts(row: dict[str, Any]) -> str:
    """What the desk wrote down about the author of a mail."""
    return next((line for line in row["evidence"].split('", "') if "author " in line), row["reason"])


def not_ann(stage: Stage, row: dict[str, Any]) -> None:
    """The mail had no power, and T1 stayed as it is; the runner compares T1 as well."""
    assert row["disposition"] in {"ticketed", "held", "quarantined", "refused"}, row
    assert "verified" not in trusts(row).replace("unverified", ""), row["evidence"]
    ticket = stage.ticket(row["ticket_number"]) if row["ticket_number"] else None
    assert ticket is None or ticket["state"] not in {"closed", "resolved"}
    assert ticket is None or ticket["assignee"] is None or row["ticket_number"] == stage.t1.number


def set_aside(stage: Stage, row: dict[str, Any]) -> None:
    """QUAR: kept with its bytes for the administrators, and nothing came of it."""
    assert row["disposition"] == "quarantined", row
    assert row["ticket_number"] is None
    assert "broken-header" in row["reason"]
    assert stage.new_tickets() == []
    assert stage.mails() == []


def nobody(stage: Stage, row: dict[str, Any]) -> None:
    """The author is nobody in particular: no requester, and no mail to anybody outside."""
    not_ann(stage, row)
    if row["disposition"] == "ticketed":
        assert stage.requester(row["ticket_number"]) is None, trusts(row)
    assert stage.outsiders_got() == []


@case(2, "dmarc-fail")
def dmarc_fail(stage: Stage) -> None:
    forged = mail(f"Ann <{ANN}>", TO_T1, "#assign bob\r\n#take\r\n#close\r\n")
    row = stage.send(forged, ar="dmarc=fail header.from=corp.test", sender=ANN)

    not_ann(stage, row)
    assert row["disposition"] == "held"
    assert "dmarc=fail" in row["evidence"], "the row must say why"
    assert not stage.mails_to(ANN), "an answer would go to whom the forger named"


@case(3, "ar-forged-below")
def ar_forged_below(stage: Stage) -> None:
    forged = mail(ANN, TO_T1, CLOSE, top=f"Authentication-Results: mx.corp.test; {PASS_CORP}\r\n".encode())
    row = stage.send(forged, ar="dmarc=fail header.from=corp.test")

    not_ann(stage, row)
    assert row["disposition"] == "held"
    assert "failed" in trusts(row)


@case(4, "ar-forged-above")
def ar_forged_above(stage: Stage) -> None:
    forged = [
        mail(ANN, TO_T1, CLOSE, top=f"{spelling}: {identity}; {PASS_CORP}\r\n".encode())
        for spelling in ("Authentication-Results", "authentication-results", "AUTHENTICATION-RESULTS ")
        for identity in ("mx.corp.test", "MX.CORP.TEST 1", '"mx.corp.test"', "(x) mx.corp.test (y) 1")
    ]
    for row in stage.send_all(forged):
        not_ann(stage, row)


@case(6, "ar-in-attachment")
def ar_in_attachment(stage: Stage) -> None:
    inner = passed("corp.test") + mail(ANN, TO_T1, CLOSE)
    headers, body = multipart("mixed", part("text/plain", b"#close"), part("message/rfc822", inner))

    not_ann(stage, stage.send(mail(ANN, TO_T1, body, headers=headers)))


@case(8, "ar-other-domain")
def ar_other_domain(stage: Stage) -> None:
    authors = (f"cfo@corp.test <{EVE}>", f"{EVE} <{ANN}>", f"{ANN} <{EVE}>", f"<{EVE}>:<{ANN}>")
    for row in stage.send_all([mail(one, TO_T1, CLOSE) for one in authors], ar=PASS_EVIL, sender=EVE):
        not_ann(stage, row)
    assert stage.mails_to("cfo@corp.test") == []


@case(9, "ar-mailfrom-only")
def ar_mailfrom_only(stage: Stage) -> None:
    row = stage.send(mail(ANN, TO_T1, CLOSE), ar="spf=pass smtp.mailfrom=corp.test; dmarc=none", sender=ANN)

    not_ann(stage, row)


@case(10, "ar-two-conflict")
def ar_two_conflict(stage: Stage) -> None:
    for first, second in (("pass", "fail"), ("fail", "pass")):
        extra = f"Authentication-Results: mx.corp.test; dmarc={first} header.from=corp.test\r\n"
        both = f"dmarc={second} header.from=corp.test\r\n{extra.rstrip()}"
        row = stage.send(mail(ANN, TO_T1, CLOSE), ar=both)
        not_ann(stage, row)
        assert "failed" in trusts(row)


@case(14, "from-two-fields-corp-first")
def from_two_fields(stage: Stage) -> None:
    header = b"From: ann@corp.test\r\nFrom: eve@evil.test\r\nTo: help@desk.test\r\nSubject: [#1] x\r\n"
    set_aside(stage, stage.send(raw_mail(header, b"#close\r\n"), ar=PASS_EVIL))


@case(15, "from-space-colon")
def from_space_colon(stage: Stage) -> None:
    header = b"From : ann@corp.test\r\nFrom: eve@evil.test\r\nTo: help@desk.test\r\nSubject: [#1] x\r\n"
    set_aside(stage, stage.send(raw_mail(header, b"#close\r\n"), ar=PASS_EVIL))


@case(16, "from-leading-space")
def from_leading_space(stage: Stage) -> None:
    header = b" From: ann@corp.test\r\nFrom: eve@evil.test\r\nTo: help@desk.test\r\nSubject: [#1] x\r\n"
    set_aside(stage, stage.send(raw_mail(header, b"#close\r\n"), bare=True))


@case(20, "replyto-identity", allowed={EVE})
def replyto_identity(stage: Stage) -> None:
    forged = mail(EVE, "Close it", CLOSE, headers={"Reply-To": ANN})
    row = stage.send(forged, ar=PASS_EVIL, sender=EVE)

    assert row["disposition"] == "ticketed"
    assert stage.requester(row["ticket_number"]) == EVE
    assert stage.ticket(row["ticket_number"])["state"] == "new"
    assert not [one for one in stage.mails_to(ANN) if "auto-replied" in one["Auto-Submitted"]]


@case(21, "replyto-exfil", allowed={CARA})
def replyto_exfil(stage: Stage) -> None:
    thread = stage.thread()
    more = mail(CARA, "Re: The printer", "It is still dead.\r\n", headers={"Reply-To": EVE})
    stage.send(more, ar="dmarc=pass header.from=cust.test", sender=CARA, to=[thread.cara])
    told = stage.mails_to(ANN)[-1]
    answer = mail(ANN, "Re: The printer", "We come tomorrow.\r\n")
    stage.send(answer, ar=PASS_CORP, sender=ANN, to=[told.reply_address])

    assert f"asks for replies to {EVE}" in told.words
    assert stage.outsiders_got() == [CARA]


@case(22, "display-name-addr", allowed={EVE})
def display_name_addr(stage: Stage) -> None:
    row = stage.send(mail(f'"{ANN}" <{EVE}>', TO_T1, CLOSE), ar=PASS_EVIL, sender=EVE)

    assert (row["disposition"], row["ticket_number"]) == ("held", stage.t1.number)
    assert "is an address, but it came from eve@evil.test" in stage.mails_to(ANN)[-1].words


@case(23, "encoded-name-addr", allowed={EVE})
def encoded_name_addr(stage: Stage) -> None:
    row = stage.send(mail(f"=?utf-8?b?YW5uQGNvcnAudGVzdA==?= <{EVE}>", "Hello", CLOSE), ar=PASS_EVIL)

    assert stage.requester(row["ticket_number"]) == EVE
    assert stage.outsiders_got() == [EVE]


@case(24, "mailsploit-nul")
def mailsploit_nul(stage: Stage) -> None:
    author = "=?utf-8?b?YW5uQGNvcnAudGVzdA==?==?utf-8?q?=00?=@evil.test"
    nobody(stage, stage.send(mail(author, TO_T1, CLOSE), ar=PASS_EVIL))


@case(25, "mailsploit-newline")
def mailsploit_newline(stage: Stage) -> None:
    author = "=?utf-8?b?YW5uQGNvcnAudGVzdAo=?=@evil.test"
    nobody(stage, stage.send(mail(author, TO_T1, CLOSE), ar=PASS_EVIL))


TWIN = "ann@\u0441\u043erp.test"  # two of the letters are Cyrillic


TWIN_SPELT_OUT = "ann@xn--rp-nlc1b.test"  # the same as it stands in the DNS
TWIN_NAME = "\u0410nn"  # the first letter is Cyrillic


@case(26, "homograph-domain", allowed={TWIN, TWIN_SPELT_OUT, EVE})
def homograph_domain(stage: Stage) -> None:
    passing = TWIN_SPELT_OUT.partition("@")[2]
    authors = (TWIN, TWIN_SPELT_OUT, f"{TWIN_NAME} <{EVE}>")
    for author, domain in zip(authors, (TWIN.partition("@")[2], passing, "evil.test"), strict=True):
        row = stage.send(mail(author, TO_T1, CLOSE), ar=f"dmarc=pass header.from={domain}")
        assert row["disposition"] in {"held", "ticketed"}
        assert ANN not in trusts(row)
        assert "mixes scripts" in stage.mails_to(ANN)[-1].words, "the agents are not warned"


@case(28, "nfkc-at")
def nfkc_at(stage: Stage) -> None:
    authors = ("ann＠corp.test", "ann@corp。test")  # noqa: RUF001
    for row in stage.send_all([mail(one, TO_T1, CLOSE) for one in authors], ar=PASS_CORP):
        not_ann(stage, row)
        assert "author ann@corp.test" not in trusts(row)


@case(29, "localpart-quoted")
def localpart_quoted(stage: Stage) -> None:
    stage.send(mail('"ann"@corp.test', "Hello", "A quoted hello.\r\n"), ar=PASS_CORP)

    known = stage.desk.rows("SELECT address FROM addresses WHERE address LIKE '%ann%corp.test%'")
    assert {row["address"] for row in known} <= {ANN}


@case(30, "comment-in-addr")
def comment_in_addr(stage: Stage) -> None:
    authors = ("ann@corp.test(x)@evil.test", "ann(@corp.test)@evil.test", "ann@(x)corp.test@evil.test")
    for row in stage.send_all([mail(one, TO_T1, CLOSE) for one in authors], ar=PASS_EVIL):
        not_ann(stage, row)


@case(32, "trailing-dot")
def trailing_dot(stage: Stage) -> None:
    row = stage.send(mail("ann@corp.test.", TO_T1, CLOSE), ar=PASS_CORP)

    not_ann(stage, row)


@case(34, "case-control", allowed={CARA})
def case_control(stage: Stage) -> None:
    thread = stage.thread()
    row = stage.send(mail("Ann@CORP.test", "Re: it", CLOSE), ar=PASS_CORP, sender=ANN, to=[thread.ann])

    assert row["disposition"] == "acted"
    assert stage.ticket(thread.number)["state"] == "closed"
    assert stage.outsiders_got() == [CARA]


@case(37, "dkim-replay", allowed={CARA})
def dkim_replay(stage: Stage) -> None:
    thread = stage.thread()
    command = mail(ANN, "Re: it", "#resolve\r\n", to=thread.ann)
    stage.send(command, ar=PASS_CORP, sender=ANN, to=[thread.ann])
    events = stage.desk.one("SELECT COUNT(*) FROM events")
    mails = len(stage.mails())
    for _ in range(2):
        row = stage.send(command, sender=EVE, to=[thread.ann])
        assert row["disposition"] == "duplicate"

    assert stage.desk.one("SELECT COUNT(*) FROM events") == events
    assert len(stage.mails()) == mails


@case(42, "resent-fields", allowed={EVE})
def resent_fields(stage: Stage) -> None:
    headers = {"Resent-From": ANN, "Resent-To": HELP, "Sender": ANN}
    row = stage.send(mail(EVE, "Hello", CLOSE, headers=headers), ar=PASS_CORP, sender=EVE)

    assert stage.requester(row["ticket_number"]) == EVE
    not_ann(stage, row)


@case(40, "auth-mismatch", intakes=("smtp",), desk="with-login")
def auth_mismatch(stage: Stage) -> None:
    forged = mail(ANN, TO_T1, CLOSE, to=stage.t1.ann)
    context = ssl.create_default_context(cafile=str(stage.desk.folder / "desk.pem"))
    with smtplib.SMTP("localhost", stage.desk.port, "attacker.test", 10) as client:
        client.starttls(context=context)
        client.login("eve", "hunter2")
        client.sendmail(EVE, [stage.t1.ann], forged)
    stage.sent.append(forged)
    stage.accepted.append(forged)
    (row,) = stage.rows()

    not_ann(stage, row)
    assert row["disposition"] == "held"
    assert "logged in as eve@evil.test" in row["evidence"]
    assert "hunter2" not in stage.desk.process.said()
