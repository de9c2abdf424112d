"""The exact calendar agrees with one that counts minute by minute and knows nothing clever."""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.calendar_feeds import ClosedDays
from daemon.desk.calendars import AROUND_THE_CLOCK, HORIZON, Calendar
from daemon.desk.opening_hours import ALWAYS, DAYS, BadHoursError, Week, week

# Both hemispheres, half and quarter hours, no change at all, and changes that are not of an hour.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Casablanca",
)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
FIRST = datetime(2019, 1, 1, tzinfo=UTC)
LAST = datetime(2024, 1, 1, tzinfo=UTC)
OFFICE = week(["mon-thu 08:00-12:00 13:00-17:00", "fri 08:00-14:30"])
NIGHTS = week(["sun-thu 22:00-06:00", "fri-sat 00:00-24:00"])
# Open just where clocks are put forward and back.
SMALL_HOURS = week(["mon-sun 00:30-01:30 01:45-02:15 02:30-03:15"])
CLOSED = frozenset({date(2019, 12, 25), date(2020, 3, 29), date(2021, 10, 31), date(2023, 11, 5)})


def calendar(zone: str, hours: Week, closed: frozenset[date] = CLOSED) -> Calendar:
    return Calendar("desk", ZoneInfo(zone), hours, ClosedDays(closed))


def open_by_the_wall(zone: ZoneInfo, hours: Week, at: datetime) -> bool:
    """Read the clock on the wall and look into the table of hours."""
    wall = at.astimezone(zone)
    spans = () if wall.date() in CLOSED else hours[wall.weekday()]
    return any(opens <= wall.hour * 60 + wall.minute < closes for opens, closes in spans)


def counted(zone: str, hours: Week, start: datetime, end: datetime, step: timedelta) -> int:
    """Count the open seconds, one step after the other."""
    place, found, at = ZoneInfo(zone), timedelta(), start
    while at < end:
        found += step if open_by_the_wall(place, hours, at) else timedelta()
        at += step
    return int(found.total_seconds())


