"""``postdesk approvals`` lists what is open and tells how it came so; the audit proves it."""

from datetime import UTC, datetime

import pytest

from storage import hot
from tests.cli.operated import Operated
from tests.scenarios.approvals import MANAGER, MAX, TWO_STAGES, requested, state, to, votes
from tests.scenarios.desk import reply


@pytest.fixture
def decided(desk_folder: Operated) -> Operated:
    """Max has approved, and Fay of the second stage is waited for."""
    story = desk_folder.story
    asked = to(requested(story, *TWO_STAGES), "max@corp.test")
    story.mail_in(reply(asked, MAX, "Approved.\n\nCost centre 4711"))
    return desk_folder


def test_what_is_open_is_listed_with_whom_it_waits_for(decided: Operated):
    table = decided.postdesk("approvals")
    # By the clock of today the time to decide is over since long.
    (row,) = decided.postdesk("approvals", "--json").json

    assert table.status == 0
    assert table.out.splitlines()[0].split()[:4] == ["APPROVAL", "TICKET", "ITEM", "STATE"]
    assert (row["approval"], row["ticket"], row["item"], row["stage"]) == (1, 1, "New laptop", "2/2")


def test_one_of_a_ticket_is_told_in_full(decided: Operated):
    said = decided.postdesk("approvals", "--ticket", "1").out
    (whole,) = decided.postdesk("approvals", "--ticket", "1", "--json").json

    assert "max@corp.test: approve (Approved, Cost centre 4711)" in said
    assert [(one["voter"], one["decision"]) for one in whole["votes"]] == [("max@corp.test", "approve")]
    assert whole["digest"] == whole["votes"][0]["digest"]
    assert "Strong 16" in whole["text"]


def test_one_is_told_in_full_by_its_number(decided: Operated):
    said = decided.postdesk("approvals", "1").out
    (whole,) = decided.postdesk("approvals", "1", "--json").json

    assert "stage 1 of 2, manager: max@corp.test (manager of cara@corp.test)" in said
    assert "max@corp.test: approve (Approved, Cost centre 4711)" in said
    assert f"digest: {whole['digest']}" in said
    assert "|   Strong 16" in said
    assert whole["stages"][0]["approvers"] == [
        {"address": "max@corp.test", "why": "manager of cara@corp.test"}
    ]


def test_a_number_that_none_has_is_told(decided: Operated):
    said = decided.postdesk("approvals", "99")

    assert said.status == 1
    assert "there is no approval 99" in said.err
    assert decided.postdesk("approvals", "1", "--stuck").status == 2


def test_moments_are_told_to_the_second(decided: Operated):
    with decided.story.database.write():
        hot.execute(
            "UPDATE approvals SET opened_at = ?", [datetime(2024, 1, 15, 9, 0, 1, 234567, tzinfo=UTC)]
        )

    (row,) = decided.postdesk("approvals", "--json").json
    assert row["since"] == "2024-01-15T09:00:01Z"
    assert "234567" not in decided.postdesk("approvals").out


def test_why_an_approver_was_asked_is_explained(desk_folder: Operated):
    story = desk_folder.story
    asked = to(requested(story, MANAGER), "max@corp.test")
    story.mail_in(reply(asked, MAX, "I am away."))

    said = desk_folder.postdesk("explain", "1").out

    assert "  stage 1 of 1, manager: max@corp.test (manager of cara@corp.test)" in said
    assert "  dora@corp.test decides for max@corp.test: max@corp.test is away" in said


def test_those_that_need_a_person_end_with_status_1(desk_folder: Operated):
    requested(desk_folder.story, MANAGER, sender="Zoe <zoe@corp.test>")

    said = desk_folder.postdesk("approvals", "--stuck")
    assert desk_folder.postdesk("approvals").status == 0
    assert (said.status, "no manager of zoe@corp.test is known" in said.out) == (1, True)


class TestAudit:
    def test_finds_them_whole(self, decided: Operated):
        said = decided.postdesk("audit", "verify")

        assert (said.status, said.out.strip().endswith("1 approvals: all whole")) == (0, True), said.out

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("UPDATE approvals SET text = 'another'", "its text does not have the digest"),
            ("UPDATE approvals SET text = '', digest = ?", "the journal does not tell of a beginning"),
            ("UPDATE approval_votes SET decision = 'reject'", "is only in the"),
            ("DELETE FROM approval_votes", "is only in the journal"),
            ("UPDATE approvals SET state = 'approved'", "the journal does not say so"),
        ],
    )
    def test_finds_what_was_changed_by_hand(self, decided: Operated, change: str, told: str):
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        with decided.story.database.write():
            hot.execute(change, [empty] if "?" in change else [])

        said = decided.postdesk("audit", "verify")

        assert (said.status, told in said.out) == (1, True), said.out

    def test_finds_an_end_that_the_votes_do_not_come_to(self, desk_folder: Operated):
        story = desk_folder.story
        asked = to(requested(story, MANAGER), "max@corp.test")
        story.mail_in(reply(asked, MAX, "approve"))
        assert (state(story), len(votes(story))) == ("approved", 1)

        with story.database.write():
            hot.execute("UPDATE approvals SET parties = ?", ['["max@corp.test"]'])

        said = desk_folder.postdesk("audit", "verify")
        assert (said.status, "by its votes" in said.out) == (1, True), said.out
