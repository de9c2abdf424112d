"""Keep what the pollers tell of their mailboxes, at most once a minute unless something changed."""

import logging
import threading
from datetime import datetime, timedelta
from typing import Protocol

from daemon.clock import Clock
from storage import health
from storage.database import Database, DatabaseError, InterfaceError
from storage.health import MailboxState

log = logging.getLogger("postdesk.health")

INTERVAL = timedelta(minutes=1)


class Told(Protocol):
    """What a poller tells after every round and every failure."""

    @property
    def last_success_at(self) -> datetime | None:
        """The end of the latest round in which every folder was read."""
        ...

    @property
    def last_error(self) -> str:
        """What went wrong last; empty after a round without an error."""
        ...

    @property
    def errors(self) -> int:
        """How many things went wrong since the start."""
        ...

    @property
    def waiting(self) -> int:
        """How many messages could not be taken yet."""
        ...


class MailboxNotes:
    """The notes of one mailbox; ``note`` is called in its poller's thread and never raises."""

    def __init__(self, database: Database, mailbox: str, clock: Clock) -> None:
        self._database = database
        self._mailbox = mailbox
        self._clock = clock
        self._success: datetime | None = None
        self._failing_since: datetime | None = None
        self._written: tuple[datetime, tuple[object, ...]] | None = None
        self._lock = threading.Lock()

    def note(self, told: Told) -> None:
        """Write it down where it is news, or a minute has passed."""
        with self._lock:
            now = self._clock()
            # A round that was read to the end moves the success on, whatever single messages did.
            read = told.last_success_at is not None and told.last_success_at != self._success
            self._success = told.last_success_at
            self._failing_since = None if read else self._failing_since or now
            news = (self._failing_since is None, told.last_error, told.waiting)
            if self._written and self._written[1] == news and now - self._written[0] < INTERVAL:
                return
            if self._write(told, now):
                self._written = (now, news)

    def _write(self, told: Told, now: datetime) -> bool:
        state = MailboxState(
            mailbox=self._mailbox,
            last_success_at=told.last_success_at,
            failing_since=self._failing_since,
            last_error=told.last_error,
            errors=told.errors,
            waiting=told.waiting,
            updated_at=now,
        )
        try:
            with self._database.write(lasting=False):
                health.note_mailbox(state)
        except (DatabaseError, InterfaceError) as error:
            # The mailbox is read all the same; health will say that nothing was heard of it.
            log.warning("%s: its health could not be noted: %s", self._mailbox, error)
            self._database.reset()
            return False
        return True
