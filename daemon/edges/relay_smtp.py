"""Hand one copy after the other to a relay by SMTP (RFC 5321), over connections that are used again."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import aiosmtplib
from aiosmtplib import SMTP

from daemon.edges.relay_login import DATA_TIMEOUT_FACTOR, RelayError, Target, connect, words_of
from daemon.edges.relay_sender import ReturnPaths
from daemon.edges.relay_steps import send_in_steps
from daemon.mail.addresses_out import mail_address
from daemon.mail.fields_out import CompositionError, clean
from daemon.services.delivery import (
    LARGE_BYTES,
    REPLY_LIMIT_CHARS,
    Deferred,
    Delivered,
    Outcome,
    Refused,
    outcome_of,
)
from storage.records import OutboxItem

# Relays end long conversations; ending them first avoids a mail that has to wait for its second attempt.
MAILS_PER_CONNECTION = 100
IDLE_SECONDS = 5.0
_HEADER_END = re.compile(rb"\r\n\r\n")


@dataclass(slots=True)
class _Connection:
    client: SMTP
    mails: int = 0
    idle_since: float = 0.0


class _Stale(Exception):  # noqa: N818  # a reason to try once more, not an error
    """A connection that was used before turned out to be closed; nothing was handed over."""


@dataclass(slots=True)
class SmtpRelay:
    """A relay; as many deliveries may run at a time as the caller likes, each on its own connection."""

    target: Target
    _idle: list[_Connection] = field(default_factory=list)
    _paths: ReturnPaths = field(default_factory=ReturnPaths)

    async def deliver(
        self, item: OutboxItem, content: bytes, may_send: Callable[[], bool] = lambda: True
    ) -> Outcome:
        """Hand one copy over and say what came of it; never raises for anything that a relay does.

        ``may_send`` is asked last before the mail's text goes out.  A connection that is lost after the
        final dot leaves it unknown whether the relay has the mail: that is transient, and the next attempt
        sends the same bytes under the same Message-ID.
        """
        return await self._paths.hand_over(item, lambda copy: self._handed_over(copy, content, may_send))

    async def _handed_over(self, item: OutboxItem, content: bytes, may_send: Callable[[], bool]) -> Outcome:
        try:
            envelope = _Envelope.of(item, content)
        except CompositionError as error:
            return Refused(clean(f"not sent: {error}", REPLY_LIMIT_CHARS))
        try:
            try:
                return await self._deliver(envelope, content, may_send, reuse=True)
            except _Stale:
                return await self._deliver(envelope, content, may_send, reuse=False)
        except RelayError as error:
            return Deferred(clean(str(error), REPLY_LIMIT_CHARS))

    async def rest(self) -> None:
        """Leave the relay alone where nothing was sent for some seconds."""
        moment = asyncio.get_running_loop().time()
        tired = [one for one in self._idle if moment - one.idle_since >= IDLE_SECONDS]
        self._idle = [one for one in self._idle if one not in tired]
        for connection in tired:
            await _quit(connection.client)

    async def close(self) -> None:
        """Say goodbye on every connection."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_quit(connection.client) for connection in idle))

    async def _deliver(
        self, envelope: "_Envelope", content: bytes, may_send: Callable[[], bool], *, reuse: bool
    ) -> Outcome:
        connection = await self._connection(reuse=reuse)
        try:
            outcome = await self._transaction(connection, envelope, content, may_send)
        except BaseException:
            # Where the conversation stands is unknown, also after a cancellation.
            connection.client.close()
            raise
        await self._keep(connection, reset=not isinstance(outcome, Delivered))
        return outcome

    async def _connection(self, *, reuse: bool) -> _Connection:
        while reuse and self._idle:
            connection = self._idle.pop()
            if connection.mails < MAILS_PER_CONNECTION:
                return connection
            await _quit(connection.client)
        return _Connection(await connect(self.target))

    async def _transaction(
        self, connection: _Connection, envelope: "_Envelope", content: bytes, may_send: Callable[[], bool]
    ) -> Outcome:
        client = connection.client
        try:
            for command in envelope.commands(client):
                reply = await client.execute_command(*command)
                if reply.code == 421 and connection.mails:
                    raise _Stale
                if not 200 <= reply.code < 300:
                    return _refused(command, outcome_of(reply.code, reply.message))
        except _Unsupported as error:
            return Refused(str(error))
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            if connection.mails and isinstance(error, ConnectionError):
                raise _Stale from error
            return Deferred(f"before the mail was sent: {words_of(error)}")
        if not may_send():
            return Deferred("not sent: the copy is no longer ours")
        return await self._data(connection, content)

    async def _data(self, connection: _Connection, content: bytes) -> Outcome:
        connection.mails += 1
        timeout = self.target.settings.timeout_seconds * DATA_TIMEOUT_FACTOR
        try:
            if len(content) < LARGE_BYTES:
                reply = await connection.client.data(content, timeout=timeout)
            else:
                reply = await send_in_steps(connection.client, content, timeout)
        except aiosmtplib.SMTPDataError as error:
            return outcome_of(error.code, error.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            connection.client.close()
            return Deferred(
                clean(f"the relay did not answer for the mail: {words_of(error)}", REPLY_LIMIT_CHARS)
            )
        return outcome_of(reply.code, reply.message)

    async def _keep(self, connection: _Connection, *, reset: bool) -> None:
        client = connection.client
        if not client.is_connected:
            return
        try:
            if reset:
                await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            # The copy's outcome is known already; only the connection is of no more use.
            client.close()
            return
        connection.mails = max(connection.mails, 1)
        connection.idle_since = asyncio.get_running_loop().time()
        self._idle.append(connection)


def _refused(command: tuple[bytes, ...], outcome: Outcome) -> Outcome:
    if isinstance(outcome, Refused) and command[0] == b"MAIL":
        return replace(outcome, to_mail=True)
    return outcome


class _Unsupported(Exception):  # noqa: N818  # what the relay cannot do
    """The relay lacks an extension that this copy needs."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What is said before the mail itself."""

    item: OutboxItem
    reverse_path: str
    recipient: str
    utf8: bool
    eight_bit: bool

    @classmethod
    def of(cls, item: OutboxItem, content: bytes) -> "_Envelope":
        """Check the addresses; CompositionError where one is none."""
        reverse_path = mail_address(item.reverse_path) if item.reverse_path is not None else ""
        recipient = mail_address(item.recipient)
        end = _HEADER_END.search(content)
        header = content[: end.start()] if end else content
        utf8 = not (header.isascii() and reverse_path.isascii() and recipient.isascii())
        return cls(item, reverse_path, recipient, utf8, eight_bit=not content.isascii())

    def commands(self, client: SMTP) -> list[tuple[bytes, ...]]:
        """Return MAIL and RCPT with the parameters that this relay knows; _Unsupported where they do not do.

        A failure is reported to the reverse-path; without one nobody is to hear of it (RFC 3834 s 3.3).
        """
        mail, recipient = [b"FROM:<%b>" % self.reverse_path.encode()], [b"TO:<%b>" % self.recipient.encode()]
        if self.utf8:
            # RFC 6531 s 3.2: such a mail cannot be rewritten for a relay that does not know it.
            if not client.supports_extension("smtputf8"):
                raise _Unsupported(
                    "553 5.6.7 the relay cannot take addresses with letters beyond ASCII (no SMTPUTF8)"
                )
            mail.append(b"SMTPUTF8")
        if self.eight_bit and client.supports_extension("8bitmime"):
            mail.append(b"BODY=8BITMIME")
        if client.supports_extension("dsn"):
            # RFC 3461 s 4.3 and 4.4: the header is enough to know our mail again, and so is its number.
            mail += [b"RET=HDRS", b"ENVID=%d" % self.item.id]
            recipient.append(b"NOTIFY=FAILURE" if self.reverse_path else b"NOTIFY=NEVER")
        return [(b"MAIL", *mail), (b"RCPT", *recipient)]


async def _quit(client: SMTP) -> None:
    try:
        await client.quit(timeout=2)
    except (aiosmtplib.SMTPException, OSError):
        # The mails are settled; a relay that does not say goodbye changes nothing.
        client.close()
