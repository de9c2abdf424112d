"""F: loops and backscatter.  No two robots ever talk, and nobody is mailed for what he did not write."""

import time
from datetime import datetime, timedelta

from tests.attacks.mails import ANN, CARA, DATE, EVE, HELP, mail, multipart, part
from tests.attacks.runner import FULL, Stage, case


def silent(stage: Stage) -> None:
    """NOREPLY: nobody outside got anything, and no agent an automatic answer."""
    assert stage.outsiders_got() == []
    assert not [one for one in stage.mails() if one["Auto-Submitted"] == "auto-replied"]


def delivery_report(message_id: str, recipient: str, action: str, status: str) -> bytes:
    """Write a delivery report about a mail of ours (RFC 3464)."""
    fields = (
        "Reporting-MTA: dns; mx.cust.test\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
    )
    headers, body = multipart(
        "report",
        part("text/plain", b"Your mail could not be delivered. Reply APPROVE to approve."),
        part("message/delivery-status", fields.encode()),
        part("message/rfc822", f"Message-ID: {message_id}\r\nSubject: x\r\n\r\n".encode()),
    )
    headers["Content-Type"] += "; report-type=delivery-status"
    return mail("MAILER-DAEMON@mx.cust.test", "Undelivered Mail", body, headers=headers)


@case(118, "auto-submitted")
def auto_submitted(stage: Stage) -> None:
    marks = ("auto-generated", "AUTO-REPLIED (vacation)", "auto-notified; owner-email=x@y.test", "surprise")
    fresh = [mail(CARA, f"Mark {mark[:7]}", headers={"Auto-Submitted": mark}) for mark in marks]
    rows = stage.send_all(fresh, sender=CARA)
    headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": stage.t1.answer.message_id}
    reply = mail(CARA, "Re: it", "I am away.\r\n", headers=headers)
    row = stage.send(reply, sender=CARA)

    assert {one["disposition"] for one in rows} == {"ticketed"}
    assert (row["disposition"], row["ticket_number"]) == ("appended", stage.t1.number)
    silent(stage)


@case(122, "own-mail")
def own_mail(stage: Stage) -> None:
    thread = stage.thread()
    for ours in (thread.to_cara, thread.answer, thread.note_to_bob, thread.to_ann):
        row = stage.send(ours.raw, sender="", to=[HELP])
        assert row["disposition"] == "ignored"

    assert stage.mails() == []
    assert stage.new_tickets() == []


@case(123, "own-from")
def own_from(stage: Stage) -> None:
    for author in (HELP, "Help+x@Desk.Test", '"Boss" <field@desk.test>'):
        row = stage.send(mail(author, "Close everything", f"#close {author[:3]}\r\n"))
        assert row["disposition"] == "quarantined"

    assert stage.new_tickets() == []
    assert stage.mails() == []


@case(124, "two-mailboxes", allowed={CARA})
def two_mailboxes(stage: Stage) -> None:
    first = mail(CARA, "Round and round")
    stage.send(first, sender=CARA)
    (ours,) = stage.mails_to(CARA)
    for turn in range(1, 4):
        hops = b"Received: from desk.test by desk.test; %s\r\n" % DATE.encode() * turn
        stage.send(hops + first, sender=CARA, to=["field@desk.test"])
        stage.send(hops + ours.raw, sender=HELP, to=["field@desk.test"])

    assert len(stage.new_tickets()) == 1
    assert len(stage.mails_to(CARA)) == 1


@case(126, "owner")
def owner(stage: Stage) -> None:
    paths = (
        "owner-x@l.test",
        "x-request@l.test",
        "MAILER-DAEMON@l.test",
        "noreply@l.test",
        "no-reply@l.test",
    )
    for path in paths:
        row = stage.send(mail(path, "News", f"News of {path}\r\n"), sender=path)
        assert row["disposition"] == "ticketed"

    silent(stage)


@case(128, "dsn-delay")
def dsn_delay(stage: Stage) -> None:
    row = stage.send(delivery_report(stage.t1.answer.message_id, CARA, "delayed", "4.4.1"), sender="")

    assert row["disposition"] in {"acted", "ignored"}
    state = "SELECT state FROM outbox WHERE message_id = ?"
    assert stage.desk.one(state, stage.t1.answer.message_id) == "sent"
    assert stage.mails() == []
    assert stage.new_tickets() == []


@case(129, "dsn-forged")
def dsn_forged(stage: Stage) -> None:
    unknown = [f"<{number}@desk.test>" for number in range(1_000 if FULL else 25)]
    local, _, rest = stage.t1.answer.message_id.partition(".")
    forged = [*unknown, f"{local}9.{rest}", "", "<>"]
    reports = [delivery_report(one, CARA, "failed", "5.1.1") for one in forged]
    rows = stage.send_all(reports, sender="")

    assert {row["disposition"] for row in rows} <= {"ignored", "duplicate"}
    # Ids that somebody has really seen, in what others wrote: the report comes to no return address.
    seen = (stage.t1.answer, stage.t1.to_cara, stage.t1.to_ann)
    reports = [delivery_report(one.message_id, one.recipients[0], "failed", "5.1.1") for one in seen]
    rows = stage.send_all(reports, sender="")
    assert {row["disposition"] for row in rows} <= {"ignored", "duplicate", "appended"}
    states = stage.desk.rows("SELECT DISTINCT state FROM outbox WHERE ticket_number = ?", stage.t1.number)
    assert states == [{"state": "sent"}]
    assert stage.desk.rows("SELECT address FROM addresses WHERE suppressed <> ''") == []
    # Her agent reads once, by whichever way it came first, that somebody says so of the answer.
    told = [(one.recipients, one["Subject"].split(":")[0]) for one in stage.mails()]
    assert told in ([], [(("ann@corp.test",), f"Perhaps not delivered to {CARA}")])


