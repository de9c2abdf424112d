"""The stage of ``postdesk demo``: a whole desk, a relay, and people with their mail clients, on loopback."""

import asyncio
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formataddr, localtime, make_msgid, parseaddr
from pathlib import Path

import aiosmtplib
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session as SmtpSession

from daemon import settings
from daemon.cli.demo_story import CONFIGURATION, NAMES, SUPPORT, Step, Way
from daemon.services import views
from daemon.supervisor import EXIT_FINE, Supervisor
from daemon.wiring import ALL_ROLES, Desk

PATIENCE_SECONDS = 10.0
LOOPBACK = "127.0.0.1"


class StoryBroken(Exception):  # noqa: N818  # what happened to the story, told to the one who plays it
    """The desk did something else than the story says."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail of the desk as the recipient's client shows it."""

    recipient: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""

    @property
    def note_address(self) -> str:
        """The address for internal notes that the text names; raises StoryBroken where it names none."""
        for word in self.text.split():
            if word.startswith("support+n"):
                return word.rstrip(".,;")
        raise StoryBroken(f"the mail to {self.recipient} names no address for notes")


class Relay:
    """A mail server that takes everything and puts it where the story waits."""

    def __init__(self) -> None:
        self.mails: asyncio.Queue[Delivered] = asyncio.Queue()

    async def handle_DATA(  # noqa: N802  # the name by which aiosmtpd finds it
        self, _server: SMTP, _session: SmtpSession, envelope: SmtpEnvelope
    ) -> str:
        """Take one mail for each of its recipients."""
        content = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(content)
            self.mails.put_nowait(Delivered(recipient, message))
        return "250 2.0.0 taken"


@dataclass
class Stage:
    """A running desk with its people; ``inbox`` holds the latest mail that each of them got."""

    desk: Desk
    port: int
    relay: Relay
    running: "asyncio.Task[int]"
    inbox: dict[str, Delivered] = field(default_factory=dict)
    delivered: int = 0

    async def play(self, step: Step) -> tuple[EmailMessage, list[Delivered]]:
        """Send the mail of a step; return it and what came of it.  Raises StoryBroken."""
        mail = self._written(step)
        await aiosmtplib.send(
            mail,
            sender=step.author,
            recipients=[parseaddr(str(mail["To"]))[1]],
            hostname=LOOPBACK,
            port=self.port,
        )
        came = [await self._next_mail(step) for _ in step.expected]
        self._compare(step, came)
        self.inbox.update((mail.recipient, mail) for mail in came)
        self.delivered += len(came)
        return mail, came

    def _written(self, step: Step) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = formataddr((NAMES[step.author], step.author))
        answered = None if step.way is Way.NEW else self.inbox[step.author]
        mail["To"] = _address(step, answered)
        mail["Subject"] = step.subject or _reply_subject(answered)
        mail["Date"] = localtime()
        mail["Message-ID"] = make_msgid(domain=step.author.partition("@")[2])
        quoted = ""
        if answered is not None:
            answered_id = str(answered.message["Message-ID"])
            mail["In-Reply-To"] = answered_id
            mail["References"] = f"{answered.message.get('References', '')} {answered_id}".strip()
            quoted = f"\n\nOn {answered.message['Date']}, {NAMES[SUPPORT]} <{SUPPORT}> wrote:\n"
            quoted += "\n".join(f"> {line}" for line in answered.text.splitlines())
        mail.set_content(f"{step.text}{quoted}\n")
        return mail

    async def _next_mail(self, step: Step) -> Delivered:
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

    def _compare(self, step: Step, came: list[Delivered]) -> None:
        missing = [
            f"{word!r} to {recipient}"
            for recipient, word in step.expected
            if not any(
                mail.recipient == recipient and word in f"{mail.message['Subject']} {mail.text}"
                for mail in came
            )
        ]
        if missing:
            got = ", ".join(f"{mail.message['Subject']!r} to {mail.recipient}" for mail in came)
            raise StoryBroken(f"expected {', '.join(missing)}; got {got}")
        ticket = views.ticket(self.desk.database, 1)
        state = ticket["state"] if ticket else "missing"
        if state != step.state:
            raise StoryBroken(f"expected ticket 1 to be {step.state}, it is {state}")

    async def check_books(self, mails_in: int) -> None:
        """Compare ledger and outbox with what was sent and received; raises StoryBroken."""
        counts = views.ledger_counts(self.desk.database)
        effects = counts["ticketed"] + counts["appended"] + counts["acted"]
        if (effects, sum(counts.values())) != (mails_in, mails_in):
            raise StoryBroken(f"{mails_in} mails went in, the ledger has {counts}")
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while (states := self._states_of_copies()) != ["sent"] * self.delivered:
            if asyncio.get_running_loop().time() > deadline:
                raise StoryBroken(f"{self.delivered} mails came out, the outbox has {states}")
            # The relay has a mail a moment before the courier writes down that it has.
            await asyncio.sleep(0.05)

    def _states_of_copies(self) -> list[str]:
        return [copy["state"] for copy in views.outbox_rows(self.desk.database, None, 1_000)]


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Set up relay and desk in a folder; take both down at the end.  Raises StoryBroken."""
    relay = Relay()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(relay, hostname="relay.test"), LOOPBACK, 0)
    try:
        async with _running_desk(folder, server.sockets[0].getsockname()[1]) as (desk, supervisor, running):
            yield Stage(desk, supervisor.listening[0][1], relay, running)
    finally:
        server.close()


@asynccontextmanager
async def _running_desk(
    folder: Path, relay_port: int
) -> AsyncIterator[tuple[Desk, Supervisor, "asyncio.Task[int]"]]:
    path = folder / "postdesk.toml"
    path.write_text(CONFIGURATION.format(relay_port=relay_port), "utf-8")
    desk = Desk.open(settings.load(path, {}))
    supervisor, ready = Supervisor(desk, ALL_ROLES), asyncio.Event()
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


def _address(step: Step, answered: Delivered | None) -> str:
    if answered is None:
        return SUPPORT
    return answered.note_address if step.way is Way.NOTE else parseaddr(str(answered.message["Reply-To"]))[1]


def _reply_subject(answered: Delivered | None) -> str:
    subject = str(answered.message["Subject"]) if answered else ""
    return subject if subject.startswith("Re:") else f"Re: {subject}"
