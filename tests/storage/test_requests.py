"""What was asked for out of the catalogue is kept with its answers, in their order."""

from datetime import timedelta

import pytest

from storage import requests
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def test_request_is_kept_with_its_answers_in_order(database):
    with database.write():
        requests.add(7, "laptop", {"model": "Light 13", "start": "2024-02-01"}, NOW)
        found = requests.get(7)

        assert found == requests.Request(
            7, "laptop", (("model", "Light 13"), ("start", "2024-02-01")), 1, NOW, NOW
        )
        assert requests.get(8) is None


def test_other_answers_are_another_version(database):
    later = NOW + timedelta(hours=1)
    with database.write():
        requests.add(7, "laptop", {"model": "Light 13"}, NOW)
        requests.answer(7, {"model": "Strong 16", "reason": "games: \u201cbig\u201d ones"}, later)

        found = requests.get(7)
    assert found is not None
    assert (found.version, found.created_at, found.updated_at) == (2, NOW, later)
    assert dict(found.answers) == {"model": "Strong 16", "reason": "games: \u201cbig\u201d ones"}


def test_answers_to_nothing_are_refused(database):
    with database.write(), pytest.raises(LookupError, match="ticket 9 asks for nothing"):
        requests.answer(9, {}, NOW)


def test_a_ticket_asks_for_something_else_or_for_nothing(database):
    later = NOW + timedelta(hours=1)
    with database.write():
        requests.put(7, "laptop", {"model": "Large"}, NOW)
        requests.put(7, "laptop", {"model": "Small"}, later)
        changed = requests.get(7)
        requests.put(7, "phone", {}, later)
        other = requests.get(7)
        requests.put(7, "", {}, later)
        none = requests.get(7)
        requests.put(7, "", {}, later)

    assert changed is not None
    assert (changed.answers, changed.version, changed.created_at) == ((("model", "Small"),), 2, NOW)
    assert other is not None
    assert (other.item, other.answers, other.version) == ("phone", (), 1)
    assert none is None
