"""C: internal words stay inside, whatever agents' mail programs do with them."""

from tests.attacks.mails import ANN, BOB, CANARY, CARA, DAN, mail, multipart, part, quoting
from tests.attacks.relay import Captured
from tests.attacks.requested import CFO, VIC, answered, ask_now, form, requested
from tests.attacks.runner import Stage, case, elsewhere

PASS_CORP = "dmarc=pass header.from=corp.test"


@case(70, "bottom-post", allowed={CARA})
def bottom_post(stage: Stage) -> None:
    thread = stage.thread()
    for seen in (thread.note_to_bob, thread.to_bob):
        quoted = "\r\n".join(f"> {line}" for line in seen.text.splitlines())
        words = f"The answer stands below, {seen.message_id[:9]}."
        text = f"On Mon, 15 Jan 2024, IT Support wrote:\r\n{quoted}\r\n\r\n{words}\r\n"
        answer = mail(BOB, "Re: it", text)
        stage.send(answer, ar=PASS_CORP, sender=BOB, to=[thread.to_bob.reply_address])

    assert stage.outsiders_got() == [CARA, CARA]
    assert all("The answer stands below" in one.words for one in stage.mails_to(CARA))


@case(73, "agent-replyall", allowed={CARA})
def agent_replyall(stage: Stage) -> None:
    thread = stage.thread()
    for one in (thread.note_to_bob, thread.to_ann, thread.to_bob):
        assert CARA not in f"{one['To']} {one['Cc']} {one['Reply-To']}", "a reply to all would reach her"
    text = quoting(thread.note_to_bob.text, "She should pay.")
    answer = mail(BOB, "Re: it", text, headers={"Cc": CARA})
    stage.send(answer, ar=PASS_CORP, sender=BOB, to=[thread.note_to_bob.reply_address])

    assert stage.outsiders_got() == [], "an answer to a note is a note, whoever is copied"


@case(74, "attachment-note", allowed={CARA})
def attachment_note(stage: Stage) -> None:
    thread = stage.thread()
    file = part("text/csv", CANARY.encode(), 'Content-Disposition: attachment; filename="debts.csv"')
    headers, body = multipart("mixed", part("text/plain", b"See the list."), file)
    note = mail(ANN, "Re: it", body, headers=headers)
    stage.send(note, ar=PASS_CORP, sender=ANN, to=[thread.note])
    assert stage.outsiders_got() == []
    assert any(CANARY.encode() in one.everything for one in stage.mails_to(BOB))
    stage.send(mail(ANN, "Re: it", "All is well.\r\n"), ar=PASS_CORP, sender=ANN, to=[thread.ann])

    (answer,) = stage.mails_to(CARA)
    assert not list(answer.parsed.iter_attachments())


@case(75, "merge-leak", allowed={CARA, DAN})
def merge_leak(stage: Stage) -> None:
    of_cara = stage.thread()
    of_dan = stage.thread(DAN, "The pay slips of the board")
    merge = mail(ANN, "Re: it", f"#merge {of_dan.number}\r\n")
    stage.send(merge, ar=PASS_CORP, sender=ANN, to=[of_cara.ann])
    for words in ("There is news.", "#resolve\r\n\r\nIt is solved."):
        stage.send(mail(ANN, "Re: it", f"{words}\r\n"), ar=PASS_CORP, sender=ANN, to=[of_dan.ann])

    for reader, other, foreign in ((CARA, DAN, b"pay slips"), (DAN, CARA, b"Another printer")):
        mails = stage.mails_to(reader)
        assert [one for one in mails if "There is news." in one.words]
        for one in mails:
            assert other.encode() not in one.everything, one.everything
            assert foreign not in one.everything, one.everything


@case(78, "search-leak", allowed={CARA, CFO, VIC})
def search_leak(stage: Stage) -> None:
    """Approvers, vendors and who is asked for a grade read what they need, and none of what was said."""
    asked = requested(stage)
    note, to_team = asked.to(ANN).note_address, asked.to(ANN).reply_address
    for to, words in ((note, f"{CANARY} is not paid."), (to_team, "Is it for the lab?")):
        stage.send(mail(ANN, "Re: it", f"{words}\r\n"), ar=PASS_CORP, sender=ANN, to=[to])
    edit = form(stage.desk, "laptop", reason="Zebra finches").partition(b"\r\n\r\n")[2]
    answered(stage, asked.to(CARA), CARA, edit, ar="dmarc=pass header.from=cust.test")
    to_cfo = next(one for one in stage.mails_to(CFO) if "Zebra finches" in one.words)
    answered(stage, to_cfo, CFO)
    (to_vic,) = stage.mails_to(VIC)
    answered(stage, to_vic, VIC, "done\r\n")
    stage.send(mail(ANN, "Re: it", "#close\r\n"), ar=PASS_CORP, sender=ANN, to=[to_team])
    ask_now(stage.desk, [asked.number])
    survey = stage.mails_to(CARA)[-1]

    frozen = stage.desk.rows("SELECT text FROM approvals WHERE ticket_number = ? ORDER BY id", asked.number)
    shown = [line.removeprefix("| ") for line in to_cfo.text.splitlines() if line.startswith("| ")]
    assert " ".join(shown).split() == frozen[-1]["text"].split()
    assert survey.reply_address.startswith("help+s")
    for one in (asked.to(CFO), to_cfo, to_vic, survey):
        keeps_from(one, CANARY, "for the lab", BOB, ANN)
    keeps_from(to_vic, CARA, CFO, "10 EUR", "Zebra finches", "Films of the plant")
    keeps_from(survey, CFO, VIC, "10 EUR", "Zebra finches", "Films of the plant")
    assert "Strong 16" in to_vic.words


def keeps_from(one: Captured, *hidden: str) -> None:
    """These words stand nowhere in a mail."""
    for words in hidden:
        assert words.encode() not in one.everything, (words, one.text)


@case(71, "marker-stripped", allowed={CARA})
def marker_stripped(stage: Stage) -> None:
    thread = stage.thread()
    shown = thread.note_to_bob.text
    without = "\r\n".join(line for line in shown.splitlines() if "reply above" not in line)
    for words in (shown.replace("\n", "\r\n"), without, f"{CANARY} the customer has not paid for this one."):
        answer = mail(BOB, "Re: it", f"Yes, {len(stage.sent)}.\r\n\r\n{words}\r\n")
        stage.send(answer, ar=PASS_CORP, sender=BOB, to=[thread.to_bob.reply_address])

    assert set(stage.outsiders_got()) <= {CARA}
    assert len(stage.rows()) == 3


elsewhere(77, "tpl-scope", "tests/services/test_sandbox.py")
