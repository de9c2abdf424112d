"""Tell alarms by a signed POST to a webhook: a way that does not need the mailbox that may be dead."""

import hashlib
import hmac
import json
import logging
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path

from daemon.clock import Clock
from daemon.edges.alarm_settings import AlarmSettings
from daemon.edges.oauth_exchange import NoRedirect
from daemon.services.alarms import Alarm, AlarmBook, AlarmsUnavailable

log = logging.getLogger("postdesk.alarm")

INTERVAL_SECONDS = 5.0
TIMEOUT_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """The other end; ``desk`` is the address of the desk, so that one end may serve several."""

    settings: AlarmSettings
    base_dir: Path
    desk: str

    def post(self, alarm: Alarm, now: datetime) -> str:
        """Tell one alarm; return what went wrong, or an empty text for a 2xx."""
        body = payload(alarm, self.desk, now)
        try:
            secret = (self.base_dir / self.settings.secret_file).read_bytes().strip()
            headers = {
                "Content-Type": "application/json",
                "Postdesk-Signature": signature(secret, body, int(now.timestamp())),
            }
            # The rules of the settings let only http and https through.
            request = urllib.request.Request(self.settings.webhook_url, body, headers)  # noqa: S310
            with urllib.request.build_opener(NoRedirect).open(request, timeout=TIMEOUT_SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            with error:
                return f"the webhook answers {error.code}"
        except (OSError, HTTPException, ValueError) as error:
            return str(getattr(error, "reason", None) or error) or type(error).__name__


def payload(alarm: Alarm, desk: str, now: datetime) -> bytes:
    """Return the JSON that is posted; ``id`` is the same at every attempt to tell the same thing."""
    said = {
        "id": f"{alarm.id}-{int(alarm.raised_at.timestamp())}-{alarm.state}",
        "desk": desk,
        "state": alarm.state,
        "key": alarm.key,
        "level": alarm.level,
        "text": alarm.text,
        "raised": _iso(alarm.raised_at),
        "cleared": _iso(alarm.cleared_at) if alarm.cleared_at else None,
        "sent": _iso(now),
    }
    return json.dumps(said).encode()


def signature(secret: bytes, body: bytes, moment: int) -> str:
    """Return ``t=SECONDS,v1=HEX``: HMAC-SHA256 over the seconds, a dot and the body."""
    mac = hmac.digest(secret, b"%d." % moment + body, hashlib.sha256)
    return f"t={moment},v1={mac.hex()}"


@dataclass(frozen=True, slots=True)
class Crier:
    """Tells what is due until it is stopped, in the thread that calls ``run``."""

    book: AlarmBook
    webhook: Webhook
    clock: Clock

    def run(self, stop: threading.Event) -> None:
        """Look for alarms every few seconds."""
        while not stop.is_set():
            try:
                self.tell()
            except AlarmsUnavailable as error:
                log.warning("the alarms cannot be read or settled: %s", error)
            stop.wait(INTERVAL_SECONDS)
        self.book.close()

    def tell(self) -> None:
        """Tell everything that is due; what cannot be told is tried again later, for ever."""
        for alarm in self.book.claim():
            wrong = self.webhook.post(alarm, self.clock())
            if wrong:
                log.error("alarm %s could not be told: %s", alarm.key, wrong)
            else:
                log.warning("alarm %s: %s", alarm.state, alarm.text)
            self.book.settle(alarm, told=not wrong)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
