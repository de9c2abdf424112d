"""The clock of the house asks often enough, catches up at once, and is not put off by a wrong clock."""

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from daemon.edges import ticker
from daemon.edges.ticker import Ticker
from daemon.jobs.job import Job


@dataclass
class Asked:
    """In place of the runner: notes which jobs it was asked about."""

    names: list[str] = field(default_factory=list)
    closed: bool = False

    def run_if_due(self, job: Job) -> bool:
        self.names.append(job.name)
        return True

    def close(self) -> None:
        self.closed = True


def job(name: str, **every: float) -> Job:
    return Job(name, timedelta(**every), "", lambda _office, _now: "")


def run_for(clock: Ticker, seconds: float) -> None:
    """Run the ticker in a thread, stop it after some time, and see to it that it stops."""
    stop = threading.Event()
    thread = threading.Thread(target=clock.run, args=(stop,))
    thread.start()
    time.sleep(seconds)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_everything_is_looked_at_once_at_the_start_and_a_stop_is_heard_at_once(monkeypatch):
    monkeypatch.setattr(ticker, "PAUSE_SECONDS_MAX", 600.0)
    asked = Asked()
    run_for(Ticker(asked, [job("hourly", hours=1), job("daily", days=1)]), 0.1)

    assert sorted(asked.names) == ["daily", "hourly"]
    assert asked.closed


@pytest.mark.parametrize(
    ("every", "seconds"),
    [
        ({"seconds": 1}, 1),
        ({"seconds": 100}, 10),
        ({"minutes": 10}, 60),
        ({"days": 7}, 60),
    ],
    ids=["no more often than each second", "ten times in its interval", "each minute", "never less"],
)
def test_how_often_a_job_is_asked_about(every: dict[str, float], seconds: int):
    (entry,) = Ticker(Asked(), [job("one", **every)])._scheduler.jobs

    assert (entry.interval, entry.unit) == (seconds, "seconds")


def test_job_is_asked_about_again_and_again():
    asked = Asked()
    run_for(Ticker(asked, [job("often", seconds=1)]), 2.3)

    assert 3 <= len(asked.names) <= 4


def test_wall_clock_that_was_put_back_delays_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ticker, "PAUSE_SECONDS_MAX", 0.05)
    asked = Asked()
    clock = Ticker(asked, [job("hourly", hours=1)])
    stop = threading.Event()
    thread = threading.Thread(target=clock.run, args=(stop,))
    thread.start()
    time.sleep(0.2)
    before = len(asked.names)

    # An hour is put back: what was due in a minute is due in an hour and a minute.
    (entry,) = clock._scheduler.jobs
    entry.next_run += timedelta(hours=1)
    time.sleep(0.3)
    stop.set()
    thread.join(10)

    assert (before, len(asked.names)) == (1, 2)


def test_empty_timetable_waits_for_the_stop():
    asked = Asked()
    run_for(Ticker(asked, []), 0.1)

    assert asked.closed
