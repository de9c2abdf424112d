"""A request goes before its approvers, stage by stage, and a plain word of theirs decides."""

import email.policy
from typing import Any

import pytest

from daemon.services import health_facts
from storage import approvals, identities, people, requests
from tests.scenarios.approvals import (
    ANSWERS,
    BOARD,
    CARA,
    CFO,
    EVE,
    MANAGER,
    MAX,
    TWO_STAGES,
    dossier,
    notes,
    requested,
    sent,
    state,
    to,
    votes,
)
from tests.scenarios.desk import Mail, StoryDesk, mail, reply


class TestAsking:
    def test_the_manager_gets_what_is_asked_with_a_signed_address(self, desk: StoryDesk):
        mails = requested(desk, *TWO_STAGES)

        asked = to(mails, "max@corp.test")
        assert sent(mails) == [("approval-request", "max@corp.test")]
        assert asked["Subject"] == "Your decision is needed: New laptop [#1]"
        assert asked.reply_address.startswith("support+a1.")
        for words in (
            "Which model? Strong 16",
            "900 EUR",
            "What do you need it for? Films",
            "Decide by",
            "1 of 2: manager",
            "manager of cara",
        ):
            assert words in asked.text, words
        assert desk.ticket(1)["state"] == "awaiting-approval"
        assert state(desk) == "pending"
        assert notes(desk) == ["approval begun", "approval asked"]
        assert "mailto:support" in asked.raw.decode("ascii", "replace").replace("=\r\n", "")

    def test_the_text_that_is_shown_is_the_one_that_is_kept(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        kept = dossier(desk).approval

        shown = "\n".join(
            line.removeprefix("| ") for line in asked.text.splitlines() if line.startswith("| ")
        )
        assert shown.split() == kept.text.split()
        assert kept.digest[:16] in asked.text


def decide(
    desk: StoryDesk, asked: Mail, sender: str, words: str = "approve", **envelope: str
) -> dict[str, Any]:
    return desk.mail_in(reply(asked, sender, words), **envelope)


class TestDeciding:
    def test_stage_by_stage_up_to_the_approval(self, desk: StoryDesk):
        first = to(requested(desk, *TWO_STAGES), "max@corp.test")

        row = decide(desk, first, MAX)
        then = desk.mail_out()
        second = to(then, "cfo@corp.test")
        assert row["disposition"] == "acted", row["reason"]
        assert sent(then) == [("approval-request", "cfo@corp.test"), ("request-told", "cara@corp.test")]
        assert "stage 1 of 2 is passed" in to(then, "cara@corp.test", "request-told").text
        assert desk.ticket(1)["state"] == "awaiting-approval"

        decide(desk, second, CFO, "Genehmigt.\n\nKostenstelle 4711")
        end = desk.mail_out()

        assert desk.ticket(1)["state"] in {"approved", "in-fulfilment"}
        assert state(desk) == "approved"
        assert votes(desk) == [("max@corp.test", "approve"), ("cfo@corp.test", "approve")]
        assert ("request-told", "cara@corp.test") in sent(end)
        kept = dossier(desk)
        assert [one.vote.digest for one in kept.votes] == [kept.approval.digest] * 2
        assert kept.votes[0].vote.words == "approve"
        assert kept.votes[0].vote.proof == "reply address made for the author, unverified sender"
        assert kept.votes[1].vote.comment == "Kostenstelle 4711"
        assert notes(desk).count("approval vote") == 2

    def test_a_rejection_ends_it_and_the_requester_reads_why(self, desk: StoryDesk):
        asked = to(requested(desk, *TWO_STAGES), "max@corp.test")

        decide(desk, asked, MAX, "Rejected: too dear")

        assert desk.ticket(1)["state"] == "rejected"
        assert state(desk) == "rejected"
        assert "too dear" in to(desk.mail_out(), "cara@corp.test", "request-told").text

    def test_an_item_that_asks_nobody_begins_nothing(self, desk: StoryDesk):
        assert requested(desk) == []
        assert notes(desk) == ["approval not needed"]

    def test_two_of_three_and_those_who_need_not_any_more_are_told(self, desk: StoryDesk):
        mails = requested(desk, BOARD)
        decide(desk, to(mails, "cfo@corp.test"), CFO)
        desk.mail_out()

        decide(desk, to(mails, "max@corp.test"), MAX)

        assert state(desk) == "approved"
        assert ("approval-told", "bea@corp.test") in sent(desk.mail_out())

    def test_nobody_who_may_decide_is_a_case_for_agents_and_no_hang(self, desk: StoryDesk):
        mails = requested(desk, MANAGER, sender="Nobody's <zoe@corp.test>")

        assert sent(mails) == [("approval-desk", "ann@corp.test"), ("approval-desk", "bob@corp.test")]
        assert "no manager of zoe@corp.test is known" in mails[0].text
        assert state(desk) == "stuck"
        assert desk.ticket(1)["state"] == "awaiting-approval"
        assert "approval error" in notes(desk)
        with desk.database.read():
            assert approvals.open_ids(stuck=True) == [1]
        found = health_facts.gather(desk.database, health_facts.Watched(jobs=()), desk.now)
        assert (found.stuck, found.managers_unknown) == ((1,), False)

    def test_who_asks_is_never_asked(self, desk: StoryDesk):
        mails = requested(desk, BOARD, sender=CFO)

        assert {one.recipient for one in mails} == {"max@corp.test", "bea@corp.test"}


class TestWhatIsNoDecision:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("approve if cheaper", "names a condition"),
            ("Why so dear?", "asks something"),
            ("yes and no", "says yes and no"),
            ("I do not approve", "no plain decision"),
            ("not approved", "no plain decision"),
            ("app\u200brove", "no plain decision"),
            ("\u0430pprove", "no plain decision"),
        ],
    )
    def test_is_asked_back_once(self, desk: StoryDesk, words: str, said: str):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        row = decide(desk, asked, MAX, words)

        (back,) = [one for one in desk.mail_out() if one.notice == "approval-told"]
        assert (row["disposition"], votes(desk), state(desk)) == ("acted", [], "pending")
        assert said in " ".join(back.text.split())
        decide(desk, back, MAX, "approve")
        assert votes(desk) == [("max@corp.test", "approve")]

    def test_then_is_told_that_it_waits_and_then_nothing(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        told = []
        for words in ("maybe", "perhaps", "who knows"):
            decide(desk, asked, MAX, words)
            told.append([one for one in desk.mail_out() if one.notice == "approval-told"])

        assert [len(one) for one in told] == [1, 1, 0]
        assert "still" in told[1][0].text
        assert state(desk) == "pending"
        decide(desk, told[1][0], MAX, "approve")
        assert votes(desk) == [("max@corp.test", "approve")]

    def test_somebody_else_who_is_named_is_a_proposal_to_the_agents(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        decide(desk, asked, MAX, "I am not the right person, ask fay@corp.test")

        mails = desk.mail_out()
        assert sent(mails) == [
            ("approval-desk", "ann@corp.test"),
            ("approval-desk", "bob@corp.test"),
            ("approval-told", "max@corp.test"),
        ]
        assert "fay@corp.test" in mails[0].text
        assert dossier(desk).handovers == ()
        assert state(desk) == "pending"
        decide(desk, to(mails, "max@corp.test", "approval-told"), MAX, "approve")
        assert votes(desk) == [("max@corp.test", "approve")]


class TestWhatNeverCounts:
    def test_another_address_is_refused_and_told_nothing(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        for sender in (EVE, CARA, CFO):
            row = decide(desk, asked, sender)
            assert (row["disposition"], desk.mail_out()) == ("refused", [])

        assert votes(desk) == []
        assert notes(desk).count("approval answer refused") == 3

    def test_a_linked_address_of_the_same_person_counts(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        with desk.database.write():
            person = people.find_or_add("max@corp.test", "Max", desk.now)
            identities.link("max@home.test", person, desk.now)

        decide(desk, asked, "Max <max@home.test>")

        assert votes(desk) == [("max@corp.test", "approve")]

    def test_a_failed_check_of_the_author_counts_for_nothing(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        row = decide(desk, asked, MAX, auth_user="eve@evil.test")

        assert (row["disposition"], votes(desk), desk.mail_out()) == ("ignored", [], [])

    def test_a_changed_code_is_none(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        wrong = asked.reply_address.replace("support+a1.", "support+a2.")

        row = desk.mail_in(reply(asked, MAX, "approve", wrong))

        assert (row["disposition"], votes(desk), desk.mail_out()) == ("refused", [], [])

    def test_the_same_decision_twice_counts_once_and_is_told(self, desk: StoryDesk):
        asked = to(requested(desk, *TWO_STAGES), "max@corp.test")
        raw = reply(asked, MAX, "approve").as_bytes(policy=email.policy.SMTP)
        for _ in range(5):
            desk.mail_in(raw)
        assert votes(desk) == [("max@corp.test", "approve")]
        desk.mail_out()

        row = decide(desk, asked, "MAX@CORP.TEST", "approve, once more")
        row = decide(desk, asked, "Max <max@corp.TEST>", "Approved")

        assert (row["disposition"], votes(desk)) == ("refused", [("max@corp.test", "approve")])
        assert any("counted already" in one.text for one in desk.mail_out())

    def test_an_answer_without_own_words(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        decide(desk, asked, MAX, "")
        subject = mail(MAX, "approve Re: [#1]", "\n", asked.reply_address)
        desk.mail_in(subject)
        decide(desk, asked, MAX, "No comment.\n\n-- \nApprove fast, ship faster")

        assert votes(desk) == []

    def test_automatic_mail(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        message = reply(asked, MAX, "approve")
        message["Auto-Submitted"] = "auto-replied"

        row = desk.mail_in(message)

        assert (row["disposition"], votes(desk), desk.mail_out()) == ("ignored", [], [])

    def test_after_the_time_is_over(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        desk.advance(days=30)

        row = decide(desk, asked, MAX)

        assert (row["disposition"], votes(desk)) == ("refused", [])
        assert any("time to decide" in one.text for one in desk.mail_out())

    def test_a_request_that_was_changed_is_put_before_them_anew(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        with desk.database.write():
            requests.answer(1, {**ANSWERS, "price": "10000"}, desk.now)

        row = decide(desk, asked, MAX)

        mails = desk.mail_out()
        fresh = to(mails, "max@corp.test")
        assert (row["disposition"], votes(desk)) == ("refused", [])
        assert "10,000 EUR" in fresh.text
        assert "was changed" in to(mails, "max@corp.test", "approval-told").text
        assert fresh.reply_address != asked.reply_address
        decide(desk, asked, MAX, "Approved")
        assert votes(desk) == []
        decide(desk, fresh, MAX, "Yes")
        assert votes(desk) == [("max@corp.test", "approve")]

    def test_a_ticket_that_was_closed_meanwhile(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        desk.mail_in(mail("Ann <ann@corp.test>", "[#1]", "#close"), auth_user="ann@corp.test")

        row = decide(desk, asked, MAX)

        assert (row["disposition"], votes(desk), state(desk)) == ("refused", [], "void")
