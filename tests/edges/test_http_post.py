"""One POST: bounded in time and size, and silent about its address."""

from http.server import BaseHTTPRequestHandler

import pytest

from daemon.edges.http_post import post
from tests.edges.hook_listener import Listener, hook_listener
from tests.servers import free_port

__all__ = ["hook_listener"]


def test_answer_that_drips_ends_in_time(listener: Listener):
    listener.answers = [listener.drip]
    answer = post(listener.url, b"{}", {}, 0.3)

    # What came until then may be half a line.
    assert answer.problem in {"no answer within 0.3 seconds", "BadStatusLine"}


def test_long_answer_is_not_read(listener: Listener):
    def pour(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while not listener.over.is_set():
                request.wfile.write(b"x" * 65536)
        except OSError:
            return

    listener.answers = [pour]

    assert post(listener.url, b"{}", {}, 5).problem == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{port}/", "connection refused"),
        ("http://nowhere.invalid/s3cret", "name or service not known"),
        ("file:///etc/passwd", "its address is none"),
        ("https://[x", "its address is none"),
    ],
)
def test_what_went_wrong_is_said_without_the_address(url, said):
    answer = post(url.format(port=free_port()), b"{}", {}, 5)

    assert answer.status == 0
    assert said in answer.problem or "temporary failure" in answer.problem
    assert "s3cret" not in answer.problem


def test_plain_answer_to_tls_is_an_error(listener: Listener):
    assert post(listener.url.replace("http:", "https:"), b"{}", {}, 5).problem
