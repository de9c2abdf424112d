"""The command loop: one line, one command, one reply, and bounds on what a peer may try."""

import asyncio
import collections
import logging
import re
from collections.abc import Awaitable, Callable

from daemon import maillog
from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_connection import Connection
from daemon.edges.smtp_pace import Phase
from daemon.edges.smtp_reception import Reception

_log = logging.getLogger(__name__)

# RFC 5321 s 4.5.3.1.4 asks for 512 and room for extensions, RFC 4954 s 4 for 12288 with AUTH.
_COMMAND_LIMIT_BYTES, _AUTH_LIMIT_BYTES = 2_048, 12_288
_LINE = re.compile(rb"[^\x00-\x1f\x7f]*\r\n")
# How often one session may say each; who hands over mail by the thousand needs many of these.
_CALL_LIMITS = {"MAIL": 10_000, "DATA": 10_000, "RCPT": 100_000, "RSET": 10_000, "NOOP": 1_000}
_CALL_LIMIT = 20
_ERROR_LIMIT = 100
_UNKNOWN_LIMIT = 3
# First words of other protocols: a browser that was talked into posting to us, a proxy nobody announced.
_HTTP = frozenset(("GET", "POST", "PUT", "HEAD", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PRI"))
_FOREIGN = _HTTP | {"PROXY", "HOST:"}
_BEFORE_TLS = frozenset(("EHLO", "LHLO", "STARTTLS", "NOOP", "QUIT"))  # RFC 3207 s 4


class Dialogue(Connection):
    """A connection that reads command lines; the commands are ``smtp_`` methods of its subclasses."""

    def __init__(self, reception: Reception) -> None:
        super().__init__(reception)
        self._errors = 0
        self._calls: collections.Counter[str] = collections.Counter()

    async def _converse(self) -> None:
        try:
            while not self.leaving:
                await self._obey(await self._reader.readuntil(b"\n"))
        except asyncio.LimitOverrunError:
            await self._leave(replies.LINE_TOO_LONG)

    async def _obey(self, line: bytes) -> None:
        """Carry out one command line, or refuse it."""
        refusal = self._refusal_of_line(line)
        if refusal is not None:
            await self.refuse(refusal)
            return
        verb, _, argument = line.decode().rstrip(" \r\n").partition(" ")
        verb = verb.upper()
        self._calls[verb] += 1
        method = self._smtp_methods.get(verb)
        if method is None:
            await self._unknown(verb)
        elif self._calls[verb] > _CALL_LIMITS.get(verb, _CALL_LIMIT):
            await self._leave(replies.TOO_MANY_COMMANDS)
        elif self.settings.tls == "starttls-required" and not self.tls and verb not in _BEFORE_TLS:
            await self.refuse(replies.TLS_FIRST)
        else:
            self.has_spoken = True
            self._pace.turn(Phase.COMMAND, self.loop.time())
            await self._carry_out(method, argument.strip(" "))

    def _refusal_of_line(self, line: bytes) -> Reply | None:
        limit = _AUTH_LIMIT_BYTES if line[:5].upper() == b"AUTH " else _COMMAND_LIMIT_BYTES
        if len(line) > limit:
            return replies.LINE_TOO_LONG
        if _LINE.fullmatch(line) is None:
            # A line that ends in a bare LF is not from a mail server, and who smuggles begins like this.
            self.leaving = not line.endswith(b"\r\n")
            return replies.NOT_CRLF
        try:
            line.decode()
        except UnicodeDecodeError:
            return replies.BAD_SYNTAX
        return None

    async def _carry_out(self, method: Callable[[str], Awaitable[None]], argument: str) -> None:
        try:
            await method(argument)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            raise
        except Exception:  # noqa: BLE001 - see below
            # An error of ours must not refuse anybody's mail for good, nor tell them its words.
            _log.exception("%s: a command failed", self.peer)
            self.leaving = (
                self._pace.phase is not Phase.COMMAND
            )  # in the middle of DATA nobody knows what the next line is
            self.forget_mail()
            await self.refuse(replies.TRY_AGAIN)
        if self._buffered():
            # Lines that wait already would be read without a pause: let the others have their turn.
            await asyncio.sleep(0)

    async def _unknown(self, verb: str) -> None:
        unknown = sum(count for name, count in self._calls.items() if name not in self._smtp_methods)
        self.leaving = verb in _FOREIGN
        await self.refuse(replies.NOT_SMTP if verb in _FOREIGN else replies.UNKNOWN_COMMAND)
        if unknown >= _UNKNOWN_LIMIT and not self.leaving:
            await self._leave(replies.TOO_MANY_ERRORS)

    async def refuse(self, reply: Reply, *, recipient: str = "", reason: str = "") -> None:
        """Send a refusal and write it down; too many of them end the session."""
        record = maillog.postponed if reply.temporary else maillog.rejected
        record(self.reception.protocol, self.peer, str(reply), reason=reason, recipient=recipient)
        await self.say(reply)
        self._errors += 1
        if self._errors >= _ERROR_LIMIT and not self.leaving:
            await self._leave(replies.TOO_MANY_ERRORS)

    async def _leave(self, reply: Reply) -> None:
        self.leaving = True
        await self.refuse(reply)

    def forget_mail(self) -> None:
        """Forget the transaction (RSET)."""
        raise NotImplementedError
