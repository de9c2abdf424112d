"""Silence is counted in working time."""

from datetime import timedelta

import pytest

from daemon.desk.opening_hours import BadHoursError
from daemon.desk.silence import quiet
from tests.conftest import MONDAY_MORNING as NOW

TIMES = ("mon-fri 08:00-12:00 13:00-18:00",)


def test_nights_and_weekends_are_not_silence():
    rule = quiet(4, TIMES, "UTC")
    assert rule is not None
    friday_evening = NOW - timedelta(days=2, hours=16)

    assert friday_evening.strftime("%a %H:%M") == "Fri 17:00"
    assert (rule.limit, rule.lasted(friday_evening, NOW)) == (timedelta(hours=4), timedelta(hours=2))


def test_times_are_those_of_the_desks_zone():
    rule = quiet(4, TIMES, "America/New_York")
    assert rule is not None

    assert rule.lasted(NOW, NOW + timedelta(hours=4, minutes=30)) == timedelta(minutes=30)


def test_without_hours_there_is_no_rule():
    assert quiet(0, ("nonsense",), "UTC") is None


def test_times_that_cannot_be_read_are_told():
    with pytest.raises(BadHoursError):
        quiet(1, ("nonsense",), "UTC")
