"""Read messages in a child process with limits on time and memory, so that no mail can hurt the daemon."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import msgspec

from daemon.edges.reading_wire import Reading, Request, read_frame, write_frame
from daemon.mail.message import Message

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# All that the child gets of the environment: it reads strangers' bytes and needs none of our secrets.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONWARNINGS", "COVERAGE_PROCESS_START")


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


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one message may use.  The wall limit also covers a machine that is busy with other work."""

    cpu_seconds: float = 2.0
    wall_seconds: float = 10.0
    memory_mib: int = 1_024


DEFAULT_READING_LIMITS = ReadingLimits()
# Requests that wait in the child's pipe while it works on an earlier one; their raw bytes are in memory.
_IN_FLIGHT_MESSAGES = 8
_IN_FLIGHT_BYTES = 4 << 20


class _Child:
    """One run of the child process, with a thread that writes and a thread that reads its pipes.

    The threads are what keeps full pipes from stopping both sides at once.
    """

    def __init__(self, limits: ReadingLimits) -> None:
        command = [sys.executable, "-m", "daemon.edges.reading_child"]
        command += [str(limits.cpu_seconds), str(limits.memory_mib)]
        self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_PACKAGE_ROOT,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            close_fds=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._stdin: IO[bytes] = self.process.stdin
        self._stdout: IO[bytes] = self.process.stdout
        self.requests: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=target, daemon=True, name="reader-pipe")
            for target in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        # A broken pipe means that the child has died: the reading thread sees its end and reports it.
        with contextlib.suppress(OSError):
            while (request := self.requests.get()) is not None:
                for frame in request:
                    write_frame(self._stdin, frame)
                # Nothing of a large message stays here while the next one is waited for.
                del request, frame
        with contextlib.suppress(OSError):
            self._stdin.close()

    def _read(self) -> None:
        with self._stdout:
            while (frame := read_frame(self._stdout)) is not None:
                self.answers.put(frame)
        self.answers.put(None)

    def stop(self) -> int:
        """End the process and return its exit status."""
        self.process.kill()
        return self._gone()

    def finish(self) -> None:
        """Let the process end by itself, which it does at the end of its input."""
        self.requests.put(None)
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._gone()

    def _gone(self) -> int:
        """Wait for process and threads; the pipes are closed then."""
        self.requests.put(None)
        status = self.process.wait()
        for thread in self._threads:
            thread.join()
        return status


class Reader:
    """Reads messages in a child that is restarted when one of them ends it.  Not safe for several threads."""

    def __init__(
        self, own_domains: frozenset[str] = frozenset(), limits: ReadingLimits = DEFAULT_READING_LIMITS
    ) -> None:
        self._own_domains = tuple(sorted(own_domains))
        self._limits = limits
        self._child: _Child | None = None
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Reading)

    def read_many(
        self, items: Iterable[tuple[int, bytes, ReadingFacts]]
    ) -> Iterator[tuple[int, Message | Unreadable]]:
        """Yield the reading of each item in order; the child reads ahead while the caller works.

        An item that ends the child is answered by ``Unreadable``, and those behind it are read by the next.
        """
        source = iter(items)
        waiting: deque[tuple[int, tuple[bytes, bytes]]] = deque()
        try:
            while True:
                self._fill(source, waiting)
                if not waiting:
                    return
                key, _ = waiting[0]
                answer = self._answer()
                waiting.popleft()
                if isinstance(answer, Unreadable):
                    self._send_again(waiting)
                yield key, answer
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

    def _running_child(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._limits)
        return self._child

    def _fill(
        self,
        source: Iterator[tuple[int, bytes, ReadingFacts]],
        waiting: deque[tuple[int, tuple[bytes, bytes]]],
    ) -> None:
        """Send requests until enough wait for their answers."""
        size = sum(len(raw) for _, (_, raw) in waiting)
        while len(waiting) < _IN_FLIGHT_MESSAGES and size < _IN_FLIGHT_BYTES:
            item = next(source, None)
            if item is None:
                return
            key, raw, facts = item
            request = self._encoder.encode(Request(key, facts.null_reverse_path, self._own_domains)), raw
            self._running_child().requests.put(request)
            waiting.append((key, request))
            size += len(raw)

    def _send_again(self, waiting: deque[tuple[int, tuple[bytes, bytes]]]) -> None:
        for _, request in waiting:
            self._running_child().requests.put(request)

    def _answer(self) -> Message | Unreadable:
        """Wait for the next answer; a child that died or is late is ended, and the message blamed."""
        child = self._running_child()
        try:
            frame = child.answers.get(timeout=self._limits.wall_seconds)
        except queue.Empty:
            self._drop_child()
            return Unreadable(f"reading took longer than {self._limits.wall_seconds:g} s")
        if frame is None:
            return Unreadable(_cause_of_death(self._drop_child(), self._limits))
        return self._decoder.decode(frame).message

    def _drop_child(self) -> int:
        child, self._child = self._child, None
        return child.stop() if child is not None else 0


def _cause_of_death(status: int, limits: ReadingLimits) -> str:
    """Put the exit status of the child in words."""
    if status == -27:  # SIGPROF, raised by the timer of CPU time
        return f"reading used more than {limits.cpu_seconds:g} s of CPU time"
    if status < 0:
        return f"reading ended by signal {-status}"
    return f"reading ended with exit status {status}"
