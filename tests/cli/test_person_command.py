"""``postdesk person export``: everything that is kept about somebody, found by any address of theirs."""

from datetime import UTC, datetime

import pytest

from storage import hot, tasks
from storage.database import Database
from storage.person_records import of_person
from storage.survey_models import SurveyAnswerRow, SurveyRow
from storage.tasks import NewTask, PromiseMove
from tests.cli.operated import Operated
from tests.cli.test_documented_keys import documented
from tests.scenarios.approvals import MANAGER, MAX, TWO_STAGES, requested, to
from tests.scenarios.desk import reply

MONDAY = datetime(2024, 1, 15, 9, tzinfo=UTC)


@pytest.fixture
def decided(desk_folder: Operated) -> Operated:
    """Cara asked for a laptop and was told so, Max has approved, and a vendor has a task."""
    story = desk_folder.story
    asked = to(requested(story, *TWO_STAGES), "max@corp.test")
    story.mail_in(reply(asked, MAX, "Approved.\n\nCost centre 4711"))
    return desk_folder


def exported(desk: Operated, address: str) -> dict:
    found = desk.postdesk("person", "export", address)
    assert found.status == 0, found.err
    return found.json


def test_who_asked_gets_tickets_requests_and_approvals(decided: Operated):
    found = exported(decided, "Cara@Corp.test")

    assert sorted(found) == sorted(documented("The data of a person"))
    assert found["about"][0] == "cara@corp.test"
    assert [(one["number"], one["role"]) for one in found["tickets"]] == [(1, "requester")]
    assert found["requests"][0]["answers"]
    assert "Strong 16" in found["approvals"][0]["text"]
    assert [one["text"].strip() for one in found["entries"]] == ["I would like a laptop."]
    assert "ticket-opened" in {one["notice"] for one in found["mails_sent"]}
    assert found["journal"]
    assert found["votes"] == []


def test_who_decided_gets_what_was_asked_and_decided_and_the_directory(decided: Operated):
    found = exported(decided, "max@corp.test")

    assert [one["decision"] for one in found["votes"]] == ["approve"]
    assert [one["address"] for one in found["approvals_asked"]] == ["max@corp.test"]
    assert found["directory"][0]["deputies"] == ["dora@corp.test"]
    assert found["tickets"] == []


def test_who_is_away_and_who_stands_in_have_it_in_their_data(desk_folder: Operated):
    asked = to(requested(desk_folder.story, MANAGER), "max@corp.test")
    desk_folder.story.mail_in(reply(asked, MAX, "I am on leave until Monday."))

    assert exported(desk_folder, "max@corp.test")["absences_noted"][0]["until"] == "2024-01-22"
    assert [one["approver"] for one in exported(desk_folder, "dora@corp.test")["handovers"]] == [
        "max@corp.test"
    ]


def test_nobody_that_was_ever_here_is_told_so(decided: Operated):
    said = decided.postdesk("person", "export", "nobody@elsewhere.test")

    assert (said.status, "nothing is kept about nobody@elsewhere.test" in said.err) == (1, True)


def test_tasks_promises_and_surveys_are_found_by_address(database: Database):
    survey = {
        "ticket_number": 7,
        "closed_at": MONDAY,
        "address": "cara@corp.test",
        "state": "done",
        "reason": "",
    }
    answer = {
        "survey_id": 1,
        "at": MONDAY,
        "author": "cara@corp.test",
        "words": "fine",
        "reason": "",
        "score": 5,
    }
    with database.write():
        tasks.begin(7, "laptop", MONDAY, None, None)
        tasks.add(7, 0, NewTask("order", "Order it", "started", address="vic@vendor.test"))
        tasks.note_move(PromiseMove(7, "order", MONDAY, None, MONDAY, "late", "vic@vendor.test"))
        hot.insert(SurveyRow, [survey])
        hot.insert(SurveyAnswerRow, [answer])
        vendor, cara = of_person(None, ["vic@vendor.test"]), of_person(None, ["cara@corp.test"])

    assert [one["title"] for one in vendor["tasks"]] == ["Order it"]
    assert [one["why"] for one in vendor["promises_moved"]] == ["late"]
    assert (vendor["surveys"], vendor["survey_answers"]) == ([], [])
    assert [one["at"] for one in cara["survey_answers"]] == [MONDAY]
    assert [one["ticket_number"] for one in cara["surveys"]] == [7]
    assert cara["tasks"] == []
