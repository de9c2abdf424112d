"""The people of ``postdesk demo`` and their mail clients: quotations, links that start mails, forms."""

import asyncio
import email.policy
import html
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session as SmtpSession

from daemon.cli.demo_script import Step, Story, StoryBroken, Way

_LINK = re.compile(r'<a\b[^>]*\bhref="(mailto:[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


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
    def html(self) -> str:
        """The HTML; empty without it."""
        body = self.message.get_body(("html",))
        return str(body.get_content()) if body is not None else ""

    @property
    def note_address(self) -> str:
        """The address for internal notes that the text names; raises StoryBroken where it names none."""
        for word in self.text.split():
            if re.match(r"[\w.-]+\+n\d", word):
                return word.rstrip(".,;")
        raise StoryBroken(f"the mail to {self.recipient} names no address for notes")

    def says(self, word: str) -> bool:
        """Tell whether a word stands in subject or text, wherever its lines break."""
        return word in " ".join(f"{self.message['Subject']} {self.text}".split())

    def link(self, label: str) -> str:
        """Return where the link with this label leads; raises StoryBroken where there is none."""
        found = [(html.unescape(_TAG.sub("", words)).strip(), to) for to, words in _LINK.findall(self.html)]
        for words, to in found:
            if label in words:
                return html.unescape(to)
        there = ", ".join(words for words, _ in found) or "none"
        raise StoryBroken(f"the mail to {self.recipient} has no link {label!r}; its links are {there}")


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


@asynccontextmanager
async def relay_server(host: str) -> AsyncIterator[tuple[Relay, int]]:
    """Run the mail server of the people; returns it with its port."""
    relay = Relay()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(relay, hostname="relay.test"), host, 0)
    try:
        yield relay, server.sockets[0].getsockname()[1]
    finally:
        server.close()


def recipient_of(mail: EmailMessage) -> str:
    """Return to whom a mail goes."""
    return parseaddr(str(mail["To"]))[1]


def written(
    step: Step, story: Story, inbox: Mapping[str, Sequence[Delivered]], now: datetime
) -> EmailMessage:
    """Write the mail of a step, as its author's client would.  Raises StoryBroken."""
    mail = EmailMessage()
    mail["From"] = formataddr((story.names[step.author], step.author))
    answered = None if step.way is Way.NEW else _answered(step, inbox.get(step.author, ()))
    if answered is None:
        to, subject, below = story.address, step.subject, ""
    elif step.way is Way.TAP:
        to, subject, below = _tapped(answered.link(step.tap))
    else:
        to = answered.note_address if step.way is Way.NOTE else _reply_to(answered)
        subject, below = _reply_subject(answered), _quoted(answered, story)
        _thread(mail, answered)
    mail["To"], mail["Subject"] = to, subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{now.timestamp():.0f}@{step.author.partition('@')[2]}>"
    for name, value in step.headers.items():
        mail[name] = value
    mail.set_content(_typed(step, below))
    return mail


def _answered(step: Step, got: Sequence[Delivered]) -> Delivered:
    fitting = [one for one in got if step.answering in str(one.message["Subject"])]
    if not fitting:
        raise StoryBroken(f"{step.author} has no mail with {step.answering!r} to answer")
    return fitting[-1]


def _tapped(link: str) -> tuple[str, str, str]:
    """Return address, subject and text of the mail that a link starts (RFC 6068)."""
    parts = urlsplit(link)
    fields = parse_qs(parts.query)
    return unquote(parts.path), fields.get("subject", [""])[0], fields.get("body", [""])[0].replace("\r", "")


def _reply_to(answered: Delivered) -> str:
    return parseaddr(str(answered.message["Reply-To"] or answered.message["From"]))[1]


def _reply_subject(answered: Delivered) -> str:
    subject = str(answered.message["Subject"])
    return subject if subject.startswith("Re:") else f"Re: {subject}"


def _thread(mail: EmailMessage, answered: Delivered) -> None:
    answered_id = str(answered.message["Message-ID"])
    mail["In-Reply-To"] = answered_id
    mail["References"] = f"{answered.message.get('References', '')} {answered_id}".strip()


def _quoted(answered: Delivered, story: Story) -> str:
    head = f"On {answered.message['Date']}, {story.names[story.address]} <{story.address}> wrote:"
    return "\n".join([head, *(f"> {line}" for line in answered.text.splitlines())])


def _typed(step: Step, below: str) -> str:
    lines, wanted = below.splitlines(), dict(step.filled)
    for at, line in enumerate(lines):
        label = next((one for one in wanted if one in line), None)
        sign = next((n for n, one in enumerate(lines[at:], at) if one.lstrip("> ").startswith("::")), None)
        if label is not None and sign is not None:
            lines[sign] = f"{lines[sign].partition('::')[0]}:: {wanted.pop(label)}"
    if wanted:
        raise StoryBroken(f"the form does not ask for {', '.join(wanted)}")
    whole = "\n".join(lines)
    return f"{step.text}\n\n{whole}\n" if step.text and whole else f"{step.text}{whole}\n"
