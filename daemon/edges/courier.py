"""The courier: takes due copies from the outbox and hands them to the relay, several at a time."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from daemon.clock import Clock
from daemon.edges.oauth import TokenSource
from daemon.edges.relay import Relay, open_relay
from daemon.edges.relay_settings import RelaySettings
from daemon.services.delivery import (
    LEASE,
    Database,
    Deferred,
    Delivery,
    OnFailure,
    OutboxUnavailable,
    Outcome,
    Refused,
)
from storage.records import OutboxItem

log = logging.getLogger("postdesk.courier")

# Copies queued by other processes are found at the latest then; in this process ``wake`` is faster.
INTERVAL_SECONDS = 1.0
RENEW_SECONDS = LEASE.total_seconds() / 4
# A stop is to be over within ten seconds, saying goodbye to the relay included.
GRACE_SECONDS = 5.0
PAUSE_AFTER_ERROR_SECONDS = 2.0
# Copies claimed for each connection: one transaction for several, and few to give back at a stop.
CLAIMS_PER_CONNECTION = 4

T = TypeVar("T")


@dataclass(slots=True)
class _Hand:
    """A copy in our hands; ``until`` is the end of its lease as far as we know.

    That it is ``large`` is found out when it is first its turn.
    """

    item: OutboxItem
    until: datetime
    large: bool = False
    task: "asyncio.Task[bool] | None" = None


@dataclass(slots=True, kw_only=True)
class Courier:
    """Delivers what is due until it is told to stop; ``run`` may run once.

    ``owner`` names this process (``services.owner``).  ``on_failure`` is called inside the transaction
    that gives a copy up, in the courier's database thread.  ``on_turn`` is called there with every turn of
    the loop, so its silence means that one of the two hangs.
    """

    database: Database
    settings: RelaySettings
    owner: str
    clock: Clock
    base_dir: Path
    on_failure: OnFailure
    on_turn: Callable[[], None] = lambda: None
    tokens: TokenSource | None = None
    _delivery: Delivery = field(init=False)
    _relay: Relay = field(init=False)
    _ready: deque[_Hand] = field(default_factory=deque)
    # Large copies, which are sent one at a time.
    _large: deque[_Hand] = field(default_factory=deque)
    _hands: dict[int, _Hand] = field(default_factory=dict)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    # One thread: the database sees one writer, and its connection is closed where it was opened.
    _thread: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        give_up_after = timedelta(hours=self.settings.give_up_after_hours)
        self._delivery = Delivery(self.database, self.owner, give_up_after, self.on_failure)
        self._relay = open_relay(self.settings, self.base_dir, self.tokens)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="courier-database")

    def wake(self) -> None:
        """Look into the outbox now; may be called from any thread, and does nothing while nothing runs."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._woken.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; then finish what is being sent, for some seconds at most."""
        self._loop = asyncio.get_running_loop()
        watching = asyncio.create_task(self._watch(stop))
        renewing = asyncio.create_task(self._keep_leases())
        try:
            while not stop.is_set():
                self._woken.clear()
                self._thread.submit(self.on_turn)
                if renewing.done():
                    # It ends by an error only, and without it every lease would run out.
                    renewing.result()
                await self._round()
                await self._pause(INTERVAL_SECONDS)
        finally:
            watching.cancel()
            await self._finish()
            renewing.cancel()
            self._thread.shutdown()

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._woken.set()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _round(self) -> None:
        """Start as many attempts as there are connections; claim more copies where none is left."""
        # Many large ones are enough to wait for; more of them are left to others.
        few = len(self._large) < self.settings.connections * CLAIMS_PER_CONNECTION
        if few and not self._ready and self._running() < self.settings.connections:
            await self._claim()
        while self._running() < self.settings.connections and (hand := self._next()) is not None:
            hand.task = asyncio.create_task(self._attempt(hand))
            hand.task.add_done_callback(self._finished(hand))
        if not self._hands:
            await self._relay.rest()

    def _running(self) -> int:
        return len(self._hands) - len(self._ready) - len(self._large)

    def _next(self) -> _Hand | None:
        """Return the copy to send next; a large one where no other is under way."""
        if self._large and not any(hand.large and hand.task for hand in self._hands.values()):
            return self._large.popleft()
        return self._ready.popleft() if self._ready else None

    async def _claim(self) -> None:
        now = self.clock()
        limit = self.settings.connections * CLAIMS_PER_CONNECTION
        try:
            items = await self._in_thread(self._delivery.claim, now, limit)
        except OutboxUnavailable:
            log.exception("the outbox cannot be read; trying again")
            await self._pause(PAUSE_AFTER_ERROR_SECONDS)
            return
        for item in items:
            # A copy that we held ourselves until its lease ran out is not sent twice side by side.
            if item.id not in self._hands:
                self._hands[item.id] = hand = _Hand(item, now + LEASE)
                self._ready.append(hand)

    async def _attempt(self, hand: _Hand) -> bool:
        """Try once and settle the copy; False where it is large and was not tried yet."""
        item = hand.item
        try:
            outcome = await self._outcome(hand)
        except Exception as error:
            # The worker's loop: a bug in the dialogue costs this copy an attempt and others nothing.
            log.exception("outbox %s: the attempt broke off", item.id)
            outcome = Deferred(f"not sent: {type(error).__name__} in the courier")
        if outcome is None:
            return False
        await self._settle(item, outcome)
        return True

    async def _outcome(self, hand: _Hand) -> Outcome | None:
        item = hand.item
        try:
            reading = self._delivery.content if hand.large else self._delivery.small_content
            content = await self._in_thread(reading, item)
        except KeyError as error:
            return Refused(f"not sent: {error.args[0]}")
        if content is None:
            return None
        return await self._relay.deliver(item, content, lambda: self._is_ours(item))

    def _is_ours(self, item: OutboxItem) -> bool:
        hand = self._hands.get(item.id)
        return hand is not None and self.clock() < hand.until

    async def _settle(self, item: OutboxItem, outcome: Outcome) -> None:
        """Record the outcome, however long the database is away: otherwise the mail would be sent again."""
        while True:
            jitter = random.random()  # noqa: S311  # spreads load, guards nothing
            try:
                state = await self._in_thread(self._delivery.settle, item, outcome, self.clock(), jitter)
            except OutboxUnavailable:
                log.exception("outbox %s: the result cannot be recorded; trying again", item.id)
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
                continue
            if state is None:
                log.warning("outbox %s: no longer ours, so this is not recorded: %s", item.id, outcome.reply)
            return

    def _finished(self, hand: _Hand) -> Callable[["asyncio.Task[bool]"], None]:
        def forget(task: "asyncio.Task[bool]") -> None:
            self._woken.set()
            if not task.cancelled() and task.exception() is None and not task.result():
                hand.task, hand.large = None, True
                self._large.append(hand)
                return
            self._hands.pop(hand.item.id, None)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("outbox %s: tried again when its lease is over", hand.item.id, exc_info=error)

        return forget

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            hands = list(self._hands.values())
            now = self.clock()
            try:
                kept = await self._in_thread(self._delivery.renew, [hand.item for hand in hands], now)
            except OutboxUnavailable:
                log.exception("the leases cannot be renewed; trying again")
                continue
            for hand in hands:
                if hand.item.id in kept:
                    hand.until = now + LEASE
                else:
                    self._let_go(hand)

    def _let_go(self, hand: _Hand) -> None:
        """Leave a copy to whoever has it now; one that was settled meanwhile is in nobody's hands."""
        if hand.task is not None:
            hand.task.cancel()
            return
        for waiting in (self._ready, self._large):
            if hand in waiting:
                waiting.remove(hand)
                del self._hands[hand.item.id]

    async def _finish(self) -> None:
        running = {hand.task: hand.item for hand in self._hands.values() if hand.task is not None}
        await self._give_back_untried()
        if running:
            _, late = await asyncio.wait(running, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self._safely(self._in_thread(self._delivery.give_back, [running[task] for task in late]))
            await self._give_back_untried()
        await self._relay.close()
        await self._safely(self._in_thread(self._delivery.disconnect))

    async def _give_back_untried(self) -> None:
        untried = [hand.item for hand in (*self._ready, *self._large)]
        self._ready.clear()
        self._large.clear()
        await self._safely(self._in_thread(self._delivery.give_back, untried))

    async def _safely(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except OutboxUnavailable:
            log.exception("the copies are sent again when their leases are over")

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)
