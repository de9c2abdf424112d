"""A hook of a desk that runs: told what happens, signed, and told again by the operator's hand."""

import contextlib
import hashlib
import hmac
import sqlite3
from pathlib import Path

from tests.acceptance.living import Living, living
from tests.edges.hook_listener import Listener, hook_listener
from tests.faults.desk_process import wait_until
from tests.scenarios.desk import mail

__all__ = ["hook_listener"]

HOOK = """
[[hook]]
name = "inventory"
url = "{url}"
secret_file = "{folder}/inventory.secret"
events = ["opened"]
"""


def has_begun(desk: Living) -> bool:
    """A hook hears of what happens after it has looked for the first time."""
    with contextlib.closing(sqlite3.connect(desk.site.folder / "postdesk.db")) as books:
        return books.execute("SELECT COUNT(*) FROM hook_cursors").fetchone() == (1,)


def test_running_desk_tells_its_hook_signed_and_again_at_once_on_request(tmp_path: Path, listener: Listener):
    (tmp_path / "inventory.secret").write_bytes(b"hook-secret\n")
    listener.answers = [503]
    more = HOOK.format(url=listener.url, folder=tmp_path)
    with living(tmp_path, module="tests.acceptance.hasty_hooks", more=more) as desk:
        wait_until(lambda: has_begun(desk), 30, "the hook has looked for the first time")
        desk.write(mail("cara@cust.test", "Printer is dead", "PC LOAD LETTER"))
        wait_until(lambda: "failing" in desk.operate("hooks")[1], 30, "the hook was told, and said no")
        (failing,) = desk.ask("hooks")
        # The next attempt would be ten seconds later.
        assert desk.operate("hooks", "retry", "inventory")[0] == 0
        wait_until(lambda: desk.ask("hooks")[0]["told"] == 1, 30, "the hook was told again")

        assert (failing["waiting"], failing["last_problem"]) == (1, "it answers 503")
        first, second = listener.asked
        assert first[1]["Idempotency-Key"] == second[1]["Idempotency-Key"]
        _, headers, body = second
        stamp, _, signature = headers["Postdesk-Signature"].partition(",")
        signed = stamp.removeprefix("t=").encode() + b"." + body
        expected = hmac.new(b"hook-secret", signed, hashlib.sha256).hexdigest()
        assert signature == f"v1={expected}"
        assert listener.told[1]["ticket"]["subject"] == "Printer is dead"
        assert b"PC LOAD LETTER" not in body
        assert desk.process.stop() == 0
