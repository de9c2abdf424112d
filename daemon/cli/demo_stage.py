"""The stage of ``postdesk demo``: a whole desk, a relay, a mailbox, and people with their mail clients.

Everything is real and on the loopback; only the clock is the story's, so that two weeks pass in seconds.
"""

import asyncio
import email.policy
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from daemon import settings
from daemon.cli import demo_mailbox
from daemon.cli.demo_clients import Delivered, Relay, recipient_of, relay_server, written
from daemon.cli.demo_script import Expected, Pause, Step, Story, StoryBroken
from daemon.services import views
from daemon.supervisor import EXIT_FINE, Supervisor
from daemon.wiring import ALL_ROLES, Desk, Role, jobs_of

PATIENCE_SECONDS = 10.0
LOOPBACK = "127.0.0.1"
BEGIN = datetime(2024, 1, 15, 8, 0, tzinfo=UTC)  # a Monday
BETWEEN_STEPS = timedelta(minutes=7)
_CONFIGURATION = """
[listener]
host = "127.0.0.1"
port = 0

[relay]
url = "smtp://127.0.0.1:{port}"
starttls = "never"
"""


class StoryClock:
    """The time of the story."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        """Return the moment in the story."""
        return self.now


@dataclass
class Stage:
    """A running desk with its people; ``inbox`` holds the mails that each of them got, oldest first."""

    story: Story
    desk: Desk
    clock: StoryClock
    port: int
    mailbox_port: int | None
    relay: Relay
    running: "asyncio.Task[int]"
    supervisor: Supervisor
    inbox: dict[str, list[Delivered]] = field(default_factory=dict)
    sent: int = 0
    delivered: int = 0

    async def play(self, step: Step) -> tuple[EmailMessage, list[Delivered]]:
        """Send the mail of a step; return it and what came of it.  Raises StoryBroken."""
        self.clock.now += BETWEEN_STEPS
        mail = written(step, self.story, self.inbox, self.clock.now)
        self.sent += 1
        # The desk has two doors: every other mail lies in its mailbox.
        if self.mailbox_port is not None and self.sent % 2 == 0:
            raw = mail.as_bytes(policy=email.policy.SMTP)
            await asyncio.to_thread(demo_mailbox.deliver, self.mailbox_port, raw)
        else:
            await aiosmtplib.send(
                mail, sender=step.author, recipients=[recipient_of(mail)], hostname=LOOPBACK, port=self.port
            )
        return mail, await self._follows(step)

    async def pass_time(self, pause: Pause) -> list[Delivered]:
        """Let time pass, and return what the desk wrote meanwhile.  Raises StoryBroken."""
        end = self.clock.now + pause.time
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + pause.jump)
            await asyncio.to_thread(self.tick)
        return await self._follows(pause)

    def tick(self) -> None:
        """Run every job whose time has come."""
        runner = self.desk.runner("clock")
        for job in jobs_of(self.desk.settings, self.desk.database, self.desk.office.levels):
            runner.run_if_due(job)
        runner.close()

    async def _follows(self, step: Step | Pause) -> list[Delivered]:
        """Return the mails that a step leads to, once the desk is at rest, and compare."""
        came = [await self._next_mail(step) for _ in step.expected]
        await self._rest()
        while not self.relay.mails.empty():
            came.append(self.relay.mails.get_nowait())
        for mail in came:
            self.inbox.setdefault(mail.recipient, []).append(mail)
        self.delivered += len(came)
        _compare(step.expected, came)
        ticket = views.ticket(self.desk.database, step.ticket)
        state = ticket["state"] if ticket else None
        if state != step.state:
            raise StoryBroken(f"expected ticket {step.ticket} to be {step.state}, it is {state}")
        return came

    async def _next_mail(self, step: Step | Pause) -> Delivered:
        waiting = asyncio.ensure_future(self.relay.mails.get())
        done, _ = await asyncio.wait(
            {waiting, self.running}, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if waiting in done:
            return waiting.result()
        waiting.cancel()
        if self.running in done:
            raise StoryBroken("the desk stopped in the middle of the story")
        raise StoryBroken(f"no mail within {PATIENCE_SECONDS:g} seconds after: {step.narration}")

    async def _rest(self) -> None:
        """Wait until every mail that came is settled and every mail that leaves has left."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while self._in() < self.sent or self._waits():
            if asyncio.get_running_loop().time() > deadline:
                raise StoryBroken(f"the desk did not come to rest within {PATIENCE_SECONDS:g} seconds")
            await asyncio.sleep(0.01)

    def _in(self) -> int:
        return sum(views.ledger_counts(self.desk.database).values())

    def _waits(self) -> bool:
        counts = views.ledger_counts(self.desk.database)
        return bool(counts["waiting"]) or set(self.states_of_copies()) - {"sent", "failed"} != set()

    def states_of_copies(self) -> list[str]:
        """Return how far each outgoing mail has come."""
        return [copy["state"] for copy in views.outbox_rows(self.desk.database, None, 1_000)]

    def check_books(self) -> None:
        """Compare ledger and outbox with what was sent and received; raises StoryBroken."""
        counts = views.ledger_counts(self.desk.database)
        effects = counts["ticketed"] + counts["appended"] + counts["acted"]
        if (effects, sum(counts.values())) != (self.sent, self.sent):
            raise StoryBroken(f"{self.sent} mails went in, the ledger has {counts}")
        states = self.states_of_copies()
        if states != ["sent"] * self.delivered:
            raise StoryBroken(f"{self.delivered} mails came out, the outbox has {states}")


