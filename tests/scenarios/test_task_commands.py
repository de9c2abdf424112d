"""Agents see and move the tasks of a request by mail, and take back what they did."""

from datetime import UTC, datetime

import pytest

from daemon.desk.catalogue import Task
from daemon.services import task_watch
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply
from tests.scenarios.fulfilment import (
    ANN,
    DAY,
    DESK,
    INSTALL,
    ORDER,
    TAKE_BACK,
    VIC,
    Opened,
    begun,
    desks_opened,
    row,
    sent,
    states,
    to,
)

__all__ = ["desks_opened"]


def order(desk: StoryDesk, *lines: str) -> tuple[str, list[Mail]]:
    """Let Ann give commands; returns her receipt and all other mail."""
    desk.advance(seconds=1)
    desk.mail_in(mail(ANN, "Re: [#1]", "\n".join(lines), SUPPORT), auth_user="ann@corp.test")
    mails = desk.mail_out()
    (receipt,) = [one for one in mails if one.notice == "command-results"]
    return " ".join(receipt.text.split()), [one for one in mails if one is not receipt]


def test_tasks_shows_who_has_what_until_when_and_what_it_took(opened: Opened):
    desk = opened(ORDER, DESK, INSTALL, promised=10 * DAY)
    mails = begun(desk)
    desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "done 45min 120 EUR"))
    desk.mail_out()
    desk.now = datetime(2024, 1, 17, 9, tzinfo=UTC)

    said, _ = order(desk, "#tasks")

    assert "1 of 3 tasks are done; promised for Mon 29 Jan 2024, 10:00 CET" in said
    assert "order (Order the laptop): done, vic@vendor.test; on Mon 15 Jan 2024, 10:00 CET" in said
    assert "by vic@vendor.test; 45 min, 120.00 EUR" in said
    assert "desk (Bring a desk): started, late, facilities; due Tue 16 Jan 2024, 10:00 CET" in said
    assert "so far: 45 min, 120.00 EUR" in said


def test_tasks_shows_after_which_day_an_access_is_taken_back(opened: Opened):
    desk = opened(DESK, TAKE_BACK, ends="until")
    begun(desk, {"model": "x", "until": "2024-06-30"})

    said, _ = order(desk, "#tasks")

    assert "take-back (Fetch it): waiting, facilities; after 2024-06-30" in said


def test_task_done_ticks_it_off_tells_whoever_had_it_and_starts_the_next(opened: Opened):
    desk = opened(ORDER, INSTALL_NEXT)
    begun(desk)

    said, mails = order(desk, "#task-done order")

    assert "the task order is done" in said
    assert sent(mails) == [
        ("task-request", "ann@corp.test"),
        ("task-request", "bob@corp.test"),
        ("task-told", "vic@vendor.test"),
    ]
    assert row(desk, "order").done_by == "ann@corp.test"
    assert desk.ticket(1)["state"] == "in-fulfilment"


def test_undo_gives_the_task_back_and_lets_the_next_one_wait(opened: Opened):
    desk = opened(ORDER, INSTALL_NEXT)
    first = to(begun(desk), "vic@vendor.test")
    order(desk, "#task-done order")

    said, mails = order(desk, "#undo")

    assert "taken back" in said
    assert states(desk) == {"order": "started", "install": "waiting"}
    assert sent(mails) == [
        ("task-request", "vic@vendor.test"),
        ("task-told", "ann@corp.test"),
        ("task-told", "bob@corp.test"),
    ]
    desk.mail_in(reply(first, VIC, "done"))
    assert states(desk) == {"order": "done", "install": "started"}


def test_undo_brings_a_fulfilled_request_back_to_work(opened: Opened):
    desk = opened(ORDER)
    begun(desk)
    order(desk, "#task-done order")
    assert desk.ticket(1)["state"] == "fulfilled"

    order(desk, "#undo")

    assert desk.ticket(1)["state"] == "in-fulfilment"
    assert states(desk) == {"order": "started"}


def a_minute_later(desk: StoryDesk) -> list[Mail]:
    """Let the clock call off what is open on a ticket that ended."""
    desk.advance(minutes=2)
    with desk.database.write():
        task_watch.look(desk.office, 1, desk.now)
    return desk.mail_out()


@pytest.mark.parametrize("word", ["#close", "#fulfil"])
def test_undo_of_an_end_starts_the_tasks_again_that_were_called_off_by_then(opened: Opened, word: str):
    desk = opened(ORDER, INSTALL_NEXT)
    first = to(begun(desk), "vic@vendor.test")
    order(desk, word)
    told = a_minute_later(desk)
    assert states(desk) == {"order": "skipped", "install": "skipped"}

    _, mails = order(desk, "#undo")

    assert ("task-told", "vic@vendor.test") in sent(told)
    assert sent(mails) == [("task-request", "vic@vendor.test")]
    assert (desk.ticket(1)["state"], states(desk)) == (
        "in-fulfilment",
        {"order": "started", "install": "waiting"},
    )
    (noted,) = [one for one in desk.ticket(1)["events"] if one["kind"] == "fulfilment taken up again"]
    assert noted["data"] == {"tasks": "install, order"}
    desk.mail_in(reply(first, VIC, "done"))
    assert states(desk)["order"] == "started"
    desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "done"))
    assert states(desk) == {"order": "done", "install": "started"}
    desk.mail_out()
    order(desk, "#close after all")
    a_minute_later(desk)
    assert states(desk) == {"order": "done", "install": "skipped"}


