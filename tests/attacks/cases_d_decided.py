"""D: decisions that were made: twice, too late, about something else, by who asked, in one moment."""

import threading
from collections.abc import Iterable
from datetime import timedelta

from tests.attacks.cases_d import PASS_CORP, REFUSED
from tests.attacks.cases_f import delivery_report
from tests.attacks.desk import AttackDesk
from tests.attacks.mails import ANN, CARA, HELP, mail
from tests.attacks.requested import (
    BEA,
    CFO,
    DEAD,
    MAX,
    VIC,
    Asked,
    answered,
    form,
    journal,
    reply,
    requested,
    run_job,
    shifted,
    state,
    undecided,
    votes,
)
from tests.attacks.runner import Stage, case
from tests.faults.desk_process import Site, ended_at_last


class TwoDaemons:
    """A second daemon on the database of a desk, which takes its part of the mail."""

    def __init__(self, desk: AttackDesk) -> None:
        self._process = Site(desk.folder).start("worker")
        self._ended = ended_at_last(self._process)

    def __enter__(self) -> None:
        self._ended.__enter__()

    def __exit__(self, *told: object) -> None:
        log = self._process.said()
        self._ended.__exit__(None, None, None)
        assert "Traceback" not in log, log


def at_once(stage: Stage, mails: Iterable[tuple[bytes, str, str]]) -> None:
    """Hand in mails in the same moment, each by a connection of its own: bytes, sender, recipient."""
    meeting = threading.Barrier(len(ready := list(mails)))

    def hand_in(raw: bytes, sender: str, to: str) -> None:
        meeting.wait(10)
        stage.drive(raw, sender=sender, to=[to])

    threads = [threading.Thread(target=hand_in, args=one) for one in ready]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)


@case(92, "replay-same", allowed={CFO, CARA, VIC})
def replay_same(stage: Stage) -> None:
    asked = requested(stage)
    vote = reply(asked.to(CFO), CFO, "approve\r\n")
    with TwoDaemons(stage.desk):
        at_once(stage, [(vote, CFO, asked.to(CFO).reply_address)] * 5)
        ends = sorted(row["disposition"] for row in stage.rows())

    assert ends == ["acted", *["duplicate"] * 4]
    assert votes(stage, asked) == [(CFO, "approve")]
    again = answered(stage, asked.to(CFO), CFO)
    assert again["disposition"] == "refused"
    assert votes(stage, asked) == [(CFO, "approve")]
    assert journal(stage, asked.number) == ["approval vote", "approval approved", REFUSED]
    assert "once" in stage.mails_to(CFO)[-1].words


@case(93, "replay-reopen", allowed={CFO, CARA, VIC})
def replay_reopen(stage: Stage) -> None:
    """What said no to the first version, and yes to it before, says nothing about the second."""
    asked = requested(stage)
    old = asked.to(CFO)
    answered(stage, old, CFO, "reject\r\n")
    assert stage.ticket(asked.number)["state"] == "rejected"
    stage.send(order(asked, "#reopen"), ar=PASS_CORP, sender=ANN, to=[asked.to(ANN).reply_address])
    stage.send(order(asked, "#submit"), ar=PASS_CORP, sender=ANN, to=[asked.to(ANN).reply_address])
    assert state(stage, asked) == "pending"
    before = votes(stage, asked)
    for words in ("reject\r\n", "approve\r\n"):
        row = answered(stage, old, CFO, words)
        assert row["disposition"] == "refused", row

    assert votes(stage, asked) == before == [(CFO, "reject")]
    assert state(stage, asked) == "pending"
    fresh = [one for one in stage.mails_to(CFO) if one["Subject"].startswith("Your decision is needed")][-1]
    assert fresh.reply_address != old.reply_address
    answered(stage, fresh, CFO, "approve\r\n")
    assert state(stage, asked) == "approved"


def order(asked: Asked, line: str) -> bytes:
    """Write the order of an agent."""
    return mail(ANN, f"Re: [#{asked.number}]", f"{line}\r\n")


@case(94, "toctou-edit", allowed={CFO, CARA, VIC})
def toctou_edit(stage: Stage) -> None:
    asked = requested(stage)
    old = asked.to(CFO)
    edit = form(stage.desk, "laptop", price="10000").partition(b"\r\n\r\n")[2]
    answered(stage, asked.to(CARA), CARA, edit, ar="dmarc=pass header.from=cust.test")
    row = answered(stage, old, CFO)

    assert row["disposition"] == "refused", row
    undecided(stage, asked)
    assert REFUSED in journal(stage, asked.number)
    fresh = next(one for one in stage.mails_to(CFO) if "10,000 EUR" in one.words)
    assert "10,000 EUR" not in old.words
    answered(stage, fresh, CFO)
    digests = stage.desk.rows(
        "SELECT v.digest AS voted, a.digest FROM approval_votes v JOIN approvals a ON a.id = v.approval_id"
        " WHERE a.ticket_number = ?",
        asked.number,
    )
    assert [one["voted"] for one in digests] == [one["digest"] for one in digests] != []
    assert votes(stage, asked) == [(CFO, "approve")]


