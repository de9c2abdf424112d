"""What is wrong with a heartbeat or with silence is said before the desk starts."""

import pytest

from daemon.wiring import watched
from tests.settings.conftest import ANN, DESK

SMTP = '[relay]\nurl = "smtp://127.0.0.1:25"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[heartbeat]\nevery_minutes = 5\n", "heartbeat.every_minutes: expected a relay that delivers"),
        (
            SMTP + '[heartbeat]\naddresses = ["a@b.test", "A@B.test"]\n',
            "heartbeat.addresses[2]: a@b.test stands",
        ),
        (
            SMTP + '[heartbeat]\naddresses = ["nobody"]\n',
            "heartbeat.addresses[1]: expected an e-mail address",
        ),
        (
            SMTP + "[heartbeat]\nlimit_minutes = 0\n",
            "heartbeat.limit_minutes: expected a whole number from 1",
        ),
        ('[alarm]\nsilence_times = ["always"]\n', "alarm.silence_times[1]: expected hours like"),
        ("[alarm]\nsilence_hours = 2\nsilence_times = []\n", "alarm.silence_times: missing"),
        ("[alarm]\nsilence_hours = -1\n", "alarm.silence_hours: expected a whole number from 0"),
    ],
)
def test_is_refused(complaints, text: str, said: str):
    assert any(said in line for line in complaints(DESK + ANN + text))


def test_a_desk_without_both_watches_neither(loaded):
    found = watched(loaded(DESK + ANN))

    assert (found.rhythm, found.quiet) == (None, None)
    assert "heartbeat" not in dict(found.jobs)


def test_a_heart_beats_to_the_desk_itself_where_nothing_else_is_said(loaded):
    found = watched(loaded(DESK + ANN + SMTP + "[heartbeat]\nevery_minutes = 5\n"))

    assert found.rhythm is not None
    assert len(found.rhythm.addresses) == 1
    assert dict(found.jobs)["heartbeat"] == found.rhythm.every
