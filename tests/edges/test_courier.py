"""The courier: everything that is due leaves, once, whatever one relay, one mail or one process does."""

import asyncio
import socket
import threading
import time
from datetime import timedelta

import pytest

from daemon.edges.courier import Courier
from daemon.edges.relay_settings import RelaySettings
from daemon.services.delivery import LEASE
from daemon.services.owner import this_owner
from storage import outbox
from storage.database import DatabaseError
from storage.models import OutboxRow
from storage.records import OutgoingCopy, Splice
from storage.vocabulary import OutboxState
from tests.servers.scripted_relay import DROP, ScriptedRelay


def queue(database, now, count=1, **changes):
    def copy(number):
        plain = {
            "key": f"k{number}",
            "notice": "public-answer",
            "recipient": f"person{number}@cust.test",
            "reverse_path": "support@desk.test",
            "message_id": f"<{number}@desk.test>",
            "subject": "x",
            "pieces": (f"Message-ID: <{number}@desk.test>\r\n\r\nUse sand.\r\n".encode(),),
        }
        return OutgoingCopy(**{**plain, **changes})

    with database.write():
        return outbox.enqueue([copy(number) for number in range(count)], now)


def states(database):
    with database.read():
        return outbox.counts()


def items(database):
    with database.read():
        return sorted(outbox.items(limit=1_000), key=lambda item: item.id)


class Failures(list):
    """A list whose ``append`` a test may exchange."""


@pytest.fixture
def failures():
    return Failures()


@pytest.fixture(autouse=True)
def look_often(monkeypatch):
    monkeypatch.setattr("daemon.edges.courier.INTERVAL_SECONDS", 0.05)


@pytest.fixture
def make(database, clock, failures, tmp_path):
    """Make couriers for a relay; further settings by name."""

    def courier(url, **changes):
        return Courier(
            database=database,
            settings=RelaySettings(url=url, starttls="never", helo="desk.test", **changes),
            owner=this_owner("courier"),
            clock=clock,
            base_dir=tmp_path,
            on_failure=lambda item, reply: failures.append((item.recipient, reply)),
        )

    return courier


async def until(condition, seconds=8.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.01)


def story(server, make, condition, **settings):
    """Let a courier work for a scripted relay until the condition holds, then stop it."""

    async def play():
        async with server:
            courier, stop = make(f"smtp://127.0.0.1:{server.port}", **settings), asyncio.Event()
            running = asyncio.create_task(courier.run(stop))
            await until(condition)
            stop.set()
            await asyncio.wait_for(running, 9)

    asyncio.run(play())


