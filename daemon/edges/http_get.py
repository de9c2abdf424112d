"""One GET of an address that the operator set: bounded in time, size and redirects; no cookies."""

import base64
import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from daemon.edges.http_connection import reason, target_of, too_late, watched

REDIRECTS_LIMIT = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
# What is longer marks nothing; it would be sent back with every question.
_MARK_LIMIT_CHARS = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """How long all of it may take, redirects included, and how much may come."""

    seconds: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Page:
    """What came of a GET: 200 with a body, or 304; else ``problem`` says what came, without an address.

    ``etag`` and ``modified`` are as in the answer (RFC 9110 s 8.8), empty where they are not in it.
    """

    status: int
    body: bytes = b""
    etag: str = ""
    modified: str = ""
    problem: str = ""


class _Moved(Exception):  # noqa: N818  # an answer, not a fault
    """The answer says where to go on."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


def get(url: str, headers: Mapping[str, str], limits: Limits) -> Page:
    """Fetch a page, by a login where one stands in the address; never raises.

    Redirects are followed over https alone, and the login goes to no other server.
    """
    ends = time.monotonic() + limits.seconds
    try:
        at = urlsplit(url)
        login = _login(at)
        origin = _origin(at)
        for _ in range(REDIRECTS_LIMIT + 1):
            sent = {**headers, **(login if _origin(at) == origin else {})}
            try:
                return _page(at, sent, Limits(ends - time.monotonic(), limits.size_bytes), limits.seconds)
            except _Moved as moved:
                at = urlsplit(urljoin(at.geturl(), moved.to))
                if at.scheme != "https" or not at.hostname:
                    return Page(0, problem="it leads to an address that does not begin with https://")
    except ValueError:
        # The text of the error would repeat the address, in which a secret may stand.
        return Page(0, problem="its address, or one that it leads to, is none")
    return Page(0, problem=f"it leads on more than {REDIRECTS_LIMIT} times")


def _login(parts: SplitResult) -> dict[str, str]:
    if not parts.username and not parts.password:
        return {}
    words = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(words).decode('ascii')}"}


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def _page(parts: SplitResult, headers: Mapping[str, str], left: Limits, whole_seconds: float) -> Page:
    if left.seconds <= 0:
        return Page(0, problem=too_late(whole_seconds))
    with watched(parts, left.seconds) as held:
        try:
            held.open()
            if held.is_late:
                return Page(0, problem=too_late(whole_seconds))
            sent = {"User-Agent": "postdesk", "Accept-Encoding": "identity", **headers}
            held.connection.request("GET", target_of(parts), headers=sent)
            page = _answer(held.connection.getresponse(), left.size_bytes)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Page(0, problem=reason(error, late=held.is_late, limit_seconds=whole_seconds))
        # A connection that was cut looks like one that came to its end.
        return Page(0, problem=too_late(whole_seconds)) if held.is_late else page


def _answer(response: http.client.HTTPResponse, limit_bytes: int) -> Page:
    """Read an answer; raises _Moved for one that says where to go on."""
    status = response.status
    location = response.getheader("Location", "")
    if status in _MOVED and location:
        raise _Moved(location)
    marks = _mark(response, "ETag"), _mark(response, "Last-Modified")
    if status == http.client.NOT_MODIFIED:
        return Page(status, b"", *marks)
    if status != http.client.OK:
        return Page(status, problem=f"it answers {status}")
    body = response.read(limit_bytes + 1)
    if len(body) > limit_bytes:
        return Page(status, problem=f"it is larger than {limit_bytes:,} bytes")
    if response.length:
        return Page(status, problem=f"its answer breaks off {response.length:,} bytes before the end")
    return Page(status, body, *marks)


def _mark(response: http.client.HTTPResponse, name: str) -> str:
    found = response.getheader(name, "").strip()
    return found if len(found) <= _MARK_LIMIT_CHARS and found.isascii() and found.isprintable() else ""