@case(96, "expired", allowed={CFO, CARA})
def expired(stage: Stage) -> None:
    late, gone = requested(stage), requested(stage)
    kept = stage.desk.rows("SELECT id, expires_at FROM approvals WHERE ticket_number = ?", late.number)
    before = shifted(kept[0]["expires_at"], timedelta(days=-400))
    stage.desk.rows("UPDATE approvals SET expires_at = ? WHERE id = ? RETURNING id", before, kept[0]["id"])
    stage.send(order(gone, "#withdraw-approval He has one."), ar=PASS_CORP, sender=ANN,
               to=[gone.to(ANN).reply_address])  # fmt: skip
    told = len(stage.mails_to(CFO))
    for one, found in ((late, "expired"), (gone, "void")):
        row = answered(stage, one.to(CFO), CFO)
        assert row["disposition"] == "refused", row
        assert votes(stage, one) == []
        assert state(stage, one) == found
        assert journal(stage, one.number)[-1] == REFUSED
    notices = [one["Subject"] for one in stage.mails_to(CFO)[told:]]
    assert len(notices) == 2, notices


@case(100, "self-approve", allowed={CFO, MAX, BEA})
def self_approve(stage: Stage) -> None:
    asked = requested(stage, "quorum", CFO)
    assert not [
        one for one in asked.mails if one.reply_address.startswith("help+a") and CFO in one.recipients
    ]
    to_max = asked.to(MAX)
    for to in (to_max.reply_address, asked.to(CFO).reply_address, HELP):
        answered(stage, to_max, CFO, ar=PASS_CORP, to=[to])
    name = order(asked, f"#approver {CFO} for {MAX}")
    stage.send(name, ar=PASS_CORP, sender=ANN, to=[asked.to(ANN).reply_address])

    undecided(stage, asked)
    assert REFUSED in journal(stage, asked.number)
    voices = stage.desk.rows(
        "SELECT address FROM approval_asked JOIN approvals ON approvals.id = approval_id"
        " WHERE ticket_number = ?",
        asked.number,
    )
    assert {one["address"] for one in voices} == {MAX, BEA}


@case(101, "double-vote", allowed={CFO})
def double_vote(stage: Stage) -> None:
    asked = requested(stage, "quorum")
    for sender in ("CFO@corp.test", "cfo@CORP.test"):
        answered(stage, asked.to(CFO), sender, ar=PASS_CORP)

    assert votes(stage, asked) == [(CFO, "approve")]
    assert state(stage, asked) == "pending"
    assert journal(stage, asked.number) == ["approval vote", REFUSED]


@case(103, "race", allowed={MAX, BEA, CARA})
def race(stage: Stage) -> None:
    """One of two is enough: a yes ends it, a no leaves it to the other; whoever is first, it is approved."""
    asked = requested(stage, "either")
    answers = ((MAX, "approve\r\n"), (BEA, "reject\r\n"))
    with TwoDaemons(stage.desk):
        at_once(
            stage,
            [(reply(asked.to(who), who, said), who, asked.to(who).reply_address) for who, said in answers],
        )
        ends = sorted(row["disposition"] for row in stage.rows())

    moves = [move for move in journal(stage, asked.number) if move != "approval not handed over"]
    no_first = ["approval vote", "approval vote", "approval approved"]
    yes_first = ["approval vote", "approval approved", REFUSED]
    assert (ends, moves) in ((["acted", "acted"], no_first), (["acted", "refused"], yes_first))
    assert votes(stage, asked)[-1] == (MAX, "approve")
    assert state(stage, asked) == "approved"
    assert stage.ticket(asked.number)["state"] == "in-fulfilment"


@case(104, "dsn-quote", allowed={CARA, DEAD})
def dsn_quote(stage: Stage) -> None:
    asked = requested(stage, "dead")
    lost = asked.to(DEAD)
    report = delivery_report(lost.message_id, DEAD, "failed", "5.1.1")
    row = stage.send(report, sender="", to=[lost.reverse_path])
    run_job(stage.desk, "approval-steps")

    assert (row["disposition"], row["ticket_number"]) == ("appended", asked.number), row
    undecided(stage, asked)
    (told,) = stage.mails_to(CARA)
    assert "cannot be reached" in told.words
    # The address is marked; the cases that come later on this desk shall find none.
    unmarked = "UPDATE addresses SET suppressed = '' WHERE suppressed <> '' RETURNING address"
    assert [one["address"] for one in stage.desk.rows(unmarked)] == [DEAD]
