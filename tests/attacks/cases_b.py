"""B: threads and access.  A number opens nothing, a leaked address opens nothing to others."""

import statistics
import time

from daemon.services.settle import GUESSES_LIMIT
from tests.attacks.mails import ANN, BOB, CARA, DAN, EVE, HELP, mail
from tests.attacks.runner import FULL, Stage, case
from tests.attacks.wire import Wire

NUMBERS = range(1, 501 if FULL else 31)


@case(43, "id-guess")
def id_guess(stage: Stage) -> None:
    there = stage.first_ticket
    guesser = f"guesser{time.monotonic_ns()}@evil.test"
    stage.allowed.add(guesser)
    words = "SELECT COUNT(*) FROM entries WHERE ticket_number <= ? AND kind <> 'held'"
    before = stage.desk.one(words, there)
    rows = stage.send_all(
        (mail(guesser, f"[#{number}] hi", f"Hi {number}\r\n") for number in NUMBERS), sender=guesser
    )

    # Who names a few is heard by the agents of each; who goes on guesses, and opens tickets of his own.
    ended = [row["disposition"] for row in rows]
    assert ended.count("held") <= GUESSES_LIMIT
    # The numbers of his own tickets come up as well.
    his = [row for row in rows if row["disposition"] == "appended"]
    assert all(row["ticket_number"] > there for row in his)
    assert len(stage.new_tickets()) == ended.count("ticketed") == len(rows) - len(his) - ended.count("held")
    assert stage.desk.one(words, there) == before, "something was appended"
    assert not any(guesser in stage.participants(number) for number in range(1, there + 1))


@case(45, "token-trunc", allowed={CARA, EVE})
def token_trunc(stage: Stage) -> None:
    local, _, domain = stage.t1.cara.partition("@")
    name, _, detail = local.partition("+")
    for cut in (detail[:8], detail[:-1], detail + "a", detail.replace("r", "n", 1), ""):
        row = stage.send(mail(CARA, "Hello", f"Cut {cut}\r\n"), sender=CARA, to=[f"{name}+{cut}@{domain}"])
        assert row["disposition"] == "ticketed"
        assert row["ticket_number"] > stage.t1.number


@case(46, "token-stranger")
def token_stranger(stage: Stage) -> None:
    for token in (stage.t1.cara, stage.t1.ann, stage.t1.note):
        row = stage.send(mail(EVE, "Hello", f"Me too, {token[:6]}.\r\n", to=token), sender=EVE, to=[token])
        assert (row["disposition"], row["ticket_number"]) == ("held", stage.t1.number)

    assert EVE not in stage.participants(stage.t1.number)
    assert stage.outsiders_got() == []


@case(47, "irt-stranger")
def irt_stranger(stage: Stage) -> None:
    for seen in (stage.t1.to_cara, stage.t1.answer, stage.t1.note_to_bob):
        headers = {"In-Reply-To": seen.message_id, "References": f"<x@y.test> {seen.message_id}"}
        row = stage.send(mail(EVE, "Hello", f"Me too {seen.message_id}\r\n", headers=headers), sender=EVE)
        assert (row["disposition"], row["ticket_number"]) == ("held", stage.t1.number)

    assert EVE not in stage.participants(stage.t1.number)
    assert stage.outsiders_got() == []


@case(49, "user-swap")
def user_swap(stage: Stage) -> None:
    forged = mail(BOB, "Re: it", "#close\r\n", to=stage.t1.ann)
    row = stage.send(forged, sender=BOB, to=[stage.t1.ann])
    assert row["disposition"] == "held"

    number = f"+r{stage.t1.number}."
    moved = stage.t1.ann.replace(number, f"+r{stage.t1.number + 1}.")
    row = stage.send(mail(ANN, "Re: it", "#close\r\n"), sender=ANN, to=[moved])
    assert row["disposition"] == "ticketed"
    assert stage.ticket(row["ticket_number"])["state"] == "new"


@case(55, "enum-oracle", intakes=("smtp",))
def enum_oracle(stage: Stage) -> None:
    times: dict[int, list[float]] = {stage.t1.number: [], 99_999: []}
    said = set()
    for turn in range(200):
        with Wire(stage.desk.port) as wire:
            assert wire.say(b"MAIL FROM:<eve@evil.test>") == 250
            for number, taken in times.items():
                begun, start = len(wire.said), time.perf_counter()
                wire.say(b"RCPT TO:<help+r%d.aa.%026d@desk.test>" % (number, turn))
                taken.append(time.perf_counter() - start)
                said.add(wire.said[begun:])
    one, other = map(statistics.median, times.values())

    assert len(said) == 1, said
    assert abs(one - other) < 0.005


@case(56, "vrfy-expn", intakes=("smtp",))
def vrfy_expn(stage: Stage) -> None:
    for verb, code in ((b"VRFY", 252), (b"EXPN", 502)):
        said = set()
        for name in (b"ann", b"ann@corp.test", b"help", b"agents", b"nobody-at-all"):
            with Wire(stage.desk.port) as wire:
                begun = len(wire.said)
                assert wire.say(verb + b" " + name) == code
                said.add(wire.said[begun:])
        assert len(said) == 1, said