def _compare(expected: Expected, came: list[Delivered]) -> None:
    missing = [
        f"{word!r} to {recipient}"
        for recipient, word in expected
        if not any(mail.recipient == recipient and mail.says(word) for mail in came)
    ]
    if missing or len(came) != len(expected):
        got = ", ".join(f"{str(mail.message['Subject'])!r} to {mail.recipient}" for mail in came)
        raise StoryBroken(f"expected {', '.join(missing) or f'{len(expected)} mails'}; got {got or 'none'}")


@asynccontextmanager
async def stage(folder: Path, story: Story) -> AsyncIterator[Stage]:
    """Set up relay, mailbox and desk in a folder; take all down at the end.  Raises StoryBroken."""
    async with AsyncExitStack() as stack:
        relay, relay_port = await stack.enter_async_context(relay_server(LOOPBACK))
        server = folder / "mailbox"
        server.mkdir()
        mailbox_port = await stack.enter_async_context(demo_mailbox.mailbox(server))
        _configure(folder, story, relay_port, mailbox_port)
        clock = StoryClock()
        desk, supervisor, running = await stack.enter_async_context(_running_desk(folder, clock))
        port = supervisor.listening[0][1]
        made = Stage(story, desk, clock, port, mailbox_port, relay, running, supervisor)
        # What belongs to the first morning: the directory is read.
        await asyncio.to_thread(made.tick)
        yield made


def _configure(folder: Path, story: Story, relay_port: int, mailbox_port: int | None) -> None:
    text = story.configuration + _CONFIGURATION.format(port=relay_port)
    if mailbox_port is not None:
        text += demo_mailbox.SECTION.format(port=mailbox_port, user=demo_mailbox.USER)
        secret = folder / "imap.secret"
        secret.write_text(f"{demo_mailbox.PASSWORD}\n", "utf-8")
        secret.chmod(0o600)
    for name, content in story.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    (folder / "postdesk.toml").write_text(text, "utf-8")


@asynccontextmanager
async def _running_desk(
    folder: Path, clock: StoryClock
) -> AsyncIterator[tuple[Desk, Supervisor, "asyncio.Task[int]"]]:
    desk = Desk.open(settings.load(folder / "postdesk.toml", {}), clock)
    # The story looks at the timetable itself, since its hours are no hours.
    supervisor, ready = Supervisor(desk, ALL_ROLES - {Role.CLOCK}), asyncio.Event()
    running = asyncio.create_task(supervisor.run(lambda _: ready.set()))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not ready.is_set():
        desk.close()
        raise StoryBroken(f"the desk did not start: {running.exception()}")
    try:
        yield desk, supervisor, running
    finally:
        supervisor.stop()
        status = await running
        desk.close()
    if status != EXIT_FINE:
        raise StoryBroken(f"the desk ended with status {status}")
