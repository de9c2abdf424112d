"""A desk as a process of its own, started the way the operator starts it, but warm (``servers.warm``)."""

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.servers.warm import WarmProcess, run_warm

ROOT = Path(__file__).parents[2]
POSTDESK = [sys.executable, "-m", "daemon"]
PATIENCE_SECONDS = 20.0

T = TypeVar("T")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **more}


def postdesk(config: Path, *words: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run one command to its end, from another folder than the checkout."""
    arguments = ["--config", str(config), *words]
    return run_warm("daemon", arguments, stdin=stdin, cwd=config.parent, env=environment())


def answer(config: Path, *words: str) -> Any:
    """Run a listing and return its JSON."""
    done = postdesk(config, *words, "--json")
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


class Running:
    """A desk, or some of its roles, in a process; ``lines`` is what it announced."""

    def __init__(self, config: Path, *words: str, **environ: str) -> None:
        self.log = config.parent / f"{'-'.join(('run', *words))}.log"
        with self.log.open("wb") as log:
            self.process = WarmProcess(
                "daemon",
                ["--config", str(config), "run", *words],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=config.parent,
                env=environment(**environ),
            )

    def line(self) -> str:
        """Wait for the next line that it announces; empty where it ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().rstrip("\n")

    def port(self) -> int:
        """Wait until it listens and return the port."""
        line = self.line()
        assert line.startswith("listening on 127.0.0.1:"), f"{line!r}; {self.log.read_text()}"
        return int(line.rpartition(":")[2])

    def ask_to_stop(self) -> None:
        """Send what systemd sends."""
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Ask it to stop and return its exit status."""
        self.ask_to_stop()
        return self.status()

    def status(self) -> int:
        """Wait for its end and return its exit status."""
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(config: Path, *words: str, **environ: str) -> Iterator[Running]:
    one = Running(config, *words, **environ)
    try:
        yield one
    finally:
        one.kill()


def send(port: int, raw: bytes, sender: str = "cara@cust.test") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail(sender, ["support@desk.test"], raw)


def eventually(look: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Look until something is there; what was seen last is returned in any case."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def letters(config: Path) -> list[bytes]:
    """Return the mails in the outgoing Maildir."""
    return [path.read_bytes() for path in sorted((config.parent / "outgoing" / "new").glob("*"))]
