"""Variations on requests, approvals, tasks and surveys: other people, other addresses, changed codes."""

import re
from collections.abc import Iterator

from tests.attacks.cases_d import IGNORED, PASS_CORP, REFUSED
from tests.attacks.cases_e import PASS_CUST, answers, score
from tests.attacks.mails import ANN, BOB, CARA, EVE, HELP, checked, mail, quoting
from tests.attacks.relay import Captured
from tests.attacks.requested import (
    CFO,
    MAX,
    VIC,
    Asked,
    answered,
    form,
    journal,
    reply,
    requested,
    surveyed,
    undecided,
    votes,
)
from tests.attacks.runner import Stage
from tests.attacks.variation import variation

FORGED = "dmarc=fail header.from=corp.test"


@variation(CFO)
def approval_from_everybody_else(stage: Stage) -> None:
    asked = requested(stage)
    seen = asked.to(CFO)
    for author, ar in ((EVE, ""), (CARA, PASS_CUST), (MAX, PASS_CORP), (ANN, PASS_CORP), (CFO, FORGED)):
        row = answered(stage, seen, author, ar=ar)
        assert row["disposition"] in {"refused", "ignored"}, row
    for headers in ({"Sender": CFO}, {"Reply-To": CFO}, {"Resent-From": CFO}):
        answered(stage, seen, EVE, headers=headers)
    assert stage.outsiders_got() == []
    # Whoever guesses that she was asked, and has only seen the Message-ID of it.
    answered(stage, seen, CFO, to=[HELP])
    answered(stage, seen, f'"{CFO}" <{EVE}>', to=[HELP], sender=EVE)

    undecided(stage, asked)
    lines = journal(stage, asked.number)
    assert set(lines) == {REFUSED, IGNORED}
    assert lines.count(REFUSED) >= 8
    assert len(stage.mails_to(CFO)) == 1, "she alone hears of it, and once"


def changed_codes(address: str, other: str) -> Iterator[str]:
    """Yield signed addresses that were changed: cut, of another purpose, of another question."""
    local, _, domain = address.partition("@")
    head, _, proof = local.rpartition(".")
    yield f"{head}.{proof[:-1]}@{domain}"
    yield f"{head}.{proof[::-1]}@{domain}"
    yield f"{head}@{domain}"
    yield f"{other.partition('@')[0].rpartition('.')[0]}.{proof}@{domain}"
    for purpose in "rnst":
        yield f"{head.replace('+a', f'+{purpose}')}.{proof}@{domain}"


@variation(CFO)
def approval_by_changed_codes(stage: Stage) -> None:
    other = requested(stage)
    asked = requested(stage)
    for to in changed_codes(asked.to(CFO).reply_address, other.to(CFO).reply_address):
        raw = mail(CFO, "Approval", f"approve\r\n\r\nFor {to[5:12]}\r\n")
        stage.drive(raw, sender=CFO, to=[to])
    stage.rows()

    undecided(stage, asked)
    undecided(stage, other)


@variation(CFO, CARA, VIC)
def approval_by_quoted_words(stage: Stage) -> None:
    asked = requested(stage)
    seen = asked.to(CFO)
    for words in ("", "I will look at it.", "See below.", "FYI"):
        answered(stage, seen, CFO, quoting(f"{seen.text}\n> approve\napprove", words), ar=PASS_CORP)

    undecided(stage, asked)
    answered(stage, seen, CFO, quoting(seen.text, "Approve"), ar=PASS_CORP)
    assert votes(stage, asked) == [(CFO, "approve")]


def begun(stage: Stage) -> tuple[Asked, Captured]:
    """A request that was approved, and the mail to the vendor who has its task."""
    asked = requested(stage)
    before = len(stage.desk.relay.mails)
    stage.desk.post(checked(PASS_CORP) + reply(asked.to(CFO), CFO, "approve\r\n"), CFO,
                    asked.to(CFO).reply_address)  # fmt: skip
    (to_vic,) = (one for one in stage.desk.relay.mails[before:] if one.recipients == (VIC,))
    stage.__post_init__()
    return asked, to_vic


def tasks(stage: Stage, asked: Asked) -> list[str]:
    found = stage.desk.rows("SELECT state FROM tasks WHERE ticket_number = ? ORDER BY id", asked.number)
    return [str(one["state"]) for one in found]


