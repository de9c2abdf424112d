"""Run allowed commands for tasks, in a thread of its own: as another user, for a limited time, once.

No shell is involved.  A command gets a folder of its own, a clean environment and nothing to read; what it
writes is kept up to a length, and when its time is over it is killed with all that it started.
"""

import logging
import os
import pwd
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon.desk.automation_settings import AutomationSettings
from daemon.services.automation import AutomationBook, Report

log = logging.getLogger("postdesk.automation")

INTERVAL_SECONDS = 2.0
OUTPUT_BYTES = 16_384
_PATH = "/usr/local/bin:/usr/bin:/bin"
_READ_BYTES = 65_536
_LOOK_SECONDS = 0.2
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class CommandRunner:
    """Runs what is asked for until it is stopped, in the thread that calls ``run``."""

    book: AutomationBook

    def run(self, stop: threading.Event) -> None:
        """Look every few seconds for commands to run, and for those that died with their process."""
        while not stop.is_set():
            self.book.lose()
            if not self.run_next(stop):
                stop.wait(INTERVAL_SECONDS)
        self.book.close()

    def run_next(self, stop: threading.Event) -> bool:
        """Run the next command that is asked for; False where there is none."""
        order = self.book.claim()
        if order is None:
            return False
        report = run_command(order.settings, order.argv, stop)
        if report.problem:
            log.warning("automation %s: task %d: %s", order.settings.name, order.task_id, report.problem)
        self.book.settle(order, report)
        return True


def run_command(settings: AutomationSettings, argv: Sequence[str], stop: threading.Event) -> Report:
    """Run a command to its end, or until its time is over or ``stop`` is set; its failures are reported."""
    try:
        whose = _identity(settings)
    except _NotAllowed as error:
        return Report(str(error))
    folder = Path(tempfile.mkdtemp(prefix="postdesk-task-"))
    try:
        if whose.user is not None:
            os.chown(folder, whose.uid, whose.gid)
        with subprocess.Popen(list(argv), **_surroundings(folder, whose)) as process:  # noqa: S603  # allowed
            return _watched(process, settings.timeout_seconds, stop)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Report(f"it could not be started: {reason.lower()}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _NotAllowed(Exception):  # noqa: N818  # an answer to the agents
    """A command that may not run as this process is."""


@dataclass(frozen=True, slots=True)
class _Identity:
    """Who a command runs as; ``user`` is None for whoever runs the daemon."""

    user: str | None
    uid: int
    gid: int
    home: str


def _identity(settings: AutomationSettings) -> _Identity:
    """Return who a command runs as; raises _NotAllowed where that cannot or must not be."""
    mine = os.geteuid()
    if not settings.user:
        if mine == 0 and not settings.as_root:
            raise _NotAllowed(
                "the daemon runs as root and the command names no user; it does not run as root"
            )
        return _Identity(None, mine, os.getegid(), "/")
    try:
        found = pwd.getpwnam(settings.user)
    except KeyError as error:
        raise _NotAllowed(f"this machine has no user {settings.user}") from error
    if found.pw_uid == 0 and not settings.as_root:
        raise _NotAllowed(f"{settings.user} is root, and the command is not allowed to run as root")
    if found.pw_uid == mine:
        return _Identity(None, mine, found.pw_gid, found.pw_dir)
    if mine != 0:
        raise _NotAllowed(f"only a daemon that runs as root can run a command as {settings.user}")
    return _Identity(settings.user, found.pw_uid, found.pw_gid, found.pw_dir)


def _surroundings(folder: Path, whose: _Identity) -> dict[str, Any]:
    """Return what a command starts with: nothing of ours but the ends of its pipes."""
    other: dict[str, Any] = {}
    if whose.user is not None:
        other = {"user": whose.uid, "group": whose.gid, "extra_groups": ()}
    return {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "cwd": folder,
        "env": {"PATH": _PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"},
        "start_new_session": True,
        "close_fds": True,
        "umask": 0o077,
        **other,
    }


def _watched(process: "subprocess.Popen[bytes]", seconds: float, stop: threading.Event) -> Report:
    """Read what a command writes until it ends; kill it with its children when it may not go on."""
    end = time.monotonic() + seconds
    kept = bytearray()
    why = ""
    assert process.stdout is not None, "it was asked for"
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not why:
            left = end - time.monotonic()
            why = _over(left, seconds, stop)
            if selector.select(min(max(left, 0.0), _LOOK_SECONDS)) and not _take(
                process.stdout.fileno(), kept
            ):
                break
    if not why:
        why = _awaited(process, end, seconds)
    _kill(process)
    code = process.wait()
    output = _text(bytes(kept))
    if why:
        return Report(why, output)
    return Report("" if code == 0 else _ended(code), output)


def _over(left: float, seconds: float, stop: threading.Event) -> str:
    if left <= 0:
        return f"it took longer than {seconds:g} seconds and was stopped"
    return "the daemon was stopped while it ran" if stop.is_set() else ""


def _take(pipe: int, kept: bytearray) -> bool:
    """Take what is there to read; what goes beyond the limit is read and dropped.  False at the end."""
    found = os.read(pipe, _READ_BYTES)
    kept += found[: max(0, OUTPUT_BYTES + 1 - len(kept))]
    return bool(found)


def _awaited(process: "subprocess.Popen[bytes]", end: float, seconds: float) -> str:
    """Wait for a command that writes no more; say why it was not waited for longer.

    It stays a zombie: until it is collected nobody else gets its number, and only its children are killed.
    """
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() >= end:
            return f"it took longer than {seconds:g} seconds and was stopped"
        time.sleep(_PAUSE_SECONDS)
    return ""


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End all that a command started: it leads a session and a group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _ended(code: int) -> str:
    if code < 0:
        return f"it was ended by signal {-code}"
    return f"it ended with status {code}"


def _text(output: bytes) -> str:
    cut = len(output) > OUTPUT_BYTES
    text = output[:OUTPUT_BYTES].decode("utf-8", "replace")
    shown = "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
    return f"{shown.rstrip()}\n(only its beginning is kept)" if cut else shown.rstrip()
