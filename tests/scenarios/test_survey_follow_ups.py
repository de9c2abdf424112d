"""What a bad answer to a survey begins, and how its end is told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.services import surveying
from storage import survey_follow_ups, surveys, tickets
from storage.database import Database
from tests.scenarios.desk import StoryDesk, mail, reply
from tests.scenarios.surveyed import (
    ANN,
    CARA,
    LEAD,
    asked,
    closed,
    decided,
    dispatch,
    journal,
    made,
    notices,
)


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    story = made(database, now)
    yield story
    story.close()


def to_survey(desk: StoryDesk, text: str, sender: str = CARA, survey: Any = None, **envelope: Any) -> str:
    """Answer the first survey, or this one, and return what became of it."""
    sent = survey or asked(desk)
    row = desk.mail_in(reply(sent, sender, text), **envelope)
    return str(row["disposition"])


class TestMoreThanARating:
    def test_a_letter_to_the_desk_is_a_reply(self, desk: StoryDesk):
        text = "One more question, please:\n\nhow do I print on both sides of the paper?"
        assert to_survey(desk, text) == "appended"

        assert decided(desk).score is None
        assert desk.ticket(1)["state"] == "open"
        assert ("requester-replied", "ann@corp.test") in notices(desk.mail_out())

    def test_long_after_the_closure_it_is_a_new_ticket(self, desk: StoryDesk):
        survey = asked(desk)
        desk.advance(days=29)
        to_survey(desk, "It still does not print anything at all.", survey=survey)
        told = notices(desk.mail_out())

        assert ("survey-follow-up", "lea@corp.test") in told
        assert desk.ticket(1)["state"] == "closed"
        assert desk.ticket(2)["requester"] == "cara@cust.test"


class TestFollowUp:
    def test_survey_2_follow_up_outcome_survey_5(self, desk: StoryDesk):
        survey = asked(desk)
        to_survey(desk, "2 it took three days and nobody told me", survey=survey)
        to_lead, to_cara = desk.mail_out()

        assert notices([to_lead, to_cara]) == [
            ("survey-follow-up", "lea@corp.test"),
            ("survey-told", "cara@cust.test"),
        ]
        assert "Cara Customer rated [#1] with 2 of 5: Printer is dead" in to_lead.text
        assert "2 it took three days and nobody told me" in to_lead.text
        # The thread of the rated ticket.
        assert "Put in letter paper." in to_lead.text
        assert "Lea Lead looks into it as ticket [#2]" in " ".join(to_cara.text.split())
        opened = desk.ticket(2)
        assert (opened["type"], opened["assignee"]) == ("service-request", "lea@corp.test")
        assert opened["requester"] == "cara@cust.test"
        assert "survey follow-up" in journal(desk, 1)
        assert journal(desk, 2)[-2:] == ["survey follow-up", "entry"]

        desk.advance(hours=3)
        desk.mail_in(reply(to_lead, LEAD, "#resolve\n\nSorry. You get a call first from now on."))
        told = [one for one in desk.mail_out() if one.recipient == "cara@cust.test"]
        assert notices(told) == [("survey-outcome", "cara@cust.test")]
        assert "You get a call first from now on." in told[0].text
        with desk.database.read():
            follow_up = survey_follow_ups.of_survey(1)
        assert follow_up is not None
        assert follow_up.outcome == "Sorry. You get a call first from now on."

        desk.mail_in(reply(told[0], CARA, "Please close this"))
        desk.mail_out()
        dispatch(desk)
        dispatch(desk, hours=2)
        (second,) = [one for one in desk.mail_out() if one.notice == "survey"]
        assert "You told us that you were not satisfied" in second.text
        to_survey(desk, "5 thank you", survey=second)
        assert [decided(desk, number).score for number in (1, 2)] == [2, 5]
        # A third one is never asked for.
        assert desk.mail_out() == []

    def test_there_is_never_a_third_survey(self, desk: StoryDesk):
        to_survey(desk, "1 too slow")
        for number in (2, 3):
            to_lead = next(one for one in desk.mail_out() if one.notice == "survey-follow-up")
            desk.advance(hours=1)
            desk.mail_in(reply(to_lead, LEAD, "#close\n\nWe are sorry."))
            dispatch(desk)
            dispatch(desk, hours=2)
            again = [one for one in desk.mail_out() if one.notice == "survey"]
            if number == 2:
                to_survey(desk, "1 no better", survey=again[0])

        assert again == []
        assert decided(desk, 3).reason == surveying.SECOND

    def test_2_still_broken_opens_the_ticket_itself_again(self, desk: StoryDesk):
        to_survey(desk, "2, still broken")
        mails = desk.mail_out()

        assert desk.ticket(1)["state"] == "open"
        assert notices(mails) == [
            ("survey-follow-up", "lea@corp.test"),
            ("survey-follow-up", "ann@corp.test"),
            ("survey-told", "cara@cust.test"),
        ]
        assert decided(desk).score == 2
        assert "Ticket [#1] is open again" in " ".join(mails[-1].text.split())
        desk.mail_in(reply(mails[1], ANN, "#resolve\n\nA new drum is in."))
        assert ("survey-outcome", "cara@cust.test") in notices(desk.mail_out())

    def test_words_without_a_rating_that_say_it_does_not_work(self, desk: StoryDesk):
        to_survey(desk, "It does not work!")
        mails = desk.mail_out()

        assert desk.ticket(1)["state"] == "open"
        assert "Cara Customer is not satisfied with [#1]" in mails[0].text
        assert decided(desk).score is None

    def test_a_good_rating_with_a_plain_complaint_is_followed_up(self, desk: StoryDesk):
        to_survey(desk, "4, nice people, but it is not fixed")

        assert decided(desk).score == 4
        assert desk.ticket(1)["state"] == "open"

    def test_a_second_bad_answer_is_added_to_the_first(self, desk: StoryDesk):
        survey = asked(desk)
        to_survey(desk, "2 too slow", survey=survey)
        desk.mail_out()
        to_survey(desk, "1 and rude", survey=survey)
        mails = desk.mail_out()

        assert ("survey-follow-up", "lea@corp.test") in notices(mails)
        assert "added to ticket [#2]" in " ".join(mails[-1].text.split())
        assert [one["text"] for one in desk.ticket(2)["entries"]] == ["2 too slow", "1 and rude"]
        assert decided(desk).score == 1

    def test_closing_without_words_tells_it_too(self, desk: StoryDesk):
        to_survey(desk, "1 too slow")
        to_lead = desk.mail_out()[0]
        desk.mail_in(reply(to_lead, LEAD, "#close"))
        told = [one for one in desk.mail_out() if one.recipient == "cara@cust.test"]

        assert notices(told) == [("survey-outcome", "cara@cust.test")]
        assert "What you told us was settled." in told[0].text

    def test_one_that_ended_by_itself_goes_on_no_more(self, desk: StoryDesk):
        to_survey(desk, "1 too slow")
        told = desk.mail_out()[-1]
        desk.mail_in(reply(told, CARA, "Please close this"))
        dispatch(desk)

        with desk.database.read():
            assert survey_follow_ups.going_on(2) is None

    def test_nothing_internal_stands_in_what_is_answered_outward(self, desk: StoryDesk):
        row = desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(mail(ANN, "Note", "kestrelwing", to_ann.note_address))
        desk.mail_in(reply(to_ann, ANN, "#close\n\nPut in letter paper."))
        dispatch(desk)
        dispatch(desk, hours=2)
        survey = next(one for one in desk.mail_out() if one.notice == "survey")
        to_survey(desk, "1 no", survey=survey)

        assert row["ticket"] == 1
        assert [one.notice for one in desk.mail_out() if b"kestrelwing" in one.raw] == []


def test_a_survey_of_a_ticket_that_was_merged_later_can_be_answered(desk: StoryDesk):
    survey = asked(desk)
    other = closed(desk, CARA, "Screen is dark")
    with desk.database.write():
        tickets.change(1, {"merged_into": other})
    to_survey(desk, "2, still broken", survey=survey)

    assert desk.ticket(other)["state"] == "open"
    with desk.database.read():
        assert surveys.of_ticket(1)[0].score == 2
