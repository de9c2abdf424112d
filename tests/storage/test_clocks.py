"""The tables of clocks: what was counted stays, and a look reads what is due."""

from dataclasses import replace
from datetime import timedelta

import peewee
import pytest

from storage import clocks
from storage.clocks import Alarm
from storage.records import Segment
from storage.vocabulary import Clock, SegmentKind

HOUR = timedelta(hours=1)


def segment(now, **fields):
    usual = {
        "id": 0,
        "ticket_number": 7,
        "clock": Clock.RESOLUTION,
        "run": 1,
        "kind": SegmentKind.RUNNING,
        "started_at": now,
        "ended_at": None,
        "reason": "the ticket was opened",
        "ended_reason": "",
        "cause": "arrival:1",
        "rule": "usual",
        "calendar": "office",
        "target_seconds": 28_800,
        "used_seconds": None,
    }
    return Segment(**{**usual, **fields})


def test_segments_come_back_as_they_were_written(database, now):
    first = segment(now)
    second = segment(now, clock=Clock.UPDATE, kind=SegmentKind.PAUSED, target_seconds=None)
    with database.write():
        clocks.add([first, second, segment(now, ticket_number=8)])
    with database.read():
        found = clocks.of_ticket(7)

    assert [replace(one, id=0) for one in found] == [first, second]
    assert 0 < found[0].id < found[1].id


def test_end_is_written_once(database, now):
    with database.write():
        clocks.add([segment(now)])
        (stored,) = clocks.of_ticket(7)
        ended = replace(stored, ended_at=now + HOUR, ended_reason="resolved", used_seconds=3600)
        clocks.end(ended)
        clocks.end(replace(ended, ended_at=now + 2 * HOUR, used_seconds=7200))
        found = clocks.of_ticket(7)

    assert found == [ended]


def test_a_look_finds_what_is_due_first_then_what_has_other_levels(database, now):
    with database.write():
        clocks.watch(1, now + HOUR, None, "b")
        clocks.watch(2, now, now + HOUR, "b")
        clocks.watch(3, now - HOUR, None, "b")
        clocks.watch(4, None, None, "a")
        clocks.watch(5, None, None, "c")
        clocks.watch(6, None, None, "b")

        assert clocks.to_look_at(now, "b", 10) == [3, 2, 4, 5]
        assert clocks.to_look_at(now, "b", 3) == [3, 2, 4]
        assert clocks.due_at(2) == now + HOUR
        assert (clocks.due_at(1), clocks.due_at(99)) == (None, None)
        clocks.put_off(3, now + HOUR)
        clocks.forget(4)
        assert clocks.to_look_at(now, "b", 10) == [2, 5]
        clocks.watch(2, now + HOUR, None, "b")
        assert clocks.to_look_at(now, "b", 10) == [5]
        assert [number for number, _, _ in clocks.watched()] == [1, 2, 3, 5, 6]


def test_alarm_is_raised_once_for_a_reader(database, now):
    alarm = Alarm(Clock.RESOLUTION, 1, 800, "ann@corp.test", now)
    later = replace(alarm, due_at=now + HOUR)
    with database.write():
        clocks.raise_alarms(7, [alarm, replace(alarm, recipient="bob@corp.test")])
        clocks.raise_alarms(7, [later, replace(alarm, run=2)])
        clocks.told(7, alarm, now)
        found = clocks.alarms(7)

    assert found == [
        replace(alarm, told_at=now),
        replace(alarm, recipient="bob@corp.test"),
        replace(alarm, run=2),
    ]


@pytest.mark.parametrize("table", ["clock_watch"])
def test_a_look_reads_no_more_than_what_is_due(database, now, table, monkeypatch):
    if not database.is_sqlite:
        return  # its planner takes the table itself as long as that is small
    plans: list[str] = []
    real = peewee.SqliteDatabase.execute_sql

    def explained(self, sql, params=None):
        if sql.startswith("SELECT"):
            plans.extend(row[3] for row in real(self, f"EXPLAIN QUERY PLAN {sql}", params).fetchall())
        return real(self, sql, params)

    with database.write():
        monkeypatch.setattr(peewee.SqliteDatabase, "execute_sql", explained)
        clocks.to_look_at(now, "b", 10)
        monkeypatch.undo()

    assert plans
    assert [plan for plan in plans if not plan.startswith(f"SEARCH {table} USING")] == []
