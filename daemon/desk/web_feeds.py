"""Calendar feeds from the web: what an address may be, what it is called, and the days that came from it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

# A file whose name looks like that is named with ./ before it.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_EXPECTED = "expected a file, or an address that begins with https:// (http:// for this machine alone)"


def is_address(feed: str) -> bool:
    """Tell whether an entry of ``feeds`` is an address, good or not, and no file."""
    return _ADDRESS.match(feed) is not None


def address_problem(url: str) -> tuple[str, str]:
    """Say what is wrong with an address, and what to do; two empty texts for one that can be fetched.

    Neither holds more of the address than scheme and host: the rest may be a secret.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return f"{_EXPECTED}, got an address that is none", ""
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        return f"{_EXPECTED}, got an address that is none", ""
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return "", ""
    hint = "write https:// in place of webcal://" if parts.scheme in {"webcal", "webcals"} else ""
    return f"{_EXPECTED}, got {shown(url)}", hint


def shown(url: str) -> str:
    """Return scheme, host and port of an address that was found to be one: what may be shown of it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def key_of(url: str) -> str:
    """Return under what a feed is stored: a digest, since its address may be a secret."""
    return hashlib.sha256(url.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WebFeed:
    """A feed that is fetched ``every`` so often; ``place`` says where the settings name it."""

    url: str = field(repr=False)
    place: str
    every: timedelta

    @property
    def key(self) -> str:
        """Under what it is stored."""
        return key_of(self.url)

    @property
    def name(self) -> str:
        """What may be told of it."""
        return f"{self.place} ({shown(self.url)})"


@dataclass(frozen=True, slots=True)
class Asked:
    """For which days a feed is read, both included, and what its last good answer was marked with."""

    first: date
    last: date
    etag: str = ""
    modified: str = ""

    @property
    def window(self) -> str:
        """The days in a word; a copy that was read for others has to be read anew."""
        return f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking for a feed: ``days`` is None where it is as it was, and where ``problem`` says why.

    ``etag`` and ``modified`` are what the answer is marked with (RFC 9110 s 8.8), empty where it is not.
    """

    days: frozenset[date] | None = None
    etag: str = ""
    modified: str = ""
    problem: str = ""


# One for the whole program, told apart by what it is and not by what it holds.
@dataclass(slots=True, eq=False)
class FedDays:
    """The closed days of the feeds from the web, by key: those of the last good copies.

    All calendars of a desk hold the same one, so that they see at once what is adopted.  ``state`` changes
    with the days and with nothing else; it is empty where there are none.
    """

    state: str = ""
    _days: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def adopt(self, days: Mapping[str, frozenset[date]]) -> None:
        """Take days in place of all that were known."""
        told = "\n".join(f"{key} {sorted(map(str, found))}" for key, found in sorted(days.items()) if found)
        self._days = dict(days)
        self.state = hashlib.sha256(told.encode()).hexdigest() if told else ""

    def has(self, key: str, day: date) -> bool:
        """Tell whether a feed has closed a day."""
        return day in self._days.get(key, ())


def is_due(tried_at: datetime | None, wait: timedelta, now: datetime) -> bool:
    """Tell whether to ask for a feed; one that was asked for in the future was so by a wrong clock."""
    return tried_at is None or not tried_at <= now < tried_at + wait
