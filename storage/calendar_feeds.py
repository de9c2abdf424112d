"""Copies of calendar feeds from the web, by the digest of their addresses.  Callers hold the transaction."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from storage import hot
from storage.calendar_feed_models import CalendarFeedRow

_COLUMNS = (
    "feed", "days", "digest", "read_for", "etag", "modified",
    "good_at", "tried_at", "failing_since", "problem",
)  # fmt: skip
_RENEWED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class FeedCopy:
    """The days of the last good copy of a feed, and how the last attempt to get a newer one ended.

    ``good_at`` is when the copy was last found good, None where there never was one.  ``failing_since`` is
    the first attempt after that which failed, ``problem`` what the last one met; None and empty while all is
    well.  ``read_for`` says for which days the copy was read.
    """

    feed: str
    tried_at: datetime
    days: frozenset[date] = frozenset()
    read_for: str = ""
    etag: str = ""
    modified: str = ""
    good_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""


def copies() -> dict[str, FeedCopy]:
    """Return all that is known, by feed."""
    return {row.feed: _record(row) for row in CalendarFeedRow.select().order_by(CalendarFeedRow.feed)}


def digests() -> dict[str, str]:
    """Return the digest of the days of each feed."""
    return dict(hot.query("SELECT feed, digest FROM calendar_feeds"))


def put(copy: FeedCopy) -> None:
    """Write down a copy in place of what was known of the feed."""
    days = " ".join(sorted(map(str, copy.days)))
    row = {name: getattr(copy, name) for name in _COLUMNS if name not in {"days", "digest"}}
    row |= {"days": days, "digest": hashlib.sha256(days.encode()).hexdigest()}
    ordered = {name: row[name] for name in _COLUMNS}
    hot.insert(CalendarFeedRow, [ordered], on_conflict=f"ON CONFLICT (feed) DO UPDATE SET {_RENEWED}")


def forget_all_but(feeds: Collection[str]) -> int:
    """Delete what is known of all other feeds, and return how many they were."""
    others = sorted(digests().keys() - set(feeds))
    return sum(hot.execute("DELETE FROM calendar_feeds WHERE feed = ?", [feed]) for feed in others)


def _record(row: CalendarFeedRow) -> FeedCopy:
    return FeedCopy(
        feed=row.feed,
        tried_at=row.tried_at,
        days=frozenset(map(date.fromisoformat, row.days.split())),
        read_for=row.read_for,
        etag=row.etag,
        modified=row.modified,
        good_at=row.good_at,
        failing_since=row.failing_since,
        problem=row.problem,
    )
