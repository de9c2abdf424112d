"""Part of ``intake.py``: the memory of the whole daemon, idle and while it takes a mail of 25 MB.

What counts is the proportional set size (PSS) of the daemon and its children: pages that processes share
are counted once.
"""

import base64
import os
import random
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import mix
from benchmarks.ticketing import ROOT

BIG_BYTES = 25_000_000
_IDLE_SECONDS = 1.0
_PATIENCE_SECONDS = 60.0
_PROC = Path("/proc")
_CONFIGURATION = """
[desk]
name = "IT Support"
address = "support@desk.test"
[listener]
port = {port}
[relay]
url = "maildir:outgoing"
[[team]]
name = "service-desk"
addresses = ["support@desk.test"]
members = ["ann@corp.test", "bob@corp.test"]
[[agent]]
address = "ann@corp.test"
name = "Ann"
[[agent]]
address = "bob@corp.test"
name = "Bob"
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of PSS: idle after a first mail, at most until 250 to the big mail, and until it is a ticket."""

    idle: int
    peak_accepting: int
    peak_ticketing: int
    mail: int


class Watch(threading.Thread):
    """Looks at the memory of a process and its children, again and again, and keeps the most it saw."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.most = 0

    def run(self) -> None:
        """Watch until told to stop."""
        while not self._ended.wait(0.005):
            self.most = max(self.most, memory_of(self._pid))

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()
        self.join()


def measure(folder: Path, big_bytes: int = BIG_BYTES) -> Memory:
    """Start a daemon on an empty desk, send it a small and a big mail and return what it took."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place, port = Path(name), _free_port()
        configuration = place / "postdesk.toml"
        configuration.write_text(_CONFIGURATION.format(port=port))
        command = [sys.executable, "-m", "daemon", "--config", str(configuration), "run"]
        quiet = subprocess.DEVNULL
        # Without a tracer, which tests may ask for and which has memory of its own.
        env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        with subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet, env=env) as daemon:
            try:
                return _measured(daemon.pid, port, place / "outgoing", big_bytes)
            finally:
                daemon.terminate()


def _measured(pid: int, port: int, outgoing: Path, big_bytes: int) -> Memory:
    _wait_for(lambda: _listens(port), "the daemon listens")
    # The first mail starts the child that reads: only then is the daemon whole.
    _send(port, mix.mails(1)[0].raw)
    _wait_for(lambda: _mails_in(outgoing) == 3, "the first mail was answered")
    time.sleep(_IDLE_SECONDS)
    idle = memory_of(pid)
    big = _big_mail(big_bytes)
    watch = Watch(pid)
    watch.start()
    _send(port, big)
    accepted = watch.most
    _wait_for(lambda: _mails_in(outgoing) == 6, "the big mail was answered")
    watch.stop()
    return Memory(idle, accepted, watch.most, len(big))


def memory_of(pid: int) -> int:
    """Return the bytes of PSS of a process and all below it; of one that is just ending, nothing."""
    total = 0
    for one in _family(pid):
        try:
            lines = (_PROC / str(one) / "smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def _family(pid: int) -> list[int]:
    found = [pid]
    # The list grows while it is walked: children of children follow.
    for parent in found:
        for task in (_PROC / str(parent) / "task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def _big_mail(size: int) -> bytes:
    header = (
        f"From: Ada <ada@customer.test>\r\nTo: <{mix.DESK}>\r\nSubject: big\r\n"
        "Message-ID: <big@customer.test>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: application/pdf; name=big.pdf\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode()
    content = random.Random(1).randbytes((size - len(header)) * 76 // 78 * 3 // 4)
    return header + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _send(port: int, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        client.sendmail("ada@customer.test", [mix.DESK], raw)


def _mails_in(maildir: Path) -> int:
    return sum(1 for _ in maildir.glob("new/*"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {_PATIENCE_SECONDS:g} s in vain: {what}")
        time.sleep(0.02)
