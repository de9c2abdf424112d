"""The job that takes the directory over: what it changes, whom it tells, and when it refuses."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.desk.directory_reading import Problem, Reading
from daemon.desk.directory_settings import DirectorySettings
from daemon.edges.directory_source import fetch
from daemon.jobs import directory_sync
from daemon.jobs.job import Job
from daemon.jobs.running import Runner
from storage import directory, jobs
from storage.records import DirectoryPerson
from tests.conftest import MONDAY_MORNING
from tests.scenarios.desk import SUPPORT, DeskSettings, StoryDesk

CSV = DirectorySettings(csv="people.csv", every_hours=2)
MIA = DirectoryPerson("mia@example.com", "Mia")
ANN = DirectoryPerson("ann@example.com", "Ann", "mia@example.com")
PEOPLE = tuple(replace(ANN, address=f"p{at}@example.com") for at in range(8))


@pytest.fixture
def desk(database) -> Iterator[StoryDesk]:
    settings = DeskSettings(
        name="IT Support", address=SUPPORT, administrators=("root@desk.test",), timezone="Europe/Berlin"
    )
    made = StoryDesk(database, MONDAY_MORNING, settings=settings)
    yield made
    made.close()


def run(desk: StoryDesk, *people: DirectoryPerson, reading: Reading | None = None) -> str:
    """Let the job read these people."""
    (job,) = directory_sync.job(desk.database, CSV, lambda: reading or Reading(people))
    return job.run(desk.office, desk.now)


def told(desk: StoryDesk) -> list[str]:
    return [mail.notice for mail in desk.mail_out()]


def test_people_are_taken_over_and_the_differences_are_logged(desk, caplog):
    caplog.set_level(logging.INFO, "postdesk.directory")
    assert run(desk, MIA, ANN, *PEOPLE) == "added 10, changed 0, gone 0; problems 0; mails about them 0"
    caplog.clear()
    said = run(desk, MIA, replace(ANN, title="CEO"), *PEOPLE[1:])

    assert said == "added 0, changed 1, gone 1; problems 0; mails about them 0"
    assert caplog.messages == [
        'directory: ann@example.com changed: title "" -> "CEO"',
        "directory: p0@example.com gone",
    ]
    assert told(desk) == []


def test_a_log_is_no_place_for_a_company(desk, caplog, monkeypatch):
    caplog.set_level(logging.INFO, "postdesk.directory")
    monkeypatch.setattr(directory_sync, "LOGGED_LIMIT", 2)
    run(desk, MIA, ANN, *PEOPLE)

    assert caplog.messages == [
        "directory: ann@example.com added",
        "directory: mia@example.com added",
        "directory: 8 more differences",
    ]


def test_administrators_hear_of_dead_managers_once_and_again_when_it_changes(desk):
    dead = replace(MIA, active=False)
    ring = (replace(ANN, address="r1@example.com", manager="r2@example.com"),
            replace(ANN, address="r2@example.com", manager="r1@example.com"))  # fmt: skip
    run(desk, dead, ANN, *ring)
    (mail,) = desk.mail_out()

    assert (mail.notice, mail.recipient) == ("directory-problems", "root@desk.test")
    assert mail["Subject"] == "IT Support: 2 problems in the directory"
    assert "ann@example.com: the manager is not active (mia@example.com)" in mail.text
    assert "r1@example.com: the managers go round in a ring" in mail.text

    desk.advance(hours=2)
    run(desk, *ring, ANN, dead)
    assert told(desk) == []
    run(desk, *ring, ANN, dead, replace(ANN, address="new@example.com"))
    assert told(desk) == ["directory-problems"]
    everybody = (MIA, ANN, replace(ANN, address="new@example.com"))
    assert run(desk, *everybody, *(replace(one, manager=MIA.address) for one in ring)).endswith(
        "problems 0; mails about them 0"
    )
    desk.advance(hours=2)
    run(desk, *everybody, *ring)
    assert told(desk) == ["directory-problems"]


def test_a_source_in_which_many_are_missing_changes_nothing(desk):
    run(desk, MIA, ANN, *PEOPLE)
    said = run(desk, MIA, ANN)

    assert said.startswith("refused: 8 of 10 people (80 %) would disappear")
    with desk.database.read():
        assert len(directory.everybody()) == 10
    (mail,) = desk.mail_out()
    assert mail["Subject"] == "IT Support: the directory was not taken over"
    assert "8 of 10 people (80 %) would disappear" in " ".join(mail.text.split())
    run(desk, MIA, ANN)
    assert told(desk) == []


def test_a_source_with_problems_changes_nothing(desk):
    said = run(desk, reading=Reading((MIA,), (Problem("expected a, got b", 3), Problem("else"))))

    assert said == "refused: 2 problems in the source; the first: line 3: expected a, got b"
    with desk.database.read():
        assert directory.everybody() == []
    assert "line 3: expected a, got b" in desk.mail_out()[0].text


def test_a_source_that_cannot_be_asked_is_a_failure_of_the_job(desk, tmp_path, now):
    (job,) = directory_sync.job(desk.database, CSV, lambda: fetch(CSV, tmp_path))
    runner = Runner(desk.database, desk.office, "test", lambda: now)

    assert runner.run_if_due(job) is False
    with desk.database.read():
        state = jobs.get(directory_sync.NAME)
    assert state is not None
    assert "people.csv cannot be read" in state.last_failure


@pytest.mark.parametrize(
    ("settings", "every"),
    [
        (CSV, timedelta(hours=2)),
        (DirectorySettings(url="ldap://x", base="o=x"), timedelta(days=1)),
        (DirectorySettings(csv="p", every_hours=0), None),
        (DirectorySettings(), None),
    ],
    ids=["csv", "ldap", "by-hand", "none"],
)
def test_the_job_is_there_where_a_source_is(database, settings, every):
    made = directory_sync.job(database, settings, Reading)

    assert directory_sync.every(settings) == every
    assert [one.every for one in made if isinstance(one, Job)] == ([every] if every else [])
