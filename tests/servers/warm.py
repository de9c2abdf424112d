"""Processes of the desk that are forked from one that has the program loaded already.

To load the program takes a second of computing, and the tests start it some three hundred times.  What runs
is a process like any other: of its own id, session, environment and files, to be killed like any other.
How the program starts from nothing is shown where a test asks for a plain process.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.servers.templates import share

ROOT = Path(__file__).resolve().parents[2]
ORDER_LIMIT_BYTES = 200_000
PRELOADED = ("daemon.cli", "psycopg")


class WarmProcess(subprocess.Popen[bytes]):
    """``python -m MODULE ARGUMENTS``, with everything else as ``Popen`` has it."""

    def __init__(self, module: str, arguments: Sequence[str], **options: Any) -> None:
        self._told = -1
        super().__init__([module, *arguments], **options)

    def _execute_child(self, args: Any, *rest: Any) -> None:
        # Since Python 3.11: executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo,
        # creationflags, shell, the six ends of the pipes, restore_signals, gid, gids, uid, umask,
        # start_new_session, process_group.
        cwd, env, ends = rest[4], rest[5], rest[9:15]
        order = {
            "words": [str(word) for word in args],
            "cwd": str(cwd or Path.cwd()),
            "environ": dict(os.environ if env is None else env),
            "session": bool(rest[20]),
        }
        files = [own if own >= 0 else standard for standard, own in enumerate((ends[0], ends[3], ends[5]))]
        self._told, telling = os.pipe()
        try:
            self.pid = _nursery().start(order, [*files, telling])
            self._child_created = True
        finally:
            os.close(telling)
            self._close_pipe_fds(*ends)

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if wait_flags == os.WNOHANG and not select.select([self._told], [], [], 0)[0]:
            return 0, 0
        word = os.read(self._told, 20)
        os.close(self._told)
        # Nobody tells where he who waits was killed too.
        return self.pid, int(word or signal.SIGKILL)

    def _internal_poll(self, *_words: Any, **_named: Any) -> int | None:
        if self.returncode is None and self._waitpid_lock.acquire(blocking=False):
            try:
                pid, status = self._try_wait(os.WNOHANG) if self.returncode is None else (0, 0)
                if pid:
                    self._handle_exitstatus(status)
            finally:
                self._waitpid_lock.release()
        return self.returncode


def run_warm(
    module: str,
    arguments: Sequence[str],
    *,
    stdin: bytes = b"",
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run one to its end, at most a minute, and return what it said."""
    pipe = subprocess.PIPE
    with WarmProcess(module, arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=env) as process:
        try:
            out, err = process.communicate(stdin, timeout=60)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


class Nursery:
    """The process that has everything loaded; it ends with whoever started it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.warm", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._socket.settimeout(60)

    def start(self, order: Mapping[str, Any], files: Sequence[int]) -> int:
        """Have a process started on standard files of its own, and return its id."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(order).encode()], files)
            answer = self._socket.recv(20)
        assert answer, "the process that starts others has ended"
        return int(answer)


# Threads that start their first processes at the same moment start them from the same one.
_FOUNDING = threading.Lock()


def _nursery() -> Nursery:
    with _FOUNDING:
        return _founded()


@lru_cache(maxsize=1)
def _founded() -> Nursery:
    return Nursery()


def serve(channel: socket.socket) -> "tuple[dict[str, Any], list[int]] | None":
    """Fork for every order; returns the order in the new process, and None in the old one at the end."""
    # Those who wait for a process each are nobody's concern.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        word, files, _, _ = socket.recv_fds(channel, ORDER_LIMIT_BYTES, 4)
        if not word:
            return None
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            *standard, telling = files
            if _is_newborn(channel, standard, telling):
                return json.loads(word), standard
        for file in files:
            os.close(file)


def _is_newborn(channel: socket.socket, standard: Sequence[int], telling: int) -> bool:
    """Fork once more: one runs the program, the other waits for its end and tells how it ended."""
    pid = os.fork()
    if pid == 0:
        channel.close()
        os.close(telling)
        return True
    channel.send(str(pid).encode())
    channel.close()
    # Whoever reads from the process must see its end when it has ended.
    for file in standard:
        os.close(file)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):
        os.write(telling, str(status).encode())
    os._exit(0)


def become(order: Mapping[str, Any], files: Sequence[int]) -> None:
    """Take on files, folder, environment and words, and run the program as ``python -m`` does."""
    if order["session"]:
        os.setsid()
    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    if order["environ"].get("PYTHONWARNINGS") == "error":
        warnings.simplefilter("error")
    module, *words = order["words"]
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main() -> None:
    """Load everything, then start what is ordered on the socket of the given number."""
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    share()
    # What is there already is nobody's rubbish, and who looks through it copies the memory it stands in.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        task = serve(channel)
    if task:
        become(*task)


if __name__ == "__main__":
    main()
