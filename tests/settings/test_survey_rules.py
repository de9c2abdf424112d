"""What is wrong with the settings of surveys is told, and what is right becomes a plan."""

from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.settings.service_levels import surveys_of
from tests.settings.conftest import ANN, DESK

OFFICE = '[[calendar]]\nname = "office"\nhours = ["mon-fri 10:00-17:00"]\nclosed = ["2024-01-15"]\n'
TODAY = date(2024, 1, 15)
MONDAY = datetime(2024, 1, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'delay = "soon"',
            '8: survey.delay: expected a length of time like "30m", "8h" or "1h 30m", got "soon"',
        ),
        ('delay = ""', '8: survey.delay: expected a length of time like "30m", "8h" or "1h 30m", got "0"'),
        ("times = []", "8: survey.times: missing; surveys are sent within these hours"),
        (
            'calendar = "office"',
            '8: survey.calendar: expected the name of a [[calendar]], got "office" (there are none)',
        ),
        (
            'teams_off = ["service-dest"]',
            (
                '8: survey.teams_off[1]: expected the name of a [[team]], got "service-dest" '
                "(did you mean service-desk?)"
            ),
        ),
        ("low_score = 5", "8: survey.low_score: expected a whole number from 0 to 4, got 5"),
    ],
)
def test_what_is_wrong_is_told(complaints, text, said):
    assert complaints(f"{DESK}{ANN}[survey]\n{text}\n") == [said]


def test_hours_that_are_none_are_told(complaints):
    (said,) = complaints(f'{DESK}{ANN}[survey]\ntimes = ["always"]\n')

    assert said.startswith("8: survey.times[1]: expected")


def test_settings_become_a_plan(loaded):
    found = surveys_of(loaded(f'{DESK}{ANN}[survey]\nenabled = true\ndelay = "1h 30m"\n'), TODAY)

    assert (found.enabled, found.plan.delay) == (True, timedelta(minutes=90))
    assert found.next_open(MONDAY) == MONDAY
    assert not surveys_of(loaded(DESK + ANN), TODAY).enabled


def test_a_calendar_takes_the_place_of_the_hours(loaded):
    text = f'{DESK}{ANN}[survey]\ntimes = []\ncalendar = "office"\n{OFFICE}'

    opens = surveys_of(loaded(text), TODAY).next_open(MONDAY)
    assert opens is not None
    assert opens.date() == date(2024, 1, 16)
