"""Digests as pure rules: what waits, when a digest is due, what is quickly done, how work is shared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.addressing import Agent
from daemon.desk.agent_digests import COLLECTED, Load, last_slot, quick_wins, spread, time_of, waits
from daemon.desk.calendars import Calendar
from daemon.desk.notices import NOTICES, Audience
from daemon.desk.opening_hours import week
from daemon.desk.roster import AgentSettings
from storage.vocabulary import Priority, TicketState
from tests.desk.ticketing import ticket

ANN = Agent("ann@corp.test", "Ann", frozenset({"ann@corp.test", "ann@home.test"}))
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("office", BERLIN, week(["mon-fri 09:00-17:00"]), lambda _day: False)


def settings(digest: str, *times: str) -> AgentSettings:
    return AgentSettings(address="ann@corp.test", name="Ann", digest=digest, digest_times=times or ("08:00",))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of January 2024 in UTC; the 15th is a Monday, Berlin is an hour ahead."""
    return datetime(2024, 1, day, hour, minute, tzinfo=UTC)


class TestWaits:
    @pytest.mark.parametrize("digest", ["hourly", "daily"])
    def test_news_of_agents_who_want_a_digest(self, digest):
        assert waits("ticket-new", settings(digest), ANN, ticket())

    def test_nothing_of_those_who_do_not(self):
        assert not waits("ticket-new", settings(""), ANN, ticket())
        assert not waits("ticket-new", None, ANN, ticket())

    def test_nothing_critical(self):
        assert not waits("requester-replied", settings("daily"), ANN, replace(ticket(), priority=Priority.P1))

    @pytest.mark.parametrize("address", ["ann@corp.test", "ann@home.test"])
    def test_no_ticket_that_was_given_to_the_agent(self, address):
        mine = replace(ticket(), assignee=address)

        assert not waits("ticket-new", settings("daily"), ANN, mine)
        assert waits("requester-replied", settings("daily"), ANN, mine)

    @pytest.mark.parametrize(
        "notice", ["ticket-handed", "colleague-asked", "command-results", "sla-warning", "critical-ringing"]
    )
    def test_nothing_that_answers_asks_or_rings(self, notice):
        assert not waits(notice, settings("hourly"), ANN, ticket())

    def test_what_can_wait_is_for_agents(self):
        assert {NOTICES[name].audience for name in COLLECTED} == {Audience.AGENT}


class TestSlots:
    @pytest.mark.parametrize(
        ("now", "slot"),
        [
            (at(15, 7), at(15, 7)),  # 8:00 in Berlin
            (at(15, 6, 59), at(14, 7)),
            (at(15, 23), at(15, 7)),
        ],
    )
    def test_daily_is_at_its_time_on_the_wall(self, now, slot):
        assert last_slot(settings("daily"), "Europe/Berlin", None, now) == slot

    def test_daily_has_as_many_times_as_are_given(self):
        twice = settings("daily", "8:00", "13:30")

        assert last_slot(twice, "UTC", None, at(15, 14)) == at(15, 13, 30)
        assert last_slot(twice, "UTC", None, at(15, 13)) == at(15, 8)

    def test_daily_leaves_out_days_on_which_the_agent_does_not_work(self):
        assert last_slot(settings("daily"), "Europe/Berlin", OFFICE, at(14, 12)) == at(12, 7)

    @pytest.mark.parametrize(
        ("now", "slot"),
        [
            (at(15, 9, 30), at(15, 9)),
            (at(15, 16, 30), at(15, 16)),  # the end of the day
            (at(15, 22), at(15, 16)),
            (at(15, 7, 59), at(12, 16)),
            (at(15, 8), at(15, 8)),
        ],
    )
    def test_hourly_is_in_working_hours_and_at_their_end(self, now, slot):
        assert last_slot(settings("hourly"), "Europe/Berlin", OFFICE, now) == slot

    def test_what_is_left_when_it_was_switched_off_is_due_at_once(self):
        assert last_slot(settings(""), "UTC", OFFICE, at(14, 3)) == at(14, 3)

    def test_calendar_that_never_opens_has_none(self):
        never = replace(OFFICE, is_closed=lambda _day: True)

        assert last_slot(settings("daily"), "UTC", never, at(15, 9)) is None

    @given(st.integers(0, 10_000_000), st.sampled_from(["hourly", "daily"]), st.booleans())
    def test_slot_never_lies_ahead_and_never_goes_back(self, seconds, digest, office):
        now = at(1, 0) + timedelta(seconds=seconds)
        slots = [
            last_slot(settings(digest), "America/New_York", OFFICE if office else None, moment)
            for moment in (now, now + timedelta(hours=7))
        ]

        assert slots[0] is not None
        assert slots[1] is not None
        assert slots[0] <= now
        assert slots[0] <= slots[1]

    @pytest.mark.parametrize("text", ["8", "24:00", "8:5", "x:00", "", "8:60"])
    def test_time_that_is_none_is_refused(self, text):
        with pytest.raises(ValueError):
            time_of(text)


class TestQuickWins:
    def test_shortest_first_by_the_median_of_the_category(self):
        toner = replace(ticket(), number=1, category="toner")
        cable = replace(ticket(), number=2, category="cable")
        found = quick_wins([toner, cable], {"toner": [5, 20, 400], "cable": [10, 10, 10]}, 30)

        assert [(one.ticket.number, one.minutes, one.samples) for one in found] == [(2, 10, 3), (1, 20, 3)]

    @pytest.mark.parametrize(
        ("change", "efforts"),
        [
            ({"category": ""}, {"": [1, 1, 1]}),
            ({"category": "toner"}, {"toner": [1, 1]}),
            ({"category": "toner"}, {"toner": [60, 60, 60]}),
            ({"category": "toner", "state": TicketState.RESOLVED}, {"toner": [1, 1, 1]}),
            ({"category": "toner", "state": TicketState.PENDING_VENDOR}, {"toner": [1, 1, 1]}),
        ],
    )
    def test_nothing_that_is_unknown_long_over_or_waiting(self, change, efforts):
        assert quick_wins([replace(ticket(), **change)], efforts, 30) == []

    def test_five_at_most(self):
        many = [replace(ticket(), number=at, category="toner") for at in range(1, 20)]

        assert len(quick_wins(many, {"toner": [1, 1, 1]}, 30)) == 5


class TestLoad:
    def test_limit_is_for_full_capacity_and_none_is_none(self):
        half = Load("ann@corp.test", 6, 0, 0.5)

        assert half.over(10)
        assert not half.over(12)
        assert not Load("ann@corp.test", 999, 0).over(0)

    def test_spread_is_the_most_by_the_mean(self):
        assert spread([Load("a", 6, 0), Load("b", 2, 0)]) == 1.5
        assert spread([Load("a", 3, 0, 0.5), Load("b", 6, 0)]) == 1.0

    @pytest.mark.parametrize("loads", [[], [Load("a", 5, 0)], [Load("a", 0, 0), Load("b", 0, 0)]])
    def test_there_is_no_spread_where_nothing_is_shared(self, loads):
        assert spread(loads) is None
