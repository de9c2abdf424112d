"""Orders, a bench for the scribe, and its child: what the tests of both share."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from daemon.desk.samples import samples
from daemon.edges import scribe as scribe_module
from daemon.edges.scribe import Scribe
from daemon.mail.compose import Draft
from daemon.mail.message import Mailbox
from daemon.services.pen import LATER, Order, OwnPen, written_by
from daemon.services.render import Renderer
from storage.records import WrittenCopy

BILLING = "billing"
REPLY = "support+r1042.aa.{}@desk.test"
numbers = count(1)


def order(notice: str = "ticket-opened", sample: int = 0, team: str = "", **changes: Any) -> Order:
    """Make an order of a mail; ``context`` changes what a sample tells, everything else its draft."""
    draft = Draft(
        header_from=Mailbox("support@desk.test", "IT Support"),
        to=Mailbox("cara@cust.test", "Cara"),
        subject="",
        text="",
        message_id=f"<{next(numbers)}@desk.test>",
        date=datetime(2024, 1, 15, 9, tzinfo=UTC),
    )
    context = {**samples(notice)[sample], **changes.pop("context", {})}
    return Order(team, notice, context, replace(draft, **changes))


def for_agent(name: str, detail: str, **changes: Any) -> Order:
    reply = REPLY.format(detail * 26)
    context = {
        "recipient": {"name": name, "address": f"{name.lower()}@corp.test"},
        "reply": {"public": reply, "internal": reply.replace("+r", "+n")},
    }
    return order("ticket-new", to=Mailbox(f"{name.lower()}@corp.test"), context=context, **changes)


@dataclass
class Clock:
    """Seconds that pass when they are told to."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Bench:
    """A scribe, with what it writes with and the seconds that it sees pass."""

    renderers: dict[str, Renderer]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.scribe = Scribe(self.renderers, self.clock)

    @property
    def child(self) -> int:
        assert self.scribe._child is not None
        return self.scribe._child.process.pid

    def begin(self) -> "Bench":
        self.scribe.call()
        until(self.scribe.is_ready)
        return self

    def has_child(self) -> bool:
        return self.scribe._child is not None

    def send(self, *orders: Order) -> None:
        """Order the mails of one postbag, of the child."""
        pen = self.scribe.pen()
        assert pen.lets_wait
        assert [pen.write(one) for one in orders] == [LATER] * len(orders)
        pen.done()

    def asked(self, *orders: Order) -> list[WrittenCopy]:
        """Order the mails of one postbag and wait for what was ordered until now."""
        self.send(*orders)
        return list(self.scribe.written())

    def here(self, *orders: Order) -> list[WrittenCopy]:
        """Write them in this process."""
        return written_by(OwnPen(self.renderers.__getitem__), orders)


def until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def descriptors() -> list[str]:
    return sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208  # its own descriptor is in every such list


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def several_cores() -> Iterator[None]:
    """Let a child be started on any machine, however slow the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scribe_module, "_cores", lambda: 2)
        patch.setattr(scribe_module, "ANSWER_SECONDS", 60.0)
        yield


@pytest.fixture(scope="module")
def renderers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Renderer]:
    """A desk that has templates of its own, and a team that has some besides."""
    desk, team = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("team")
    (desk / "ticket-opened").mkdir()
    (desk / "ticket-opened/subject.txt.j2").write_text("Ticket {{ ticket.number }} of the desk\n")
    (team / "ticket-new").mkdir()
    (team / "ticket-new/body.txt.j2").write_text("Für das Team: {{ ticket.subject }} {{ reply.public }}\n")
    return {
        "": Renderer(desk, "de", proven=True),
        BILLING: Renderer(team, "de", desk, proven=True),
    }


@pytest.fixture
def own(renderers: dict[str, Renderer]) -> Iterator[Bench]:
    """A bench that is for one test alone, without a child."""
    made = Bench(renderers)
    yield made
    made.scribe.close()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template of the user's own, in a folder for it alone."""
    file = tmp_path / "ticket-opened/subject.txt.j2"
    file.parent.mkdir()
    file.write_text("As it was\n")
    return file
