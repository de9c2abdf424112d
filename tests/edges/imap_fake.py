"""What the IMAP tests share: a server that behaves until its script says otherwise, a ledger in memory,
a proxy that cuts connections, and a poller in a thread."""

import base64
import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from daemon.edges.imap_poller import ImapPoller, Pace
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.imap_wire import StopSignal
from storage.records import Incoming, Receipt

CAPABILITIES = "IMAP4rev1 IDLE UIDPLUS MOVE AUTH=PLAIN"
PERMANENT_FLAGS = "\\Seen \\Deleted \\*"


class Peer:
    """The server's side of one connection; ``number`` counts connections from 1."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        # An answer is several small writes; the second must not wait for the first one's receipt.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.number = number
        self.told_uid = 0
        self.file = sock.makefile("rb")

    def line(self) -> str:
        """Read one line; EOFError where the client has gone."""
        line = self.file.readline()
        if not line:
            raise EOFError
        return line.decode().rstrip("\r\n")

    def send(self, *lines: str | bytes) -> None:
        """Send lines, each with CRLF."""
        for line in lines:
            self.raw((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.sock.sendall(data)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Do the server's side of the handshake."""
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")

    def hang_up(self) -> None:
        """Close with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise EOFError


# A script answers one command; it returns False to have the command answered in the usual way.
Script = Callable[[Peer, str, str], object]


class FakeImap:
    """An IMAP server with one folder; ``scripts`` answer commands by their verb (UID left out)."""

    def __init__(
        self, *messages: bytes, capabilities: str = CAPABILITIES, context: ssl.SSLContext | None = None
    ) -> None:
        self.messages = dict(enumerate(messages, start=1))
        self.next_uid = len(messages) + 1
        self.flags: dict[int, set[str]] = {}
        self.folders: dict[str, list[bytes]] = {}
        self.uidvalidity: int | None = 77
        self.permanent_flags: str | None = PERMANENT_FLAGS
        self.greeting = "* OK ready"
        self.capabilities = capabilities
        self.scripts: dict[str, Script] = {}
        self.commands: list[str] = []
        self.connected_at: list[float] = []
        self._context = context
        self._idling: list[Peer] = []
        self._threads: list[threading.Thread] = []
        self._peers: list[Peer] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._peers:
            with contextlib.suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for peer in self._peers:
            peer.file.close()
            peer.sock.close()

    def arrive(self, raw: bytes) -> None:
        """Put a new message into the folder and tell whoever idles."""
        self.messages[self.next_uid] = raw
        self.next_uid += 1
        for peer in self._idling:
            peer.send(f"* {len(self.messages)} EXISTS")

    def count(self, verb: str) -> int:
        """How many commands of a verb came."""
        return sum(verb in command.split()[1:3] for command in self.commands)

    def _spawn(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connected_at.append(time.monotonic())
                peer = Peer(sock, len(self.connected_at))
                self._peers.append(peer)
                self._spawn(self._serve, peer)

    def _serve(self, peer: Peer) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError):
            peer.send(self.greeting)
            while True:
                self._answer(peer, peer.line())
        with contextlib.suppress(OSError):
            peer.file.close()
            peer.sock.close()

    def _answer(self, peer: Peer, line: str) -> None:
        self.commands.append(line)
        tag, verb, rest = f"{line} ".split(" ", 2)
        if verb == "UID":
            verb, rest = rest.split(" ", 1)
        rest = rest.strip()
        script = self.scripts.get(verb)
        if script and script(peer, tag, rest) is not False:
            return
        getattr(self, f"on_{verb.lower()}")(peer, tag, rest)

    def done(self, peer: Peer, tag: str, verb: str = "command") -> None:
        """Answer OK."""
        peer.send(f"{tag} OK {verb} completed")

    def on_capability(self, peer: Peer, tag: str, _rest: str) -> None:
        peer.send(f"* CAPABILITY {self.capabilities}")
        self.done(peer, tag)

    def on_starttls(self, peer: Peer, tag: str, _rest: str) -> None:
        self.done(peer, tag)
        peer.start_tls(self._context)

    def on_login(self, peer: Peer, tag: str, rest: str) -> None:
        words = "OK logged in" if rest == '"support" "secret"' else "NO [AUTHENTICATIONFAILED] wrong"
        peer.send(f"{tag} {words}")

    def on_authenticate(self, peer: Peer, tag: str, _rest: str) -> None:
        peer.send("+ ")
        words = base64.b64decode(peer.line()).decode()
        peer.send(
            f"{tag} {'OK logged in' if words == chr(0) + 'support' + chr(0) + 'secret' else 'NO wrong'}"
        )

    def on_select(self, peer: Peer, tag: str, _rest: str, mode: str = "READ-WRITE") -> None:
        peer.send(f"* {len(self.messages)} EXISTS", "* 0 RECENT", "* FLAGS (\\Seen \\Deleted)")
        if self.permanent_flags is not None:
            peer.send(f"* OK [PERMANENTFLAGS ({self.permanent_flags})] kept")
        if self.uidvalidity is not None:
            peer.send(f"* OK [UIDVALIDITY {self.uidvalidity}] valid")
        peer.send(f"* OK [UIDNEXT {self.next_uid}] next", f"{tag} OK [{mode}] selected")

    def on_examine(self, peer: Peer, tag: str, rest: str) -> None:
        self.on_select(peer, tag, rest, "READ-ONLY")

    def on_noop(self, peer: Peer, tag: str, _rest: str) -> None:
        self.done(peer, tag)

    def on_search(self, peer: Peer, tag: str, rest: str) -> None:
        _, uids, *criteria = rest.split()
        peer.told_uid = self.next_uid
        found = [uid for uid in self.chosen(uids) if self._meets(uid, criteria)]
        peer.send(f"* SEARCH {' '.join(map(str, found))}".rstrip())
        self.done(peer, tag)

    def _meets(self, uid: int, criteria: list[str]) -> bool:
        flags = self.flags.get(uid, set())
        missing = criteria[1] if criteria[:1] == ["UNKEYWORD"] else "\\" + "".join(criteria)[2:].capitalize()
        return not criteria or missing not in flags

    def on_fetch(self, peer: Peer, tag: str, rest: str) -> None:
        uids, items = rest.split(" ", 1)
        for uid in self.chosen(uids):
            self.send_fetch(peer, uid, items)
        self.done(peer, tag)

    def send_fetch(self, peer: Peer, uid: int, items: str, raw: bytes | None = None) -> None:
        """Send the answer for one message, by default with what it really holds."""
        raw = self.messages[uid] if raw is None else raw
        number = sorted(self.messages).index(uid) + 1
        part = re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", items)
        if part is None:
            peer.send(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return
        start, length = int(part[1]), int(part[2])
        content = raw[start : start + length]
        head = f"* {number} FETCH (UID {uid} BODY[]<{start}> {{{len(content)}}}\r\n"
        peer.raw(head.encode() + content + b")\r\n")

    def on_store(self, peer: Peer, tag: str, rest: str) -> None:
        uids, _, flags = rest.split(" ", 2)
        for uid in self.chosen(uids):
            self.flags.setdefault(uid, set()).update(flags.strip("()").split())
        self.done(peer, tag)

    def on_copy(self, peer: Peer, tag: str, rest: str) -> None:
        uids, folder = rest.split(" ", 1)
        if folder.strip('"') not in self.folders:
            peer.send(f"{tag} NO [TRYCREATE] no such folder")
            return
        self.folders[folder.strip('"')] += [self.messages[uid] for uid in self.chosen(uids)]
        self.done(peer, tag)

    def on_move(self, peer: Peer, tag: str, rest: str) -> None:
        uids, folder = rest.split(" ", 1)
        if folder.strip('"') in self.folders:
            for uid in self.chosen(uids):
                self.folders[folder.strip('"')].append(self.messages.pop(uid))
            self.done(peer, tag)
        else:
            peer.send(f"{tag} NO [TRYCREATE] no such folder")

    def on_expunge(self, peer: Peer, tag: str, rest: str) -> None:
        for uid in self.chosen(rest):
            if "\\Deleted" in self.flags.get(uid, set()):
                del self.messages[uid]
        self.done(peer, tag)

    def on_list(self, peer: Peer, tag: str, rest: str) -> None:
        folder = rest.rsplit(maxsplit=1)[-1]
        if folder.strip('"') in self.folders:
            peer.send(f'* LIST () "/" {folder}')
        self.done(peer, tag)

    def on_create(self, peer: Peer, tag: str, rest: str) -> None:
        self.folders[rest.strip('"')] = []
        self.done(peer, tag)

    def on_subscribe(self, peer: Peer, tag: str, _rest: str) -> None:
        self.done(peer, tag)

    def on_idle(self, peer: Peer, tag: str, _rest: str) -> None:
        peer.send("+ idling")
        self._idling.append(peer)
        if self.next_uid > peer.told_uid:  # It arrived after the last listing and before this.
            peer.send(f"* {len(self.messages)} EXISTS")
        try:
            peer.line()
        finally:
            self._idling.remove(peer)
        self.done(peer, tag, "IDLE")

    def on_logout(self, peer: Peer, tag: str, _rest: str) -> None:
        peer.send("* BYE see you")
        self.done(peer, tag)
        raise EOFError

    def chosen(self, uids: str) -> list[int]:
        """The folder's UIDs in a sequence set; ``n:*`` names at least the last one, as the RFC has it."""
        found: set[int] = set()
        last = max(self.messages, default=0)
        for part in uids.split(","):
            first, _, end = part.partition(":")
            if end == "*":
                found |= {uid for uid in self.messages if uid >= min(int(first), last)}
            else:
                found |= {uid for uid in self.messages if int(first) <= uid <= int(end or first)}
        return sorted(found)


