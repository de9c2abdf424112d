"""A feed from the web closes a day while a desk runs: its worker and its clocks count by that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from daemon.desk.approval_steps import Step, StepKind, next_step_at
from daemon.desk.calendars import CalendarSettings
from daemon.desk.service_levels import ServiceLevels
from daemon.desk.web_feeds import key_of
from daemon.services.fed_days import FedCalendars
from daemon.services.working_calendars import Places, working_calendars
from storage import calendar_feeds, clocks
from storage.calendar_feeds import FeedCopy
from tests.conftest import MONDAY_MORNING
from tests.scenarios.clock_desk import STANDARD, ClockDesk, opened

URL = "https://calendar.example.com/office.ics"
OFFICE = CalendarSettings(name="office", hours=("mon-fri 08:00-16:00",), feeds=(URL,))


@pytest.fixture
def desk(database) -> Iterator[ClockDesk]:
    made = ClockDesk(database, MONDAY_MORNING)
    fed = FedCalendars.of([OFFICE])
    calendars = working_calendars([OFFICE], Places("UTC", Path(), fed.days), MONDAY_MORNING.date())
    made.levels = ServiceLevels.build([STANDARD], calendars, made.levels.agents, fed=fed.days)
    made.office = replace(made.office, levels=made.levels, fed=fed)
    made.intake = replace(made.intake, office=made.office)
    yield made
    made.close()


def close_tuesday(desk: ClockDesk) -> None:
    with desk.database.write():
        calendar_feeds.put(FeedCopy(key_of(URL), desk.now, days=frozenset({date(2024, 1, 16)})))


def due(desk: ClockDesk, number: int) -> datetime:
    """Return when the eight hours for the resolution are over."""
    return desk.clocks(number)["resolution"]["due"]


def to_look_at(desk: ClockDesk) -> list[int]:
    with desk.database.read():
        return clocks.to_look_at(desk.now, desk.levels.fingerprint, 10)


def test_worker_counts_new_tickets_by_a_day_that_was_closed_a_minute_ago(desk: ClockDesk):
    opened(desk)
    close_tuesday(desk)
    desk.advance(seconds=30)
    opened(desk, "Too early")
    assert due(desk, 2) == datetime(2024, 1, 16, 9, 0, 30, tzinfo=UTC)
    desk.advance(seconds=30)
    opened(desk, "Late enough")

    # A minute less than seven hours on Monday, the rest on Wednesday.
    assert due(desk, 3) == datetime(2024, 1, 17, 9, 1, tzinfo=UTC)


def test_steps_of_approvals_that_wait_are_counted_anew(desk: ClockDesk):
    calendar = desk.levels.calendar("office")
    plan = [Step(StepKind.REMIND, 8 * 3600)]
    before = next_step_at(plan, desk.now, desk.now, calendar.add_working)
    close_tuesday(desk)
    with desk.database.read():
        desk.office.fed.renew(desk.now)

    assert before == datetime(2024, 1, 16, 9, tzinfo=UTC)
    assert next_step_at(plan, desk.now, desk.now, calendar.add_working) == before + timedelta(days=1)


def test_clocks_that_run_are_looked_at_again_when_a_day_is_closed(desk: ClockDesk):
    opened(desk)
    assert due(desk, 1) == datetime(2024, 1, 16, 9, tzinfo=UTC)
    assert to_look_at(desk) == []
    close_tuesday(desk)
    desk.advance(minutes=1)
    with desk.database.read():
        desk.office.fed.renew(desk.now)

    assert to_look_at(desk) == [1]
    desk.watch()
    assert to_look_at(desk) == []
    assert due(desk, 1) == datetime(2024, 1, 17, 9, tzinfo=UTC)
