"""Automatic mail about a ticket: what is foretold comes true, and what is stopped does not come."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from daemon.desk.automatic import ALL, SUMMARIES, Kind, Planned
from daemon.desk.calendars import Calendar
from daemon.desk.changes import Change, StartMails, StopMails
from daemon.desk.opening_hours import week
from daemon.desk.waiting import Waiting, WaitingSettings
from daemon.jobs import JOBS
from daemon.services import automatic_mail
from daemon.services.apply import Cause, Work
from daemon.services.automatic_mail import SOURCES, Foreseen
from storage import automatic_stops, outbox, people, tickets
from storage.database import Database
from tests.scenarios.clock_desk import BOSS, STANDARD, ClockDesk
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
OFFICE = Calendar("office", ZoneInfo("Europe/Berlin"), week(["mon-fri 09:00-17:00"]), lambda _day: False)
TIMED = {one.name: one for one in JOBS}


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    made.office = replace(made.office, waiting=Waiting.of(WaitingSettings(remind_after="8h"), OFFICE))
    made.intake = replace(made.intake, office=made.office)
    yield made
    made.close()


def opened(desk: StoryDesk) -> Mail:
    """Let Cara open a ticket; returns what Ann got of it."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    return next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")


def say(desk: StoryDesk, to_ann: Mail, text: str) -> str:
    """Let Ann write about the ticket; returns the receipt, or nothing."""
    desk.mail_in(reply(to_ann, ANN, text))
    return next((one.text for one in desk.mail_out() if one.notice == "command-results"), "")


def foreseen(desk: StoryDesk, *, whole: bool = False) -> list[Foreseen]:
    with desk.database.write():
        ticket = tickets.get(1)
        assert ticket is not None
        return automatic_mail.foreseen(desk.office, ticket, desk.now, whole=whole)


def planned(desk: StoryDesk) -> list[Planned]:
    return [one.planned for one in foreseen(desk)]


def live(desk: StoryDesk, name: str, until: datetime, minutes: int = 10) -> list[tuple[datetime, Mail]]:
    """Let a job look every so many minutes; returns the mail that left, with its moments."""
    left = []
    while desk.now < until:
        desk.advance(minutes=minutes)
        with desk.database.write():
            TIMED[name].run(desk.office, desk.now)
        left += [(desk.now, one) for one in desk.mail_out()]
    return left


def stops(desk: StoryDesk) -> dict[str, str]:
    """Return who stopped what."""
    with desk.database.read():
        return {one.kind: one.by for one in automatic_stops.of_ticket(1)}


def operated(desk: StoryDesk, change: Change) -> None:
    """Let the operator do something to the ticket."""
    with desk.database.write():
        ticket = tickets.lock(1)
        assert ticket is not None
        work = Work.on(ticket, Cause("operator", "cli", desk.now, desk.office.levels))
        work.apply([change])
        work.finish()


def events(desk: StoryDesk, *kinds: str) -> list[dict[str, str]]:
    return [one["data"] for one in desk.ticket(1)["events"] if one["kind"] in kinds]


def test_every_kind_has_a_source_and_a_sentence():
    assert {kind for source in SOURCES for kind in source.kinds} == set(Kind) == set(SUMMARIES)


