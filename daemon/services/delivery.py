"""Decide what becomes of a copy after an attempt to deliver it, and record that in one transaction."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon import maillog
from daemon.mail.fields_out import clean
from daemon.services.addresses import without_tokens
from daemon.services.owner import is_dead
from storage import outbox
from storage.database import Database, DatabaseError, IntegrityError, InterfaceError
from storage.records import OutboxItem
from storage.vocabulary import OutboxState

# ``Database`` is named for the courier, which hands one through and sees nothing else of the storage.
__all__ = [
    "LEASE",
    "REPLY_LIMIT_CHARS",
    "Database",
    "Deferred",
    "Delivered",
    "Delivery",
    "OnFailure",
    "OutboxUnavailable",
    "Outcome",
    "Refused",
    "next_attempt",
    "outcome_of",
]

# How long a courier may hold a copy before others may think that it is dead; renewed while it lives.
LEASE = timedelta(minutes=2)
# Minutes from one attempt to the next: quick tries for a relay that restarts or greylists, then at least
# half an hour (RFC 5321 s 4.5.4.1); the last step is repeated.
STEPS_MINUTES = (1, 5, 15, 30, 60, 120, 240)
# Up to this share is added, so that mails that failed together do not come back together.
JITTER_SHARE = 0.2
REPLY_LIMIT_CHARS = 500
# Mails from this size on leave one at a time: what is in memory is one of them, not one for each connection.
LARGE_BYTES = 1_000_000
# RFC 4954 s 4 and 6: the relay does not let us in.  That is for the operator to mend, and no mail's fault.
AUTHENTICATION_CODES = frozenset({530, 534, 535, 538})
_ENHANCED = re.compile(r"([245])\.\d{1,3}\.\d{1,3}(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Delivered:
    """The relay took the copy; ``reply`` is its answer, often with its own number of the mail.

    ``reverse_path`` is given where it was another than the copy's own.
    """

    reply: str
    reverse_path: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """The copy could not be delivered for now, or nobody knows whether it was (RFC 3463: 4.x.x)."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The copy will never be delivered (RFC 3463: 5.x.x); ``to_mail`` where that was the answer to MAIL."""

    reply: str
    to_mail: bool = field(default=False, compare=False)


Outcome = Delivered | Deferred | Refused
OnFailure = Callable[[OutboxItem, str], None]


def outcome_of(code: int, text: str) -> Outcome:
    """Read a relay's reply to MAIL, RCPT, DATA or the final dot; whatever is not clearly final is transient.

    A 5xx whose enhanced code says 4.x.x contradicts itself and is transient (RFC 3463 s 2).
    """
    # Relays like to repeat the address that they refuse, and ours are signed.
    reply = without_tokens(clean(f"{code} {text}", REPLY_LIMIT_CHARS))
    if 200 <= code < 300:
        return Delivered(reply)
    enhanced = _ENHANCED.match(text)
    final = 500 <= code < 600 and code not in AUTHENTICATION_CODES
    return Refused(reply) if final and (enhanced is None or enhanced[1] != "4") else Deferred(reply)


def next_attempt(
    attempts: int, now: datetime, jitter: float, give_up_after: timedelta = timedelta(hours=120)
) -> datetime | None:
    """Return when to try again after ``attempts`` attempts in vain, None where it is time to give up.

    ``jitter`` runs from 0 to 1.  The time that counts is that of the steps: while no courier runs, no
    mail grows old.
    """
    steps = [STEPS_MINUTES[min(at, len(STEPS_MINUTES) - 1)] for at in range(attempts)]
    if timedelta(minutes=sum(steps)) > give_up_after:
        return None
    return now + timedelta(minutes=steps[-1] if steps else 0) * (1 + JITTER_SHARE * jitter)


class OutboxUnavailable(Exception):  # noqa: N818  # it is a state of the database, for a while
    """The database does not answer; whether it did what it was told last is unknown."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The courier's side of the outbox; every method is one transaction, and may raise OutboxUnavailable.

    ``on_failure`` is called inside the transaction that gives a copy up, with the relay's last words.
    """

    database: Database
    owner: str
    give_up_after: timedelta
    on_failure: OnFailure

    def claim(self, now: datetime, limit: int) -> list[OutboxItem]:
        """Take what is due; what couriers of this host had in hand that died is due at once."""
        with self._transaction(writing=False):
            due = outbox.next_due_at()
        if due is None or due > now:
            # Nobody else has to wait for a writing transaction that would write nothing.
            return []
        with self._transaction():
            dead = [owner for owner in outbox.owners() if is_dead(owner)]
            outbox.release_dead(dead)
            return outbox.claim(self.owner, now, LEASE, limit)

    def renew(self, items: Collection[OutboxItem], now: datetime) -> set[int]:
        """Hold the copies for another lease; returns the ids of those that are still ours."""
        with self._transaction():
            return outbox.renew(items, now, LEASE)

    def give_back(self, items: Collection[OutboxItem]) -> None:
        """Put back what will not be tried now."""
        with self._transaction():
            outbox.give_back(items)

    def content(self, item: OutboxItem) -> bytes:
        """Return the bytes to send; raises KeyError where they are not there."""
        with self._transaction(writing=False):
            return outbox.content(item.id)

    def small_content(self, item: OutboxItem) -> bytes | None:
        """Return what ``content`` returns, None for a mail that is large; raises what that raises."""
        with self._transaction(writing=False):
            return outbox.content_within(item.id, LARGE_BYTES)

    def settle(self, item: OutboxItem, outcome: Outcome, now: datetime, jitter: float) -> OutboxState | None:
        """Record an attempt and return the copy's new state; None where the lease was lost meanwhile."""
        later = None
        if isinstance(outcome, Deferred):
            later = next_attempt(item.attempts + 1, now, jitter, self.give_up_after)
        with self._transaction():
            state = self._record(item, outcome, now, later)
        if state is not None:
            _log(replace(item, attempts=item.attempts + 1), outcome, state, later)
        return state

    def disconnect(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()

    @contextmanager
    def _transaction(self, *, writing: bool = True) -> Iterator[None]:
        try:
            with self.database.write() if writing else self.database.read():
                yield
        except IntegrityError:
            # Not the database's trouble but a bug of ours: coming again would not help.
            raise
        except (DatabaseError, InterfaceError) as error:
            self.database.reset()
            raise OutboxUnavailable(str(error)) from error

    def _record(
        self, item: OutboxItem, outcome: Outcome, now: datetime, later: datetime | None
    ) -> OutboxState | None:
        if isinstance(outcome, Delivered):
            return (
                OutboxState.SENT
                if outbox.record_sent(item, outcome.reply, now, outcome.reverse_path)
                else None
            )
        if later is not None:
            return OutboxState.QUEUED if outbox.record_deferred(item, outcome.reply, later) else None
        if not outbox.record_failed(item, outcome.reply):
            return None
        self.on_failure(item, outcome.reply)
        return OutboxState.FAILED


def _log(item: OutboxItem, outcome: Outcome, state: OutboxState, later: datetime | None) -> None:
    if state is OutboxState.SENT:
        maillog.sent(item, outcome.reply)
    elif later is not None:
        maillog.deferred(item, outcome.reply, later)
    else:
        maillog.failed(item, outcome.reply)
