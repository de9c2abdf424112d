"""Appointments come when the wall clock shows or skips their time, in every zone and on every day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.desk.timetable import (
    DAY,
    Appointment,
    daily,
    last_due,
    monthly,
    next_run,
    pause_after,
    spelled,
    weekly,
)

MINUTE = timedelta(minutes=1)
# Summer time by an hour, by half an hour, at midnight, against the calendar, none at all, odd offsets, and a
# day that was left out.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Nuuk",
    "Asia/Beirut",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Pacific/Apia",
    "UTC",
)
# Days around which the clocks of those zones were moved.
DAYS = (
    date(2024, 3, 31),
    date(2024, 10, 27),
    date(2024, 3, 10),
    date(2024, 11, 3),
    date(2024, 4, 7),
    date(2024, 10, 6),
    date(2024, 4, 26),
    date(2024, 10, 31),
    date(2024, 9, 29),
    date(2011, 12, 30),
    date(2024, 2, 29),
)
LONGEST = timedelta(days=4)


@cache
def walls(zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return every minute from two days before a day to two days after it, with what the wall clock shows."""
    there, first = ZoneInfo(zone), datetime.combine(day, time(), UTC) - timedelta(days=2)
    minutes = (first + MINUTE * count for count in range(4 * 24 * 60))
    return tuple((at, at.astimezone(there).replace(tzinfo=None)) for at in minutes)


def reference(what: Appointment, zone: str, day: date) -> Iterator[datetime]:
    """Go through the minutes: the appointment of a date has come when the wall shows its time, or more."""
    shown = walls(zone, day)
    dates = {wall.date() for _, wall in shown} | {day + DAY * step for step in (-1, 0, 1)}
    for meant in sorted(dates)[1:]:
        falls = (
            (what.weekday is None or meant.weekday() == what.weekday)
            and (what.day is None or what.day == meant.day or _is_short(meant, what.day))
        )  # fmt: skip
        wanted = datetime.combine(meant, what.at)
        if falls:
            yield from [at for at, wall in shown if wall >= wanted][:1]


def _is_short(day: date, wanted: int) -> bool:
    """Tell whether a day is the last of a month that has no such day."""
    return (day + DAY).day == 1 and day.day < wanted


appointments = st.builds(
    lambda at, on, which: Appointment(
        at, weekday=on % 7 if which == "weekly" else None, day=on if which == "monthly" else None
    ),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(1, 31),
    st.sampled_from(["daily", "daily", "weekly", "monthly"]),
)


@given(st.sampled_from(ZONES), st.sampled_from(DAYS), appointments, st.integers(0, 2 * 24 * 60))
@example("Europe/Berlin", date(2024, 3, 31), daily("02:30"), 1440)
@example("America/Nuuk", date(2024, 3, 31), daily("23:30"), 1440)
@example("Pacific/Apia", date(2011, 12, 30), daily("07:30"), 1440)
@example("Europe/Berlin", date(2024, 10, 27), daily("02:30"), 1440)
@example("Europe/Berlin", date(2024, 2, 29), monthly(31, "23:59"), 1440)
def test_both_ways_to_look_agree_with_the_minutes(zone: str, day: date, what: Appointment, start: int):
    at = walls(zone, day)[start + 24 * 60][0]
    known = list(reference(what, zone, day))
    later, earlier = [one for one in known if one > at], [one for one in known if one <= at]

    coming, gone = next_run(what, zone, at), last_due(what, zone, at)

    assert gone <= at < coming
    if later:
        assert coming == later[0]
    if earlier:
        assert gone == earlier[-1]


@given(st.sampled_from(ZONES), st.sampled_from(DAYS), appointments)
def test_from_one_appointment_to_the_next_and_back(zone: str, day: date, what: Appointment):
    at = walls(zone, day)[0][0]
    found = [at := next_run(what, zone, at) for _ in range(5)]

    assert found == sorted(set(found))
    assert [last_due(what, zone, one) for one in found] == found
    assert [last_due(what, zone, later - MINUTE) for later in found[1:]] == found[:-1]
    assert all(later - one <= what.every + DAY for one, later in pairwise(found))


class TestWords:
    @pytest.mark.parametrize(
        ("what", "words", "every"),
        [
            (daily("07:30"), "daily at 07:30", DAY),
            (weekly(0, "08:00"), "weekly on Monday at 08:00", 7 * DAY),
            (monthly(1, "06:05"), "monthly on day 1 at 06:05", 31 * DAY),
        ],
    )
    def test_appointment_says_when_it_is_and_how_rare(self, what: Appointment, words: str, every: timedelta):
        assert (spelled(what), what.every) == (words, every)

    @pytest.mark.parametrize(("make", "number"), [(weekly, 7), (weekly, -1), (monthly, 0), (monthly, 32)])
    def test_day_that_there_is_not_is_refused(self, make, number: int):
        with pytest.raises(ValueError, match=f"got {number}$"):
            make(number, "08:00")


class TestPause:
    def test_pause_doubles_up_to_an_hour(self):
        seconds = [pause_after(count, DAY).total_seconds() for count in (1, 2, 3, 7, 8, 1000)]

        assert seconds == [30, 60, 120, 1920, 3600, 3600]

    def test_job_of_every_minute_is_tried_every_minute(self):
        assert [pause_after(count, MINUTE).total_seconds() for count in (1, 2, 9)] == [30, 60, 60]
