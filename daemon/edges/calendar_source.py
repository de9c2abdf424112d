"""Fetch a calendar feed from the web, and read the days out of it."""

import time
from http import HTTPStatus

from daemon.desk.calendar_feeds import BadFeedError, feed_days
from daemon.desk.web_feeds import Asked, Fetched, WebFeed
from daemon.edges.http_get import Limits, get

# The other jobs wait that long; whoever publishes a calendar answers within a second.
TIMEOUT_SECONDS = 15.0
# The public holidays of a country for ten years are 50 KB.
SIZE_LIMIT_BYTES = 2_000_000
READING_SECONDS = 10.0


def fetch(feed: WebFeed, asked: Asked) -> Fetched:
    """Ask for a feed and read it, or say why there is nothing to read; never raises."""
    headers = {"Accept": "text/calendar, */*;q=0.5"}
    headers |= {"If-None-Match": asked.etag} if asked.etag else {}
    headers |= {"If-Modified-Since": asked.modified} if asked.modified else {}
    page = get(feed.url, headers, Limits(TIMEOUT_SECONDS, SIZE_LIMIT_BYTES))
    if page.problem:
        return Fetched(problem=page.problem)
    if page.status == HTTPStatus.NOT_MODIFIED:
        if not asked.etag and not asked.modified:
            return Fetched(problem="it answers 304 without being asked for changes")
        return Fetched(etag=page.etag or asked.etag, modified=page.modified or asked.modified)
    ends = time.monotonic() + READING_SECONDS
    try:
        days = feed_days(page.body, asked.first, asked.last, lambda: time.monotonic() < ends)
    except BadFeedError as error:
        return Fetched(problem=" ".join(str(error).split())[:200])
    return Fetched(days, page.etag, page.modified)
