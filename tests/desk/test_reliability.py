"""A promise is kept by the day that was named first; sums leave nothing out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.calendars import AROUND_THE_CLOCK
from daemon.desk.reliability import Promised, by
from daemon.desk.task_reminders import REMINDERS, escalates, next_look

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROMISED = st.builds(
    Promised,
    item=st.sampled_from(["laptop", "badge", ""]),
    team=st.just(""),
    performer=st.just(""),
    first=st.one_of(st.none(), st.integers(-5, 5).map(lambda hours: NOW + hours * HOUR)),
    done_at=st.just(NOW),
    moved=st.integers(0, 3),
    minutes=st.integers(0, 100),
)


@given(st.lists(PROMISED))
def test_the_sums_are_those_of_what_has_a_name(given_ones: list[Promised]):
    found = by(given_ones, lambda one: one.item)
    named = [one for one in given_ones if one.item]

    assert sum(one.done for one in found) == len(named)
    assert sum(one.moved for one in found) == sum(one.moved for one in named)
    assert all(0 <= one.kept <= one.promised <= one.done for one in found)
    shares = [one.share for one in found if one.share is not None]
    assert shares == sorted(shares)


def test_a_moved_promise_counts_by_its_first_day():
    assert not Promised("x", "", "", NOW - HOUR, NOW, moved=1).kept
    assert Promised("x", "", "", NOW, NOW).kept
    assert not Promised("x", "", "", None, NOW).kept


def test_reminders_are_a_working_day_apart_and_then_others_hear():
    looks = [next_look(NOW, count, AROUND_THE_CLOCK) for count in range(REMINDERS + 2)]

    assert looks == [NOW, NOW + 8 * HOUR, NOW + 16 * HOUR, None]
    assert [escalates(count) for count in range(REMINDERS + 1)] == [False, False, True]
    assert next_look(None, 0, AROUND_THE_CLOCK) is None
