"""``postdesk satisfaction``: a table, JSON as documented, the answers with their words, a page."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.survey_models import SurveyRow
from tests.cli.test_documented_keys import documented

SCORES = (5, 5, 4, 2, None)


@pytest.fixture
def desk(desk_folder):
    now = datetime.now(UTC) - timedelta(days=1)
    with desk_folder.story.database.write():
        for at, score in enumerate(SCORES, 1):
            SurveyRow.insert(
                ticket_number=at,
                closed_at=now,
                address=f"person{at}@cust.test",
                state="sent",
                reason="",
                sent_at=now,
                team="service-desk",
                agent="ann@corp.test",
                score=score,
                answered_at=now if score else None,
                words=f"{score} <b>indeed</b>" if score else "",
            ).execute()
        SurveyRow.insert(
            ticket_number=9, closed_at=now, address="", state="never", reason="no requester is known"
        ).execute()
    return desk_folder


def test_a_table_by_team_with_all_below(desk):
    head, row, whole = desk.postdesk("satisfaction").out.splitlines()

    assert head.split() == ["NAME", "SENT", "ANSWERED", "SATISFIED", "RANGE", "MEAN"]
    assert row.split() == ["service-desk", "5", "4", "75", "%", "30-95", "%", "4.0"]
    assert whole.split()[0] == "all"


def test_json_has_the_documented_keys(desk):
    said = desk.postdesk("satisfaction", "--by", "agent", "--json").json

    assert sorted(said) == sorted(documented("Satisfaction"))
    assert sorted(said["all"]) == sorted(documented("Figures of satisfaction"))
    assert said["groups"][0]["name"] == "Ann"
    assert said["decisions"]["reasons"] == {"no requester is known": 1}


def test_answers_with_their_words(desk):
    listed = desk.postdesk("satisfaction", "--answers").out

    assert "4 <b>indeed</b>" in listed
    assert len(listed.splitlines()) == 5


def test_a_page_with_charts(desk, tmp_path):
    file = tmp_path / "satisfaction.html"
    said = desk.postdesk("satisfaction", "--html", str(file))
    page = file.read_text("utf-8")

    assert said.out == f"written: {file}\n"
    assert "5 &lt;b&gt;indeed&lt;/b&gt;" in page
    assert page.count("<svg") >= 5 + 3


def test_another_time_has_nothing(desk):
    said = desk.postdesk("satisfaction", "--since", "2020-01-01", "--until", "2020-02-01", "--json").json

    assert (said["all"]["sent"], said["groups"]) == (0, [])


def test_a_day_that_is_none_is_told(desk):
    said = desk.postdesk("satisfaction", "--since", "yesterday")

    assert said.status == 2
    assert 'expected a day like 2024-01-31, got "yesterday"' in said.err
