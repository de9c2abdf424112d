"""An OAuth 2.0 provider on loopback that rotates, expires and refuses tokens as the real ones do.

Its access tokens are JWTs that Dovecot checks by itself (HS256), so they log in to real servers.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

JWT_KEY = b"x" * 32
SECRET = "client-secret-of-the-desk"

Answer = tuple[int, dict[str, Any] | bytes]


def jwt(email: str, issued: datetime, lifetime: timedelta, key: bytes = JWT_KEY) -> str:
    """Return a signed token as Dovecot's local validation takes it."""
    moments = {"iat": int(issued.timestamp()), "exp": int((issued + lifetime).timestamp())}
    claims = {"sub": email, "email": email, **moments}
    parts = [_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    mac = hmac.digest(key, ".".join(parts).encode(), hashlib.sha256)
    return ".".join([*parts, _base64(mac)])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Provider:
    """Knows one client and one mailbox; ``trouble`` may answer in its place.

    A refresh token is good for ``refresh_lifetime`` and, while ``rotates``, for one use; with a second
    use the whole family dies (RFC 9700 s 4.14.2).
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    email: str = "support"
    access_lifetime: timedelta = timedelta(hours=1)
    refresh_lifetime: timedelta = timedelta(days=90)
    rotates: bool = True
    tells_lifetime: bool = False
    trouble: Callable[[dict[str, str]], Answer | None] = lambda _form: None
    after: Callable[[], None] = lambda: None
    requests: list[dict[str, str]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    device_answers: list[str] = field(default_factory=list)
    device_seconds: int = 900
    port: int = 0
    _alive: dict[str, datetime] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def token_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    @property
    def device_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/device"

    def refresh_token(self) -> str:
        """Make a refresh token, as a login does."""
        token = f"refresh-{len(self.given) + 1}"
        self.given.append(token)
        self._alive[token] = self.clock() + self.refresh_lifetime
        return token

    def revoke_all(self) -> None:
        self._alive.clear()

    @property
    def answered(self) -> int:
        return len(self.requests)

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        with self._lock:
            self.requests.append(form)
            said = self.trouble(form) or self._answer(path, form)
        self.after()
        return said

    def _answer(self, path: str, form: dict[str, str]) -> Answer:
        if path == "/device":
            code = {"device_code": "device-1", "user_code": "WDJB-MJHT", "expires_in": self.device_seconds}
            return 200, code | {"verification_uri": "https://login.example.com/device", "interval": 1}
        if form.get("client_secret", SECRET) != SECRET:
            return 401, {"error": "invalid_client", "error_description": f"wrong {form['client_secret']}"}
        match form.get("grant_type"):
            case "client_credentials":
                return 200, self._access()
            case "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
            case "urn:ietf:params:oauth:grant-type:device_code":
                word = self.device_answers.pop(0) if self.device_answers else ""
                return (400, {"error": word}) if word else (200, self._access() | self._fresh())
        return 400, {"error": "unsupported_grant_type"}

    def _refresh(self, token: str) -> Answer:
        if token in self._used and self.rotates:
            self.reused.append(token)
            self.revoke_all()
        if self._alive.get(token, datetime.min.replace(tzinfo=UTC)) <= self.clock():
            return 400, {"error": "invalid_grant", "error_description": f"{token} is expired or revoked"}
        if not self.rotates:
            return 200, self._access()
        self._used.add(token)
        del self._alive[token]
        return 200, self._access() | self._fresh()

    def _fresh(self) -> dict[str, Any]:
        more = {"refresh_token_expires_in": int(self.refresh_lifetime.total_seconds())}
        return {"refresh_token": self.refresh_token(), **(more if self.tells_lifetime else {})}

    def _access(self) -> dict[str, Any]:
        token = jwt(self.email, self.clock(), self.access_lifetime)
        seconds = int(self.access_lifetime.total_seconds())
        return {"token_type": "Bearer", "access_token": token, "expires_in": seconds}


@contextlib.contextmanager
def running_provider(provider: Provider | None = None) -> Iterator[Provider]:
    """Start a provider, and end it afterwards."""
    one = provider or Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, said = one.answer(self.path, form)
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                if status in {301, 302, 307, 308}:
                    self.send_header("Location", one.token_url)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()


def slowly(seconds: float) -> Callable[[dict[str, str]], Answer | None]:
    """Make trouble: answer late."""

    def trouble(_form: dict[str, str]) -> None:
        time.sleep(seconds)

    return trouble
