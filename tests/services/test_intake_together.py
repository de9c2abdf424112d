"""Several messages in one transaction: each causes what it would alone, whatever happens to one of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from daemon.desk.roster import DeskSettings
from daemon.services import intake as intake_module
from daemon.services import owner, settle
from daemon.services.hands import TOGETHER
from daemon.services.intake import LEASE
from daemon.services.settle import Letter
from storage import arrivals, outbox
from storage.records import Arrival, Incoming
from storage.vocabulary import ArrivalState, Source
from tests.scenarios.desk import SUPPORT, StoryDesk
from tests.services.test_intake import Killed, drain, kill_at, record, states, with_reader

Settling = Callable[..., Any]


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Which messages each transaction was for, those that were tried together in one list."""
    seen: list[list[int]] = []
    honest = arrivals.hold

    def hold(ids: list[int], *given: Any) -> bool:
        seen.append(list(ids))
        return honest(ids, *given)

    monkeypatch.setattr("daemon.services.intake.arrivals.hold", hold)
    return seen


def at(victim: int, does: Callable[[], object]) -> Settling:
    """Make a settling that does something when this message has been settled, before the transaction ends."""
    honest = settle.settle

    def settled(letter: Letter, *given: Any) -> Any:
        outcome = honest(letter, *given)
        if letter.arrival.id == victim:
            does()
        return outcome

    return settled


def fail() -> None:
    raise ZeroDivisionError("on purpose")


def die() -> None:
    raise Killed


def kept(desk: StoryDesk, ids: list[int]) -> list[Arrival]:
    with desk.database.read():
        return [one for number in ids if (one := arrivals.get(number)) is not None]


def acknowledged(desk: StoryDesk) -> list[str]:
    return sorted(one.recipient for one in desk.mail_out() if one.notice == "ticket-opened")


def everybody(*numbers: int) -> list[str]:
    return [f"cara{number}@cust.test" for number in numbers]


def test_usual_messages_share_a_transaction_in_the_order_of_arrival(
    desk: StoryDesk, transactions: list[list[int]]
):
    ids = record(desk, TOGETHER + 2)

    desk.intake.run_once()

    assert transactions == [ids[:TOGETHER], ids[TOGETHER:]]
    assert states(desk, ids) == [ArrivalState.SETTLED] * len(ids)
    assert [one.ticket_number for one in kept(desk, ids)] == list(range(1, len(ids) + 1))


def test_a_transaction_takes_no_more_messages_after_a_while(desk: StoryDesk, transactions: list[list[int]]):
    ids = record(desk, 4)
    steps = count()

    def clock() -> Any:
        return desk.now + next(steps) * timedelta(milliseconds=20)

    replace(desk.intake, clock=clock).run_once()

    assert states(desk, ids) == [ArrivalState.SETTLED] * 4
    # What one had no time for is at the beginning of the next.
    assert transactions[0] == ids
    assert len(transactions) > 1
    assert acknowledged(desk) == everybody(0, 1, 2, 3)


def test_a_while_in_the_queue_for_the_database_does_not_count(
    desk: StoryDesk, transactions: list[list[int]], monkeypatch: pytest.MonkeyPatch
):
    ids = record(desk, 4)
    honest = desk.database.write

    def queued(*, lasting: bool = True) -> Any:
        desk.advance(seconds=1)
        return honest(lasting=lasting)

    monkeypatch.setattr(desk.database, "write", queued)

    desk.intake.run_once()

    assert transactions == [ids]


def test_stopping_worker_ends_a_shared_transaction_early(desk: StoryDesk, transactions: list[list[int]]):
    ids = record(desk, 5)
    asked = count()

    desk.intake.run_once(stopping=lambda: next(asked) >= 1)

    assert transactions == [ids]
    assert states(desk, ids) == [ArrivalState.SETTLED] * 2 + [ArrivalState.RECEIVED] * 3
    assert acknowledged(desk) == everybody(0, 1)


