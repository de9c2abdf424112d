"""Passes over many surveys that are killed in the middle: each survey is sent exactly once."""

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from daemon.jobs import surveys as job
from daemon.services import surveying
from storage.database import Database
from storage.migrations import migrate
from tests.conftest import MONDAY_MORNING, close
from tests.scenarios.surveyed import (
    dispatch,
    generous,
    made,
    many,
)


class TestKilled:
    """A pass that is killed five times in the middle: SIGKILL, between what it writes and its commit."""

    COUNT = 120

    def test_each_is_sent_exactly_once(self, tmp_path: Path):
        url = f"sqlite:///{tmp_path}/killed.db"
        database = Database(url)
        migrate(database)
        desk = generous(database, MONDAY_MORNING)
        many(desk, self.COUNT)
        dispatch(desk)
        desk.close()
        close(database)
        context = multiprocessing.get_context("fork")
        for _ in range(5):
            child = context.Process(target=die_in_the_middle, args=(url, 2))
            child.start()
            child.join(30)
            assert child.exitcode == -signal.SIGKILL
        desk = generous(Database(url), MONDAY_MORNING)
        dispatch(desk, hours=2)
        sent = [one.recipient for one in desk.mail_out()]
        desk.close()
        close(desk.database)

        assert len(sent) == len(set(sent)) == self.COUNT

    def test_some_had_left_before_it_died(self, tmp_path: Path):
        """What looks at the killing is looked at: the passes that die do a part of the work."""
        url = f"sqlite:///{tmp_path}/killed.db"
        database = Database(url)
        migrate(database)
        desk = generous(database, MONDAY_MORNING)
        many(desk, self.COUNT)
        dispatch(desk)
        desk.close()
        close(database)
        child = multiprocessing.get_context("fork").Process(target=die_in_the_middle, args=(url, 3))
        child.start()
        child.join(30)
        desk = generous(Database(url), MONDAY_MORNING)
        sent = len(desk.mail_out())
        desk.close()
        close(desk.database)

        assert 0 < sent < self.COUNT


class TestFailing:
    """One at which the pass fails keeps no other from being decided about, or asked."""

    def test_a_closure_that_cannot_be_decided_about_is_tried_again_the_next_time(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ):
        desk = generous(database, MONDAY_MORNING)
        many(desk, 12)
        failing(monkeypatch, "plan", 3)
        assert dispatch(desk) == "planned 11; asked 0"
        monkeypatch.undo()

        assert dispatch(desk) == "planned 1; asked 0"
        desk.close()

    def test_a_survey_that_cannot_be_asked_is_tried_again_some_minutes_later(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ):
        desk = generous(database, MONDAY_MORNING)
        many(desk, 12)
        dispatch(desk)
        failing(monkeypatch, "send", 3)
        assert dispatch(desk, hours=2) == "planned 0; asked 11"
        monkeypatch.undo()

        assert dispatch(desk, minutes=5) == "planned 0; asked 0"
        assert dispatch(desk, minutes=6) == "planned 0; asked 1"
        desk.close()

    def test_what_was_undone_is_not_counted_against_the_others(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ):
        """Surveys get ten of twenty mails an hour; a count of those undone as well would blow the fuse."""
        desk = made(database, MONDAY_MORNING, auto_mail_per_hour=20)
        many(desk, 12)
        dispatch(desk)
        failing(monkeypatch, "send", 3)

        assert dispatch(desk, hours=2) == "planned 0; asked 10"
        desk.close()


def failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Let a function of ``surveying`` fail wherever this number is among those that it is given."""
    whole = getattr(surveying, name)

    def fails(office: Any, numbers: Any, now: Any) -> Any:
        done = whole(office, numbers, now)
        if number in numbers:
            raise ValueError(f"{number} cannot be looked at")
        return done

    monkeypatch.setattr(surveying, name, fails)


def die_in_the_middle(url: str, batches: int) -> None:
    """Run a pass in batches of ten and kill this process while it is in the last of so many batches."""
    desk = generous(Database(url), MONDAY_MORNING)
    job.BATCH = 10
    whole, seen = surveying.send, [0]

    def send(office: Any, ids: Any, now: Any) -> int:
        seen[0] += 1
        sent = whole(office, ids, now)
        if seen[0] >= batches:
            os.kill(os.getpid(), signal.SIGKILL)
        return sent

    surveying.send = send
    dispatch(desk, hours=2)
