"""Work that would be done again need not wait for the disk; what was promised to others does."""

import pytest

from storage.database import Database, IntegrityError
from storage.models import database as bound


def waits_for_disk(database: Database) -> bool:
    question = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    return bound.execute_sql(question).fetchone()[0] in (2, "on")


def test_commit_waits_for_the_disk_unless_it_says_that_it_need_not(database: Database):
    with database.write():
        assert waits_for_disk(database)
    with database.write(lasting=False):
        assert not waits_for_disk(database)
    with database.write():
        assert waits_for_disk(database)


def test_commit_waits_for_the_disk_again_after_one_that_failed(database: Database):
    with pytest.raises(ZeroDivisionError), database.write(lasting=False):
        raise ZeroDivisionError

    with database.write():
        assert waits_for_disk(database)


def test_new_connection_waits_for_the_disk(database: Database):
    with database.write(lasting=False):
        pass
    database.disconnect()

    with database.write():
        assert waits_for_disk(database)
    with database.write(lasting=False):
        assert not waits_for_disk(database)


def test_work_that_need_not_last_is_there_at_once_and_rolled_back_on_an_error(database: Database):
    with database.write(lasting=False):
        bound.execute_sql("INSERT INTO jobs (name, last_result) VALUES ('one', '')")
    with pytest.raises(IntegrityError), database.write(lasting=False):
        bound.execute_sql("INSERT INTO jobs (name, last_result) VALUES ('two', ''), ('one', '')")

    with database.read():
        assert bound.execute_sql("SELECT name FROM jobs").fetchall() == [("one",)]
