"""``postdesk health`` on desks that run, that do not, and that are not well."""

import json
import re
from pathlib import Path

import pytest

from daemon.jobs import JOBS
from daemon.jobs.agent_digest import NAME as AGENT_DIGEST
from storage.models import ArrivalRow, database
from tests.cli.operated import break_on, configured
from tests.cli.running import eventually, postdesk, running
from tests.servers.dovecot import running_dovecot

MAILBOX = """
[[mailbox]]
host = "127.0.0.1"
port = {port}
security = "none"
username = "support"
password_file = "imap.secret"
poll_seconds = 1
"""
PAGE = (Path(__file__).parents[2] / "docs" / "health.md").read_text("utf-8")


def documented(heading: str) -> list[str]:
    """Return the keys under a heading of docs/health.md."""
    section = PAGE.split(f"\n### {heading}\n", 1)[1].split("\n#", 1)[0]
    parts = [part for line in section.splitlines() if line.startswith("- ") for part in line.split(";")]
    return [key for part in parts for key in re.findall(r"`([a-z_]+)`", part.split(":")[0])]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return configured(tmp_path)


def health(config: Path) -> tuple[int, dict]:
    done = postdesk(config, "health", "--json")
    return done.returncode, json.loads(done.stdout)


def test_no_database_is_broken_and_none_is_made(config: Path):
    status, said = health(config)

    assert (status, said["health"]) == (2, "broken")
    assert said["findings"][0]["text"].startswith("the database does not take anything: there is no database")
    assert not (config.parent / "postdesk.db").exists()


def test_a_wrong_configuration_is_status_2(config: Path):
    config.write_text("[desk]\n")

    assert postdesk(config, "health").returncode == 2


@pytest.mark.needs_dovecot
def test_a_desk_that_runs_is_fine_until_its_mailbox_is_gone(config: Path):
    with running_dovecot() as server:
        config.write_text(config.read_text() + MAILBOX.format(port=server.port))
        (config.parent / "imap.secret").write_text("secret\n")
        with running(config) as desk:
            desk.port()
            eventually(lambda: health(config)[0] == 0)
            well = health(config)[1]
            server.stop()
            eventually(lambda: health(config)[0] == 1)
            status, ill = health(config)
            assert desk.stop() == 0

    assert (well["findings"], well["health"]) == ([], "fine")
    assert well["mailboxes"][0]["name"] == "support@127.0.0.1/INBOX"
    assert well["mailboxes"][0]["last_success"]
    assert (status, [one["key"] for one in ill["findings"]]) == (1, ["mailbox:support@127.0.0.1/INBOX"])
    assert ill["mailboxes"][0]["failing_since"]
    assert ill["mailboxes"][0]["last_success"] >= well["mailboxes"][0]["last_success"]


class TestFindings:
    def test_what_waits_and_what_is_set_aside_is_told_in_sentences(self, desk_folder):
        waits = desk_folder.story.mail_in(b"From: cara@cust.test\nSubject: waits\n\nx\n")["id"]
        break_on(desk_folder.story, b"Subject: broken\n\nx\n")
        with desk_folder.story.database.write():
            ArrivalRow.update(state="received").where(ArrivalRow.id == waits).execute()

        said = desk_folder.postdesk("health")

        assert said.status == 2
        lines = said.out.splitlines()
        assert lines[-1] == "the desk is broken"
        assert any("broken: the oldest message that is not settled waits for " in line for line in lines)
        assert 'degraded: 1 messages are in quarantine; see "postdesk quarantine"' in lines
        assert any(line.startswith("broken: the clock of the desk was never seen") for line in lines)

    def test_a_database_that_cannot_be_written_is_broken(self, desk_folder):
        with desk_folder.story.database.write():
            database.execute_sql("DROP TABLE probes")

        said = desk_folder.postdesk("health", "--json")

        assert said.status == 2
        assert json.loads(said.out)["database"]["writable"] is False
        assert "no such table: probes" in json.loads(said.out)["findings"][0]["text"]


def test_the_keys_are_those_of_the_page(desk_folder, tmp_path):
    path = tmp_path / "postdesk.toml"
    (tmp_path / "imap.secret").write_text("secret\n")
    beating = '[relay]\nurl = "smtp://127.0.0.1:1"\n[heartbeat]\nevery_minutes = 10\n'
    calendar = '[[calendar]]\nname = "x"\nhours = ["mon 8:00-9:00"]\nfeeds = ["https://calendar.test/"]\n'
    path.write_text(path.read_text() + MAILBOX.format(port=1) + beating + calendar)

    said = json.loads(desk_folder.postdesk("health", "--json").out)

    assert sorted(said) == sorted(documented("The health of a desk"))
    assert sorted(said["findings"][0]) == sorted(documented("A finding"))
    assert sorted(said["jobs"][0]) == sorted(documented("A job"))
    assert sorted(said["mailboxes"][0]) == sorted(documented("A mailbox"))
    assert sorted(said["heartbeats"][0]) == sorted(documented("A heartbeat"))
    assert sorted(said["feeds"][0]) == sorted(documented("A calendar feed"))
    assert sorted(said["database"]) == sorted(documented("The database"))


def test_every_job_of_the_timetable_is_watched(desk_folder):
    said = json.loads(desk_folder.postdesk("health", "--json").out)

    assert [job["name"] for job in said["jobs"]] == [
        *(job.name for job in JOBS),
        AGENT_DIGEST,
        "survey-dispatch",
        "approval-steps",
        "fulfilment-watch",
        "health-watch",
    ]