def test_undo_of_an_end_leaves_out_what_an_agent_had_left_out(opened: Opened):
    desk = opened(ORDER, DESK)
    begun(desk)
    order(desk, "#task-skip desk there is one")
    order(desk, "#close")
    a_minute_later(desk)

    order(desk, "#undo")

    assert states(desk) == {"order": "started", "desk": "skipped"}


def test_undo_of_an_end_lets_an_access_last_to_its_day_again(opened: Opened):
    desk = opened(DESK, ORDER, TAKE_BACK, ends="until")
    mails = begun(desk, {"model": "Strong 16", "until": "2024-06-30"})
    desk.mail_in(reply(to(mails, "fay@corp.test"), "Fay <fay@corp.test>", "done"))
    desk.mail_out()
    order(desk, "#close")
    a_minute_later(desk)
    assert states(desk) == {"desk": "done", "order": "skipped", "take-back": "started"}

    said, mails = order(desk, "#undo")
    shown, _ = order(desk, "#tasks")

    assert "taken back" in said
    assert states(desk) == {"desk": "done", "order": "started", "take-back": "waiting"}
    assert "Please wait with this task" in " ".join(to(mails, "fay@corp.test", "task-told").text.split())
    assert "take-back (Fetch it): waiting, facilities; after 2024-06-30" in shown


def test_undo_of_an_end_within_the_minute_asks_nobody_anew(opened: Opened):
    desk = opened(ORDER)
    begun(desk)
    order(desk, "#close")

    _, mails = order(desk, "#undo")

    assert (sent(mails), states(desk)) == ([], {"order": "started"})


def test_undo_is_refused_once_the_next_task_is_done(opened: Opened):
    desk = opened(ORDER, INSTALL_NEXT)
    begun(desk)
    _, mails = order(desk, "#task-done order")
    desk.mail_in(reply(to(mails, "ann@corp.test"), ANN, "done"))
    desk.mail_out()

    said, _ = order(desk, "#undo")

    assert "the task install, which comes after order, is done already" in said
    assert states(desk) == {"order": "done", "install": "done"}


def test_task_skip_needs_a_reason_and_can_be_taken_back(opened: Opened):
    desk = opened(ORDER, INSTALL_NEXT)
    begun(desk)

    refused, nothing = order(desk, "#task-skip order")
    _, mails = order(desk, "#task-skip order we have one in stock")

    assert "expected a reason" in refused
    assert nothing == []
    assert "we have one in stock" in to(mails, "vic@vendor.test", "task-told").text
    assert states(desk) == {"order": "skipped", "install": "started"}
    order(desk, "#undo")
    assert states(desk) == {"order": "started", "install": "waiting"}


def test_promise_tells_the_requester_why_and_back(opened: Opened):
    desk = opened(ORDER, promised=5 * DAY)
    begun(desk)

    refused, _ = order(desk, "#promise 2024-02-01")
    said, mails = order(desk, "#promise 2024-02-01 the ship is late")

    assert "expected a reason" in refused
    assert "promised for Thu 01 Feb 2024" in said
    assert "the ship is late" in to(mails, "cara@corp.test", "promise-moved").text
    assert desk.ticket(1)["due"] == datetime(2024, 2, 1, 16, 0, tzinfo=UTC)

    _, mails = order(desk, "#undo")
    assert "Mon 22 Jan 2024" in " ".join(to(mails, "cara@corp.test", "request-told").text.split())
    assert desk.ticket(1)["due"] == datetime(2024, 1, 22, 9, 0, tzinfo=UTC)


def test_an_agent_answers_whoever_has_a_task_and_gets_the_answer(opened: Opened):
    desk = opened(ORDER)
    asked = to(begun(desk), "vic@vendor.test")
    desk.mail_in(reply(asked, VIC, "Which keyboard?"))
    desk.mail_out()

    said, mails = order(desk, "#task-tell order", "", "The German one.", "It stands in the form.")

    told = to(mails, "vic@vendor.test", "task-told")
    assert "your words go to whoever has the task order" in said
    assert "Ann writes about this task:" in told.text
    assert "> The German one.\n> It stands in the form." in told.text
    assert b"ann@corp.test" not in told.raw
    assert [one.recipient for one in mails if one.notice == "public-answer"] == []
    desk.mail_in(reply(told, VIC, "done"))
    assert states(desk) == {"order": "done"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["#task-done install"], "it is not the turn of the task install: it waits for order"),
        (["#task-done ordr"], 'there is no task "ordr"; there are: order, install'),
        (["#task-done order", "#task-done order"], "the task order is done already"),
        (["#task-done order really"], "expected #task-done TASK, got 'really' behind the task"),
        (["#task-tell install Hello"], "the task install is waiting; nobody has it now"),
        (["#task-tell order"], "with the words behind it or below the line"),
        (["#promise yesterday because"], "expected a day like"),
    ],
)
def test_what_is_not_possible_is_refused_and_nothing_is_done(opened: Opened, lines: list[str], said: str):
    desk = opened(ORDER, INSTALL_NEXT)
    begun(desk)

    receipt, mails = order(desk, *lines)

    assert said in receipt
    assert mails == []
    assert states(desk) == {"order": "started", "install": "waiting"}


INSTALL_NEXT = Task("install", "Install it", team="service-desk", after=("order",))
