"""Calendar feeds from the web: fetched by a job, kept in the database, taken up by clocks that run."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from daemon.desk.calendars import CalendarSettings
from daemon.desk.clocks import readings
from daemon.desk.service_levels import ServiceLevels
from daemon.desk.web_feeds import WebFeed
from daemon.edges.calendar_source import fetch
from daemon.jobs import calendar_feeds as job
from daemon.services.fed_days import FedCalendars, web_feeds
from daemon.services.feed_facts import feed_facts, feed_trouble
from daemon.services.working_calendars import Places, working_calendars
from daemon.settings import load
from daemon.wiring import Desk, jobs_of, watched
from storage import calendar_feeds, jobs
from storage.database import Database
from storage.records import Segment
from storage.vocabulary import Clock, SegmentKind
from tests.cli.operated import configured
from tests.conftest import MONDAY_MORNING, FixedClock
from tests.servers import free_port
from tests.servers.feeds import FeedServer, feed, feed_server, says

HOUR = timedelta(hours=1)
TUESDAY = date(2024, 1, 16)
MARK = '"1"'
SETTINGS = """
[[calendar]]
name = "office"
hours = ["mon-fri 08:00-16:00"]
feeds = ["{url}"]

[[sla]]
name = "standard"
calendar = "office"
resolution = "16h"

