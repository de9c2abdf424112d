"""What the worker of intake does when the database fails it, or when its lease is over."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import peewee
import pytest

from daemon.edges.reader import Unreadable
from daemon.mail.parse import parse
from daemon.services.intake import LEASE, Intake
from daemon.services.reading import whole
from storage import arrivals
from storage.database import Database
from storage.models import database as bound
from storage.records import Incoming
from storage.vocabulary import ArrivalState, Source
from tests.scenarios.desk import StoryDesk


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    yield made
    made.close()


def arrive(desk: StoryDesk, number: int, size: int = 10) -> int:
    words = random.Random(number).randbytes(size).hex()
    raw = f"From: r{number}@cust.test\r\nMessage-ID: <{number}@cust.test>\r\n\r\n{words}\r\n".encode()
    incoming = Incoming(Source.SMTP, raw, desk.now, recipients=("support@desk.test",))
    return desk.ledger.submit(incoming).result(10).arrival_id


def stored(desk: StoryDesk, arrival_id: int) -> Any:
    with desk.database.read():
        return arrivals.get(arrival_id)


def settle_all(desk: StoryDesk) -> None:
    """Let the desk's own worker run for a while; what was put back waits for some seconds."""
    for _ in range(4):
        desk.intake.run_once()
        desk.advance(seconds=3)


class TestOutage:
    # PostgreSQL's disk cannot be filled for one connection only.
    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_full_disk_is_not_the_fault_of_the_message(self, desk: StoryDesk):
        first, second = (arrive(desk, number, 200_000) for number in (1, 2))
        with desk.database.read():
            bound.execute_sql("PRAGMA max_page_count = 1")

        for _ in range(4):
            with pytest.raises(peewee.OperationalError, match="full"):
                desk.intake.run_once()
            desk.advance(seconds=5)
        with desk.database.read():
            bound.execute_sql("PRAGMA max_page_count = 1000000")
        handled = desk.intake.run_once()

        assert handled == 2, "what this worker had in hand is not left to its lease"
        for number in (first, second):
            row = stored(desk, number)
            assert (row.disposition, row.failures, row.deaths) == ("ticketed", 0, 0)

    @pytest.mark.needs_postgres
    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_server_that_ends_the_connection_costs_nothing(self, desk: StoryDesk):
        number = arrive(desk, 1)

        def read_many(items: Any) -> Iterator[tuple[int, object]]:
            for arrival_id, raw, _ in items:
                with desk.database.read():
                    own = bound.execute_sql("SELECT pg_backend_pid()").fetchone()[0]
                end_connection(own, desk.database.url)
                yield arrival_id, parse(whole(raw))

        with pytest.raises(peewee.PeeweeException):
            replace(desk.intake, read_many=read_many).run_once()
        desk.database.reset()
        desk.intake.run_once()

        row = stored(desk, number)
        assert (row.disposition, row.failures) == ("ticketed", 0)


def end_connection(pid: int, url: str) -> None:
    """End another connection's backend, from a connection of our own."""
    folder = url.partition("host=")[2]
    admin = peewee.PostgresqlDatabase("postgres", user="postgres", host=folder, prefer_psycopg3=True)
    admin.connect()
    admin.execute_sql("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    admin.close()


class TestLateWorker:
    """A worker that slept longer than its lease: the message is in other hands, or settled by them."""

    def late(self, desk: StoryDesk, answer: Callable[[bytes], object]) -> Intake:
        def read_many(items: Any) -> Iterator[tuple[int, object]]:
            for arrival_id, raw, _ in items:
                desk.advance(seconds=LEASE.total_seconds() + 5)
                settle_all(desk)
                yield arrival_id, answer(whole(raw))

        return replace(desk.intake, read_many=read_many, owner="elsewhere/1/1/worker")

    def test_one_death_is_counted_once_however_many_find_the_dead(self, desk: StoryDesk):
        number = arrive(desk, 1)
        with desk.database.write():
            arrivals.claim("dead/1/1/worker", desk.now, LEASE, 1)

        # Two workers saw that its owner was gone before the first of them put it back.
        for _ in range(2):
            with desk.database.write():
                arrivals.release([number], "dead/1/1/worker", died_on=number, not_before=desk.now)

        assert stored(desk, number).deaths == 1

    @pytest.mark.parametrize(
        "answer",
        [parse, lambda _raw: Unreadable("reading took longer than 10 s")],
        ids=["settles", "gives up"],
    )
    def test_changes_nothing_any_more(self, desk: StoryDesk, answer: Callable[[bytes], object]):
        number = arrive(desk, 1)

        self.late(desk, answer).run_once()
        first = stored(desk, number)
        desk.advance(minutes=5)
        settle_all(desk)

        row = stored(desk, number)
        assert (first.state, first.disposition) == (ArrivalState.SETTLED, "ticketed")
        assert row == first
        assert len(desk.mail_out()) == 3, "acknowledged once, shown to two agents once"
        assert desk.ticket(1)["state"] == "new"

    def test_does_not_quarantine_what_another_one_settled(self, desk: StoryDesk):
        number = arrive(desk, 1)
        with desk.database.write():
            # It has one death already, so that the next one would be the last.
            arrivals.claim("dead/1/1/worker", desk.now, LEASE, 1)
            arrivals.release([number], "dead/1/1/worker", died_on=number, not_before=desk.now)

        def read_many(items: Any) -> Iterator[tuple[int, object]]:
            for arrival_id, _, _ in items:
                with desk.database.write():
                    arrivals.release([arrival_id], "elsewhere/1/1/worker")
                settle_all(desk)
                yield arrival_id, Unreadable("reading took longer than 10 s")

        replace(desk.intake, read_many=read_many, owner="elsewhere/1/1/worker").run_once()

        row = stored(desk, number)
        assert (row.state, row.disposition) == (ArrivalState.SETTLED, "ticketed")

    def test_does_not_take_a_message_out_of_other_hands(self, desk: StoryDesk):
        number = arrive(desk, 1)

        def read_many(items: Any) -> Iterator[tuple[int, object]]:
            for arrival_id, _, _ in items:
                desk.advance(seconds=LEASE.total_seconds() + 5)
                with desk.database.write():
                    arrivals.release([arrival_id], "elsewhere/1/1/worker")
                    arrivals.claim("other/2/2/worker", desk.now, timedelta(minutes=2), 10)
                yield arrival_id, Unreadable("reading took longer than 10 s")

        replace(desk.intake, read_many=read_many, owner="elsewhere/1/1/worker").run_once()

        with desk.database.read():
            assert [(held, owner) for held, owner, _ in arrivals.claimed()] == [(number, "other/2/2/worker")]
        assert stored(desk, number).deaths == 0