@case(131, "bomb", desk="budgeted")
def bomb(stage: Stage) -> None:
    victim, many = f"victim{time.monotonic_ns()}@v.test", 1_000 if FULL else 60
    stage.allowed.add(victim)
    forged = [mail(victim, f"Spam {number}", f"Buy {number}\r\n") for number in range(many)]
    rows = stage.send_all(forged, sender=victim)

    assert {row["disposition"] for row in rows} == {"ticketed"}
    assert len(stage.mails_to(victim)) == 5
    flagged = "SELECT COUNT(*) FROM events WHERE kind = 'not sent' AND data LIKE ? AND ticket_number > ?"
    assert stage.desk.one(flagged, "%automatic mails within%", stage.first_ticket) == many - 5
    for hour in range(2):
        an_hour_goes_by(stage, victim)
        spelled = victim if hour else victim.upper()
        stage.send_all(
            [mail(spelled, f"More {hour} {n}", f"Buy {hour} {n}\r\n") for n in range(4)], sender=victim
        )
        assert len(stage.mails_to(victim)) == 6 + hour


def an_hour_goes_by(stage: Stage, victim: str) -> None:
    """Let what the victim got, and what was counted, be an hour older."""
    for table, column, where in (
        ("outbox", "created_at", f"recipient = '{victim}'"),
        ("gate_counts", "at", "1 = 1"),
    ):
        for row in stage.desk.rows(f"SELECT id, {column} AS moment FROM {table} WHERE {where}"):
            moment = row["moment"]
            bare = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            older = bare - timedelta(hours=1, seconds=1)
            shifted = older.isoformat(" ") if isinstance(moment, str) else older
            stage.desk.rows(f"UPDATE {table} SET {column} = ? WHERE id = ? RETURNING id", shifted, row["id"])


# The mail is read in one process and sent by another, one after the other; their peaks are added up here.
@case(133, "amplify", allowed={EVE}, rss_bytes=96 * 1024 * 1024)
def amplify(stage: Stage) -> None:
    html = part("text/html", b"<b>BUY</b><img src=http://evil.test/x>" + b"<p>word</p>\r\n" * 90_000)
    big = part("application/pdf", b"x" * 76 + b"\r\n" + (b"y" * 76 + b"\r\n") * 240_000)
    headers, body = multipart("mixed", html, big)
    stage.send(mail(EVE, "S" * 900, body, headers=headers), sender=EVE)

    (answer,) = stage.mails_to(EVE)
    assert len(answer.raw) <= 4_096, len(answer.raw)
    assert not list(answer.parsed.iter_attachments())
    assert len(answer["Subject"]) <= 200
    assert b"BUY" not in answer.everything
    assert b"evil.test/x" not in answer.everything


@case(135, "hops")
def hops(stage: Stage) -> None:
    fields = b"".join(b"Received: from a%d.test by b.test; %s\r\n" % (n, DATE.encode()) for n in range(101))
    code = stage.drive(mail(CARA, "Round", top=fields), sender=CARA, bare=True)

    if stage.intake == "smtp":
        assert code == 554
    else:
        assert stage.rows()[-1]["disposition"] == "quarantined"
    assert stage.mails() == []
    assert stage.new_tickets() == []


@case(136, "reply-subject-growth", allowed={CARA})
def subject_growth(stage: Stage) -> None:
    row = stage.send(mail(CARA, "It grows", "Round 0\r\n"), sender=CARA)
    subject, (ours,) = "It grows", stage.mails_to(CARA)
    for turn in range(1, 13):
        # A machine that has no mark of one answers whatever it gets, and lengthens what it quotes.
        subject = f"Re: [External] {subject}"
        again = mail(CARA, subject, f"Round {turn}\r\n", headers={"In-Reply-To": ours.message_id})
        assert stage.send(again, sender=CARA, to=[ours.reply_address])["disposition"] == "appended"
    assert len(stage.mails_to(CARA)) == 1, "a reply is not answered by a machine, so there is no loop"
    assert [one["number"] for one in stage.new_tickets()] == [row["ticket_number"]]
    for size in (1_000, 25_000):
        subject = "Re: " * size + f"It grows {size}"
        folded = "\r\n ".join(subject[at : at + 900] for at in range(0, len(subject), 900))
        row = stage.send(mail(CARA, folded, f"Size {size}\r\n"), sender=CARA)
        assert len(stage.ticket(row["ticket_number"])["subject"]) <= 250

    assert all(len(one["Subject"]) <= 400 for one in stage.mails())
    assert ANN in {to for one in stage.mails() for to in one.recipients}
