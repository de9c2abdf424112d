"""A desk that runs, with people who write to it by SMTP and a relay that keeps what it writes to them."""

import contextlib
import io
import json
import smtplib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon.cli import run
from tests.attacks.relay import Captured, CapturingRelay, capturing_relay
from tests.faults.desk_process import DeskProcess, Site, ended_at_last, wait_until
from tests.scenarios.desk import SUPPORT

AGENTS = ("ann@corp.test", "bob@corp.test")
PATIENCE_SECONDS = 60
_AT_WORK = (
    "SELECT COUNT(*) FROM arrivals WHERE state IN ('received', 'claimed')",
    "SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')",
)


@dataclass
class Living:
    """The desk, its relay, and what of the relay's mail was looked at."""

    site: Site
    relay: CapturingRelay
    process: DeskProcess
    _seen: int = 0

    def write(self, *mails: Any, to: str = SUPPORT) -> None:
        """Hand mails over, all in one session; each is accepted."""
        with smtplib.SMTP("127.0.0.1", self.site.port, timeout=10) as client:
            for one in mails:
                raw = one if isinstance(one, bytes) else one.as_bytes()
                refused = client.sendmail("cara@cust.test", [to], raw)
                assert refused == {}

    def read(self, count: int) -> list[Captured]:
        """Wait until so many mails left that were not looked at, and return them by recipient."""
        wait_until(
            lambda: len(self.relay.mails) - self._seen >= count, PATIENCE_SECONDS, f"{count} mails left"
        )
        return self.fresh()

    def fresh(self) -> list[Captured]:
        """Return what left and was not looked at, by recipient."""
        found = self.relay.mails[self._seen :]
        self._seen += len(found)
        return sorted(found, key=lambda one: one.recipients)

    def at_rest(self) -> list[Captured]:
        """Wait until every message is settled and every mail sent; returns what was not looked at."""
        wait_until(self._is_at_rest, PATIENCE_SECONDS, "all is settled and sent")
        return self.fresh()

    def _is_at_rest(self) -> bool:
        with contextlib.closing(sqlite3.connect(self.site.folder / "postdesk.db")) as books:
            return all(books.execute(question).fetchone() == (0,) for question in _AT_WORK)

    def ask(self, *words: str) -> Any:
        """Run a command of the operator that lists something."""
        return json.loads(self.operate(*words, "--json")[1])

    def operate(self, *words: str) -> tuple[int, str]:
        """Run a command of the operator, in this process, and return its status and what it printed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = run(["--config", str(self.site.config), *words])
        return status, printed.getvalue()


@contextlib.contextmanager
def living(
    folder: Path, *, module: str = "daemon", address: str = SUPPORT, more: str = "", **settings: str
) -> Iterator[Living]:
    """Run a desk in ``folder / "desk"``, on the database that is there, if there is one.

    ``settings`` go into its section ``[desk]``, ``more`` at the end of its configuration.
    """
    with capturing_relay() as relay:
        site = Site(folder / "desk", relay=f"smtp://127.0.0.1:{relay.port}", agents=AGENTS).write()
        text = configured(site.config.read_text(), settings).replace(SUPPORT, address)
        site.config.write_text(text + more)
        process = site.start(module=module)
        with ended_at_last(process):
            yield Living(site, relay, process)


def configured(text: str, settings: dict[str, str]) -> str:
    """Put settings into the section ``[desk]``, in the place of those of the same name."""
    head, section, rest = text.partition("[database]")
    kept = [line for line in head.splitlines() if line.partition(" = ")[0] not in settings]
    return "\n".join([*kept, *(f"{name} = {value}" for name, value in settings.items()), section + rest])
