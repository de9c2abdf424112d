"""The worker of intake: claims messages from the ledger and settles them, one transaction each.

Messages of a batch are settled in the order of their arrival.  If this process dies, the lowest of the
claimed rows is therefore the one it had in hand, and only that one is blamed.

Settling does not wait for the disk: after a power cut the messages are in the ledger and are settled anew.
Nothing leaves before that, since the courier claims a mail by a commit that does wait (reliability P2).
"""

import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon import maillog
from daemon.clock import Clock
from daemon.mail.message import Message
from daemon.services import quarantine
from daemon.services.author_trust import Authenticator, wants_check
from daemon.services.owner import is_dead
from daemon.services.postbag import Office
from daemon.services.quarantine import Trouble
from daemon.services.reading import Raw, ReadingUnavailable, ReadMany, raw_of, whole
from daemon.services.settle import Letter, settle
from storage import arrivals, traces
from storage.arrivals import Outcome
from storage.database import Database
from storage.outages import is_outage
from storage.records import Arrival
from storage.vocabulary import Disposition

log = logging.getLogger("postdesk.intake")

BATCH = 32
LEASE = timedelta(minutes=2)
DEATHS_LIMIT = 2
FAILURES_LIMIT = 3
RETRY_AFTER = timedelta(seconds=2)
# How long a reply waits for the mail that it answers, where that one is still unsettled.
PATIENCE = timedelta(minutes=1)
# While nothing can be read, the next attempt comes after the first of these, then twice as long and so on.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(slots=True)
class _Pause:
    """How long intake rests while nothing can be read: longer each time, and not at all after a success."""

    until: datetime | None = None
    length: timedelta = timedelta()

    def begin(self, now: datetime) -> None:
        self.length = min(max(self.length * 2, SHORTEST_PAUSE), LONGEST_PAUSE)
        self.until = now + self.length

    def end(self) -> None:
        self.until, self.length = None, timedelta()


