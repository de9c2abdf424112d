"""One connection: who is there, the command loop, TLS, deadlines, and an end that says why.

A subclass of aiosmtpd's protocol class.  Its command loop is replaced: the library's answers 500 to errors
of ours, goes on with buffered commands after it has closed, and gives no deadline to DATA.
"""

import asyncio
import logging
import ssl
from typing import cast

from aiosmtpd.smtp import SMTP

from daemon import maillog
from daemon.edges import replies
from daemon.edges.proxy import HEADER_TIMEOUT_SECONDS, client_behind
from daemon.edges.replies import Reply
from daemon.edges.smtp_door import peer_key
from daemon.edges.smtp_pace import Pace, Phase
from daemon.edges.smtp_reception import Reception

_log = logging.getLogger(__name__)

_HANDSHAKE_TIMEOUT_SECONDS = 30.0
# So long may a closing connection take to get rid of its last reply.
_LINGER_SECONDS = 5.0


class Connection(SMTP):
    """The part of a session that every command stands on."""

    # In the library this is the reader's limit; longer lines are read in pieces.
    line_length_limit = 65_536
    greeting = "ESMTP Postdesk"

    def __init__(self, reception: Reception) -> None:
        super().__init__(None, hostname=reception.hostname, loop=asyncio.get_running_loop())
        self.reception = reception
        self.settings = reception.settings
        self.peer = ""
        self.leaving = False
        self.retiring = False
        self.has_spoken = False
        self._handshaking = False
        # Done when nothing of the connection is left.
        self.ended: asyncio.Future[None] = self.loop.create_future()
        self._pace = Pace(self.settings, self.loop.time())

    @property
    def busy(self) -> bool:
        """Whether a mail is under way."""
        return self._pace.phase is not Phase.COMMAND

    @property
    def tls(self) -> str:
        """The protocol and cipher that secure the connection, or ""."""
        secured = self.transport and self.transport.get_extra_info("ssl_object")
        return f"{secured.version()} {secured.cipher()[0]}" if secured else ""

    # -- the event loop's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the session; ``peername`` is empty for a Unix socket."""
        peername = transport.get_extra_info("peername")
        self.peer = peername[0] if isinstance(peername, tuple) else "unix"
        super().connection_made(transport)
        if self.settings.tls == "implicit" and not self._from_proxy():
            # The first byte belongs to TLS; start_tls() lets it in.
            cast("asyncio.Transport", transport).pause_reading()

    def data_received(self, data: bytes) -> None:
        """Take in bytes."""
        self._pace.heard(len(data), self.loop.time())
        super().data_received(data)

    def eof_received(self) -> bool:
        """Keep the connection open: the peer said its last word, but may wait for our answer to it.

        The library cancels the session here, and with it the answer to the final dot.
        """
        self._reader.feed_eof()
        return not self.tls

    def connection_lost(self, error: Exception | None) -> None:
        """End the session, wherever it stands."""
        self.reception.door.leave(self)
        super().connection_lost(error)
        if not self.ended.done():
            self.ended.set_result(None)

    # -- the end

    def dismiss(self, reply: Reply) -> None:
        """Say a last word and end the connection, whatever it waits for."""
        self.leaving = True
        if self.transport is None:
            return
        maillog.postponed(self.reception.protocol, self.peer, str(reply))
        if self._handshaking:
            cast("asyncio.Transport", self.transport).abort()
            return
        self._writer.write(f"{reply}\r\n".encode())
        self._close()

    def turn_out(self) -> None:
        """Make room for another connection."""
        self.dismiss(replies.TOO_MANY_CONNECTIONS)

    def retire(self) -> None:
        """End the connection as soon as the mail under way is answered."""
        self.retiring = True
        if self._pace.phase is Phase.COMMAND:
            self.dismiss(replies.CLOSING)

    def cut(self) -> None:
        """End the connection without a word."""
        if self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()
            self._reset_timeout(_LINGER_SECONDS)

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Look at the deadlines when the first of them can be due; commands need not move the timer."""
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        now = self.loop.time()
        at = self._pace.next_check(now) if duration is None else now + duration
        self._timeout_handle = self.loop.call_at(at, self._timeout_cb)

    def _timeout_cb(self) -> None:
        transport = cast("asyncio.Transport", self.transport)
        if transport.is_closing():
            transport.abort()
        elif (reply := self._pace.overdue(self.loop.time())) is not None:
            self.dismiss(reply)
        else:
            self._reset_timeout()

    def _enter(self, phase: Phase) -> None:
        self._pace.turn(phase, self.loop.time())
        self._reset_timeout()

    # -- the course of a session

    async def _handle_client(self) -> None:
        try:
            await self._welcome()
            if not self.leaving:
                await self._converse()
        except (asyncio.IncompleteReadError, ConnectionError):
            # The peer went away without QUIT, as peers do; what it had handed over is in the ledger.
            _log.debug("%s: peer has gone", self.peer)
        finally:
            self._close()
            if self._handshaking:
                # asyncio tells nobody when a connection ends before its handshake does.
                self.connection_lost(None)

    async def _converse(self) -> None:
        """Carry out commands until the session is to end."""
        raise NotImplementedError

    async def _welcome(self) -> None:
        if self._from_proxy():
            await self._meet_client()
        if self.settings.tls == "implicit" and not self.leaving:
            await self._start_tls()
        if not self.leaving:
            await self.say(Reply(220, "", f"{self.hostname} {self.greeting}"))

    def _from_proxy(self) -> bool:
        return self.settings.proxy_protocol and self.peer in self.reception.proxies

    async def _meet_client(self) -> None:
        """Learn from a proxy who the client is; whoever sends no valid header is no proxy of ours."""
        proxy = self.peer
        try:
            client = await asyncio.wait_for(client_behind(self._reader, proxy), HEADER_TIMEOUT_SECONDS)
        except TimeoutError:
            client = None
        if client is None:
            self.dismiss(replies.NOT_SMTP)
            return
        self.peer = client
        if client != proxy:
            self.reception.door.leave(self)
            if not self.reception.door.has_room(peer_key(client)):
                self.dismiss(replies.TOO_MANY_CONNECTIONS)
                return
            self.reception.door.enter(self, peer_key(client))

    async def say(self, *lines: Reply | str) -> None:
        """Send one reply of one or more lines."""
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()

    def _buffered(self) -> int:
        """Return how many bytes came that nobody read yet."""
        return len(self._reader._buffer)  # type: ignore[attr-defined]  # noqa: SLF001 - as the library does

    async def _start_tls(self) -> None:
        """Go on in TLS, knowing nothing of what was said before (RFC 3207 s 4.2)."""
        raw = cast("asyncio.Transport", self.transport)
        if (waiting := self._buffered()) > 0:
            await self._reader.read(waiting)
        self._handshaking = True
        try:
            secured = await self.loop.start_tls(
                raw,
                self,
                cast("ssl.SSLContext", self.reception.tls),
                server_side=True,
                ssl_handshake_timeout=min(_HANDSHAKE_TIMEOUT_SECONDS, self.settings.idle_timeout_seconds),
                ssl_shutdown_timeout=_LINGER_SECONDS,
            )
        except OSError as error:  # ssl.SSLError among them
            raise ConnectionResetError("no TLS") from error
        if secured is None:  # the peer left in the middle
            raise ConnectionResetError("no TLS")
        self._handshaking = False
        self.transport, self._original_transport = secured, raw
        # asyncio moves the writer by itself from Python 3.12 on, and the reader as well.
        self._reader._transport = secured  # type: ignore[attr-defined]  # noqa: SLF001
        self._writer._transport = secured  # type: ignore[attr-defined]  # noqa: SLF001
        self._replace_writer(self._writer)  # type: ignore[attr-defined]
