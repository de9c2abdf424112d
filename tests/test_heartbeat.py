"""The heartbeat of a desk that runs: out by its relay, in by its listener, seen by health and Prometheus."""

import contextlib
import json
import sqlite3
import urllib.request
from pathlib import Path

import pytest

from daemon.cli import run
from tests.cli.operated import configured
from tests.cli.running import eventually, running
from tests.servers import free_port

SECTIONS = """
[relay]
url = "smtp://127.0.0.1:{listener}"
starttls = "never"

[heartbeat]
every_minutes = 1

[metrics]
port = {metrics}
"""


def test_a_beat_leaves_by_the_relay_and_comes_back_by_the_listener(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    config, listener, metrics = configured(tmp_path), free_port(), free_port()
    text = config.read_text().replace("port = 0", f"port = {listener}")
    config.write_text(text + SECTIONS.format(listener=listener, metrics=metrics))

    with running(config) as desk:
        desk.port()
        (settled,) = eventually(lambda: arrivals(config.parent / "postdesk.db"))
        page = scraped(metrics)
        ended = run(["--config", str(config), "health", "--json"])
        status = desk.stop()

    assert settled[0] == "ignored"
    assert settled[1].startswith("heartbeat: back from support@desk.test after ")
    said = json.loads(capsys.readouterr().out)
    assert (ended, said["health"], said["heartbeats"][0]["address"]) == (0, "fine", "support@desk.test")
    assert 0 <= said["heartbeats"][0]["round_trip_seconds"] < 10
    assert b'postdesk_heartbeat_round_trip_seconds{address="support@desk.test"}' in page
    assert status == 0


def arrivals(path: Path) -> list[tuple[str, str]]:
    """Return what became of every message that is settled, and why."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT disposition, reason FROM arrivals WHERE state = 'settled'").fetchall()


def scraped(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
        return bytes(page.read())