[waiting]
calendar = "office"
"""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as one:
        yield one


def feed_of(server: FeedServer) -> WebFeed:
    return WebFeed(server.url, "calendar office, feed 1", 12 * HOUR)


def renew(database: Database, server: FeedServer, now: datetime = MONDAY_MORNING) -> str:
    return job.renew(database, (feed_of(server),), fetch, now)


def copy_of(database: Database, server: FeedServer) -> calendar_feeds.FeedCopy:
    with database.read():
        return calendar_feeds.copies()[feed_of(server).key]


class TestFetching:
    def test_first_copy_is_kept_and_the_address_is_not(self, database, server):
        server.answer = says(feed("20240116"), ETag=MARK)

        assert renew(database, server) == "1 of 1 feeds were due: 1 changed, 0 unchanged, 0 failed"
        copy = copy_of(database, server)
        assert (copy.days, copy.etag, copy.good_at) == ({TUESDAY}, MARK, MONDAY_MORNING)
        assert "s3cret" not in repr((copy, feed_of(server)))

    def test_nothing_is_asked_before_its_time_and_then_for_changes(self, database, server):
        server.answer = says(feed("20240116"), ETag=MARK)
        renew(database, server)
        server.answer = says(status=304)
        assert renew(database, server, MONDAY_MORNING + 11 * HOUR).startswith("0 of 1 feeds were due")
        later = MONDAY_MORNING + 12 * HOUR

        assert renew(database, server, later) == "1 of 1 feeds were due: 0 changed, 1 unchanged, 0 failed"
        assert [headers["If-None-Match"] for _, headers in server.asked] == [None, MARK]
        copy = copy_of(database, server)
        assert (copy.days, copy.etag, copy.good_at) == ({TUESDAY}, MARK, later)

    def test_copy_of_another_year_is_asked_for_whole(self, database, server):
        server.answer = says(feed("20240116", "20330103"), ETag=MARK)
        renew(database, server)
        renew(database, server, MONDAY_MORNING + timedelta(days=400))

        assert [headers["If-None-Match"] for _, headers in server.asked] == [None, None]
        assert copy_of(database, server).days == {TUESDAY, date(2033, 1, 3)}

    def test_days_that_are_over_stay_where_the_feed_forgets_them(self, database, server):
        server.answer = says(feed("20240112", "20240116"))
        renew(database, server)
        server.answer = says(feed("20240117"))
        renew(database, server, MONDAY_MORNING + 12 * HOUR)

        assert copy_of(database, server).days == {date(2024, 1, 12), date(2024, 1, 17)}

    @pytest.mark.parametrize("answer", [says(b"<html>"), says(status=503)], ids=["page", "503"])
    def test_failure_loses_no_day_and_is_tried_again_in_an_hour(self, database, server, answer, caplog):
        caplog.set_level(logging.INFO, "postdesk.calendars")
        server.answer = says(feed("20240116"))
        renew(database, server)
        server.answer = answer
        failed_at = MONDAY_MORNING + 12 * HOUR
        renew(database, server, failed_at)
        assert renew(database, server, failed_at + HOUR / 2).startswith("0 of 1")
        renew(database, server, failed_at + HOUR)

        copy = copy_of(database, server)
        assert (copy.days, copy.good_at, copy.failing_since) == ({TUESDAY}, MONDAY_MORNING, failed_at)
        assert copy.problem
        host = server.url.partition("/s3cret")[0]
        assert f"calendar office, feed 1 ({host}) cannot be fetched: " in caplog.text
        assert "s3cret" not in caplog.text

    def test_feed_that_is_followed_no_more_is_forgotten(self, database, server):
        renew(database, server)
        job.renew(database, (), fetch, MONDAY_MORNING)

        with database.read():
            assert calendar_feeds.copies() == {}

    def test_so_many_at_once(self, database, server, monkeypatch):
        monkeypatch.setattr(job, "AT_ONCE", 2)
        feeds = tuple(WebFeed(f"{server.url}?{at}", "x", HOUR) for at in range(3))

        assert job.renew(database, feeds, fetch, MONDAY_MORNING).startswith("2 of 3 feeds were due")
        assert job.renew(database, feeds, fetch, MONDAY_MORNING).startswith("1 of 3 feeds were due")


class TestHealth:
    def trouble(self, database: Database, server: FeedServer, now: datetime) -> str:
        with database.read():
            (fact,) = feed_facts((feed_of(server),))
        return feed_trouble(fact, now)

    def test_feed_that_never_came_is_told_at_once(self, database, server):
        assert self.trouble(database, server, MONDAY_MORNING) == ""
        server.answer = says(status=404)
        renew(database, server)

        host = server.url.partition("/s3cret")[0]
        assert self.trouble(database, server, MONDAY_MORNING) == (
            f"calendar office, feed 1 ({host}) could never be fetched, since 2024-01-15 09:00 UTC: "
            "it answers 404; its days count as open"
        )

    def test_feed_without_a_good_copy_for_two_days_is_told(self, database, server):
        renew(database, server)
        server.answer = says(status=404)
        renew(database, server, MONDAY_MORNING + 12 * HOUR)
        two_days = MONDAY_MORNING + 48 * HOUR

        assert self.trouble(database, server, two_days) == ""
        assert self.trouble(database, server, two_days + HOUR).endswith(
            "has brought no good copy since 2024-01-15 21:00 UTC: it answers 404; "
            "the one of 2024-01-15 09:00 UTC is in force"
        )
        server.answer = says(feed())
        renew(database, server, two_days)
        assert self.trouble(database, server, two_days + HOUR) == ""


RESOLUTION = Segment(
    id=1, ticket_number=1, clock=Clock.RESOLUTION, run=1, kind=SegmentKind.RUNNING, started_at=MONDAY_MORNING,
    ended_at=None, reason="", ended_reason="", cause="", rule="standard", calendar="office",
    target_seconds=16 * 3600, used_seconds=None,
)  # fmt: skip


def due(levels: ServiceLevels, now: datetime) -> datetime | None:
    """Return when a clock that began on Monday at nine, with sixteen hours to go, is due."""
    return readings([RESOLUTION], now, levels)[0].due_at


def runs(desk: Desk) -> bool:
    """Let the job run if it is due, as the clock of the desk does."""
    (fetching,) = (one for one in jobs_of(desk.settings, desk.database, None) if one.name == job.NAME)
    return desk.runner("clock").run_if_due(fetching)


class TestTakingUp:
    def test_clocks_that_run_see_a_change_a_minute_later(self, database, server):
        office = CalendarSettings(name="office", hours=("mon-fri 08:00-16:00",), feeds=(server.url,))
        fed = FedCalendars.of([office])
        calendars = working_calendars([office], Places("UTC", Path(), fed.days), MONDAY_MORNING.date())
        levels = ServiceLevels.build((), calendars, frozenset(), fed=fed.days)
        before = levels.fingerprint
        with database.read():
            fed.renew(MONDAY_MORNING)
        assert due(levels, MONDAY_MORNING) == datetime(2024, 1, 17, 9, tzinfo=UTC)

        server.answer = says(feed("20240116"))
        renew(database, server)
        with database.read():
            fed.renew(MONDAY_MORNING + timedelta(seconds=59))
            assert due(levels, MONDAY_MORNING) == datetime(2024, 1, 17, 9, tzinfo=UTC)
            fed.renew(MONDAY_MORNING + timedelta(seconds=60))

        assert due(levels, MONDAY_MORNING) == datetime(2024, 1, 18, 9, tzinfo=UTC)
        # By this the job that watches the clocks knows that it has to look at all of them.
        assert levels.fingerprint != before
        assert len(levels.fingerprint) == 16

    def test_desk_without_feeds_asks_nothing(self):
        # There is no database to ask.
        FedCalendars().renew(MONDAY_MORNING)

    def test_the_same_feed_is_asked_for_once_as_often_as_any_calendar_wants(self):
        url = "https://calendar.example.com/s3cret"
        one = CalendarSettings(name="one", feeds=("own.ics", url))
        two = CalendarSettings(name="two", feeds=(url,), feed_hours=2)

        assert web_feeds([one, two]) == (WebFeed(url, "calendar one, feed 2", 2 * HOUR),)

    def test_running_desk_takes_up_a_feed_and_a_new_start_without_network_still_has_it(self, tmp_path):
        path, clock = configured(tmp_path), FixedClock()
        plain = path.read_text()
        with feed_server() as server:
            server.answer = says(feed("20240116"))
            path.write_text(plain + SETTINGS.format(url=server.url))
            desk = Desk.open(load(path), clock)
            assert (job.NAME, job.EVERY) in watched(desk.settings).jobs
            assert desk.office.levels is not None
            assert due(desk.office.levels, clock()) == datetime(2024, 1, 17, 9, tzinfo=UTC)

            assert runs(desk)
            clock.advance(minutes=5)
            assert runs(desk)
            assert due(desk.office.levels, clock()) == datetime(2024, 1, 18, 9, tzinfo=UTC)
            assert desk.office.waiting.calendar.is_closed(TUESDAY)
            desk.close()

        clock.advance(hours=12)
        desk = Desk.open(load(path), clock)
        assert desk.office.levels is not None
        assert due(desk.office.levels, clock()) == datetime(2024, 1, 18, 9, tzinfo=UTC)
        assert runs(desk)
        assert due(desk.office.levels, clock()) == datetime(2024, 1, 18, 9, tzinfo=UTC)
        with desk.database.read():
            (said,) = (one.last_result for one in jobs.states() if one.name == job.NAME)
        assert said == "1 of 1 feeds were due: 0 changed, 0 unchanged, 1 failed"
        desk.close()


def test_nobody_there_is_a_failure_like_others(database, server):
    gone = replace(feed_of(server), url=f"http://127.0.0.1:{free_port()}/s3cret")
    job.renew(database, (gone,), fetch, MONDAY_MORNING)

    with database.read():
        assert calendar_feeds.copies()[gone.key].problem == "connection refused"
