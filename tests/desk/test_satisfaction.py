import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.satisfaction import Satisfaction, satisfaction, wilson


def test_fours_and_fives_are_satisfied():
    found = satisfaction([5, 4, 3, 2, 1, 5, 5, 4, 4, 4])

    assert (found.count, found.satisfied, found.share) == (10, 7, 0.7)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        # The interval of 7 of 10, of 0 and 10 of 10, and of 81 of 263, a published example of the method.
        (7, 10, 0.3968, 0.8922),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_is_wilsons(hits, count, low, high):
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


def test_without_answers_nothing_is_known():
    assert satisfaction([]) == Satisfaction(0, 0, None, 0.0, 1.0)


@given(st.integers(1, 2_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
@settings(max_examples=200, deadline=None)
def test_the_share_lies_in_the_interval_and_more_answers_make_it_narrower(counted):
    hits, count = counted
    low, high = wilson(hits, count)
    more = wilson(hits * 4, count * 4)

    assert 0 <= low <= hits / count + 1e-9
    assert hits / count - 1e-9 <= high <= 1
    assert more[1] - more[0] < high - low
