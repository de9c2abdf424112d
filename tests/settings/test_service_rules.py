"""Working calendars and service levels: what is wrong with them is told, and what is right becomes clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.desk import calendar_feeds
from daemon.settings import problems_of_machine
from daemon.settings.service_levels import service_levels, waiting_of
from storage.vocabulary import Clock
from tests.desk.ticketing import ticket
from tests.settings.conftest import ANN, DESK

OFFICE = '[[calendar]]\nname = "office"\nhours = ["mon-fri 08:00-17:00"]\n'
SLA = '[[sla]]\nname = "all"\n'
CHRISTMAS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20000115\r\n"
    "RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class TestCalendars:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                OFFICE + OFFICE,
                "11: calendar[2].name: office is the name of calendar[1] already",
            ),
            (
                '[[calendar]]\nname = "office"\n',
                (
                    '7: calendar[1].hours: missing; expected hours like "mon-fri 08:00-17:00" '
                    '(around the clock is "mon-sun 00:00-24:00")'
                ),
            ),
            (
                OFFICE + 'timezone = "Europe/Berlim"\n',
                (
                    "10: calendar[1].timezone: expected a time zone like Europe/Berlin, "
                    'got "Europe/Berlim" (did you mean Europe/Berlin?)'
                ),
            ),
            (
                OFFICE.replace("08:00-17:00", "8-17"),
                (
                    '9: calendar[1].hours[1]: expected hours like "mon-fri 08:00-12:00 13:00-17:00", '
                    'got "mon-fri 8-17"'
                ),
            ),
            (
                OFFICE + 'closed = ["12-24", "Easter"]\n',
                (
                    "10: calendar[1].closed[2]: expected a day like 2024-12-24, or 12-24 for every year, "
                    'got "Easter"'
                ),
            ),
            (
                OFFICE + 'subdivision = "BY"\n',
                "7: calendar[1].country: missing; a subdivision is one of a country",
            ),
            (
                OFFICE + SLA + 'calendar = "ofice"\n',
                (
                    '12: sla[1].calendar: expected the name of a [[calendar]], got "ofice" '
                    "(did you mean office?)"
                ),
            ),
            (
                'calendar = "night"\n' + OFFICE,
                '7: agent[1].calendar: expected the name of a [[calendar]], got "night" (there are office)',
            ),
        ],
    )
    def test_what_is_wrong_is_told(self, complaints, text, said):
        assert complaints(DESK + ANN + text) == [said]


class TestServiceLevels:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (
                'types = ["incidents"]',
                'types[1]: expected a type of tickets, got "incidents" (did you mean incident?)',
            ),
            ('priorities = ["1"]', 'priorities[1]: expected a priority, got "1" (did you mean P1?)'),
            (
                'teams = ["hr"]',
                'teams[1]: expected the name of a [[team]], got "hr" (there are service-desk)',
            ),
            (
                'pause = ["pending-vendors"]',
                'pause[1]: expected a state of tickets, got "pending-vendors" (did you mean pending-vendor?)',
            ),
            (
                'requesters = ["cust.test"]',
                'requesters[1]: expected an address, or a domain like "@example.com", got "cust.test"',
            ),
            (
                'resolution = "1d"',
                (
                    'resolution: expected a length of time like "30m", "8h" or "1h 30m", got "1d"; '
                    "write a day in hours of its calendar"
                ),
            ),
            ("warn_at = [false]", "warn_at[1]: expected a number, got false"),
            (
                "warn_at = [0.5, 80]",
                "warn_at[2]: expected a share between 0 and 1, got 80 (0.5 is half of the time)",
            ),
            (
                'owner = "eve@corp.test"',
                'owner: expected the address of an agent, got "eve@corp.test" (did you mean ann@corp.test?)',
            ),
            (
                'escalation = [{ to = ["owner"] }]',
                "escalation[1].to[1]: this row has no owner (set owner to the address of an agent)",
            ),
            (
                'escalation = [{ to = ["boss"] }]',
                (
                    "escalation[1].to[1]: expected assignee, team, owner or the address of an agent, "
                    'got "boss" (there are assignee, team, owner, ann@corp.test)'
                ),
            ),
            (
                'escalation = [{ assign_to = "owner" }]',
                "escalation[1].assign_to: this row has no owner (set owner to the address of an agent)",
            ),
            (
                'escalation = [{ assign_to = "ana@corp.test" }]',
                (
                    "escalation[1].assign_to: expected owner or the address of an agent, "
                    'got "ana@corp.test" (did you mean ann@corp.test?)'
                ),
            ),
            ("escalation = [{ share = 0 }]", "escalation[1].share: expected a number above 0, got 0"),
        ],
        ids=lambda text: text.partition(" ")[0] if "=" in text else "",
    )
    def test_what_is_wrong_is_told(self, complaints, line, said):
        assert complaints(DESK + ANN + SLA + line + "\n") == [f"9: sla[1].{said}"]

    def test_row_below_one_for_every_ticket_can_never_count(self, complaints):
        text = DESK + ANN + SLA + SLA.replace("all", "gold") + 'priorities = ["P1"]\n'

        assert complaints(text) == [
            (
                "9: sla[2]: it can never count: sla[1] above it is for every ticket "
                "(the first row that fits counts; put it higher up)"
            )
        ]

    def test_two_of_one_name_are_told(self, complaints):
        text = DESK + ANN + (SLA + 'types = ["incident"]\n') * 2

        assert complaints(text) == ["11: sla[2].name: all is the name of sla[1] already"]


class TestFeeds:
    @pytest.mark.parametrize(
        "feed",
        [
            "own.ics",
            "https://ann:pw@calendar.example.com:8443/s3cret?key=1",
            "HTTPS://calendar.example.com",
            "http://127.0.0.1:5232/office.ics",
            "http://localhost/office.ics",
            "http://[::1]/office.ics",
        ],
    )
    def test_file_and_address_are_taken(self, loaded, feed):
        assert loaded(DESK + ANN + OFFICE + f'feeds = ["{feed}"]\n').calendar[0].feeds == (feed,)

    @pytest.mark.parametrize(
        ("feed", "said"),
        [
            ("http://ann:pw@calendar.example.com/s3cret", "http://calendar.example.com"),
            (
                "webcal://calendar.example.com/s3cret",
                "webcal://calendar.example.com (write https:// in place",
            ),
            ("ftp://calendar.example.com/s3cret", "ftp://calendar.example.com"),
            ("file:///s3cret", "an address that is none"),
            ("https://calendar.example.com:s3cret/", "an address that is none"),
            ("https://calendar.example.com/s3cret day", "an address that is none"),
        ],
    )
    def test_other_address_is_refused_without_telling_it(self, complaints, feed, said):
        (problem,) = complaints(DESK + ANN + OFFICE + f'feeds = ["own.ics", "{feed}"]\n')

        assert (
            "calendar[1].feeds[2]: expected a file, or an address that begins with https:// (http://"
            in problem
        )
        assert f", got {said}" in problem
        assert "s3cret" not in problem
        assert "pw" not in problem


class TestMaking:
    def test_desk_without_service_levels_has_none(self, loaded):
        assert service_levels(loaded(DESK + ANN + OFFICE), date(2024, 1, 15)) is None

    def test_settings_become_promises_on_calendars(self, loaded, tmp_path):
        (tmp_path / "own.ics").write_text(CHRISTMAS)
        desk = DESK + 'timezone = "Europe/Berlin"\n' + ANN + 'also = ["Ann@home.test"]\n'
        office = OFFICE + 'country = "DE"\nclosed = ["2024-01-16"]\nfeeds = ["own.ics"]\n'
        settings = loaded(desk + office + SLA + 'calendar = "office"\nresolution = "9h"\n')

        levels = service_levels(settings, date(2024, 1, 15))

        assert problems_of_machine(settings, {}) == ()
        assert levels is not None
        assert levels.agents == {"ann@corp.test", "ann@home.test"}
        assert levels.promise(ticket()).targets == {Clock.RESOLUTION: 9 * 3600}
        office_hours = levels.calendar("office")
        # The 15th is closed by the file, the 16th by the list; New Year is a holiday in Germany.
        assert office_hours.next_open(datetime(2024, 1, 15, tzinfo=UTC)) == datetime(
            2024, 1, 17, 7, tzinfo=UTC
        )
        assert office_hours.is_closed(date(2024, 1, 1))
        assert not office_hours.is_closed(date(2024, 1, 2))


class TestWaiting:
    def test_what_is_wrong_is_told(self, complaints):
        assert complaints(DESK + ANN + '[waiting]\nremind_after = "soon"\ncalendar = "office"\n') == [
            '8: waiting.remind_after: expected a length of time like "30m", "8h" or "1h 30m", got "soon"',
            ('9: waiting.calendar: expected the name of a [[calendar]], got "office" (there are none)'),
        ]

    def test_time_between_reminders_is_counted_on_the_calendar(self, loaded):
        monday = datetime(2024, 1, 15, 9, tzinfo=UTC)
        office = OFFICE + '[waiting]\nremind_after = "10h"\ncalendar = "office"\n'

        assert waiting_of(loaded(DESK + ANN), monday.date()).next_step(monday) == monday + timedelta(hours=72)
        assert waiting_of(loaded(DESK + ANN + office), monday.date()).next_step(monday) == datetime(
            2024, 1, 16, 10, tzinfo=UTC
        )

    def test_without_reminders_there_is_no_next_step(self, loaded):
        settings = loaded(DESK + ANN + "[waiting]\nreminders = 0\n")

        assert waiting_of(settings, date(2024, 1, 15)).next_step(datetime(2024, 1, 15, tzinfo=UTC)) is None


class TestMachine:
    def problems(self, loaded, more):
        return [
            f"{one.key}: {one.text}" for one in problems_of_machine(loaded(DESK + ANN + OFFICE + more), {})
        ]

    def test_unknown_country_and_subdivision_are_told(self, loaded):
        assert self.problems(loaded, 'country = "XX"\n') == [
            'calendar[1].country: expected the code of a country like DE, got "XX"'
        ]
        (said,) = self.problems(loaded, 'country = "DE"\nsubdivision = "XX"\n')
        assert said.startswith("calendar[1].subdivision: expected a subdivision of DE (BB, ")

    def test_file_that_is_missing_or_none_is_told(self, loaded, tmp_path):
        (tmp_path / "page.ics").write_text("<html>")

        missing, page = self.problems(loaded, 'feeds = ["none.ics", "page.ics"]\n')

        assert (
            missing == f"calendar[1].feeds[1]: {tmp_path}/none.ics cannot be read: no such file or directory"
        )
        assert page.startswith(
            f"calendar[1].feeds[2]: {tmp_path}/page.ics cannot be used: it is no iCalendar file"
        )

    def test_feed_on_the_web_is_no_file(self, loaded):
        assert self.problems(loaded, 'feeds = ["https://calendar.example.com/none.ics"]\n') == []

    def test_packages_that_are_missing_are_told(self, loaded, monkeypatch):
        monkeypatch.setattr(calendar_feeds, "HAVE_HOLIDAYS", False)
        monkeypatch.setattr(calendar_feeds, "HAVE_ICALENDAR", False)

        assert self.problems(loaded, 'country = "DE"\nfeeds = ["own.ics"]\n') == [
            "calendar[1].country: the package that knows public holidays is not installed",
            "calendar[1].feeds[1]: the package that reads iCalendar files is not installed",
        ]
