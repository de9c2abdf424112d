"""The listener: takes mail by SMTP or LMTP and hands it to the ledger before it says 250."""

import asyncio
import functools
import logging
import resource
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

from daemon import maillog
from daemon.clock import Clock
from daemon.edges import replies
from daemon.edges.lmtp_session import LmtpSession
from daemon.edges.proxy import ProxyPeers
from daemon.edges.smtp_auth import Accounts
from daemon.edges.smtp_data import InFlight
from daemon.edges.smtp_door import Door, peer_key
from daemon.edges.smtp_reception import Reception
from daemon.edges.smtp_session import SmtpSession
from daemon.edges.smtp_settings import ListenerSettings, contradictions
from daemon.edges.smtp_store import Store, Submit
from storage.vocabulary import Source

_log = logging.getLogger(__name__)

# aiosmtpd's 100 would let 2,000 senders wait for 18 seconds.
_BACKLOG = 4_096
# What the process needs besides connections: database, mailboxes, relay, files.
_OTHER_DESCRIPTORS = 256
_SOCKET_MODE = 0o660
# A connection that is cut has only to notice it.
_CUT_SECONDS = 0.2


class Doorman(asyncio.Protocol):
    """Meets each connection; only who finds a place costs more than a line."""

    def __init__(self, listener: "SmtpListener") -> None:
        self._listener = listener

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in or turn it away."""
        self._listener.meet(cast("asyncio.Transport", transport))


class SmtpListener:
    """One listening socket and its sessions, in the running event loop.

    ``submit`` hands a message to the ledger; its future ends when the message is durable.  ``accepts`` says
    whether a recipient is ours, and says yes to postmaster at every domain of ours.  Files of the settings
    are relative to ``base_dir``.  Raises ValueError for settings that contradict each other.
    """

    def __init__(  # noqa: PLR0913 - the parts that a composition root has at hand, by name
        self,
        settings: ListenerSettings,
        *,
        submit: Submit,
        accepts: Callable[[str], bool],
        hostname: str,
        clock: Clock,
        protocol: Source = Source.SMTP,
        base_dir: Path = Path(),
    ) -> None:
        wrong = contradictions(settings)
        if wrong:
            raise ValueError("; ".join(f"listener.{key} {sentence}" for key, sentence in wrong))
        self._settings = settings
        self._base_dir = base_dir
        self._server: asyncio.Server | None = None
        self._closing = False
        # Also those that have left the door, but are not yet rid of their last reply.
        self._sessions: set[SmtpSession] = set()
        self._address: tuple[str, int] | None = None
        self._reception = Reception(
            settings=settings,
            hostname=settings.hostname or hostname,
            protocol=protocol,
            clock=clock,
            accepts=accepts,
            store=Store(submit),
            accounts=Accounts(settings.accounts, base_dir),
            tls=_tls_context(settings, base_dir),
            door=Door(settings.connection_limit, settings.connection_limit_per_peer),
            in_flight=InFlight(settings.in_flight_limit_bytes),
            proxies=ProxyPeers(settings.proxy_peers),
        )

    @property
    def address(self) -> tuple[str, int]:
        """Where the listener is reached: host and port, or the socket's path and 0."""
        assert self._address is not None, "start() comes first"
        return self._address

    @property
    def open_connections(self) -> int:
        """How many connections are inside."""
        return len(self._reception.door)

    async def start(self) -> None:
        """Listen.  Raises OSError where the address cannot be had."""
        _quiet_the_library()
        _allow_descriptors(self._settings.connection_limit + _OTHER_DESCRIPTORS)
        loop = asyncio.get_running_loop()
        factory = functools.partial(Doorman, self)
        if self._settings.socket:
            path = self._base_dir / self._settings.socket
            self._server = await loop.create_unix_server(factory, str(path), backlog=_BACKLOG)
            path.chmod(_SOCKET_MODE)
        else:
            self._server = await loop.create_server(
                factory, self._settings.host, self._settings.port, backlog=_BACKLOG
            )

        name = self._server.sockets[0].getsockname()
        self._address = (name, 0) if isinstance(name, str) else (name[0], name[1])

    def meet(self, transport: asyncio.Transport) -> None:
        """Give a new connection a session, or turn it away."""
        peername = transport.get_extra_info("peername")
        peer = peername[0] if isinstance(peername, tuple) else ""
        proxied = self._settings.proxy_protocol and peer in self._reception.proxies
        key = "" if proxied else peer_key(peer)
        if self._closing or not self._reception.door.has_room(key):
            reply = replies.CLOSING if self._closing else replies.TOO_MANY_CONNECTIONS
            maillog.postponed(self._reception.protocol, peer, str(reply))
            transport.write(f"{reply}\r\n".encode())
            transport.close()
            return
        kind = LmtpSession if self._reception.protocol is Source.LMTP else SmtpSession
        session = kind(self._reception)
        self._sessions.add(session)
        session.ended.add_done_callback(lambda _: self._sessions.discard(session))
        self._reception.door.enter(session, key)
        transport.set_protocol(session)
        session.connection_made(transport)

    async def close(self, grace_seconds: float) -> None:
        """Stop: take no more connections, send away who has no mail under way, wait for the others.

        What has not ended when the grace is over is cut; a message that the ledger has not answered for is
        then the sender's still, and comes again.
        """
        self._closing = True
        if self._server is not None:
            self._server.close()
        for session in tuple(self._sessions):
            session.retire()
        deadline = asyncio.get_running_loop().time() + grace_seconds
        while (waiting := self._unfinished()) and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(waiting, timeout=left)
        for session in tuple(self._sessions):
            session.cut()
        if waiting:
            await asyncio.wait(waiting, timeout=_CUT_SECONDS)
        if self._settings.socket:
            (self._base_dir / self._settings.socket).unlink(missing_ok=True)

    def _unfinished(self) -> set[asyncio.Future[object]]:
        ends = {session.ended for session in self._sessions}
        return cast("set[asyncio.Future[object]]", ends | self._reception.store.pending)


def _tls_context(settings: ListenerSettings, base_dir: Path) -> ssl.SSLContext | None:
    """Read the certificate; the key may stand in the same file."""
    if settings.tls == "none":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    key = base_dir / settings.key_file if settings.key_file else None
    context.load_cert_chain(base_dir / settings.certificate_file, key)
    return context


def _quiet_the_library() -> None:
    """Keep the library from logging commands: they hold credentials, addresses and whatever a peer sends."""
    for name in ("mail.log", "mail.debug"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _allow_descriptors(needed: int) -> None:
    """Raise the soft limit of open files: a full house must not keep the database from opening its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < needed:
        _log.warning(
            "%d open files are allowed, %d connections need %d", hard, needed - _OTHER_DESCRIPTORS, needed
        )