class TestWork:
    def test_everything_that_is_due_leaves_over_a_few_connections(self, database, make, now):
        queue(database, now, 30)
        server = ScriptedRelay()

        story(server, make, lambda: states(database) == {OutboxState.SENT: 30}, connections=3)

        assert sorted(taken.commands[-2] for taken in server.taken) == sorted(
            f"RCPT TO:<person{number}@cust.test>" for number in range(30)
        )
        assert server.connections <= 3
        assert {item.last_reply for item in items(database)} == {"250 2.0.0 queued as 4F1"}

    def test_what_is_not_due_stays(self, database, make, now):
        queue(database, now + timedelta(minutes=1))
        (other,) = queue(database, now, key="other", message_id="<other@desk.test>")
        server = ScriptedRelay()

        story(server, make, lambda: states(database).get(OutboxState.SENT) == 1)

        assert [item.id for item in items(database) if item.state is OutboxState.SENT] == [other]

    def test_a_mail_is_told_to_whom_it_concerns_when_it_failed(self, database, make, now, failures):
        queue(database, now, 2)
        server = ScriptedRelay({"RCPT": [b"550 5.1.1 nobody here"]})

        story(server, make, lambda: states(database) == {OutboxState.FAILED: 2})

        assert sorted(failures) == [
            ("person0@cust.test", "550 5.1.1 nobody here"),
            ("person1@cust.test", "550 5.1.1 nobody here"),
        ]

    def test_greylisting_is_waited_out(self, database, make, now, clock):
        queue(database, now)
        server = ScriptedRelay({"RCPT": [b"450 4.2.0 greylisted", b"250 ok"]})

        def sent():
            if items(database)[0].attempts == 1:
                clock.moment = now + timedelta(minutes=2)
            return states(database) == {OutboxState.SENT: 1}

        story(server, make, sent)

        assert items(database)[0].attempts == 2

    def test_a_wake_is_faster_than_the_clock(self, database, make, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.INTERVAL_SECONDS", 60)

        async def play():
            async with ScriptedRelay() as server:
                courier, stop = make(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
                courier.wake()
                running = asyncio.create_task(courier.run(stop))
                await asyncio.sleep(0.1)
                await asyncio.to_thread(queue, database, now)
                threading.Thread(target=courier.wake).start()
                await until(lambda: bool(server.taken))
                stop.set()
                await running
            courier.wake()

        asyncio.run(play())

        assert states(database) == {OutboxState.SENT: 1}

    def test_it_fills_a_maildir(self, database, make, now, tmp_path):
        queue(database, now, 5)

        async def play():
            courier, stop = make("maildir:outgoing"), asyncio.Event()
            running = asyncio.create_task(courier.run(stop))
            await until(lambda: states(database) == {OutboxState.SENT: 5})
            stop.set()
            await running

        asyncio.run(play())

        assert len(list((tmp_path / "outgoing" / "new").iterdir())) == 5

    def test_a_mail_whose_content_is_gone_fails_with_a_word(self, database, make, now, failures):
        queue(database, now, pieces=(Splice("0" * 64, 0, 9),))

        story(ScriptedRelay(), make, lambda: states(database) == {OutboxState.FAILED: 1})

        ((_, reply),) = failures
        assert "raw message 000" in reply


class TestTrouble:
    # Fault F14.
    def test_a_recipient_who_is_a_tarpit_does_not_stop_the_others(self, database, make, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.GRACE_SECONDS", 0.1)
        (tarpit,) = queue(database, now, key="tarpit", message_id="<tar@pit>", recipient="tarpit@evil.test")
        queue(database, now, 20)

        class TarPit(ScriptedRelay):
            async def _say(self, writer, verb):
                if self.commands and verb == "RCPT" and "tarpit" in self.commands[-1]:
                    await asyncio.sleep(60)
                return await super()._say(writer, verb)

        started = time.monotonic()
        story(
            TarPit(),
            make,
            lambda: states(database).get(OutboxState.SENT) == 20,
            connections=2,
            timeout_seconds=7,
        )

        assert time.monotonic() - started < 8
        assert states(database) == {OutboxState.SENT: 20, OutboxState.QUEUED: 1}
        assert next(item for item in items(database) if item.id == tarpit).state is OutboxState.QUEUED

    # Fault F15.
    def test_each_connection_that_drops_after_the_dot_costs_one_identical_copy(
        self, database, make, now, clock
    ):
        queue(database, now, 12)
        server = ScriptedRelay({".": [DROP, b"250 ok", DROP, b"250 ok", DROP, b"250 ok"]})

        def sent():
            clock.advance(minutes=1)
            return states(database) == {OutboxState.SENT: 12}

        story(server, make, sent, connections=1)

        contents = [taken.content for taken in server.taken]
        assert len(contents) == 12 + 3
        assert len(set(contents)) == 12

    def test_a_relay_that_is_away_costs_attempts_and_nothing_else(self, database, make, now):
        queue(database, now, 5)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]

            async def play():
                courier, stop = make(f"smtp://127.0.0.1:{port}"), asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: {item.attempts for item in items(database)} == {1})
                stop.set()
                await running

            asyncio.run(play())

        assert states(database) == {OutboxState.QUEUED: 5}
        assert all("Error connecting" in item.last_reply for item in items(database))

    def test_a_bug_in_the_dialogue_costs_one_copy_an_attempt(self, database, make, now, monkeypatch, caplog):
        first, *_ = queue(database, now, 3)
        real = outbox.content

        def stumble(number):
            if number == first:
                raise RuntimeError("boo")
            return real(number)

        monkeypatch.setattr(outbox, "content", stumble)

        story(ScriptedRelay(), make, lambda: states(database).get(OutboxState.SENT) == 2)

        assert "RuntimeError in the courier" in items(database)[0].last_reply
        assert "boo" in caplog.text

    def test_a_bug_in_what_is_done_on_failure_stops_nothing_and_loses_nothing(
        self, database, make, now, failures, caplog
    ):
        queue(database, now, 3)
        server = ScriptedRelay({"RCPT": [b"550 no", b"250 ok"]})

        def stumble(_failure):
            raise RuntimeError("boo")

        failures.append = stumble
        story(
            server,
            make,
            lambda: states(database) == {OutboxState.SENT: 2, OutboxState.SENDING: 1},
            connections=1,
        )

        assert "tried again when its lease is over" in caplog.text

    def test_a_database_that_is_away_is_waited_for(self, database, make, now, monkeypatch, caplog):
        monkeypatch.setattr("daemon.edges.courier.PAUSE_AFTER_ERROR_SECONDS", 0.01)
        queue(database, now, 2)
        faults = {"claim": 2, "record_sent": 2}

        def faulty(name):
            real = getattr(outbox, name)

            def function(*arguments):
                if faults[name]:
                    faults[name] -= 1
                    raise DatabaseError("the disk is away")
                return real(*arguments)

            return function

        for name in faults:
            monkeypatch.setattr(outbox, name, faulty(name))
        server = ScriptedRelay()

        story(server, make, lambda: states(database) == {OutboxState.SENT: 2})

        assert len(server.taken) == 2
        assert "the outbox cannot be read" in caplog.text
        assert "the result cannot be recorded" in caplog.text


class TestLeases:
    def test_a_copy_whose_lease_ran_out_is_not_sent(self, database, make, now, clock):
        queue(database, now)
        server = ScriptedRelay(delays={"RCPT": 0.3})

        async def play():
            async with server:
                courier, stop = make(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: any(command.startswith("RCPT") for command in server.commands))
                # As after a machine that slept: our lease is over, and another took the copy.
                clock.advance(minutes=3)
                with database.write():
                    outbox.claim("elsewhere/1/1/courier", clock(), LEASE, 10)
                await until(lambda: "RSET" in server.commands)
                stop.set()
                await running

        asyncio.run(play())

        assert "DATA" not in server.commands
        assert states(database) == {OutboxState.SENDING: 1}

    def test_leases_are_renewed_as_long_as_it_takes(self, database, make, now, clock, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.05)
        queue(database, now)
        server = ScriptedRelay(delays={"RCPT": 0.6})

        async def play():
            async with server:
                courier, stop = make(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: any(command.startswith("RCPT") for command in server.commands))
                for _ in range(3):
                    clock.advance(minutes=1)
                    await asyncio.sleep(0.12)
                await until(lambda: states(database) == {OutboxState.SENT: 1})
                stop.set()
                await running

        asyncio.run(play())

        assert len(server.taken) == 1

    def test_a_copy_that_another_took_is_let_go(self, database, make, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.2)
        queue(database, now, 3)
        server = ScriptedRelay(delays={"RCPT": 3})

        async def play():
            async with server:
                courier = make(f"smtp://127.0.0.1:{server.port}", connections=1)
                stop = asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: any(command.startswith("RCPT") for command in server.commands))
                with database.write():
                    outbox.claim("elsewhere/1/1/courier", now + LEASE, LEASE, 10)
                await until(lambda: not courier._hands)
                stop.set()
                await running

        started = time.monotonic()
        asyncio.run(play())

        assert time.monotonic() - started < 2.5
        assert not server.taken
        with database.read():
            assert [row.owner for row in OutboxRow.select(OutboxRow.owner)] == ["elsewhere/1/1/courier"] * 3

    def test_a_result_that_comes_too_late_is_said_and_not_recorded(self, database, make, now, caplog):
        queue(database, now)

        def steal(_taken):
            with database.write():
                outbox.claim("elsewhere/1/1/courier", now + LEASE, LEASE, 10)

        server = ScriptedRelay(on_dot=steal)
        story(server, make, lambda: "no longer ours" in caplog.text)

        assert states(database) == {OutboxState.SENDING: 1}

    def test_a_renewal_that_fails_is_tried_again(self, database, make, now, monkeypatch, caplog):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.02)

        def away(*_):
            raise DatabaseError("the disk is away")

        monkeypatch.setattr(outbox, "renew", away)
        queue(database, now)

        story(ScriptedRelay(delays={"RCPT": 0.2}), make, lambda: states(database) == {OutboxState.SENT: 1})

        assert "the leases cannot be renewed" in caplog.text

    def test_a_bug_in_the_renewal_ends_the_courier_rather_than_its_leases(
        self, database, make, now, monkeypatch
    ):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.02)
        monkeypatch.setattr("daemon.edges.courier.INTERVAL_SECONDS", 0.05)

        def bug(*_):
            raise RuntimeError("boo")

        monkeypatch.setattr(outbox, "renew", bug)

        with pytest.raises(RuntimeError, match="boo"):
            asyncio.run(asyncio.wait_for(make("maildir:outgoing").run(asyncio.Event()), 5))


