"""What is settled together: a few usual messages that are read already, in the order of arrival."""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.services.hands import TOGETHER, hands, in_hand, is_usual
from daemon.services.reading import NOT_READ_YET
from storage import arrivals, raws
from storage.database import Database
from storage.records import Arrival, Incoming
from storage.vocabulary import Source


@pytest.fixture
def usual(database: Database, now: datetime) -> Arrival:
    with database.write():
        arrivals.insert_many([(Incoming(Source.SMTP, b"x", now), "digest", "<m@x.test>")])
        (found,) = arrivals.latest(1)
    return found


def numbered(usual: Arrival, numbers: list[int]) -> list[Arrival]:
    return [replace(usual, id=number) for number in numbers]


def gathered(usual: Arrival, readings: list[tuple[int, object]]) -> list[list[int]]:
    """Gather messages of which those with the reading "alone" share with nobody."""
    items = [(replace(usual, id=number), reading) for number, reading in readings]
    found = hands(items, lambda _arrival, reading: reading != "alone")
    return [[arrival.id for arrival, _ in hand] for hand in found]


def test_nothing_to_read_makes_no_hand(usual: Arrival):
    assert gathered(usual, []) == []


def test_at_most_so_many_share_a_transaction_and_the_order_stays(usual: Arrival):
    found = gathered(usual, [(number, "") for number in range(2 * TOGETHER + 3)])

    assert found == [
        list(range(TOGETHER)),
        list(range(TOGETHER, 2 * TOGETHER)),
        list(range(2 * TOGETHER, 2 * TOGETHER + 3)),
    ]


def test_what_is_not_as_usual_is_alone_between_what_was_before_it_and_what_comes_after(usual: Arrival):
    found = gathered(usual, [(1, ""), (2, ""), (3, "alone"), (4, "alone"), (5, ""), (6, "")])

    assert found == [[1, 2], [3], [4], [5, 6]]


def test_nobody_waits_for_a_message_that_is_not_read_yet(usual: Arrival):
    found = gathered(usual, [(1, NOT_READ_YET), (1, ""), (2, ""), (3, NOT_READ_YET), (3, ""), (4, "")])

    assert found == [[1, 2], [3, 4]]


def test_a_hand_is_given_out_before_anybody_waits(usual: Arrival):
    asked = []

    def readings():
        for number, reading in [(1, ""), (2, NOT_READ_YET), (2, "")]:
            asked.append(number)
            yield replace(usual, id=number), reading

    first = next(hands(readings(), lambda *_: True))

    assert ([arrival.id for arrival, _ in first], asked) == ([1], [1, 2])


@pytest.mark.parametrize(
    "change",
    [
        {"deaths": 1},
        {"failures": 1},
        {"suspicions": 1},
        {"ticket_number": 7},
        {"size_bytes": raws.LARGE_BYTES},
    ],
    ids=["died", "failed", "suspected", "from-quarantine", "large"],
)
def test_a_large_message_or_one_with_a_past_is_not_usual(usual: Arrival, change: dict[str, int]):
    assert is_usual(usual)
    assert not is_usual(replace(usual, **change))


class TestInHand:
    """Which messages a dead worker may have died of, of those that it held."""

    def test_a_lone_message_is_it(self, usual: Arrival):
        assert in_hand(numbered(usual, [4])) == [4]

    def test_the_first_ones_that_may_have_shared_a_transaction_are(self, usual: Arrival):
        assert in_hand(numbered(usual, list(range(TOGETHER + 3)))) == list(range(TOGETHER))

    def test_what_comes_behind_one_with_a_past_is_not(self, usual: Arrival):
        one, two, three = numbered(usual, [1, 2, 3])

        assert in_hand([one, two, replace(three, failures=1)]) == [1, 2]
        assert in_hand([replace(one, suspicions=1), two, three]) == [1]

    def test_nothing_is_where_nothing_was_held(self):
        assert in_hand([]) == []
