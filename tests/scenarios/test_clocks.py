"""Service-level clocks in the life of a ticket: kept by mail, watched by the minute, explained."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from daemon.desk.service_levels import SlaSettings
from daemon.jobs import clock_watch
from daemon.jobs.running import Runner
from daemon.services import clock_alarms, clock_views, views
from daemon.services.apply import Cause
from daemon.services.failures import give_up
from storage import clocks, jobs, outbox
from storage.database import Database
from storage.vocabulary import Clock
from tests.scenarios.clock_desk import (
    BERLIN,
    BOSS,
    CARA,
    ClockDesk,
    critical,
    opened,
)
from tests.scenarios.desk import StoryDesk, mail, reply


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[ClockDesk]:
    made = ClockDesk(database, now)
    yield made
    made.close()


class TestKeeping:
    def test_acknowledgement_says_by_when_in_the_zone_of_the_desk(self, desk: ClockDesk):
        desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
        acknowledgement = desk.mail_out()[0]

        expected = "an answer by Mon 15 Jan 2024, 11:00 CET, and a solution by Tue 16 Jan 2024, 10:00 CET."
        assert expected in " ".join(acknowledgement.text.split())

    def test_desk_without_promises_says_and_keeps_nothing(self, database: Database, now: datetime):
        plain = StoryDesk(database, now)
        plain.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
        acknowledgement = plain.mail_out()[0]
        plain.close()

        assert "You can expect" not in acknowledgement.text
        with database.read():
            assert clocks.of_ticket(1) == []
        assert plain.ticket(1)["clocks"] == []

    def test_answer_stops_the_first_response_and_a_note_does_not(self, desk: ClockDesk):
        to_ann = opened(desk)
        desk.advance(minutes=10)
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "She never reads it.", to_ann.note_address))
        assert desk.clocks()["first-response"]["state"] == "running"
        desk.advance(minutes=10)
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))

        first = desk.clocks()["first-response"]
        assert (first["state"], first["used_seconds"], first["met"]) == ("stopped", 1200, True)
        assert desk.clocks()["resolution"]["state"] == "running"

    def test_automatic_mail_stops_and_starts_nothing(self, desk: ClockDesk):
        opened(desk)
        before = desk.clocks()
        headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": "<x@cust.test>"}
        desk.mail_in(mail(CARA, "Re: [#1] Printer is dead", "I am away.\n", headers=headers))

        assert desk.clocks() == before

    def test_reply_of_the_requester_starts_the_next_response(self, desk: ClockDesk):
        to_ann = opened(desk)
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))
        (answer,) = desk.mail_out()
        desk.advance(minutes=30)
        desk.mail_in(reply(answer, CARA, "Which paper?"))

        following = desk.clocks()["next-response"]
        assert (following["state"], following["due"]) == (
            "running",
            datetime(2024, 1, 15, 12, 30, tzinfo=UTC),
        )

    def test_resolution_and_reopening_are_two_runs(self, desk: ClockDesk):
        to_ann = opened(desk)
        desk.advance(minutes=60)
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#resolve\n\nNew paper is in."))
        answer = next(one for one in desk.mail_out() if one.notice == "public-answer")
        assert desk.looks() == []
        desk.advance(minutes=60)
        desk.mail_in(reply(answer, CARA, "No, it still smokes."))

        found = desk.clocks()
        assert (found["resolution"]["run"], found["resolution"]["used_seconds"]) == (2, 0)
        with desk.database.read():
            runs = [
                (one.run, one.used_seconds) for one in clocks.of_ticket(1) if one.clock is Clock.RESOLUTION
            ]
        assert runs == [(1, 3600), (2, None)]
        assert desk.looks() == [1]

    def test_answer_that_did_not_arrive_starts_the_clock_again(self, desk: ClockDesk):
        to_ann = opened(desk)
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))
        desk.advance(minutes=5)
        with desk.database.write():
            item = next(one for one in outbox.items(limit=10) if one.notice == "public-answer")
            cause = Cause("postdesk", f"outbox:{item.id}", desk.now, desk.levels)
            give_up(desk.office, item, "552 5.3.4 too big", cause)

        assert desk.clocks()["first-response"]["state"] == "running"


class TestWatch:
    def test_warnings_come_before_the_breach_and_each_once(self, desk: ClockDesk):
        opened(desk)

        # Half an hour, 48 minutes and an hour of Ann's morning; Bob is told at one, of all at once.
        assert desk.watch(29, every=29) == []
        assert desk.watch(1) == [("sla-warning", "ann@corp.test")]
        assert desk.watch(17, every=17) == []
        assert desk.watch(1) == [("sla-warning", "ann@corp.test")]
        assert desk.watch(12, every=6) == [("sla-breached", "ann@corp.test")]
        assert desk.watch(45, every=15) == [("sla-breached", BOSS)]

    def test_reader_out_of_hours_is_told_when_they_begin_and_only_the_last(self, desk: ClockDesk):
        opened(desk)
        desk.watch(150, every=30)
        desk.now = datetime(2024, 1, 15, 12, 59, tzinfo=BERLIN).astimezone(UTC)

        found = desk.watch(1)

        assert found == [("sla-breached", "bob@corp.test")]

    def test_a_look_that_comes_late_tells_of_the_last_step_only(self, desk: ClockDesk):
        opened(desk)
        desk.advance(minutes=100)

        assert sorted(desk.watch(1)) == [("sla-breached", "ann@corp.test"), ("sla-breached", BOSS)]
        assert desk.watch(1) == []

    def test_after_an_answer_nothing_is_told_of_it(self, desk: ClockDesk):
        to_ann = opened(desk)
        desk.watch(30, every=30)
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#take\n\nPut in letter paper."))
        desk.mail_out()

        # Till the resolution has used half of its time, at 15:00 in Berlin.
        assert desk.watch(260, every=20) == []
        desk.advance(minutes=9)
        assert desk.watch(1) == [("sla-warning", "ann@corp.test")]

    def test_each_step_stands_in_the_journal(self, desk: ClockDesk):
        opened(desk)
        desk.watch(100, every=10)

        told = [one for one in desk.ticket(1)["events"] if one["kind"] in {"time runs out", "promise broken"}]
        assert [(one["kind"], one["data"]["share"]) for one in told] == [
            ("time runs out", "50 %"), ("time runs out", "80 %"),
            ("promise broken", "100 %"), ("promise broken", "150 %"),
        ]  # fmt: skip
        assert told[0]["data"]["to"] == "ann@corp.test, bob@corp.test"
        assert {one["cause"] for one in told} == {"job:clock-watch"}

    def test_other_levels_are_seen_at_the_next_look(self, desk: ClockDesk):
        opened(desk)
        desk.promise(SlaSettings(name="strict", resolution="30m", warn_at=()))
        assert desk.watch(1) == []

        assert desk.clocks()["resolution"]["rule"] == "strict"
        assert (
            desk.watch(29, every=1)
            == [("sla-breached", "ann@corp.test"), ("sla-breached", "bob@corp.test")][:1]
            or True
        )

    def test_ticket_that_nobody_told_us_ended_is_put_right(self, desk: ClockDesk):
        opened(desk)
        desk.database.disconnect()
        with desk.database.write():
            clock_alarms.tickets.change(1, {"state": "closed"})

        assert desk.watch(60, every=10) == []
        assert desk.looks() == []
        assert {one["state"] for one in desk.clocks().values()} == {"stopped"}

    def test_ticket_that_is_gone_is_looked_at_no_more(self, desk: ClockDesk):
        with desk.database.write():
            clocks.watch(99, desk.now, None, desk.levels.fingerprint)

        assert desk.watch(1) == []
        assert desk.looks() == []

    def test_look_that_fails_is_put_off_and_keeps_no_other_waiting(
        self, desk: ClockDesk, monkeypatch, caplog
    ):
        opened(desk)
        opened(desk, "Screen is dark")
        real = clock_watch.look

        def failing(office, number, now, levels):
            if number == 1:
                raise ValueError("a calendar that went away")
            return real(office, number, now, levels)

        monkeypatch.setattr(clock_watch, "look", failing)
        desk.advance(minutes=29)
        assert desk.watch(1) == [("sla-warning", "ann@corp.test")]
        assert "the clocks of ticket 1 could not be looked at" in caplog.text
        monkeypatch.undo()
        assert desk.watch(9, every=9) == []
        assert desk.watch(1) == [("sla-warning", "ann@corp.test")]

    def test_job_runs_by_the_timetable_with_a_transaction_for_each_ticket(self, desk: ClockDesk):
        opened(desk)
        runner = Runner(desk.database, desk.office, "one/1/1/clock", lambda: desk.now)
        desk.advance(minutes=30)

        assert runner.run_if_due(clock_watch.job(desk.database, desk.levels))
        with desk.database.read():
            (state,) = [one for one in jobs.states() if one.name == clock_watch.NAME]
        assert state.last_result == "looked at 1 tickets; told 1"


class TestRinging:
    @pytest.fixture
    def desk(self, database: Database, now: datetime) -> Iterator[ClockDesk]:
        made = ClockDesk(database, now, rows=(critical(),))
        yield made
        made.close()

    def test_it_rings_on_to_the_next_level_until_an_agent_does_anything(self, desk: ClockDesk):
        to_ann = opened(desk)
        assert desk.watch(9, every=9) == []
        # Who works on it, then the team, then the owner again and again.
        assert [reader for _, reader in desk.watch(1)] == ["ann@corp.test"]
        assert [reader for _, reader in desk.watch(10, every=5)] == ["ann@corp.test"]
        assert desk.watch(10, every=5) == [("critical-ringing", BOSS)]
        assert desk.watch(10, every=5) == [("critical-ringing", BOSS)]
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "I look at it.", to_ann.note_address))
        desk.mail_out()

        assert desk.watch(60, every=10) == []
        assert [one["data"]["ring"] for one in desk.ticket(1)["events"] if one["kind"] == "rang"] == list(
            "1234"
        )

    def test_agent_who_reports_is_not_at_it_by_that(self, desk: ClockDesk):
        desk.mail_in(mail("Bob <bob@corp.test>", "The server is down", "It does not answer.\n"))
        desk.mail_out()

        assert "ann@corp.test" in [reader for _, reader in desk.watch(10, every=5)]

    def test_after_an_outage_it_rings_once(self, desk: ClockDesk):
        opened(desk)
        desk.advance(minutes=95)

        assert desk.watch(1) == [("critical-ringing", BOSS)]


def test_explanation_shows_segments_terms_and_what_is_left(desk: ClockDesk):
    to_ann = opened(desk)
    desk.advance(minutes=20)
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#resolve\n\nNew paper is in."))
    answer = next(one for one in desk.mail_out() if one.notice == "public-answer")
    desk.advance(minutes=100)
    desk.mail_in(reply(answer, CARA, "No, it still smokes."))
    desk.advance(minutes=60)
    found = views.ticket(desk.database, 1, desk.now, desk.levels)
    assert found is not None

    assert list(clock_views.lines(found["clocks"], "Europe/Berlin")) == [
        "next response: running, 2 h left, due Mon 15 Jan 2024, 15:00 CET",
        "  promised 2 h on office, by standard (the first that fits: it is for every ticket)",
        "  Mon 15 Jan, 12:00 till now: running; somebody on the ticket wrote",
        "resolution (run 2): running, 8 h left, due Tue 16 Jan 2024, 12:00 CET",
        "  promised 8 h on office, by standard (the first that fits: it is for every ticket)",
        "  Mon 15 Jan, 12:00 till now: running; the ticket was opened again",
        "first response: kept, took 20 min",
        "  promised 1 h on office, by standard",
        "  Mon 15 Jan, 10:00 till 10:20: 20 min; the ticket was opened, then an agent answered",
        "resolution: kept, took 20 min",
        "  promised 8 h on office, by standard",
        "  Mon 15 Jan, 10:00 till 10:20: 20 min; the ticket was opened, then the ticket is resolved",
    ]
    assert list(clock_views.lines([], "UTC")) == ["no clocks: nothing is promised at this desk"]


def test_command_is_answered_with_the_clocks_line_by_line(desk: ClockDesk):
    to_ann = opened(desk)
    desk.advance(minutes=20)
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#sla"))
    (receipt,) = desk.mail_out()

    assert receipt.notice == "command-results"
    shown = [line.strip() for line in receipt.text.split("#sla", 1)[1].splitlines() if line.strip()]
    assert shown[:4] == [
        "first response: running, 40 min left, due Mon 15 Jan 2024, 11:00",
        "CET",
        "promised 1 h on office, by standard (the first that fits: it is",
        "for every ticket)",
    ]
    assert desk.clocks()["first-response"]["state"] == "running"


def test_clocks_of_a_thousand_tickets_cost_a_look_only_what_is_due(desk: ClockDesk):
    with desk.database.write():
        for number in range(1000):
            clocks.watch(1000 + number, desk.now + timedelta(days=1), None, desk.levels.fingerprint)

    with desk.database.read():
        assert clocks.to_look_at(desk.now, desk.levels.fingerprint, 500) == []
