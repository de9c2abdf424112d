"""K: commands of agents stand at the top of what they wrote, and nowhere else."""

import threading

from tests.attacks.mails import ANN, BOB, CARA, HELP, mail, multipart, part, quoting
from tests.attacks.runner import Stage, case

PASS_CORP = "dmarc=pass header.from=corp.test"
DORA = "dora@corp.test"
DONE = {"closed", "resolved"}


@case(228, "cmd-signature", allowed={CARA})
def cmd_signature(stage: Stage) -> None:
    thread = stage.thread()
    text = "We are on it.\r\n\r\n-- \r\n#close\r\nAnn, service desk\r\n"
    stage.send(mail(ANN, "Re: it", text), ar=PASS_CORP, sender=ANN, to=[thread.ann])

    assert stage.ticket(thread.number)["state"] not in DONE
    assert not [one for one in stage.mails() if "#close" in one["Subject"]]


@case(229, "cmd-html-only", allowed={CARA})
def cmd_html_only(stage: Stage) -> None:
    thread = stage.thread()
    plain = part("text/plain", b"We are on it.\r\n")
    html = part("text/html", b"<p>#close</p><p>We are on it.</p>")
    headers, body = multipart("alternative", plain, html)
    stage.send(mail(ANN, "Re: it", body, headers=headers), ar=PASS_CORP, sender=ANN, to=[thread.ann])

    assert stage.ticket(thread.number)["state"] not in DONE


@case(231, "cmd-mid-text", allowed={CARA})
def cmd_mid_text(stage: Stage) -> None:
    thread = stage.thread()
    for text in (
        "please #close the window\r\n",
        "Hello\r\n#close\r\n",
        quoting("#close\r\n#resolve", "Yes."),
    ):
        stage.send(mail(ANN, "Re: it", text), ar=PASS_CORP, sender=ANN, to=[thread.ann])

    assert stage.ticket(thread.number)["state"] not in DONE


@case(232, "cmd-conflict")
def cmd_conflict(stage: Stage) -> None:
    thread = stage.thread()
    text = "#close\r\n#reopen\r\n#resolve\r\n"
    row = stage.send(mail(ANN, "Re: it", text), ar=PASS_CORP, sender=ANN, to=[thread.ann])

    assert row["disposition"] == "refused"
    assert stage.ticket(thread.number)["state"] not in DONE
    assert len(stage.mails_to(ANN)) == 1, "one explanation"
    assert stage.outsiders_got() == []


@case(236, "cmd-replay", allowed={CARA})
def cmd_replay(stage: Stage) -> None:
    thread = stage.thread()
    command = mail(ANN, "Re: it", "#close\r\n", to=thread.ann)
    stage.send(command, ar=PASS_CORP, sender=ANN, to=[thread.ann])
    events = stage.desk.one("SELECT COUNT(*) FROM events")
    stage.intake = {"smtp": "imap", "imap": "smtp"}[stage.intake]
    stage.send(command, ar=PASS_CORP, sender=ANN, to=[thread.ann])

    assert stage.rows()[-1]["disposition"] == "duplicate"
    assert stage.desk.one("SELECT COUNT(*) FROM events") == events
    assert stage.outsiders_got() == [CARA]


@case(238, "cmd-undo-race", allowed={CARA})
def cmd_undo_race(stage: Stage) -> None:
    thread = stage.thread()
    comment = mail(CARA, "Re: it", "Wait, there is more.\r\n")
    close = mail(ANN, "Re: it", "#close\r\n")
    senders = [
        threading.Thread(target=stage.drive, args=(comment,), kwargs={"sender": CARA, "to": [thread.cara]}),
        threading.Thread(
            target=stage.drive, args=(close,), kwargs={"ar": PASS_CORP, "sender": ANN, "to": [thread.ann]}
        ),
    ]
    for one in senders:
        one.start()
    for one in senders:
        one.join(30)
    stage.rows()

    assert stage.ticket(thread.number)["state"] in {"closed", "open"}
    assert any("there is more" in entry["text"] for entry in stage.entries(thread.number))
    assert any("there is more" in one.words for one in stage.mails_to(ANN, BOB))


@case(239, "cmd-fullwidth", allowed={CARA})
def cmd_fullwidth(stage: Stage) -> None:
    thread = stage.thread()
    for word in ("\uff03close", "#cl\u043ese", "#close\u200b", "\u200b#close", "\ufe5fclose", "# close"):
        text = f"{word}\r\n"
        stage.send(mail(ANN, "Re: it", text), ar=PASS_CORP, sender=ANN, to=[thread.ann, HELP])

    assert stage.ticket(thread.number)["state"] not in DONE


@case(235, "cmd-other-team", allowed={CARA, DORA}, desk="two-teams")
def cmd_other_team(stage: Stage) -> None:
    opened = stage.send(
        mail(CARA, "My salary", "It is not there.\r\n", to="payroll@desk.test"),
        sender=CARA,
        to=["payroll@desk.test"],
    )
    number = opened["ticket_number"]
    (told,) = stage.mails_to(DORA)
    before, entries = stage.ticket(number), len(stage.entries(number))
    tries = ("#take\r\n", "#close\r\n", "#resolve\r\n", "#note I was here\r\n", "You get nothing.\r\n")
    for to in (HELP, told.reply_address, told.note_address):
        for text in tries:
            words = f"{text}For {to[:9]}.\r\n"
            row = stage.send(
                mail(ANN, f"Re: [#{number}] My salary", words), ar=PASS_CORP, sender=ANN, to=[to]
            )
            assert (row["disposition"], row["ticket_number"]) == ("held", number), row

    now = stage.ticket(number)
    assert {name: now[name] for name in ("state", "assignee")} == {
        name: before[name] for name in ("state", "assignee")
    }
    assert {one["kind"] for one in stage.entries(number)[entries:]} == {"held"}
    assert stage.outsiders_got().count(CARA) == 1, "she got more than her acknowledgement"
    assert any("the ticket's team" in one.words for one in stage.mails_to(ANN)), "ann is not told why"
