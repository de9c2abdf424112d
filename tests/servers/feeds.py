"""Who publishes calendars: a real web server on the loopback, plain or by TLS, and its answers."""

import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as Headers
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.servers import require_program

Answer = Callable[[BaseHTTPRequestHandler], None]


def feed(*days: str) -> bytes:
    """Write a calendar with a whole-day event on each of these days, like ``20240116``."""
    events = "".join(
        f"BEGIN:VEVENT\nUID:{day}@example.com\nDTSTAMP:20240101T000000Z\nDTSTART;VALUE=DATE:{day}\nEND:VEVENT\n"
        for day in days
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.com//EN\n{events}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def says(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    """Return an answer with these header fields; an underscore in a name stands for a hyphen."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


@dataclass
class FeedServer:
    """The server; all get the same ``answer``; ``asked`` has paths and fields of the questions."""

    url: str = ""
    answer: Answer = field(default_factory=lambda: says(feed()))
    asked: list[tuple[str, Headers]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a byte at a time, for ever."""
        try:
            request.send_response(200)
            request.end_headers()
            while not self.over.is_set():
                request.wfile.write(b"B")
                request.wfile.flush()
                time.sleep(0.02)
        except OSError:
            return


@contextmanager
def feed_server(certificate: Path | None = None) -> Iterator[FeedServer]:
    """Run a server, by TLS where a certificate with its key is given."""
    one = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.asked.append((self.path, self.headers))
            one.answer(self)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    one.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/s3cret/office.ics"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield one
    finally:
        one.over.set()
        server.shutdown()
        server.server_close()


def loopback_certificate(folder: Path) -> Path:
    """Make a certificate and its key for 127.0.0.1 in one file and return its path."""
    made, key = folder / "loopback.pem", folder / "loopback.key"
    openssl = require_program("openssl", "openssl")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = [openssl, "req", "-x509", "-days", "30", *names, *curve, "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    made.write_text(made.read_text() + key.read_text())
    return made
