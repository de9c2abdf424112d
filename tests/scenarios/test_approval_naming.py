"""Whom agents may name to decide, who decides no more by that, and how what was stuck goes on."""

import pytest

from daemon.desk.catalogue import By, Stage
from daemon.desk.frozen_text import digest
from storage import directory
from storage.approval_models import ApprovalRow
from storage.records import DirectoryPerson
from tests.scenarios.approvals import (
    BOARD,
    CFO,
    DORA,
    MANAGER,
    MAX,
    dossier,
    laptop,
    notes,
    requested,
    sent,
    state,
    to,
    votes,
    with_item,
)
from tests.scenarios.desk import StoryDesk, reply
from tests.scenarios.test_approval_orders import open_other, order, receipt
from tests.scenarios.test_approval_steps import pass_time

ZOE = "Zoe <zoe@corp.test>"
BEA = "Bea <bea@corp.test>"
REPLACED = "ann@corp.test named {} to decide about this request in your place"


def come(desk: StoryDesk, *persons: DirectoryPerson) -> None:
    """Let people come into the directory."""
    with desk.database.write():
        directory.put(persons, "test", desk.now)


def manager_comes(desk: StoryDesk) -> None:
    come(desk, DirectoryPerson("zoe@corp.test", "Zoe", manager="bea@corp.test"))


class TestWhoMayBeNamed:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("#approver ann@corp.test", "your own address"),
            ("#approver ANN@corp.test for max@corp.test", "your own address"),
            ("#approver boss@nowhere.test", "nobody knows boss@nowhere.test: expected is somebody active"),
            ("#approver dora@corp.tset", "did you mean dora@corp.test?"),
            ("#approver dorra@corp.test", "did you mean dora@corp.test?"),
            ("#approver old@corp.test", "nobody knows old@corp.test"),
        ],
    )
    def test_oneself_and_whom_nobody_knows_are_refused(self, desk: StoryDesk, line: str, said: str):
        requested(desk, MANAGER)
        come(desk, DirectoryPerson("old@corp.test", "Otto", active=False))

        assert said in receipt(order(desk, line))
        assert dossier(desk).approval.stages[0].approvers == (("max@corp.test", "manager of cara@corp.test"),)

    def test_oneself_by_a_further_address_is_refused_too(self, desk: StoryDesk):
        requested(desk, MANAGER)
        come(desk, DirectoryPerson("ann@corp.test", "Ann", also=("ann@home.test",)))

        assert "your own address" in receipt(order(desk, "#approver ann@home.test"))

    def test_who_asked_is_refused_by_a_further_address_too(self, desk: StoryDesk):
        requested(desk, MANAGER)
        come(desk, DirectoryPerson("cara@corp.test", "Cara", also=("cara@home.test",)))

        assert "request of their own" in receipt(order(desk, "#approver cara@home.test"))

    def test_who_names_oneself_decides_nothing_where_nobody_was_found(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)

        mails = order(desk, "#approver ann@corp.test")

        assert "your own address" in receipt(mails)
        assert ("approval-request", "ann@corp.test") not in sent(mails)
        assert state(desk) == "stuck"

    @pytest.mark.parametrize("address", ["bob@corp.test", "eva@corp.test", "gus@corp.test"])
    def test_an_agent_and_whom_an_item_or_the_directory_names_may_be(self, desk: StoryDesk, address: str):
        requested(desk, MANAGER, Stage(By.PERSONS, ("eva@corp.test",)))
        come(desk, DirectoryPerson("gus@corp.test", "Gus"))

        assert ("approval-request", address) in sent(order(desk, f"#approver {address}"))

    def test_a_change_is_put_before_nobody_unknown_and_not_before_who_puts_it(self, desk: StoryDesk):
        requested(desk, MANAGER)
        number = open_other(desk)
        order(desk, "#type change", number=number)

        assert "your own address" in receipt(order(desk, "#approval ann@corp.test", number=number))
        assert "nobody knows" in receipt(order(desk, "#approval ann@private.test", number=number))
        assert desk.ticket(number)["state"] == "draft"


