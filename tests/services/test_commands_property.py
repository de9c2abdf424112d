"""Random commands: whatever agents say, states stay legal, journals whole, and #undo restores tickets."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.desk.lifecycle import GRAPHS
from daemon.services.apply import Cause
from daemon.services.by_hand import Given, give
from storage import automatic_stops
from storage.database import Database
from tests.conftest import MONDAY_MORNING, close
from tests.scenarios.bench import CARA, DAN, Bench

TICKETS = (1, 2, 3)
AGENTS = st.sampled_from(["ann@corp.test", "bob@corp.test"])
LINES = st.sampled_from(
    [
        "take", "assign bob", "assign nobody", "team hr", "watch", "unwatch", "watch bob",
        "cc dan@cust.test fred@x.test", "for dan@cust.test", "for eve@cust.test phone", "ask hugo Why?",
        "open", "resolve", "close", "reopen", "pending requester", "pending vendor", "pending mon",
        "fulfil", "reject", "details", "submit", "investigate", "known-error", "schedule fri",
        "implemented", "failed", "reviewed", "draft", "type request", "type problem", "type change",
        "type incident", "impact high", "urgency low", "priority P1 why", "category mail",
        "category none", "due fri", "due none", "time 15m", "tags +a +b", "tags -a", "field floor=2",
        "field site=Paris", "merge 1", "merge 2", "merge 3", "link 1", "link 2 parent",
        "link 3 duplicate", "unlink 2", "reply-with Thanks", "note seen", "close Thank you", "nonsense",
        "mails", "mails stop", "mails stop closing", "mails start", "mails start closing",
    ]
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(TICKETS), AGENTS, st.lists(LINES, min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)
_calls = itertools.count()


@pytest.fixture(scope="module")
def opened(sqlite_maker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench with three tickets, which all examples work on one after the other."""

    class Request:
        def getfixturevalue(self, _name: str) -> Any:
            return tmp_path_factory.mktemp("property")

    for url in sqlite_maker(Request()):
        database = Database(url)
        made = Bench.on(database, MONDAY_MORNING)
        for sender in (CARA, DAN, CARA):
            made.open(sender)
        yield made
        made.desk.close()
        close(database)


def say(bench: Bench, number: int, agent: str, lines: list[str]) -> list[dict[str, object]]:
    cause = Cause("test", f"cli:{next(_calls)}", bench.desk.now)
    with bench.desk.database.write():
        return give(bench.desk.office, agent, Given(number, tuple(lines)), cause)


def wholes(bench: Bench) -> dict[int, Any]:
    """Return the tickets, without the words that were said, which stay said."""
    found = {number: bench.whole(number) for number in TICKETS}
    with bench.desk.database.read():
        stops = {number: [one.kind for one in automatic_stops.of_ticket(number)] for number in TICKETS}
    return {
        number: {"stops": stops[number]} | {key: one[key] for key in ("ticket", "people", "links")}
        for number, one in found.items()
    }


# Told first: what random commands leave behind may stand in its way.
def test_who_is_copied_and_becomes_the_requester_is_copied_again(opened: Bench):
    say(opened, 2, "ann@corp.test", ["cc zoe@cust.test"])
    before = wholes(opened)[2]

    (first,) = say(opened, 2, "ann@corp.test", ["for zoe@cust.test"])
    (second,) = say(opened, 2, "ann@corp.test", ["undo"])

    assert (first["done"], second["done"]) == (True, True)
    assert replace(wholes(opened)[2]["ticket"], updated_at=None) == replace(before["ticket"], updated_at=None)
    assert wholes(opened)[2]["people"] == before["people"]


@settings(
    max_examples=200 if os.environ.get("FUZZ") == "full" else 15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_any_commands_keep_the_invariants_and_can_be_taken_back(opened: Bench, steps):
    # Whatever the example before did lies too far back to be taken back.
    opened.desk.advance(hours=2)
    for number, agent, lines in steps:
        before = wholes(opened)
        results = say(opened, number, agent, lines)

        after = wholes(opened)
        done = all(one["done"] for one in results)
        assert done or after == before
        for each in TICKETS:
            ticket = after[each]["ticket"]
            assert ticket.state in GRAPHS[ticket.type]
            assert (ticket.pending_until is None) or ticket.state == "pending-date"
            assert opened.chain_is_whole(each)
            assert opened.survivor(each) in TICKETS
        if done and after != before:
            (undone,) = say(opened, number, agent, ["undo"])
            assert undone["done"], undone
            assert wholes(opened) == before
            say(opened, number, agent, lines)
