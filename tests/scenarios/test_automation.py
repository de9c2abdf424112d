"""Commands do tasks by themselves where they may, once; whatever goes wrong makes a task for people."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from daemon.desk.automation_settings import AutomationSettings
from daemon.desk.catalogue import By, Stage, Task
from daemon.edges.command_runner import CommandRunner
from daemon.services.automation import AutomationBook, Report
from storage import automation
from storage.database import Database
from tests.scenarios.desk import StoryDesk, mail
from tests.scenarios.fulfilment import (
    ANN,
    CARA,
    begun,
    cancelled,
    desk_with,
    laptop,
    notes,
    refit,
    sent,
    states,
    to,
)

USER = "nobody" if os.geteuid() == 0 else ""
MAKE = Task("make", "Make the account", team="service-desk", command="make")
SHOW = Task("show", "Show it", team="facilities", after=("make",))
APPROVED = (Stage(By.PERSONS, ("ann@corp.test",)),)
NEVER = threading.Event()
Opened = Callable[..., StoryDesk]


@pytest.fixture
def opened(database: Database, now: datetime) -> Iterator[Opened]:
    made: list[StoryDesk] = []

    def make(*tasks: Task, stages: tuple[Stage, ...] = APPROVED) -> StoryDesk:
        made.append(desk_with(database, now, laptop(*(tasks or (MAKE, SHOW)), stages=stages)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def runner(desk: StoryDesk, *argv: str, owner: str = "story/1/0/automation", **more) -> CommandRunner:
    allowed = AutomationSettings(
        **{"name": "make", "argv": argv or ("/bin/echo", "{model}"), "user": USER, **more}
    )
    return CommandRunner(AutomationBook(desk.database, desk.office, (allowed,), owner, lambda: desk.now))


def run(desk: StoryDesk, *argv: str, **more) -> bool:
    return runner(desk, *argv, **more).run_next(NEVER)


def output(desk: StoryDesk) -> str:
    return "\n".join(one["text"] for one in desk.ticket(1)["entries"] if one["author"] == "automation")


def test_a_command_does_the_task_and_the_next_one_starts(opened: Opened):
    desk = opened()
    assert sent(begun(desk)) == []

    assert run(desk, "/bin/echo", "made for {requester}:", "{model}", "on {ticket}/{item}")

    assert states(desk) == {"make": "done", "show": "started"}
    assert "made for cara@corp.test: Strong 16 on 1/laptop" in output(desk)
    assert sent(desk.mail_out()) == [("task-request", "fay@corp.test")]
    assert not run(desk)


def test_the_last_command_fulfils_the_request(opened: Opened):
    desk = opened(MAKE)
    begun(desk)

    run(desk)

    assert desk.ticket(1)["state"] == "fulfilled"
    assert ("request-told", "cara@corp.test") in sent(desk.mail_out())


def test_a_failure_makes_a_task_for_people_with_the_output(opened: Opened):
    desk = opened()
    begun(desk)

    run(desk, "/bin/sh", "-c", "echo the directory is away; exit 7")

    out = desk.mail_out()
    assert {"task-news", "task-request"} == {one.notice for one in out}
    assert "status 7" in to(out, "ann@corp.test", "task-news").text
    assert "the directory is away" in output(desk)
    assert states(desk) == {"make": "started", "show": "waiting"}
    assert notes(desk)[-2:] == ["task automatic failed", "task asked"]
    assert not run(desk)

    desk.mail_in(mail(ANN, "Re: task", "done", to(out, "ann@corp.test").reply_address))
    assert states(desk)["make"] == "done"


def test_what_takes_too_long_makes_a_task_for_people(opened: Opened):
    desk = opened()
    begun(desk)

    run(desk, "/bin/sleep", "30", timeout_seconds=1)

    assert "longer than 1 seconds" in output(desk)
    assert ("task-request", "ann@corp.test") in sent(desk.mail_out())


@pytest.mark.parametrize("model", ["--all", "a\x07b", "x" * 501])
def test_an_answer_that_no_argument_may_be_goes_to_people(opened: Opened, model: str, tmp_path: Path):
    desk = opened()
    begun(desk, {"model": model})

    assert not run(desk, "/usr/bin/touch", "{model}")

    assert ("task-request", "ann@corp.test") in sent(desk.mail_out())
    assert states(desk)["make"] == "started"


def test_a_dry_run_only_tells_what_would_run(opened: Opened, tmp_path: Path):
    desk = opened()
    begun(desk)
    target = tmp_path / "made"

    run(desk, "/usr/bin/touch", str(target), "{model}", dry_run=True)

    assert not target.exists()
    assert f"it would run: /usr/bin/touch {target} Strong 16" in output(desk)
    assert ("task-request", "bob@corp.test") in sent(desk.mail_out())


def test_a_command_that_is_not_allowed_any_more_makes_a_task_for_people(opened: Opened):
    desk = opened()
    begun(desk)

    run(desk, name="other")

    assert ("task-request", "ann@corp.test") in sent(desk.mail_out())


class TestApproval:
    def test_without_approval_a_command_runs_only_where_that_is_said(self, opened: Opened):
        desk = opened(stages=())
        begun(desk)

        run(desk)

        assert "nobody approved" in output(desk)
        assert states(desk)["make"] == "started"

    def test_nor_for_a_sender_whom_nothing_proves(self, opened: Opened):
        desk = opened(stages=())
        begun(desk)

        run(desk, without_approval=True)

        assert "nothing proves who sent it" in output(desk)

    def test_a_verified_sender_who_needs_no_approval_is_served(self, opened: Opened):
        desk = opened(stages=())
        begun(desk, auth_user="cara@corp.test")

        run(desk, without_approval=True)

        assert states(desk)["make"] == "done"


class TestOnce:
    def test_a_command_is_claimed_by_one(self, opened: Opened):
        desk = opened()
        begun(desk)

        first, second = runner(desk, owner="a/1/0/x"), runner(desk, owner="b/1/0/x")
        assert first.book.claim() is not None
        assert second.book.claim() is None

    def test_whoever_dies_while_it_runs_leaves_a_task_for_people_and_no_second_run(self, opened: Opened):
        desk = opened()
        begun(desk)
        dying = runner(desk, owner="elsewhere/1/0/x")
        order = dying.book.claim()
        assert order is not None
        assert runner(desk).book.lose() == 0

        desk.advance(minutes=4)
        assert runner(desk).book.lose() == 1
        assert not run(desk)
        dying.book.settle(order, Report(""))

        out = desk.mail_out()
        assert "nobody knows how far it came" in to(out, "ann@corp.test", "task-news").text
        assert ("task-request", "ann@corp.test") in sent(out)
        assert states(desk) == {"make": "started", "show": "waiting"}

    def test_a_dead_process_of_this_host_is_known_at_once(self, opened: Opened):
        desk = opened()
        begun(desk)
        host = os.uname().nodename
        gone = runner(desk, owner=f"{host}/{2**22 + 7}/12345/automation")
        assert gone.book.claim() is not None

        assert runner(desk).book.lose() == 1

    def test_a_request_that_is_called_off_runs_nothing(self, opened: Opened):
        desk = opened()
        begun(desk)
        cancelled(desk, "Cara has left")

        assert not run(desk)
        with desk.database.read():
            assert [one.state for one in automation.asked(5)] == []

    def test_what_comes_after_the_request_was_called_off_is_noted_and_does_nothing(self, opened: Opened):
        desk = opened()
        begun(desk)
        running = runner(desk)
        order = running.book.claim()
        assert order is not None
        cancelled(desk, "Cara has left")

        running.book.settle(order, Report("", "made"))

        assert "made" in output(desk)
        assert states(desk) == {"make": "skipped", "show": "skipped"}


def test_secrets_in_the_output_are_masked(opened: Opened):
    desk = opened()
    begun(desk)

    run(desk, "/bin/echo", "password: hunter2secret")

    assert "hunter2secret" not in output(desk)


def test_nobody_outside_sees_the_output(opened: Opened):
    desk = opened()
    begun(desk)
    run(desk, "/bin/echo", "internal-detail-4711")
    refit(desk)
    desk.mail_in(mail(CARA, "[#1] A laptop please", "How is it?"))

    assert [one for one in desk.mail_out() if one.recipient == "cara@corp.test" and b"4711" in one.raw] == []


def test_the_runner_goes_on_until_it_is_stopped(opened: Opened):
    desk = opened(MAKE)
    begun(desk)
    stop = threading.Event()
    running = runner(desk)
    working = threading.Thread(target=running.run, args=(stop,))
    working.start()
    for _ in range(300):
        if states(desk) == {"make": "done"}:
            break
        stop.wait(0.1)
    stop.set()
    working.join(30)

    assert not working.is_alive()
    assert states(desk) == {"make": "done"}