@case(58, "cc-outsider-spoofed", allowed={CARA})
def cc_outsider_spoofed(stage: Stage) -> None:
    thread = stage.thread()
    headers = {"In-Reply-To": thread.answer.message_id, "Cc": EVE}
    unproven = mail(CARA, "Re: it", "Please see Cc.\r\n", headers=headers)
    assert stage.send(unproven, sender=CARA)["disposition"] == "held"
    hinted = mail(CARA, f"Re: [#{thread.number}] it", "Please see Cc by number.\r\n", headers={"Cc": EVE})
    assert stage.send(hinted, sender=CARA)["disposition"] == "held"
    failed = mail(CARA, "Re: it", "Please see Cc again.\r\n", headers=headers)
    row = stage.send(failed, ar="dmarc=fail header.from=cust.test", sender=CARA)
    assert row["disposition"] == "held"
    stage.send(mail(ANN, "Re: it", "An answer for Cara.\r\n"), sender=ANN, to=[thread.ann])

    assert EVE not in stage.participants(thread.number)
    assert stage.mails_to(EVE) == []
    assert stage.outsiders_got() == [CARA]


@case(59, "ticket-trick", allowed={EVE})
def ticket_trick(stage: Stage) -> None:
    row = stage.send(mail(EVE, "My ticket", "It is mine.\r\n"), sender=EVE)
    (acknowledged,) = stage.mails_to(EVE)
    secret = "Your code is 123456, confirm with it."
    marked = {"Auto-Submitted": "auto-generated"}
    tricks = (("no-reply@saas.test", {}), ("no-reply@saas.test", marked), ("welcome@saas.test", marked))
    for at, (sender, headers) in enumerate(tricks):
        trick = mail(sender, f"Confirm your address 123456 {at}", f"{secret} {at}\r\n", headers=headers)
        tricked = stage.send(trick, sender=sender, to=[acknowledged.reply_address])
        assert tricked["disposition"] == "ticketed"
        assert tricked["ticket_number"] != row["ticket_number"]
    # Nothing tells this one from a colleague who was given the address: the agents see it, eve does not.
    unmarked = mail("welcome@saas.test", "Confirm your address 123456", f"{secret}\r\n")
    tricked = stage.send(unmarked, sender="welcome@saas.test", to=[acknowledged.reply_address])
    assert (tricked["disposition"], tricked["ticket_number"]) == ("held", row["ticket_number"])
    own = f"help+r{row['ticket_number']}."
    to_ann = next(one for one in stage.mails_to(ANN) if one.reply_address.startswith(own))
    stage.send(mail(ANN, "Re: it", "Thank you.\r\n"), sender=ANN, to=[to_ann.reply_address])

    assert len(stage.mails_to(EVE)) == 2
    assert all(b"123456" not in one.everything for one in stage.mails_to(EVE))


@case(62, "show-command", allowed={EVE})
def show_command(stage: Stage) -> None:
    for command in ("#show T1", "#list", "#help", "#search printer"):
        row = stage.send(mail(EVE, "Show", f"{command}\r\n"), sender=EVE)
        assert row["disposition"] == "ticketed"

    words = b"PC LOAD LETTER"
    assert all(words not in one.everything and b"#take" not in one.everything for one in stage.mails_to(EVE))


@case(63, "bcc-intake", allowed={CARA})
def bcc_intake(stage: Stage) -> None:
    row = stage.send(mail(CARA, "For all", to=f"{DAN}, {EVE}"), sender=CARA, to=[HELP])

    assert row["disposition"] == "ticketed"
    assert stage.participants(row["ticket_number"]) == {CARA}
    assert stage.outsiders_got() == [CARA]


@case(64, "resend-other-mailbox", allowed={CARA})
def resend_other_mailbox(stage: Stage) -> None:
    twice = mail(CARA, "Two addresses", to=f"{HELP}, field@desk.test")
    stage.send(twice, sender=CARA, to=[HELP])
    row = stage.send(twice, sender=CARA, to=["field@desk.test"])

    assert row["disposition"] == "duplicate"
    assert len(stage.new_tickets()) == 1
    assert stage.outsiders_got() == [CARA]


@case(66, "msgid-squat-own")
def msgid_squat_own(stage: Stage) -> None:
    for number, ours in enumerate((stage.t1.to_cara, stage.t1.note_to_bob)):
        squat = mail(
            EVE, "Hello", f"Mine {number}, by {stage.intake}\r\n", headers={"Message-ID": ours.message_id}
        )
        row = stage.send(squat, sender=EVE)
        assert row["disposition"] in {"ticketed", "held"}
        assert "Message-ID of ours" in row["evidence"], "it is not flagged"

    assert stage.mails_to(BOB, ANN)
    assert stage.outsiders_got() == []


@case(54, "merged", allowed={CARA, DAN})
def merged(stage: Stage) -> None:
    of_cara = stage.thread()
    of_dan = stage.thread(DAN, "The pay slips of the board")
    merge = mail(ANN, "Re: it", f"#merge {of_dan.number}\r\n")
    stage.send(merge, ar="dmarc=pass header.from=corp.test", sender=ANN, to=[of_cara.ann])
    row = stage.send(mail(CARA, "Re: it", "Is there news?\r\n"), sender=CARA, to=[of_cara.cara])
    assert (row["disposition"], row["ticket_number"]) == ("appended", of_dan.number)
    asked = mail(CARA, "Re: it", "status\r\n")
    stage.send(asked, sender=CARA, to=[of_cara.cara], ar="dmarc=pass header.from=cust.test")

    for one in stage.mails_to(CARA):
        assert b"pay slips" not in one.everything, one.everything
        assert DAN.encode() not in one.everything, one.everything
