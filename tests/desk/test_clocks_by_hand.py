"""Clocks agree with ones that are moved on by hand each minute, whatever happens to the ticket."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.clocks import of_clock, readings
from daemon.desk.lifecycle import ENDED
from storage.records import Ticket
from storage.vocabulary import Clock, Priority, SegmentKind, TicketState
from tests.desk.test_clocks import LEVELS, S, Story
from tests.desk.ticketing import MONDAY_MORNING, ticket


@dataclass
class ByHand:
    """A slow reference: what runs is a set of words, and every minute everything is counted on."""

    clocks: dict[Clock, list[int]] = field(default_factory=lambda: {clock: [] for clock in Clock})
    goes: set[Clock] = field(default_factory=set)
    waits: set[Clock] = field(default_factory=set)

    def minute(self, at: datetime, priority: Priority) -> None:
        local = at.astimezone(ZoneInfo("Europe/Berlin"))
        office = local.weekday() < 5 and (8 <= local.hour < 12 or 13 <= local.hour < 17)
        if office or priority not in {Priority.P2, Priority.P3}:
            for clock in self.goes:
                self.clocks[clock][-1] += 60

    def start(self, clock: Clock) -> None:
        self.clocks[clock].append(0)
        self.goes.add(clock)

    def stop(self, *clocks: Clock) -> None:
        self.goes -= set(clocks)
        self.waits -= set(clocks)

    def happen(self, what: str, ticket: Ticket) -> None:
        promised = ticket.priority is Priority.P1
        if what == "answered":
            self.stop(Clock.FIRST_RESPONSE, Clock.NEXT_RESPONSE, Clock.UPDATE)
        if ticket.state in ENDED:
            return self.stop(*Clock)
        if what == "asked" and Clock.FIRST_RESPONSE not in self.goes and Clock.NEXT_RESPONSE not in self.goes:
            self.start(Clock.NEXT_RESPONSE)
        if not promised:
            self.stop(Clock.UPDATE)
        for clock in (Clock.RESOLUTION, *([Clock.UPDATE] if promised else [])):
            if clock not in self.goes | self.waits:
                self.start(clock)
        pauses = {S.PENDING_REQUESTER, S.PENDING_VENDOR} | (
            set() if ticket.priority in {"P2", "P3"} else {S.PENDING_DATE}
        )
        movable = {Clock.RESOLUTION, Clock.UPDATE} & (self.goes | self.waits)
        if ticket.state in pauses:
            self.goes, self.waits = self.goes - movable, self.waits | movable
        else:
            self.goes, self.waits = self.goes | movable, self.waits - movable
        return None


EVENTS = st.one_of(
    st.sampled_from(["asked", "answered", "note"]),
    st.sampled_from([S.OPEN, S.PENDING_REQUESTER, S.PENDING_VENDOR, S.PENDING_DATE, S.RESOLVED, S.CLOSED]),
    st.sampled_from(list(Priority)),
)
GAPS = st.one_of(st.integers(0, 90), st.integers(0, 1500))
# Changes of clocks in Berlin, a weekend and a plain day.
STARTS = st.sampled_from(
    [
        datetime(2024, 3, 30, 20, tzinfo=UTC),
        datetime(2024, 10, 26, 20, tzinfo=UTC),
        datetime(2024, 1, 12, 14, tzinfo=UTC),
        MONDAY_MORNING,
    ]
)


@given(STARTS, st.sampled_from(list(Priority)), st.lists(st.tuples(GAPS, EVENTS), max_size=12))
@settings(max_examples=3000 if os.environ.get("FUZZ") == "full" else 150)
def test_any_sequence_agrees_with_a_clock_that_is_moved_on_by_hand(start, priority, events):
    story = Story(now=start, ticket=ticket(priority=priority)).turn(what="opened asked")
    hand = ByHand()
    hand.start(Clock.FIRST_RESPONSE)
    hand.happen("opened", story.ticket)
    for gap, event in [*events, (600, "note")]:
        for minute in range(gap):
            hand.minute(story.now + timedelta(minutes=minute), story.ticket.priority)
        match event:
            case TicketState():
                story.turn(gap, what="attended", state=event)
            case Priority():
                story.turn(gap, what="attended", priority=event)
            case _:
                story.turn(
                    gap, what=f"{event} attended" if event == "answered" else event.replace("note", "")
                )
        hand.happen(str(event), story.ticket)
        agree(story, hand)


def agree(story: Story, hand: ByHand) -> None:
    found = readings(story.segments, story.now, LEVELS)
    for clock in set(Clock) - {Clock.ATTENTION}:
        mine = [one for one in found if one.clock is clock]
        assert [one.used_seconds for one in mine] == hand.clocks[clock], clock
        stands = "running" if clock in hand.goes else "paused" if clock in hand.waits else "stopped"
        assert (mine[-1].stands if mine else "stopped") == stands, clock
        last = mine[-1] if mine else None
        if last is not None and stands == "running" and last.target_seconds is not None:
            assert last.due_at is not None
            assert (last.due_at <= story.now) == (last.used_seconds >= last.target_seconds)
    for segments in (of_clock(story.segments, clock) for clock in Clock):
        assert all(
            one.ended_at is not None and one.ended_at <= two.started_at for one, two in pairwise(segments)
        )
        assert all((one.used_seconds is None) == (one.ended_at is None) for one in segments)
        assert all(
            one.used_seconds == 0 for one in segments if one.kind is SegmentKind.PAUSED and one.ended_at
        )