class TestForetold:
    def test_reminders_and_closing_come_as_they_were_foretold_word_for_word(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")

        told = foreseen(desk, whole=True)
        came = live(desk, "waiting", told[-1].planned.at)

        assert [(one.planned.at, one.planned.notice, one.planned.to) for one in told] == [
            (at, one.notice, one.recipient) for at, one in came
        ]
        assert [one.planned.why for one in told] == [
            "reminder 1 of 3",
            "reminder 2 of 3",
            "reminder 3 of 3",
            "no answer after 3 reminders",
        ]
        assert [one.subject for one in told] == [one["Subject"] for _, one in came]
        shown = [Mail("", "", None, one.content) for one in told]
        assert [one.text for one in shown] == [one.text for _, one in came]
        assert desk.ticket(1)["state"] == "closed"
        assert planned(desk) == []

    def test_to_foretell_leaves_nothing_behind(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        before = desk.ticket(1)

        foreseen(desk)

        assert desk.ticket(1) == before
        assert desk.mail_out() == []
        with desk.database.read():
            assert all(one.ticket_number == 1 for one in outbox.items())

    def test_day_that_is_waited_for_is_told_to_who_works_on_it(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#take\n#pending until 22 jan the parts")

        (told,) = foreseen(desk)
        ((at, came),) = live(desk, "waiting", told.planned.at)

        monday = datetime(2024, 1, 22, 7, 0, tzinfo=UTC)
        assert told.planned == Planned(
            Kind.COMING_BACK, monday, "ann@corp.test", "ticket-back", "its day has come"
        )
        assert (at, came.notice, came["Subject"]) == (monday, "ticket-back", told.subject)

    def test_resolved_ticket_closes_without_a_mail(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#resolve")

        (told,) = foreseen(desk)

        days = desk.settings.reopen_days
        assert told.planned == Planned(
            Kind.CLOSING, desk.now + timedelta(days=days), "", "", f"nobody disagreed within {days} days"
        )
        assert told.subject == ""
        live(desk, "close-resolved", told.planned.at, minutes=360)
        assert desk.ticket(1)["state"] == "resolved"
        live(desk, "close-resolved", told.planned.at + timedelta(minutes=1), minutes=1)
        assert desk.ticket(1)["state"] == "closed"

    def test_mail_that_the_gate_holds_back_is_foretold_with_the_reason(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        with desk.database.write():
            people.suppress("cara@cust.test", "550 no such user")

        told = foreseen(desk)

        assert (told[0].subject, told[0].held) == ("", "mail to it is suppressed: 550 no such user")

    def test_desk_without_reminders_and_ticket_without_waiting_plan_nothing(self, desk: StoryDesk):
        to_ann = opened(desk)
        assert planned(desk) == []
        assert "nothing is planned: no automatic mail about this ticket" in say(desk, to_ann, "#mails")
        desk.office = replace(desk.office, waiting=Waiting.of(WaitingSettings(reminders=0), OFFICE))
        desk.intake = replace(desk.intake, office=desk.office)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        assert planned(desk) == []
        say(desk, to_ann, "#pending vendor")
        assert planned(desk) == []

    def test_past_that_nobody_looked_at_is_due_now(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        desk.advance(days=7)

        first, second, *_ = planned(desk)

        assert first.at == desk.now
        assert second.at > desk.now


class TestStopped:
    def test_reminders_stop_with_everything_behind_them_and_go_on_when_started(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        receipt = say(desk, to_ann, "#mails stop waiting-reminder we talk on the phone")

        assert "automatic mail of the kind waiting-reminder is stopped for ticket 1" in receipt
        assert live(desk, "waiting", desk.now + timedelta(days=20), minutes=600) == []
        assert desk.ticket(1)["state"] == "pending-requester"
        assert foreseen(desk)[0].stop is not None
        say(desk, to_ann, "#mails start waiting-reminder")
        (came, *_) = live(desk, "waiting", desk.now + timedelta(minutes=10))
        assert came[1].notice == "waiting-reminder"
        assert events(desk, "mail stopped", "mail started") == [
            {"kinds": "waiting-reminder", "reason": "we talk on the phone"},
            {"kinds": "waiting-reminder"},
        ]

    def test_stopped_closing_reminds_and_leaves_open(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        say(desk, to_ann, "#mails stop closing")

        came = live(desk, "waiting", desk.now + timedelta(days=30), minutes=600)

        assert [one.notice for _, one in came] == ["waiting-reminder"] * 3
        assert desk.ticket(1)["state"] == "pending-requester"

    @pytest.mark.parametrize("kind", ["closing", ALL])
    def test_resolved_ticket_stays_so_where_closing_is_stopped(self, desk: StoryDesk, kind: str):
        to_ann = opened(desk)
        say(desk, to_ann, f"#resolve\n#mails stop {kind}")

        live(desk, "close-resolved", desk.now + timedelta(days=30), minutes=60 * 24)

        assert desk.ticket(1)["state"] == "resolved"

    def test_ticket_comes_back_silently_where_that_is_stopped(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#take\n#pending until 22 jan\n#mails stop coming-back")

        assert live(desk, "waiting", desk.now + timedelta(days=8), minutes=600) == []
        assert desk.ticket(1)["state"] == "open"

    def test_undo_takes_a_stop_and_a_start_back(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#mails stop closing")
        say(desk, to_ann, "#mails stop sla-warning")
        say(desk, to_ann, "#mails start")
        assert stops(desk) == {}

        assert "taken back: mails start" in say(desk, to_ann, "#undo")
        assert stops(desk) == {"closing": "ann@corp.test", "sla-warning": "ann@corp.test"}
        # The same mail again would be a duplicate.
        assert "taken back: mails stop sla-warning" in say(desk, to_ann, "#UNDO")
        assert stops(desk) == {"closing": "ann@corp.test"}

    @pytest.mark.parametrize(
        ("first", "second", "words"),
        [
            ("#mails stop", "#mails stop closing", "automatic mail of the kind closing is stopped already"),
            ("#mails stop", "#mails start closing", "all automatic mail of the ticket is stopped; #mails st"),
            ("#take", "#mails start closing", "automatic mail of the kind closing is not stopped"),
            ("#take", "#mails start", "all automatic mail is not stopped"),
            ("#take", "#mails please", "expected #mails [stop|start [KIND] [WHY]], got 'please'"),
            ("#mails stop", "#mails start all", "all automatic mail goes its way again"),
            ("#take", "#mails stop\n#mails start", "all automatic mail goes its way again"),
            ("#take", "#mails stop\n#mails stop closing", "of the kind closing is stopped already"),
        ],
    )
    def test_receipt_says_what_the_command_came_to(
        self, desk: StoryDesk, first: str, second: str, words: str
    ):
        to_ann = opened(desk)
        say(desk, to_ann, first)

        assert words in " ".join(say(desk, to_ann, second).split())

    def test_list_by_mail_has_moment_reader_reason_and_subject(self, desk: StoryDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#pending requester\n\nWhich printer is it?")
        say(desk, to_ann, "#mails stop closing not before the fair")

        listed = " ".join(say(desk, to_ann, "#mails").split())

        subject = foreseen(desk)[0].subject
        assert (
            "stopped: closing, by ann@corp.test on Mon 15 Jan 2024, 10:00 CET: not before the fair" in listed
        )
        assert (
            f'Tue 16 Jan 2024, 10:00 CET waiting-reminder to cara@cust.test (reminder 1 of 3): "{subject}"'
        ) in listed
        assert "closing [stopped] to cara@cust.test (no answer after 3 reminders)" in listed
        assert "Printer is dead" in subject


class TestClocks:
    @pytest.fixture
    def desk(self, database: Database, now: datetime) -> Iterator[ClockDesk]:
        made = ClockDesk(database, now)
        yield made
        made.close()

    def test_warnings_come_as_they_were_foretold(self, desk: ClockDesk):
        opened(desk)
        told = [one for one in foreseen(desk) if one.planned.at < desk.now + timedelta(hours=6)]

        came = []
        for _ in range(60):
            came += [(desk.now, *one) for one in desk.watch(6, every=6)]

        assert sorted((one.planned.at, one.planned.notice, one.planned.to) for one in told) == sorted(came)
        assert {one.planned.kind for one in told} == {Kind.WARNING}
        assert all(one.subject for one in told)
        assert BOSS in {one.planned.to for one in told}

    def test_what_passes_while_warnings_are_stopped_is_never_told(self, desk: ClockDesk):
        to_ann = opened(desk)
        say(desk, to_ann, "#mails stop sla-warning")

        assert desk.watch(180, every=10) == []
        (warned, *_) = events(desk, "time runs out")
        assert warned["to"] == "nobody"
        say(desk, to_ann, "#mails start sla-warning")
        assert desk.watch(10, every=10) == []

    def test_warning_that_waits_for_the_morning_is_dropped_by_a_stop(self, desk: ClockDesk):
        to_ann = opened(desk)
        desk.watch(150, every=10)
        waits = [one for one in planned(desk) if one.to == "bob@corp.test"]
        assert [one.at for one in waits] == sorted(one.at for one in waits)
        assert waits
        say(desk, to_ann, "#mails stop sla-warning")

        assert desk.watch(120, every=10) == []

    def ringing(self, desk: ClockDesk) -> None:
        """Let a critical ticket ring."""
        desk.promise(structs.replace(STANDARD, ring_minutes=10))
        to_ann = opened(desk)
        desk.mail_in(reply(to_ann, ANN, "#priority P1 the board meets", SUPPORT), auth_user="ann@corp.test")
        desk.mail_out()
        desk.mail_in(mail(CARA, "[#1] Printer is dead", "Please hurry."))
        desk.mail_out()

    def test_next_ring_comes_as_it_was_foretold(self, desk: ClockDesk):
        self.ringing(desk)

        rings = [one for one in foreseen(desk) if one.planned.kind is Kind.RINGING]
        came = [(desk.now, *one) for one in desk.watch(10) if one[0] == "critical-ringing"]

        assert sorted((one.planned.at, one.planned.notice, one.planned.to) for one in rings) == sorted(came)
        assert rings
        assert all(one.subject for one in rings)

    def test_ring_that_is_due_already_is_foretold_for_now(self, desk: ClockDesk):
        self.ringing(desk)
        desk.advance(minutes=25)

        whys = {(one.at, one.why) for one in planned(desk) if one.kind is Kind.RINGING}

        assert whys == {(desk.now, "ring 2"), (desk.now + timedelta(minutes=5), "ring 3")}

    def test_stopped_ringing_is_silent_and_goes_on_when_it_is_started(self, desk: ClockDesk):
        self.ringing(desk)
        # An agent who says so is at it by that, and nothing rings any more.
        operated(desk, StopMails((Kind.RINGING,), "operator", "the board knows"))

        silent = [one for one in desk.watch(30, every=5) if one[0] == "critical-ringing"]
        rang = events(desk, "rang")
        operated(desk, StartMails((Kind.RINGING,), "operator"))
        loud = [one for one in desk.watch(10, every=5) if one[0] == "critical-ringing"]

        assert (silent, rang) == ([], [])
        assert loud
