"""How many, how long, how slow: what an idle or a greedy peer can hold."""

import contextlib
import itertools
import socket
import time

import pytest

from daemon.edges import replies
from daemon.edges.smtp_door import Door, peer_key
from daemon.edges.smtp_pace import Pace, Phase
from daemon.edges.smtp_settings import ListenerSettings
from tests.edges.smtp_desk import Client, Desk, eventually


class Guest:
    def __init__(self, *, has_spoken=False, busy=False):
        self.has_spoken, self.busy, self.out = has_spoken, busy, False

    def turn_out(self):
        self.out = True


def _let_in(door: Door, guest: Guest, peer: str) -> bool:
    if not door.has_room(peer):
        return False
    door.enter(guest, peer)
    return True


class TestDoor:
    def test_the_longest_silent_of_the_same_peer_makes_room(self):
        door, other = Door(10, 2), Guest()
        first, second, third = Guest(), Guest(), Guest()
        _let_in(door, other, "b")
        for guest in (first, second, third):
            assert _let_in(door, guest, "a")

        assert [first.out, second.out, third.out, other.out] == [True, False, False, False]
        assert door.guests() == (other, second, third)

    def test_who_spoke_stays_before_who_did_not(self):
        door = Door(10, 2)
        spoke, silent = Guest(has_spoken=True), Guest()
        _let_in(door, spoke, "a")
        _let_in(door, silent, "a")

        assert _let_in(door, Guest(), "a")
        assert [spoke.out, silent.out] == [False, True]

    def test_who_has_a_mail_under_way_is_never_turned_out(self):
        door = Door(2, 2)
        guests = [Guest(has_spoken=True, busy=True) for _ in range(2)]
        for guest in guests:
            assert _let_in(door, guest, "a")

        assert not _let_in(door, Guest(), "a")
        assert not _let_in(door, Guest(), "b")
        assert len(door) == 2

    def test_a_full_house_turns_out_the_longest_silent_of_all(self):
        door = Door(3, 2)
        guests = [Guest() for _ in range(4)]
        for number, guest in enumerate(guests):
            assert _let_in(door, guest, f"peer{number}")

        assert [guest.out for guest in guests] == [True, False, False, False]

    def test_who_has_no_peer_has_no_limit_of_its_own(self):
        door = Door(100, 2)
        guests = [Guest() for _ in range(50)]

        assert all(_let_in(door, guest, "") for guest in guests)
        assert not any(guest.out for guest in guests)

    def test_leaving_twice_counts_once(self):
        door, guest = Door(2, 2), Guest()
        _let_in(door, guest, "a")
        door.leave(guest)
        door.leave(guest)

        assert len(door) == 0
        assert door._of_peer == {}

    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unix", ""),
            ("", ""),
        ],
    )
    def test_a_peer_is_an_ipv4_address_or_an_ipv6_site(self, address, key):
        assert peer_key(address) == key


class TestPace:
    SETTINGS = ListenerSettings(
        idle_timeout_seconds=300, session_timeout_seconds=1200, minimum_rate_bytes=500
    )

    def test_a_session_may_be_idle_for_the_idle_time(self):
        pace = Pace(self.SETTINGS, 1000.0)
        assert pace.overdue(1299.0) is None
        assert pace.next_check(1299.0) == 1300.0
        assert pace.overdue(1300.0) == replies.IDLE_TOO_LONG

    def test_a_command_renews_the_idle_time_and_bytes_alone_do_not(self):
        pace = Pace(self.SETTINGS, 1000.0)
        pace.turn(Phase.COMMAND, 1200.0)
        pace.heard(5000, 1400.0)
        assert pace.overdue(1499.0) is None
        assert pace.overdue(1500.0) == replies.IDLE_TOO_LONG

    def test_a_session_ends_at_its_limit_however_busy_it_is(self):
        pace = Pace(self.SETTINGS, 1000.0)
        pace.turn(Phase.DATA, 2100.0)
        pace.heard(10**9, 2199.0)
        assert pace.overdue(2199.0) is None
        assert pace.overdue(2200.0) == replies.SESSION_TOO_LONG

    def test_data_must_come_at_the_minimum_rate_after_a_while(self):
        pace = Pace(self.SETTINGS, 1000.0)
        pace.turn(Phase.DATA, 1000.0)
        pace.heard(4999, 1009.0)
        assert pace.overdue(1009.9) is None
        assert pace.next_check(1001.0) == 1010.0
        assert pace.overdue(1010.0) == replies.TOO_SLOW
        pace.heard(1, 1010.0)
        assert pace.overdue(1010.0) is None
        assert pace.next_check(1010.0) == 1011.0

    def test_a_rate_of_nothing_asks_for_none(self):
        pace = Pace(ListenerSettings(minimum_rate_bytes=0), 0.0)
        pace.turn(Phase.DATA, 0.0)
        assert pace.next_check(0.0) == 300.0
        assert pace.overdue(299.0) is None
        assert pace.overdue(300.0) == replies.IDLE_TOO_LONG

    def test_what_is_being_stored_is_never_cut_short(self):
        pace = Pace(self.SETTINGS, 1000.0)
        pace.turn(Phase.STORING, 1000.0)
        assert pace.overdue(99_999.0) is None
        assert pace.next_check(99_999.0) > 99_999.0


