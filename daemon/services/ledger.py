"""The ledger: a message is ours only after its bytes are durable, and then for good.

Many arrivals share one commit (group commit): while one transaction is on its way to the disk, the
messages that come meanwhile gather for the next.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from daemon.mail.digest import quick_message_id
from storage import arrivals, raws
from storage.database import Database
from storage.deflating import deflate
from storage.outages import is_disk_error, origin
from storage.records import Incoming, Receipt

log = logging.getLogger("postdesk.ledger")

BATCH_COUNT = 200
BATCH_BYTES = 32 * 1024 * 1024


class LedgerUnavailable(Exception):  # noqa: N818  # a state of the world that the sender waits out, not a fault
    """The message could not be made durable now; the sender must keep it and try again."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    incoming: Incoming
    receipt: "Future[Receipt]"


class Ledger:
    """Records messages in one writing thread; ``submit`` may be called from any thread.

    ``submit`` gives a future that holds the receipt once the message is durable, or raises
    LedgerUnavailable, whose meaning is "unknown": the message may be there all the same, and a sender
    who tries again makes a duplicate that intake recognises.
    """

    def __init__(self, database: Database, on_recorded: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_recorded = on_recorded
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self.broken = threading.Event()
        # When the oldest message came that is not answered for yet; None while none is.
        self._since: float | None = None
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def submit(self, incoming: Incoming) -> "Future[Receipt]":
        """Take a message in for the next commit."""
        receipt: Future[Receipt] = Future()
        if self._closed.is_set():
            receipt.set_exception(LedgerUnavailable("the ledger is closed"))
            return receipt
        self._since = self._since or time.monotonic()
        self._queue.put(_Waiting(incoming, receipt))
        return receipt

    @property
    def silent_seconds(self) -> float:
        """Return for how long messages wait without any of them being answered for; 0 while none waits."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def known(self, source_keys: Iterable[str]) -> set[str]:
        """Return those of the source keys that are in the ledger already."""
        with self._database.read():
            return arrivals.known_keys(source_keys)

    def close(self) -> None:
        """Commit what waits and stop."""
        self._closed.set()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            batch, last = self._gather()
            if batch:
                self._since = self._since or time.monotonic()
                self._commit(batch)
            # Not kept while the next message is waited for: it may be large.
            del batch
            self._since = None if self._queue.empty() else time.monotonic()
            if last:
                self._database.disconnect()
                return

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """Wait for the first message, then take with it whatever has come in the meantime."""
        batch: list[_Waiting] = []
        size = 0
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            size += len(item.incoming.raw)
            if len(batch) >= BATCH_COUNT or size >= BATCH_BYTES:
                return batch, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            receipts = self._record([waiting.incoming for waiting in batch])
        except Exception as error:  # noqa: BLE001
            # Whatever it was, the thread that all intake depends on goes on; the senders keep their mail.
            self._refuse(batch, error)
            return
        for waiting, receipt in zip(batch, receipts, strict=True):
            waiting.receipt.set_result(receipt)
        self._on_recorded()

    def _record(self, messages: Sequence[Incoming]) -> list[Receipt]:
        digests = [raws.digest_of(message.raw) for message in messages]
        large = {digest: m.raw for digest, m in zip(digests, messages, strict=True) if _is_large(m)}
        small = {
            digest: (digest, len(message.raw), deflate(message.raw))
            for digest, message in zip(digests, messages, strict=True)
            if digest not in large
        }
        rows = [
            (message, digest, quick_message_id(message.raw))
            for message, digest in zip(messages, digests, strict=True)
        ]
        with self._database.write():
            raws.insert_many(small.values())
            for digest, raw in large.items():
                raws.insert_large(digest, raw)
            receipts = arrivals.insert_many(rows)
        if large:
            # Its pages would stay in SQLite's cache for nothing.
            self._database.shrink()
        return receipts

    def _refuse(self, batch: Sequence[_Waiting], error: Exception) -> None:
        # A commit that failed may have happened or not: the connection is not trusted any further.
        log.error("%d messages could not be recorded: %s", len(batch), origin(error))
        self._database.reset()
        if is_disk_error(error):
            # The kernel may have dropped pages that we believe written; only a fresh start knows.
            self.broken.set()
        for waiting in batch:
            unavailable = LedgerUnavailable("the message could not be stored now")
            # By the cause the listener tells a full disk (452) from the rest (451).
            unavailable.__cause__ = error
            waiting.receipt.set_exception(unavailable)


def _is_large(message: Incoming) -> bool:
    return len(message.raw) >= raws.LARGE_BYTES
