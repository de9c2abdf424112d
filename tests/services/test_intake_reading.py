"""A reader that cannot be started is an outage: the mail waits.  A large mail takes the way of any other."""

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from daemon.edges.reader import Reader, Unreadable
from daemon.services.intake import Intake
from daemon.services.reading import DeflatedRaw, ReadingUnavailable, StoredRaw, raw_of, whole
from storage import arrivals
from storage.models import RawPiece
from storage.records import Arrival, Incoming
from storage.vocabulary import ArrivalState, Source
from tests.scenarios.desk import StoryDesk
from tests.services.test_intake import raw, record, states


class TestOutageOfReading:
    """What reads messages cannot be started: they wait, and none is blamed."""

    @pytest.fixture
    def worker(self, desk: StoryDesk) -> Iterator[Intake]:
        reader = Reader()
        yield replace(desk.intake, read_many=reader.read_many)
        reader.close()

    def waiting(self, desk: StoryDesk, ids: list[int]) -> bool:
        with desk.database.read():
            found = [arrivals.get(number) for number in ids]
        return all(
            one and (one.state, one.deaths, one.failures) == (ArrivalState.RECEIVED, 0, 0) for one in found
        )

    def test_messages_wait_without_blame_until_the_interpreter_is_back(
        self,
        desk: StoryDesk,
        worker: Intake,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ):
        ids = record(desk, 3)
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/nonexistent/python")
            for _ in range(4):
                assert worker.run_once() == 0
                assert self.waiting(desk, ids)
                desk.advance(minutes=2)

        assert worker.run_once() == 3
        assert states(desk, ids) == [ArrivalState.SETTLED] * 3
        told = [one.message for one in caplog.records if "no message can be read" in one.message]
        assert [line.rpartition("in ")[2] for line in told] == ["1 s", "2 s", "4 s", "8 s"]
        assert "/nonexistent/python" in told[0]

    def test_next_attempt_waits_longer_each_time_and_at_most_a_minute(
        self, desk: StoryDesk, worker: Intake, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
        asked = []

        def read_many(items):
            asked.append(desk.now)
            return worker.read_many(items)

        record(desk, 1)
        counting = replace(worker, read_many=read_many)
        for _ in range(200):
            counting.run_once()
            desk.advance(seconds=1)

        pauses = [(later - one).total_seconds() for one, later in pairwise(asked)]
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_child_that_cannot_be_started_again_blames_only_the_message_it_died_on(
        self, desk: StoryDesk, worker: Intake, monkeypatch: pytest.MonkeyPatch
    ):
        ids = record(desk, 3)

        def read_many(items):
            readings = worker.read_many(items)
            yield next(readings)
            # The first child reads the second message for too long, and there is no other child after it.
            monkeypatch.setattr(sys, "executable", "/nonexistent/python")
            yield ids[1], Unreadable("reading ended by signal 9")
            raise ReadingUnavailable("no such interpreter")

        replace(worker, read_many=read_many).run_once()

        with desk.database.read():
            deaths = [one.deaths for number in ids if (one := arrivals.get(number))]
        assert deaths == [0, 1, 0]
        assert self.waiting(desk, ids[2:])


def large_arrival(desk: StoryDesk, content: bytes) -> Arrival:
    receipt = desk.ledger.submit(Incoming(Source.SMTP, content, desk.now)).result(5)
    with desk.database.read():
        found = arrivals.get(receipt.arrival_id)
    assert found is not None
    return found


def test_large_message_can_be_had_whole_as_often_as_one_likes(desk: StoryDesk):
    content = raw(1) + random.Random(1).randbytes(1_500_000)
    found = raw_of(desk.database, large_arrival(desk, content))

    assert isinstance(found, StoredRaw)
    assert whole(found) == whole(found) == content


def test_large_message_that_is_not_stored_to_its_end_is_an_error(desk: StoryDesk):
    found = raw_of(desk.database, large_arrival(desk, random.Random(1).randbytes(1_500_000)))
    with desk.database.write():
        RawPiece.delete().where(RawPiece.number >= 2).execute()

    with pytest.raises(KeyError, match="the end of a raw message is not in the database"):
        whole(found)


def test_large_message_is_settled_like_any_other(desk: StoryDesk):
    reader = Reader()
    large = raw(1) + b"so many words\n" * 150_000
    receipt = desk.ledger.submit(Incoming(Source.SMTP, large, desk.now)).result(5)
    try:
        assert replace(desk.intake, read_many=reader.read_many).run_once() == 1
    finally:
        reader.close()

    with desk.database.read():
        settled = arrivals.get(receipt.arrival_id)
    assert settled is not None
    assert (settled.state, settled.size_bytes) == (ArrivalState.SETTLED, len(large))
    assert desk.ticket(settled.ticket_number or 0)["subject"] == "Subject 1"


def test_a_small_message_goes_to_its_reader_as_it_is_stored(desk: StoryDesk):
    content = b"From: a@b.test\r\n\r\n" + b"words " * 500
    found = raw_of(desk.database, large_arrival(desk, content))

    assert isinstance(found, DeflatedRaw)
    assert len(found.content) < found.size_bytes == len(content)
    assert whole(found) == content
