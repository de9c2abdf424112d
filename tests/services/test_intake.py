"""No message stops the others, and none is lost, whatever happens while it is handled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.edges.reader import Unreadable
from daemon.services import owner, settle
from daemon.services.intake import Intake
from daemon.services.owner import is_dead, this_owner
from storage import arrivals, tickets
from storage.records import Incoming
from storage.vocabulary import ArrivalState, Source, TicketState
from tests.scenarios.desk import StoryDesk, mail


def raw(number: int) -> bytes:
    return mail(f"cara{number}@cust.test", f"Subject {number}", f"Text {number}\n").as_bytes()


def record(desk: StoryDesk, count: int) -> list[int]:
    futures = [desk.ledger.submit(Incoming(Source.SMTP, raw(n), desk.now)) for n in range(count)]
    return [future.result(5).arrival_id for future in futures]


def with_reader(
    desk: StoryDesk, answer: Callable[[int, object], object], name: str = "story/0/0/worker"
) -> Intake:
    """Make a worker whose reading of each message passes through ``answer``."""

    def read_many(items):
        for arrival_id, reading in desk.intake.read_many(items):
            yield arrival_id, answer(arrival_id, reading)

    return replace(desk.intake, read_many=read_many, owner=name)


def drain(desk: StoryDesk, intake: Intake, rounds: int = 12) -> None:
    for _ in range(rounds):
        while intake.run_once():
            pass
        desk.advance(seconds=5)


def states(desk: StoryDesk, ids: list[int]) -> list[ArrivalState]:
    with desk.database.read():
        found = [arrivals.get(number) for number in ids]
    return [one.state for one in found if one]


class TestOneBadMessage:
    def test_message_that_raises_three_times_is_quarantined_with_its_traceback(
        self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch
    ):
        ids = record(desk, 5)
        real = settle.settle

        def fail(letter, *given):
            if letter.arrival.id == ids[2]:
                raise ZeroDivisionError("on purpose")
            return real(letter, *given)

        monkeypatch.setattr("daemon.services.intake.settle", fail)
        drain(desk, desk.intake)

        assert (
            states(desk, ids)
            == [ArrivalState.SETTLED] * 2 + [ArrivalState.QUARANTINED] + [ArrivalState.SETTLED] * 2
        )
        with desk.database.read():
            bad = arrivals.get(ids[2])
        assert bad is not None
        assert "ZeroDivisionError: on purpose" in bad.error
        stub = desk.ticket(bad.ticket_number or 0)
        assert stub["subject"] == "Unreadable mail: Subject 2"
        assert {one.notice for one in desk.mail_out() if one.notice == "mail-quarantined"}

    def test_retry_after_the_repair_makes_the_ticket_and_closes_the_stub(
        self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch
    ):
        (number,) = record(desk, 1)

        def fail(*_given: object) -> None:
            raise ZeroDivisionError("on purpose")

        with monkeypatch.context() as patched:
            patched.setattr("daemon.services.intake.settle", fail)
            drain(desk, desk.intake)
        with desk.database.write():
            assert arrivals.requeue(number)
        drain(desk, desk.intake)

        with desk.database.read():
            settled = arrivals.get(number)
            assert settled is not None
            stub, ticket = tickets.get(1), tickets.get(settled.ticket_number or 0)
        assert settled.state is ArrivalState.SETTLED
        assert stub is not None
        assert stub.state is TicketState.CLOSED
        assert ticket is not None
        assert ticket.subject == "Subject 0"

    def test_message_that_kills_its_reader_twice_is_quarantined(self, desk: StoryDesk):
        ids = record(desk, 4)
        dying = with_reader(
            desk, lambda number, reading: Unreadable("it took too long") if number == ids[1] else reading
        )

        drain(desk, dying)

        assert states(desk, ids).count(ArrivalState.SETTLED) == 3
        with desk.database.read():
            bad = arrivals.get(ids[1])
        assert bad is not None
        assert (bad.state, bad.reason, bad.deaths) == (ArrivalState.QUARANTINED, "it took too long", 1)

    def test_nothing_of_a_failed_attempt_stays(self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch):
        (number,) = record(desk, 1)
        monkeypatch.setattr("daemon.services.settle.Postbag.post", lambda _: 1 / 0)
        desk.intake.run_once()

        assert desk.mail_out() == []
        with desk.database.read():
            assert tickets.count_by_state() == {}
            waiting = arrivals.get(number)
        assert waiting is not None
        assert (waiting.state, waiting.failures) == (ArrivalState.RECEIVED, 1)


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it, and nothing after it runs."""


