"""What "postdesk check" says about digests and team leads."""

import pytest

from daemon.settings.reading import read
from daemon.settings.rules import RULES

DESK = {"name": "x", "address": "x@y.test"}
ANN = {"address": "ann@corp.test", "name": "Ann"}


def faults(agent: dict, **team: object) -> list[tuple[tuple, str]]:
    document, problems = read({"desk": DESK, "agent": [ANN | agent], "team": [{"name": "desk", **team}]})
    assert problems == []
    return [(fault.at, fault.text) for rule in RULES for fault in rule(document)]


def test_digest_with_times_is_fine():
    assert faults({"digest": "daily", "digest_times": ["7:30", "13:00"]}, lead="carol@corp.test") == []
    assert faults({"digest": "hourly", "digest_times": []}) == []


@pytest.mark.parametrize(
    ("agent", "at", "said"),
    [
        ({"digest": "daily", "digest_times": []}, ("agent", 0, "digest_times"), "needs a time"),
        ({"digest_times": ["8:00", "25:00"]}, ("agent", 0, "digest_times", 1), 'got "25:00"'),
    ],
)
def test_wrong_time_is_told(agent, at, said):
    ((place, text),) = faults(agent)

    assert place == at
    assert said in text


def test_lead_is_an_address():
    ((place, text),) = faults({}, lead="carol")

    assert place == ("team", 0, "lead")
    assert "expected an e-mail address" in text
