"""One turn at one folder: list, ask the ledger, fetch, have it stored, and only then file away.

Whatever happens in between, the next turn finds out by asking the ledger; flags are never asked.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass, field, replace

from daemon import maillog
from daemon.clock import Clock
from daemon.edges.imap_account import Account
from daemon.edges.imap_filing import Filing, file_each, filing_for
from daemon.edges.imap_folder import (
    FetchError,
    OpenFolder,
    list_uids,
    open_folder,
    read_message,
    search,
    sizes,
)
from daemon.edges.imap_progress import FETCH_WAIT_LIMIT_SECONDS, STORE_WAIT_LIMIT_SECONDS, Progress
from daemon.edges.imap_session import CONNECTION_ERRORS, Session, one_line, uid_set
from daemon.edges.imap_wire import StopSignal
from daemon.edges.mailbox import Ledger
from storage.records import Incoming, Receipt
from storage.vocabulary import Source

# So many messages of a folder are taken before the mailbox's other folders have their turn.
TURN_MESSAGES = 1_000
# A batch waits for the ledger together: so many messages, or so many bytes of them.
BATCH_MESSAGES = 50
BATCH_BYTES = 8_388_608
# Sequence sets stay far below the 8,192 characters that some servers take in a command.
SET_MESSAGES = 200

_STORE_SECONDS = 60.0
_STOP_SECONDS = 5.0

_log = logging.getLogger(__name__)


class LedgerError(Exception):
    """The ledger stored nothing of a whole batch: it makes no sense to fetch more now."""


@dataclass(slots=True)
class _Batch:
    """Messages handed to the ledger whose commit has not been seen yet; ``handed`` has sizes for bytes."""

    receipts: dict[int, Future[Receipt]] = field(default_factory=dict)
    handed: dict[int, tuple[Incoming, int]] = field(default_factory=dict)
    size_bytes: int = 0

    @property
    def full(self) -> bool:
        return len(self.receipts) >= BATCH_MESSAGES or self.size_bytes >= BATCH_BYTES


class FolderReader:
    """Takes the messages of one folder, turn by turn; what it knows outlives the connection.

    ``found`` is how many new messages the latest turn met.  ``errors`` counts messages that could not be
    taken or filed; ``last_error`` tells of the latest as
    long as any waits.
    """

    def __init__(
        self, account: Account, name: str, ledger: Ledger, *, clock: Clock, stop: StopSignal
    ) -> None:
        self.name = name
        self.progress = Progress(uidvalidity=-1)
        self.errors = 0
        self.last_error = ""
        self.found = 0
        self._account = account
        self._ledger = ledger
        self._clock = clock
        self._stop = stop
        self._folder: OpenFolder | None = None
        self._filing: Filing | None = None

    @property
    def waiting(self) -> int:
        """How many messages are to be tried again, to be taken or to be filed."""
        return len(self.progress.troubled) + len(self.progress.unfiled)

    def open(self, session: Session) -> None:
        """Select the folder; under a new UIDVALIDITY everything is looked at anew."""
        read_only = self._account.settings.filing == "leave"
        self._folder = folder = open_folder(session, self.name, read_only=read_only)
        filing = filing_for(self._account.settings, session, folder)
        if filing != self._filing:
            _log.info("%s/%s: messages are filed by %s", self._account.name, self.name, filing)
        self._filing = filing
        if folder.uidvalidity != self.progress.uidvalidity or not folder.uidvalidity:
            if self.progress.uidvalidity > 0:
                _log.warning(
                    "%s/%s: UIDVALIDITY changed from %d to %d; the whole folder is read again",
                    self._account.name,
                    self.name,
                    self.progress.uidvalidity,
                    folder.uidvalidity,
                )
            self.progress = Progress(folder.uidvalidity)

    def turn(self, session: Session, rescan_seconds: float) -> bool:
        """Take what is new, file it, and try again what was in trouble; tell whether there is more."""
        folder, progress = self._opened()
        session.forget_news()
        now = time.monotonic()
        scan = now >= progress.scan_due
        listed = list_uids(session, folder, 0 if scan else progress.watermark)
        fresh = progress.fresh(listed)
        self.found = len(fresh)
        more = len(fresh) > TURN_MESSAGES
        for chunk in _chunks(fresh[:TURN_MESSAGES], SET_MESSAGES):
            self._take_unless_known(session, chunk, together=True)
            progress.watermark = max(progress.watermark, chunk[-1])
        if scan and (not more or fresh[TURN_MESSAGES] > progress.watermark):
            # What is left of this scan lies above the watermark, where the next turn looks anyway.
            progress.scan_due = now + rescan_seconds
        self._retry(session)
        self._file(session)
        if not self.waiting:
            self.last_error = ""
        return more

    def _retry(self, session: Session) -> None:
        """Try the troubled ones whose time has come, each for itself, so that none can spoil another."""
        due = self.progress.due(time.monotonic())[:TURN_MESSAGES]
        for chunk in _chunks(due, SET_MESSAGES):
            present = set(search(session, uid_set(chunk)))
            for uid in set(chunk) - present:
                del self.progress.troubled[uid]
            self._take_unless_known(session, [uid for uid in chunk if uid in present], together=False)

    def _take_unless_known(self, session: Session, uids: Sequence[int], *, together: bool) -> None:
        known = self._known(uids)
        if known:
            unfiled = self._opened_filing().unfiled(session, sorted(known))
            self.progress.filed(known - unfiled)
            for uid in unfiled:
                self.progress.stored(uid)
        self._take(session, [uid for uid in uids if uid not in known], together=together)

    def _known(self, uids: Sequence[int]) -> set[int]:
        folder, _ = self._opened()
        if not folder.uidvalidity:
            return set()  # Without UIDVALIDITY a UID says nothing about an earlier session.
        keys = {self._account.source_key(self.name, folder.uidvalidity, uid): uid for uid in uids}
        return {keys[key] for key in self._ledger.known(list(keys))} if keys else set()

    def _take(self, session: Session, uids: Sequence[int], *, together: bool) -> None:
        batch = _Batch()
        try:
            for uid, size in self._sized(session, uids):
                incoming = self._fetched(session, uid, size)
                if incoming is None:
                    continue
                batch.receipts[uid] = self._ledger.submit(incoming)
                batch.handed[uid] = replace(incoming, raw=b""), len(incoming.raw)
                batch.size_bytes += len(incoming.raw)
                # From here on the ledger alone has it: a large one must not stay while the next is fetched.
                del incoming
                if batch.full or not together:
                    full, batch = batch, _Batch()
                    self._settle(full)
                    self._file(session)
        finally:
            self._settle(batch)
        self._file(session)

    def _sized(self, session: Session, uids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield each message with its announced size, in the given order."""
        for chunk in _chunks(uids, SET_MESSAGES):
            known = self._sizes(session, chunk)
            for uid in chunk:
                size = known.get(uid)
                if size is None:
                    # One broken message may have spoilt the answer for all: ask for this one alone.
                    size = self._sizes(session, [uid]).get(uid)
                if size is not None:
                    yield uid, size
                elif search(session, str(uid)):
                    self._troubled(uid, "the server did not tell the size")
                else:
                    _log.debug("%s: UID %d has left the folder", self.name, uid)
                    self.progress.troubled.pop(uid, None)

    def _sizes(self, session: Session, uids: Sequence[int]) -> dict[int, int]:
        try:
            return sizes(session, uids)
        except FetchError as error:
            _log.debug("sizes of %s: %s", uid_set(uids), error)
            return {}
        except CONNECTION_ERRORS as error:
            if len(uids) == 1:
                self._troubled(uids[0], one_line(error))
            raise

    def _fetched(self, session: Session, uid: int, size: int) -> Incoming | None:
        try:
            raw, full_size = read_message(session, uid, size, self._account.settings.message_limit_bytes)
        except FetchError as error:
            self._troubled(uid, str(error))
            return None
        except CONNECTION_ERRORS as error:
            # Perhaps this very message ends the connection each time; the others must not wait for it.
            self._troubled(uid, one_line(error))
            raise
        if full_size > len(raw):
            _log.warning("%s: UID %d has %d bytes; only its beginning is taken", self.name, uid, full_size)
        return self._incoming(session, uid, raw, full_size)

    def _incoming(self, session: Session, uid: int, raw: bytes, full_size: int) -> Incoming:
        folder, _ = self._opened()
        key = self._account.source_key(self.name, folder.uidvalidity, uid)
        if not folder.uidvalidity:
            key += "/" + hashlib.sha256(raw).hexdigest()
        return Incoming(
            source=Source.IMAP,
            raw=raw,
            received_at=self._clock(),
            recipients=self._account.recipients,
            tls=session.tls_version,
            source_key=key,
            mailbox=f"{self._account.name}/{self.name}",
            full_size_bytes=full_size,
        )

    def _settle(self, batch: _Batch) -> None:
        """Wait until the ledger has answered for all of a batch; only an answer without error counts."""
        self._wait_for(batch.receipts.values())
        stored = 0
        for uid, receipt in batch.receipts.items():
            reason = _why_not_stored(receipt)
            if reason:
                self._troubled(uid, reason, STORE_WAIT_LIMIT_SECONDS)
            else:
                stored += 1
                self.progress.stored(uid)
                maillog.received(receipt.result(), *batch.handed[uid])
        if len(batch.receipts) > 1 and not stored:
            raise LedgerError(self.last_error)

    def _wait_for(self, receipts: "Iterable[Future[Receipt]]") -> None:
        deadline = time.monotonic() + _STORE_SECONDS
        waiting = set(receipts)
        while waiting and time.monotonic() < deadline:
            wait(waiting, timeout=0.2)
            # Not what "wait" calls not done: to it a cancelled future waits for ever.
            waiting = {receipt for receipt in waiting if not receipt.done()}
            if self._stop.is_set():
                deadline = min(deadline, time.monotonic() + _STOP_SECONDS)

    def _file(self, session: Session) -> None:
        for chunk in _chunks(sorted(self.progress.unfiled), SET_MESSAGES):
            failures = file_each(session, self._opened_filing(), chunk)
            self.progress.filed(uid for uid in chunk if uid not in failures)
            for uid, reason in failures.items():
                self._complain(f"UID {uid} is stored but could not be filed: {reason}")

    def _troubled(self, uid: int, reason: str, limit_seconds: float = FETCH_WAIT_LIMIT_SECONDS) -> None:
        self.progress.put_off(uid, time.monotonic(), limit_seconds)
        self._complain(f"UID {uid} could not be taken: {reason}")

    def _complain(self, words: str) -> None:
        self.errors += 1
        self.last_error = f"{self.name}: {words}"
        _log.warning("%s/%s", self._account.name, self.last_error)

    def _opened(self) -> tuple[OpenFolder, Progress]:
        assert self._folder is not None, "a turn comes after open"
        return self._folder, self.progress

    def _opened_filing(self) -> Filing:
        assert self._filing is not None, "a turn comes after open"
        return self._filing


def _why_not_stored(receipt: "Future[Receipt]") -> str:
    if not receipt.done():
        return "the ledger did not answer in time"
    try:
        error = receipt.exception()
    except CancelledError:
        return "the ledger gave it up"
    return one_line(error) or type(error).__name__ if error else ""


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
