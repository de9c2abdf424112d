"""``postdesk jobs``: what happens by itself, and a hand on each of it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.clock import system_clock
from daemon.jobs import JOBS
from daemon.settings import load
from daemon.wiring import Desk, jobs_of, watched
from storage import jobs
from tests.cli.operated import Operated, configured
from tests.test_wiring_clocks import SLA

HEART = """
[relay]
url = "smtp://127.0.0.1:2526"

[heartbeat]
every_minutes = 10
"""


def test_every_job_is_listed_with_what_it_does_and_when(desk_folder: Operated):
    listed = desk_folder.postdesk("jobs", "--json").json
    table = desk_folder.postdesk("jobs").out.splitlines()

    assert [one["name"] for one in listed][: len(JOBS)] == [one.name for one in JOBS]
    assert {"agent-digest", "health-watch"} <= {one["name"] for one in listed}
    assert "clock-watch" not in {one["name"] for one in listed}, "nothing is promised"
    assert all(one["summary"] and one["when"] and one["next_run"] for one in listed)
    assert len(table) == len(listed) + 1
    assert table[0].split()[:5] == ["NAME", "WHEN", "STANDS", "LAST_RUN", "LAST_RESULT"]


def test_timetable_health_and_listing_have_the_same_jobs(tmp_path: Path):
    path = configured(tmp_path)
    path.write_text(path.read_text() + SLA + HEART)
    desk = Desk.open(load(path))

    listed = [(one.name, one.every) for one in jobs_of(desk.settings, desk.database, desk.office.levels)]
    desk.close()

    assert sorted(listed) == sorted(watched(desk.settings).jobs)
    assert {"clock-watch", "heartbeat"} < dict(listed).keys()


class TestRun:
    def test_job_runs_now_under_its_lease_and_says_what_it_did(self, desk_folder: Operated):
        first = desk_folder.postdesk("jobs", "run", "close-resolved")
        again = desk_folder.postdesk("jobs", "run", "close-resolved")

        assert (first.status, first.out) == (0, "close-resolved: closed 0 tickets\n")
        assert again.status == 0, "due or not"
        (row,) = [
            one for one in desk_folder.postdesk("jobs", "--json").json if one["name"] == "close-resolved"
        ]
        assert (row["stands"], row["holder"], row["last_result"]) == ("well", None, "closed 0 tickets")

    def test_job_that_runs_elsewhere_is_left_alone(self, desk_folder: Operated):
        with desk_folder.story.database.write():
            jobs.take_now("close-resolved", "two/1/1/clock", system_clock(), timedelta(minutes=10))

        said = desk_folder.postdesk("jobs", "run", "close-resolved")

        assert (said.status, said.err) == (1, "close-resolved runs already, in another process\n")

    def test_failure_is_told_and_listed(self, desk_folder: Operated, monkeypatch: pytest.MonkeyPatch):
        def broken(_moment: datetime) -> int:
            raise OSError("the disk is full")

        monkeypatch.setattr("daemon.jobs.forget_content.gate_counts.forget", broken)

        said = desk_folder.postdesk("jobs", "run", "forget-content")
        listed = desk_folder.postdesk("jobs", "--json")

        assert (said.status, said.err) == (1, "postdesk: the disk is full (--debug shows where)\n")
        assert listed.status == 1
        (row,) = [one for one in json.loads(listed.out) if one["name"] == "forget-content"]
        assert (row["failures"], row["last_failure"]) == (1, "OSError: the disk is full")
        assert row["stands"] == "failed 1 times"

    def test_name_that_is_wrong_is_answered_with_the_nearest(self, desk_folder: Operated):
        near = desk_folder.postdesk("jobs", "run", "close-resolve")
        far = desk_folder.postdesk("jobs", "stop", "xyzzy")

        assert near.err == "Error: there is no job 'close-resolve'; did you mean close-resolved?\n"
        assert far.err.startswith("Error: there is no job 'xyzzy'; there are: close-resolved, ")
        assert (near.status, far.status) == (1, 1)


class TestStop:
    def test_stopped_job_is_listed_with_who_and_when_and_started_again(self, desk_folder: Operated):
        stopped = desk_folder.postdesk("jobs", "stop", "close-resolved")
        listed = desk_folder.postdesk("jobs", "--json")
        again = desk_folder.postdesk("jobs", "stop", "close-resolved")
        started = desk_folder.postdesk("jobs", "start", "close-resolved")
        twice = desk_folder.postdesk("jobs", "start", "close-resolved")

        assert stopped.out.startswith("close-resolved is stopped; ")
        (row,) = [one for one in json.loads(listed.out) if one["name"] == "close-resolved"]
        assert listed.status == 1
        assert (row["stands"], row["next_run"]) == ("stopped", None)
        assert row["switched_by"].startswith("operator ")
        assert row["stopped"] == row["switched"]
        assert (again.status, "is stopped already, since" in again.err) == (1, True)
        assert started.status == 0
        assert (twice.status, twice.err) == (1, "Error: close-resolved is not stopped\n")
        assert desk_folder.postdesk("jobs").status == 0

    def test_job_by_which_the_clock_is_watched_cannot_be_stopped(self, desk_folder: Operated):
        said = desk_folder.postdesk("jobs", "stop", "health-watch")

        assert said.status == 1
        assert said.err.startswith("Error: health-watch cannot be stopped: ")
        assert all(one["stopped"] is None for one in desk_folder.postdesk("jobs", "--json").json)

    def test_health_reminds_of_a_job_that_was_stopped_and_forgotten(self, desk_folder: Operated):
        now = system_clock()
        with desk_folder.story.database.write():
            jobs.stop("close-resolved", "operator ann", now - timedelta(days=3))
            for one in watched(load(desk_folder.folder / "postdesk.toml")).jobs:
                jobs.take_now(one[0], "one/1/1/clock", now, timedelta(minutes=10))
                jobs.done(one[0], "one/1/1/clock", now, "")

        said = desk_folder.postdesk("health")

        assert (
            "degraded: the job close-resolved is stopped for 3 days by operator ann; "
            '"postdesk jobs start close-resolved" lets it run'
        ) in said.out.splitlines()
