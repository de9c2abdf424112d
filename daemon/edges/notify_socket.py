"""Tell systemd how we are (sd_notify(3)); silent where nobody listens."""

import logging
import os
import socket

_log = logging.getLogger(__name__)


def tell(state: str) -> bool:
    """Send ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1`` or ``STATUS=...``; False where nobody hears it.

    A word that is lost is no reason to stop taking mail; systemd draws its own conclusions.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect("\0" + address[1:] if address[0] == "@" else address)
            channel.sendall(state.encode())
    except OSError as error:
        _log.warning("systemd could not be told %s through %s: %s", state, address, error)
        return False
    return True


def watchdog_seconds() -> float | None:
    """Return how often systemd wants to hear from this process, halved for safety; None where it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not microseconds.isdigit() or not int(microseconds) or meant != str(os.getpid()):
        return None
    return int(microseconds) / 2_000_000
