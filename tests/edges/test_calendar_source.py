"""A calendar feed as it comes from a real web server: days, no change, or the reason why neither."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from daemon.desk.web_feeds import Asked, Fetched, WebFeed
from daemon.edges import calendar_source
from daemon.edges.calendar_source import fetch
from tests.servers.feeds import FeedServer, feed, feed_server, says

ASKED = Asked(date(2022, 1, 1), date(2032, 12, 31))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as one:
        yield one


def with_line(line: bytes) -> bytes:
    return feed("20240116").replace(b"END:VEVENT", line + b"\r\nEND:VEVENT")


def fetched(server: FeedServer, asked: Asked = ASKED) -> Fetched:
    return fetch(WebFeed(server.url, "calendar office, feed 1", timedelta(hours=12)), asked)


def test_days_come_with_the_marks_of_the_answer(server):
    server.answer = says(feed("20240116", "19990101"), ETag='"1"', Last_Modified="yesterday")

    assert fetched(server) == Fetched(frozenset({date(2024, 1, 16)}), '"1"', "yesterday")
    assert server.asked[0][1]["If-None-Match"] is None


def test_marks_are_sent_back_and_no_change_keeps_them(server):
    server.answer = says(status=304, ETag='"2"')

    asked = Asked(ASKED.first, ASKED.last, '"1"', "yesterday")
    assert fetched(server, asked) == Fetched(None, '"2"', "yesterday")
    headers = server.asked[0][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"1"', "yesterday")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says(status=304), "it answers 304 without being asked for changes"),
        (says(status=500), "it answers 500"),
        (says(b"<html>log in first</html>"), "it is no iCalendar file: "),
        (says(feed("20240116")[:-40]), "it is no iCalendar file: "),
        (says(with_line(b"DURATION:P99999999999D")), "it is no iCalendar file: "),
        (says(with_line(b"RRULE:FREQ=DAILY;INTERVAL=0")), "it is no iCalendar file: "),
    ],
    ids=["304 unasked", "500", "page", "cut off", "longer than time", "no time between"],
)  # fmt: skip
def test_what_is_no_calendar_is_told(server, answer, said):
    server.answer = answer

    found = fetched(server)
    assert found.days is None
    assert found.problem.startswith(said)


def test_calendar_that_is_too_large_is_told(server, monkeypatch):
    monkeypatch.setattr(calendar_source, "SIZE_LIMIT_BYTES", 100)
    server.answer = says(feed("20240116"))

    assert fetched(server).problem == "it is larger than 100 bytes"


def test_calendar_that_takes_too_long_to_read_is_told(server, monkeypatch):
    monkeypatch.setattr(calendar_source, "READING_SECONDS", -1.0)
    server.answer = says(feed("20240116"))

    assert fetched(server).problem == "it takes too long to read all of its events"


def test_server_that_drips_is_late(server, monkeypatch):
    monkeypatch.setattr(calendar_source, "TIMEOUT_SECONDS", 0.3)
    server.answer = server.drip

    assert fetched(server).problem == "no answer within 0.3 seconds"
