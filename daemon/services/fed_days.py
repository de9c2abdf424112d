"""Keep the closed days of feeds from the web as the database has them, in every process that counts time."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.desk import approval_steps
from daemon.desk.calendars import CalendarSettings
from daemon.desk.web_feeds import FedDays, WebFeed, is_address
from storage import calendar_feeds

READ_AGAIN = timedelta(minutes=1)


def web_feeds(calendars: Iterable[CalendarSettings]) -> tuple[WebFeed, ...]:
    """Return the feeds that come from the web, each once, as often as any calendar wants it."""
    found: dict[str, WebFeed] = {}
    for calendar in calendars:
        every = timedelta(hours=calendar.feed_hours)
        for place, url in enumerate(calendar.feeds, 1):
            known = found.get(url)
            if known is not None:
                found[url] = replace(known, every=min(known.every, every))
            elif is_address(url):
                found[url] = WebFeed(url, f"calendar {calendar.name}, feed {place}", every)
    return tuple(found.values())


@dataclass
class FedCalendars:
    """Renews the days that the calendars of a desk hold; ``keys`` are the feeds that they follow."""

    days: FedDays = field(default_factory=FedDays)
    keys: frozenset[str] = frozenset()
    _digests: dict[str, str] = field(default_factory=dict)
    _read_at: datetime | None = None

    @classmethod
    def of(cls, calendars: Iterable[CalendarSettings]) -> "FedCalendars":
        """Return what keeps the days of these calendars' feeds, without any days yet."""
        return cls(keys=frozenset(one.key for one in web_feeds(calendars)))

    def renew(self, now: datetime) -> None:
        """Look for other days if a minute has passed; inside the caller's transaction.

        For a desk without such feeds that is one comparison, for others one short question a minute.
        """
        if not self.keys or (self._read_at is not None and self._read_at <= now < self._read_at + READ_AGAIN):
            return
        found = calendar_feeds.digests()
        if found != self._digests:
            copies = calendar_feeds.copies()
            self.days.adopt({key: copy.days for key, copy in copies.items() if key in self.keys})
            # What was counted ahead was so by other days.
            approval_steps.forget_times()
            self._digests = found
        self._read_at = now
