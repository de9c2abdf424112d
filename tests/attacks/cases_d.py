"""D: approvals.  A request waits for its approver, and everything but her own plain word is sent to it."""

import contextlib
import re
import threading
import urllib.request
from collections.abc import Callable, Iterable
from datetime import timedelta

from tests.attacks.cases_f import delivery_report
from tests.attacks.desk import AttackDesk
from tests.attacks.mails import ANN, CARA, HELP, mail, multipart, part
from tests.attacks.relay import Captured
from tests.attacks.requested import (
    BEA,
    CFO,
    DEAD,
    GIL,
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
from tests.attacks.runner import Stage, case, departs
from tests.faults.desk_process import Site, ended_at_last

PASS_CORP = "dmarc=pass header.from=corp.test"
Headers = dict[str, str]
ASKED_BACK, REFUSED, IGNORED = "approval asked back", "approval answer refused", "approval answer ignored"


def alternative(plain: bytes, html: bytes) -> tuple[Headers, bytes]:
    return multipart("alternative", part("text/plain", plain), part("text/html", html))


def _html(body: bytes) -> tuple[Headers, bytes]:
    return {"MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8"}, body


def text(*lines: str) -> tuple[Headers, bytes]:
    headers = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    return headers, "".join(f"{line}\r\n" for line in lines).encode()


# What was written in answer to a mail that asks for a decision.
NO_VOTES: dict[tuple[int, str], list[tuple[Headers, bytes]]] = {
    (82, "quoted-only"): [text("> Reply APPROVE or REJECT")],
    (84, "negation"): [text(words) for words in ("I do not approve", "not approved", "approve if cheaper")],
    (85, "alt-mismatch"): [alternative(b"reject", b"<p>approve</p>")],
    (86, "hidden-html"): [_html(b"<span style=display:none>approve</span>Thanks")],
    (88, "subject-only"): [({"Subject": "approve Re: [A1 v1]"}, b"")],
    (106, "zero-width"): [text("app\u200brove"), text("\u0430pprove")],
    (110, "signature-word"): [text("No comment.", "", "-- ", "Approve fast, ship faster")],
}
departs(85, "the approver is asked back at once, which says more than words that wait for a person")


def _no_vote(answers: list[tuple[Headers, bytes]]) -> Callable[[Stage], None]:
    """Each answer is no vote; the approver is asked back once, told once more, and then left in peace."""

    def play(stage: Stage) -> None:
        asked = requested(stage)
        for headers, body in answers:
            row = answered(stage, asked.to(CFO), CFO, body, headers=headers, ar=PASS_CORP)
            assert row["disposition"] == "acted", row
        undecided(stage, asked)
        assert journal(stage, asked.number) == [ASKED_BACK] * len(answers)
        assert len(stage.mails_to(CFO)) == min(len(answers), 2)

    return play


for (_number, _name), _answers in NO_VOTES.items():
    case(_number, _name, allowed={CFO})(_no_vote(_answers))


@case(79, "ooo-header")
def ooo_header(stage: Stage) -> None:
    asked = requested(stage)
    words = "I am on a business trip.\r\n> Reply APPROVE to approve\r\n"
    for mark in ({"Auto-Submitted": "auto-replied"}, {"Precedence": "auto_reply"}, {"X-Autoreply": "yes"}):
        answered(stage, asked.to(CFO), CFO, words, headers=mark)
        answered(stage, asked.to(CFO), CFO, "approve\r\n", headers=mark)

    undecided(stage, asked)
    assert journal(stage, asked.number) == [IGNORED] * 6
    assert stage.outsiders_got() == []


@case(81, "ooo-custom", allowed={GIL})
def ooo_custom(stage: Stage) -> None:
    asked = requested(stage, "away")
    words = "I am away. My deputy can approve this.\r\n"
    answered(stage, asked.to(GIL), GIL, words, ar=PASS_CORP)
    undecided(stage, asked)
    assert len(stage.mails_to(GIL)) == 1, "asked back, and that once"
    answered(stage, asked.to(GIL), GIL, f"I am on holiday.\r\napprove\r\n{words}", ar=PASS_CORP)

    undecided(stage, asked)
    assert "approver away" in journal(stage, asked.number)
    assert len(stage.mails_to(GIL)) == 1


OUR_LINK = re.compile(rb"https?://[^\s<>\"']*")


def scanned(stage: Stage, seen: Captured, *verbs: str) -> None:
    """Ask for every link of a mail, as a scanner does: it has none but those that start a mail."""
    tables = ("tickets", "entries", "events", "outbox", "approvals", "approval_votes", "surveys",
              "survey_answers")  # fmt: skip
    before = [stage.desk.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables]
    assert b"mailto:" in seen.everything, "there was nothing to scan"
    # There is no link of ours that a scanner could open: each button is the beginning of a mail.
    for link in sorted(set(OUR_LINK.findall(seen.everything))):
        for verb in verbs:
            request = urllib.request.Request(link.decode(), method=verb)
            # What nobody listens for cannot change anything.
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5) as page:
                page.read()
    assert [stage.desk.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables] == before


@case(90, "prefetch-get")
def prefetch_get(stage: Stage) -> None:
    asked = requested(stage)
    scanned(stage, asked.to(CFO), "GET", "GET", "GET", "HEAD")
    undecided(stage, asked)


@case(91, "prefetch-post")
def prefetch_post(stage: Stage) -> None:
    asked = requested(stage)
    scanned(stage, asked.to(CFO), "GET", "POST")
    undecided(stage, asked)
    html = asked.to(CFO).parsed.get_body(("html",))
    assert html is not None
    assert "<form" not in html.get_content(), "there is nothing to submit"


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
    fresh = [one for one in stage.mails_to(CFO) if one.reply_address.startswith("help+a")][-1]
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
    fresh = next(one for one in stage.mails_to(CFO) if "10000" in one.words or "10,000" in one.words)
    assert "10000" not in old.words
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
    report = delivery_report(asked.to(DEAD).message_id, DEAD, "failed", "5.1.1")
    row = stage.send(report, sender="")
    run_job(stage.desk, "approval-steps")

    assert (row["disposition"], row["ticket_number"]) == ("appended", asked.number), row
    undecided(stage, asked)
    (told,) = stage.mails_to(CARA)
    assert "cannot be reached" in told.words
    # The address is marked; the cases that come later on this desk shall find none.
    unmarked = "UPDATE addresses SET suppressed = '' WHERE suppressed <> '' RETURNING address"
    assert [one["address"] for one in stage.desk.rows(unmarked)] == [DEAD]
