"""What systemd is told, over a real datagram socket."""

import os
import socket
from pathlib import Path

import pytest

from daemon.edges import notify_socket


@pytest.fixture(params=["path", "abstract"])
def channel(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    name = str(tmp_path / "notify") if request.param == "path" else f"@postdesk-notify-{os.getpid()}"
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name[1:] if name.startswith("@") else name)
        listening.settimeout(5)
        yield listening


def test_state_arrives_as_one_datagram(channel: socket.socket):
    assert notify_socket.tell("READY=1")
    assert notify_socket.tell("STATUS=über alles")

    assert channel.recv(100) == b"READY=1"
    assert channel.recv(100).decode() == "STATUS=über alles"


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    assert not notify_socket.tell("READY=1")


def test_systemd_that_does_not_listen_does_not_end_the_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))

    assert not notify_socket.tell("WATCHDOG=1")
    assert "nobody" in caplog.text


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 30),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 30),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
    ids=["half of it", "meant for us", "meant for another", "no number", "off", "not wanted"],
)
def test_how_often_systemd_wants_to_hear(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], seconds: float | None
):
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert notify_socket.watchdog_seconds() == seconds
