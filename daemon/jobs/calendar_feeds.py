"""Every so many hours: fetch the calendar feeds that are on the web, and keep the last good copy of each."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.desk.web_feeds import Asked, Fetched, WebFeed, is_due
from daemon.jobs.job import Job
from daemon.services.office import Office
from daemon.services.working_calendars import years_around
from storage import calendar_feeds
from storage.calendar_feeds import FeedCopy
from storage.database import Database

log = logging.getLogger("postdesk.calendars")

NAME = "calendar-feeds"
# How often it looks which feeds are due.
EVERY = timedelta(minutes=5)
RETRY_AFTER = timedelta(hours=1)
# At one time no more than this, so that servers that do not answer keep other jobs waiting for a minute.
AT_ONCE = 4

Fetch = Callable[[WebFeed, Asked], Fetched]


def job(database: Database, feeds: tuple[WebFeed, ...], fetch: Fetch) -> tuple[Job, ...]:
    """Return the row of the timetable, or none without feeds; ``fetch`` asks outside of any transaction."""

    def run(_office: Office, now: datetime) -> str:
        return renew(database, feeds, fetch, now)

    return (
        (Job(NAME, EVERY, "fetches calendar feeds from the web", run, own_transactions=True),)
        if feeds
        else ()
    )


def renew(database: Database, feeds: tuple[WebFeed, ...], fetch: Fetch, now: datetime) -> str:
    """Ask for the feeds that are due, and say in a line what came; a feed that fails stays as it was."""
    with database.write():
        calendar_feeds.forget_all_but([feed.key for feed in feeds])
        known = calendar_feeds.copies()
    due = [feed for feed in feeds if _is_due(feed, known.get(feed.key), now)][:AT_ONCE]
    came = Counter(_renew_one(database, feed, known, fetch, now) for feed in due)
    told = ", ".join(f"{came[word]} {word}" for word in ("changed", "unchanged", "failed"))
    return f"{len(due)} of {len(feeds)} feeds were due: {told}"


def _is_due(feed: WebFeed, copy: FeedCopy | None, now: datetime) -> bool:
    failing = copy is not None and copy.failing_since is not None
    wait = min(RETRY_AFTER, feed.every) if failing else feed.every
    return is_due(copy.tried_at if copy is not None else None, wait, now)


def _renew_one(
    database: Database, feed: WebFeed, known: Mapping[str, FeedCopy], fetch: Fetch, now: datetime
) -> str:
    before = known.get(feed.key) or FeedCopy(feed.key, now)
    asked = Asked(*years_around(now.date()))
    if before.read_for == asked.window:
        asked = replace(asked, etag=before.etag, modified=before.modified)
    found = fetch(feed, asked)
    after = _after(before, asked, found, now)
    with database.write():
        calendar_feeds.put(after)
    if found.problem:
        log.warning("%s cannot be fetched: %s; what is known of it stays", feed.name, found.problem)
        return "failed"
    if after.days == before.days:
        return "unchanged"
    log.info("%s has other days now: %d in place of %d", feed.name, len(after.days), len(before.days))
    return "changed"


def _after(before: FeedCopy, asked: Asked, found: Fetched, now: datetime) -> FeedCopy:
    """Return what is known after an attempt."""
    if found.problem:
        return replace(before, tried_at=now, failing_since=before.failing_since or now, problem=found.problem)
    good = replace(before, tried_at=now, good_at=now, failing_since=None, problem="")
    good = replace(good, etag=found.etag, modified=found.modified, read_for=asked.window)
    if found.days is None:
        return good
    # Many feeds leave out what is over, and clocks that run have counted by it.
    over = {day for day in before.days if asked.first <= day < now.date()}
    return replace(good, days=found.days | over)
