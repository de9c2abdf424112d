"""A journal played again: every fact that it tells, and what is no fact."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.desk.journal_replay import UNKNOWN, Replay
from storage.records import Event
from tests.conftest import MONDAY_MORNING

AT = MONDAY_MORNING.isoformat()
OPENED = ("opened", {"type": "incident", "priority": "P3", "requester": "cara@cust.test", "teams": "it, hr"})


def replayed(*lines: tuple[str, dict[str, str]]) -> Replay:
    """Play lines a minute apart, after the opening."""
    replay = Replay()
    for number, (kind, data) in enumerate((OPENED, *lines)):
        at = MONDAY_MORNING + timedelta(minutes=number)
        replay.follow(Event(number + 1, 7, at, kind, "ann", "cli", data, "", ""))
    return replay


def minute(number: int) -> str:
    return (MONDAY_MORNING + timedelta(minutes=number)).isoformat()


def test_opening_says_what_a_ticket_begins_with():
    assert replayed().facts == {
        "type": "incident",
        "state": "new",
        "impact": "medium",
        "urgency": "medium",
        "priority": "P3",
        "team": "it",
        "routes": "it, hr",
        "requester": "cara@cust.test",
        "created_at": AT,
        "updated_at": AT,
        "minutes_spent": "0",
    }


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        (("assigned", {"to": "ann@corp.test"}), {"assignee": "ann@corp.test"}),
        (("assigned", {"to": "nobody"}), {"assignee": ""}),
        (("team", {"from": "it", "to": "hr", "teams": "hr"}), {"team": "hr", "routes": "hr"}),
        (("routed", {"team": "web"}), {"routes": "it, hr, web"}),
        (
            ("priority", {"impact": "high", "urgency": "low", "priority": "P2", "reason": "x"}),
            {"impact": "high", "urgency": "low", "priority": "P2"},
        ),
        (("category", {"from": "", "to": "unknown"}), {"category": "unknown"}),
        (("promised", {"moment": "2024-01-15T12:00:00+01:00"}), {"due_at": "2024-01-15T11:00:00+00:00"}),
        (("promised", {"moment": "nothing"}), {"due_at": ""}),
        (("promised", {"moment": "soon"}), {"due_at": "soon"}),
        (("tags", {"tags": "vpn nobody"}), {"tags": "vpn nobody"}),
        (("field", {"name": "asset", "value": "PC-7"}), {"field asset": "PC-7"}),
        (("watched", {"by": "bob@corp.test"}), {"watchers": "bob@corp.test"}),
        (("watched", {"by": "nobody"}), {"watchers": ""}),
        (("asked", {"waiting": "bob@corp.test"}), {"asked": "bob@corp.test"}),
        (("asked", {"waiting": "for nobody"}), {"asked": ""}),
        (("time", {"minutes": "90"}), {"minutes_spent": "90"}),
        (("time", {"minutes": "a lot"}), {"minutes_spent": "a lot"}),
        (("requester", {"address": "nobody"}), {"requester": ""}),
        (("linked", {"kind": "duplicate", "ticket": "12"}), {"link duplicate 12": "yes"}),
        (
            ("merged into", {"ticket": "12"}),
            {"merged_into": "12", "state": "closed", "closed_at": minute(1), "resolved_at": minute(1)},
        ),
        (
            ("type", {"from": "incident", "to": "problem", "state": "investigating"}),
            {"type": "problem", "state": "investigating", "closed_at": ""},
        ),
        (
            ("type", {"from": "incident", "to": "problem", "state": "new"}),
            {"type": "problem", "state": "new"},
        ),
        (("entry", {"kind": "note", "type": "problem"}), {"type": "incident"}),
    ],
)
def test_a_line_changes_the_facts_that_it_tells(line: tuple[str, dict[str, str]], facts: dict[str, str]):
    after = replayed(line).facts

    assert {name: after[name] for name in facts} == facts
    assert after["updated_at"] == minute(1)


def test_an_unusual_opening_says_its_levels_and_its_team():
    said = {**OPENED[1], "impact": "high", "urgency": "low", "team": "a, b", "teams": "a, b, c"}
    replay = Replay()
    replay.follow(Event(1, 7, MONDAY_MORNING, "opened", "cara", "arrival:1", said, "", ""))

    facts = replay.facts
    assert (facts["impact"], facts["urgency"], facts["team"]) == ("high", "low", "a, b")


def test_moments_of_an_end_stay_till_the_ticket_comes_back():
    closed = replayed(("state", {"to": "resolved"}), ("state", {"to": "closed"})).facts
    back = replayed(("state", {"to": "resolved"}), ("state", {"to": "open"})).facts

    assert (closed["resolved_at"], closed["closed_at"]) == (minute(1), minute(2))
    assert (back["state"], back["resolved_at"], back["closed_at"]) == ("open", "", "")


def test_a_state_that_waits_for_a_day_says_for_which():
    until = datetime(2024, 2, 1, tzinfo=UTC).isoformat()

    assert replayed(("state", {"to": "pending-date", "until": until})).facts["pending_until"] == until


def test_a_state_taken_back_comes_with_its_moments():
    taken_back = {"to": "closed", "reason": "taken back", "resolved": AT, "closed": minute(9), "until": ""}
    facts = replayed(("state", taken_back)).facts

    assert (facts["resolved_at"], facts["closed_at"]) == (AT, minute(9))


def test_what_an_older_journal_does_not_tell_is_not_compared():
    replay = replayed(("state", {"to": "open", "reason": "taken back"}))

    assert replay.facts["resolved_at"] == UNKNOWN
    assert replay.differences({**replay.facts, "resolved_at": AT}) == []


def test_a_difference_names_the_line_that_wrote_the_fact():
    replay = replayed(("tags", {"tags": "vpn"}), ("assigned", {"to": "ann@corp.test"}))

    assert replay.differences({**replay.facts, "tags": "printer"}) == [("tags", "vpn", "printer")]
    assert replay.differences({**replay.facts, "field asset": "x"}) == [("field asset", "", "x")]
    assert replay.written_by["tags"] == 2


def test_links_and_merges_are_taken_back():
    gone = {"kind": "related", "ticket": "3"}
    facts = replayed(
        ("linked", gone),
        ("linked no longer", gone),
        ("merged into", {"ticket": "3"}),
        ("merged no longer", {}),
    ).facts

    assert facts["link related 3"] == ""
    assert facts["merged_into"] == ""
