"""A connection to a web server with one limit for all the time it takes, and words for what went wrong.

The limit is for the whole of it, since an answer that comes a byte at a time would keep a socket's own
timeout waiting for ever.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult


@dataclass(slots=True)
class Watched:
    """A connection that is cut after its time."""

    connection: http.client.HTTPConnection
    is_late: bool = False
    # The connection forgets its own when an answer is to end with it.
    _socket: socket.socket | None = None

    def open(self) -> None:
        """Connect; the connection may be late afterwards, since there was nothing to cut before."""
        self.connection.connect()
        self._socket = self.connection.sock

    def cut(self) -> None:
        """End the connection from another thread: whoever waits for it gets an error or an end at once."""
        self.is_late = True
        held = self._socket or self.connection.sock
        if held is not None:
            with suppress(OSError):
                # Past the layer of TLS, which another thread is in the middle of.
                socket.socket.shutdown(held, socket.SHUT_RDWR)


@contextmanager
def watched(parts: SplitResult, timeout_seconds: float) -> Iterator[Watched]:
    """Make a connection that ends after its time and at the end; raises ValueError for no web address."""
    held = Watched(_connection(parts, timeout_seconds))
    watch = threading.Timer(timeout_seconds, held.cut)
    watch.daemon = True
    watch.start()
    try:
        yield held
    finally:
        watch.cancel()
        held.connection.close()


def target_of(parts: SplitResult) -> str:
    """Return what is asked of the server: path and query."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connection(parts: SplitResult, timeout_seconds: float) -> http.client.HTTPConnection:
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("no web address")
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_seconds, context=context)


def reason(error: Exception, *, late: bool, limit_seconds: float) -> str:
    """Say what went wrong, without the address, in which a secret may stand."""
    if late or isinstance(error, TimeoutError):
        return too_late(limit_seconds)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return type(error).__name__


def too_late(limit_seconds: float) -> str:
    """Say that there was no answer in time."""
    return f"no answer within {limit_seconds:g} seconds"
