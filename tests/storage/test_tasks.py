"""Tasks and commands as rows: kept in their order, asked for once, claimed once; on both databases."""

from datetime import date, datetime, timedelta

import pytest

from storage import automation, tasks
from storage.automation import RunState
from storage.database import Database
from storage.tasks import NewTask, PromiseMove

ORDER = NewTask("order", "Order it", "started", address="vic@vendor.test", shows=("model",), due_seconds=3600)
CHECK = NewTask("check", "Check it", "waiting", team="it", after=("order",), gate=True)


@pytest.fixture
def begun(database: Database, now: datetime) -> Database:
    with database.write():
        tasks.begin(7, "laptop", now, now + timedelta(days=5), date(2024, 6, 30))
        tasks.add(7, 0, ORDER)
        tasks.add(7, 1, CHECK)
    return database


def test_tasks_come_back_as_they_were_stored(begun: Database, now: datetime):
    with begun.read():
        whole, found = tasks.get(7), tasks.of_ticket(7)

    assert whole is not None
    assert (whole.item, whole.open, whole.ends_on) == ("laptop", True, date(2024, 6, 30))
    assert whole.promised_at == whole.first_promised_at == now + timedelta(days=5)
    assert [one.what for one in found] == [ORDER, CHECK]


def test_a_task_of_the_same_name_takes_the_place_of_the_one_before(begun: Database, now: datetime):
    with begun.write():
        tasks.change_task(1, {"state": "done", "done_at": now, "cost": (("12.00", "EUR"),), "next_at": now})
        fresh = tasks.add(7, 0, NewTask("order", "Order it", "waiting", why="it was the wrong one"))
        now_there, ever = tasks.of_ticket(7), tasks.of_ticket(7, past=True)

    assert [(one.id, one.state) for one in now_there] == [(fresh, "waiting"), (2, "waiting")]
    assert (ever[0].id, ever[0].superseded, ever[0].next_at) == (1, True, None)
    assert ever[0].cost == (("12.00", "EUR"),)


def test_a_request_that_begins_anew_leaves_its_old_tasks_behind(begun: Database, now: datetime):
    with begun.write():
        tasks.begin(7, "laptop", now, None, None)
        tasks.add(7, 0, ORDER)
        found, whole = tasks.of_ticket(7), tasks.get(7)

    assert [one.id for one in found] == [3]
    assert whole is not None
    assert (whole.promised_at, whole.ends_on) == (None, None)


def test_what_is_due_is_found_in_order_and_by_pages(database: Database, now: datetime):
    with database.write():
        for number in range(1, 8):
            tasks.begin(number, "laptop", now, None, None)
            tasks.change(number, {"next_at": now + timedelta(minutes=number % 2)})
        first = tasks.to_look_at(now, ["closed"], 2)
        rest = tasks.to_look_at(now, ["closed"], 10, first[-1])

    assert (first, rest) == ([2, 4], [6])


def test_moves_are_kept_with_who_and_why(begun: Database, now: datetime):
    move = PromiseMove(7, "", now, now, now + timedelta(days=1), "the ship is late", "vic@vendor.test")
    with begun.write():
        tasks.note_move(move)

        assert tasks.moves([7]) == [move]
        assert tasks.moves([8]) == []


def test_views_find_what_is_open_and_done(begun: Database, now: datetime):
    with begun.write():
        assert [one.task for one in tasks.in_hand()] == ["order"]
        tasks.change_task(1, {"state": "done", "done_at": now})
        tasks.change(7, {"fulfilled_at": now})

        assert tasks.in_hand() == []
        assert [one.task for one in tasks.done_since(now)] == ["order"]
        assert tasks.done_since(now + timedelta(seconds=1)) == []
        assert [one.ticket_number for one in tasks.fulfilled_since(now)] == [7]
        assert list(tasks.whole({7, 8})) == [7]
        assert [one.task for one in tasks.of_tickets({7})[7]] == ["order", "check"]


def test_a_mail_that_is_none_of_ours_is_about_no_task(begun: Database):
    with begun.read():
        assert tasks.asked_by("<nobody@nowhere.test>") is None
        assert tasks.asked_of(1, "task-request") == set()


class TestCommands:
    def test_a_command_is_asked_for_and_claimed_once(self, begun: Database, now: datetime):
        until = now + timedelta(minutes=3)
        with begun.write():
            assert automation.ask(1, 7, "make", now)
            assert not automation.ask(1, 7, "make", now)
            assert [one.task_id for one in automation.asked(5)] == [1]
            assert automation.claim(1, "a", now, until)
            assert not automation.claim(1, "b", now, until)
            assert automation.asked(5) == []
            assert [(one.owner, one.lease_until) for one in automation.running()] == [("a", until)]

    def test_only_its_owner_settles_it_and_only_once(self, begun: Database, now: datetime):
        with begun.write():
            automation.ask(1, 7, "make", now)
            automation.claim(1, "a", now, now)
            assert not automation.settle(1, "b", RunState.DONE, "done", now)
            assert automation.lose(1, "a", now)
            assert not automation.settle(1, "a", RunState.DONE, "done", now)
            found = automation.get(1)

        assert found is not None
        assert (found.state, found.ended_at) == (RunState.LOST, now)

    def test_what_is_refused_or_called_off_never_runs(self, begun: Database, now: datetime):
        with begun.write():
            automation.ask(1, 7, "make", now)
            automation.ask(2, 7, "make", now)
            assert automation.refuse(1, "nobody approved it", now)
            automation.call_off(2, now)

            assert not automation.claim(1, "a", now, now)
            assert not automation.claim(2, "a", now, now)
            assert not automation.refuse(2, "late", now)
            assert automation.get(3) is None
