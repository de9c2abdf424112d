"""The report of satisfaction by mail: whom it reaches, how often, and what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from daemon.jobs import JOBS
from daemon.jobs.running import Runner
from storage.database import Database
from tests.scenarios.desk import StoryDesk, reply
from tests.scenarios.surveyed import ALWAYS, CARA, asked, asking, made, notices

WEEKLY, MONTHLY = (
    next(one for one in JOBS if one.name == f"satisfaction-{how}") for how in ("weekly", "monthly")
)


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    story = made(database, now, administrators=("root@corp.test",))
    yield story
    story.close()


def run(desk: StoryDesk, name: str) -> str:
    job = WEEKLY if name == "weekly" else MONTHLY
    with desk.database.write():
        return job.run(desk.office, desk.now)


def test_administrators_and_the_lead_get_it_once_for_the_month_before(desk: StoryDesk):
    survey = asked(desk)
    desk.mail_in(reply(survey, CARA, "4 fine"))
    desk.mail_out()
    desk.now = datetime(2024, 2, 1, 7, 0, tzinfo=UTC)

    assert run(desk, "monthly") == "told 2"
    assert run(desk, "monthly") == "told 0"
    mails = desk.mail_out()
    assert notices(mails) == [
        ("satisfaction-report", "root@corp.test"),
        ("satisfaction-report", "lea@corp.test"),
    ]
    assert mails[0]["Subject"] == "IT Support: satisfaction in January 2024, 100 %"
    assert "of 1 (21-100 %)" in mails[0].text
    assert "about tickets of service-desk" in " ".join(mails[1].text.split())
    html = mails[0].parsed.get_body(("html",))
    assert html is not None
    assert 'width="100%" height="10"' in html.get_content()


def test_a_time_without_surveys_is_not_reported(desk: StoryDesk):
    desk.now = datetime(2024, 2, 1, 7, 0, tzinfo=UTC)

    assert run(desk, "monthly") == "told 0"
    assert desk.mail_out() == []


def test_weekly_reports_come_of_the_week_before(desk: StoryDesk):
    asking(desk, msgspec.structs.replace(ALWAYS, report="weekly"))
    asked(desk)
    desk.now = datetime(2024, 1, 22, 7, 0, tzinfo=UTC)

    assert run(desk, "monthly") == "not wanted: it is weekly"
    assert run(desk, "weekly") == "told 2"
    assert "Nobody answered a survey" in desk.mail_out()[0].text


def test_they_run_by_the_timetable(desk: StoryDesk):
    asked(desk)
    runner = Runner(desk.database, desk.office, "one/1/1/clock", lambda: desk.now)
    assert not runner.run_if_due(MONTHLY)
    desk.now = datetime(2024, 2, 1, 7, 1, tzinfo=UTC)

    assert runner.run_if_due(MONTHLY)
    assert len(desk.mail_out()) == 2
