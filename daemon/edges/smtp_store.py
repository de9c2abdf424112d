"""From the final dot to the ledger's answer: 250 means on disk, everything else means "come again"."""

import asyncio
import errno
import functools
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from daemon import maillog
from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_data import Share
from storage.records import Incoming, Receipt

Submit = Callable[[Incoming], Future[Receipt]]
# A sender waits ten minutes (RFC 5321 s 4.5.3.2.6), but the longer it waits, the likelier is a second copy.
STORE_TIMEOUT_SECONDS = 60.0
_FULL_POSTGRESQL = "53100"


@dataclass(frozen=True, slots=True)
class Store:
    """Hands messages to the ledger; knows those that it has no answer for yet."""

    submit: Submit
    pending: set[asyncio.Future[Receipt]] = field(default_factory=set)

    async def keep(self, incoming: Incoming, share: Share) -> Reply:
        """Wait until a message is durable and return the reply that says so, else a 4xx.

        The ledger goes on when the caller is cancelled: a peer that hangs up does not undo what it sent.
        The share is given back once the ledger has answered.
        """
        try:
            stored = asyncio.wrap_future(self.submit(incoming))
        except Exception as error:  # noqa: BLE001 - whatever ails the ledger, the sender keeps the mail
            share.give_back()
            return _postponed(incoming, error)
        self.pending.add(stored)
        stored.add_done_callback(functools.partial(self._answered, incoming, share))
        try:
            receipt = await asyncio.wait_for(asyncio.shield(stored), STORE_TIMEOUT_SECONDS)
        except TimeoutError as error:
            if not stored.done():
                return _postponed(incoming, error)
            return reply_to(error)
        except asyncio.CancelledError:
            if not stored.cancelled():
                raise  # the peer has gone; the ledger has not given up
            return replies.TRY_AGAIN
        except Exception as error:  # noqa: BLE001 - temporary unless proven permanent, and nothing here is
            return reply_to(error)
        return replies.queued(receipt.arrival_id)

    def _answered(self, incoming: Incoming, share: Share, stored: asyncio.Future[Receipt]) -> None:
        share.give_back()
        self.pending.discard(stored)
        if stored.cancelled():
            _postponed(incoming, asyncio.CancelledError())
        elif (error := stored.exception()) is not None:
            _postponed(incoming, error)
        else:
            maillog.received(stored.result(), incoming)


def reply_to(error: BaseException) -> Reply:
    """Return what the peer hears of a failure to store: always temporary, and never the error's words."""
    return replies.DISK_FULL if any(map(_says_disk_full, _chain(error))) else replies.TRY_AGAIN


def _postponed(incoming: Incoming, error: BaseException) -> Reply:
    reply = reply_to(error)
    maillog.postponed(incoming.source, incoming.peer, str(reply), reason=type(error).__name__)
    return reply


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from, innermost last; a ring of causes ends where it began."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _says_disk_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(error, "sqlstate", None) == _FULL_POSTGRESQL
