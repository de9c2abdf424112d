"""What hooks are told: which line of a journal is which event, to whom, in which words."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from daemon.desk.hook_settings import HookSettings
from daemon.desk.hooks import EVENTS, INTERNAL, event_of, is_wanted, message, next_delay
from storage.records import Event
from storage.vocabulary import Priority
from tests.conftest import MONDAY_MORNING
from tests.desk.ticketing import ticket

NOON = MONDAY_MORNING + timedelta(hours=3)
HOOK = HookSettings(name="chat", url="https://chat.test/", events=tuple(EVENTS))


def line(kind: str, /, **data: str) -> Event:
    named = {name.rstrip("_"): value for name, value in data.items()}
    return Event(17, 7, NOON, kind, "ann@corp.test", "arrival:3", named, "", "")


@pytest.mark.parametrize(
    ("kind", "data", "event"),
    [
        ("opened", {}, "opened"),
        ("entry", {"kind": "message"}, "message"),
        ("entry", {"kind": "answer"}, "answered"),
        ("entry", {"kind": "note"}, "note"),
        ("entry", {"kind": "held"}, "held"),
        ("entry", {"kind": "report"}, ""),
        ("assigned", {"to": "bob"}, "assigned"),
        ("team", {"to": "network"}, "team"),
        ("priority", {}, "priority"),
        ("state", {"from_": "new", "to": "open"}, "state"),
        ("state", {"from_": "open", "to": "resolved"}, "resolved"),
        ("state", {"from_": "in-fulfilment", "to": "fulfilled"}, "resolved"),
        ("state", {"from_": "resolved", "to": "closed"}, "closed"),
        ("state", {"from_": "closed", "to": "open"}, "reopened"),
        ("time runs out", {}, "sla-warning"),
        ("promise broken", {}, "sla-breached"),
        ("rang", {}, "ringing"),
        ("undelivered", {}, "undelivered"),
        ("masked", {}, ""),
    ],
)
def test_line_of_a_journal_is_an_event(kind, data, event):
    assert event_of(line(kind, **data), MONDAY_MORNING) == event


def test_first_words_of_a_ticket_are_its_opening_and_no_event_of_their_own():
    assert event_of(line("entry", kind="message"), NOON) == ""


class TestWanted:
    def test_only_events_that_were_asked_for(self):
        quiet = msgspec.structs.replace(HOOK, events=("resolved",))

        assert is_wanted(quiet, "resolved", ticket())
        assert not is_wanted(quiet, "opened", ticket())

    @pytest.mark.parametrize("event", sorted(INTERNAL))
    def test_nothing_internal_unless_it_says_so(self, event):
        assert not is_wanted(HOOK, event, ticket())
        assert is_wanted(msgspec.structs.replace(HOOK, internal=True), event, ticket())

    def test_priority_and_those_above_it(self):
        hook = msgspec.structs.replace(HOOK, priority="P2")
        told = [rank for rank in Priority if is_wanted(hook, "opened", replace(ticket(), priority=rank))]

        assert told == [Priority.P1, Priority.P2]

    def test_tickets_of_its_teams_also_as_a_second_route(self):
        hook = msgspec.structs.replace(HOOK, teams=("network",))
        theirs = replace(ticket(), team="desk", routes=("desk", "network"))

        assert is_wanted(hook, "opened", theirs)
        assert not is_wanted(hook, "opened", replace(theirs, routes=("desk",)))


class TestMessage:
    @pytest.mark.parametrize(
        ("event", "data", "text"),
        [
            ("opened", {}, "New ticket [#7] (P3, service-desk): Printer"),
            ("resolved", {"to": "in-fulfilment"}, "Resolved [#7] (P3, service-desk, in fulfilment): Printer"),
            ("assigned", {"to": "bob@corp.test"}, "Assigned [#7] (P3, service-desk, bob@corp.test): Printer"),
            (
                "sla-warning",
                {"clock": "first-response", "share": "80 %"},
                "Promised time runs out [#7] (P3, service-desk, first response 80 %): Printer",
            ),
        ],
    )
    def test_says_what_happened_in_a_line(self, event, data, text):
        seven = replace(ticket(), number=7, subject="Printer", priority=Priority.P3, team="service-desk")

        assert message(line("x", **data), event, seven, "support@desk.test").text == text

    def test_is_known_by_desk_line_and_event_and_cuts_what_is_long(self):
        found = message(
            line("opened"), "opened", replace(ticket(), subject=""), "support@desk.test", "x" * 1000
        )

        assert found.id == "support@desk.test-17-opened"
        assert found.at == "2024-01-15T12:00:00Z"
        assert found.text.endswith(": (no subject)")
        assert len(found.excerpt) == 300


def test_wait_doubles_up_to_an_hour_and_heeds_the_other_end_up_to_an_hour():
    assert [next_delay(at).total_seconds() for at in (0, 1, 2, 8, 40)] == [10, 20, 40, 2560, 3600]
    assert next_delay(0, 90) == timedelta(seconds=90)
    assert next_delay(0, 99_999) == timedelta(hours=1)
