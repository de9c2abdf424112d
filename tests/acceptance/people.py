"""People with mail clients: each has a mailbox on Dovecot, reads there, and answers as clients do."""

import email.policy
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formataddr, getaddresses

from tests.servers.dovecot import Dovecot

SUPPORT = "support@desk.test"
DESK_MAILBOX = "support"
_ID = re.compile(r"<[^<>\s]+>")


@dataclass
class Person:
    """Somebody with a mailbox; what is sent lies in ``Sent``, as with every client."""

    server: Dovecot
    address: str
    seen: set[str] = field(default_factory=set)
    sent: int = 0

    @property
    def name(self) -> str:
        return self.address.partition("@")[0].capitalize()

    def next_mail(self, seconds: float = 15) -> EmailMessage:
        """Wait for one mail that was not looked at before, and return it; fails on more than one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            fresh = self.unread()
            if fresh:
                assert len(fresh) == 1, [str(one["Subject"]) for one in fresh]
                self.seen.add(str(fresh[0]["Message-ID"]))
                return fresh[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail for {self.address} within {seconds} s")

    def unread(self) -> list[EmailMessage]:
        """Return what came and was not looked at."""
        return [one for one in self.mailbox("INBOX") if str(one["Message-ID"]) not in self.seen]

    def mailbox(self, *folders: str) -> list[EmailMessage]:
        """Return the mails of some folders as the client reads them."""
        found = []
        for folder in folders:
            for raw, _ in self.server.messages(self.address, folder).values():
                message = BytesParser(policy=email.policy.default).parsebytes(raw)
                assert isinstance(message, EmailMessage)
                found.append(message)
        return found

    def write(self, subject: str, text: str, *, cc: Iterable["Person"] = ()) -> None:
        """Begin a conversation with the desk."""
        self._send(self._new(SUPPORT, subject, text), cc)

    def answer(self, to: EmailMessage, text: str, *, where: str = "", cc: Iterable["Person"] = ()) -> None:
        """Answer a mail as RFC 5322 s 3.6.4 asks: to Reply-To (or ``where``), with its ids, quoted below."""
        address = where or getaddresses([str(to["Reply-To"] or to["From"])])[0][1]
        subject = str(to["Subject"])
        body = to.get_body(("plain",))
        assert body is not None
        quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
        words = f"{text}\n\nOn Mon, 15 Jan 2024 at 10:00, {to['From']} wrote:\n{quoted}\n"
        message = self._new(address, subject if subject.startswith("Re:") else f"Re: {subject}", words)
        message["In-Reply-To"] = str(to["Message-ID"])
        message["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
        self._send(message, cc)

    def _new(self, address: str, subject: str, text: str) -> EmailMessage:
        self.sent += 1
        message = EmailMessage()
        message["From"] = formataddr((self.name, self.address))
        message["To"] = address
        message["Subject"] = subject
        message["Date"] = "Mon, 15 Jan 2024 09:00:00 +0000"
        message["Message-ID"] = f"<{self.name}.{self.sent}@{self.address.partition('@')[2]}>".lower()
        message.set_content(text)
        return message

    def _send(self, message: EmailMessage, cc: Iterable["Person"]) -> None:
        copied = list(cc)
        if copied:
            message["Cc"] = ", ".join(formataddr((one.name, one.address)) for one in copied)
        raw = message.as_bytes(policy=email.policy.SMTP)
        self.server.append(self.address, raw, folder="Sent", flags=(b"\\Seen",))
        for one in copied:
            self.server.append(one.address, raw)
            one.seen.add(str(message["Message-ID"]))
        self.server.append(DESK_MAILBOX, raw)


def conversations(messages: Iterable[EmailMessage]) -> list[set[str]]:
    """Group mails by Message-ID, In-Reply-To and References alone, as clients do (J. Zawinski's way).

    An id that is only mentioned ties together all that mention it; subjects are not looked at.
    """
    groups: list[tuple[set[str], set[str]]] = []
    for message in messages:
        own = str(message["Message-ID"])
        named = " ".join(str(message[field] or "") for field in ("References", "In-Reply-To"))
        ids = {own, *_ID.findall(named)}
        mails = {own}
        apart = []
        for group in groups:
            if group[0] & ids:
                ids |= group[0]
                mails |= group[1]
            else:
                apart.append(group)
        groups = [*apart, (ids, mails)]
    return [mails for _, mails in groups]
