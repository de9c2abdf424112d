"""The worker of intake: claims messages from the ledger and settles each with its effects in one transaction.

Messages of a batch are settled in the order of their arrival, up to eight at their first attempt in one
transaction.  If that one fails, nothing of it stays and each is settled alone.  If this process dies, it had
the lowest of the claimed rows in hand: one alone is blamed, several are suspects and settled alone from then
on, so that the second death shows which one it was.

Settling does not wait for the disk: after a power cut the messages are in the ledger and are settled anew.
Nothing leaves before that, since the courier claims a mail by a commit that does wait (reliability P2).
"""

import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from daemon import maillog
from daemon.clock import Clock
from daemon.mail.message import Message
from daemon.services import quarantine
from daemon.services.author_trust import Authenticator, wants_check
from daemon.services.hands import TOGETHER, TOGETHER_FOR, Read, hands, in_hand, is_usual
from daemon.services.office import Office
from daemon.services.owner import is_dead
from daemon.services.pause import Pause
from daemon.services.pen import Scribe
from daemon.services.quarantine import Trouble
from daemon.services.reading import Raw, ReadingUnavailable, ReadMany, raw_of, whole
from daemon.services.settle import Letter, settle
from storage import arrivals, outbox, suspects, traces
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


@dataclass(frozen=True, slots=True)
class Intake:
    """Settles what is in the ledger; ``owner`` names this process as the holder of its leases."""

    database: Database
    office: Office
    read_many: ReadMany
    owner: str
    clock: Clock
    authenticator: Authenticator | None = None
    # Writes the mail of transactions that several messages share.
    scribe: Scribe | None = None
    _checks: dict[int, "Future[bytes]"] = field(default_factory=dict)
    _pause: Pause = field(default_factory=Pause)

    def run_once(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Settle one batch and return how many messages it had; 0 means that nothing waits or can be read.

        Once ``stopping`` says so, the message in hand is finished and the others are put back; it is asked
        after every message.
        """
        self.recover()
        now = self.clock()
        if self._pause.until is not None and now < self._pause.until:
            return 0
        with self.database.write(lasting=False):
            batch = arrivals.claim(self.owner, now, LEASE, BATCH)
            self.office.fed.renew(now)
        if self.scribe is not None and len(batch) == BATCH:
            self.scribe.call()
        elif self.scribe is not None and not batch:
            self.scribe.rest()
        if not batch:
            return 0
        found = {arrival.id: arrival for arrival in batch}
        self._checks.clear()
        try:
            for settled in self._settled(batch, stopping):
                for arrival in settled:
                    del found[arrival.id]
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
        """Put back what dead workers held; what two of them died on, with it alone in hand, is set aside.

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
                first = [one for number in ids[:TOGETHER] if (one := arrivals.get(number))]
                suspects.blame(in_hand(first), owner, now + RETRY_AFTER)
                arrivals.release(ids, owner)
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

    def _settled(self, batch: Sequence[Arrival], stopping: Callable[[], bool]) -> Iterator[list[Arrival]]:
        """Settle a batch and yield after each transaction the messages that it had."""
        claimed = {arrival.id: arrival for arrival in batch}
        readings = ((claimed[number], reading) for number, reading in self.read_many(self._raws(batch)))
        for hand in hands(readings, self._shares):
            self._pause.end()
            left = hand
            while len(left) > 1:
                count = self._take_together(left, stopping)
                if not count:
                    break
                yield [arrival for arrival, _ in left[:count]]
                left = left[count:]
            for arrival, reading in left:
                self._take(arrival, reading)
                yield [arrival]

    def _shares(self, arrival: Arrival, reading: object) -> bool:
        """Tell whether a message may share a transaction, which waits for nothing but the database."""
        check = self._checks.get(arrival.id)
        return isinstance(reading, Message) and is_usual(arrival) and (check is None or check.done())

    def _take_together(self, hand: Sequence[Read], stopping: Callable[[], bool]) -> int:
        """Settle the first of these messages in one transaction and return how many.

        It returns 0 where that failed: nothing of it is left, and each has to be settled alone.
        """
        outcomes: list[tuple[Arrival, Outcome | None]] = []
        helper = self.scribe if self.scribe is not None and self.scribe.is_ready() else None
        try:
            with self.database.write(lasting=False):
                # With SQLite there can be a queue for it, which is no time that others wait for us.
                began = self.clock()
                self._hold([arrival.id for arrival, _ in hand], began)
                for left, (arrival, message) in zip(range(len(hand), 0, -1), hand, strict=True):
                    assert isinstance(message, Message)
                    office = self.office if helper is None else _helped(self.office, helper, left)
                    outcomes.append((arrival, self._settle(arrival, message, office)))
                    if stopping() or self.clock() - began >= TOGETHER_FOR:
                        break
                outbox.fill(helper.written() if helper is not None else ())
        except Exception as error:  # noqa: BLE001
            # Whatever it is, each alone shows whose fault it is, and is treated accordingly.
            log.info("%d messages could not be settled together, each is settled alone: %r", len(hand), error)
            self.office.gate.recount()
            if helper is not None:
                helper.forget()
            return 0
        for arrival, outcome in outcomes:
            _log_outcome(arrival, outcome)
        return len(outcomes)

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
            self._wait_for_check(arrival)
            with self.database.write(lasting=False):
                self._hold([arrival.id], self.clock())
                outcome = self._settle(arrival, message, self.office)
        except Exception as error:
            # The boundary that keeps one bad message from stopping the others (lessons 1 and 2).
            self.office.gate.recount()
            if isinstance(error, LeaseLost) or is_outage(error):
                raise
            self._failed(arrival, message, error)
            return
        _log_outcome(arrival, outcome)

    def _hold(self, ids: Sequence[int], now: datetime) -> None:
        """Make sure, inside a transaction, that the messages are ours till its end; raises LeaseLost."""
        if not arrivals.hold(ids, self.owner, now + LEASE):
            raise LeaseLost(f"arrival {', '.join(map(str, ids))}: in other hands")

    def _settle(self, arrival: Arrival, message: Message, office: Office) -> Outcome | None:
        """Settle one message that is held, inside the caller's transaction; None where it has to wait."""
        now = self.clock()
        arrival = self._checked(arrival)
        if self._must_wait(arrival, message, now):
            arrivals.postpone(arrival.id, now + RETRY_AFTER)
            return None
        outcome = settle(Letter(arrival, message), office, now)
        if outcome.disposition is Disposition.QUARANTINED:
            arrivals.quarantine(arrival.id, outcome, "", now)
            return outcome
        arrivals.settle(arrival.id, self.owner, outcome, now)
        if arrival.ticket_number is not None:
            quarantine.close_stub(arrival, outcome, now, self.office.levels)
        return outcome

    def _wait_for_check(self, arrival: Arrival) -> None:
        """Wait for the check of the author, where there is one, outside of the transaction."""
        check = self._checks.get(arrival.id)
        if check is not None:
            check.result()

    def _checked(self, arrival: Arrival) -> Arrival:
        """Return the message with the result of the check of its author, where there was one.

        It stands above the message from then on, as a field of ours: it is asked for once.
        """
        check = self._checks.get(arrival.id)
        if check is None:
            return arrival
        checked = replace(arrival, trace=check.result() + arrival.trace)
        traces.replace_trace(checked.id, checked.trace)
        return checked

    def _must_wait(self, arrival: Arrival, message: Message, now: datetime) -> bool:
        """Tell whether a mail that this one answers is still on its way through intake."""
        if now - arrival.received_at > PATIENCE:
            return False
        return arrivals.unsettled_among([*message.references, *message.in_reply_to], before=arrival.id)

    def _died(self, arrival: Arrival, reason: str) -> None:
        now = self.clock()
        with self.database.write():
            self._hold([arrival.id], now)
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
            self._hold([arrival.id], now)
            if arrival.failures + 1 < FAILURES_LIMIT:
                arrivals.record_failure(arrival.id, self.owner, told, now + RETRY_AFTER)
                return
            quarantine.set_aside(self.office, arrival, message, Trouble(reason, told), now)
        maillog.quarantined(arrival.id, reason)


def _helped(office: Office, scribe: Scribe, left: int) -> Office:
    """Return the office for one message of a transaction, of which so many are left, this one included."""
    return replace(office, pens=partial(scribe.pen, left))


class LeaseLost(Exception):  # noqa: N818  # a state of the world, not a fault
    """Somebody else has the message now; what was done for it here is rolled back."""


def _log_outcome(arrival: Arrival, outcome: Outcome | None) -> None:
    if outcome is None:
        return
    if outcome.disposition is Disposition.QUARANTINED:
        maillog.quarantined(arrival.id, outcome.reason)
    elif outcome.ticket_number is not None and outcome.disposition is not Disposition.DUPLICATE:
        maillog.ticketed(arrival.id, outcome.ticket_number, outcome.disposition)
    else:
        maillog.ignored(arrival.id, outcome.reason)
