"""The guarded connection by itself: no wait without end, no answer without measure."""

import imaplib
import select
import socket
import ssl
import threading
import time

import pytest

from daemon.edges.imap_session import GuardedIMAP4
from daemon.edges.imap_wire import Stopped, StopSignal, Wire
from tests.edges.imap_fake import FakeImap
from tests.servers.dovecot import running_dovecot


@pytest.fixture
def stop():
    return StopSignal()


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def pair(listener, stop):
    """A wire and the server's end of it."""
    wire = Wire(stop, timeout_seconds=0.3)
    wire.connect("127.0.0.1", listener.getsockname()[1])
    far, _ = listener.accept()
    with far:
        yield wire, far
    wire.close()


def soon(stop):
    """Give the signal a moment later, from another thread."""
    threading.Timer(0.05, stop.set).start()


class TestReading:
    def test_lines_and_bytes_come_as_they_were_cut(self, pair):
        wire, far = pair
        wire.allow(1_000)
        far.sendall(b"first\r\nsec")
        threading.Timer(0.05, far.sendall, [b"ond\r\n12345rest"]).start()

        assert (wire.readline(), wire.readline(), wire.read(5), wire.wait_for_data(0)) == (
            b"first\r\n",
            b"second\r\n",
            b"12345",
            True,
        )

    def test_the_end_of_the_connection_is_an_empty_line(self, pair):
        wire, far = pair
        wire.allow(100)
        far.close()

        assert wire.readline() == b""

    @pytest.mark.parametrize("sent", [b"half", b"1234"])
    def test_a_half_line_or_a_half_literal_is_an_abort(self, pair, sent):
        wire, far = pair
        wire.allow(100)
        far.sendall(sent)
        far.close()
        with pytest.raises(imaplib.IMAP4.abort, match="closed the connection after 4 bytes"):
            wire.readline() if sent == b"half" else wire.read(10)

    def test_more_than_the_budget_is_an_abort(self, pair):
        wire, far = pair
        far.sendall(b"x" * 50 + b"\r\n" + b"y" * 200)
        wire.allow(100)
        wire.readline()
        with pytest.raises(imaplib.IMAP4.abort, match="announced 49 bytes where at most 48"):
            wire.read(49)
        with pytest.raises(imaplib.IMAP4.abort, match="more than its answer can be long"):
            wire.readline()

    def test_silence_is_a_timeout(self, pair):
        wire, _ = pair
        wire.allow(100)
        began = time.monotonic()
        with pytest.raises(TimeoutError, match=r"did not finish its answer in time \(timeout 0.3 seconds\)"):
            wire.readline()

        assert time.monotonic() - began > 0.25

    def test_the_signal_ends_a_wait(self, pair, stop):
        wire, _ = pair
        wire.allow(100)
        soon(stop)
        with pytest.raises(Stopped):
            wire.readline()


class TestWaiting:
    def test_nothing_within_the_time_is_told(self, pair):
        wire, _ = pair

        assert wire.wait_for_data(0.02) is False

    def test_the_end_of_the_connection_is_an_abort(self, pair):
        wire, far = pair
        far.close()
        with pytest.raises(imaplib.IMAP4.abort, match="closed the connection"):
            wire.wait_for_data(1)


class TestSending:
    def test_a_peer_that_does_not_read_is_given_up(self, pair):
        wire, _ = pair
        wire.allow(100)
        with pytest.raises(TimeoutError):
            wire.send(b"x" * 50_000_000)

    def test_a_large_command_goes_out_whole(self, pair):
        wire, far = pair
        received = bytearray()

        def read():
            while len(received) < 5_000_000:
                received.extend(far.recv(65_536))

        reader = threading.Thread(target=read)
        reader.start()
        wire.allow(100)
        wire.send(b"x" * 5_000_000)
        reader.join(5)

        assert len(received) == 5_000_000


class TestConnecting:
    def test_the_signal_ends_an_attempt_to_connect(self, stop):
        # A full queue of a listener leaves the next caller without an answer.
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            callers = [socket.socket() for _ in range(4)]
            for caller in callers:
                caller.setblocking(False)
                caller.connect_ex(full.getsockname())
            soon(stop)
            try:
                with pytest.raises(Stopped):
                    Wire(stop, timeout_seconds=30).connect(*full.getsockname())
            finally:
                for caller in callers:
                    caller.close()

    def test_the_next_address_is_tried_where_one_refuses(self, stop, listener, monkeypatch):
        port = listener.getsockname()[1]
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            addresses = [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", closed.getsockname()[1])),
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
            ]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
            wire = Wire(stop, timeout_seconds=1)
            wire.connect("two.example.com", port)

        assert wire.sock.getpeername() == ("127.0.0.1", port)
        assert wire.tls_version == ""
        wire.close()

    def test_a_host_without_an_address_is_told(self, stop, monkeypatch):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
        with pytest.raises(ConnectionError, match=r"none\.example\.com:143 has no address"):
            Wire(stop, timeout_seconds=1).connect("none.example.com", 143)

    def test_a_closed_wire_says_so(self, pair):
        wire, _ = pair
        wire.close()
        wire.close()
        with pytest.raises(ConnectionError, match="the connection is closed"):
            wire.send(b"x")


class TestTls:
    def test_a_handshake_nobody_answers_is_given_up(self, pair):
        wire, _ = pair
        with pytest.raises(TimeoutError):
            wire.start_tls(ssl.create_default_context(), "localhost")

    def test_large_data_passes_both_ways_over_tls(self, stop):
        with running_dovecot() as server, socket.create_server(("127.0.0.1", 0)) as listener:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(server.certificate, server.folder / "key.pem")
            trusting = ssl.create_default_context(cafile=str(server.certificate))

            def echo():
                far, _ = listener.accept()
                with context.wrap_socket(far, server_side=True) as secured:
                    received = b""
                    while len(received) < 3_000_000:
                        received += secured.recv(65_536)
                    secured.sendall(received)

            thread = threading.Thread(target=echo)
            thread.start()
            wire = Wire(stop, timeout_seconds=5)
            wire.connect("127.0.0.1", listener.getsockname()[1])
            wire.start_tls(trusting, "localhost")
            wire.allow(3_000_000)
            wire.send(b"ab" * 1_500_000)
            # TLS 1.3 sends its tickets now: readable, and yet no data for us.
            assert wire.wait_for_data(5)
            assert wire.read(3_000_000) == b"ab" * 1_500_000
            thread.join(5)
            wire.close()

    def test_a_renegotiating_peer_may_make_a_writer_wait_for_reading(self, pair):
        # TLS may want to read while we write and the other way round; what it waits for then must count.
        wire, far = pair
        real = wire.sock
        wishes = iter([ssl.SSLWantReadError(), ssl.SSLWantWriteError()])

        class Contrary:
            def send(self, data):
                for wish in wishes:
                    raise wish
                return real.send(data)

            def fileno(self):
                return real.fileno()

            def close(self):
                real.close()

        wire._sock = Contrary()
        wire.allow(100)
        far.sendall(b"go on")
        wire.send(b"here")

        assert select.select([far], [], [], 2)[0] == [far]
        assert far.recv(10) == b"here"

    def test_starttls_without_a_context_is_refused(self, stop):
        with FakeImap() as server:
            wire = Wire(stop, timeout_seconds=2)
            wire.connect("127.0.0.1", server.port)
            dialogue = GuardedIMAP4(wire, "127.0.0.1", server.port)
            with pytest.raises(ValueError, match="a context that verifies"):
                dialogue.starttls()
            dialogue.shutdown()
