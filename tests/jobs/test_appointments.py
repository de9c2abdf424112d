"""Jobs with a time of day, failures and their pauses, jobs that are stopped: on the clock of the database."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from daemon.desk.timetable import daily, monthly, weekly
from daemon.jobs.job import Job, at_time
from daemon.jobs.running import LEASE, Runner
from daemon.jobs.standing import next_run, views
from daemon.services.owner import this_owner
from storage import jobs
from storage.database import Database, DatabaseError
from storage.jobs import JobState
from tests.conftest import FixedClock
from tests.scenarios.desk import StoryDesk

HOURLY = timedelta(hours=1)
BERLIN = "Europe/Berlin"


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    plain = StoryDesk(database, now)
    plain.close()
    made = StoryDesk(database, now, settings=msgspec.structs.replace(plain.settings, timezone=BERLIN))
    yield made
    made.close()


class Report:
    """A job that notes when it ran, and fails for as long as ``broken`` says with what."""

    def __init__(self, broken: str = "") -> None:
        self.moments: list[datetime] = []
        self.broken = broken

    def run(self, _office: object, now: datetime) -> str:
        if self.broken:
            raise RuntimeError(self.broken)
        self.moments.append(now)
        return f"run {len(self.moments)}"


def runner(desk: StoryDesk, clock: FixedClock, host: str = "one") -> Runner:
    return Runner(desk.database, desk.office, f"{host}/1/1/clock", clock)


def state(desk: StoryDesk, name: str) -> JobState:
    with desk.database.read():
        found = jobs.get(name)
    assert found is not None
    return found


def look_each_half_hour(desk: StoryDesk, clock: FixedClock, job: Job, times: int) -> None:
    one = runner(desk, clock)
    for _ in range(times):
        one.run_if_due(job)
        clock.advance(minutes=30)


class TestAppointments:
    def test_report_runs_each_day_at_its_time_in_the_zone_of_the_desk(
        self, desk: StoryDesk, clock: FixedClock
    ):
        # The night in which summer time begins: half past two does not come, three o'clock does.
        clock.moment, report = datetime(2024, 3, 30, 0, 0, tzinfo=UTC), Report()
        look_each_half_hour(desk, clock, at_time("report", daily("02:30"), "reports", report.run), 150)

        assert [one.isoformat(" ", "minutes")[5:16] for one in report.moments] == [
            "03-30 01:30",
            "03-31 01:00",
            "04-01 00:30",
            "04-02 00:30",
        ]

    @pytest.mark.parametrize(
        ("at", "first"),
        [
            (daily("07:30"), datetime(2024, 1, 16, 6, 30, tzinfo=UTC)),
            (weekly(0, "08:00"), datetime(2024, 1, 22, 7, 0, tzinfo=UTC)),
            (monthly(1, "00:00"), datetime(2024, 1, 31, 23, 0, tzinfo=UTC)),
        ],
        ids=["daily", "weekly", "monthly"],
    )
    def test_new_job_waits_for_its_first_time(self, desk: StoryDesk, clock: FixedClock, at, first: datetime):
        job, one = at_time("report", at, "reports", Report().run), runner(desk, clock)

        assert not one.run_if_due(job)
        assert next_run(job, state(desk, "report"), BERLIN, clock()) == first
        clock.moment = first - timedelta(seconds=1)
        assert not one.run_if_due(job)
        clock.moment = first
        assert one.run_if_due(job)
        assert not one.run_if_due(job)

    def test_missed_runs_are_caught_up_by_one_and_then_the_time_is_kept(
        self, desk: StoryDesk, clock: FixedClock
    ):
        report = Report()
        job, one = at_time("report", daily("07:30"), "reports", report.run), runner(desk, clock)
        one.run_if_due(job)
        back = clock.advance(days=9, hours=3)

        assert next_run(job, state(desk, "report"), BERLIN, back) == back
        assert [one.run_if_due(job) for _ in range(3)] == [True, False, False]
        # It ran late today, at noon; tomorrow it runs at its time.
        clock.moment = datetime(2024, 1, 25, 6, 30, tzinfo=UTC)
        assert one.run_if_due(job)
        assert report.moments == [back, clock()]

    def test_clock_that_was_years_ahead_does_not_stop_it(self, desk: StoryDesk, clock: FixedClock):
        job, one = at_time("report", daily("07:30"), "reports", Report().run), runner(desk, clock)
        one.run_if_due(job)
        clock.advance(days=3650)
        one.run_if_due(job)
        clock.advance(days=-3650)

        assert one.run_if_due(job)


class TestFailures:
    def test_failure_is_noted_and_tried_again_after_a_growing_pause(self, desk: StoryDesk, clock: FixedClock):
        report, one = Report("the printer\nburns"), runner(desk, clock)
        job, tries = Job("report", HOURLY, "reports", report.run), []
        for _ in range(40):
            failed = state(desk, "report").failures if tries else 0
            one.run_if_due(job)
            if state(desk, "report").failures > failed:
                tries.append(clock())
            clock.advance(seconds=30)

        pauses = [(later - at).total_seconds() for at, later in pairwise(tries)]
        noted = state(desk, "report")
        assert pauses == [30, 60, 120, 240, 480]
        assert (noted.failures, noted.last_failure) == (6, "RuntimeError: the printer burns")
        assert (noted.failed_at, noted.last_run_at, noted.owner) == (tries[-1], None, None)

    def test_success_ends_the_row_of_failures_and_keeps_the_last_one_known(
        self, desk: StoryDesk, clock: FixedClock
    ):
        report, one = Report("boom"), runner(desk, clock)
        job = Job("report", HOURLY, "reports", report.run)
        one.run_if_due(job)
        failed_at, report.broken = clock(), ""
        clock.advance(seconds=30)

        assert one.run_if_due(job)
        noted = state(desk, "report")
        assert (noted.failures, noted.retry_at, noted.last_result) == (0, None, "run 1")
        assert (noted.failed_at, noted.last_failure) == (failed_at, "RuntimeError: boom")

    def test_other_host_tries_again_what_failed_here(self, desk: StoryDesk, clock: FixedClock):
        job = Job("report", HOURLY, "reports", Report("boom").run)
        runner(desk, clock).run_if_due(job)

        well = Job("report", HOURLY, "reports", Report().run)
        assert not runner(desk, clock, "two").run_if_due(well), "the pause is for all"
        clock.advance(seconds=30)
        assert runner(desk, clock, "two").run_if_due(well)

    def test_missed_appointment_that_failed_is_tried_again_before_the_next(
        self, desk: StoryDesk, clock: FixedClock
    ):
        report, one = Report(), runner(desk, clock)
        job = at_time("report", daily("07:30"), "reports", report.run)
        one.run_if_due(job)
        clock.moment, report.broken = datetime(2024, 1, 16, 6, 30, tzinfo=UTC), "boom"
        one.run_if_due(job)
        report.broken = ""

        assert not one.run_if_due(job)
        assert next_run(job, state(desk, "report"), BERLIN, clock()) == clock() + timedelta(seconds=30)
        clock.advance(seconds=30)
        assert one.run_if_due(job)
        assert not one.run_if_due(job)

    def test_run_that_never_ended_is_a_failure(self, desk: StoryDesk, clock: FixedClock):
        report = Report()
        with desk.database.write():
            assert jobs.take("report", "dead/1/1/clock", clock(), HOURLY, LEASE)
        clock.advance(minutes=11)

        assert runner(desk, clock).run_if_due(Job("report", HOURLY, "reports", report.run))
        noted = state(desk, "report")
        assert noted.last_failure == "the process that ran it died, or took longer than its lease"
        assert (noted.failed_at, noted.failures, len(report.moments)) == (clock(), 0, 1)

    def test_run_of_a_process_that_was_killed_here_is_taken_over_at_once(
        self, desk: StoryDesk, clock: FixedClock
    ):
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait(20)
        report = Report()
        with desk.database.write():
            jobs.take("report", f"{socket.gethostname()}/{ended.pid}/1/clock", clock(), HOURLY, LEASE)

        assert runner(desk, clock).run_if_due(Job("report", HOURLY, "reports", report.run))
        assert state(desk, "report").last_failure.startswith("the process that ran it died")

    def test_failure_that_cannot_be_noted_is_told_in_the_log(
        self, desk: StoryDesk, clock: FixedClock, caplog, monkeypatch: pytest.MonkeyPatch
    ):
        def full(*_: object) -> bool:
            raise DatabaseError("disk full")

        monkeypatch.setattr(jobs, "failed", full)

        assert not runner(desk, clock).run_if_due(Job("report", HOURLY, "reports", Report("boom").run))
        assert caplog.messages == [
            "job report failed",
            "the failure of job report could not be noted: disk full",
        ]

    def test_run_of_this_process_is_waited_for(self, desk: StoryDesk, clock: FixedClock):
        with desk.database.write():
            jobs.take("report", this_owner("clock"), clock(), HOURLY, LEASE)

        assert not runner(desk, clock).run_if_due(Job("report", HOURLY, "reports", Report().run))
        assert runner(desk, clock).run_now(Job("report", HOURLY, "reports", Report().run)) is None


class TestStopped:
    def test_stopped_job_does_not_run_until_it_is_started_and_then_once(
        self, desk: StoryDesk, clock: FixedClock
    ):
        report, one = Report(), runner(desk, clock)
        job = Job("report", HOURLY, "reports", report.run)
        with desk.database.write():
            assert jobs.stop("report", "operator ann", clock())
            assert not jobs.stop("report", "operator bob", clock())
        clock.advance(hours=5)

        assert not one.run_if_due(job)
        stopped = state(desk, "report")
        assert next_run(job, stopped, BERLIN, clock()) is None
        assert (stopped.switched_by, stopped.stopped_at) == ("operator ann", clock() - 5 * HOURLY)
        with desk.database.write():
            assert jobs.start("report", "operator bob", clock())
            assert not jobs.start("report", "operator bob", clock())
        assert [one.run_if_due(job) for _ in range(2)] == [True, False]
        assert state(desk, "report").switched_by == "operator bob"

    def test_run_by_hand_needs_neither_time_nor_leave_but_the_lease(self, desk: StoryDesk, clock: FixedClock):
        report, one = Report(), runner(desk, clock)
        job = Job("report", HOURLY, "reports", report.run)
        one.run_if_due(job)
        with desk.database.write():
            jobs.stop("report", "operator ann", clock())

        assert one.run_now(job) == "run 2"
        with desk.database.write():
            jobs.take_now("report", "two/1/1/clock", clock(), LEASE)
        assert one.run_now(job) is None
        assert len(report.moments) == 2

    def test_failure_by_hand_is_told_and_noted(self, desk: StoryDesk, clock: FixedClock):
        job = Job("report", HOURLY, "reports", Report("boom").run)

        with pytest.raises(RuntimeError, match=r"^boom$"):
            runner(desk, clock).run_now(job)
        assert state(desk, "report").failures == 1


class TestStanding:
    def stands(self, desk: StoryDesk, clock: FixedClock, job: Job) -> dict[str, object]:
        with desk.database.read():
            states = {one.name: one for one in jobs.states()}
        (found,) = views([job], states, BERLIN, clock())
        return found

    def test_what_nobody_asked_about_yet_is_due_now_or_at_its_time(self, desk: StoryDesk, clock: FixedClock):
        hourly = self.stands(desk, clock, Job("report", HOURLY, "reports", Report().run))
        at_noon = self.stands(desk, clock, at_time("noon", daily("12:00"), "eats", Report().run))

        assert (hourly["when"], hourly["next_run"], hourly["stands"]) == ("every 1 h", clock(), "well")
        assert at_noon["when"] == "daily at 12:00 Europe/Berlin"
        assert at_noon["next_run"] == datetime(2024, 1, 15, 11, 0, tzinfo=UTC)

    def test_holder_is_named_while_it_runs(self, desk: StoryDesk, clock: FixedClock):
        job = Job("report", HOURLY, "reports", Report().run)
        with desk.database.write():
            jobs.take("report", "two/1/1/clock", clock(), HOURLY, LEASE)

        running = self.stands(desk, clock, job)
        clock.advance(minutes=11)
        lost = self.stands(desk, clock, job)

        assert (running["stands"], running["holder"]) == ("runs now", "two/1/1/clock")
        assert (lost["stands"], lost["holder"]) == ("well", None)

    def test_clock_that_was_ahead_makes_a_job_due(self, clock: FixedClock):
        job = Job("report", HOURLY, "reports", Report().run)
        ahead = JobState("report", clock() + timedelta(days=400), "")

        assert next_run(job, ahead, BERLIN, clock()) == clock()
