"""The other end of hooks: a real HTTP server that answers as a test wants."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message as Headers
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Listener:
    """The other end; ``answers`` are what it does first, then it says 204."""

    port: int = 0
    answers: list[int | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    asked: list[tuple[str, Headers, bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/path?key=1"

    @property
    def told(self) -> list[dict]:
        return [json.loads(body) for _, _, body in self.asked]

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.asked.append((request.path, request.headers, body))
        answer = self.answers.pop(0) if self.answers else 204
        if callable(answer):
            answer(request)
            return
        request.send_response(answer)
        request.send_header("Location", self.url)
        request.send_header("Retry-After", "120")
        request.end_headers()

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a byte at a time, for ever."""
        try:
            while not self.over.is_set():
                request.wfile.write(b"H")
                request.wfile.flush()
                time.sleep(0.02)
        except OSError:
            return


@pytest.fixture(name="listener")
def hook_listener() -> Iterator[Listener]:
    one = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            one.serve(self)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield one
    one.over.set()
    server.shutdown()
    server.server_close()