class TestDeadlines:
    def test_an_idle_session_is_told_and_closed(self):
        with Desk(idle_timeout_seconds=0.2) as desk, desk.hello() as client:
            client.expect("421 4.4.2 Timeout")
            assert client.closed()

    def test_commands_that_do_not_end_keep_no_session_alive(self):
        with Desk(idle_timeout_seconds=0.3) as desk, desk.hello() as client:
            assert client.flood(b"x", 3) == 3
            client.expect("421 4.4.2 Timeout")

    def test_a_long_session_is_told_and_closed(self):
        with Desk(session_timeout_seconds=0.3) as desk, desk.hello() as client:
            with contextlib.suppress(AssertionError):
                for _ in itertools.count():
                    client.say("RSET", 250)
                    time.sleep(0.01)
            with eventually() as wait:
                wait(lambda: desk.listener.open_connections == 0)

    def test_slow_data_is_cut_off(self):
        with Desk(idle_timeout_seconds=0.5, minimum_rate_bytes=1_000) as desk, desk.hello() as client:
            client.begin()
            sent = 0
            client.socket.settimeout(0.05)
            with contextlib.suppress(TimeoutError):
                while sent < 100:
                    client.send(b"x")
                    sent += 1
                    with contextlib.suppress(TimeoutError):
                        client.expect("421 4.4.2 Data comes too slowly")
                        break

        assert 5 < sent < 100
        assert desk.kept == []

    def test_data_that_stops_is_cut_off(self):
        with Desk(idle_timeout_seconds=0.2, minimum_rate_bytes=0) as desk, desk.hello() as client:
            client.begin()
            client.send(b"Subject: half")
            client.expect("421 4.4.2 Timeout")
            assert client.closed()

    def test_a_slow_ledger_is_not_an_idle_peer(self):
        with Desk(idle_timeout_seconds=0.1) as desk, desk.hello() as client:
            desk.recorder.hold = True
            client.begin()
            client.send(b".\r\n")
            time.sleep(0.35)
            desk.loop.call_soon_threadsafe(desk.recorder.release)
            client.expect("250 2.0.0")

    def test_a_peer_that_reads_nothing_is_cut_in_the_end(self, monkeypatch):
        monkeypatch.setattr("daemon.edges.smtp_connection._LINGER_SECONDS", 0.1)
        monkeypatch.setattr("daemon.edges.smtp_dialogue._CALL_LIMIT", 10**9)
        with Desk(idle_timeout_seconds=0.2) as desk, desk.connect() as client:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.socket.settimeout(0.3)
            client.flood(b"HELP\r\n" * 10_000, 20_000_000)
            with eventually() as wait:
                wait(lambda: desk.listener.open_connections == 0)


class TestConnections:
    def test_when_all_are_busy_the_next_is_turned_away(self):
        with Desk(connection_limit_per_peer=2) as desk, desk.hello() as first, desk.hello() as second:
            for client in (first, second):
                client.say("MAIL FROM:<cara@cust.test>", 250)
            with desk.connect() as third:
                third.expect("421 4.3.2")
                assert third.closed()
            assert desk.listener.open_connections == 2
            first.say("NOOP", 250)

    def test_the_limit_for_all_counts_every_peer(self):
        with (
            Desk(host="0.0.0.0", connection_limit=2) as desk,
            contextlib.ExitStack() as stack,
        ):
            port = desk.listener.address[1]
            clients = [
                stack.enter_context(Client(("127.0.0.1", port), source=f"127.0.0.{number}"))
                for number in (2, 3)
            ]
            for client in clients:
                client.expect(220)
                client.say("EHLO x", 250)
                client.say("MAIL FROM:<cara@cust.test>", 250)
            with Client(("127.0.0.1", port), source="127.0.0.4") as late:
                late.expect("421 4.3.2")

    @pytest.mark.no_cover
    def test_2000_idle_connections_do_not_stop_a_real_sender(self):
        with Desk() as desk, contextlib.ExitStack() as stack:
            for number in range(2_000):
                source = (f"127.0.1.{number % 40 + 1}", 0)
                idle = socket.create_connection(desk.listener.address, 5, source_address=source)
                stack.callback(idle.close)
            with eventually(30) as wait:
                wait(lambda: desk.listener.open_connections == 2_000)

            with desk.hello() as client:
                client.mail()
            assert desk.listener.open_connections >= 1_999

        assert len(desk.kept) == 1

    @pytest.mark.no_cover
    def test_at_188_idle_10k_from_few_sources_holds_no_more_than_their_share(self):
        with Desk() as desk, contextlib.ExitStack() as stack:
            for number in range(1_000):
                source = (f"127.0.1.{number % 4 + 1}", 0)
                idle = socket.create_connection(desk.listener.address, 5, source_address=source)
                stack.callback(idle.close)
            with desk.hello(source="127.0.1.1") as client:
                client.mail()
                assert desk.listener.open_connections <= 200

        assert len(desk.kept) == 1

    def test_who_is_turned_out_is_told(self):
        with Desk(connection_limit_per_peer=1) as desk, desk.connect() as silent:
            silent.expect(220)
            with desk.hello() as client:
                client.mail()
            silent.expect("421 4.3.2 Too many connections")
            assert silent.closed()
