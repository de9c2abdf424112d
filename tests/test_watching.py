"""The parts that watch and tell, each run to its end in this process."""

import logging
import threading
import urllib.request
from pathlib import Path

import pytest

from daemon.cli import run
from daemon.edges.alarm import Crier, Webhook
from daemon.edges.alarm_settings import AlarmSettings
from daemon.edges.metrics import MetricsServer
from daemon.edges.metrics_settings import MetricsSettings
from daemon.edges.oauth import TokenSource
from daemon.edges.oauth_keeper import Keeper
from daemon.edges.oauth_settings import OAuthSettings
from daemon.jobs import health_watch
from daemon.services.alarms import AlarmBook
from daemon.services.health_facts import Watched
from daemon.services.metrics import numbers
from storage import alarms
from storage.database import Database
from storage.migrations import migrate
from storage.models import database as bound
from tests.cli.conftest import desk_folder
from tests.cli.operated import configured
from tests.cli.running import eventually
from tests.conftest import FixedClock
from tests.servers.oauth_provider import SECRET, Provider, running_provider

__all__ = ["desk_folder"]


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(opened)
    yield opened
    opened.disconnect()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.edges.oauth_keeper.INTERVAL_SECONDS", 0.02)


@pytest.fixture
def stop():
    """Start a part in a thread; it is stopped at the end, and has then ended."""
    signal = threading.Event()
    threads: list[threading.Thread] = []

    def start(part) -> threading.Event:
        threads.append(threading.Thread(target=part.run, args=(signal,)))
        threads[-1].start()
        return signal

    yield start
    signal.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_keeper_gets_tokens_that_nobody_asked_for_and_tells_a_trouble_once(
    database, clock: FixedClock, tmp_path, stop, caplog
):
    (tmp_path / "client.secret").write_text(SECRET)
    with running_provider(Provider(clock)) as provider:
        provider.trouble = lambda _form: (503, b"")
        settings = OAuthSettings(
            name="m365", client_id="d", client_secret_file="client.secret", grant="client_credentials",
            token_url=provider.token_url,
        )  # fmt: skip
        stop(Keeper(TokenSource(settings, database, tmp_path, clock)))
        eventually(lambda: "answers 503" in caplog.text)
        provider.trouble = lambda _form: None
        clock.advance(minutes=1)

        assert eventually(lambda: provider.answered == 2)
        assert caplog.text.count("answers 503") == 1


def test_a_crier_waits_for_its_database(database, clock, tmp_path, stop, caplog):
    caplog.set_level(logging.WARNING)
    with database.write():
        bound.execute_sql("DROP TABLE alarms")
    settings = AlarmSettings(webhook_url="http://127.0.0.1:1/", secret_file="alarm.secret")

    stop(Crier(AlarmBook(database, clock), Webhook(settings, tmp_path, "d"), clock))

    assert eventually(lambda: "the alarms cannot be read or settled: no such table: alarms" in caplog.text)


def test_numbers_come_over_http(database, clock, stop):
    server = MetricsServer(MetricsSettings(port=0), lambda: numbers(database, Watched(jobs=()), clock()))
    stop(server)
    host, port = server.address

    with urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert b"postdesk_health 0.0" in answer.read()


def test_the_job_raises_what_it_finds_and_leaves_itself_out(database, clock, tmp_path):
    watched = Watched(jobs=(("health-watch", health_watch.EVERY),), tokens=(("m365", True),))
    job = health_watch.job(database, watched)

    with database.write():
        said = job.run(None, clock())
        raised = alarms.claim(clock(), health_watch.EVERY)

    assert said == 'broken; oauth m365 has no token; run "postdesk oauth login m365"'
    assert [alarm.key for alarm in raised] == ["oauth:m365"]


@pytest.mark.parametrize("named", [True, False])
def test_an_account_on_the_command_line(desk_folder, named: bool, monkeypatch):
    monkeypatch.setattr("daemon.cli.oauth.time.sleep", lambda _seconds: None)
    path = desk_folder.folder / "postdesk.toml"
    with running_provider(Provider()) as provider:
        path.write_text(
            path.read_text() + f'[[oauth]]\nname = "m365"\nclient_id = "d"\ngrant = "device_code"\n'
            f'token_url = "{provider.token_url}"\ndevice_url = "{provider.device_url}"\n'
        )
        before = desk_folder.postdesk("oauth", "status")
        login = desk_folder.postdesk("oauth", "login", "m365" if named else "gmail")
        after = desk_folder.postdesk("oauth", "status")
        provider.trouble = lambda _form: (400, {"error": "unauthorized_client"})
        refused = desk_folder.postdesk("oauth", "login", "m365")

    assert (before.status, login.status, after.status, refused.status) == (1, not named, not named, 1)
    assert ("type the code WDJB-MJHT" in login.out) is named
    assert "unauthorized_client" in refused.err


def test_a_file_that_is_no_database_is_broken(tmp_path, capsys):
    configured(tmp_path)
    (tmp_path / "postdesk.db").write_bytes(b"no database at all" * 100)

    assert run(["--config", str(tmp_path / "postdesk.toml"), "health"]) == 2
    assert "broken: the database does not take anything" in capsys.readouterr().out
