"""When a beat is late, and how a moment is told by a number."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.heartbeat import Rhythm, moment_of, number_of, overdue_since
from tests.conftest import MONDAY_MORNING as NOW

RHYTHM = Rhythm(("support@desk.test",), timedelta(minutes=10), timedelta(minutes=15))


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("sent", "answered", "overdue"),
    [
        ([], None, None),
        ([ago(14)], None, None),
        ([ago(16), ago(6)], None, ago(16)),
        ([ago(26), ago(16), ago(6)], ago(26), ago(16)),
        ([ago(26), ago(16), ago(6)], ago(16), None),
        ([ago(26), ago(16), ago(6)], ago(6), None),
        # The desk stood still since then.
        ([ago(3_000)], None, None),
        ([ago(3_000)], ago(4_000), None),
        # A clock that was put back.
        ([ago(-60)], None, None),
    ],
    ids=[
        "none",
        "under way",
        "late",
        "the second is late",
        "the second is back",
        "all",
        "long ago",
        "old",
        "ahead",
    ],
)
def test_a_beat_is_late_beyond_its_limit(
    sent: list[datetime], answered: datetime | None, overdue: datetime | None
):
    assert overdue_since(sent, answered, RHYTHM, NOW) == overdue


@given(st.integers(0, 10**12 - 1))
def test_a_number_names_one_moment(number: int):
    moment = moment_of(number)

    assert moment is not None
    assert number_of(moment) == number
    assert number_of(moment + timedelta(milliseconds=9)) == number


def test_a_number_beyond_all_calendars_names_none():
    assert moment_of(10**15) is None
