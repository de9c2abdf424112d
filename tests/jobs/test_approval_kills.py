"""Passes over many approvals that are killed in the middle: each approver is mailed exactly once."""

import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from daemon.jobs import approval_steps
from daemon.services import approval_clock
from storage.database import Database
from storage.migrations import migrate
from tests.conftest import close
from tests.jobs.test_approval_clock import NOW, SETTINGS, filled, mails, who
from tests.scenarios.desk import StoryDesk

COUNT = 120


def die_in_the_middle(url: str, batches: int) -> None:
    """Go through them ten at a time, and kill this process behind the last of so many, before its commit."""
    desk = StoryDesk(Database(url), NOW, SETTINGS)
    approval_steps.BATCH = 10
    whole, seen = approval_clock.look, [0]

    def look(*words: object) -> object:
        seen[0] += 1
        found = whole(*words)
        if seen[0] >= batches:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    approval_clock.look = look
    approval_steps.go_through(desk.database, desk.office, NOW)


@pytest.mark.parametrize(("approvers", "notice"), [(COUNT, "approval-request"), (8, "approval-digest")])
def test_each_is_mailed_once_though_the_process_is_killed_five_times(
    tmp_path: Path, approvers: int, notice: str
):
    url = f"sqlite:///{tmp_path}/killed.db"
    database = Database(url)
    migrate(database)
    filled(database, COUNT, approvers).close()
    close(database)
    context = multiprocessing.get_context("fork")
    for _ in range(5):
        child = context.Process(target=die_in_the_middle, args=(url, 2))
        child.start()
        child.join(30)
        assert child.exitcode == -signal.SIGKILL
    database = Database(url)
    desk = StoryDesk(database, NOW, SETTINGS)
    before = mails(database)
    approval_steps.go_through(database, desk.office, NOW)
    after = mails(database)
    desk.close()
    close(database)

    assert sum(before.values()) < approvers
    assert after == Counter((notice, who(number, approvers)) for number in range(1, approvers + 1))
