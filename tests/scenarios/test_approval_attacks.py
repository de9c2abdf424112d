"""The adversarial cases about approvals, as raw mail to a desk that asks: no vote, or just the right one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.catalogue import By, Stage
from daemon.desk.decisions import Answer
from storage import approvals, requests
from storage.database import Database
from tests.acceptance.scanner import web_links
from tests.conftest import close
from tests.desk.decision_phrases import TABLE
from tests.desk.test_decisions import CLIENTS, HINTED, HTML
from tests.scenarios.approvals import (
    ANSWERS,
    CFO,
    MANAGER,
    MAX,
    dossier,
    laptop,
    notes,
    requested,
    state,
    submit,
    to,
    votes,
    with_item,
)
from tests.scenarios.desk import Mail, StoryDesk, mail


def raw(asked: Mail, headers: str, body: str, sender: str = MAX) -> bytes:
    """Write an answer byte by byte; ``headers`` come below those that every answer has."""
    mark = abs(hash((headers, body))) % 10**12
    head = (
        f"From: {sender}\r\nTo: {asked.reply_address}\r\nSubject: Re: {asked['Subject']}\r\n"
        f"Date: Mon, 15 Jan 2024 09:30:00 +0000\r\nMessage-ID: <{mark}@corp.test>\r\n"
        f"In-Reply-To: {asked['Message-ID']}\r\nMIME-Version: 1.0\r\n"
    )
    return (head + headers + "\r\n" + body).replace("\r\n", "\n").replace("\n", "\r\n").encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
PAGE = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
BOTH = 'Content-Type: multipart/alternative; boundary="b"\r\n'


def two_versions(text: str, page: str) -> str:
    return f"--b\n{PLAIN}\n{text}\n--b\n{PAGE}\n{page}\n--b--\n"


NO_VOTE = {
    "AT-079 ooo-header": (
        f"Auto-Submitted: auto-replied\r\n{PLAIN}",
        "I am out.\n> Reply APPROVE to approve",
    ),
    "AT-081 ooo-custom": (PLAIN, "I am away. My deputy can approve this."),
    "AT-082 quoted-only": (PLAIN, "> Reply APPROVE or REJECT"),
    "AT-084 negation": (PLAIN, "I do not approve"),
    "AT-084 negated": (PLAIN, "not approved"),
    "AT-084 condition": (PLAIN, "approve if cheaper"),
    "AT-085 alt-mismatch": (BOTH, two_versions("reject", "<p>approve</p>")),
    "AT-085 the other way": (BOTH, two_versions("approve", "<p>reject</p>")),
    "AT-086 hidden-html": (PAGE, "<span style=display:none>approve</span>Thanks"),
    "AT-086 hidden above": (BOTH, two_versions("", "<span style='font-size:0'>approve</span>Thanks")),
    "AT-086 struck out": (PAGE, "<p><s>approve</s> let us talk</p>"),
    "AT-088 subject-only": (f"Subject: approve Re: [A1]\r\n{PLAIN}", ""),
    "AT-106 zero-width": (PLAIN, "app\u200brove"),
    "AT-106 cyrillic": (PLAIN, "\u0430pprove"),
    "AT-110 signature-word": (PLAIN, "No comment.\n-- \nApprove fast, ship faster"),
}


@pytest.fixture
def asking(sqlite_maker: Any, request: pytest.FixtureRequest, now: datetime) -> Iterator[StoryDesk]:
    """A desk on SQLite: what is read out of a mail, no database decides."""
    for url in sqlite_maker(request):
        database = Database(url)
        desk = StoryDesk(database, now)
        yield desk
        desk.close()
        close(database)


class TestNoVote:
    @pytest.mark.parametrize("name", NO_VOTE)
    def test_decides_nothing_and_is_answered_once_at_the_most(self, asking: StoryDesk, name: str):
        asked = to(requested(asking, MANAGER), "max@corp.test")
        headers, body = NO_VOTE[name]

        asking.mail_in(raw(asked, headers, body))

        mails = asking.mail_out()
        assert (votes(asking), state(asking)) == ([], "pending")
        assert sum(one.recipient == "max@corp.test" for one in mails) <= 1
        assert "approval vote" not in notes(asking)
        asking.mail_in(raw(asked, PLAIN, "approve"))
        assert votes(asking) == [("max@corp.test", "approve")]


def test_at_090_and_091_there_is_no_link_that_a_scanner_could_open(asking: StoryDesk):
    mails = requested(asking, MANAGER)
    asking.mail_in(raw(to(mails, "max@corp.test"), PLAIN, "Why?"))
    mails += asking.mail_out()

    assert {one.notice for one in mails} >= {"approval-request", "approval-told", "approval-desk"}
    assert web_links([one.raw for one in mails]) == set()


def test_at_092_the_same_bytes_five_times_are_one_vote(asking: StoryDesk):
    asked = to(requested(asking, MANAGER, MANAGER), "max@corp.test")
    same = raw(asked, PLAIN, "approve")

    for _ in range(5):
        asking.mail_in(same)

    assert votes(asking) == [("max@corp.test", "approve")]


def test_at_092_a_mail_to_one_stage_does_not_decide_the_next(asking: StoryDesk):
    asked = to(requested(asking, MANAGER, Stage(By.PERSONS, ("max@corp.test",))), "max@corp.test")

    asking.mail_in(raw(asked, PLAIN, "approve"))
    second = to(asking.mail_out(), "max@corp.test")
    asking.mail_in(raw(asked, PLAIN, "Approved"))
    assert (len(votes(asking)), state(asking)) == (1, "pending")

    asking.mail_in(raw(second, PLAIN, "yes"))
    assert (len(votes(asking)), state(asking)) == (2, "approved")


def test_at_093_and_094_an_old_mail_does_not_decide_about_a_changed_request(asking: StoryDesk):
    old = to(requested(asking, MANAGER), "max@corp.test")
    with asking.database.write():
        requests.answer(1, {**ANSWERS, "price": "10000"}, asking.now)

    row = asking.mail_in(raw(old, PLAIN, "approve"))

    fresh = to(asking.mail_out(), "max@corp.test")
    assert (row["disposition"], votes(asking)) == ("refused", [])
    assert "10,000 EUR" in fresh.text
    row = asking.mail_in(raw(old, PLAIN, "Approved"))
    assert (row["disposition"], votes(asking)) == ("refused", [])


def test_at_100_nobody_decides_about_a_request_of_their_own(asking: StoryDesk):
    mails = requested(asking, Stage(By.GROUP, group="Board", needed="any"), sender=CFO)
    assert "cfo@corp.test" not in {one.recipient for one in mails}

    row = asking.mail_in(raw(to(mails, "max@corp.test"), PLAIN, "approve", CFO))

    assert (row["disposition"], votes(asking)) == ("refused", [])


def test_at_101_two_spellings_of_an_address_are_one_voice(asking: StoryDesk):
    asked = to(requested(asking, Stage(By.GROUP, group="Board", needed="2")), "cfo@corp.test")

    asking.mail_in(raw(asked, PLAIN, "approve", "CFO@corp.test"))
    asking.mail_in(raw(asked, PLAIN, "Approved", "cfo@CORP.test"))

    assert (votes(asking), state(asking)) == ([("cfo@corp.test", "approve")], "pending")


def test_at_103_approve_and_reject_in_one_moment_have_an_order(asking: StoryDesk):
    mails = requested(asking, Stage(By.GROUP, group="Board", needed="any"))

    asking.mail_in(raw(to(mails, "max@corp.test"), PLAIN, "reject"))
    asking.mail_in(raw(to(mails, "cfo@corp.test"), PLAIN, "approve", CFO))
    asking.mail_in(raw(to(mails, "bea@corp.test"), PLAIN, "reject", "bea@corp.test"))

    assert state(asking) == "approved"
    assert len(votes(asking)) == 2
    assert notes(asking).count("approval vote") == 2
    assert notes(asking).count("approval answer refused") == 1


# One phrase in sixteen, each with a client of its own; the whole table is read in ``tests/desk``.
SAMPLE = [entry for entry in TABLE if entry[2].isprintable() and (entry[1], entry[2]) not in HINTED][::16]


@pytest.mark.no_cover
def test_every_way_to_answer_is_read_out_of_a_real_mail(asking: StoryDesk):
    item = laptop(MANAGER)
    with_item(asking, item)
    wrong = []
    clients = list(CLIENTS)
    for at, (wanted, language, phrase) in enumerate(SAMPLE, start=1):
        opening = mail("cara@corp.test", f"Please help with number {at}", f"I would like one, {at}.")
        number = int(asking.mail_in(opening)["ticket"])
        submit(asking, item, number)
        client = clients[at % len(clients)]
        asked = next(one for one in asking.mail_out() if one.notice == "approval-request")
        body = CLIENTS[client].replace("{}", phrase)
        if client == "HTML":
            body = HTML.replace("{}", phrase.replace("&", "&amp;").replace("<", "&lt;"))
        asking.mail_in(raw(asked, PAGE if client == "HTML" else PLAIN, body))
        asking.mail_out()
        deciding = {Answer.APPROVE: "approve", Answer.REJECT: "reject"}
        expected = [deciding[Answer(wanted)]] if Answer(wanted) in deciding else []
        got = [decision for _, decision in votes(asking, number)]
        if got != expected:
            wrong.append((client, language, phrase, wanted, got))
        asking.advance(hours=2)

    assert len(SAMPLE) > 20
    assert wrong == []


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_without_own_words_decides_nothing_in_any_client(asking: StoryDesk, client: str):
    asked = to(requested(asking, MANAGER), "max@corp.test")
    body = HTML.replace("{}", "") if client == "HTML" else CLIENTS[client].replace("{}", "")

    asking.mail_in(raw(asked, PAGE if client == "HTML" else PLAIN, body))

    assert (votes(asking), len(dossier(asking).votes)) == ([], 0)
    with asking.database.read():
        assert approvals.open_of(1) is not None
