"""One POST to one address that the operator set: no redirects, no answer read, and a time limit."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from daemon.edges.http_connection import reason, target_of, too_late, watched


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
        with watched(parts, timeout_seconds) as held:
            try:
                held.open()
                if held.is_late:
                    return Answer(0, too_late(timeout_seconds))
                sent = {"User-Agent": "postdesk", **headers}
                held.connection.request("POST", target_of(parts), body, sent)
                return _answer(held.connection.getresponse())
            except (OSError, http.client.HTTPException, ValueError) as error:
                return Answer(0, reason(error, late=held.is_late, limit_seconds=timeout_seconds))
    except ValueError:
        # The text of the error would repeat the address, in which a secret may stand.
        return Answer(0, "its address is none")


def _answer(response: http.client.HTTPResponse) -> Answer:
    if 200 <= response.status < 300:
        return Answer(response.status)
    asked = response.getheader("Retry-After", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    moved = " (redirects are not followed)" if 300 <= response.status < 400 else ""
    return Answer(response.status, f"it answers {response.status}{moved}", seconds)
