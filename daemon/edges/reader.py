"""Read messages in a child process with limits on time and memory, so that no mail can hurt the daemon."""

import contextlib
import queue
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

from daemon.edges.reading_process import PendingRequest, ReadingLimits, ReadingProcess, status_words
from daemon.edges.reading_wire import Reading, Request
from daemon.mail.message import Message
from daemon.services.reading import NOT_READ_YET, DeflatedRaw, NotReadYet, Raw, ReadingUnavailable

# Part of what a reader is made with.
__all__ = ["ReadingLimits"]


class ReadingFacts(Protocol):
    """What the envelope says of a message; ``mail.message.Envelope`` and ``records.Arrival`` both do."""

    @property
    def null_reverse_path(self) -> bool:
        """Whether the envelope had the null reverse-path."""
        ...


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The answer for a message that ended the child or kept it too long; ``reason`` says which."""

    reason: str


DEFAULT_READING_LIMITS = ReadingLimits()
# Requests that wait in the child's pipe while it works on an earlier one; their raw bytes are in memory.
_IN_FLIGHT_MESSAGES = 24
_IN_FLIGHT_BYTES = 4 << 20


class Reader:
    """Reads messages in a child that is restarted when one of them ends it.  Not safe for several threads."""

    def __init__(
        self, own_domains: frozenset[str] = frozenset(), limits: ReadingLimits = DEFAULT_READING_LIMITS
    ) -> None:
        self._own_domains = tuple(sorted(own_domains))
        self._limits = limits
        self._child: ReadingProcess | None = None
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Reading)

    def start(self) -> None:
        """Start the child before it is needed; raises ReadingUnavailable where it cannot be started."""
        self._running_child()

    def read_many(
        self, items: Iterable[tuple[int, Raw, ReadingFacts]]
    ) -> Iterator[tuple[int, Message | Unreadable]]:
        """Yield the reading of each item in order; the child reads ahead while the caller works.

        An item that ends the child is answered by ``Unreadable``, and those behind it are read by the next.
        Raises ReadingUnavailable when no child can be started, and what the getting of a stored item raises.
        """
        with contextlib.closing(self.read_along(items)) as answers:
            for key, answer in answers:
                if not isinstance(answer, NotReadYet):
                    yield key, answer

    def read_along(
        self, items: Iterable[tuple[int, Raw, ReadingFacts]]
    ) -> Generator[tuple[int, Message | Unreadable | NotReadYet], None, None]:
        """Yield what ``read_many`` yields, and NOT_READ_YET before each reading that has to be waited for."""
        source = iter(items)
        waiting: deque[tuple[int, PendingRequest]] = deque()
        try:
            while True:
                self._fill(source, waiting)
                if not waiting:
                    return
                key, _ = waiting[0]
                if self._running_child().answers.empty():
                    yield key, NOT_READ_YET
                answer = self._answer()
                waiting.popleft()
                yield key, answer
                if isinstance(answer, Unreadable):
                    self._send_again(waiting)
        finally:
            if waiting:
                # The caller left early: answers to what it did not take must not reach the next call.
                self._drop_child()

    def read(self, raw: bytes, facts: ReadingFacts) -> Message | Unreadable:
        """Read one message."""
        ((_, answer),) = self.read_many([(0, raw, facts)])
        return answer

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.finish()
            self._child = None

    def _running_child(self) -> ReadingProcess:
        if self._child is None:
            try:
                child = ReadingProcess(self._limits)
            except (OSError, RuntimeError) as error:  # of a thread that cannot be started, the latter
                raise ReadingUnavailable(f"its process cannot be started: {error}") from error
            child.await_ready()
            self._child = child
        return self._child

    def _fill(
        self,
        source: Iterator[tuple[int, Raw, ReadingFacts]],
        waiting: deque[tuple[int, PendingRequest]],
    ) -> None:
        """Send requests until enough wait for their answers."""
        if not waiting and self._child is not None and self._child.process.poll() is not None:
            # It died while it had nothing to read, so no message is to blame.
            self._drop_child()
        size = sum(request.size_bytes for _, request in waiting)
        while len(waiting) < _IN_FLIGHT_MESSAGES and size < _IN_FLIGHT_BYTES:
            item = next(source, None)
            if item is None:
                return
            key, raw, facts = item
            request = self._request(key, raw, facts)
            self._running_child().requests.put(request)
            waiting.append((key, request))
            size += request.size_bytes

    def _request(self, key: int, raw: Raw, facts: ReadingFacts) -> PendingRequest:
        size = len(raw) if isinstance(raw, bytes) else raw.size_bytes
        deflated = len(raw.content) if isinstance(raw, DeflatedRaw) else 0
        head = self._encoder.encode(Request(key, size, facts.null_reverse_path, self._own_domains, deflated))
        return PendingRequest(head, raw)

    def _send_again(self, waiting: deque[tuple[int, PendingRequest]]) -> None:
        for _, request in waiting:
            self._running_child().requests.put(request)

    def _answer(self) -> Message | Unreadable:
        """Wait for the next answer; a child that died or is late is ended, and the message blamed."""
        child = self._running_child()
        try:
            frame = self._next_frame(child)
        except queue.Empty:
            self._drop_child()
            return Unreadable(f"reading took longer than {self._limits.wall_seconds:g} s")
        if frame is None:
            status = self._drop_child()
            if child.failure is not None:
                raise child.failure
            return Unreadable(_cause_of_death(status, self._limits))
        return self._decoder.decode(frame).message

    def _next_frame(self, child: ReadingProcess) -> bytes | None:
        """Return the next frame, None at the end; raises queue.Empty when the child takes too long."""
        while True:
            try:
                return child.answers.get(timeout=self._limits.wall_seconds)
            except queue.Empty:
                # It is the database that is slow, and neither the child nor what it reads.
                if not child.fetching:
                    raise

    def _drop_child(self) -> int:
        child, self._child = self._child, None
        return child.stop() if child is not None else 0


def _cause_of_death(status: int, limits: ReadingLimits) -> str:
    """Put the exit status of the child in words."""
    if status == -signal.SIGPROF:  # raised by the timer of CPU time
        return f"reading used more than {limits.cpu_seconds:g} s of CPU time"
    return f"reading ended {status_words(status)}"
