"""Alarms and numbers of a desk that runs, for those who do not read its mail."""

import contextlib
import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from daemon.clock import system_clock
from daemon.edges.alarm import Crier, Webhook, payload
from daemon.edges.alarm_settings import AlarmSettings
from daemon.edges.metrics import MetricsServer
from daemon.edges.metrics_settings import MetricsSettings
from daemon.edges.oauth import OAuthError
from daemon.services.alarms import AlarmBook, AlarmsUnavailable, next_delay, wanted
from daemon.services.health import Finding, Level
from daemon.services.health_facts import Watched
from daemon.services.metrics import numbers
from daemon.settings import load
from daemon.wiring import token_sources
from storage import alarms
from storage.database import Database
from storage.models import database as bound
from tests.cli.operated import configured
from tests.cli.running import eventually, postdesk, running, send
from tests.conftest import FixedClock
from tests.servers import free_port
from tests.servers.oauth_provider import Provider, running_provider

SECRET = b"alarm-secret"


@dataclass
class Listener:
    """The other end of the webhook; ``statuses`` are what it answers first."""

    statuses: list[int] = field(default_factory=list)
    heard: list[dict] = field(default_factory=list)
    refused: int = 0
    port: int = 0

    def take(self, signature: str, body: bytes) -> int:
        moment, mac = (part.partition("=")[2] for part in signature.split(","))
        expected = hmac.new(SECRET, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(mac, expected)
        status = self.statuses.pop(0) if self.statuses else 204
        if status < 300:
            self.heard.append(json.loads(body))
        else:
            self.refused += 1
        return status


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(one.take(self.headers["Postdesk-Signature"], body))
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture
def crier(database: Database, clock: FixedClock, listener: Listener, tmp_path: Path) -> Crier:
    (tmp_path / "alarm.secret").write_bytes(SECRET + b"\n")
    url = f"http://127.0.0.1:{listener.port}/"
    settings = AlarmSettings(webhook_url=url, secret_file="alarm.secret")
    return Crier(AlarmBook(database, clock), Webhook(settings, tmp_path, "support@desk.test"), clock)


def find(database: Database, clock: FixedClock, **found: str) -> None:
    with database.write():
        alarms.record({key: ("broken", text) for key, text in found.items()}, clock())


class TestAlarms:
    def test_an_alarm_is_told_once_when_it_is_raised_and_once_when_it_is_over(
        self, database, clock, crier, listener
    ):
        for _ in range(3):
            find(database, clock, intake="the oldest message waits")
            crier.tell()
        clock.advance(minutes=5)
        for _ in range(2):
            find(database, clock)
            crier.tell()

        raised, cleared = listener.heard
        assert raised == {
            "id": "1-1705309200-raised",
            "desk": "support@desk.test",
            "state": "raised",
            "key": "intake",
            "level": "broken",
            "text": "the oldest message waits",
            "raised": "2024-01-15T09:00:00Z",
            "cleared": None,
            "sent": "2024-01-15T09:00:00Z",
        }
        assert (cleared["state"], cleared["cleared"]) == ("cleared", "2024-01-15T09:05:00Z")

    def test_one_that_comes_back_is_told_anew(self, database, clock, crier, listener):
        for found in ({"disk": "full"}, {}, {"disk": "full"}):
            find(database, clock, **found)
            crier.tell()
            clock.advance(minutes=1)

        assert [one["state"] for one in listener.heard] == ["raised", "cleared", "raised"]
        assert len({one["id"] for one in listener.heard}) == 3

    def test_one_that_comes_back_before_its_end_was_told_is_one_alarm(self, database, clock, crier, listener):
        find(database, clock, disk="full")
        crier.tell()
        find(database, clock)
        find(database, clock, disk="full")
        crier.tell()

        assert [one["state"] for one in listener.heard] == ["raised"]

    def test_one_that_was_over_before_it_could_be_told_is_nobodys_business(
        self, database, clock, crier, listener
    ):
        find(database, clock, disk="full")
        find(database, clock)
        crier.tell()

        assert listener.heard == []

    def test_a_webhook_that_refuses_is_tried_again_until_it_takes_it(
        self, database, clock, crier, listener, caplog
    ):
        listener.statuses = [500, 302]
        find(database, clock, disk="full")
        crier.tell()
        crier.tell()
        assert listener.refused == 1, "not before half a minute"
        clock.advance(seconds=30)
        crier.tell()
        clock.advance(seconds=60)
        crier.tell()

        assert [one["key"] for one in listener.heard] == ["disk"]
        assert "alarm disk could not be told: the webhook answers 500" in caplog.text

    def test_a_webhook_that_is_away_and_a_secret_that_is_missing_are_told_in_the_log(
        self, database, clock, crier, tmp_path, caplog
    ):
        find(database, clock, disk="full")
        url = f"http://127.0.0.1:{free_port()}/"
        webhook = Webhook(AlarmSettings(webhook_url=url, secret_file="alarm.secret"), tmp_path, "d")
        replace(crier, webhook=webhook).tell()
        clock.advance(seconds=30)
        (tmp_path / "alarm.secret").unlink()
        crier.tell()

        assert "Connection refused" in caplog.text
        assert "No such file" in caplog.text

    def test_two_processes_tell_it_once(self, database, clock):
        find(database, clock, disk="full")
        one, other = AlarmBook(database, clock), AlarmBook(database, clock)

        assert [alarm.key for alarm in one.claim()] == ["disk"]
        assert other.claim() == []

    def test_a_database_that_is_away_is_waited_out(self, database, clock, crier):
        with database.write():
            bound.execute_sql("ALTER TABLE alarms RENAME TO gone")
        with pytest.raises(AlarmsUnavailable):
            crier.tell()
        with database.write():
            bound.execute_sql("ALTER TABLE gone RENAME TO alarms")
        crier.tell()

    def test_the_delay_doubles_up_to_an_hour(self):
        assert [next_delay(count).total_seconds() for count in (0, 1, 6, 7, 10_000)] == [
            30,
            60,
            1920,
            3600,
            3600,
        ]

    def test_what_is_broken_or_will_be_is_an_alarm(self):
        found = [
            Finding("disk", Level.BROKEN, "full"),
            Finding("quarantine", Level.DEGRADED, "3"),
            Finding("oauth-expiry:m365", Level.DEGRADED, "in 13 days"),
        ]

        assert set(wanted(found)) == {"disk", "oauth-expiry:m365"}

    def test_the_payload_holds_what_the_page_promises(self, clock):
        page = (Path(__file__).parents[1] / "docs" / "health.md").read_text("utf-8")
        alarm = alarms.Alarm(1, "disk", "broken", "full", clock(), None, 0)

        assert all(f"`{key}`" in page for key in json.loads(payload(alarm, "a@b.test", clock())))


class TestRunningDesk:
    def test_a_refused_token_rings_the_webhook_though_no_mail_goes(self, tmp_path, listener):
        config = configured(tmp_path)
        (tmp_path / "alarm.secret").write_bytes(SECRET)
        (tmp_path / "first.token").write_text("revoked")
        with running_provider(Provider()) as provider:
            config.write_text(
                config.read_text()
                + f'[alarm]\nwebhook_url = "http://127.0.0.1:{listener.port}/"\n'
                + 'secret_file = "alarm.secret"\n'
                + f'[[oauth]]\nname = "m365"\nclient_id = "d"\ntoken_url = "{provider.token_url}"\n'
                + 'refresh_token_file = "first.token"\n'
            )
            # What one process was refused, the job that watches finds when another one starts.
            postdesk(config, "migrate")
            settings = load(config)
            database = Database(settings.database.url, settings.base_dir)
            with pytest.raises(OAuthError, match="invalid_grant"):
                token_sources(settings, database, system_clock)["m365"].token()
            with running(config) as desk:
                desk.port()
                heard = eventually(lambda: listener.heard, 30)
                assert desk.stop() == 0

        assert [one["key"] for one in heard] == ["oauth:m365"]
        assert "the provider refuses oauth m365" in heard[0]["text"]

    def test_numbers_are_served_while_the_desk_takes_mail(self, tmp_path):
        config = configured(tmp_path)
        port = free_port()
        config.write_text(config.read_text() + f"[metrics]\nport = {port}\n")

        def page() -> str:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as got,
            ):
                return got.read().decode()
            return ""

        with running(config) as desk:
            send(desk.port(), b"From: cara@cust.test\r\nSubject: x\r\n\r\nx\r\n")
            shown = eventually(lambda: page() if 'ticketed"} 1.0' in page() else "")
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/")
            assert desk.stop() == 0

        assert 'postdesk_arrivals_total{disposition="ticketed"} 1.0' in shown
        assert "postdesk_arrivals_waiting 0.0" in shown
        assert 'postdesk_outbox{state="' in shown
        assert 'postdesk_job_last_run_timestamp_seconds{job="health-watch"}' in shown


class TestNumbers:
    def test_a_database_that_is_away_is_503_and_is_asked_again(self, database, clock):
        watched = Watched(jobs=(("health-watch", timedelta(minutes=1)),))
        server = MetricsServer(MetricsSettings(port=0), lambda: numbers(database, watched, clock()))
        with database.write():
            bound.execute_sql("ALTER TABLE alarms RENAME TO gone")
            bound.execute_sql("ALTER TABLE mailbox_health RENAME TO away")
        away = server.answer("/metrics")
        with database.write():
            bound.execute_sql("ALTER TABLE gone RENAME TO alarms")
            bound.execute_sql("ALTER TABLE away RENAME TO mailbox_health")

        status, content = server.answer("/metrics?x")

        assert away == (503, b"the database does not answer\n")
        assert status == 200
        assert b"postdesk_health 2.0" in content, "no clock runs here"
        assert server.answer("/metrics") == (status, content)
        stop = threading.Event()
        stop.set()
        server.run(stop)
