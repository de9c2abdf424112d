"""Every clock has its own start, stop and pause."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.desk.calendars import Calendar
from daemon.desk.clocks import ANSWERED, Reading, Turn, moment_of, of_clock, readings, ring_of, step
from daemon.desk.opening_hours import week
from daemon.desk.service_levels import ServiceLevels, SlaSettings
from storage.records import Segment, Ticket
from storage.vocabulary import Clock, Priority, TicketState
from tests.desk.ticketing import MONDAY_MORNING, ticket

OFFICE = Calendar(
    "office", ZoneInfo("Europe/Berlin"), week(["mon-fri 08:00-12:00 13:00-17:00"]), lambda _day: False
)
ROWS = (
    SlaSettings(
        name="critical",
        priorities=("P1",),
        first_response="15m",
        resolution="4h",
        update="30m",
        ring_minutes=10,
    ),
    SlaSettings(
        name="usual",
        priorities=("P2", "P3"),
        calendar="office",
        first_response="1h",
        next_response="2h",
        resolution="8h",
        pause=("pending-requester", "pending-vendor"),
    ),
)
LEVELS = ServiceLevels.build(ROWS, {"office": OFFICE}, frozenset())
S = TicketState


@dataclass
class Story:
    """A ticket whose clocks are kept; every call is one turn, so many minutes after the one before."""

    now: datetime = MONDAY_MORNING
    ticket: Ticket = field(default_factory=ticket)
    levels: ServiceLevels = LEVELS
    segments: list[Segment] = field(default_factory=list)

    def turn(self, minutes: float = 0, *, what: str = "", **fields: object) -> "Story":
        self.now += timedelta(minutes=minutes)
        before, self.ticket = self.ticket, replace(self.ticket, **fields)
        happened = dict.fromkeys(what.split(), True)
        self.segments = step(
            self.segments, Turn(self.now, before, self.ticket, "arrival:1", **happened), self.levels
        )
        return self

    def read(self, clock: Clock, minutes: float = 0) -> Reading:
        """Return the newest run of a clock, so many minutes from now."""
        found = readings(self.segments, self.now + timedelta(minutes=minutes), self.levels)
        return [one for one in found if one.clock is clock][-1]

    def kinds(self, clock: Clock) -> list[str]:
        return [f"{one.run} {one.kind}" for one in of_clock(self.segments, clock)]


def opened(**fields: object) -> Story:
    return Story(ticket=ticket(**fields)).turn(what="opened asked")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


class TestFirstResponse:
    def test_it_runs_from_the_opening_to_the_first_answer(self):
        story = opened()
        assert story.read(Clock.FIRST_RESPONSE).due_at == berlin("2024-01-15 11:00")

        story.turn(25, what="answered attended", state=S.OPEN)
        reading = story.read(Clock.FIRST_RESPONSE, 600)

        assert (reading.stands, reading.used_seconds, reading.left_seconds) == ("stopped", 1500, 2100)
        assert (reading.due_at, reading.last.ended_reason) == (None, ANSWERED)

    def test_note_and_assignment_are_no_answer(self):
        story = opened().turn(5, what="attended", state=S.OPEN, assignee="ann@corp.test")

        assert story.read(Clock.FIRST_RESPONSE).stands == "running"

    def test_waiting_for_the_requester_does_not_pause_it(self):
        story = opened().turn(5, what="attended", state=S.PENDING_REQUESTER)

        assert story.read(Clock.FIRST_RESPONSE).stands == "running"
        assert story.read(Clock.RESOLUTION).stands == "paused"

    def test_resolution_without_an_answer_stops_it(self):
        reading = opened().turn(5, what="attended", state=S.RESOLVED).read(Clock.FIRST_RESPONSE)

        assert (reading.stands, reading.last.ended_reason) == ("stopped", "the ticket is resolved")

    def test_it_never_starts_again(self):
        story = opened().turn(5, what="answered", state=S.OPEN).turn(5, state=S.RESOLVED)
        story.turn(5, what="asked", state=S.OPEN)

        assert story.kinds(Clock.FIRST_RESPONSE) == ["1 running"]

    def test_answer_that_came_back_was_none(self):
        story = opened().turn(20, what="answered", state=S.OPEN).turn(10, what="undelivered")

        assert story.kinds(Clock.FIRST_RESPONSE) == ["1 running", "1 running"]
        assert story.read(Clock.FIRST_RESPONSE, 5).used_seconds == 25 * 60

    def test_note_that_came_back_changes_nothing(self):
        assert opened().turn(20, what="undelivered").kinds(Clock.FIRST_RESPONSE) == ["1 running"]


class TestNextResponse:
    def test_it_does_not_run_beside_the_first_response(self):
        assert opened().turn(5, what="asked").kinds(Clock.NEXT_RESPONSE) == []

    def test_it_counts_from_the_first_message_that_nobody_answered(self):
        story = opened().turn(5, what="answered", state=S.OPEN)
        story.turn(10, what="asked").turn(10, what="asked")

        assert story.read(Clock.NEXT_RESPONSE, 10).used_seconds == 20 * 60
        assert story.read(Clock.NEXT_RESPONSE).due_at == berlin("2024-01-15 13:15")

    def test_each_question_is_a_run_of_its_own(self):
        story = opened().turn(5, what="answered", state=S.OPEN)
        for _ in range(2):
            story.turn(10, what="asked").turn(10, what="answered")

        assert story.kinds(Clock.NEXT_RESPONSE) == ["1 running", "2 running"]
        assert story.read(Clock.NEXT_RESPONSE).stands == "stopped"

    def test_thanks_on_a_ticket_that_ended_starts_nothing(self):
        story = opened().turn(5, what="answered", state=S.RESOLVED).turn(5, what="asked")

        assert story.kinds(Clock.NEXT_RESPONSE) == []

    def test_what_came_back_was_the_answer_to_the_newest_question(self):
        story = opened().turn(5, what="answered", state=S.OPEN).turn(5, what="asked")
        story.turn(5, what="answered").turn(5, what="undelivered")

        assert story.kinds(Clock.NEXT_RESPONSE) == ["1 running", "1 running"]
        assert story.kinds(Clock.FIRST_RESPONSE) == ["1 running"]


class TestResolution:
    def test_pause_is_a_segment_and_what_is_left_stays(self):
        story = opened().turn(60, what="answered", state=S.PENDING_REQUESTER)
        assert story.read(Clock.RESOLUTION, 5000).left_seconds == 7 * 3600
        assert story.read(Clock.RESOLUTION).due_at is None

        story.turn(24 * 60, what="asked", state=S.OPEN)

        assert story.kinds(Clock.RESOLUTION) == ["1 running", "1 paused", "1 running"]
        # Tuesday 11:00 in Berlin with seven hours to go: 1 till lunch, 4 after it, 2 on Wednesday.
        assert story.read(Clock.RESOLUTION).due_at == berlin("2024-01-17 10:00")

    def test_straight_from_waiting_to_resolved_the_waiting_is_not_counted(self):
        story = opened().turn(60, state=S.PENDING_VENDOR).turn(60, state=S.RESOLVED)

        assert story.read(Clock.RESOLUTION).used_seconds == 3600

    def test_state_that_the_row_does_not_name_does_not_pause(self):
        assert opened().turn(60, state=S.PENDING_DATE).kinds(Clock.RESOLUTION) == ["1 running"]

    def test_reopening_is_a_new_run_and_the_first_stays_as_it_was(self):
        story = opened().turn(60, what="answered", state=S.RESOLVED)
        first = story.read(Clock.RESOLUTION)
        story.turn(300, what="asked", state=S.OPEN)

        assert story.kinds(Clock.RESOLUTION) == ["1 running", "2 running"]
        assert first in readings(story.segments, story.now, LEVELS)
        assert story.read(Clock.RESOLUTION).used_seconds == 0

    def test_closing_what_is_resolved_counts_nothing(self):
        story = opened().turn(60, state=S.RESOLVED)
        before = list(story.segments)

        assert story.turn(60, state=S.CLOSED).segments == before


class TestNewTerms:
    def test_priority_computes_the_deadline_anew_from_what_was_used(self):
        story = opened().turn(120, priority=Priority.P1)
        reading = story.read(Clock.RESOLUTION)

        # From 10:00 to 12:00 by the office, then 2 of 4 hours around the clock.
        assert reading.due_at == story.now + timedelta(hours=2)
        assert [one.reason for one in reading.segments] == ["the ticket was opened", "its priority became P1"]

    def test_what_is_late_by_new_terms_is_due_when_they_began(self):
        story = opened().turn(150, priority=Priority.P1)

        assert story.read(Clock.FIRST_RESPONSE).due_at == story.now
        assert story.read(Clock.FIRST_RESPONSE).left_seconds == -(120 - 15) * 60

    def test_priority_without_a_promise_goes_on_counting(self):
        story = opened(priority=Priority.P4)
        assert story.read(Clock.RESOLUTION).target_seconds is None

        # An hour around the clock, then seven by the office: one till lunch, four after it, two on Tuesday.
        story.turn(60, priority=Priority.P3)
        assert story.read(Clock.RESOLUTION).due_at == berlin("2024-01-16 10:00")

    def test_other_rows_than_before_are_new_terms(self):
        story = opened()
        story.levels = ServiceLevels.build((SlaSettings(name="new", resolution="1h"),), {}, frozenset())

        assert story.turn(30).read(Clock.RESOLUTION).last.reason == "the service level changed"

    @pytest.mark.parametrize(
        ("changed", "said"), [({"team": "hr"}, "its team became hr"), ({"priority": Priority.P2}, None)]
    )
    def test_change_splits_only_where_the_terms_differ(self, changed, said):
        rows = (SlaSettings(name="hr", teams=("hr",), resolution="1h"), *ROWS)
        story = opened()
        story.levels = ServiceLevels.build(rows, {"office": OFFICE}, frozenset())
        story.turn(30, **changed)

        assert [one.reason for one in of_clock(story.segments, Clock.RESOLUTION)][1:] == (
            [said] if said else []
        )


class TestUpdate:
    def test_each_answer_starts_it_anew_as_long_as_there_is_work(self):
        story = opened(priority=Priority.P1)
        assert story.read(Clock.UPDATE).due_at == story.now + timedelta(minutes=30)
        story.turn(10, what="answered", state=S.OPEN)
        assert story.read(Clock.UPDATE).due_at == story.now + timedelta(minutes=30)
        story.turn(10, what="asked").turn(10, state=S.RESOLVED)

        assert story.kinds(Clock.UPDATE) == ["1 running", "2 running"]
        assert story.read(Clock.UPDATE).stands == "stopped"

    def test_it_is_there_only_where_it_is_promised(self):
        story = opened()
        assert story.kinds(Clock.UPDATE) == []
        story.turn(5, priority=Priority.P1).turn(5, priority=Priority.P2)

        assert story.kinds(Clock.UPDATE) == ["1 running"]
        assert story.read(Clock.UPDATE).stands == "stopped"


class TestAttention:
    def test_critical_ticket_rings_till_an_agent_does_anything(self):
        story = opened(priority=Priority.P1)
        mine = of_clock(story.segments, Clock.ATTENTION)
        rung = [ring_of(mine, story.now + timedelta(minutes=m), 600) for m in (0, 9, 10, 25)]
        start = story.now

        assert rung == [
            (0, start + timedelta(minutes=10)),
            (0, start + timedelta(minutes=10)),
            (1, start + timedelta(minutes=20)),
            (2, start + timedelta(minutes=30)),
        ]
        story.turn(25, what="attended")
        assert story.read(Clock.ATTENTION).last.ended_reason == "an agent is at it"
        assert ring_of(of_clock(story.segments, Clock.ATTENTION), story.now, 600) is None

    def test_ticket_that_becomes_critical_by_itself_rings_from_then_on(self):
        story = opened().turn(30, priority=Priority.P1)

        assert story.read(Clock.ATTENTION).last.started_at == story.now

    def test_agent_who_makes_it_critical_is_at_it(self):
        assert opened().turn(30, what="attended", priority=Priority.P1).kinds(Clock.ATTENTION) == []

    def test_next_question_rings_again_and_a_lower_priority_ends_it(self):
        story = opened(priority=Priority.P1).turn(5, what="answered attended", state=S.OPEN)
        story.turn(5, what="asked")
        assert story.kinds(Clock.ATTENTION) == ["1 running", "2 running"]

        assert story.turn(5, priority=Priority.P3).read(Clock.ATTENTION).stands == "stopped"


class TestOddities:
    def test_ticket_from_before_there_were_clocks_gets_what_makes_sense(self):
        assert {one.clock for one in Story().turn(what="asked").segments} == {
            Clock.FIRST_RESPONSE,
            Clock.RESOLUTION,
        }
        old = Story(ticket=ticket(state=S.OPEN)).turn(what="asked")
        assert {one.clock for one in old.segments} == {Clock.NEXT_RESPONSE, Clock.RESOLUTION}
        assert Story(ticket=ticket(state=S.CLOSED)).turn().segments == []

    def test_clock_of_the_machine_that_is_put_back_makes_no_time(self):
        story = opened().turn(-60, what="answered", state=S.RESOLVED)

        assert {one.used_seconds for one in story.segments} == {0}
        assert all(one.ended_at is not None and one.ended_at >= one.started_at for one in story.segments)

    def test_same_turn_again_changes_nothing(self):
        story = opened().turn(5, what="answered", state=S.PENDING_VENDOR)
        before = list(story.segments)

        assert story.turn(5).segments == before

    def test_parts_of_a_second_are_not_counted(self):
        story = Story(now=MONDAY_MORNING + timedelta(microseconds=7)).turn(what="opened")

        assert {one.started_at.microsecond for one in story.segments} == {0}

    def test_shares_of_the_time(self):
        mine = of_clock(opened().segments, Clock.RESOLUTION)

        assert [moment_of(mine, share, LEVELS) for share in (0.5, 1.0, 1.25)] == [
            berlin("2024-01-15 15:00"), berlin("2024-01-16 10:00"), berlin("2024-01-16 12:00"),
        ]  # fmt: skip