class TestStop:
    def test_what_is_being_sent_is_finished_and_the_rest_given_back(self, database, make, now):
        queue(database, now, 10)
        server = ScriptedRelay(delays={".": 0.5})

        async def play():
            async with server:
                courier = make(f"smtp://127.0.0.1:{server.port}", connections=2)
                stop = asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: server.commands.count("DATA") == 2)
                stop.set()
                await running

        started = time.monotonic()
        asyncio.run(play())

        assert time.monotonic() - started < 3
        assert states(database) == {OutboxState.SENT: 2, OutboxState.QUEUED: 8}
        assert {item.attempts for item in items(database)} == {0, 1}
        assert server.commands.count("QUIT") == 2

    def test_a_relay_that_does_not_answer_does_not_hold_up_the_stop(self, database, make, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.GRACE_SECONDS", 0.2)
        queue(database, now, 2)
        server = ScriptedRelay(delays={"RCPT": 60})

        async def play():
            async with server:
                courier, stop = make(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: sum(command.startswith("RCPT") for command in server.commands) == 2)
                stop.set()
                await asyncio.wait_for(running, 5)

        asyncio.run(play())

        # Due again at once, on this host and on others.
        assert states(database) == {OutboxState.QUEUED: 2}

    def test_a_stop_while_the_database_is_away_still_stops(self, database, make, now, monkeypatch, caplog):
        queue(database, now, 5)
        server = ScriptedRelay(delays={"RCPT": 0.3})

        def away(*_):
            raise DatabaseError("the disk is away")

        async def play():
            async with server:
                courier = make(f"smtp://127.0.0.1:{server.port}", connections=1)
                stop = asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: any(command.startswith("RCPT") for command in server.commands))
                monkeypatch.setattr(outbox, "give_back", away)
                stop.set()
                await asyncio.wait_for(running, 5)

        asyncio.run(play())

        assert "sent again when their leases are over" in caplog.text
