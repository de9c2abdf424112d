"""How the calendar feeds from the web do, for health."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.web_feeds import WebFeed
from storage import calendar_feeds
from storage.calendar_feeds import FeedCopy

# Servers rest over a night; days that change are announced earlier.
PATIENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class FeedFact:
    """A feed that is followed, by what may be told of it; ``copy`` is None before the first attempt."""

    key: str
    name: str
    copy: FeedCopy | None


def feed_facts(feeds: Iterable[WebFeed]) -> tuple[FeedFact, ...]:
    """Return what is known of the feeds, in their order; the caller holds the transaction."""
    feeds = tuple(feeds)
    known = calendar_feeds.copies() if feeds else {}
    return tuple(FeedFact(feed.place, feed.name, known.get(feed.key)) for feed in feeds)


def feed_trouble(feed: FeedFact, now: datetime) -> str:
    """Say what is wrong with a feed, or nothing."""
    copy = feed.copy
    if copy is None or copy.failing_since is None:
        return ""
    since = f"since {copy.failing_since:%Y-%m-%d %H:%M} UTC: {copy.problem}"
    if copy.good_at is None:
        return f"{feed.name} could never be fetched, {since}; its days count as open"
    if now - copy.good_at <= PATIENCE:
        return ""
    kept = f"the one of {copy.good_at:%Y-%m-%d %H:%M} UTC is in force"
    return f"{feed.name} has brought no good copy {since}; {kept}"
