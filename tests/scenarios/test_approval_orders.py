"""What agents order about approvals by mail, and what changes are put before whom."""

import pytest

from storage import approvals
from tests.scenarios.approvals import (
    CFO,
    DORA,
    MANAGER,
    MAX,
    TWO_STAGES,
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
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

ANN = "Ann <ann@corp.test>"


def order(desk: StoryDesk, *lines: str, number: int = 1) -> list[Mail]:
    """Let Ann write command lines about a ticket; returns what is written because of them."""
    text = "\n".join(lines)
    desk.mail_in(mail(ANN, f"[#{number}] Laptop", text), auth_user="ann@corp.test")
    return desk.mail_out()


def receipt(mails: list[Mail]) -> str:
    return " ".join(to(mails, "ann@corp.test", "command-results").text.split())


class TestOrders:
    def test_how_it_stands_is_told_with_the_reasons(self, desk: StoryDesk):
        asked = to(requested(desk, *TWO_STAGES), "max@corp.test")
        desk.mail_in(reply(asked, MAX, "Approved.\n\nCost centre 4711"))
        desk.mail_out()

        told = receipt(order(desk, "#approvals"))

        for words in (
            "approval 1: pending",
            "stage 1 of 2, manager: max@corp.test (manager of cara@corp.test)",
            "max@corp.test: approve (Approved",
            "waited for: cfo@corp.test",
        ):
            assert words in told, words
        assert "no approval" in receipt(order(desk, "#approvals", number=open_other(desk)))

    def test_somebody_named_decides_in_the_place_of_who_is_asked(self, desk: StoryDesk):
        requested(desk, MANAGER)

        mails = order(desk, "#approver dora@corp.test")
        asked = to(mails, "dora@corp.test")
        desk.mail_in(reply(asked, DORA, "approve"))

        assert "named by ann@corp.test in the place of max@corp.test" in " ".join(asked.text.split())
        assert votes(desk) == [("dora@corp.test", "approve")]
        assert state(desk) == "approved"

    def test_somebody_named_gets_what_is_stuck_going(self, desk: StoryDesk):
        requested(desk, MANAGER, sender="Zoe <zoe@corp.test>")

        asked = to(order(desk, "#approver cfo@corp.test"), "cfo@corp.test")
        with desk.database.read():
            assert approvals.open_ids(stuck=True) == []
        desk.mail_in(reply(asked, CFO, "approve"))

        assert state(desk) == "approved"

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("#approver cara@corp.test", "nobody decides about a request of their own"),
            ("#approver max@corp.test", "asked already"),
            ("#approver support@desk.test", "address of the desk"),
            ("#approver Dora", "expected #approver ADDRESS"),
            ("#approver dora@corp.test for bea@corp.test", "not waited for"),
            ("#bypass it is urgent", "no bypass"),
            ("#withdraw-approval", "expected #withdraw-approval REASON"),
            ("#approval max@corp.test", "said by the catalogue"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_reason(self, desk: StoryDesk, line: str, said: str):
        requested(desk, MANAGER)

        assert said in receipt(order(desk, line))
        assert state(desk) == "pending"

    def test_a_bypass_goes_on_where_the_item_allows_it_and_is_logged(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER, bypass=True), "max@corp.test")

        mails = order(desk, "#bypass the boss said so on the phone")

        assert state(desk) == "approved"
        assert desk.ticket(1)["state"] in {"approved", "in-fulfilment"}
        assert "approval bypassed" in notes(desk)
        assert {("request-told", "cara@corp.test"), ("approval-told", "max@corp.test")} <= set(sent(mails))
        row = desk.mail_in(reply(asked, MAX, "reject"))
        assert (row["disposition"], votes(desk)) == ("refused", [])

    def test_a_withdrawn_request_is_turned_down_and_who_was_asked_is_told(self, desk: StoryDesk):
        requested(desk, MANAGER)

        mails = order(desk, "#withdraw-approval ordered by mistake")

        assert (state(desk), desk.ticket(1)["state"]) == ("void", "rejected")
        assert {("request-told", "cara@corp.test"), ("approval-told", "max@corp.test")} <= set(sent(mails))

    def test_what_nobody_decided_in_time_is_asked_once_more(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        desk.advance(days=30)
        desk.mail_in(reply(asked, MAX, "approve"))
        assert state(desk) == "expired"
        desk.mail_out()

        fresh = to(order(desk, "#submit"), "max@corp.test")
        desk.mail_in(reply(fresh, MAX, "approve"))

        assert (dossier(desk).approval.id, state(desk)) == (2, "approved")


class TestChanges:
    @pytest.fixture
    def change(self, desk: StoryDesk) -> int:
        with_item(desk, laptop())
        row = desk.mail_in(mail("Ida <ida@corp.test>", "Move the database", "To the new server, at night."))
        desk.mail_out()
        order(desk, "#type change", number=row["ticket"])
        return int(row["ticket"])

    def test_is_put_before_whom_the_agent_names_stage_by_stage(self, desk: StoryDesk, change: int):
        mails = order(desk, "#approval 2 of group:board; dora@corp.test", number=change)
        assert {one.recipient for one in mails if one.notice == "approval-request"} == {
            "cfo@corp.test",
            "max@corp.test",
            "bea@corp.test",
        }
        assert "To the new server, at night." in to(mails, "max@corp.test").text
        assert desk.ticket(change)["state"] == "awaiting-approval"

        for who, name in ((MAX, "max@corp.test"), (CFO, "cfo@corp.test")):
            desk.mail_in(reply(to(mails, name), who, "approve"))
        desk.mail_in(reply(to(desk.mail_out(), "dora@corp.test"), DORA, "approve"))

        assert (state(desk, change), desk.ticket(change)["state"]) == ("approved", "approved")

    def test_is_rejected_by_a_word(self, desk: StoryDesk, change: int):
        mails = order(desk, "#approval max@corp.test", number=change)

        desk.mail_in(reply(to(mails, "max@corp.test"), MAX, "reject"))

        assert desk.ticket(change)["state"] == "rejected"

    def test_without_anybody_named_is_stuck_until_somebody_is(self, desk: StoryDesk, change: int):
        mails = order(desk, "#submit", number=change)
        assert ("approval-desk", "ann@corp.test") in sent(mails)
        assert state(desk, change) == "stuck"

        mails = order(desk, "#approver max@corp.test", number=change)
        desk.mail_in(reply(to(mails, "max@corp.test"), MAX, "approve"))

        assert desk.ticket(change)["state"] == "approved"

    def test_is_a_draft_again_when_it_is_withdrawn(self, desk: StoryDesk, change: int):
        order(desk, "#approval max@corp.test", number=change)

        order(desk, "#withdraw-approval not this year", number=change)

        assert desk.ticket(change)["state"] == "draft"


def open_other(desk: StoryDesk) -> int:
    row = desk.mail_in(mail("Ida <ida@corp.test>", "Printer", "It is broken."))
    desk.mail_out()
    return int(row["ticket"])


def test_a_change_whose_files_changed_is_put_before_the_same_people_anew(desk: StoryDesk):
    with_item(desk, laptop())
    row = desk.mail_in(mail("Ida <ida@corp.test>", "Move the database", "To the new server, at night."))
    number = int(row["ticket"])
    opened = next(one for one in desk.mail_out() if one.recipient == "ida@corp.test")
    order(desk, "#type change", number=number)
    asked = to(order(desk, "#approval max@corp.test", number=number), "max@corp.test")
    more = reply(opened, "Ida <ida@corp.test>", "Here is the plan.")
    more.add_attachment(b"step 1", maintype="application", subtype="pdf", filename="plan.pdf")
    desk.mail_in(more)
    desk.mail_out()

    row = desk.mail_in(reply(asked, MAX, "approve"))

    fresh = to(desk.mail_out(), "max@corp.test")
    assert (row["disposition"], votes(desk, number)) == ("refused", [])
    assert "plan.pdf" in fresh.text
    desk.mail_in(reply(fresh, MAX, "approve"))
    assert desk.ticket(number)["state"] == "approved"