class TestWhoWasNamedBefore:
    def test_decides_no_more_and_is_told_by_whom(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)
        wrong = to(order(desk, "#approver cfo@corp.test"), "cfo@corp.test")

        mails = order(desk, "#approver dora@corp.test")

        told = " ".join(to(mails, "cfo@corp.test", "approval-told").text.split())
        assert REPLACED.format("dora@corp.test") in told
        assert "in the place of cfo@corp.test" in " ".join(to(mails, "dora@corp.test").text.split())
        row = desk.mail_in(reply(wrong, CFO, "approve"))
        answer = " ".join(to(desk.mail_out(), "cfo@corp.test", "approval-told").text.split())
        assert (row["disposition"], votes(desk), state(desk)) == ("refused", [], "pending")
        assert "cfo@corp.test does not decide any more: ann@corp.test named dora@corp.test" in row["reason"]
        assert "Your answer does not count: ann@corp.test named dora@corp.test" in answer
        desk.mail_in(reply(to(mails, "dora@corp.test"), DORA, "approve"))
        assert (votes(desk), state(desk)) == ([("dora@corp.test", "approve")], "approved")

    def test_who_is_asked_by_rule_is_told_too_and_decides_no_more(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        mails = order(desk, "#approver dora@corp.test")

        assert REPLACED.format("dora@corp.test") in " ".join(
            to(mails, "max@corp.test", "approval-told").text.split()
        )
        assert desk.mail_in(reply(asked, MAX, "approve"))["disposition"] == "refused"
        assert desk.ticket(1)["state"] == "awaiting-approval"

    def test_gives_the_place_on_where_that_is_said(self, desk: StoryDesk):
        requested(desk, BOARD)
        order(desk, "#approver dora@corp.test for max@corp.test")

        mails = order(desk, "#approver bob@corp.test for dora@corp.test")

        assert [one for one, _ in dossier(desk).approval.stages[0].approvers] == [
            "cfo@corp.test",
            "bob@corp.test",
            "bea@corp.test",
        ]
        assert {("approval-told", "dora@corp.test"), ("approval-request", "bob@corp.test")} <= set(
            sent(mails)
        )
        assert ("approval-told", "cfo@corp.test") not in sent(mails)
        told = receipt(order(desk, "#approver max@corp.test for max@corp.test"))
        assert "max@corp.test is not waited for; waited for are: cfo@corp.test" in told

    def test_decides_again_when_named_again(self, desk: StoryDesk):
        first = to(requested(desk, MANAGER), "max@corp.test")
        order(desk, "#approver dora@corp.test")
        desk.advance(minutes=5)

        mails = order(desk, "#approver max@corp.test")

        assert {("approval-request", "max@corp.test"), ("approval-told", "dora@corp.test")} <= set(
            sent(mails)
        )
        desk.mail_in(reply(first, MAX, "approve"))
        assert (votes(desk), state(desk)) == ([("max@corp.test", "approve")], "approved")

    def test_two_lines_of_one_mail_leave_the_later_one(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)

        order(desk, "#approver cfo@corp.test", "#approver dora@corp.test")

        assert [one.address for one in dossier(desk).asked if one.waiting] == ["dora@corp.test"]
        order(
            desk, "#approver bea@corp.test for dora@corp.test", "#approver max@corp.test for dora@corp.test"
        )
        assert [one.address for one in dossier(desk).asked if one.waiting] == ["max@corp.test"]

    def test_of_a_later_stage_is_replaced_there(self, desk: StoryDesk):
        requested(desk, MANAGER, Stage(By.GROUP, group="Nobodies"))
        order(desk, "#approver cfo@corp.test")

        assert "named for later: cfo@corp.test" in receipt(order(desk, "#approver bea@corp.test"))
        assert "asked already" in receipt(order(desk, "#approver cfo@corp.test for cfo@corp.test"))
        order(desk, "#approver bea@corp.test for cfo@corp.test")

        first, second = dossier(desk).approval.stages
        assert [one for one, _ in first.approvers] == ["max@corp.test"]
        assert [one for one, _ in second.approvers] == ["bea@corp.test"]

    def test_a_deputy_of_who_is_away_and_that_person_may_both_decide(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        pass_time(desk, days=2)
        assert {one.address for one in dossier(desk).asked if one.waiting} >= {
            "max@corp.test",
            "dora@corp.test",
        }

        desk.mail_in(reply(asked, MAX, "approve"))

        assert state(desk) == "approved"


class TestStuck:
    def test_is_asked_again_once_its_cause_is_mended(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)
        told = receipt(order(desk, "#submit"))
        assert "nobody more is found who may decide: no manager of zoe@corp.test is known" in told
        manager_comes(desk)

        mails = order(desk, "#submit the manager is there now")

        assert "asked once more" in receipt(mails)
        desk.mail_in(reply(to(mails, "bea@corp.test"), BEA, "approve"))
        assert (dossier(desk).approval.id, state(desk)) == (1, "approved")

    def test_says_for_whom_it_waits_where_somebody_is_asked(self, desk: StoryDesk):
        requested(desk, MANAGER)

        told = receipt(order(desk, "#submit"))

        assert "ticket 1 waits for the decision of max@corp.test already; #approver ADDRESS" in told
        assert "only closed" not in told

    def test_goes_on_by_itself_and_agents_hear_of_it_only_then(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)
        assert pass_time(desk, hours=1) == []
        manager_comes(desk)
        assert pass_time(desk, minutes=59) == []

        mails = pass_time(desk, minutes=1)

        assert sent(mails) == [
            ("approval-desk", "ann@corp.test"),
            ("approval-desk", "bob@corp.test"),
            ("approval-request", "bea@corp.test"),
        ]
        assert "manager: bea@corp.test" in to(mails, "ann@corp.test", "approval-desk").text
        assert (state(desk), dossier(desk).approval.problems) == ("pending", ())
        assert "approval looked up" in notes(desk)
        assert pass_time(desk, hours=1) == []

    def test_an_approval_whose_text_is_of_the_form_before_goes_on_as_it_is(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)
        former = dossier(desk).approval.text
        for new, old in (
            ("approval 3", "approval 2"),
            ("cost:\n  900 EUR\n", "for:\n  \ncost:\n  900 EUR\ntext:\n  \n"),
        ):
            assert new in former
            former = former.replace(new, old)
        with desk.database.write():
            ApprovalRow.update(text=former, digest=digest(former)).execute()
        manager_comes(desk)

        mails = pass_time(desk, hours=1)
        desk.mail_in(reply(to(mails, "bea@corp.test"), BEA, "approve"))

        assert (dossier(desk).approval.id, state(desk)) == (1, "approved")
        assert (dossier(desk).approval.text, dossier(desk).votes[0].vote.digest) == (former, digest(former))

    def test_a_later_stage_is_looked_up_while_the_first_is_asked(self, desk: StoryDesk):
        asked = to(
            requested(desk, MANAGER, Stage(By.BUDGET_OWNER), sender=ZOE), "ann@corp.test", "approval-desk"
        )
        assert "no manager" in asked.text
        manager_comes(desk)
        pass_time(desk, hours=1)

        assert [one.address for one in dossier(desk).asked if one.waiting] == ["bea@corp.test"]

    def test_votes_that_counted_stay_and_the_new_stage_has_its_own_time(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER, Stage(By.GROUP, group="Nobodies")), "max@corp.test")
        desk.mail_in(reply(asked, MAX, "approve"))
        desk.mail_out()
        assert state(desk) == "stuck"
        come(desk, DirectoryPerson("gus@corp.test", "Gus", groups=("nobodies",)))

        mails = pass_time(desk, days=40)

        assert ("approval-request", "gus@corp.test") in sent(mails)
        desk.mail_in(reply(to(mails, "gus@corp.test"), "Gus <gus@corp.test>", "approve"))
        assert (votes(desk), state(desk)) == (
            [("max@corp.test", "approve"), ("gus@corp.test", "approve")],
            "approved",
        )

    def test_an_item_with_other_stages_by_now_is_put_before_everybody_anew(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)
        with_item(desk, laptop(Stage(By.PERSONS, ("cfo@corp.test",))))

        mails = order(desk, "#submit")

        assert ("approval-request", "cfo@corp.test") in sent(mails)
        assert (dossier(desk).approval.id, state(desk)) == (2, "pending")

    def test_a_change_is_looked_up_by_the_words_of_its_stages(self, desk: StoryDesk):
        requested(desk, MANAGER)
        number = open_other(desk)
        order(desk, "#type change", number=number)
        order(desk, "#approval group:pilots", number=number)
        assert state(desk, number) == "stuck"
        come(desk, DirectoryPerson("gus@corp.test", "Gus", groups=("pilots",)))

        assert ("approval-request", "gus@corp.test") in sent(order(desk, "#submit", number=number))

    def test_is_ended_with_one_mail_that_gives_the_reason(self, desk: StoryDesk):
        requested(desk, MANAGER, sender=ZOE)

        mails = order(desk, "#withdraw-approval ordered by mistake")

        (told,) = [one for one in mails if one.recipient == "zoe@corp.test"]
        assert (told.notice, desk.ticket(1)["state"]) == ("request-told", "rejected")
        assert "ordered by mistake" in told.text