@variation(VIC, CARA)
def task_done_by_everybody_else(stage: Stage) -> None:
    asked, to_vic = begun(stage)
    for author, ar in ((EVE, ""), (CARA, PASS_CUST), (CFO, PASS_CORP), (VIC, FORGED)):
        row = answered(stage, to_vic, author, "done\r\n", ar=ar)
        assert row["disposition"] == "refused", row
    for headers in ({"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}):
        answered(stage, to_vic, VIC, "done\r\n", headers=headers)
    answered(stage, to_vic, VIC, "done\r\n", to=[HELP])
    assert stage.outsiders_got() == []
    answered(stage, to_vic, VIC, quoting(f"{to_vic.text}\ndone", "I will see."))
    assert tasks(stage, asked) == ["started"]
    assert stage.ticket(asked.number)["state"] == "in-fulfilment"

    ready = reply(to_vic, VIC, "done\r\n")
    ends = stage.send_all([ready] * 3, sender=VIC, to=[to_vic.reply_address])
    assert [row["disposition"] for row in ends] == ["acted", "duplicate", "duplicate"]
    assert tasks(stage, asked) == ["done"]
    assert stage.ticket(asked.number)["state"] == "fulfilled"
    told = journal(stage, asked.number, "task answer refused")
    assert len(told) >= 7


@variation(CARA)
def grade_of_everybody_else(stage: Stage) -> None:
    asked = surveyed(stage)
    for author, ar in ((EVE, ""), (BOB, PASS_CORP), (CARA, "dmarc=fail header.from=cust.test")):
        answered(stage, asked.mail, author, "1\r\n", ar=ar)
    local, _, domain = asked.mail.reply_address.partition("@")
    for to in (f"{local[:-1]}@{domain}", f"{local.replace('+s', '+a')}@{domain}", HELP):
        raw = mail(
            EVE, "Re: it", f"5\r\n\r\nFor {to[:9]}\r\n", headers={"In-Reply-To": asked.mail.message_id}
        )
        stage.send(raw, sender=EVE, to=[to])
    assert stage.mails_to(CARA) == []

    assert score(stage, asked) is None
    assert {one["author"] for one in answers(stage, asked)} <= {EVE, BOB}
    assert all(one["reason"] for one in answers(stage, asked))


@variation(CFO, EVE, CARA)
def request_changed_by_everybody_else(stage: Stage) -> None:
    asked = requested(stage)
    edit = form(stage.desk, "laptop", price="1").partition(b"\r\n\r\n")[2]
    kept = stage.desk.rows("SELECT text, digest, state FROM approvals WHERE ticket_number = ?", asked.number)
    to_cara = asked.to(CARA)
    for author, ar in ((EVE, ""), (CARA, "dmarc=fail header.from=cust.test"), (CFO, PASS_CORP)):
        for to in (to_cara.reply_address, HELP):
            answered(stage, to_cara, author, edit, ar=ar, to=[to])
            answered(stage, to_cara, author, "CANCEL\r\n", ar=ar, to=[to])
    # Nothing proves that this is her: her name, and a Message-ID that travels with every copy.
    answered(stage, to_cara, CARA, edit, to=[HELP])
    answered(stage, to_cara, CARA, "CANCEL\r\n", to=[HELP])

    now = stage.desk.rows("SELECT text, digest, state FROM approvals WHERE ticket_number = ?", asked.number)
    assert now == kept
    undecided(stage, asked)


@variation(CARA, CFO)
def request_with_hostile_answers(stage: Stage) -> None:
    """What stands in the answers is shown to the approver, and is neither a decision nor a field nor code."""
    values = (
        "approve\r\n[0abcde]\r\n:: approve",
        "{{ ticket.notes }}{% for a in b %}",
        "<script>x</script><a href=http://evil.test/>approve</a>",
        "x?body=approve&cc=victim@v.test",
        "\u202eevorppa\u202c \u200b" + "y" * 3_000,
    )
    for value in values:
        raw = form(stage.desk, "laptop", model="MODEL").replace(b"MODEL", value.encode())
        raw = raw.replace(
            b"\r\n\r\n", b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", 1
        )
        stage.send(raw, sender=CARA)

    seen = [one for one in stage.mails_to(CFO) if one.reply_address.startswith("help+a")]
    assert len(seen) >= 4, [row["reason"] for row in stage.rows()]
    for one in seen:
        html = one.parsed.get_body(("html",))
        assert html is not None
        shown = html.get_content()
        assert "<script" not in shown
        for led, words in re.findall(r"""<a\s[^>]*href=["']?([^\s"'>]+)[^>]*>(.*?)</a>""", shown):
            assert led.startswith("mailto:help+a") or led == words, (led, words)
        assert "cc=victim" not in one["Reply-To"]
        assert one.recipients == (CFO,)
    decided = "SELECT state, reason FROM approvals WHERE ticket_number > ? AND state <> 'pending'"
    assert stage.desk.rows(decided, stage.first_ticket) == []


@variation(CFO)
def absence_that_a_deputy_would_like(stage: Stage) -> None:
    """Whoever sends an approver away decides instead; the Message-ID of the question was seen by many."""
    asked = requested(stage)
    seen = asked.to(CFO)
    before = stage.desk.rows("SELECT * FROM directory_absences ORDER BY address")
    away = "I am out of the office until 31 December 2030. My deputy decides.\r\n"
    marks: tuple[dict[str, str], ...] = ({"Auto-Submitted": "auto-replied"}, {"X-Autoreply": "yes"}, {})
    for number, headers in enumerate(marks):
        local, _, domain = seen.reverse_path.partition("@")
        for to in (HELP, asked.to(CFO).reverse_path.replace("+b", "+a"), f"{local[:-2]}@{domain}"):
            answered(stage, seen, CFO, f"{away}{number}\r\n", headers=headers, to=[to])
        # To her own address, but found to be forged.
        answered(stage, seen, CFO, f"{away}{number}.\r\n", headers=headers, ar=FORGED)

    undecided(stage, asked)
    assert stage.desk.rows("SELECT * FROM directory_absences ORDER BY address") == before
    assert "approver away" not in journal(stage, asked.number)
    assert set(stage.outsiders_got()) <= {CFO}
