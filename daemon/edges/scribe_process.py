"""One run of the scribe's child process, and the socket to it, on which this side never waits to be heard."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from daemon.edges.reading_process import ENVIRONMENT
from daemon.edges.scribe_wire import LENGTH, frame

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_READ_BYTES = 1 << 18


class ScribeGoneError(Exception):
    """The child has ended, or does not answer."""


class ScribeProcess:
    """One run of the child process.

    What is sent waits here until the child takes it, and answers are taken whenever something is sent: so
    neither side can stop the other by a full buffer.
    """

    def __init__(self, renderers: str) -> None:
        """Start the process; raises OSError where it cannot be started."""
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                    [sys.executable, "-m", "daemon.edges.scribe_child", renderers],
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    cwd=_PACKAGE_ROOT,
                    env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                    close_fds=True,
                )
            except OSError:
                self._socket.close()
                raise
        self._socket.setblocking(False)
        # Unlike select, it takes any number of open connections beside this one.
        self._poll = select.poll()
        self._poll.register(self._socket)
        self._leaving = bytearray()
        self._coming = bytearray()

    def send(self, data: bytes) -> None:
        """Send a frame, now or as soon as the child takes it; raises ScribeGoneError."""
        self._leaving += frame(data)
        self._flow(0.0)

    def answers(self) -> Iterator[bytes]:
        """Yield the frames that have come meanwhile; raises ScribeGoneError."""
        self._flow(0.0)
        yield from self._frames()

    def wait(self, seconds: float) -> Iterator[bytes]:
        """Wait for frames that are due and yield them; raises ScribeGoneError after so long without one."""
        until = time.monotonic() + seconds
        while not self._has_frame():
            left = until - time.monotonic()
            if left <= 0:
                raise ScribeGoneError(f"it did not answer within {seconds:g} s")
            self._flow(left)
        yield from self._frames()

    def close(self) -> None:
        """End the process, which keeps nothing that could be lost."""
        # In this order: it would complain of a socket that breaks while it writes.
        self.process.kill()
        self.process.wait()
        self._socket.close()

    def _flow(self, seconds: float) -> None:
        """Move bytes both ways; wait so long where none can be moved at once."""
        self._poll.modify(self._socket, select.POLLIN | (select.POLLOUT if self._leaving else 0))
        try:
            for _, event in self._poll.poll(seconds * 1_000):
                if event & select.POLLOUT:
                    del self._leaving[: self._socket.send(self._leaving)]
                if event & ~select.POLLOUT:
                    self._take()
        except BlockingIOError:
            return
        except OSError as error:
            raise ScribeGoneError(f"its socket is broken: {error}") from error

    def _take(self) -> None:
        data = self._socket.recv(_READ_BYTES)
        if not data:
            raise ScribeGoneError("it has ended")
        self._coming += data

    def _has_frame(self) -> bool:
        return len(self._coming) >= LENGTH.size and len(self._coming) - LENGTH.size >= self._due_bytes()

    def _due_bytes(self) -> int:
        size: int = LENGTH.unpack_from(self._coming)[0]
        return size

    def _frames(self) -> Iterator[bytes]:
        while self._has_frame():
            end = LENGTH.size + self._due_bytes()
            data = bytes(self._coming[LENGTH.size : end])
            del self._coming[:end]
            yield data
