"""A desk that promises something is put together with its clocks; one that does not, without."""

import threading
from datetime import timedelta
from pathlib import Path

import msgspec

from daemon.desk.directory_settings import DirectorySettings
from daemon.desk.waiting import Waiting, WaitingSettings
from daemon.services.health import Level, findings
from daemon.services.health_facts import gather
from daemon.settings import load
from daemon.shipped import folder
from daemon.wiring import Desk, watched
from storage import directory, jobs
from storage.records import DirectoryPerson
from tests.cli.operated import configured
from tests.conftest import FixedClock

SLA = """
[[calendar]]
name = "office"
hours = ["mon-fri 08:00-17:00"]

[[sla]]
name = "standard"
calendar = "office"
first_response = "1h"

[waiting]
reminders = 1
calendar = "office"
"""


def jobs_that_ran(desk: Desk) -> set[str]:
    """Let the timetable be gone through once and return what ran."""
    stop = threading.Event()
    stop.set()
    desk.ticker().run(stop)
    with desk.database.read():
        return {one.name for one in jobs.states() if one.last_run_at is not None}


def test_desk_that_promises_watches_its_clocks_and_health_watches_that(tmp_path: Path, clock: FixedClock):
    path = configured(tmp_path)
    path.write_text(path.read_text() + SLA)
    desk = Desk.open(load(path), clock)

    assert desk.office.levels is not None
    assert desk.office.levels.calendar("office").is_open(clock())
    assert desk.office.waiting.reminders == 1
    assert desk.office.waiting.calendar.name == "office"
    assert "clock-watch" in jobs_that_ran(desk)
    assert ("clock-watch", timedelta(minutes=1)) in watched(desk.settings).jobs
    desk.close()


def test_desk_that_promises_nothing_keeps_no_clocks_but_reminds(tmp_path: Path, clock: FixedClock):
    desk = Desk.open(load(configured(tmp_path)), clock)

    assert desk.office.levels is None
    assert desk.office.waiting == Waiting.of(WaitingSettings())
    ran = jobs_that_ran(desk)
    assert "waiting" in ran
    assert "clock-watch" not in ran
    assert "clock-watch" not in dict(watched(desk.settings).jobs)
    desk.close()


def test_desk_that_asks_managers_of_whom_it_knows_nothing_is_told(database, clock: FixedClock):
    settings = load(folder("config") / "company.toml", {})
    fetched = msgspec.structs.replace(settings, directory=DirectorySettings(csv="people.csv"))

    found = gather(database, watched(settings), clock())
    assert found.managers_unknown
    assert [one.level for one in findings(found, clock()) if one.key == "managers"] == [Level.HINT]
    assert not watched(fetched).asks_managers
    with database.write():
        directory.put([DirectoryPerson("rita@example.com", "Rita")], "test", clock())
    assert not gather(database, watched(settings), clock()).managers_unknown
