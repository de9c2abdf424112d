"""Tell one hook what happens, in a thread of its own: no mail and no other hook ever waits for it."""

import json
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from daemon.clock import Clock
from daemon.desk.hook_settings import HookSettings
from daemon.desk.hooks import Message
from daemon.edges.alarm import signature
from daemon.edges.hook_shapes import shaped
from daemon.edges.http_post import Answer, post
from daemon.services.hooks import Call, HookBook

log = logging.getLogger("postdesk.hooks")

INTERVAL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class HookCaller:
    """Tells what is due until it is stopped, in the thread that calls ``run``."""

    book: HookBook
    hook: HookSettings
    base_dir: Path
    desk: str
    clock: Clock

    @property
    def name(self) -> str:
        """What the supervisor calls it."""
        return f"hook {self.hook.name}"

    def run(self, stop: threading.Event) -> None:
        """Look every few seconds for what has happened, and tell it."""
        while not stop.is_set():
            if not self.tell(stop):
                self.book.forget()
                stop.wait(INTERVAL_SECONDS)
        self.book.close()

    def tell(self, stop: threading.Event) -> int:
        """Queue what has happened, tell what is due, and return how many attempts that were."""
        self.book.gather()
        calls = self.book.claim()
        for at, call in enumerate(calls):
            if stop.is_set():
                self.book.give_back(calls[at:])
                return at
            answer = self._attempt(call)
            if answer.problem:
                log.warning("hook %s: message %d is not told: %s", self.hook.name, call.id, answer.problem)
            self.book.settle(call, answer.problem, answer.retry_after_seconds)
        return len(calls)

    def _attempt(self, call: Call) -> Answer:
        message = Message(**json.loads(call.message))
        shape = shaped(self.hook.kind, message, self.desk)
        headers = {**shape.headers, "Idempotency-Key": message.id}
        try:
            url = self.hook.url or self._secret(self.hook.url_file)
            if self.hook.token_file:
                headers["Authorization"] = f"Bearer {self._secret(self.hook.token_file)}"
            if self.hook.secret_file:
                secret = self._secret(self.hook.secret_file).encode()
                headers["Postdesk-Signature"] = signature(secret, shape.body, int(self.clock().timestamp()))
        except (OSError, UnicodeDecodeError) as error:
            return Answer(0, f"a file of it cannot be read: {getattr(error, 'strerror', None) or 'no text'}")
        return post(url, shape.body, headers, self.hook.timeout_seconds)

    def _secret(self, name: str) -> str:
        return (self.base_dir / name).read_text("utf-8").strip()
