"""D: approvals.  A request waits for its approver, and everything but her own plain word is sent to it."""

import contextlib
import re
import urllib.request
from collections.abc import Callable

from tests.attacks.mails import multipart, part
from tests.attacks.relay import Captured
from tests.attacks.requested import (
    CFO,
    GIL,
    answered,
    journal,
    requested,
    undecided,
)
from tests.attacks.runner import Stage, case, departs

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
    asked = requested(stage, "away")
    words = "I am on a business trip.\r\n> Reply APPROVE to approve\r\n"
    for mark in ({"Auto-Submitted": "auto-replied"}, {"Precedence": "auto_reply"}, {"X-Autoreply": "yes"}):
        answered(stage, asked.to(GIL), GIL, words, headers=mark)
        answered(stage, asked.to(GIL), GIL, "approve\r\n", headers=mark)

    undecided(stage, asked)
    assert set(journal(stage, asked.number)) == {"approver away", "approval not handed over", IGNORED}
    assert journal(stage, asked.number).count(IGNORED) == 3
    assert stage.outsiders_got() == []


@case(81, "ooo-custom")
def ooo_custom(stage: Stage) -> None:
    asked = requested(stage, "away")
    words = "I am away. My deputy can approve this.\r\n"
    answered(stage, asked.to(GIL), GIL, words, ar=PASS_CORP)
    undecided(stage, asked)
    answered(stage, asked.to(GIL), GIL, f"I am on holiday.\r\napprove\r\n{words}", ar=PASS_CORP)

    undecided(stage, asked)
    assert "approver away" in journal(stage, asked.number)
    assert stage.mails_to(GIL) == []


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
