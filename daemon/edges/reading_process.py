"""One run of the reader's child process, and the threads that serve its pipes."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from daemon.edges.allocator import LARGE_BLOCK_BYTES
from daemon.edges.reading_wire import READY, read_frame, write_frame
from daemon.services.reading import DeflatedRaw, Raw, ReadingUnavailable, StoredRaw

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# All that the child gets of the environment: it reads strangers' bytes and needs none of our secrets.
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONWARNINGS", "COVERAGE_PROCESS_START")
# What edges.allocator asks for in the daemon, in the words of mallopt(3) for a process that is to start.
_ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(LARGE_BLOCK_BYTES)}
# Beyond all measure for a start, also on a machine that has other work.
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one message may use.  The wall limit also covers a machine that is busy with other work."""

    cpu_seconds: float = 2.0
    wall_seconds: float = 10.0
    memory_mib: int = 1_024


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """What is sent for one message: the encoded ``reading_wire.Request``, and its bytes."""

    head: bytes
    raw: Raw

    @property
    def size_bytes(self) -> int:
        """The size of the message."""
        return len(self.raw) if isinstance(self.raw, bytes) else self.raw.size_bytes


class _NothingToSend(Exception):  # noqa: N818  # no fault of the pipe's; the cause is told to the caller
    """The bytes of a large message could not be got."""


class ReadingProcess:
    """One run of the child process, with a thread that writes and a thread that reads its pipes.

    The threads are what keeps full pipes from stopping both sides at once.  ``fetching`` is true while a
    large message is waited for; ``failure`` is what ended the getting of one, and with it the child.
    """

    def __init__(self, limits: ReadingLimits) -> None:
        """Start the process; raises OSError or RuntimeError where it or a thread cannot be started."""
        command = [sys.executable, "-m", "daemon.edges.reading_child"]
        command += [str(limits.cpu_seconds), str(limits.memory_mib)]
        self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_PACKAGE_ROOT,
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ} | _ALLOCATOR,
            close_fds=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._stdin: IO[bytes] = self.process.stdin
        self._stdout: IO[bytes] = self.process.stdout
        self.requests: queue.SimpleQueue[PendingRequest | None] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.fetching = False
        self.failure: Exception | None = None
        self._threads = [
            threading.Thread(target=target, daemon=True, name="reader-pipe")
            for target in (self._write, self._read)
        ]
        try:
            for thread in self._threads:
                thread.start()
        except RuntimeError:
            with self.process:  # closes the pipes
                self.process.kill()
            raise

    def await_ready(self) -> None:
        """Wait until the child reads mail; raises ReadingUnavailable where it ends or hangs instead."""
        try:
            first = self.answers.get(timeout=START_SECONDS)
        except queue.Empty:
            self.stop()
            raise ReadingUnavailable(f"its process did not start within {START_SECONDS:g} s") from None
        if first != READY:
            raise ReadingUnavailable(f"its process ended at its start {status_words(self.stop())}")

    def _write(self) -> None:
        # A broken pipe means that the child has died: the reading thread sees its end and reports it.
        with contextlib.suppress(OSError, _NothingToSend):
            while (request := self.requests.get()) is not None:
                self._send(request)
                # Nothing of a large message stays here while the next one is waited for.
                del request
        with contextlib.suppress(OSError):
            self._stdin.close()

    def _send(self, request: PendingRequest) -> None:
        write_frame(self._stdin, request.head)
        match request.raw:
            case bytes(content) | DeflatedRaw(content=content):
                self._stdin.write(content)
            case StoredRaw() as stored:
                with contextlib.closing(stored.stretches()) as stretches:
                    self._send_large(request.size_bytes, stretches)
        self._stdin.flush()

    def _send_large(self, size_bytes: int, stretches: Iterator[bytes]) -> None:
        left_bytes = size_bytes
        while stretch := self._fetched(stretches):
            left_bytes -= len(stretch)
            if left_bytes < 0:
                break
            self._stdin.write(stretch)
        if left_bytes:
            # The child could not tell where the next message begins.
            self.failure = ValueError(
                f"a message of {size_bytes} bytes is stored with {left_bytes:+d} missing"
            )
            raise _NothingToSend

    def _fetched(self, stretches: Iterator[bytes]) -> bytes:
        """Get the next stretch, nothing at the end; an error ends the child, and its caller is told."""
        self.fetching = True
        try:
            return next(filter(None, stretches), b"")
        except Exception as error:
            # It belongs to the thread that asked for the reading, which decides what it means.
            self.failure = error
            raise _NothingToSend from error
        finally:
            self.fetching = False

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


def status_words(status: int) -> str:
    """Put the exit status of a process in words."""
    return f"by signal {-status}" if status < 0 else f"with exit status {status}"
