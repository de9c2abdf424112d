"""Real servers for the tests, and what happens where one of them is not installed."""

import os
import shutil
import socket

import pytest

# Servers live in the sbin folders, which the path of an ordinary user often leaves out.
_SERVER_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"


def require_program(name: str, package: str) -> str:
    """Return the path of a program; without it the test fails on CI and is skipped elsewhere."""
    path = shutil.which(name) or shutil.which(name, path=_SERVER_FOLDERS)
    if path:
        return path
    reason = f"{name} is not installed (Debian: apt-get install {package})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
