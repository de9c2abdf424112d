"""The poller of one mailbox: one thread that keeps a session, takes the folders in turn and waits for mail.

The thread ends only by the stop signal.  Whatever goes wrong ends at most the session; the next one
begins after a wait that doubles up to a minute, so a server in trouble is not stormed with logins.
"""

import imaplib
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from daemon.clock import Clock
from daemon.edges.imap_account import Account, MailboxError
from daemon.edges.imap_session import CONNECTION_ERRORS, Session, connect, one_line
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.imap_turn import FolderReader, LedgerError
from daemon.edges.imap_wire import Stopped, StopSignal
from daemon.edges.mailbox import Ledger, MailboxHealth, OnHealth
from daemon.edges.oauth import TokenSource

_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 60.0
# A server ends a silent session after 30 minutes (RFC 9051 s 5.4).
_SILENCE_SECONDS = 540.0
# After news without new mail, which is rare and then costs next to nothing.
_FIRST_REST_SECONDS = 0.025
_LONGEST_REST_SECONDS = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the poller waits for what; tests make it faster.

    ``idle_seconds`` plus the timeout of the answer to DONE is how long a silently dead line goes
    unnoticed: 230 + 60 seconds are below five minutes, and far below the 29 minutes of RFC 2177.
    ``jitter`` gives numbers from 0 to 1.  ``sleep`` waits before the next session, or for the stop signal.
    """

    idle_seconds: float = 230.0
    rescan_seconds: float = 3600.0
    jitter: Callable[[], float] = random.random
    sleep: Callable[[StopSignal, float], object] = StopSignal.wait


def reconnect_delay(failures: int, jitter: float) -> float:
    """Say how many seconds to wait after so many failures in a row: 1 to 2, 2 to 4... at most 60.

    ``jitter`` from 0 to 1 spreads pollers that lost their server at the same moment.
    """
    base = _FIRST_DELAY_SECONDS * 2.0 ** min(max(failures - 1, 0), 10)
    return min(_LONGEST_DELAY_SECONDS, base * (1 + jitter))


@dataclass(frozen=True, slots=True)
class _Turn:
    more: bool = False
    error: str = ""


class ImapPoller:
    """Reads one mailbox for ever; everything public may be read from other threads.

    MailboxError at once where the settings contradict each other.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        ledger: Ledger,
        *,
        base_dir: Path,
        clock: Clock,
        on_health: OnHealth | None = None,
    ) -> None:
        self.pace = Pace()
        self.last_success_at: datetime | None = None
        self.last_error = ""
        self._account = Account.of(settings, base_dir)
        self._ledger = ledger
        self._clock = clock
        self._on_health = on_health
        self._stop = StopSignal()
        self._readers: list[FolderReader] = []
        self._session_errors = 0
        self._failures = 0
        self._may_idle = False
        self._selected: FolderReader | None = None
        self._woken = False
        self._woken_in_vain = 0

    @property
    def name(self) -> str:
        """``username@host``, for messages to the operator."""
        return self._account.name

    @property
    def errors(self) -> int:
        """How many things went wrong since the start, of sessions and of single messages."""
        return self._session_errors + sum(reader.errors for reader in self._readers)

    @property
    def waiting(self) -> int:
        """How many messages could not be taken or filed yet; they are tried again."""
        return sum(reader.waiting for reader in self._readers)

    def use(self, tokens: TokenSource | None) -> None:
        """Log in with access tokens of this source; to be called before ``run``."""
        self._account = replace(self._account, tokens=tokens)

    def stop(self) -> None:
        """End ``run`` from another thread, at once unless the ledger has still to answer."""
        self._stop.set()

    def run(self, stop: StopSignal | None = None) -> None:
        """Read the mailbox until the given signal, or ``stop()``, ends it."""
        self._stop = stop or self._stop
        self._readers = [
            FolderReader(self._account, folder, self._ledger, clock=self._clock, stop=self._stop)
            for folder in self._account.folders
        ]
        while not self._stop.is_set():
            with self._reported():
                self._serve()
            if not self._stop.is_set():
                delay = reconnect_delay(self._failures, self.pace.jitter())
                self.pace.sleep(self._stop, delay)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn the end of a session into a line for the operator; only Stopped ends without one."""
        try:
            yield
        except Stopped:
            _log.debug("%s: stopped", self.name)
        except (MailboxError, LedgerError, imaplib.IMAP4.error, OSError) as error:
            self._failed(one_line(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001
            # A worker's loop: whatever a server or the ledger made us stumble over, mail must go on
            # being read, by a fresh session that trusts nothing of this one.
            _log.exception("%s: the session ended", self.name)
            self._failed(f"{type(error).__name__}: {one_line(error)}")

    def _failed(self, words: str) -> None:
        self._failures += 1
        self._session_errors += 1
        self.last_error = words
        _log.warning("%s: %s (%d times in a row)", self.name, words, self._failures)
        self._tell()

    def _serve(self) -> None:
        session = connect(self._account, self._stop)
        try:
            self._may_idle = self._account.settings.idle and session.has_capability("IDLE")
            self._rounds(session)
        except Stopped:
            session.leave()
            raise
        finally:
            session.drop()

    def _rounds(self, session: Session) -> None:
        """Take the folders in turn; the first is looked at last, to idle on it."""
        first, *others = self._readers
        polled_at = -self._account.settings.poll_seconds
        unfinished: set[str] = set()
        self._selected = None
        self._woken = False
        while True:
            due = time.monotonic() >= polled_at + self._account.settings.poll_seconds
            looked_at = [*(reader for reader in others if due or reader.name in unfinished), first]
            turns = [self._turn(session, reader) for reader in looked_at]
            unfinished = {reader.name for reader, turn in zip(looked_at, turns, strict=True) if turn.more}
            polled_at = time.monotonic() if due else polled_at
            self._woken_in_vain = self._woken_in_vain + 1 if self._woken and not first.found else 0
            self._finished([turn.error for turn in turns if turn.error])
            if not unfinished:
                self._wait(session, polled_at + self._account.settings.poll_seconds)

    def _turn(self, session: Session, reader: FolderReader) -> "_Turn":
        """Give one folder its turn; one that cannot be opened does not keep the others from theirs."""
        try:
            if reader is self._selected:
                session.refresh()
            else:
                self._selected = None
                reader.open(session)
                self._selected = reader
        except CONNECTION_ERRORS:
            raise
        except imaplib.IMAP4.error as error:
            reader.errors += 1
            words = f"{reader.name}: {one_line(error)}"
            _log.warning("%s: cannot open %s", self.name, words)
            return _Turn(error=words)
        return _Turn(more=reader.turn(session, self.pace.rescan_seconds))

    def _finished(self, closed: list[str]) -> None:
        """Note the end of a round; a message in trouble does not make it a failure, a closed folder does."""
        self._failures = 0
        complaints = [reader.last_error for reader in self._readers if reader.last_error]
        self.last_error = [*complaints, *closed, ""][0]
        if not closed:
            self.last_success_at = self._clock()
        self._tell()

    def _wait(self, session: Session, poll_at: float) -> None:
        """Wait for mail in the first folder, for the next poll, or for a message to be tried again."""
        now = time.monotonic()
        moments = [reader.progress.next_due() for reader in self._readers]
        ends = [moment for moment in moments if moment is not None]
        idling = self._may_idle and self._selected is self._readers[0]
        if not idling or len(self._readers) > 1:
            ends.append(poll_at)
        if idling:
            self._idle(session, max(0.0, min([*ends, now + self.pace.idle_seconds]) - now))
        else:
            self._pause(session, max(0.0, min(ends) - now))

    def _idle(self, session: Session, seconds: float) -> None:
        if self._woken_in_vain:
            # Some servers speak of new messages with every answer; that must not become a busy loop.
            self._rest(min(_LONGEST_REST_SECONDS, _FIRST_REST_SECONDS * 2.0 ** min(self._woken_in_vain, 10)))
        try:
            self._woken = session.wait_for_mail(seconds)
        except CONNECTION_ERRORS:
            raise
        except imaplib.IMAP4.error as error:
            _log.warning("%s: %s; polling instead", self.name, one_line(error))
            self._may_idle = False

    def _pause(self, session: Session, seconds: float) -> None:
        while seconds > 0:
            self._rest(min(seconds, _SILENCE_SECONDS))
            session.refresh()
            seconds -= _SILENCE_SECONDS

    def _rest(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped

    def _tell(self) -> None:
        if self._on_health is not None:
            self._on_health(
                MailboxHealth(self.name, self.last_success_at, self.last_error, self.errors, self.waiting)
            )
