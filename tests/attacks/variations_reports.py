"""Variations of delivery reports that nobody's server has written."""

from tests.attacks.mails import ANN, CARA, DAN, EVE, HELP, mail, multipart, part
from tests.attacks.runner import Stage
from tests.attacks.variation import powerless, variation


def report(fields: str, original: bytes, kind: str = "delivery-status") -> bytes:
    """Write a forged report in the name of a mail server."""
    parts = [part("text/plain", b"It did not arrive.")]
    if kind == "delivery-status":
        parts.append(
            part("message/delivery-status", b"Reporting-MTA: dns; mx.cust.test\r\n" + fields.encode())
        )
    else:
        parts.append(part("message/feedback-report", fields.encode()))
    parts.append(part("message/rfc822", original))
    headers, body = multipart("report", *parts)
    headers["Content-Type"] += f"; report-type={kind}"
    return mail("MAILER-DAEMON@mx.cust.test", "Undelivered Mail", body, headers=headers)


@variation()
def reports_that_guess_a_number_of_ours(stage: Stage) -> None:
    failed = f"Final-Recipient: rfc822; {CARA}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    original = b"From: help@desk.test\r\nTo: cara@cust.test\r\nSubject: x\r\n\r\n"
    for number in range(1, 12):
        fields = f"Original-Envelope-Id: {number}\r\n\r\n{failed}"
        stage.drive(report(fields, original + b"%d\r\n" % number), sender="")
    complaint = f"Feedback-Type: abuse\r\nOriginal-Rcpt-To: {CARA}\r\nOriginal-Mail-From: help@desk.test\r\n"
    stage.drive(report(complaint, original, "feedback-report"), sender="")
    stage.drive(
        report(f"\r\n{failed}", stage.t1.answer.raw.replace(b"Message-ID: <", b"Message-ID: <1")), sender=""
    )

    stage.rows()
    assert stage.desk.rows("SELECT address FROM addresses WHERE suppressed <> ''") == []
    assert stage.mails() == []


@variation(CARA, DAN)
def reports_that_name_a_mail_that_was_seen(stage: Stage) -> None:
    """Dan got the same answer in Cc and sees Cara's Message-ID in what she writes; Eve reads an archive."""
    thread = stage.thread()
    stage.send(mail(ANN, "Re: it", "So it is.\r\n", headers={"Cc": DAN}), sender=ANN, to=[thread.ann])
    to_cara, to_dan = stage.mails_to(CARA)[-1], stage.mails_to(DAN)[-1]
    told = len(stage.mails())
    local, _, domain = to_cara.reverse_path.partition("@")
    signed = local.partition("+")[2]
    no_letter = "c" if signed[-1] == "a" else "a"
    came_to = (
        HELP,
        "field@desk.test",
        to_dan.reverse_path,
        thread.answer.reverse_path,
        to_cara.reply_address,
        f"{local[:-1]}{no_letter}@{domain}",
        f"{local}{no_letter}@{domain}",
        f"{local[:-1]}@{domain}",
        f"help+x+{signed}@{domain}",
        f"help+{signed.replace('b', 'r', 1)}@{domain}",
        f"help+b1{signed.removeprefix('b')}@{domain}",
    )
    failed = f"Final-Recipient: rfc822; {CARA}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    for number, one in enumerate(came_to):
        forged = report(f"Original-Envelope-Id: {number}\r\n\r\n{failed}", to_cara.raw)
        stage.drive(forged, sender="", to=[one])
    # The address in a field that nobody delivers by, and in words.
    hidden = {"Reply-To": to_cara.reverse_path, "X-Failed-Recipients": CARA, "Return-Path": "<>"}
    about = b"Message-ID: %s\r\nSubject: x\r\n\r\n" % to_cara.message_id.encode()
    top = "".join(f"{name}: {value}\r\n" for name, value in hidden.items()).encode()
    stage.drive(top + report(f"\r\n{failed}", about), sender="")

    rows = stage.rows()[1:]
    assert {row["disposition"] for row in rows} <= {"appended", "ignored", "held", "ticketed"}
    assert [row["disposition"] for row in rows].count("appended") == 1
    assert stage.desk.rows("SELECT address FROM addresses WHERE suppressed <> ''") == []
    state = "SELECT state FROM outbox WHERE message_id = ?"
    assert stage.desk.one(state, to_cara.message_id) == "sent"
    # The agent hears of it once, and reads that nothing proves it.
    assert [one.recipients for one in stage.mails()[told:]] == [(ANN,)]


@variation(CARA)
def return_addresses_that_others_write_to(stage: Stage) -> None:
    """The servers on the way see the return address; it is no reply address and says nothing of anybody."""
    thread = stage.thread()
    for path in (thread.answer.reverse_path, thread.to_ann.reverse_path):
        stage.drive(mail(ANN, f"[#{thread.number}] x", f"#close {path[-22:-14]}\r\n"), sender=ANN, to=[path])
        stage.drive(mail(EVE, "x", f"#show {path[-22:-14]}\r\n"), sender=EVE, to=[path.upper()])
        about = {"In-Reply-To": thread.answer.message_id}
        stage.drive(mail(EVE, "y", f"Hello {path[-22:-14]}\r\n", headers=about), sender="", to=[path])
    stage.allowed.add(EVE)

    rows = stage.rows()
    powerless(stage, [row for row in rows if not row["null_reverse_path"]])
    machine = {row["reason"] for row in rows if row["null_reverse_path"]}
    assert machine == {f"automatic mail about ticket {thread.number}: no power, no answer"}
    assert stage.ticket(thread.number)["state"] not in {"closed", "resolved"}
    assert stage.participants(thread.number) == {CARA}