def kill_at(victim: int) -> Callable[[int, object], object]:
    def answer(number: int, reading: object) -> object:
        if number == victim:
            raise Killed
        return reading

    return answer


class TestDeadWorker:
    def test_only_the_message_in_hand_is_blamed_and_the_fourth_worker_goes_on(self, desk: StoryDesk):
        ids = record(desk, 6)
        for pid in (1, 2, 3):
            # A process of this host that is long gone, so that its leases are void at once.
            gone = f"{owner.socket.gethostname()}/9999999{pid}/1/worker"
            with pytest.raises(Killed):
                drain(desk, with_reader(desk, kill_at(ids[2]), gone))
            desk.advance(minutes=5)
        drain(desk, desk.intake)

        found = states(desk, ids)
        assert found[2] is ArrivalState.QUARANTINED
        assert found.count(ArrivalState.SETTLED) == 5
        with desk.database.read():
            assert sorted(one.deaths for one in arrivals.latest(9)) == [0, 0, 0, 0, 0, 2]

    def test_worker_on_another_host_keeps_its_lease_until_it_ends(self, desk: StoryDesk):
        ids = record(desk, 1)
        with pytest.raises(Killed):
            with_reader(desk, kill_at(ids[0]), "elsewhere/1/1/worker").run_once()

        assert desk.intake.run_once() == 0
        desk.advance(minutes=3)
        drain(desk, desk.intake)

        assert states(desk, ids) == [ArrivalState.SETTLED]

    def test_worker_that_lost_its_lease_changes_nothing(self, desk: StoryDesk):
        ids = record(desk, 1)

        def steal(_number: int, reading: object) -> object:
            with desk.database.write():
                arrivals.release(ids, desk.intake.owner)
                arrivals.claim("thief", desk.now, timedelta(minutes=1), 1)
            return reading

        with_reader(desk, steal).run_once()

        assert desk.mail_out() == []
        with desk.database.read():
            stolen = arrivals.get(ids[0])
            assert tickets.count_by_state() == {}
        assert stolen is not None
        assert (stolen.state, stolen.failures) == (ArrivalState.CLAIMED, 0)

    def test_this_process_lives_and_a_reused_number_does_not_count(self):
        me = this_owner("worker")
        host, pid, started, role = me.split("/")

        assert not is_dead(me)
        assert is_dead(f"{host}/{pid}/{int(started) + 1}/{role}")
        assert not is_dead("elsewhere/1/1/worker")
        assert not is_dead("")


def test_stopping_worker_puts_back_what_it_has_not_begun(desk: StoryDesk):
    ids = record(desk, 5)

    desk.intake.run_once(stopping=lambda: True)

    assert states(desk, ids) == [ArrivalState.SETTLED] + [ArrivalState.RECEIVED] * 4


def test_reply_that_comes_before_what_it_answers_waits_for_it(desk: StoryDesk):
    first = mail("cara@cust.test", "Printer", "Dead.\n", headers={"Message-ID": "<first@cust.test>"})
    second = mail("cara@cust.test", "Re: Printer", "Still.\n", headers={"In-Reply-To": "<first@cust.test>"})
    submit = desk.ledger.submit
    one = submit(Incoming(Source.SMTP, first.as_bytes(), desk.now)).result(5)
    two = submit(Incoming(Source.SMTP, second.as_bytes(), desk.now)).result(5)
    with desk.database.write():
        arrivals.claim("elsewhere/1/1/worker", desk.now, timedelta(minutes=1), 1)

    desk.intake.run_once()
    assert states(desk, [two.arrival_id]) == [ArrivalState.RECEIVED]

    with desk.database.write():
        arrivals.release([one.arrival_id], "elsewhere/1/1/worker")
    drain(desk, desk.intake)
    with desk.database.read():
        assert tickets.count_by_state() == {"new": 1}
