"""The promises of the database itself, first of all: committed means on the disk."""

import base64
import random
import threading
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import arrivals, raws
from storage.database import Database, sqlite_path
from storage.deflating import deflate
from storage.migrations import SchemaError, migrate, migrations
from storage.models import TABLES, ArrivalRow, UTCDateTimeField
from storage.models import database as bound
from storage.records import Incoming
from storage.vocabulary import Source


def test_sqlite_syncs_every_commit_and_writes_ahead(tmp_path: Path):
    # With synchronous=NORMAL a power cut forgets mail that was answered with 250.
    database = Database(f"sqlite:///{tmp_path}/postdesk.db")

    with database.read():
        assert bound.execute_sql("PRAGMA synchronous").fetchone()[0] == 2
        assert bound.execute_sql("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.disconnect()


def test_sqlite_file_is_private(tmp_path: Path):
    Database(f"sqlite:///{tmp_path}/deep/postdesk.db").disconnect()

    assert (tmp_path / "deep/postdesk.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///postdesk.db", "/base/postdesk.db"),
        ("sqlite:////var/lib/postdesk.db", "/var/lib/postdesk.db"),
        ("sqlite:///with%20space.db", "/base/with space.db"),
    ],
)
def test_relative_file_starts_at_the_configuration(url: str, path: str):
    assert sqlite_path(url, Path("/base")) == Path(path)


def test_postgresql_commits_synchronously_in_utc(database: Database):
    if database.is_sqlite:
        return
    with database.read():
        assert bound.execute_sql("SHOW synchronous_commit").fetchone()[0] == "on"
        assert bound.execute_sql("SHOW timezone").fetchone()[0] == "UTC"


def test_error_rolls_the_whole_transaction_back(database: Database, now: datetime):
    def record_and_fail() -> None:
        with database.write():
            arrivals.insert_many([(Incoming(Source.SMTP, b"x", now), "d", "")])
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        record_and_fail()

    with database.read():
        assert arrivals.waiting() == 0


def test_many_threads_that_read_and_then_write_all_get_their_turn(database: Database, now: datetime):
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            for _ in range(5):
                with database.write():
                    arrivals.waiting()
                    arrivals.insert_many([(Incoming(Source.SMTP, b"x", now), f"d{number}", "")])
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            database.disconnect()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with database.read():
        assert arrivals.waiting() == 30


def test_moments_come_back_as_they_went_in(database: Database, now: datetime):
    berlin = now.astimezone() + timedelta(microseconds=123_456)

    with database.write():
        (receipt,) = arrivals.insert_many([(Incoming(Source.SMTP, b"x", berlin), "d", "")])
        stored = arrivals.get(receipt.arrival_id)

    assert stored is not None
    assert stored.received_at == berlin
    assert stored.received_at.tzinfo is UTC


def test_naive_moment_is_refused():
    with pytest.raises(ValueError, match="expected an aware datetime"):
        UTCDateTimeField().db_value(datetime(2024, 1, 15))  # noqa: DTZ001


class TestMigrations:
    def test_every_table_and_column_of_the_models_is_there(self, database: Database):
        with database.read():
            for table in TABLES:
                columns = {column.name for column in bound.get_columns(table._meta.table_name)}
                assert columns == set(table._meta.columns), table

    def test_running_again_changes_nothing(self, database: Database):
        assert migrate(database) == ()

    def test_newer_schema_is_refused(self, tmp_path: Path):
        database = Database(f"sqlite:///{tmp_path}/x.db")
        migrate(database)
        with database.write():
            bound.execute_sql("INSERT INTO schema_version VALUES (9999, 'from the future')")

        with pytest.raises(SchemaError, match="schema 9999, this program knows up to"):
            migrate(database)
        database.disconnect()

    def test_interrupted_step_leaves_the_old_schema(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        (first, *_) = migrations(sqlite=True)
        broken = (type(first)(1, "broken", (*first.statements, "CREATE TABLE raws (twice INTEGER)")),)
        monkeypatch.setattr("storage.migrations.migrations", lambda *, sqlite: broken)
        database = Database(f"sqlite:///{tmp_path}/x.db")

        with pytest.raises(Exception, match="raws already exists"):
            migrate(database)

        with database.read():
            assert not ArrivalRow.table_exists()
        database.disconnect()

    def test_two_daemons_that_start_at_once_apply_each_step_once(self, tmp_path: Path):
        database = Database(f"sqlite:///{tmp_path}/x.db")
        applied: list[tuple[str, ...]] = []

        def start() -> None:
            applied.append(migrate(database))
            database.disconnect()

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        every = tuple(f"{step.number:04d} {step.name}" for step in migrations(sqlite=True))
        assert sorted(applied) == [(), (), (), every]


class TestRaws:
    def test_content_is_kept_once_and_comes_back_whole(self, database: Database):
        raw = bytes(range(256)) * 50
        digest = raws.digest_of(raw)

        with database.write():
            raws.insert_many([(digest, len(raw), deflate(raw))])
            raws.insert_many([(digest, len(raw), deflate(raw)), ("e" * 64, 0, deflate(b""))])

        with database.read():
            assert raws.content(digest) == raw
            assert raws.content("e" * 64) == b""

    @pytest.mark.parametrize("size", [0, 100, 40_000, 400_000])
    def test_base64_is_packed_as_small_as_anything_and_comes_back(self, size: int):
        raw = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(
            random.Random(1).randbytes(size)
        )

        packed = deflate(raw)

        assert zlib.decompress(packed) == raw
        assert len(packed) <= 1.05 * len(zlib.compress(raw, 1))

    def test_unknown_content_is_a_key_error(self, database: Database):
        with database.read(), pytest.raises(KeyError, match=r"raw message f+ is not in the database"):
            raws.content("f" * 64)
