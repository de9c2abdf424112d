"""Statements that are kept as text write and read exactly what peewee would."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage import hot
from storage.database import Database, IntegrityError
from storage.models import AddressRow, ArrivalRow, JobRow, PersonRow
from storage.task_models import TaskRow
from storage.vocabulary import Disposition

MOMENT = datetime(2024, 1, 15, 10, 30, 0, 250_000, tzinfo=timezone(timedelta(hours=1)))


def test_moment_is_read_by_peewee_as_it_was_written(database: Database):
    with database.write():
        (number,) = hot.insert_returning(PersonRow, [{"name": "Cara", "created_at": MOMENT}])
        row = PersonRow.get_by_id(number)

    assert (row.name, row.created_at) == ("Cara", datetime(2024, 1, 15, 9, 30, 0, 250_000, tzinfo=UTC))


def test_moment_without_zone_is_refused(database: Database):
    naive = MOMENT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"), database.write():
        hot.execute("DELETE FROM people WHERE created_at < ?", (naive,))


def test_columns_left_out_get_the_default_of_the_model(database: Database, now: datetime):
    with database.write():
        hot.insert(AddressRow, [{"address": "cara@cust.test", "person_id": 1, "created_at": now}])

        assert AddressRow.get_by_id("cara@cust.test").suppressed == ""


def test_rows_in_conflict_are_passed_over_and_not_counted(database: Database):
    rows = [{"name": "one"}, {"name": "two"}]
    with database.write():
        assert hot.insert(JobRow, rows[:1]) == 1
        assert hot.insert(JobRow, rows, on_conflict="ON CONFLICT DO NOTHING") == 1
        assert hot.insert_returning(JobRow, rows, on_conflict="ON CONFLICT DO NOTHING") == []

        assert hot.query("SELECT name FROM jobs ORDER BY name") == [("one",), ("two",)]


def test_nothing_to_insert_is_no_statement(database: Database):
    assert hot.insert(ArrivalRow, []) == 0
    assert hot.insert_returning(ArrivalRow, []) == []


def test_word_of_the_vocabulary_is_stored_as_its_text(database: Database):
    with database.write():
        hot.insert(JobRow, [{"name": "one", "last_result": Disposition.HELD}])

        assert hot.execute("UPDATE jobs SET owner = 'me' WHERE last_result = ?", (Disposition.HELD,)) == 1
        assert JobRow.get_by_id("one").last_result == "held"


def test_a_statement_is_run_for_each_row(database: Database, now: datetime):
    with database.write():
        hot.insert(JobRow, [{"name": name} for name in ("one", "two", "three")])
        hot.execute_many("UPDATE jobs SET lease_until = ? WHERE name = ?", [(now, "one"), (MOMENT, "two")])
        hot.execute_many("DELETE FROM jobs", [])

        found = {row.name: row.lease_until for row in JobRow.select()}
    assert found == {"one": now, "two": MOMENT, "three": None}


def test_an_error_at_a_row_is_told_as_one_of_peewee(database: Database):
    with pytest.raises(IntegrityError), database.write():
        hot.execute_many("INSERT INTO jobs (name) VALUES (?)", [("one",), ("one",)])


def test_rows_are_read_as_peewee_reads_them(database: Database, now: datetime):
    task = {
        "ticket_number": 1, "position": 0, "task": "install", "title": "Install", "team": "it", "address": "",
        "after": "[]", "shows": "[]", "due_seconds": 60, "command": "", "gate": True, "at_end": False,
        "state": "started", "started_at": MOMENT,
    }  # fmt: skip
    with database.write():
        hot.insert(TaskRow, [task, task | {"ticket_number": 2}])
        (found,) = hot.rows(TaskRow, "ticket_number = ? AND gate", (2,))

        assert vars(found) == TaskRow.get_by_id(2).__data__
        assert (found.gate, found.superseded, found.due_at) == (True, False, None)
        assert hot.rows(TaskRow, "ticket_number = ?", (3,)) == []


def test_columns_of_a_row_are_written(database: Database, now: datetime):
    with database.write():
        hot.insert(JobRow, [{"name": "one"}, {"name": "two"}])
        changed = hot.update(JobRow, "name", "one", {"lease_until": now, "last_result": Disposition.HELD})

        assert changed == 1
        assert [(one.lease_until, one.last_result) for one in hot.rows(JobRow, "1 = 1 ORDER BY name")] == [
            (now, "held"), (None, ""),
        ]  # fmt: skip


def test_marks_stand_for_so_many_values():
    assert hot.marks(3) == "?, ?, ?"
    assert hot.marks(0) == ""