def found_by_counting(zone: str, hours: Week, start: datetime, seconds: int) -> datetime:
    place, left, at = ZoneInfo(zone), seconds, start
    while left > 0:
        left -= 60 if open_by_the_wall(place, hours, at) else 0
        at += MINUTE
    return at


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """A week of any hours, some over midnight, that is open at least once."""
    lines = []
    for day in draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)):
        times = draw(
            st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True).filter(
                lambda t: len(t) % 2 == 0
            )
        )
        pairs = zip(times[::2], times[1::2], strict=True)
        lines.append(day + "".join(f" {a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs))
    return week(lines)


def around_changes() -> st.SearchStrategy[datetime]:
    """Any minute of the five years, but often one near a change of clocks."""
    near = [
        datetime(year, month, day, tzinfo=UTC)
        for year in range(2019, 2024)
        for month, day in ((3, 9), (3, 30), (4, 4), (5, 23), (9, 25), (10, 3), (10, 29), (11, 4))
    ]
    minutes = st.integers(0, 4 * 1440).map(lambda count: timedelta(minutes=count))
    anywhere = st.integers(0, (LAST - FIRST) // MINUTE).map(lambda count: FIRST + count * MINUTE)
    return st.one_of(anywhere, st.builds(lambda day, more: day + more, st.sampled_from(near), minutes))


class TestAgainstCounting:
    @pytest.mark.no_cover
    @pytest.mark.parametrize(
        ("zone", "hours"),
        [(zone, (OFFICE, NIGHTS, SMALL_HOURS)[at % 3]) for at, zone in enumerate(ZONES)],
        ids=ZONES,
    )
    def test_five_years_have_as_much_open_time_as_is_counted(self, zone, hours):
        # Hours and changes of clocks fall on quarters here, so a quarter is as good as a minute.
        step = MINUTE if os.environ.get("FUZZ") == "full" else QUARTER

        assert calendar(zone, hours).working_seconds(FIRST, LAST) == counted(zone, hours, FIRST, LAST, step)

    @given(st.sampled_from(ZONES), weeks(), around_changes(), st.integers(0, 3 * 1440))
    @settings(max_examples=150)
    def test_any_hours_between_any_moments(self, zone, hours, start, minutes):
        end = start + minutes * MINUTE

        assert calendar(zone, hours).working_seconds(start, end) == counted(zone, hours, start, end, MINUTE)

    @given(st.sampled_from(ZONES), weeks(), around_changes(), st.integers(1, 600))
    @settings(max_examples=150)
    def test_any_deadline(self, zone, hours, start, minutes):
        due = calendar(zone, hours).add_working(start, minutes * 60)

        assert due == found_by_counting(zone, hours, start, minutes * 60)

    @given(st.sampled_from(ZONES), weeks(), around_changes(), st.integers(0, 1440))
    @settings(max_examples=100)
    def test_open_now_is_what_the_wall_says(self, zone, hours, start, minutes):
        at = start + minutes * MINUTE
        desk = calendar(zone, hours)

        assert desk.is_open(at) == open_by_the_wall(ZoneInfo(zone), hours, at)
        opens = desk.next_open(at)
        assert opens is not None
        assert (opens == at) == desk.is_open(at)
        assert desk.is_open(opens)
        assert desk.working_seconds(at, opens) == 0

    @given(st.sampled_from(ZONES), weeks(), around_changes(), st.integers(0, 10**6), st.integers(0, 10**6))
    @settings(max_examples=100)
    def test_parts_add_up_and_a_deadline_is_as_far_as_it_says(self, zone, hours, start, one, other):
        desk = calendar(zone, hours)
        middle, end = start + timedelta(seconds=one), start + timedelta(seconds=one + other)

        whole = desk.working_seconds(start, end)
        assert desk.working_seconds(start, middle) + desk.working_seconds(middle, end) == whole
        due = desk.add_working(start, other)
        if due is None:
            # A minute a week is less than nine hours in ten years.
            assert desk.working_seconds(start, start + HORIZON) < other
        else:
            assert due <= start + HORIZON
            assert desk.working_seconds(start, due) == other


class TestWorkedExamples:
    @pytest.mark.parametrize(
        ("start", "hours", "due"),
        [
            ("2024-01-15 09:00", 2, "2024-01-15 11:00"),
            ("2024-01-15 11:00", 2, "2024-01-15 14:00"),
            ("2024-01-15 11:00", 1, "2024-01-15 12:00"),
            ("2024-01-15 12:30", 4, "2024-01-15 17:00"),
            ("2024-01-19 14:00", 1, "2024-01-22 08:30"),
            ("2024-01-20 03:00", 1, "2024-01-22 09:00"),
        ],
        ids=[
            "same morning",
            "over lunch",
            "end of the morning",
            "in the lunch",
            "over the weekend",
            "weekend",
        ],
    )
    def test_office_hours(self, start, hours, due):
        berlin = ZoneInfo("Europe/Berlin")
        begun = datetime.fromisoformat(start).replace(tzinfo=berlin)

        found = calendar("Europe/Berlin", OFFICE).add_working(begun, hours * 3600)

        assert found == datetime.fromisoformat(due).replace(tzinfo=berlin)

    def test_hour_that_is_left_out_was_never_open_and_one_that_comes_twice_is_open_twice(self):
        nights = calendar("Europe/Berlin", week(["mon-sun 01:00-04:00"]), frozenset())
        spring = datetime(2024, 3, 30, 23, tzinfo=UTC), datetime(2024, 3, 31, 22, tzinfo=UTC)
        autumn = datetime(2024, 10, 26, 22, tzinfo=UTC), datetime(2024, 10, 27, 23, tzinfo=UTC)

        assert nights.working_seconds(*spring) == 2 * 3600
        assert nights.working_seconds(*autumn) == 4 * 3600

    def test_half_hour_change_of_lord_howe(self):
        nights = calendar("Australia/Lord_Howe", week(["sun 01:00-03:00"]), frozenset())

        spring = nights.working_seconds(datetime(2024, 10, 5, tzinfo=UTC), datetime(2024, 10, 7, tzinfo=UTC))
        autumn = nights.working_seconds(datetime(2024, 4, 6, tzinfo=UTC), datetime(2024, 4, 8, tzinfo=UTC))

        assert (spring, autumn) == (90 * 60, 150 * 60)

    def test_around_the_clock_every_second_counts(self):
        start = datetime(2024, 3, 30, 9, 0, 7, tzinfo=UTC)

        assert AROUND_THE_CLOCK.week == ALWAYS
        assert AROUND_THE_CLOCK.add_working(start, 90_000) == start + timedelta(seconds=90_000)
        assert AROUND_THE_CLOCK.working_seconds(start, start + timedelta(days=1461)) == 1461 * 86_400

    def test_closed_day_is_closed_all_day(self):
        desk = calendar("Europe/Berlin", OFFICE)

        assert not desk.is_open(datetime(2019, 12, 25, 9, tzinfo=UTC))
        assert desk.is_open(datetime(2019, 12, 24, 9, tzinfo=UTC))

    def test_nothing_is_due_at_once_and_time_does_not_run_backwards(self, now):
        desk = calendar("UTC", OFFICE)

        assert desk.add_working(now, 0) == now
        assert desk.add_working(now, -5) == now
        assert desk.working_seconds(now, now - timedelta(days=3)) == 0

    def test_calendar_that_never_opens_has_no_deadline(self, now):
        shut = Calendar("shut", ZoneInfo("UTC"), OFFICE, lambda _day: True)

        assert shut.add_working(now, 1) is None
        assert shut.next_open(now) is None
        assert shut.working_seconds(now, now + HORIZON) == 0


class TestHours:
    def test_days_without_a_line_are_closed_and_touching_spans_are_one(self):
        assert week(["wed 08:00-12:00 12:00-13:00 12:30-14:00"]) == (
            (), (), ((480, 840),), (), (), (), (),
        )  # fmt: skip

    def test_span_over_midnight_is_divided_between_two_days(self):
        assert week(["fri-sat 22:00-02:00"])[4:] + week(["sun 20:00-00:00"])[6:] == (
            ((1320, 1440),), ((0, 120), (1320, 1440)), ((0, 120),), ((1200, 1440),),
        )  # fmt: skip

    def test_range_of_days_may_go_over_the_end_of_the_week(self):
        open_days = [
            name for name, spans in zip(DAYS, week(["sat-mon,wed 9:00-10:00"]), strict=True) if spans
        ]

        assert open_days == ["mon", "wed", "sat", "sun"]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("mon-fri", 'expected hours like "mon-fri 08:00-12:00 13:00-17:00", got "mon-fri"'),
            ("mon-fri 8-17", 'expected hours like "mon-fri 08:00-12:00 13:00-17:00", got "mon-fri 8-17"'),
            ("mo 08:00-17:00", 'expected days like mon or mon-fri, got "mo"'),
            ("mon- 08:00-17:00", 'expected days like mon or mon-fri, got "mon-"'),
            ("mon 08:00-25:00", "expected times from 00:00 to 24:00, got 08:00-25:00"),
            ("mon 08:60-09:00", "expected times from 00:00 to 24:00, got 08:60-09:00"),
            ("mon 08:00-08:00", "expected a span of some length, got 08:00 twice"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, line, said):
        with pytest.raises(BadHoursError) as caught:
            week([line])

        assert str(caught.value) == said
