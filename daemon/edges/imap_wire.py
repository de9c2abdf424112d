"""A TCP or TLS connection on which no wait is endless and no peer may send more than was asked for."""

import imaplib
import os
import select
import socket
import ssl
import time
import weakref

_RECEIVE_BYTES = 65_536
_KEEPALIVE_SECONDS = 60


class Stopped(Exception):  # noqa: N818 - no error: the owner of the thread asks for it
    """A wait ended because the stop signal was given."""


class StopSignal:
    """An event that one thread sets and others wait for, also together with sockets by ``poll``."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._set = False
        weakref.finalize(self, _close_both, self._reader, self._writer)

    def set(self) -> None:
        """Give the signal; it stays given, and a second call changes nothing."""
        if not self._set:
            self._set = True
            os.write(self._writer, b"!")

    def is_set(self) -> bool:
        """Tell whether the signal was given."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Wait for the signal, at most so long; tell whether it was given."""
        poller = select.poll()
        poller.register(self._reader, select.POLLIN)
        return bool(poller.poll(max(0.0, seconds) * 1000))

    def fileno(self) -> int:
        """Return the descriptor that is readable once the signal was given; nobody reads from it."""
        return self._reader


def _close_both(reader: int, writer: int) -> None:
    os.close(reader)
    os.close(writer)


class Wire:
    """One connection.  Every method may raise OSError, ``imaplib.IMAP4.abort`` or :class:`Stopped`.

    ``allow`` opens a budget for one answer: so many bytes, by such a time.  The time is the timeout plus
    what the bytes take at the slowest rate that we put up with, so a peer cannot hold us by a byte a minute.
    """

    SLOWEST_BYTES_PER_SECOND = 8_192

    def __init__(self, stop: StopSignal, *, timeout_seconds: float) -> None:
        self._stop = stop
        self._timeout = timeout_seconds
        self._sock: socket.socket | None = None
        self._buffer = bytearray()
        self._budget_bytes = 0
        self._deadline = 0.0
        self.peer = ""

    @property
    def sock(self) -> socket.socket:
        """The open socket; ConnectionError where there is none."""
        if self._sock is None:
            raise ConnectionError("the connection is closed")
        return self._sock

    @property
    def tls_version(self) -> str:
        """Return ``TLSv1.3`` and the like, or the empty string on a plain connection."""
        return (self.sock.version() or "") if isinstance(self.sock, ssl.SSLSocket) else ""

    def connect(self, host: str, port: int) -> None:
        """Connect to the first address of the host that answers; OSError of the last one where none does."""
        self.peer = f"{host}:{port}"
        failure: OSError = ConnectionError(f"{self.peer} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            self._sock = socket.socket(family, kind, protocol)
            try:
                self._connect_to(address)
            except OSError as error:
                failure = error
                self.close()
            except Stopped:
                self.close()
                raise
            else:
                return
        raise failure

    def _connect_to(self, address: tuple[object, ...]) -> None:
        self.allow(_RECEIVE_BYTES)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_KEEPIDLE"):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEPALIVE_SECONDS)
        try:
            self.sock.connect(address)
        except BlockingIOError:
            self._await(select.POLLOUT)
        code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, f"{os.strerror(code)}: {self.peer}")

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Do the TLS handshake.  Plain text that came before it is dropped: nobody vouches for it."""
        self._buffer.clear()
        self.allow(_RECEIVE_BYTES)
        secured = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
        self._sock = secured
        while True:
            try:
                return secured.do_handshake()
            except ssl.SSLWantReadError:
                self._await(select.POLLIN)
            except ssl.SSLWantWriteError:
                self._await(select.POLLOUT)

    def allow(self, answer_bytes: int) -> None:
        """Open the budget for the next answer: at most so many bytes, and a time to match."""
        self._budget_bytes = answer_bytes
        self.resume()

    def resume(self) -> None:
        """Start the time of the budget again, with the bytes that are left of it."""
        patience = self._timeout + self._budget_bytes / self.SLOWEST_BYTES_PER_SECOND
        self._deadline = time.monotonic() + patience

    def send(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.sock.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                self._await(select.POLLOUT)
            except ssl.SSLWantReadError:
                self._await(select.POLLIN)

    def readline(self) -> bytes:
        r"""Read up to and with the next ``\n``; empty where the peer has closed the connection."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            self._check_budget(searched)
            if not self._receive():
                return self._take(0) if not searched else self._cut_off(searched, "of a line")
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        """Read exactly so many bytes; a number above the budget is refused before anything is read."""
        if size > self._budget_bytes:
            raise imaplib.IMAP4.abort(
                f"{self.peer} announced {size} bytes where at most {self._budget_bytes} were expected"
            )
        while len(self._buffer) < size:
            if not self._receive():
                self._cut_off(len(self._buffer), f"of {size} bytes")
        return self._take(size)

    def wait_for_data(self, seconds: float) -> bool:
        """Tell whether anything arrived within the time; what has arrived may be half a line."""
        end = time.monotonic() + seconds
        while not self._buffer:
            try:
                if not self._receive_now():
                    raise imaplib.IMAP4.abort(f"{self.peer} closed the connection")
            except (BlockingIOError, ssl.SSLWantReadError):
                if not self._ready(select.POLLIN, end - time.monotonic()):
                    return False
        return True

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def _take(self, size: int) -> bytes:
        self._check_budget(size)
        self._budget_bytes -= size
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _check_budget(self, size: int) -> None:
        if size > self._budget_bytes:
            raise imaplib.IMAP4.abort(f"{self.peer} sent more than its answer can be long")

    def _cut_off(self, size: int, unit: str) -> bytes:
        raise imaplib.IMAP4.abort(f"{self.peer} closed the connection after {size} bytes {unit}")

    def _receive(self) -> bool:
        """Wait for data and put it into the buffer; False where the peer has closed the connection."""
        while time.monotonic() < self._deadline:
            try:
                return self._receive_now()
            except (BlockingIOError, ssl.SSLWantReadError):
                self._await(select.POLLIN)
        raise TimeoutError(self._too_late())

    def _receive_now(self) -> bool:
        data = self.sock.recv(_RECEIVE_BYTES)
        self._buffer += data
        return bool(data)

    def _await(self, event: int) -> None:
        seconds = min(self._timeout, self._deadline - time.monotonic())
        if not self._ready(event, seconds):
            raise TimeoutError(self._too_late())

    def _too_late(self) -> str:
        return f"{self.peer} did not finish its answer in time (timeout {self._timeout:g} seconds)"

    def _ready(self, event: int, seconds: float) -> bool:
        poller = select.poll()
        poller.register(self.sock, event)
        poller.register(self._stop, select.POLLIN)
        ready = poller.poll(max(0.0, seconds) * 1000)
        if self._stop.is_set():
            raise Stopped
        return bool(ready)
