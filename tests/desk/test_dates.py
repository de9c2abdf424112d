"""Moments and spans as people type them."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.dates import FURTHEST, BadDate, Now, minutes, moment, spoken_minutes

# A Monday, 10:00 in Berlin.
NOW = Now(datetime(2024, 1, 15, 9, 0, tzinfo=UTC), "Europe/Berlin")
EIGHT = time(8, 0)


def read(text: str, now: Now = NOW) -> tuple[str, str]:
    found, rest = moment(text, now, EIGHT)
    return found.strftime("%Y-%m-%d %H:%M"), rest


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("mon", "2024-01-22 07:00", ""),
        ("Tue", "2024-01-16 07:00", ""),
        ("next friday parts come", "2024-01-19 07:00", "parts come"),
        ("sunday.", "2024-01-21 07:00", ""),
        ("today 18:00", "2024-01-15 17:00", ""),
        ("tomorrow", "2024-01-16 07:00", ""),
        ("until tomorrow at 14:30 then call", "2024-01-16 13:30", "then call"),
        ("next week", "2024-01-22 07:00", ""),
        ("2024-07-05", "2024-07-05 06:00", ""),
        ("5 jan", "2025-01-05 07:00", ""),
        ("jan 31 why", "2024-01-31 07:00", "why"),
        ("1st May 2025 x", "2025-05-01 06:00", "x"),
        ("29 feb", "2024-02-29 07:00", ""),
        ("31.1.", "2024-01-31 07:00", ""),
        ("05.02.2025, 9:15", "2025-02-05 08:15", ""),
        ("in 3 days", "2024-01-18 07:00", ""),
        ("in 2 weeks", "2024-01-29 07:00", ""),
        ("3d", "2024-01-18 07:00", ""),
        ("in 2 hours reboot", "2024-01-15 11:00", "reboot"),
        ("in 90 minutes", "2024-01-15 10:30", ""),
        ("2h", "2024-01-15 11:00", ""),
        ("fri 25:00", "2024-01-19 07:00", "25:00"),
    ],
)
def test_moment_is_read_with_the_rest_of_the_line(text: str, found: str, rest: str):
    assert read(text) == (found, rest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected a day like"),
        ("soon", "expected a day like mon, tomorrow, 2026-01-05, 5 jan or in 3 days, got 'soon'"),
        ("m", "expected a day like"),
        ("in 3 moons", "expected a day like"),
        ("in x days", "expected a day like"),
        ("2020-01-01", "'2020-01-01' is over already"),
        ("today", "'today' is over already"),
        ("2031-01-01", "is more than two years away"),
        ("in 200 weeks", "is more than two years away"),
        ("2024-02-30", "there is no day '2024-02-30'"),
        ("30 feb", "there is no day '30 feb'"),
        ("31.4.2024", "there is no day"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, reason: str):
    with pytest.raises(BadDate, match=reason):
        read(text)


def test_a_day_is_a_day_of_the_readers_zone():
    late = Now(datetime(2024, 1, 15, 23, 30, tzinfo=UTC), "Asia/Tokyo")

    assert read("today 12:00", late) == ("2024-01-16 03:00", "")
    assert read("tomorrow", late) == ("2024-01-16 23:00", "")


def test_a_day_whose_night_has_an_hour_too_many_begins_when_its_clock_says():
    before = Now(datetime(2024, 10, 26, 12, 0, tzinfo=UTC), "Europe/Berlin")

    assert read("tomorrow", before) == ("2024-10-27 07:00", "")


@given(st.text(max_size=60))
def test_any_text_is_a_moment_ahead_or_refused(text: str):
    with suppress(BadDate):
        found, rest = moment(text, NOW, EIGHT)
        assert timedelta() < found - NOW.moment <= FURTHEST
        assert " ".join(text.split()).endswith(rest)


@given(st.dates(date(2024, 1, 16), date(2025, 12, 31)), st.booleans())
def test_every_day_ahead_is_read_in_both_ways_of_writing(day, iso: bool):
    typed = day.isoformat() if iso else f"{day.day} {day.strftime('%B').lower()} {day.year}"

    found, _ = moment(typed, NOW, time(12, 0))

    assert found.date() == day


@pytest.mark.parametrize(
    ("text", "worked"),
    [
        ("15m", 15),
        ("1h", 60),
        ("1h30", 90),
        ("1H 30M", 90),
        ("1.5h", 90),
        ("90", 90),
        ("5 minutes", None),
        ("0.25h", 15),
    ],
)
def test_time_worked_is_read(text: str, worked: int | None):
    if worked is None:
        with pytest.raises(BadDate):
            minutes(text)
    else:
        assert minutes(text) == worked


@pytest.mark.parametrize("text", ["", "0", "0m", "h", "m", "long", "-15m", "169h", "15s"])
def test_other_times_are_refused(text: str):
    with pytest.raises(BadDate, match="expected"):
        minutes(text)


@given(st.integers(1, 7 * 24 * 60))
def test_minutes_are_spoken_as_they_are_read(worked: int):
    assert minutes(spoken_minutes(worked)) == worked