def test_nobody_waits_in_a_transaction_for_the_check_of_an_author(
    desk: StoryDesk, transactions: list[list[int]], monkeypatch: pytest.MonkeyPatch
):
    ids = record(desk, 4)
    slow: Future[bytes] = Future()
    known: Future[bytes] = Future()
    known.set_result(b"")

    class Checks:
        def begin(self, arrival: Arrival, _raw: bytes) -> "Future[bytes]":
            return slow if arrival.id == ids[2] else known

    honest = arrivals.hold

    def hold(held: list[int], *given: Any) -> bool:
        # The answer comes once the messages before it are settled.
        if not slow.done() and held == ids[:2]:
            slow.set_result(b"")
        return honest(held, *given)

    monkeypatch.setattr(intake_module, "wants_check", lambda *_: True)
    monkeypatch.setattr("daemon.services.intake.arrivals.hold", hold)

    replace(desk.intake, authenticator=Checks()).run_once()

    assert transactions == [ids[:2], [ids[2]], [ids[3]]]
    assert states(desk, ids) == [ArrivalState.SETTLED] * 4


class TestMessageThatRaises:
    def test_in_the_middle_is_alone_to_fail(
        self, desk: StoryDesk, transactions: list[list[int]], monkeypatch: pytest.MonkeyPatch
    ):
        ids = record(desk, 5)
        monkeypatch.setattr(intake_module, "settle", at(ids[2], fail))

        desk.intake.run_once()

        # Once together, then each alone; the failure is noted in a transaction of its own.
        assert transactions == [ids, [ids[0]], [ids[1]], [ids[2]], [ids[2]], [ids[3]], [ids[4]]]
        found = kept(desk, ids)
        assert [one.failures for one in found] == [0, 0, 1, 0, 0]
        assert [one.state for one in found].count(ArrivalState.SETTLED) == 4
        assert "ZeroDivisionError: on purpose" in found[2].error
        assert acknowledged(desk) == everybody(0, 1, 3, 4)

    def test_takes_no_other_along_at_its_later_attempts(
        self, desk: StoryDesk, transactions: list[list[int]], monkeypatch: pytest.MonkeyPatch
    ):
        ids = record(desk, 3)
        monkeypatch.setattr(intake_module, "settle", at(ids[0], fail))
        desk.intake.run_once()
        desk.advance(seconds=5)
        more = record_more(desk, 2)
        transactions.clear()

        desk.intake.run_once()

        assert transactions == [[ids[0]], [ids[0]], more]

    def test_logs_nothing_of_what_was_undone(
        self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        ids = record(desk, 3)
        monkeypatch.setattr(intake_module, "settle", at(ids[2], fail))
        caplog.set_level("INFO")

        desk.intake.run_once()

        told = [one.message for one in caplog.records if one.name == "postdesk.mail"]
        assert len([line for line in told if "ticket=" in line]) == 2, told


def record_more(desk: StoryDesk, number: int) -> list[int]:
    """Let messages arrive that are others than those of ``record``."""
    found = []
    for at_ in range(number):
        raw = f"From: dan{at_}@cust.test\r\nMessage-ID: <m{at_}@cust.test>\r\n\r\nMore {at_}.\r\n".encode()
        found.append(desk.ledger.submit(Incoming(Source.SMTP, raw, desk.now)).result(5).arrival_id)
    return found


class TestGate:
    @pytest.fixture
    def desk(self, desk: StoryDesk) -> Iterator[StoryDesk]:
        """A desk that sends five automatic mails within an hour and no more."""
        settings = DeskSettings(name="IT Support", address=SUPPORT, auto_mail_per_hour=5)
        made = StoryDesk(desk.database, desk.now, settings)
        yield made
        made.close()

    def test_counts_nothing_that_was_undone(self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch):
        ids = record(desk, 5)
        monkeypatch.setattr(intake_module, "settle", at(ids[3], fail))

        desk.intake.run_once()

        assert acknowledged(desk) == everybody(0, 1, 2, 4)
        with desk.database.read():
            assert desk.office.gate._total == outbox.automatic_total(desk.now - timedelta(hours=1)) == 4

    def test_fuse_blows_inside_a_transaction_as_it_does_between_two(self, desk: StoryDesk):
        record(desk, 7)

        desk.intake.run_once()

        assert acknowledged(desk) == everybody(0, 1, 2, 3, 4)


class TestDeadWorker:
    """A worker dies in the middle of a shared transaction: the second death shows of which message."""

    def gone(self, pid: int) -> str:
        """Name a process of this host that is long gone, so that its leases are void at once."""
        return f"{owner.socket.gethostname()}/9999999{pid}/1/worker"

    def test_deadly_message_is_found_by_the_second_death_and_no_other_is_blamed(
        self, desk: StoryDesk, transactions: list[list[int]], monkeypatch: pytest.MonkeyPatch
    ):
        ids = record(desk, 6)
        with monkeypatch.context() as patched:
            patched.setattr(intake_module, "settle", at(ids[3], die))
            for pid in (1, 2, 3):
                with pytest.raises(Killed):
                    drain(desk, replace(desk.intake, owner=self.gone(pid)))
                desk.advance(minutes=5)
                if pid == 1:
                    assert states(desk, ids) == [ArrivalState.CLAIMED] * 6, "nothing of the first three stays"
        drain(desk, desk.intake)

        assert transactions[:5] == [ids, [ids[0]], [ids[1]], [ids[2]], [ids[3]]]
        found = kept(desk, ids)
        assert [one.deaths for one in found] == [0, 0, 0, 2, 0, 0]
        assert [one.state for one in found].index(ArrivalState.QUARANTINED) == 3
        assert acknowledged(desk) == everybody(0, 1, 2, 4, 5)

    def test_death_by_something_else_delays_nobody_and_sets_nothing_aside(self, desk: StoryDesk):
        ids = record(desk, 4)
        for pid, victim in ((1, ids[2]), (2, ids[0])):
            with pytest.raises(Killed):
                with_reader(desk, kill_at(victim), self.gone(pid)).run_once()
            desk.advance(seconds=1)

        desk.intake.run_once()
        settled = states(desk, ids)
        drain(desk, desk.intake)

        # The one that was in hand at both deaths, alone at the second, only waits a little.
        assert settled[1:] == [ArrivalState.SETTLED] * 3
        desk.advance(minutes=5)
        drain(desk, desk.intake)
        assert [(one.state, one.deaths) for one in kept(desk, ids)] == [
            (ArrivalState.SETTLED, 1),
            *[(ArrivalState.SETTLED, 0)] * 3,
        ]


class TestLease:
    def test_message_in_other_hands_is_left_there_and_the_others_are_settled(
        self, desk: StoryDesk, transactions: list[list[int]]
    ):
        ids = record(desk, 4)

        def steal(number: int, reading: object) -> object:
            if number == ids[3]:
                with desk.database.write():
                    arrivals.release([ids[1]], desk.intake.owner)
                    arrivals.claim("thief", desk.now, timedelta(minutes=1), 1)
            return reading

        with_reader(desk, steal).run_once()

        assert transactions == [ids, *([number] for number in ids)]
        stolen = kept(desk, ids)[1]
        assert (stolen.state, stolen.failures) == (ArrivalState.CLAIMED, 0)
        assert acknowledged(desk) == everybody(0, 2, 3)

    def test_message_that_takes_longer_than_its_lease_costs_nobody_twice(
        self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch
    ):
        ids = record(desk, 4)
        over = LEASE.total_seconds() + 5
        monkeypatch.setattr(intake_module, "settle", at(ids[1], lambda: desk.advance(seconds=over)))

        desk.intake.run_once()
        drain(desk, replace(desk.intake, owner="elsewhere/2/2/worker"))

        found = kept(desk, ids)
        assert [(one.state, one.deaths, one.suspicions) for one in found] == [
            (ArrivalState.SETTLED, 0, 0)
        ] * 4
        assert acknowledged(desk) == everybody(0, 1, 2, 3)
