"""``postdesk report``: a list, JSON as documented, a page with charts."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import hot
from tests.cli.test_documented_keys import documented
from tests.scenarios.desk import mail, reply

NOW = datetime.now(UTC)
SEGMENT = (
    "INSERT INTO clock_segments (ticket_number, clock, run, kind, started_at, ended_at, reason, "
    "ended_reason, cause, rule, calendar, target_seconds, used_seconds) "
    "VALUES (?, 'resolution', ?, ?, ?, ?, '', '', '', '', '', 3600, ?)"
)
APPROVAL = (
    "INSERT INTO approvals (ticket_number, item, text, digest, parties, stages, problems, "
    "may_be_bypassed, stage, opened_at, state, reason, created_at, decided_at) "
    "VALUES (1, '', '', '', '[]', '[]', '[]', ?, 0, ?, 'approved', '', ?, ?)"
)


@pytest.fixture
def desk(desk_folder):
    story = desk_folder.story
    story.now = NOW - timedelta(days=2)
    for subject in ("Printer is dead", "Screen is dark"):
        story.mail_in(mail("Cara <cara@cust.test>", subject, f"See: {subject}."))
    to_ann = next(one for one in story.mail_out() if one.recipient == "ann@corp.test")
    story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#resolve\n\nPut in letter paper."))
    before, after = NOW - timedelta(hours=30), NOW - timedelta(hours=24)
    with story.database.write():
        hot.execute(SEGMENT, (1, 1, "running", before, after, 1800))
        hot.execute(SEGMENT, (1, 1, "paused", before, after, 9000))
        hot.execute(SEGMENT, (2, 1, "running", before, after, 3601))
        hot.execute(SEGMENT, (2, 2, "running", before, None, None))
        hot.execute(APPROVAL, (False, before, before, after))
    return desk_folder


def test_a_list(desk):
    lines = dict(line.split("  ", 1) for line in desk.postdesk("report").out.splitlines())

    assert {label: value.strip() for label, value in lines.items()} == {
        "opened": "2",
        "ended": "1",
        "open now": "1",
        "open, service-desk": "1",
        "kept, resolution": "50 % of 2",
        "approvals decided": "1",
        "median time of them": "6.0 h",
    }


def test_json_has_the_documented_keys(desk):
    said = desk.postdesk("report", "--json").json

    assert sorted(said) == sorted(documented("A report"))
    assert (said["opened"], said["ended"], said["open"]) == (2, 1, 1)
    assert said["promises"] == [{"clock": "resolution", "count": 2, "kept": 1, "share": 0.5}]
    assert said["approvals"] == {"decided": 1, "median_hours": 6.0}
    assert said["backlog"][0]["1 to 3 days"] == 1


def test_a_page_with_charts(desk, tmp_path):
    file = tmp_path / "report.html"
    desk.postdesk("report", "--html", str(file))
    page = file.read_text("utf-8")

    for title in ("Opened by week", "Open now, by team", "Open now, by age", "Promises kept"):
        assert f"<h2>{title}</h2>" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_time_in_which_nothing_happened(desk, tmp_path):
    file = tmp_path / "report.html"
    said = desk.postdesk("report", "--since", "2020-01-01", "--until", "2020-02-01", "--html", str(file))

    assert said.status == 0
    assert "Opened by week" not in file.read_text("utf-8")
