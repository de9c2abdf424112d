"""How the listener stops, and what its settings may not say."""

import errno
import logging
import os
import resource
import time

import pytest

from daemon.edges import smtp_listener
from daemon.edges.smtp_settings import AccountSettings, ListenerSettings, contradictions
from tests.edges.smtp_desk import Desk, eventually


class TestStop:
    def test_the_idle_are_told_and_what_is_stored_is_finished(self):
        with Desk() as desk, desk.hello() as idle, desk.hello() as between, desk.hello() as storing:
            desk.recorder.hold = True
            between.say("MAIL FROM:<cara@cust.test>", 250)
            storing.begin()
            storing.send(b".\r\n")
            with eventually() as wait:
                wait(lambda: desk.recorder.waiting)
            desk.loop.call_soon_threadsafe(desk.loop.call_later, 0.1, desk.recorder.release)
            # ``run`` waits for twenty seconds: whoever waits for the whole grace is not back by then.
            desk.run(desk.listener.close(600))

            assert desk.recorder.waiting == []
            for client in (idle, between):
                client.expect("421 4.3.2 Service is closing")
                assert client.closed()
            storing.expect("250 2.0.0")
            storing.expect("421 4.3.2")
            assert storing.closed()
            assert desk.listener.open_connections == 0

    def test_data_under_way_may_end_within_the_grace(self):
        with Desk() as desk, desk.hello() as client:
            client.begin()
            client.send(b"x\r\n")
            desk.loop.call_soon_threadsafe(desk.loop.create_task, desk.listener.close(5))
            time.sleep(0.05)
            client.send(b".\r\n")
            client.expect(250)
            client.expect(421)

        assert len(desk.kept) == 1

    def test_what_does_not_end_is_cut_after_the_grace(self):
        with Desk() as desk, desk.hello() as client:
            client.begin()
            desk.run(desk.listener.close(0.1))

            assert client.closed()
            assert desk.listener.open_connections == 0

    def test_nobody_new_comes_in(self):
        with Desk() as desk:
            desk.run(desk.listener.close(0.1))
            with pytest.raises(ConnectionRefusedError):
                desk.connect()

    def test_a_connection_that_was_already_in_the_queue_is_turned_away(self):
        with Desk() as desk:
            desk.listener._closing = True
            with desk.connect() as client:
                client.expect("421 4.3.2 Service is closing")
                assert client.closed()

    def test_an_address_in_use_is_an_error(self):
        with Desk() as desk, pytest.raises(OSError) as caught:
            Desk(port=desk.listener.address[1]).__enter__()

        assert caught.value.errno == errno.EADDRINUSE


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "keys"),
        [
            ({}, []),
            ({"tls": "starttls"}, ["certificate_file"]),
            ({"tls": "starttls", "certificate_file": "mx.pem"}, []),
            (
                {"accounts": (AccountSettings(username="a", address="a@b.test", password_file="x"),)},
                ["accounts"],
            ),
            ({"proxy_protocol": True}, ["proxy_peers"]),
            ({"proxy_peers": ("10.0.0.1",)}, ["proxy_peers"]),
            ({"proxy_protocol": True, "proxy_peers": ("10.0.0.0/8", "::1")}, []),
            ({"proxy_protocol": True, "proxy_peers": ("proxy.test",)}, ["proxy_peers"]),
            (
                {
                    "proxy_protocol": True,
                    "proxy_peers": ("::1",),
                    "tls": "implicit",
                    "certificate_file": "mx.pem",
                },
                ["proxy_protocol"],
            ),
            ({"message_limit_bytes": 10**9}, ["in_flight_limit_bytes"]),
        ],
    )
    def test_what_cannot_stand_together_is_named(self, settings, keys):
        assert [key for key, _ in contradictions(ListenerSettings(**settings))] == keys

    def test_the_listener_does_not_begin_with_contradictions(self):
        with pytest.raises(ValueError, match=r"listener\.certificate_file is needed for tls"):
            Desk(tls="implicit")

    def test_the_process_may_open_a_file_for_every_connection(self, monkeypatch, caplog):
        limits = {"now": (1024, 5000)}
        monkeypatch.setattr(resource, "getrlimit", lambda _: limits["now"])
        monkeypatch.setattr(resource, "setrlimit", lambda _, value: limits.update(now=value))
        smtp_listener._allow_descriptors(2256)
        assert limits["now"] == (2256, 5000)
        smtp_listener._allow_descriptors(1000)
        assert limits["now"] == (2256, 5000)
        assert caplog.records == []

        smtp_listener._allow_descriptors(9000)
        assert limits["now"] == (5000, 5000)
        assert caplog.messages == ["5000 open files are allowed, 8744 connections need 9000"]

    def test_the_library_logs_no_command(self, caplog):
        caplog.set_level(logging.DEBUG)
        with Desk() as desk, desk.hello() as client:
            client.mail(b"body-canary\r\n")
            client.say("VRFY canary", 252)

        assert "canary" not in caplog.text
        assert os.linesep not in "".join(caplog.messages)
