"""D: approvals.  There are none yet: a vote is a mail like any other."""

import contextlib
import re
import urllib.request
from collections.abc import Callable

from tests.attacks.cases_f import delivery_report
from tests.attacks.mails import mail, multipart, part
from tests.attacks.runner import Stage, case, nothing_to_attack

CFO = "cfo@corp.test"
Headers = dict[str, str]


def _alternative(plain: bytes, html: bytes) -> tuple[Headers, bytes]:
    return multipart("alternative", part("text/plain", plain), part("text/html", html))


def _html(body: bytes) -> tuple[Headers, bytes]:
    return {"MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8"}, body


def _text(*lines: str) -> tuple[Headers, bytes]:
    headers = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    return headers, "".join(f"{line}\r\n" for line in lines).encode()


# What was written in answer to a mail that asks for a decision.
VOTES: dict[tuple[int, str], list[tuple[Headers, bytes]]] = {
    (79, "ooo-header"): [
        ({"Auto-Submitted": "auto-replied"}, b"I am away.\r\n> Reply APPROVE to approve\r\n")
    ],
    (81, "ooo-custom"): [_text("I am away. My deputy can approve this.")],
    (82, "quoted-only"): [_text("> Reply APPROVE or REJECT")],
    (84, "negation"): [_text(words) for words in ("I do not approve", "not approved", "approve if cheaper")],
    (85, "alt-mismatch"): [_alternative(b"reject", b"<p>approve</p>")],
    (86, "hidden-html"): [_html(b"<span style=display:none>approve</span>Thanks")],
    (88, "subject-only"): [({"Subject": "approve Re: [A1 v1]"}, b"")],
    (106, "zero-width"): [_text("app\u200brove"), _text("\u0430pprove")],
    (110, "signature-word"): [_text("No comment.", "", "-- ", "Approve fast, ship faster")],
}


def _vote(votes: list[tuple[Headers, bytes]]) -> Callable[[Stage], None]:
    def play(stage: Stage) -> None:
        for headers, body in votes:
            fields = {"Subject": "Re: it", "In-Reply-To": stage.t1.to_ann.message_id, **headers}
            row = stage.send(mail(CFO, "", body, headers=fields), sender=CFO)
            assert (row["disposition"], row["ticket_number"]) in {
                ("held", stage.t1.number),
                ("appended", stage.t1.number),
            }
            assert "automatic" in row["reason"] or row["disposition"] == "held"
        assert stage.outsiders_got() == []

    return play


for (_number, _name), _votes in VOTES.items():
    case(_number, _name)(_vote(_votes))


@case(92, "replay-same")
def replay_same(stage: Stage) -> None:
    vote = mail(CFO, "Re: it", "approve\r\n", headers={"In-Reply-To": stage.t1.to_ann.message_id})
    rows = stage.send_all([vote] * 5, sender=CFO)

    assert [row["disposition"] for row in rows] == ["held", *["duplicate"] * 4]
    assert stage.outsiders_got() == []


@case(104, "dsn-quote")
def dsn_quote(stage: Stage) -> None:
    row = stage.send(delivery_report("<a1.v1@desk.test>", CFO, "failed", "5.2.2"), sender="")

    assert row["disposition"] == "ignored"
    assert stage.mails() == []


_NO_APPROVALS = "tried by tests/scenarios/test_approval_attacks.py"
nothing_to_attack(93, "replay-reopen", _NO_APPROVALS)
nothing_to_attack(94, "toctou-edit", _NO_APPROVALS)
nothing_to_attack(96, "expired", _NO_APPROVALS)
nothing_to_attack(100, "self-approve", _NO_APPROVALS)
nothing_to_attack(101, "double-vote", _NO_APPROVALS)
nothing_to_attack(103, "race", _NO_APPROVALS)


OUR_LINK = re.compile(rb"https?://(?:127\.0\.0\.1|localhost|desk\.test)[^\s<>\"']*")


def _scanned(*verbs: str) -> Callable[[Stage], None]:
    """Ask for every link of ours in every mail that left, as a scanner does; no row may change."""

    def play(stage: Stage) -> None:
        thread = stage.thread()
        tables = ("tickets", "entries", "events", "outbox")
        before = [stage.desk.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables]
        links = {link.decode() for one in stage.desk.relay.mails for link in OUR_LINK.findall(one.everything)}
        for link in sorted(links):
            for verb in verbs:
                request = urllib.request.Request(link, method=verb)
                # What nobody listens for cannot change anything.
                with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5) as page:
                    page.read()

        assert stage.desk.relay.mails, "there was nothing to scan"
        assert [stage.desk.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables] == before
        assert stage.ticket(thread.number)["state"] != "closed"

    return play


case(90, "prefetch-get")(_scanned("GET", "GET", "GET", "HEAD"))
case(91, "prefetch-post")(_scanned("GET", "GET"))
