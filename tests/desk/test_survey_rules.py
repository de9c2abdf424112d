from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.desk.calendars import Calendar
from daemon.desk.opening_hours import week
from daemon.desk.survey_rules import Closure, SurveyDue, SurveyPlan, in_sample, survey_due

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)
OFFICE = Calendar("office", ZoneInfo("Europe/Berlin"), week(["mon-fri 09:00-17:00"]), lambda _day: False)
PLAN = SurveyPlan()
CLOSED = Closure(1042, NOW - timedelta(days=1), "cara@example.com")


def due(closure=CLOSED, plan=PLAN, last=None, now=NOW):
    return survey_due(plan, closure, last, now, OFFICE.next_open)


def test_a_survey_is_due_when_the_delay_is_over_in_open_hours():
    assert due().now


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"requester": ""}, "no requester is known"),
        ({"surveyed": True}, "it was asked already"),
        ({"reopened": True}, "the ticket is open again"),
        ({"self_raised": True}, "the desk itself raised the ticket"),
        ({"duplicate": True}, "the ticket is a duplicate"),
        ({"merged": True}, "the ticket was merged into another one"),
        ({"major_incident": True}, "the ticket belongs to a major incident"),
        ({"bounced": True}, "mail to the requester does not arrive"),
        ({"closed_at": NOW - timedelta(days=15)}, "it would come too long after the closure"),
    ],
    ids=str,
)
def test_some_closures_are_never_asked_about(change, reason):
    assert due(replace(CLOSED, **change)) == SurveyDue(now=False, reason=reason)


def test_before_the_delay_is_over_it_waits():
    early = due(now=NOW - timedelta(hours=1))

    assert early == SurveyDue(now=False, reason="the delay is not over", wait_until=NOW)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2024, 1, 15, 20, tzinfo=UTC), datetime(2024, 1, 16, 8, tzinfo=UTC)),
        (datetime(2024, 1, 20, 12, tzinfo=UTC), datetime(2024, 1, 22, 8, tzinfo=UTC)),
    ],
)
def test_in_quiet_hours_it_waits_for_the_morning(now, until):
    assert due(now=now) == SurveyDue(now=False, reason="these are quiet hours", wait_until=until)


def test_a_delay_that_ends_at_night_waits_for_the_morning():
    closure = replace(CLOSED, closed_at=datetime(2024, 1, 15, 1, tzinfo=UTC))

    assert due(closure).wait_until == datetime(2024, 1, 16, 8, tzinfo=UTC)


def test_a_calendar_that_never_opens_asks_nobody():
    found = survey_due(PLAN, CLOSED, None, NOW, lambda _at: None)

    assert found == SurveyDue(now=False, reason="it would come too long after the closure")


def test_a_person_is_left_alone_for_a_while():
    asked = SurveyDue(now=False, reason="this person was asked a short time ago")

    assert due(last=NOW - timedelta(days=29)) == asked
    assert due(last=NOW - timedelta(days=30)).now


class TestSample:
    def test_a_closure_is_always_in_it_or_never(self):
        half = replace(PLAN, sample_percent=50.0)
        found = {due(replace(CLOSED, ticket_number=number), half).reason for number in range(1, 40)}

        assert found == {
            "the ticket is not in the sample",
            "the ticket was closed and its requester is in the sample",
        }
        assert [in_sample(7, NOW, 50) for _ in range(9)] == [in_sample(7, NOW, 50)] * 9

    @pytest.mark.parametrize("percent", [10, 50, 90])
    def test_it_is_as_large_as_it_was_set(self, percent):
        hits = sum(in_sample(number, NOW, percent) for number in range(4_000))

        assert hits / 4_000 == pytest.approx(percent / 100, abs=0.03)

    def test_a_larger_sample_holds_the_smaller_one(self):
        for number in range(500):
            assert in_sample(number, NOW, 60) or not in_sample(number, NOW, 20)

    def test_none_and_all(self):
        assert not any(in_sample(number, NOW, 0) for number in range(500))
        assert all(in_sample(number, NOW, 100) for number in range(500))

    def test_a_ticket_that_is_closed_again_is_drawn_again(self):
        drawn = {in_sample(7, NOW + timedelta(days=day), 50) for day in range(40)}

        assert drawn == {True, False}
