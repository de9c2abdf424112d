"""Tickets that wait: three polite reminders, closing with a way back, and the day that comes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.desk.calendars import Calendar
from daemon.desk.opening_hours import week
from daemon.desk.waiting import Waiting, WaitingSettings
from daemon.jobs import JOBS
from daemon.jobs.running import Runner
from storage import people, tickets, waiting
from storage.database import Database
from storage.vocabulary import TicketState
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
OFFICE = Calendar("office", ZoneInfo("Europe/Berlin"), week(["mon-fri 09:00-17:00"]), lambda _day: False)
JOB = next(one for one in JOBS if one.name == "waiting")


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    yield made
    made.close()


def run(desk: StoryDesk, **later: float) -> str:
    """Let time pass and the job look at what waits."""
    desk.advance(**later)
    with desk.database.write():
        return JOB.run(desk.office, desk.now)


def reminding(desk: StoryDesk, settings: WaitingSettings, calendar: Calendar = OFFICE) -> None:
    desk.office = replace(desk.office, waiting=Waiting.of(settings, calendar))
    desk.intake = replace(desk.intake, office=desk.office)


def asked(desk: StoryDesk, commands: str = "#pending requester") -> Mail:
    """Let Ann ask Cara something and wait for the answer; returns what Cara got."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
    desk.mail_in(reply(to_ann, ANN, f"{commands}\n\nWhich printer is it?"))
    return next(one for one in desk.mail_out() if one.recipient == "cara@cust.test")


def waits(desk: StoryDesk) -> waiting.Wait | None:
    with desk.database.read():
        return waiting.get(1)


class TestReminders:
    def test_three_reminders_then_closing_and_a_reply_opens_it_again(self, desk: StoryDesk):
        asked(desk)
        assert run(desk) == "reminded 0; closed 0; woke 0"
        for number in (1, 2, 3):
            assert run(desk, hours=71, minutes=59) == "reminded 0; closed 0; woke 0"
            assert run(desk, minutes=1) == "reminded 1; closed 0; woke 0"
            (reminder,) = desk.mail_out()
            assert (reminder.notice, reminder.recipient) == ("waiting-reminder", "cara@cust.test")
            assert "> Which printer is it?" in reminder.text
            assert ("This is the last reminder." in reminder.text) == (number == 3)
        assert run(desk, hours=72) == "reminded 0; closed 1; woke 0"
        (closed,) = desk.mail_out()

        assert (closed.notice, desk.ticket(1)["state"]) == ("ticket-closed", "closed")
        assert "not heard from you after 3 reminders" in " ".join(closed.text.split())
        events = [one for one in desk.ticket(1)["events"] if one["cause"] == "job:waiting"]
        assert [(one["kind"], one["data"].get("number") or one["data"].get("reason")) for one in events] == [
            ("reminded", "1 of 3"),
            ("reminded", "2 of 3"),
            ("reminded", "3 of 3"),
            ("state", "no answer after 3 reminders"),
        ]
        desk.mail_in(reply(closed, CARA, "The one on the second floor."))
        assert desk.ticket(1)["state"] == "open"
        assert waits(desk) is None

    def test_an_answer_ends_the_waiting_and_a_new_question_begins_anew(self, desk: StoryDesk):
        question = asked(desk)
        run(desk)
        run(desk, hours=72)
        (reminder,) = desk.mail_out()
        desk.mail_in(reply(reminder, CARA, "The one on the second floor."))
        assert waits(desk) is None
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "#pending requester\n\nWhich paper is in it?"))

        assert question.notice == "public-answer"
        assert waits(desk) == waiting.Wait(desk.now, 0)

    def test_time_is_counted_on_the_calendar(self, desk: StoryDesk):
        reminding(desk, WaitingSettings(reminders=1, remind_after="8h"))
        asked(desk)
        # Monday 10:00 in Berlin and eight hours of office: Tuesday at ten.
        run(desk)
        assert run(desk, hours=23, minutes=59) == "reminded 0; closed 0; woke 0"
        assert run(desk, minutes=1) == "reminded 1; closed 0; woke 0"
        assert "not before Wed 17 Jan 2024, 10:00 CET" in " ".join(desk.mail_out()[0].text.split())

    def test_job_that_comes_late_reminds_once_and_gives_the_whole_time_again(self, desk: StoryDesk):
        asked(desk)

        assert run(desk, days=30) == "reminded 1; closed 0; woke 0"
        assert run(desk, hours=71) == "reminded 0; closed 0; woke 0"
        assert run(desk, hours=1) == "reminded 1; closed 0; woke 0"

    def test_desk_that_does_not_remind_does_not_close(self, desk: StoryDesk):
        reminding(desk, WaitingSettings(reminders=0))
        asked(desk)

        assert run(desk, days=3650) == "reminded 0; closed 0; woke 0"
        assert desk.ticket(1)["state"] == "pending-requester"

    def test_reminder_that_the_gate_holds_back_does_not_count(self, desk: StoryDesk):
        asked(desk)
        with desk.database.write():
            people.suppress("cara@cust.test", "it bounced")
        run(desk)

        assert run(desk, hours=72) == "reminded 1; closed 0; woke 0"
        assert desk.mail_out() == []
        found = waits(desk)
        assert found is not None
        assert found.reminders == 0

    def test_ticket_without_a_requester_waits_in_peace(self, desk: StoryDesk):
        asked(desk)
        with desk.database.write():
            tickets.drop_requester(1)

        assert run(desk, days=30) == "reminded 0; closed 0; woke 0"
        with desk.database.read():
            assert waiting.to_look_at(desk.now, 10) == []


class TestDay:
    def test_ticket_is_back_on_its_day_and_its_people_are_told_why(self, desk: StoryDesk):
        asked(desk, "#pending 2024-01-17 the new drum comes")
        until = desk.ticket(1)
        assert until["state"] == "pending-date"
        run(desk)
        with desk.database.read():
            ticket = tickets.get(1)
        assert ticket is not None
        assert ticket.pending_until is not None
        desk.now = ticket.pending_until
        assert run(desk, seconds=-1) == "reminded 0; closed 0; woke 0"
        assert run(desk, seconds=1) == "reminded 0; closed 0; woke 1"
        (told,) = desk.mail_out()

        assert (told.notice, told.recipient) == ("ticket-back", "ann@corp.test")
        assert "It waited for: the new drum comes" in told.text
        assert "Which printer is it?" in told.text
        assert desk.ticket(1)["state"] == "open"
        assert waits(desk) is None

    def test_another_day_takes_the_place_of_the_first(self, desk: StoryDesk):
        asked(desk, "#pending 2024-01-17")
        with desk.database.write():
            tickets.change(1, {"pending_until": datetime(2024, 2, 1, 8, tzinfo=UTC)})

        assert run(desk, days=7) == "reminded 0; closed 0; woke 0"
        assert run(desk, days=14) == "reminded 0; closed 0; woke 1"


class TestOddities:
    def test_what_ended_otherwise_is_looked_at_no_more(self, desk: StoryDesk):
        asked(desk)
        with desk.database.write():
            tickets.change(1, {"state": TicketState.CLOSED})
            waiting.begin(99, desk.now)

        assert run(desk) == "reminded 0; closed 0; woke 0"
        assert waits(desk) is None
        with desk.database.read():
            assert waiting.get(99) is None

    def test_job_runs_by_the_timetable(self, desk: StoryDesk):
        asked(desk)
        desk.advance(days=4)

        assert Runner(desk.database, desk.office, "one/1/1/clock", lambda: desk.now).run_if_due(JOB)
        assert [one.notice for one in desk.mail_out()] == ["waiting-reminder"]