class MemoryLedger:
    """A ledger that keeps its promises in memory; ``refuses`` says which messages it cannot store."""

    def __init__(self) -> None:
        self.arrivals: list[Incoming] = []
        self.asked: list[str] = []
        self.refuses: Callable[[Incoming], bool] = lambda _: False
        self.answers: Callable[[], bool] = lambda: True

    @property
    def raws(self) -> list[bytes]:
        """The stored messages in the order of their commits."""
        return [arrival.raw for arrival in self.arrivals]

    def submit(self, incoming: Incoming) -> Future[Receipt]:
        """Store it at once, unless told otherwise."""
        receipt: Future[Receipt] = Future()
        if self.refuses(incoming):
            receipt.set_exception(OSError("the disk is full"))
        elif self.answers():
            known = incoming.source_key in {arrival.source_key for arrival in self.arrivals}
            if not known:
                self.arrivals.append(incoming)
            receipt.set_result(Receipt(len(self.arrivals), known=known))
        return receipt

    def known(self, source_keys: Sequence[str]) -> set[str]:
        """Return the keys of what is stored."""
        self.asked += source_keys
        return {arrival.source_key for arrival in self.arrivals if arrival.source_key in set(source_keys)}


def mail(number: int, size: int = 0) -> bytes:
    """A small message with a number, or one of about ``size`` bytes."""
    body = f"body {number}\r\n" + "".join(
        f"{line:07} ........................\r\n" for line in range(size // 34)
    )
    header = f"From: cara@cust.test\r\nMessage-ID: <{number}@cust.test>\r\nSubject: {number}\r\n"
    return f"{header}\r\n{body}".encode()


def mailbox(port: int, base_dir: Path, **others: object) -> MailboxSettings:
    """Settings of the mailbox ``support`` on loopback, plain, with quick timeouts."""
    (base_dir / "imap.secret").write_text("secret\n")
    usual = {
        "host": "127.0.0.1",
        "port": port,
        "username": "support",
        "password_file": "imap.secret",
        "security": "none",
        "done_folder": "Processed",
        "timeout_seconds": 5.0,
        "poll_seconds": 0.1,
    }
    return MailboxSettings(**(usual | others))


def quick(delays: list[float] | None = None, **others: float) -> Pace:
    """A pace that notes the reconnect delays and hardly waits for them."""

    def sleep(stop: StopSignal, seconds: float) -> None:
        if delays is not None:
            delays.append(seconds)
        stop.wait(min(seconds, 0.02))

    return Pace(jitter=lambda: 0.0, sleep=sleep, **others)


@contextlib.contextmanager
def running(poller: ImapPoller, pace: Pace | None = None) -> Iterator[ImapPoller]:
    """Run the poller in a thread; afterwards it must end, and is given time for it on a busy machine."""
    poller.pace = pace or quick()
    thread = threading.Thread(target=poller.run)
    thread.start()
    try:
        yield poller
    finally:
        poller.stop()
        thread.join(20)
        assert not thread.is_alive(), "the poller does not stop"


def eventually(condition: Callable[[], object], seconds: float = 8.0) -> None:
    """Wait until the condition holds; AssertionError after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
