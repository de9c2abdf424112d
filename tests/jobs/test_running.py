"""A job runs once when it is due, on one host, and its failure is its own."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from daemon.jobs.job import Job
from daemon.jobs.running import LEASE, Runner
from storage import jobs
from storage.database import Database
from tests.conftest import FixedClock
from tests.scenarios.desk import StoryDesk

HOURLY = timedelta(hours=1)


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    yield made
    made.close()


class Counted:
    """A job that counts its runs, and fails as often as it is told."""

    def __init__(self, failures: int = 0, name: str = "counted") -> None:
        self.moments: list[datetime] = []
        self.failures = failures
        self.job = Job(name, HOURLY, "counts", self.run)

    def run(self, _office: object, now: datetime) -> str:
        self.moments.append(now)
        if len(self.moments) <= self.failures:
            raise RuntimeError("boom")
        return f"run {len(self.moments)}"


def runner(desk: StoryDesk, clock: FixedClock, host: str = "one") -> Runner:
    return Runner(desk.database, desk.office, f"{host}/1/1/clock", clock)


def state(desk: StoryDesk) -> tuple[datetime | None, str]:
    with desk.database.read():
        (found,) = jobs.states()
    return found.last_run_at, found.last_result


def test_job_runs_at_once_and_then_when_its_time_has_passed(desk: StoryDesk, clock: FixedClock):
    counted, one = Counted(), runner(desk, clock)

    assert one.run_if_due(counted.job)
    assert not one.run_if_due(counted.job)
    clock.advance(minutes=59)
    assert not one.run_if_due(counted.job)
    later = clock.advance(minutes=1)
    assert one.run_if_due(counted.job)

    assert state(desk) == (later, "run 2")


def test_of_several_hosts_one_runs_it(desk: StoryDesk, clock: FixedClock):
    counted = Counted()
    hosts = [runner(desk, clock, f"host{number}") for number in range(4)]
    results: list[bool] = []

    def look(host: Runner) -> None:
        results.append(host.run_if_due(counted.job))
        host.close()

    for _ in range(3):
        threads = [threading.Thread(target=look, args=(host,)) for host in hosts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        clock.advance(hours=1)

    assert len(counted.moments) == 3
    assert sorted(results) == [False] * 9 + [True] * 3


def test_missed_runs_are_caught_up_by_one(desk: StoryDesk, clock: FixedClock):
    counted, one = Counted(), runner(desk, clock)
    one.run_if_due(counted.job)
    clock.advance(days=3)

    assert [one.run_if_due(counted.job) for _ in range(3)] == [True, False, False]


def test_failing_job_stops_no_other_and_is_tried_again(
    desk: StoryDesk, clock: FixedClock, caplog: pytest.LogCaptureFixture
):
    failing, other, one = Counted(failures=1), Counted(name="other"), runner(desk, clock)

    assert [one.run_if_due(job.job) for job in (failing, other)] == [False, True]
    assert caplog.messages == ["job counted failed"]
    clock.advance(minutes=1)

    assert one.run_if_due(failing.job)


def test_what_a_failing_job_wrote_is_undone(desk: StoryDesk, clock: FixedClock):
    def half(_office: object, now: datetime) -> str:
        jobs.take("written by a job", "x", now, HOURLY, LEASE)
        raise RuntimeError("boom")

    assert not runner(desk, clock).run_if_due(Job("half", HOURLY, "breaks off", half))
    with desk.database.read():
        assert [one.name for one in jobs.states()] == ["half"]


def test_job_of_a_host_that_died_is_taken_over_once_its_lease_is_over(desk: StoryDesk, clock: FixedClock):
    counted, other = Counted(), runner(desk, clock, "two")
    with desk.database.write():
        assert jobs.take("counted", "one/1/1/clock", clock(), HOURLY, LEASE)

    assert not other.run_if_due(counted.job)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert other.run_if_due(counted.job)


def test_host_that_slept_over_its_lease_changes_nothing(
    desk: StoryDesk, clock: FixedClock, caplog: pytest.LogCaptureFixture
):
    counted = Counted()

    def slow(_office: object, _now: datetime) -> str:
        with desk.database.attempt():
            # As another connection would, which SQLite does not let in between here.
            jobs.take("counted", "two/1/1/clock", clock.advance(minutes=11), HOURLY, LEASE)
        counted.moments.append(clock())
        jobs.take("written by the late one", "x", clock(), HOURLY, LEASE)
        return "late"

    assert not runner(desk, clock).run_if_due(Job("counted", HOURLY, "sleeps", slow))

    assert caplog.messages == ["job counted failed"]
    with desk.database.read():
        assert [(one.name, one.last_run_at) for one in jobs.states()] == [("counted", None)]


def test_clock_that_was_years_ahead_does_not_stop_a_job(desk: StoryDesk, clock: FixedClock):
    counted, one = Counted(), runner(desk, clock)
    clock.advance(days=3650)
    one.run_if_due(counted.job)
    right = clock.advance(days=-3650)

    assert one.run_if_due(counted.job)
    assert state(desk) == (right, "run 2")
