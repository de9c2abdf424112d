"""``postdesk fulfilment``: what is open, what is late, and who keeps promises."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from storage import tasks
from storage.tasks import NewTask, PromiseMove
from tests.cli.test_documented_keys import documented

DAY = timedelta(days=1)


@pytest.fixture
def desk(desk_folder):
    now = datetime.now(UTC)
    with desk_folder.story.database.write():
        _request(1, now, promised=now - DAY, moved=True)
        _request(2, now, promised=now + DAY, moved=False)
        tasks.begin(3, "badge", now - 3 * DAY, None, None)
        late = tasks.add(3, 0, NewTask("print", "Print it", "started", team="facilities"))
        tasks.change_task(late, {"due_at": now - DAY, "first_due_at": now - DAY})
        stuck = tasks.add(
            3, 1, NewTask("photo", "Take a photo", "blocked", address="vic@vendor.test", why="no film")
        )
        tasks.change_task(stuck, {"due_at": now + DAY})
        tasks.add(3, 2, NewTask("bring", "Bring it", "waiting", team="facilities"))
    return desk_folder


def _request(number: int, now: datetime, *, promised: datetime, moved: bool) -> None:
    """Store a request that was fulfilled an hour ago, by a vendor and a team."""
    done = now - timedelta(hours=1)
    tasks.begin(number, "laptop", now - 3 * DAY, promised, None)
    tasks.change(number, {"open": False, "fulfilled_at": done})
    first = tasks.add(number, 0, NewTask("order", "Order it", "done", address="vic@vendor.test"))
    fields = {"done_at": done, "first_due_at": promised, "due_at": now, "done_by": "vic@vendor.test"}
    tasks.change_task(first, {**fields, "minutes": 45, "cost": (("120.00", "EUR"),)})
    second = tasks.add(number, 1, NewTask("install", "Install it", "done", team="it"))
    tasks.change_task(second, {"done_at": done, "done_by": "ann@corp.test", "minutes": 15})
    if moved:
        tasks.note_move(
            PromiseMove(number, "order", now - 2 * DAY, promised, now, "strike", "vic@vendor.test")
        )
        tasks.note_move(PromiseMove(number, "", now - 2 * DAY, promised, now, "strike", "vic@vendor.test"))


def test_open_tasks_are_listed_the_one_due_first_before_others(desk):
    said = desk.postdesk("fulfilment")

    assert said.status == 1
    head, first, second = said.out.splitlines()
    assert head.split()[:5] == ["TICKET", "TASK", "TITLE", "STATE", "LATE"]
    assert first.split()[:6] == ["3", "print", "Print", "it", "started", "yes"]
    assert "vic@vendor.test" in second
    assert "no film" in second


def test_only_what_is_late_or_blocked(desk):
    late = json.loads(desk.postdesk("fulfilment", "--late", "--json").out)
    blocked = json.loads(desk.postdesk("fulfilment", "--blocked", "--json").out)

    assert ([row["task"] for row in late], [row["task"] for row in blocked]) == (["print"], ["photo"])
    assert sorted(late[0]) == sorted(documented("An open task"))


def test_nothing_open_is_well(desk_folder):
    said = desk_folder.postdesk("fulfilment")

    assert (said.status, said.out) == (0, "nobody has a task\n")


def test_reliability_of_items_is_that_of_what_requesters_were_promised(desk):
    (row,) = desk.postdesk("fulfilment", "--reliability", "item", "--json").json

    assert sorted(row) == sorted(documented("Reliability"))
    assert (row["name"], row["done"], row["promised"], row["kept"], row["share"]) == ("laptop", 2, 2, 1, 0.5)
    assert (row["moved"], row["minutes"]) == (1, 120)
    assert row["cost"] == [{"amount": "240.00", "currency": "EUR"}]


def test_reliability_of_performers_and_teams(desk):
    people = desk.postdesk("fulfilment", "--reliability", "performer", "--json").json
    (team,) = desk.postdesk("fulfilment", "--reliability", "team", "--json").json

    found = {row["name"]: (row["promised"], row["kept"], row["moved"]) for row in people}
    assert found == {"vic@vendor.test": (2, 1, 1), "ann@corp.test": (0, 0, 0)}
    assert (team["name"], team["done"], team["share"]) == ("it", 2, None)


def test_reliability_as_a_table(desk):
    head, row = desk.postdesk("fulfilment", "--reliability", "item").out.splitlines()

    assert head.split() == ["NAME", "DONE", "PROMISED", "KEPT", "SHARE", "MOVED", "AGAIN", "MINUTES", "COST"]
    assert row.split() == ["laptop", "2", "2", "1", "50%", "1", "0", "120", "240.00", "EUR"]
