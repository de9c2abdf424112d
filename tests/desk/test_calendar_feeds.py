"""Closed days by hand, by country, and out of iCalendar files as programs write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.calendar_feeds import (
    BadDayError,
    BadFeedError,
    ClosedDays,
    country_problem,
    feed_days,
    public_holidays,
    read_days,
)

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)


def feed(*events: str) -> bytes:
    """Write a calendar of these events, each given as its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@example.com", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def days(*events: str) -> list[str]:
    return [day.isoformat() for day in sorted(feed_days(feed(*events), FIRST, LAST))]


class TestOwnDays:
    def test_day_range_and_every_year(self):
        closed = ClosedDays(*read_days(["2024-05-10", "2024-12-27..2025-01-02", "12-24"]))

        assert closed(date(2024, 5, 10))
        assert closed(date(2024, 12, 31))
        assert closed(date(2031, 12, 24))
        assert not closed(date(2025, 1, 3))
        assert not closed(date(2025, 5, 10))

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("Christmas", 'expected a day like 2024-12-24, or 12-24 for every year, got "Christmas"'),
            ("2023-02-29", "2023-02-29 is no day: day is out of range for month"),
            ("12-24..12-31", 'expected two days with their years, got "12-24..12-31"'),
            (
                "2024-12-31..2024-12-24",
                'expected the first day before the last, got "2024-12-31..2024-12-24"',
            ),
        ],
    )
    def test_what_is_no_day_is_told(self, text, said):
        with pytest.raises(BadDayError) as caught:
            read_days([text])

        assert str(caught.value) == said


class TestCountries:
    def test_holidays_of_a_country_and_of_a_part_of_it(self):
        germany, bavaria = ClosedDays(country="DE"), ClosedDays(country="DE", subdivision="BY")

        assert germany(date(2024, 10, 3))
        assert bavaria(date(2024, 1, 6))
        assert not germany(date(2024, 1, 6))
        assert not bavaria(date(2024, 1, 8))

    def test_each_year_is_asked_for_once(self):
        assert public_holidays("DE", "", 2024) is public_holidays("DE", "", 2024)
        assert {day.year for day in public_holidays("US", "", 2021)} >= {2021}

    @pytest.mark.parametrize(
        ("country", "subdivision", "said"),
        [
            ("DE", "BY", ""),
            ("DE", "", ""),
            ("Germany", "", 'expected the code of a country like DE, got "Germany"'),
            ("MT", "X", 'expected a subdivision of MT (none), got "X"'),
        ],
    )
    def test_unknown_codes_are_told(self, country, subdivision, said):
        assert country_problem(country, subdivision) == said


class TestFeeds:
    def test_end_is_the_day_after_and_a_day_alone_is_one(self):
        christmas = "DTSTART;VALUE=DATE:20241224\nDTEND;VALUE=DATE:20241227"

        assert days("DTSTART;VALUE=DATE:20240501", christmas) == [
            "2024-05-01", "2024-12-24", "2024-12-25", "2024-12-26",
        ]  # fmt: skip

    def test_duration_in_place_of_an_end(self):
        assert days("DTSTART;VALUE=DATE:20241224\nDURATION:P2D") == ["2024-12-24", "2024-12-25"]

    def test_event_that_comes_every_year(self):
        assert days("DTSTART;VALUE=DATE:20001003\nRRULE:FREQ=YEARLY") == [
            "2024-10-03", "2025-10-03", "2026-10-03",
        ]  # fmt: skip

    def test_repetition_ends_and_leaves_out_and_adds(self):
        event = (
            "DTSTART;VALUE=DATE:20240101\nRRULE:FREQ=MONTHLY;UNTIL=20240401T000000Z\n"
            "EXDATE;VALUE=DATE:20240201\nRDATE;VALUE=DATE:20240214,20240215"
        )

        assert days(event) == ["2024-01-01", "2024-02-14", "2024-02-15", "2024-03-01", "2024-04-01"]

    def test_long_event_that_began_before_is_seen_from_the_first_day_on(self):
        assert days("DTSTART;VALUE=DATE:20231220\nDTEND;VALUE=DATE:20240103") == ["2024-01-01", "2024-01-02"]

    def test_hours_and_what_was_cancelled_close_nothing(self):
        assert days("DTSTART:20240501T090000Z", "DTSTART;VALUE=DATE:20240502\nSTATUS:CANCELLED") == []

    @pytest.mark.parametrize(
        "content",
        [
            b"<html>Not found</html>",
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
            feed("DTSTART;VALUE=DATE:tomorrow"),
            feed("SUMMARY:no day at all"),
            feed("DTSTART;VALUE=DATE:20240101\nRRULE:FREQ=SECONDLY"),
        ],
        ids=["page", "cut off", "no date", "no start", "every second"],
    )
    def test_what_is_no_calendar_is_told(self, content):
        with pytest.raises(BadFeedError, match="it is no iCalendar file"):
            feed_days(content, FIRST, LAST)

    @given(st.binary(max_size=80), st.integers(0, 200))
    def test_any_bytes_are_days_or_a_complaint(self, noise, at):
        whole = feed("DTSTART;VALUE=DATE:20240101\nRRULE:FREQ=YEARLY;COUNT=3")

        try:
            found = feed_days(whole[:at] + noise + whole[at:], FIRST, LAST)
        except BadFeedError:
            return
        assert all(FIRST <= day <= LAST for day in found)
