"""Who is blamed for a worker's death: the one message in hand, or nobody yet."""

from datetime import datetime, timedelta

import pytest

from storage import arrivals, suspects
from storage.database import Database
from storage.records import Arrival, Incoming
from storage.vocabulary import Source

LEASE = timedelta(minutes=2)
LATER = timedelta(seconds=2)


@pytest.fixture
def held(database: Database, now: datetime) -> list[int]:
    """Three messages in the hands of the worker "one"."""
    items = [(Incoming(Source.SMTP, b"x", now), f"digest {number}", "") for number in range(3)]
    with database.write():
        ids = [receipt.arrival_id for receipt in arrivals.insert_many(items)]
        arrivals.claim("one", now, LEASE, 3)
    return ids


def found(ids: list[int]) -> list[Arrival]:
    return [one for number in ids if (one := arrivals.get(number)) is not None]


def counted(ids: list[int]) -> list[tuple[int, int]]:
    return [(one.deaths, one.suspicions) for one in found(ids)]


def test_of_several_each_is_a_suspect_and_comes_again_at_once(
    database: Database, now: datetime, held: list[int]
):
    with database.write():
        suspects.blame(held[:2], "one", now + LATER)
        arrivals.release(held, "one")
        again = arrivals.claim("two", now, LEASE, 9)

        assert counted(held) == [(0, 1), (0, 1), (0, 0)]
    assert [arrival.id for arrival in again] == held


def test_one_alone_is_to_blame_and_waits(database: Database, now: datetime, held: list[int]):
    with database.write():
        suspects.blame(held[:1], "one", now + LATER)
        arrivals.release(held, "one")
        at_once = arrivals.claim("two", now, LEASE, 9)

        assert counted(held) == [(1, 0), (0, 0), (0, 0)]
    assert [arrival.id for arrival in at_once] == held[1:]


def test_the_death_that_it_was_suspected_of_is_not_counted_with_those_it_is_to_blame_for(
    database: Database, now: datetime, held: list[int]
):
    with database.write():
        suspects.blame(held, "one", now)
        suspects.blame(held[1:2], "one", now)

        assert counted(held) == [(0, 1), (1, 0), (0, 1)]


def test_what_the_dead_no_longer_held_is_not_blamed(database: Database, now: datetime, held: list[int]):
    with database.write():
        arrivals.release(held[:1], "one")
        suspects.blame(held, "another", now)
        suspects.blame(held[:2], "one", now)
        suspects.blame([], "one", now)

        assert counted(held) == [(0, 0), (0, 1), (0, 0)]


def test_another_try_by_command_begins_without_suspicion(database: Database, now: datetime, held: list[int]):
    outcome = arrivals.Outcome(arrivals.Disposition.QUARANTINED, "died")
    with database.write():
        suspects.blame(held, "one", now)
        arrivals.quarantine(held[0], outcome, "", now)
        arrivals.requeue(held[0])

        assert counted(held[:1]) == [(0, 0)]


def test_several_are_held_together_or_not_at_all(database: Database, now: datetime, held: list[int]):
    with database.write():
        assert arrivals.hold(held, "one", now + LEASE * 2)
        assert {until for _, _, until in arrivals.claimed()} == {now + LEASE * 2}
        arrivals.release(held[1:2], "one")
        assert not arrivals.hold(held, "one", now + LEASE)
        assert not arrivals.hold(held[:1], "two", now + LEASE)
