"""An error of the machine is known as one, from whichever database it comes."""

import sqlite3
import time
from datetime import timedelta

import peewee
import pytest

from daemon.services.intake import LEASE
from storage.database import Database
from storage.models import database as bound
from storage.outages import is_disk_error, is_outage, origin


def raised_by(database: Database, *statements: str) -> Exception:
    try:
        with database.write():
            for statement in statements:
                bound.execute_sql(statement)
    except peewee.PeeweeException as error:
        return error
    pytest.fail("nothing was raised")


def test_full_disk_is_an_outage_but_no_fault_of_the_disk(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with database.read():
        bound.execute_sql("PRAGMA max_page_count = 2")

    error = raised_by(database, "CREATE TABLE a (x)", "CREATE TABLE b (x)", "CREATE TABLE c (x)")
    database.disconnect()

    assert (is_outage(error), is_disk_error(error)) == (True, False)


def test_file_that_is_no_database_is_a_fault_of_the_disk(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    (tmp_path / "x.db").write_bytes(b"something else" * 1000)

    error = raised_by(database, "SELECT 1")

    assert (is_outage(error), is_disk_error(error)) == (True, True)


def test_locked_database_is_an_outage(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with database.read():
        bound.execute_sql("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    error = raised_by(database, "CREATE TABLE a (x)")
    other.close()
    database.disconnect()

    assert is_outage(error)


@pytest.mark.parametrize("statement", ["SELECT * FROM nowhere", "INSERT INTO raws VALUES (NULL, NULL, NULL)"])
def test_wrong_statement_and_wrong_value_are_no_outage(database: Database, statement: str):
    error = raised_by(database, statement)

    assert (is_outage(error), is_disk_error(error)) == (False, False)


@pytest.mark.needs_postgres
@pytest.mark.parametrize(
    ("state", "outage", "disk"),
    [
        ("58030", True, True),  # io_error
        ("53100", True, False),  # disk_full
        ("40P01", True, False),  # deadlock_detected
        ("57014", True, False),  # query_canceled
        ("54000", False, False),  # program_limit_exceeded: this row would meet it again
        ("22001", False, False),  # string_data_right_truncation
    ],
)
def test_postgresql_says_by_its_state_what_it_is(postgresql_server, state: str, outage: bool, disk: bool):
    database = Database(postgresql_server.url("postgres"))

    error = raised_by(database, f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
    bound.close_all()

    assert (is_outage(error), is_disk_error(error)) == (outage, disk)


@pytest.mark.needs_postgres
def test_server_ends_who_sleeps_in_a_transaction_before_its_lease_ends(postgresql_server):
    database = Database(postgresql_server.url("postgres"))

    def sleep() -> None:
        with database.write():
            limits.extend(bound.execute_sql("SHOW idle_in_transaction_session_timeout").fetchone())
            bound.execute_sql("SET idle_in_transaction_session_timeout = '50ms'")
            time.sleep(0.3)
            bound.execute_sql("SELECT 1")

    limits: list[str] = []
    with pytest.raises(peewee.PeeweeException) as caught:
        sleep()
    bound.close_all()

    assert limits == ["1min"]
    assert timedelta(minutes=1) < LEASE
    assert is_outage(caught.value)


@pytest.mark.needs_postgres
def test_connection_that_the_server_ended_is_an_outage(postgresql_server):
    database = Database(postgresql_server.url("postgres"))

    ended = raised_by(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    bound.close_all()
    nobody = Database("postgresql://postgres@127.0.0.1:1/postgres")
    refused = raised_by(nobody, "SELECT 1")

    assert (is_outage(ended), is_outage(refused)) == (True, True)


@pytest.mark.parametrize(("error", "disk"), [(OSError(5, "EIO"), True), (OSError(28, "ENOSPC"), False)])
def test_error_of_the_operating_system_counts_too(error: OSError, disk: bool):
    assert is_disk_error(RuntimeError("while storing").with_traceback(None)) is False
    wrapped = RuntimeError("while storing")
    wrapped.__cause__ = error
    assert is_disk_error(wrapped) is disk


def test_origin_is_what_it_began_with():
    began, then = sqlite3.OperationalError("disk I/O error"), peewee.OperationalError("cannot rollback")
    then.__context__ = began

    assert origin(then) is began
    assert origin(began) is began


def test_ring_of_causes_ends():
    one, other = ValueError(), ValueError()
    one.__cause__, other.__cause__ = other, one

    assert not is_outage(one)
