"""The courier: everything that is due leaves, once, whatever one relay, one mail or the database does."""

import asyncio
import socket
import threading
from datetime import timedelta

import pytest

from storage import outbox
from storage.database import DatabaseError
from storage.records import Splice
from storage.vocabulary import OutboxState
from tests.edges.courier_story import items, queue, states, story, until
from tests.servers.scripted_relay import DROP, ScriptedRelay


class TestWork:
    def test_everything_that_is_due_leaves_over_a_few_connections(self, database, make_courier, now):
        queue(database, now, 30)
        server = ScriptedRelay()

        story(server, make_courier, lambda: states(database) == {OutboxState.SENT: 30}, connections=3)

        assert sorted(taken.commands[-2] for taken in server.taken) == sorted(
            f"RCPT TO:<person{number}@cust.test>" for number in range(30)
        )
        assert server.connections <= 3
        assert {item.last_reply for item in items(database)} == {"250 2.0.0 queued as 4F1"}

    def test_what_is_not_due_stays(self, database, make_courier, now):
        queue(database, now + timedelta(minutes=1))
        (other,) = queue(database, now, key="other", message_id="<other@desk.test>")
        server = ScriptedRelay()

        story(server, make_courier, lambda: states(database).get(OutboxState.SENT) == 1)

        assert [item.id for item in items(database) if item.state is OutboxState.SENT] == [other]

    def test_a_mail_is_told_to_whom_it_concerns_when_it_failed(self, database, make_courier, now, failures):
        queue(database, now, 2)
        server = ScriptedRelay({"RCPT": [b"550 5.1.1 nobody here"]})

        story(server, make_courier, lambda: states(database) == {OutboxState.FAILED: 2})

        assert sorted(failures) == [
            ("person0@cust.test", "550 5.1.1 nobody here"),
            ("person1@cust.test", "550 5.1.1 nobody here"),
        ]

    def test_greylisting_is_waited_out(self, database, make_courier, now, clock):
        queue(database, now)
        server = ScriptedRelay({"RCPT": [b"450 4.2.0 greylisted", b"250 ok"]})

        def sent():
            if items(database)[0].attempts == 1:
                clock.moment = now + timedelta(minutes=2)
            return states(database) == {OutboxState.SENT: 1}

        story(server, make_courier, sent)

        assert items(database)[0].attempts == 2

    def test_a_wake_is_faster_than_the_clock(self, database, make_courier, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.INTERVAL_SECONDS", 60)

        async def play():
            async with ScriptedRelay() as server:
                courier, stop = make_courier(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
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

    def test_it_fills_a_maildir(self, database, make_courier, now, tmp_path):
        queue(database, now, 5)

        async def play():
            courier, stop = make_courier("maildir:outgoing"), asyncio.Event()
            running = asyncio.create_task(courier.run(stop))
            await until(lambda: states(database) == {OutboxState.SENT: 5})
            stop.set()
            await running

        asyncio.run(play())

        assert len(list((tmp_path / "outgoing" / "new").iterdir())) == 5

    def test_a_mail_whose_content_is_gone_fails_with_a_word(self, database, make_courier, now, failures):
        queue(database, now, pieces=(Splice("0" * 64, 0, 9),))

        story(ScriptedRelay(), make_courier, lambda: states(database) == {OutboxState.FAILED: 1})

        ((_, reply),) = failures
        assert "raw message 000" in reply


class TestLarge:
    """What is in memory is one large mail, not one for each connection; and none waits for another's sake."""

    @pytest.fixture(autouse=True)
    def _large_is_not_so_large(self, monkeypatch):
        monkeypatch.setattr("daemon.services.delivery.LARGE_BYTES", 1_000)

    def test_large_mails_leave_one_at_a_time_and_small_ones_beside_them(self, database, make_courier, now):
        large = (b"Subject: large\r\n\r\n" + b"x" * 998 + b"\r\n",)
        for number in range(6):
            queue(database, now, key=f"l{number}", message_id=f"<large{number}@desk.test>", pieces=large)
        queue(database, now, 12)
        under_way, most = 0, 0
        free = asyncio.Event()

        class Slow(ScriptedRelay):
            async def _say(self, writer, verb):
                nonlocal under_way, most
                if verb == "." and b"large" in self.taken[-1].content:
                    under_way += 1
                    most = max(most, under_way)
                    # The first one takes until all small ones are through.
                    await free.wait()
                    under_way -= 1
                if sum(b"large" not in one.content for one in self.taken) == 12:
                    free.set()
                return await super()._say(writer, verb)

        story(Slow(), make_courier, lambda: states(database) == {OutboxState.SENT: 18}, connections=2)

        assert most == 1

    def test_large_mails_that_wait_are_given_back_at_a_stop(self, database, make_courier, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.GRACE_SECONDS", 0.1)
        large = (b"Subject: large\r\n\r\n" + b"x" * 998 + b"\r\n",)
        for number in range(4):
            queue(database, now, key=f"l{number}", message_id=f"<large{number}@desk.test>", pieces=large)
        server = ScriptedRelay(delays={".": 60})

        story(server, make_courier, lambda: bool(server.taken), connections=4)

        assert {(item.state, item.attempts) for item in items(database)} == {(OutboxState.QUEUED, 0)}


class TestTrouble:
    # Fault F14.
    def test_a_recipient_who_is_a_tarpit_does_not_stop_the_others(
        self, database, make_courier, now, monkeypatch
    ):
        monkeypatch.setattr("daemon.edges.courier.GRACE_SECONDS", 0.1)
        (tarpit,) = queue(database, now, key="tarpit", message_id="<tar@pit>", recipient="tarpit@evil.test")
        queue(database, now, 20)

        class TarPit(ScriptedRelay):
            async def _say(self, writer, verb):
                if self.commands and verb == "RCPT" and "tarpit" in self.commands[-1]:
                    await asyncio.sleep(60)
                return await super()._say(writer, verb)

        story(TarPit(), make_courier, lambda: states(database).get(OutboxState.SENT) == 20, connections=2)

        assert states(database) == {OutboxState.SENT: 20, OutboxState.QUEUED: 1}
        assert next(item for item in items(database) if item.id == tarpit).state is OutboxState.QUEUED

    # Fault F15.
    def test_each_connection_that_drops_after_the_dot_costs_one_identical_copy(
        self, database, make_courier, now, clock
    ):
        queue(database, now, 12)
        server = ScriptedRelay({".": [DROP, b"250 ok", DROP, b"250 ok", DROP, b"250 ok"]})

        def sent():
            waiting = [item for item in items(database) if item.state is OutboxState.QUEUED]
            clock.moment = max([clock.moment, *(item.next_attempt_at for item in waiting)])
            return states(database) == {OutboxState.SENT: 12}

        story(server, make_courier, sent, connections=1)

        contents = [taken.content for taken in server.taken]
        assert len(contents) == 12 + 3
        assert len(set(contents)) == 12

    def test_a_relay_that_is_away_costs_attempts_and_nothing_else(self, database, make_courier, now):
        queue(database, now, 5)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]

            async def play():
                courier, stop = make_courier(f"smtp://127.0.0.1:{port}"), asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: {item.attempts for item in items(database)} == {1})
                stop.set()
                await running

            asyncio.run(play())

        assert states(database) == {OutboxState.QUEUED: 5}
        assert all("Error connecting" in item.last_reply for item in items(database))

    def test_a_bug_in_the_dialogue_costs_one_copy_an_attempt(
        self, database, make_courier, now, monkeypatch, caplog
    ):
        first, *_ = queue(database, now, 3)
        real = outbox.content_within

        def stumble(number, limit_bytes):
            if number == first:
                raise RuntimeError("boo")
            return real(number, limit_bytes)

        monkeypatch.setattr(outbox, "content_within", stumble)

        story(ScriptedRelay(), make_courier, lambda: states(database).get(OutboxState.SENT) == 2)

        assert "RuntimeError in the courier" in items(database)[0].last_reply
        assert "boo" in caplog.text

    def test_a_bug_in_what_is_done_on_failure_stops_nothing_and_loses_nothing(
        self, database, make_courier, now, failures, caplog
    ):
        queue(database, now, 3)
        server = ScriptedRelay({"RCPT": [b"550 no", b"250 ok"]})

        def stumble(_failure):
            raise RuntimeError("boo")

        failures.append = stumble
        story(
            server,
            make_courier,
            lambda: states(database) == {OutboxState.SENT: 2, OutboxState.SENDING: 1},
            connections=1,
        )

        assert "tried again when its lease is over" in caplog.text

    def test_a_database_that_is_away_is_waited_for(self, database, make_courier, now, monkeypatch, caplog):
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

        story(server, make_courier, lambda: states(database) == {OutboxState.SENT: 2})

        assert len(server.taken) == 2
        assert "the outbox cannot be read" in caplog.text
        assert "the result cannot be recorded" in caplog.text
