"""What a poller of mailboxes asks of the ledger, and what it tells about its health."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.records import Incoming, Receipt


class Ledger(Protocol):
    """Where messages are made durable.  Both methods may be called from any thread."""

    def submit(self, incoming: Incoming) -> Future[Receipt]:
        """Hand a message over; the future has a result only once the message is committed.

        An exception in the future means that nobody knows whether it was stored.
        """
        ...

    def known(self, source_keys: Sequence[str]) -> set[str]:
        """Return those of the keys under which a message is committed."""
        ...


@dataclass(frozen=True, slots=True)
class MailboxHealth:
    """How one mailbox does: ``waiting`` messages could not be taken or filed yet and are tried again.

    ``last_success_at`` is the end of the latest round in which every folder was read.  ``errors`` counts
    since the start; ``last_error`` is empty after a round without one, and while nothing waits.
    """

    mailbox: str
    last_success_at: datetime | None
    last_error: str
    errors: int
    waiting: int


OnHealth = Callable[[MailboxHealth], None]
