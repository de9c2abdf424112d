"""Approvals are kept with all that belongs to them, on both databases."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage import approvals, hot
from storage.approval_records import (
    Asked,
    KeptEnding,
    KeptHandover,
    KeptStage,
    NewApproval,
    NewVote,
)
from storage.database import Database

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
STAGE = KeptStage("manager", "any", 0, 3600, (("max@corp.test", "manager of cara@corp.test"),))
NEW = NewApproval(7, "laptop", "text\n", "d" * 64, ("cara@corp.test",), (STAGE,))


def test_an_approval_comes_back_as_it_was_kept(database: Database):
    with database.write():
        number = approvals.add(NEW, NOW)
        asked = Asked(number, 0, "max@corp.test", "max@corp.test", NOW)
        approvals.ask([asked, asked])
        vote = NewVote(
            number, 0, "max@corp.test", "max@corp.test", "approve", NOW, "d" * 64, "ok", "", "token"
        )
        serial = approvals.add_vote(vote)
        handover = KeptHandover(number, 0, "max@corp.test", "dora@corp.test", NOW, "away")
        approvals.add_handover(handover)
        ending = KeptEnding(number, "withdrawn", "ann@corp.test", NOW, "no")
        approvals.add_ending(ending)
        found = approvals.get(number)

    assert found is not None
    assert found.approval.stages == (STAGE,)
    assert (found.approval.parties, found.approval.problems) == (("cara@corp.test",), ())
    assert (found.approval.state, found.approval.stage, found.approval.opened_at) == ("pending", 0, NOW)
    assert [replace(one, id=0) for one in found.asked] == [asked]
    assert [(one.serial, one.vote) for one in found.votes] == [(serial, vote)]
    assert (found.handovers, found.endings) == ((handover,), (ending,))


def test_columns_change_and_lists_stay_lists(database: Database):
    later = NOW + timedelta(hours=1)
    with database.write():
        number = approvals.add(NEW, NOW)
        approvals.change(number, state="stuck", problems=("nobody",), next_at=later, stages=(STAGE, STAGE))
        found = approvals.open_of(7)

    assert found is not None
    assert (found.approval.state, found.approval.problems, found.approval.next_at) == (
        "stuck",
        ("nobody",),
        later,
    )
    assert found.approval.stages == (STAGE, STAGE)


def test_a_stage_keeps_who_was_replaced_and_an_older_one_has_nobody(database: Database):
    stage = replace(STAGE, replaced=(("max@corp.test", "dora@corp.test", "ann@corp.test"),))
    with database.write():
        number = approvals.add(replace(NEW, stages=(stage,)), NOW)
        older = approvals.add(replace(NEW, ticket_number=8), NOW)
        before = json.dumps([["manager", "any", 0, 3600, [["max@corp.test", "manager of cara@corp.test"]]]])
        hot.execute("UPDATE approvals SET stages = ? WHERE id = ?", [before, older])
        found = approvals.dossiers([number, older])

    assert [one.approval.stages for one in found] == [(stage,), (STAGE,)]


def test_who_is_waited_for_is_exactly_who_is_named(database: Database):
    with database.write():
        number = approvals.add(NEW, NOW)
        people = ("a@x.test", "b@x.test", "c@x.test")
        approvals.ask([Asked(number, 0, one, one, NOW) for one in people])
        approvals.wait_for(number, 0, ["b@x.test"])
        assert approvals.waiting_counts(people, 5) == {"b@x.test": 1}
        assert approvals.waiting_for(["a@x.test", "b@x.test"]) == [number]
        (first, *_) = approvals.get(number).asked
        approvals.change_asked(first, done=(1, 2), asked_back=1, mailed_at=NOW)
        (first, *_) = approvals.get(number).asked
        approvals.wait_for(number, 0, [])

        assert (first.done, first.asked_back, first.mailed_at) == ((1, 2), 1, NOW)
        assert approvals.waiting_for(people) == []


def test_lists_of_numbers(database: Database):
    with database.write():
        one, two, three = (approvals.add(NEW, NOW) for _ in range(3))
        approvals.change(one, next_at=NOW)
        approvals.change(two, state="approved", next_at=None)
        approvals.change(three, state="stuck", next_at=NOW + timedelta(days=1))

        assert approvals.due(NOW, 10) == [one]
        assert approvals.due(NOW + timedelta(days=2), 10, beyond=one) == [three]
        assert approvals.open_ids() == [one, three]
        assert approvals.open_ids(stuck=True) == [three]
        assert approvals.ids_after(one, 10) == [two, three]
        assert [found.approval.id for found in approvals.of_ticket(7)] == [one, two, three]
        assert approvals.get(99) is None
        assert approvals.open_of(8) is None
