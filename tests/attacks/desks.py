"""The settings of the desks that cases ask for, by name; made when they are needed."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.edges.imap_fake import FakeImap
from tests.servers.postfix import make_certificate

_LOGIN = """
tls = "starttls"
certificate_file = "desk.pem"
[[listener.accounts]]
username = "eve"
address = "eve@evil.test"
password_file = "eve.secret"
"""


def _with_login() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "desk.pem"
        make_certificate(file)
        files = {file.name: file.read_bytes(), "eve.secret": b"hunter2\n"}
    return {"listener": _LOGIN, "files": files}


def _beside_a_hostile_mailbox() -> dict[str, Any]:
    server = FakeImap()
    second = f"""
[[mailbox]]
host = "127.0.0.1"
port = {server.port}
security = "none"
username = "support"
password_file = "imap.secret"
done_folder = "Processed"
poll_seconds = 1
timeout_seconds = 2
"""
    return {"more": second, "hostile": server}


_TWO_TEAMS = """
[[team]]
name = "service-desk"
addresses = ["help@desk.test"]
members = ["ann@corp.test", "bob@corp.test"]

[[team]]
name = "payroll"
addresses = ["payroll@desk.test"]
members = ["dora@corp.test"]

[[agent]]
address = "dora@corp.test"
name = "Dora"
"""


SETTINGS: dict[str, Callable[[], dict[str, Any]]] = {
    "usual": dict,
    # With the budgets as they are shipped.
    "budgeted": lambda: {"budgets": ""},
    # Little room at the door, so that a test can fill it.
    "crowded": lambda: {"listener": "connection_limit_per_peer = 10\nconnection_limit = 400"},
    # An account that may log in, that of eve.
    "with-login": _with_login,
    # A second team, of which ann is none.
    "two-teams": lambda: {"teams": _TWO_TEAMS},
    # A second mailbox at a server that misbehaves as it is told.
    "hostile": _beside_a_hostile_mailbox,
}
