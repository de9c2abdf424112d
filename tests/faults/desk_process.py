"""A desk as real processes: written down as a file, started, killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import free_port
from tests.servers.warm import WarmProcess, run_warm

ROOT = Path(__file__).resolve().parents[2]
AGENT = "ann@corp.test"
READY = ("listening on ", "running ", "no listener and no mailbox")

_CONFIGURATION = """
[desk]
name = "IT Support"
address = "support@desk.test"
timezone = "Europe/Berlin"
# The load of a test is no accident, and what is answered must not depend on what was sent before.
auto_mail_per_hour = 1000000
auto_mail_per_address_and_hour = 1000000
auto_mail_per_address_and_day = 1000000
auto_mail_per_pair_and_hour = 1000000
auto_mail_per_domain_and_hour = 1000000
auto_mail_per_ticket_and_hour = 1000000
auto_mail_per_content_and_hour = 1000000

[database]
url = "{database}"

[listener]
host = "127.0.0.1"
port = {port}
{listener}

[relay]
url = "{relay}"
{relay_more}

[[team]]
name = "service-desk"
addresses = ["support@desk.test"]
members = [{members}]
"""
_AGENT = """
[[agent]]
address = "{address}"
name = "{name}"
"""
_MAILBOX = """
[[mailbox]]
host = "127.0.0.1"
port = {port}
security = "none"
username = "support"
password_file = "imap.secret"
folder = "INBOX"
done_folder = "Processed"
poll_seconds = 1
"""


@dataclass
class Site:
    """A folder with a desk's configuration; any number of processes may run on it."""

    folder: Path
    database: str = "sqlite:///postdesk.db"
    relay: str = "maildir:outgoing"
    relay_more: str = ""
    listener: str = ""
    dovecot_port: int = 0
    agents: tuple[str, ...] = (AGENT,)
    port: int = field(default_factory=free_port)
    # Where the processes' output goes; the folder of the desk without it.
    logs: Path | None = None

    @property
    def config(self) -> Path:
        return self.folder / "postdesk.toml"

    @property
    def database_url(self) -> str:
        if self.database == "sqlite:///postdesk.db":
            return f"sqlite:///{self.folder}/postdesk.db"
        return self.database

    def write(self) -> "Site":
        self.folder.mkdir(parents=True, exist_ok=True)
        text = _CONFIGURATION.format(
            database=self.database,
            port=self.port,
            listener=self.listener,
            relay=self.relay,
            relay_more=self.relay_more,
            members=", ".join(f'"{address}"' for address in self.agents),
        )
        for address in self.agents:
            text += _AGENT.format(address=address, name=address.partition("@")[0].capitalize())
        if self.dovecot_port:
            (self.folder / "imap.secret").write_text("secret\n")
            (self.folder / "imap.secret").chmod(0o600)
            text += _MAILBOX.format(port=self.dovecot_port)
        self.config.write_text(text)
        return self

    def start(self, *roles: str, ready: bool = True, **options: object) -> "DeskProcess":
        started = DeskProcess(self, roles, **options)  # type: ignore[arg-type]
        return started.wait_ready() if ready else started

    def command(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run one of the operator's commands on this desk."""
        return run_warm("daemon", ["--config", str(self.config), *arguments])


class DeskProcess:
    """One ``postdesk run``; ``before`` stands before the command line (strace), ``module`` is what runs.

    It is forked from a process that has the program loaded, unless it has to be ``cold`` or strace runs it.
    """

    def __init__(
        self,
        site: Site,
        roles: Sequence[str] = (),
        *,
        before: Sequence[str] = (),
        module: str = "daemon",
        environ: dict[str, str] | None = None,
        cold: bool = False,
    ) -> None:
        self.roles = tuple(roles)
        self.log = (site.logs or site.folder) / f"{'-'.join(roles) or 'desk'}.{time.monotonic_ns()}.log"
        chosen = [word for role in roles for word in ("--role", role)]
        words = ["--config", str(site.config), "run", *chosen]
        with self.log.open("wb") as out:
            options: dict[str, Any] = {
                "cwd": ROOT,
                "stdin": subprocess.DEVNULL,
                "stdout": out,
                "stderr": out,
                "env": {**os.environ, **(environ or {})},
                "start_new_session": True,
            }
            if cold or before:
                self.process = subprocess.Popen([*before, sys.executable, "-m", module, *words], **options)
            else:
                self.process = WarmProcess(module, words, **options)

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def is_ready(self) -> bool:
        return any(line.startswith(READY) for line in self.said().splitlines())

    def wait_ready(self, seconds: float = 20) -> "DeskProcess":
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.said()}"
            assert time.monotonic() < deadline, f"not ready after {seconds} s:\n{self.said()}"
            time.sleep(0.01)
        return self

    def children(self) -> list[int]:
        """The processes that it has started."""
        try:
            tasks = Path(f"/proc/{self.pid}/task").iterdir()
            return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        except OSError:
            return []

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, seconds: float = 15) -> int:
        """Wait for its end and return its exit status; the number of the signal below zero."""
        return self.process.wait(seconds)

    def stop(self, seconds: float = 15) -> int:
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self) -> None:
        """End it as the kernel does when memory is short; its children have to notice by themselves."""
        self.signal(signal.SIGKILL)
        self.process.wait(10)

    def kill_all(self) -> None:
        """End it with everything that it started (strace keeps its tracee alive otherwise)."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(10)


@contextlib.contextmanager
def ended_at_last(*processes: DeskProcess) -> Iterator[None]:
    """See to it that nothing outlives a test, however it ends."""
    try:
        yield
    finally:
        for one in processes:
            one.kill_all()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(fact: object, seconds: float, what: str) -> None:
    """Wait until a function returns something true; fails with ``what`` and its last value."""
    deadline = time.monotonic() + seconds
    while not (last := fact()):  # type: ignore[operator]
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what} ({last!r})"
        time.sleep(0.02)
