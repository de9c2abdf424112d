"""Questions to the DNS: through the system's resolver, remembered for their time to live, and bounded."""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

try:
    import dns.exception
    import dns.resolver
except ImportError:  # the extra "auth" is not installed; ``settings.machine`` says so where it is needed
    HAVE_DNS = False
else:
    HAVE_DNS = True

_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_NAME_LIMIT = 253
_NEGATIVE_SECONDS = 300.0
_TROUBLE_SECONDS = 30.0
_LONGEST_SECONDS = 3_600.0
_CACHE_LIMIT = 10_000


class DnsTrouble(Exception):  # noqa: N818  # a state of the world, which the caller turns into "not known"
    """The DNS gave no answer now: nobody knows whether there is such a record."""


class Dns(Protocol):
    """Answers of the DNS."""

    def lookup(self, name: str, kind: str) -> tuple[str, ...]:
        """Return the records of a name; () where it has none or is no name.  Raises DnsTrouble.

        ``kind`` is A, AAAA, MX, PTR or TXT.  A TXT record is one text, its strings joined, a byte a
        character; an MX record is ``"10 mail.example.com"``; names have no dot at the end.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Records with the seconds for which they hold."""

    records: tuple[str, ...]
    seconds: float


class Resolver:
    """Asks real servers: those of the system, or ``servers`` on ``port``; needs the extra ``auth``."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53, *, timeout_seconds: float = 2.0) -> None:
        self._resolver = dns.resolver.Resolver(configure=not servers)
        if servers:
            self._resolver.nameservers = list(servers)
            self._resolver.port = port
        self._resolver.lifetime = timeout_seconds

    def ask(self, name: str, kind: str) -> Answer:
        """Return what the servers answer; raises DnsTrouble."""
        try:
            found = self._resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return Answer((), _NEGATIVE_SECONDS)
        except (dns.exception.DNSException, OSError) as error:
            raise DnsTrouble(f"no answer about {name}: {type(error).__name__}") from error
        if found.rrset is None:
            return Answer((), _NEGATIVE_SECONDS)
        return Answer(tuple(_text(record, kind) for record in found.rrset), float(found.rrset.ttl))


def _text(record: object, kind: str) -> str:
    """Write one record the way ``Dns`` promises."""
    if kind == "TXT":
        strings: tuple[bytes, ...] = getattr(record, "strings", ())
        return b"".join(strings).decode("latin-1")
    return str(record).rstrip(".").lower()


@dataclass
class CachedDns:
    """Remembers answers for their time to live, at most an hour, and trouble for half a minute.

    Safe for several threads.  ``clock`` counts seconds.
    """

    ask: Callable[[str, str], Answer]
    clock: Callable[[], float] = time.monotonic
    _kept: "OrderedDict[tuple[str, str], tuple[float, tuple[str, ...] | None]]" = field(
        default_factory=OrderedDict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lookup(self, name: str, kind: str) -> tuple[str, ...]:
        """See ``Dns``."""
        name = name.rstrip(".").lower()
        if len(name) > _NAME_LIMIT or not _NAME.fullmatch(name):
            return ()
        key = (name, kind)
        with self._lock:
            until, records = self._kept.get(key, (0.0, None))
        if until <= self.clock():
            records = self._asked(key)
        if records is None:
            raise DnsTrouble(f"no answer about {name} a moment ago")
        return records

    def _asked(self, key: tuple[str, str]) -> tuple[str, ...]:
        try:
            answer = self.ask(*key)
        except DnsTrouble:
            self._keep(key, None, _TROUBLE_SECONDS)
            raise
        self._keep(key, answer.records, min(answer.seconds, _LONGEST_SECONDS))
        return answer.records

    def _keep(self, key: tuple[str, str], records: tuple[str, ...] | None, seconds: float) -> None:
        with self._lock:
            self._kept[key] = (self.clock() + seconds, records)
            self._kept.move_to_end(key)
            while len(self._kept) > _CACHE_LIMIT:
                self._kept.popitem(last=False)


@dataclass
class BudgetedDns:
    """The questions of one message: so many at most, and all of them before ``deadline``."""

    inner: Dns
    deadline: float
    questions: int = 100
    clock: Callable[[], float] = time.monotonic

    def lookup(self, name: str, kind: str) -> tuple[str, ...]:
        """See ``Dns``."""
        self.questions -= 1
        if self.questions < 0 or self.clock() >= self.deadline:
            raise DnsTrouble(f"no time or no question left for {name}")
        return self.inner.lookup(name, kind)
