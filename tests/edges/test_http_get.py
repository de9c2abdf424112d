"""One GET: bounded in time, size and redirects, and silent about its address."""

import base64
from collections.abc import Iterator

import pytest

from daemon.edges.http_get import Limits, Page, get
from tests.servers import free_port
from tests.servers.feeds import FeedServer, feed_server, loopback_certificate, says

LIMITS = Limits(10, 1000)


@pytest.fixture
def plain() -> Iterator[FeedServer]:
    with feed_server() as one:
        yield one


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return loopback_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate, monkeypatch) -> Iterator[FeedServer]:
    """A server whose certificate this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with feed_server(certificate) as one:
        yield one


def login_of(server: FeedServer) -> str | None:
    return server.asked[-1][1]["Authorization"]


def test_page_comes_with_its_marks_and_path_and_query_are_asked_for(plain):
    plain.answer = says(b"page", ETag='"1"', Last_Modified="Mon, 15 Jan 2024 09:00:00 GMT")

    assert get(plain.url + "?key=1", {"If-None-Match": '"0"'}, LIMITS) == Page(
        200, b"page", '"1"', "Mon, 15 Jan 2024 09:00:00 GMT"
    )
    path, headers = plain.asked[0]
    assert path == "/s3cret/office.ics?key=1"
    assert headers["If-None-Match"] == '"0"'
    assert headers["Cookie"] is None


def test_login_in_the_address_is_sent_as_one(plain):
    get(plain.url.replace("//", "//ann%40x:p%3Aw@"), {}, LIMITS)

    assert login_of(plain) == "Basic " + base64.b64encode(b"ann@x:p:w").decode()
    assert "@" not in plain.asked[0][1]["Host"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says(status=404), "it answers 404"),
        (says(status=204), "it answers 204"),
        (says(status=302), "it answers 302"),
        (says(b"x" * 1001), "it is larger than 1,000 bytes"),
        (says(b"x" * 10, Content_Length="500"), "its answer breaks off 490 bytes before the end"),
        (says(status=302, Location="http://127.0.0.1/x"), "it leads to an address that does not begin with https://"),
        (says(status=301, Location="/elsewhere"), "it leads to an address that does not begin with https://"),
        (says(status=301, Location="file:///etc/passwd"), "it leads to an address that does not begin with https://"),
        (says(status=301, Location="https://[x"), "its address, or one that it leads to, is none"),
        (lambda request: request.wfile.write(b"no web server\r\n"), "BadStatusLine"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_said(plain, answer, said):
    plain.answer = answer

    assert get(plain.url, {}, LIMITS).problem == said
    assert len(plain.asked) == 1


def test_exactly_as_much_as_may_come_is_a_page(plain):
    plain.answer = says(b"x" * 1000)

    assert get(plain.url, {}, LIMITS).body == b"x" * 1000


def test_answer_that_drips_is_cut(plain):
    plain.answer = plain.drip

    assert get(plain.url, {}, Limits(0.3, 1_000_000)).problem == "no answer within 0.3 seconds"


def test_no_time_is_late(plain):
    assert get(plain.url, {}, Limits(0, 1000)).problem == "no answer within 0 seconds"
    assert plain.asked == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "https://[x", "https://"])
def test_what_is_no_web_address_is_said(url):
    assert get(url, {}, LIMITS).problem == "its address, or one that it leads to, is none"


def test_nobody_there_is_said():
    said = get(f"http://127.0.0.1:{free_port()}/s3cret", {}, LIMITS)

    assert (said.status, said.problem) == (0, "connection refused")


def test_mark_that_is_too_long_marks_nothing(plain):
    plain.answer = says(b"", ETag="x" * 501)

    assert get(plain.url, {}, LIMITS).etag == ""


def test_certificate_that_nobody_vouches_for_is_told(certificate):
    with feed_server(certificate) as server:
        assert get(server.url, {}, LIMITS).problem.startswith("its certificate is not good: ")


def test_redirect_is_followed_over_https_and_the_login_stays_with_its_server(plain, trusted, certificate):
    trusted.answer = says(b"page")
    plain.answer = says(status=302, Location=trusted.url)

    assert get(plain.url.replace("//", "//ann:pw@"), {}, LIMITS).body == b"page"
    assert login_of(plain) is not None
    assert login_of(trusted) is None


def test_redirect_on_the_same_server_keeps_the_login(trusted):
    def answer(request):
        moved = not request.path.startswith("/new")
        says(b"" if moved else b"page", 307 if moved else 200, Location="/new")(request)

    trusted.answer = answer

    assert get(trusted.url.replace("//", "//ann:pw@"), {}, LIMITS).body == b"page"
    assert login_of(trusted) is not None


def test_redirects_end(trusted):
    trusted.answer = says(status=308, Location="/again")

    assert get(trusted.url, {}, LIMITS).problem == "it leads on more than 3 times"
    assert len(trusted.asked) == 4


def test_redirect_from_https_to_plain_http_is_refused(plain, trusted):
    trusted.answer = says(status=302, Location=plain.url)

    assert get(trusted.url, {}, LIMITS).problem == "it leads to an address that does not begin with https://"
    assert plain.asked == []
