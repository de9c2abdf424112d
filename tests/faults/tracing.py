"""Run a desk under strace, which lets system calls fail or kills the process in the middle of one."""

import contextlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.conftest import _missing as missing
from tests.faults.desk_process import DeskProcess, wait_until
from tests.servers import require_program

# Not among them: write, which the child that reads messages needs for every answer (its death is another
# test's), and openat and close, of which a start alone makes thousands.
CALLS = (
    "pwrite64",
    "fdatasync",
    "fsync",
    "ftruncate",
    "unlink",
    "rename",
    "sendto",
    "sendmsg",
    "recvfrom",
    "accept4",
)
_CALL = re.compile(r"^(\d+) +(\w+)\(")


@contextlib.contextmanager
def traced(
    process: DeskProcess, *, calls: Sequence[str], inject: str = "", into: Path | None = None
) -> Iterator[None]:
    """Trace the calls of a running desk; ``inject`` is what strace shall do to them.

    Strace counts for each thread by itself, from here on: "when=3" is the third such call of any thread.
    """
    words = [require_program("strace", "strace"), "-f", "-qq", "-o", str(into or "/dev/null")]
    words += ["-e", f"trace={','.join(calls)}", "-e", "signal=none"]
    if inject:
        words += ["-e", f"inject={inject}"]
    said = process.log.with_suffix(".strace")
    with said.open("wb") as out:
        strace = subprocess.Popen([*words, "-p", str(process.pid)], stdout=out, stderr=out)
    try:
        wait_until(lambda: strace.poll() is not None or is_traced(process.pid), 10, "strace is attached")
        # Without a word it ends when the process does, which can be at once.
        if strace.poll() is not None and (reason := said.read_text().strip()):
            missing(f"strace cannot attach here: {reason}")
        yield
    finally:
        strace.terminate()
        try:
            strace.wait(5)
        except subprocess.TimeoutExpired:
            # It waits for a thread that its own signal has killed; without a tracer that one ends.
            strace.kill()
            strace.wait(5)


def is_traced(pid: int) -> bool:
    """Tell whether every thread of a process has a tracer."""
    try:
        states = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/status")]
    except OSError:
        return False
    return bool(states) and all("TracerPid:\t0\n" not in state for state in states)


def crash_points(trace: Path) -> list[tuple[str, int]]:
    """List every call of the busiest thread of its kind: ``("pwrite64", 1)``, ``("pwrite64", 2)``..."""
    counts = Counter(
        found.groups() for line in trace.read_text().splitlines() if (found := _CALL.match(line))
    )
    highest = {call: max([n for (_, name), n in counts.items() if name == call] or [0]) for call in CALLS}
    return [(call, number) for call in CALLS for number in range(1, highest[call] + 1)]
