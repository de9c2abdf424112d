"""Keep the roles of the daemon running, start them again when they die, and stop them in order.

The listener and the courier live in the event loop, everything that blocks in a thread of its own.  A
part that keeps dying ends the daemon with a failure, so that whoever started it knows.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field

from daemon.edges import notify_socket
from daemon.edges.courier import Courier
from daemon.edges.hook_caller import HookCaller
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.oauth_keeper import Keeper
from daemon.edges.pulse import Pulse
from daemon.edges.smtp_listener import SmtpListener
from daemon.services.ledger import Ledger
from daemon.services.reading import ReadingUnavailable
from daemon.wiring import Desk, Role
from storage.outages import is_disk_error, is_outage, origin

log = logging.getLogger("postdesk.supervisor")

EXIT_FINE, EXIT_FAILED, EXIT_STORAGE = 0, 1, 3
# A stop is over within ten seconds: the listeners get four of them, the parts go on meanwhile and have
# seven altogether, then the ledger commits what waits; who hangs after that is left behind.
LISTENER_GRACE_SECONDS = 4.0
STOP_SECONDS = 7.0
LEDGER_SECONDS = 0.7
LAST_RESORT_SECONDS = 0.5
IDLE_SECONDS = 0.5
ERROR_PAUSE_SECONDS = 2.0
RESTARTS_LIMIT, RESTARTS_WINDOW_SECONDS = 5, 300.0
# The longest that a part which is well may take for one step: to wait for a locked database, and to read
# a message that takes every second it is given.
STALL_SECONDS = 120.0


@dataclass
class Part:
    """Something that runs until it is told to stop; ``run`` returning or raising earlier is its death."""

    name: str
    run: Callable[[], Awaitable[None]]
    deaths: deque[float] = field(default_factory=deque)

    def may_restart(self, now: float) -> bool:
        """Count a death; False once there were too many of late."""
        self.deaths.append(now)
        while self.deaths and now - self.deaths[0] > RESTARTS_WINDOW_SECONDS:
            self.deaths.popleft()
        return len(self.deaths) <= RESTARTS_LIMIT


class Supervisor:
    """Runs the roles of one desk until a signal, a storage failure or a part that cannot be kept alive."""

    def __init__(self, desk: Desk, roles: Collection[Role]) -> None:
        self._desk = desk
        self._roles = roles
        self._stop = asyncio.Event()
        self._halt = threading.Event()
        self._work = threading.Event()
        self._exit_status = EXIT_FINE
        self._courier: Courier | None = None
        self._ledger: Ledger | None = None
        self._pollers: list[ImapPoller] = []
        self._pulses: dict[str, Pulse] = {}
        self.listening: list[tuple[str, int]] = []

    async def run(self, on_ready: Callable[["Supervisor"], None] | None = None) -> int:
        """Run, and return 0 when told to stop, 1 when a part kept dying, 3 when the disk lies."""
        self._loop = asyncio.get_running_loop()
        self._handle_signals()
        listeners = await self._open_intake() if Role.INTAKE in self._roles else []
        parts = [*self._intake_parts(), *self._other_parts()]
        tasks = [asyncio.create_task(self._keep(part), name=part.name) for part in parts]
        tasks.append(asyncio.create_task(self._beat(), name="watchdog"))
        notify_socket.tell("READY=1")
        if on_ready is not None:
            on_ready(self)
        await self._stop.wait()
        stop_at = self._loop.time() + STOP_SECONDS
        notify_socket.tell("STOPPING=1")
        await asyncio.gather(*(listener.close(LISTENER_GRACE_SECONDS) for listener in listeners))
        await self._stop_parts(tasks, stop_at)
        return self._exit_status

    def stop(self, exit_status: int = EXIT_FINE) -> None:
        """Begin to stop; to be called in the event loop."""
        self._exit_status = self._exit_status or exit_status
        self._stop.set()
        self._halt.set()
        self._work.set()
        for poller in self._pollers:
            poller.stop()

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self.stop)

    async def _open_intake(self) -> list[SmtpListener]:
        self._ledger = self._desk.ledger(on_recorded=self._work.set)
        self._pollers = self._desk.pollers(self._ledger)
        listeners = self._desk.listeners(self._ledger)
        for listener in listeners:
            await listener.start()
            self.listening.append(listener.address)
        return listeners

    def _intake_parts(self) -> list[Part]:
        return [Part(poller.name, _in_thread(poller.run)) for poller in self._pollers]

    def _other_parts(self) -> list[Part]:
        parts = []
        watched = {"worker": Role.WORKER, "courier": Role.COURIER}
        self._pulses = {name: Pulse() for name, role in watched.items() if role in self._roles}
        if Role.WORKER in self._roles:
            parts.append(Part("worker", _in_thread(self._work_loop)))
        if Role.COURIER in self._roles:
            parts.append(Part("courier", self._courier_loop))
        if Role.CLOCK in self._roles:
            parts += self._watching_parts()
            keepers = self._desk.keepers()
            parts += [Part(f"oauth {one.source.name}", _in_thread(self._kept(one))) for one in keepers]
            parts.append(Part("clock", _in_thread(lambda: self._desk.ticker().run(self._halt))))
        return parts

    def _watching_parts(self) -> list[Part]:
        """Return what tells of the desk to others; of several hosts the one with the clock does."""
        crier, numbers, commands = self._desk.crier(), self._desk.metrics(), self._desk.command_runner()
        parts = [Part("alarm", _in_thread(lambda: crier.run(self._halt)))] if crier else []
        parts += [Part(one.name, _in_thread(self._called(one))) for one in self._desk.hook_callers()]
        parts += [Part("automation", _in_thread(lambda: commands.run(self._halt)))] if commands else []
        return [*parts, Part("metrics", _in_thread(lambda: numbers.run(self._halt)))] if numbers else parts

    def _called(self, caller: HookCaller) -> Callable[[], None]:
        return lambda: caller.run(self._halt)

    def _kept(self, keeper: Keeper) -> Callable[[], None]:
        return lambda: keeper.run(self._halt)

    async def _courier_loop(self) -> None:
        self._courier = self._desk.courier()
        self._courier.on_turn = self._pulses["courier"].beat
        await self._courier.run(self._stop)

    def _work_loop(self) -> None:
        """Settle what comes until told to stop; an error of the database is waited out."""
        loop, reader, scribe = self._loop, self._desk.reader(), self._desk.scribe()
        intake = self._desk.intake(reader, scribe)
        # The child takes its time to start; whoever is killed meanwhile must not have a message in hand.
        try:
            reader.start()
        except ReadingUnavailable as error:
            # Intake waits it out when a message comes.
            log.error("no message could be read now: %s", error)  # noqa: TRY400
        try:
            while not self._worker_stops():
                self._work.clear()
                if intake.run_once(self._worker_stops):
                    loop.call_soon_threadsafe(self._wake_courier)
                else:
                    self._work.wait(IDLE_SECONDS)
        finally:
            reader.close()
            scribe.close()
            self._desk.database.reset()

    def _worker_stops(self) -> bool:
        """Tell whether to stop; intake asks after every message, so it is the worker's pulse as well."""
        self._pulses["worker"].beat()
        return self._halt.is_set()

    def _wake_courier(self) -> None:
        if self._courier is not None:
            self._courier.wake()

    async def _keep(self, part: Part) -> None:
        """Run a part, and again when it dies, until it dies too often."""
        while not self._stop.is_set():
            if part.name in self._pulses:
                self._pulses[part.name].beat()
            try:
                await part.run()
                if self._stop.is_set():
                    return
                log.error("%s ended by itself", part.name)
            except Exception as error:
                # One of the four places that may catch all: the loop around every worker.
                if is_disk_error(error):
                    self._disk_failed(origin(error))
                    return
                if is_outage(error):
                    log.warning("%s waits for the database: %s", part.name, origin(error))
                    await self._pause(ERROR_PAUSE_SECONDS)
                    continue
                log.exception("%s died", part.name)
            if not part.may_restart(time.monotonic()):
                log.critical("%s died too often; the daemon gives up", part.name)
                self.stop(EXIT_FAILED)
                return
            await self._pause(ERROR_PAUSE_SECONDS)

    def _disk_failed(self, error: object) -> None:
        log.critical("the disk reported an error; only a fresh start knows what is stored: %s", error)
        self.stop(EXIT_STORAGE)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _beat(self) -> None:
        """Feed systemd's watchdog from the loop while all parts get on, and watch over the ledger."""
        every = notify_socket.watchdog_seconds()
        pause = min(every or 1.0, 1.0)
        known: list[str] = []
        while not self._stop.is_set():
            stuck = self._stuck()
            if stuck and stuck != known:
                log.critical("%s: no step for %d seconds", ", ".join(stuck), STALL_SECONDS)
            elif known and not stuck:
                log.warning("%s: gets on again", ", ".join(known))
            known = stuck
            if every is not None and not stuck:
                notify_socket.tell("WATCHDOG=1")
            if self._ledger is not None and self._ledger.broken.is_set():
                self._disk_failed("the ledger could not commit")
            await self._pause(pause)

    def _stuck(self) -> list[str]:
        """Name the parts that do not get on; whoever restarts the daemon then loses nothing."""
        silent = {name: pulse.silent_seconds for name, pulse in self._pulses.items()}
        if self._ledger is not None:
            silent["ledger"] = self._ledger.silent_seconds
        return [name for name, seconds in silent.items() if seconds > STALL_SECONDS]

    async def _stop_parts(self, tasks: Collection[asyncio.Task[None]], stop_at: float) -> None:
        """Wait for the parts to finish what they have in hand, but not for ever."""
        _, late = await asyncio.wait(tasks, timeout=max(0.0, stop_at - self._loop.time()))
        for task in late:
            log.warning(
                "%s did not stop in time; what it held is taken up at the next start", task.get_name()
            )
            task.cancel()
        if await self._ledger_is_late() or late:
            # Threads that wait for a locked database or a dead disk would keep the process for as long as
            # they like.  What they hold stands in the database as held, and nobody was promised more.
            _leave_behind(self._exit_status)
        self._desk.close()

    async def _ledger_is_late(self) -> bool:
        """Let the ledger commit what waits; True where it cannot."""
        if self._ledger is None:
            return False
        try:
            await asyncio.wait_for(_in_thread(self._ledger.close)(), LEDGER_SECONDS)
        except TimeoutError:
            log.warning("the ledger could not write in time; the senders keep what it had")
            return True
        return False


def _leave_behind(exit_status: int) -> None:
    """End the process soon, whatever hangs in it."""

    def end() -> None:
        os._exit(exit_status)

    last_resort = threading.Timer(LAST_RESORT_SECONDS, end)
    last_resort.daemon = True
    last_resort.start()


def _in_thread(work: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """Run blocking work in a thread of its own that does not keep the process alive."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def finish(error: BaseException | None) -> None:
            if not ended.done():
                ended.set_exception(error) if error else ended.set_result(None)

        def body() -> None:
            error: BaseException | None = None
            try:
                work()
            except BaseException as raised:  # noqa: BLE001
                # Handed on to the loop, which decides about a restart.
                error = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(finish, error)

        threading.Thread(target=body, name="part", daemon=True).start()
        await ended

    return run