@dataclass(frozen=True, slots=True)
class Intake:
    """Settles what is in the ledger; ``owner`` names this process as the holder of its leases."""

    database: Database
    office: Office
    read_many: ReadMany
    owner: str
    clock: Clock
    authenticator: Authenticator | None = None
    _checks: dict[int, "Future[bytes]"] = field(default_factory=dict)
    _pause: _Pause = field(default_factory=_Pause)

    def run_once(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Settle one batch and return how many messages it had; 0 means that nothing waits or can be read.

        Once ``stopping`` says so, the message in hand is finished and the others are put back.
        """
        self.recover()
        now = self.clock()
        if self._pause.until is not None and now < self._pause.until:
            return 0
        with self.database.write(lasting=False):
            batch = arrivals.claim(self.owner, now, LEASE, BATCH)
            self.office.fed.renew(now)
        if not batch:
            return 0
        found = {arrival.id: arrival for arrival in batch}
        self._checks.clear()
        try:
            for arrival_id, reading in self.read_many(self._raws(batch)):
                self._pause.end()
                self._take(found.pop(arrival_id), reading)
                if found and stopping():
                    self._put_back(found)
                    break
        except ReadingUnavailable as error:
            self._put_back(found)
            self._pause.begin(self.clock())
            seconds = self._pause.length.total_seconds()
            log.error("no message can be read, all wait: %s; tried again in %d s", error, seconds)  # noqa: TRY400
            return 0
        return len(batch)

    def _put_back(self, found: Collection[int]) -> None:
        """Let others have what was claimed and not looked at; nobody is to blame."""
        with self.database.write():
            arrivals.release(list(found), self.owner)

    def recover(self) -> None:
        """Put back what dead workers held; a message that two of them died on is set aside.

        What this worker itself still holds is left from a batch that an outage ended: nobody is to blame.
        """
        with self.database.read():
            held = arrivals.claimed()
        now = self.clock()
        mine = [number for number, holder, _ in held if holder == self.owner]
        if mine:
            with self.database.write():
                arrivals.release(mine, self.owner)
            held = [one for one in held if one[1] != self.owner]
        gone = {owner for _, owner, until in held if until < now or is_dead(owner)}
        for owner in gone:
            ids = [number for number, holder, _ in held if holder == owner]
            log.warning("%d messages were in the hands of %s, which is gone", len(ids), owner)
            with self.database.write():
                arrivals.release(ids, owner, died_on=ids[0], not_before=now + RETRY_AFTER)
        if gone:
            self._set_aside_the_deadly()

    def _set_aside_the_deadly(self) -> None:
        with self.database.write():
            for arrival in arrivals.deadly(DEATHS_LIMIT):
                reason = f"{arrival.deaths} attempts to handle it died"
                trouble = Trouble(reason, reason)
                quarantine.set_aside(self.office, arrival, None, trouble, self.clock())

    def _raws(self, batch: Iterable[Arrival]) -> Iterator[tuple[int, Raw, Arrival]]:
        for arrival in batch:
            raw = raw_of(self.database, arrival)
            if self.authenticator is not None and wants_check(arrival, self.office.trust):
                # Its questions to the DNS go out while the message and those before it are read.
                self._checks[arrival.id] = self.authenticator.begin(arrival, whole(raw))
            yield arrival.id, raw, arrival
            del raw

    def _take(self, arrival: Arrival, reading: object) -> None:
        """Settle one message; an error rolls everything back and is noted on the arrival.

        An outage is not the message's fault: it is raised, and the message is put back without blame.
        """
        try:
            if isinstance(reading, Message):
                self._settle_or_fail(arrival, reading)
            else:
                self._died(arrival, str(getattr(reading, "reason", reading)))
        except LeaseLost:
            log.warning("arrival %d is in other hands by now; nothing was changed here", arrival.id)

    def _settle_or_fail(self, arrival: Arrival, message: Message) -> None:
        try:
            outcome = self._settle(arrival, message)
        except Exception as error:
            # The boundary that keeps one bad message from stopping the others (lessons 1 and 2).
            if isinstance(error, LeaseLost) or is_outage(error):
                raise
            self._failed(arrival, message, error)
            return
        if outcome is not None:
            _log_outcome(arrival, outcome)

    def _hold(self, arrival: Arrival, now: datetime) -> None:
        """Make sure, inside a transaction, that the message is ours till its end; raises LeaseLost."""
        if not arrivals.hold(arrival.id, self.owner, now + LEASE):
            raise LeaseLost(f"arrival {arrival.id} is in other hands")

    def _settle(self, arrival: Arrival, message: Message) -> Outcome | None:
        arrival, checked = self._checked(arrival)
        now = self.clock()
        with self.database.write(lasting=False):
            self._hold(arrival, now)
            if checked:
                traces.replace_trace(arrival.id, arrival.trace)
            if self._must_wait(arrival, message, now):
                arrivals.postpone(arrival.id, now + RETRY_AFTER)
                return None
            outcome = settle(Letter(arrival, message), self.office, now)
            if outcome.disposition is Disposition.QUARANTINED:
                arrivals.quarantine(arrival.id, outcome, "", now)
                return outcome
            arrivals.settle(arrival.id, self.owner, outcome, now)
            if arrival.ticket_number is not None:
                quarantine.close_stub(arrival, outcome, now, self.office.levels)
        return outcome

    def _checked(self, arrival: Arrival) -> tuple[Arrival, bool]:
        """Wait for the check of the author, where there is one, outside of the transaction.

        Its result stands above the message from then on, as a field of ours: it is asked for once.
        """
        check = self._checks.pop(arrival.id, None)
        if check is None:
            return arrival, False
        return replace(arrival, trace=check.result() + arrival.trace), True

    def _must_wait(self, arrival: Arrival, message: Message, now: datetime) -> bool:
        """Tell whether a mail that this one answers is still on its way through intake."""
        if now - arrival.received_at > PATIENCE:
            return False
        return arrivals.unsettled_among([*message.references, *message.in_reply_to], before=arrival.id)

    def _died(self, arrival: Arrival, reason: str) -> None:
        now = self.clock()
        with self.database.write():
            self._hold(arrival, now)
            if arrival.deaths + 1 < DEATHS_LIMIT:
                again_at = now + RETRY_AFTER
                arrivals.release([arrival.id], self.owner, died_on=arrival.id, not_before=again_at)
                return
            quarantine.set_aside(self.office, arrival, None, Trouble(reason, reason), now)
        maillog.quarantined(arrival.id, reason)

    def _failed(self, arrival: Arrival, message: Message, error: Exception) -> None:
        now, told = self.clock(), "".join(traceback.format_exception(error))
        log.error("arrival %s could not be settled: %r", arrival.id, error)
        reason = f"{type(error).__name__} while it was handled"
        with self.database.write():
            self._hold(arrival, now)
            if arrival.failures + 1 < FAILURES_LIMIT:
                arrivals.record_failure(arrival.id, self.owner, told, now + RETRY_AFTER)
                return
            quarantine.set_aside(self.office, arrival, message, Trouble(reason, told), now)
        maillog.quarantined(arrival.id, reason)


class LeaseLost(Exception):  # noqa: N818  # a state of the world, not a fault
    """Somebody else has the message now; what was done for it here is rolled back."""


def _log_outcome(arrival: Arrival, outcome: Outcome) -> None:
    if outcome.disposition is Disposition.QUARANTINED:
        maillog.quarantined(arrival.id, outcome.reason)
    elif outcome.ticket_number is not None and outcome.disposition is not Disposition.DUPLICATE:
        maillog.ticketed(arrival.id, outcome.ticket_number, outcome.disposition)
    else:
        maillog.ignored(arrival.id, outcome.reason)
