"""Who holds a lease: a process of a host, named so that others can tell whether it still lives."""

import os
import socket
from pathlib import Path


def this_owner(role: str) -> str:
    """Return the name of this process as the holder of leases: host, process, start, role."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}/{role}"


def is_dead(owner: str) -> bool:
    """Tell whether the owner is certainly gone: a process of this host that no longer runs.

    Of a process on another host nothing is certain; its lease has to run out.
    """
    host, pid, started, _ = (*owner.split("/"), "", "", "", "")[:4]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty where it does not run (or not on Linux)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace")
    except OSError:
        return ""
    # The second field is the program's name in parentheses, which may itself contain spaces.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
