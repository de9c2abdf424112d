"""Who is asked how satisfied they were, who never is and why, and that it happens once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from daemon.desk.addressing import detail_of
from daemon.jobs import surveys as job
from daemon.jobs.running import Runner
from daemon.mail.tokens import Purpose, parse_detail
from daemon.services import automatic_mail, surveying
from storage import automatic_stops, hot, links, outbox, people, survey_facts, surveys, tickets
from storage.automatic_stops import Stop
from storage.database import Database
from storage.records import Link
from storage.surveys import SurveyState
from storage.vocabulary import LinkKind, OutboxState, TicketState
from tests.acceptance.whole_story import delivery_report
from tests.scenarios.desk import StoryDesk, mail, reply
from tests.scenarios.surveyed import (
    ALWAYS,
    ANN,
    CARA,
    asked,
    asking,
    closed,
    decided,
    dispatch,
    journal,
    made,
    many,
    notices,
)


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    story = made(database, now)
    yield story
    story.close()


def settings(**changed: Any) -> Any:
    return msgspec.structs.replace(ALWAYS, **changed)


class TestAsking:
    def test_requester_of_a_closed_ticket_is_asked_once_after_the_delay(self, desk: StoryDesk):
        closed(desk)
        assert dispatch(desk) == "planned 1; asked 0"
        assert dispatch(desk, minutes=59) == "planned 0; asked 0"
        assert dispatch(desk, minutes=1) == "planned 0; asked 1"
        (survey,) = desk.mail_out()

        assert (survey.notice, survey.recipient) == ("survey", "cara@cust.test")
        assert survey["Subject"] == "How did we do? [#1] Printer is dead"
        assert survey["Auto-Submitted"] == "auto-generated"
        assert "Ann helped you." in survey.text
        assert "Your answer counts until Wed 14 Feb 2024" in survey.text
        token = parse_detail(detail_of(survey.reply_address))
        assert token is not None
        assert (token.purpose, token.ticket_number) == (Purpose.SURVEY, decided(desk).id)
        assert desk.signer.verify(token, ["cara@cust.test"])
        assert journal(desk)[-1] == "survey sent"
        assert dispatch(desk, days=10) == "planned 0; asked 0"
        assert desk.mail_out() == []

    def test_each_digit_is_a_mail_to_the_signed_address_and_no_link_acts(self, desk: StoryDesk):
        survey = asked(desk)
        html = survey.parsed.get_body(("html",))
        assert html is not None
        links_found = [part.split('"')[0] for part in html.get_content().split('href="')[1:]]

        assert len(links_found) == 5
        for digit, link in enumerate(links_found, 1):
            assert link.startswith(f"mailto:{survey.reply_address}?")
            assert link.endswith(f"body={digit}")

    @pytest.mark.parametrize(("buttons", "shown"), [("digits", ">4<"), ("stars", "★"), ("faces", "🙂")])
    def test_the_answers_look_as_the_settings_say(self, desk: StoryDesk, buttons: str, shown: str):
        asking(desk, settings(buttons=buttons))
        html = asked(desk).parsed.get_body(("html",))

        assert html is not None
        assert shown in html.get_content()

    def test_quiet_hours_and_a_calendar_are_kept(self, desk: StoryDesk):
        asking(desk, settings(times=("mon-fri 09:00-17:00",), delay="9h"))
        closed(desk)
        dispatch(desk)
        # Monday 19:01 in Berlin: the next open hour is Tuesday at nine.
        assert dispatch(desk, hours=13) == "planned 0; asked 0"
        assert dispatch(desk, hours=9, minutes=58) == "planned 0; asked 0"
        assert dispatch(desk, minutes=1) == "planned 0; asked 1"

    def test_a_desk_without_sub_addresses_asks_for_a_code(self, database: Database, now: datetime):
        desk = made(database, now, sub_addressing=False)
        survey = asked(desk)
        desk.close()

        code = desk.signer.detail(Purpose.SURVEY, 1, "cara@cust.test")
        assert f"Please leave this code in your reply: {code}" in " ".join(survey.text.split())

    def test_it_is_foretold_and_stopped_like_other_automatic_mail(self, desk: StoryDesk):
        closed(desk)
        dispatch(desk)
        with desk.database.write():
            ticket = tickets.get(1)
            assert ticket is not None
            (foreseen,) = automatic_mail.foreseen(desk.office, ticket, desk.now)
            assert foreseen.subject == "How did we do? [#1] Printer is dead"
        assert desk.mail_out() == []
        with desk.database.write():
            automatic_stops.add(1, Stop("survey", "ann@corp.test", desk.now))

        assert dispatch(desk, hours=2) == "planned 0; asked 0"
        assert decided(desk).reason == surveying.STOPPED


class TestNobodyIsAsked:
    """Each decision is written down with its reason."""

    def refused(self, desk: StoryDesk, reason: str) -> None:
        dispatch(desk)
        dispatch(desk, hours=2)
        assert decided(desk).reason == reason
        assert decided(desk).state is SurveyState.NEVER
        assert [one for one in desk.mail_out() if one.notice == "survey"] == []
        assert dispatch(desk, days=30) == "planned 0; asked 0"

    def test_where_surveys_are_off(self, desk: StoryDesk):
        asking(desk, settings(enabled=False))
        closed(desk)

        self.refused(desk, surveying.OFF)

    def test_about_a_ticket_of_an_agents_own(self, desk: StoryDesk):
        closed(desk, "Bob <bob@corp.test>")

        self.refused(desk, "the desk itself raised the ticket")

    def test_about_a_duplicate(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            links.add(Link(1, LinkKind.DUPLICATE, 7), desk.now)

        self.refused(desk, "the ticket is a duplicate")

    def test_about_a_merged_ticket(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            tickets.change(1, {"merged_into": 7})

        self.refused(desk, "the ticket was merged into another one")

    def test_about_one_of_many_of_a_major_incident(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            links.add(Link(7, LinkKind.PARENT, 1), desk.now)

        self.refused(desk, "the ticket belongs to a major incident")

    def test_about_what_a_monitor_told(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            hot.execute("UPDATE events SET kind = 'monitored' WHERE kind = 'handled'")

        self.refused(desk, "the desk itself raised the ticket")

    def test_about_what_was_closed_for_silence(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            hot.execute("UPDATE events SET cause = ? WHERE kind = 'state'", (survey_facts.SILENCE,))

        self.refused(desk, "it was closed because nobody answered")

    def test_whose_mail_does_not_arrive(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            hot.execute(
                "UPDATE outbox SET state = ? WHERE recipient = 'cara@cust.test'", (OutboxState.BOUNCED,)
            )

        self.refused(desk, "mail to the requester does not arrive")

    def test_whose_address_is_suppressed(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            people.suppress("cara@cust.test", "it bounced")

        self.refused(desk, "mail to the requester does not arrive")

    def test_of_a_team_that_asks_nobody(self, desk: StoryDesk):
        asking(desk, settings(teams_off=("service-desk",)))
        closed(desk)

        self.refused(desk, "its team asks nobody")

    def test_outside_of_the_sample(self, desk: StoryDesk):
        asking(desk, settings(share=0.0))
        closed(desk)

        self.refused(desk, "the ticket is not in the sample")

    def test_without_a_requester(self, desk: StoryDesk):
        closed(desk)
        with desk.database.write():
            tickets.drop_requester(1)

        self.refused(desk, "no requester is known")

    def test_when_the_ticket_is_open_again(self, desk: StoryDesk):
        closed(desk)
        dispatch(desk)
        with desk.database.write():
            tickets.change(1, {"state": TicketState.OPEN})
        dispatch(desk, hours=2)

        assert decided(desk).reason == "the ticket is open again"

    def test_when_surveys_were_switched_off_meanwhile(self, desk: StoryDesk):
        closed(desk)
        dispatch(desk)
        asking(desk, settings(enabled=False))
        dispatch(desk, hours=2)

        assert decided(desk).reason == surveying.OFF

    def test_again_within_the_cool_down_at_whichever_address(self, desk: StoryDesk):
        asking(desk, settings(cooldown_days=30))
        asked(desk)
        with desk.database.write():
            cara = people.find("cara@cust.test")
            assert cara is not None
            hot.execute("INSERT INTO addresses VALUES ('cara@home.test', ?, '', ?)", (cara.id, desk.now))
        closed(desk, "Cara <cara@home.test>", "Screen is dark")
        dispatch(desk)

        assert decided(desk, 2).reason == "this person was asked a short time ago"
        desk.advance(days=30)
        assert asked(desk, CARA, "Mouse is gone").recipient == "cara@cust.test"

    def test_twice_by_two_tickets_that_were_closed_together(self, desk: StoryDesk):
        asking(desk, settings(cooldown_days=30))
        closed(desk)
        closed(desk, CARA, "Screen is dark")
        dispatch(desk)
        assert dispatch(desk, hours=2) == "planned 0; asked 1"

        assert [decided(desk, number).state for number in (1, 2)] == [SurveyState.SENT, SurveyState.NEVER]


class TestTraffic:
    def test_a_survey_that_does_not_arrive_is_noted_and_bothers_no_agent(self, desk: StoryDesk):
        survey = asked(desk)
        with desk.database.write():
            hot.execute("UPDATE outbox SET state = ?", (OutboxState.SENT,))
        desk.mail_in(delivery_report(survey), null_reverse_path=True)

        assert desk.mail_out() == []
        assert "undelivered" in journal(desk)

    def test_what_the_gate_holds_back_is_tried_again(self, database: Database, now: datetime):
        desk = made(database, now, auto_mail_per_address_and_hour=1)
        closed(desk)
        dispatch(desk)
        desk.mail_in(mail(CARA, "Screen is dark", "It is."))
        with desk.database.write():
            hot.execute("UPDATE surveys SET look_at = ?", (desk.now,))
            tickets.change(1, {"closed_at": desk.now - timedelta(hours=2)})
            hot.execute("UPDATE surveys SET closed_at = ?", (desk.now - timedelta(hours=2),))
        assert dispatch(desk) == "planned 0; asked 0"
        assert decided(desk).reason == "the gate holds it back"
        said = dispatch(desk, hours=1, minutes=1)
        desk.close()

        assert said == "planned 0; asked 1"

    def test_surveys_leave_half_of_an_hours_mail_to_what_is_more_pressing(
        self, database: Database, now: datetime
    ):
        desk = made(database, now, auto_mail_per_hour=4)
        many(desk, 5)
        dispatch(desk)
        assert dispatch(desk, hours=2) == "planned 0; asked 2"
        assert dispatch(desk, minutes=30) == "planned 0; asked 0"
        said = dispatch(desk, minutes=31)
        desk.close()

        assert said == "planned 0; asked 2"

    def test_job_runs_by_the_timetable(self, desk: StoryDesk):
        closed(desk)
        runner = Runner(desk.database, desk.office, "one/1/1/clock", lambda: desk.now)
        assert runner.run_if_due(job.job(desk.database))
        desk.advance(hours=2)

        assert runner.run_if_due(job.job(desk.database))
        assert notices(desk.mail_out()) == [("survey", "cara@cust.test")]


def test_the_reply_of_the_answered_agent_goes_on(desk: StoryDesk):
    """An answer to a later mail in the same thread, in whose References the survey stands, is no rating."""
    asked(desk)
    row = desk.mail_in(mail(CARA, "New", "Another thing."))
    to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
    desk.mail_in(reply(to_ann, ANN, "Which thing?"))
    answer = next(one for one in desk.mail_out() if one.notice == "public-answer")
    again = desk.mail_in(reply(answer, CARA, "5 days ago it began"))

    assert (again["ticket"], again["disposition"]) == (row["ticket"], "appended")
    with desk.database.read():
        assert surveys.answers(1) == []
        assert outbox.counts()[OutboxState.QUEUED] > 0
