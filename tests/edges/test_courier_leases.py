"""The courier's leases, and its end: nobody sends what another holds, and a stop leaves nothing behind."""

import asyncio

import pytest

from daemon.services.delivery import LEASE
from storage import outbox
from storage.database import DatabaseError
from storage.models import OutboxRow
from storage.vocabulary import OutboxState
from tests.edges.courier_story import items, queue, states, story, until
from tests.servers.scripted_relay import ScriptedRelay


class TestLeases:
    def test_a_copy_whose_lease_ran_out_is_not_sent(self, database, make_courier, now, clock):
        queue(database, now)
        server = ScriptedRelay(delays={"RCPT": 0.3})

        async def play():
            async with server:
                courier, stop = make_courier(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
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

    def test_leases_are_renewed_as_long_as_it_takes(self, database, make_courier, now, clock, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.05)
        queue(database, now)
        server = ScriptedRelay(delays={"RCPT": 0.6})

        async def play():
            async with server:
                courier, stop = make_courier(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
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

    def test_a_copy_that_another_took_is_let_go(self, database, make_courier, now, monkeypatch):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.2)
        queue(database, now, 3)
        server = ScriptedRelay(delays={"RCPT": 600})

        async def play():
            async with server:
                courier = make_courier(f"smtp://127.0.0.1:{server.port}", connections=1)
                stop = asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: any(command.startswith("RCPT") for command in server.commands))
                with database.write():
                    outbox.claim("elsewhere/1/1/courier", now + LEASE, LEASE, 10)
                await until(lambda: not courier._hands)
                stop.set()
                await running

        asyncio.run(asyncio.wait_for(play(), 60))

        assert not server.taken
        with database.read():
            assert [row.owner for row in OutboxRow.select(OutboxRow.owner)] == ["elsewhere/1/1/courier"] * 3

    def test_a_result_that_comes_too_late_is_said_and_not_recorded(self, database, make_courier, now, caplog):
        queue(database, now)

        def steal(_taken):
            with database.write():
                outbox.claim("elsewhere/1/1/courier", now + LEASE, LEASE, 10)

        server = ScriptedRelay(on_dot=steal)
        story(server, make_courier, lambda: "no longer ours" in caplog.text)

        assert states(database) == {OutboxState.SENDING: 1}

    def test_a_renewal_that_fails_is_tried_again(self, database, make_courier, now, monkeypatch, caplog):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.02)

        def away(*_):
            raise DatabaseError("the disk is away")

        monkeypatch.setattr(outbox, "renew", away)
        queue(database, now)

        story(
            ScriptedRelay(delays={"RCPT": 0.2}),
            make_courier,
            lambda: states(database) == {OutboxState.SENT: 1},
        )

        assert "the leases cannot be renewed" in caplog.text

    def test_a_bug_in_the_renewal_ends_the_courier_rather_than_its_leases(
        self, database, make_courier, now, monkeypatch
    ):
        monkeypatch.setattr("daemon.edges.courier.RENEW_SECONDS", 0.02)
        monkeypatch.setattr("daemon.edges.courier.INTERVAL_SECONDS", 0.05)

        def bug(*_):
            raise RuntimeError("boo")

        monkeypatch.setattr(outbox, "renew", bug)

        with pytest.raises(RuntimeError, match="boo"):
            asyncio.run(asyncio.wait_for(make_courier("maildir:outgoing").run(asyncio.Event()), 5))


class TestStop:
    def test_what_is_being_sent_is_finished_and_the_rest_given_back(self, database, make_courier, now):
        queue(database, now, 10)
        server = ScriptedRelay(delays={".": 0.5})

        async def play():
            async with server:
                courier = make_courier(f"smtp://127.0.0.1:{server.port}", connections=2)
                stop = asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: server.commands.count("DATA") == 2)
                stop.set()
                await running

        asyncio.run(play())

        assert states(database) == {OutboxState.SENT: 2, OutboxState.QUEUED: 8}
        assert {item.attempts for item in items(database)} == {0, 1}
        assert server.commands.count("QUIT") == 2

    def test_a_relay_that_does_not_answer_does_not_hold_up_the_stop(
        self, database, make_courier, now, monkeypatch
    ):
        monkeypatch.setattr("daemon.edges.courier.GRACE_SECONDS", 0.2)
        queue(database, now, 2)
        server = ScriptedRelay(delays={"RCPT": 60})

        async def play():
            async with server:
                courier, stop = make_courier(f"smtp://127.0.0.1:{server.port}"), asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: sum(command.startswith("RCPT") for command in server.commands) == 2)
                stop.set()
                await asyncio.wait_for(running, 5)

        asyncio.run(play())

        # Due again at once, on this host and on others.
        assert states(database) == {OutboxState.QUEUED: 2}

    def test_a_stop_while_the_database_is_away_still_stops(
        self, database, make_courier, now, monkeypatch, caplog
    ):
        queue(database, now, 5)
        server = ScriptedRelay(delays={"RCPT": 0.3})

        def away(*_):
            raise DatabaseError("the disk is away")

        async def play():
            async with server:
                courier = make_courier(f"smtp://127.0.0.1:{server.port}", connections=1)
                stop = asyncio.Event()
                running = asyncio.create_task(courier.run(stop))
                await until(lambda: any(command.startswith("RCPT") for command in server.commands))
                monkeypatch.setattr(outbox, "give_back", away)
                stop.set()
                await asyncio.wait_for(running, 5)

        asyncio.run(play())

        assert "sent again when their leases are over" in caplog.text
