"""Calendar parts say in words what they ask."""
# ruff: noqa: E501 - a case a line reads best

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.calendar_text import calendar_method, calendar_words
from daemon.mail.parse import parse
from tests.mail.build import mail, multipart, part


def event(*lines: str, method: str = "REQUEST") -> str:
    inside = "\r\n".join(lines)
    return (
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


FULL = event(
    "DTSTART;TZID=Europe/Berlin:20240115T100000",
    "DTEND;TZID=Europe/Berlin:20240115T110000",
    "SUMMARY:Project\\, start\\; again",
    "LOCATION:Room 4",
    "ORGANIZER;CN=Ann Example:mailto:ann@example.com",
    'ATTENDEE;PARTSTAT=ACCEPTED;CN="Lee; Bob":mailto:bob@exam',
    " ple.com",
    "ATTENDEE:MAILTO:cara@cust.test",
    "DESCRIPTION:Bring\\nyour \\\\ laptop",
    "BEGIN:VALARM",
    "DESCRIPTION:Reminder",
    "END:VALARM",
).replace(
    "BEGIN:VEVENT",
    "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT",
)


def test_invitation_is_summed_up():
    assert calendar_words(FULL) == (
        "[Invitation]\n"
        "What: Project, start; again\n"
        "When: Mon 15 Jan 2024, 10:00 to 11:00 (Europe/Berlin)\n"
        "Where: Room 4\n"
        "Organiser: Ann Example <ann@example.com>\n"
        "Attendees: Lee; Bob <bob@example.com> (accepted), cara@cust.test\n"
        "\n"
        "Bring\nyour \\ laptop"
    )


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["DTSTART:20240115T090000Z", "DURATION:PT1H30M"], "Mon 15 Jan 2024, 09:00 to 10:30 (UTC)"),
        (["DTSTART:20240115T090000"], "Mon 15 Jan 2024, 09:00"),
        (["DTSTART;VALUE=DATE:20240115", "DTEND;VALUE=DATE:20240116"], "Mon 15 Jan 2024, all day"),
        (["DTSTART;VALUE=DATE:20240115", "DTEND;VALUE=DATE:20240118"], "Mon 15 Jan 2024 to Wed 17 Jan 2024"),
        (["DTSTART:20240115T230000Z", "DTEND:20240116T010000Z"], "Mon 15 Jan 2024, 23:00 to Tue 16 Jan 2024, 01:00 (UTC)"),
        (
            ["DTSTART;TZID=Europe/Berlin:20240115T100000", "DTEND;TZID=Asia/Tokyo:20240115T200000"],
            "Mon 15 Jan 2024, 10:00 to 20:00 (Europe/Berlin to Asia/Tokyo)",
        ),
        (["DTSTART:next Monday"], "next Monday"),
        (["DTSTART:20240115T090000", "DTEND;VALUE=DATE:20240116"], "Mon 15 Jan 2024, 09:00"),
        (["DTSTART:99991231T235959", "DURATION:P9999W"], "Fri 31 Dec 9999, 23:59"),
        (["DTSTART:20240115T090000", "DURATION:-PT1H"], "Mon 15 Jan 2024, 09:00"),
        (["DUE:20240115T090000"], "Mon 15 Jan 2024, 09:00"),
    ],
)  # fmt: skip
def test_time_is_told_with_its_zone(lines, when):
    assert f"When: {when}\n" in calendar_words(event(*lines)) + "\n"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20240401T000000Z",
            "every 2 weeks on Mon, Wed until Mon 1 Apr 2024",
        ),
        ("FREQ=MONTHLY;COUNT=5;WKST=MO", "every month, 5 times"),
        ("FREQ=YEARLY;BYMONTH=1", "every year (FREQ=YEARLY;BYMONTH=1)"),
        ("FREQ=SOMETIMES", "FREQ=SOMETIMES"),
    ],
)
def test_repetition_is_told(rule, words):
    assert f"Repeats: {words}" in calendar_words(event("DTSTART:20240115T090000", f"RRULE:{rule}")).split(
        "\n"
    )


@pytest.mark.parametrize(
    ("method", "title"),
    [("REQUEST", "Invitation"), ("REPLY", "Answer to an invitation"), ("CANCEL", "Cancelled"), ("COUNTER", "Another time is proposed"), ("X", "Event")],
)  # fmt: skip
def test_method_is_told(method, title):
    text = event("SUMMARY:x", method=method)

    assert calendar_words(text).startswith(f"[{title}]\nWhat: x")
    assert calendar_method(text.encode()) == method


def test_cancelled_event_says_so():
    assert calendar_words(event("STATUS:CANCELLED")).startswith("[Cancelled]")


def test_answer_names_who_answers():
    text = event(
        "ATTENDEE;PARTSTAT=DECLINED;CN=bob@example.com:mailto:bob@example.com",
        "COMMENT:On leave",
        method="REPLY",
    )

    assert calendar_words(text).endswith("Attendees: bob@example.com (declined)\nComment: On leave")


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VCALENDAR\nEND:VCALENDAR", "END:VEVENT\nSUMMARY:x"])
def test_part_without_an_event_says_nothing(text):
    assert calendar_words(text) == ""
    assert calendar_method(text.encode()) == ""


def test_long_lists_are_bounded():
    many = event(*[f"ATTENDEE:mailto:a{number}@example.com" for number in range(60)])
    events = "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 9

    assert "and 10 more" in calendar_words(many)
    assert calendar_words(events).count("What: x") == 5
    assert calendar_words(events).endswith("see the attached calendar.]")


def test_mail_that_is_only_an_invitation_has_words():
    raw = mail(FULL.replace("\r\n", "\n"), content_type="text/calendar; method=REQUEST; charset=utf-8")

    assert parse(raw).text.startswith("[Invitation]\nWhat: Project")


def test_invitation_beside_words_is_told_with_its_part():
    read = parse(
        multipart(
            "alternative",
            part("text/plain", "Come!"),
            part("text/calendar; method=REQUEST", FULL.replace("\r\n", "\n")),
        )
    )

    assert read.text == "Come!"
    assert read.parts[2].text.startswith("[Invitation]\nWhat: Project")


LINES = st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "DTSTART:20240115T090000", 'DTSTART;X="y:z":1', "DTEND:00010101", "DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;INTERVAL={0}", 'ATTENDEE;CN="a', "DURATION:P1D", " x", "METHOD:x", ":"])  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=20))
def test_no_lines_raise(lines):
    text = "\n".join(["BEGIN:VEVENT", "X-FIRST:1", *lines])

    assert calendar_words(text).startswith("[")
    calendar_method(text.encode("utf-8", "replace"))
