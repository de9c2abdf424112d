"""Passes over many surveys that are killed in the middle: each survey is sent exactly once."""

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

from daemon.jobs import surveys as job
from daemon.services import surveying
from storage.database import Database
from storage.migrations import migrate
from tests.conftest import MONDAY_MORNING, close
from tests.scenarios.surveyed import (
    dispatch,
    generous,
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
