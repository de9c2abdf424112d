"""A listener in a loop of its own thread, and a client that speaks SMTP as bytes over a blocking socket."""

import asyncio
import contextlib
import socket
import ssl
import subprocess
import threading
import traceback
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from daemon.edges.smtp_listener import SmtpListener
from daemon.edges.smtp_settings import ListenerSettings
from storage.records import Incoming, Receipt
from storage.vocabulary import Source

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
DOMAINS = {"desk.test", "xn--bcher-kva.test"}
LOCALS = {"support", "postmaster", "müller"}


def accepts(address: str) -> bool:
    """Answer as the desk would: sub-addresses, any case of the domain, postmaster with and without domain."""
    if address.lower() == "postmaster":
        return True
    local, _, domain = address.rpartition("@")
    return domain.lower() in DOMAINS and local.partition("+")[0].lower() in LOCALS


class Recorder:
    """Stands where the ledger stands: keeps what it is given and answers when and how it is told."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.error: BaseException | None = None
        self.raises: Exception | None = None
        self.hold = False
        self.waiting: list[tuple[Future[Receipt], Incoming]] = []

    def submit(self, incoming: Incoming) -> Future[Receipt]:
        if self.raises is not None:
            raise self.raises
        future: Future[Receipt] = Future()
        if self.hold:
            self.waiting.append((future, incoming))
        else:
            self.answer(future, incoming)
        return future

    def answer(self, future: Future[Receipt], incoming: Incoming) -> None:
        if self.error is not None:
            future.set_exception(self.error)
            return
        self.kept.append(incoming)
        future.set_result(Receipt(len(self.kept)))

    def release(self) -> None:
        self.hold = False
        while self.waiting:
            self.answer(*self.waiting.pop(0))


def _told(context: dict) -> str:
    error = context.get("exception")
    return context["message"] + ("".join(traceback.format_exception(error)) if error else "")


class Desk:
    """A running listener; a context manager.  ``recorder.kept`` is what was accepted."""

    def __init__(
        self, base_dir=Path(), *, protocol=Source.SMTP, accepts=accepts, clock=lambda: NOW, **settings
    ):
        settings.setdefault("port", 0)
        self.settings = ListenerSettings(**settings)
        self.recorder = Recorder()
        self.unexpected: list[str] = []
        self.listener = SmtpListener(
            self.settings,
            submit=self.recorder.submit,
            accepts=accepts,
            hostname="mx.desk.test",
            clock=clock,
            protocol=protocol,
            base_dir=base_dir,
        )

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda _loop, context: self.unexpected.append(_told(context)))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        try:
            self.run(self.listener.start())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_):
        self.recorder.release()
        self.run(self.listener.close(1.0))
        self._end()

    def _end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.run_until_complete(self._drain())
        self.loop.close()
        assert not self.unexpected, "\n".join(self.unexpected)

    async def _drain(self):
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        # A connection that came while the listener stopped is turned away some rounds later.
        await asyncio.sleep(0.02)

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(20)

    def connect(self, **keywords):
        return Client(self.listener.address, **keywords)

    def hello(self, name="cust.test", **keywords):
        """Return a client that has been greeted and has said EHLO."""
        client = self.connect(**keywords)
        client.expect(220)
        client.say(f"EHLO {name}", 250)
        return client

    @property
    def kept(self):
        return self.recorder.kept


class Client:
    """Speaks bytes; every answer is read to its end and checked for its form."""

    def __init__(self, address, *, source="", tls=None, timeout=10.0):
        host, port = address
        if port:
            at = (source, 0) if source else None
            self.socket = socket.create_connection((host, port), timeout, source_address=at)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(host)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def flood(self, piece: bytes, limit_bytes: int) -> int:
        """Send a piece again and again; return how much went out before the peer cut the line."""
        sent = 0
        while sent < limit_bytes:
            try:
                self.send(piece)
            except OSError:
                return sent
            sent += len(piece)
        return sent

    def start_tls(self, context: ssl.SSLContext) -> None:
        self.socket = context.wrap_socket(self.socket)
        self.buffer = b""

    def line(self) -> str:
        """Return the next line without its end, "" when the peer has closed."""
        while b"\r\n" not in self.buffer:
            try:
                data = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLError):
                data = b""
            if not data:
                assert self.buffer == b"", self.buffer
                return ""
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode()

    def reply(self) -> list[str]:
        """Return the lines of one reply; [] when the peer has closed."""
        lines = []
        while line := self.line():
            assert line[:3].isdigit(), line
            assert line[3:4] in (" ", "-"), line
            lines.append(line)
            if line[3] == " ":
                break
        return lines

    def expect(self, start: str | int) -> list[str]:
        lines = self.reply()
        assert lines, f"expected {start}, the connection was closed"
        assert lines[-1].startswith(str(start)), lines
        return lines

    def say(self, command: str | bytes, start: str | int) -> list[str]:
        data = command.encode() if isinstance(command, str) else command
        self.send(data + b"\r\n")
        return self.expect(start)

    def closed(self) -> bool:
        """Say whether the peer closes without another word."""
        return self.reply() == []

    def begin(self, sender="cara@cust.test", *recipients, parameters="") -> None:
        """Open a transaction up to and including the 354."""
        self.say(f"MAIL FROM:<{sender}>{parameters}", "250 2.1.0")
        for recipient in recipients or ("support@desk.test",):
            self.say(f"RCPT TO:<{recipient}>", "250 2.1.5")
        self.say("DATA", "354 ")

    def mail(
        self, content: bytes = b"Subject: hi\r\n\r\nhello\r\n", start: str | int = "250 2.0.0 Queued as"
    ):
        self.begin()
        self.send(content + b".\r\n")
        return self.expect(start)

    def half_close(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


def certificate(folder: Path) -> Path:
    """Make a certificate and its key for mx.desk.test in one file and return its path."""
    file = folder / "mx.pem"
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=mx.desk.test"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:mx.desk.test"], check=True, capture_output=True)
    file.write_bytes(key.read_bytes() + cert.read_bytes())
    return file


def trusting() -> ssl.SSLContext:
    """Return a client's context that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def eventually(seconds: float = 5.0):
    """Give a condition time: ``with eventually() as wait: wait(lambda: ...)``."""
    pause = threading.Event()

    def wait(condition) -> None:
        for _ in range(int(seconds * 100)):
            if condition():
                return
            pause.wait(0.01)
        raise AssertionError(f"still not so after {seconds} s")

    yield wait
