"""One POST to one address that the operator set: no redirects, no proxies, no answer read, and a time limit.

The limit is for the whole of it, since an answer that comes a byte at a time would keep a socket's own
timeout waiting for ever.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a POST: the status, 0 without one; ``problem`` is empty for a 2xx and holds no address.

    ``retry_after_seconds`` is what the other end asked for (RFC 9110 s 10.2.3), None where it did not.
    """

    status: int
    problem: str = ""
    retry_after_seconds: int | None = None


def post(url: str, body: bytes, headers: Mapping[str, str], timeout_seconds: float) -> Answer:
    """Send a body, and return what the other end answered or why there is no answer; never raises."""
    try:
        parts = urlsplit(url)
        connection = _connection(parts, timeout_seconds)
    except ValueError:
        # The text of the error would repeat the address, in which a secret may stand.
        return Answer(0, "its address is none")
    watch = threading.Timer(timeout_seconds, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.connect()
        if not watch.is_alive():
            # It had nothing to cut yet.
            return Answer(0, _late(timeout_seconds))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"User-Agent": "postdesk", **headers})
        return _answer(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, _reason(error, late=not watch.is_alive(), limit_seconds=timeout_seconds))
    finally:
        watch.cancel()
        connection.close()


def _connection(parts: SplitResult, timeout_seconds: float) -> http.client.HTTPConnection:
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("no web address")
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_seconds, context=context)


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection from another thread: whoever waits for it gets an error at once."""
    held = connection.sock
    if held is not None:
        with suppress(OSError):
            # Past the layer of TLS, which another thread is in the middle of.
            socket.socket.shutdown(held, socket.SHUT_RDWR)


def _answer(response: http.client.HTTPResponse) -> Answer:
    if 200 <= response.status < 300:
        return Answer(response.status)
    asked = response.getheader("Retry-After", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    moved = " (redirects are not followed)" if 300 <= response.status < 400 else ""
    return Answer(response.status, f"it answers {response.status}{moved}", seconds)


def _reason(error: Exception, *, late: bool, limit_seconds: float) -> str:
    if late or isinstance(error, TimeoutError):
        return _late(limit_seconds)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return type(error).__name__


def _late(limit_seconds: float) -> str:
    return f"no answer within {limit_seconds:g} seconds"
