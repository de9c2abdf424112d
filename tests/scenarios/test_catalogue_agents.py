"""What agents do with requests out of the catalogue, and what time does with forms that nobody fills in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.request_form import written
from daemon.services.catalogue_mail import form_words
from daemon.services.waiting import look
from storage import requests, waiting
from storage.database import Database
from tests.scenarios.company import AGENTS, DESK, RITA, SERVICE, TEAMS, asked, catalogue, form, item
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

IDA = "Ida <ida@example.com>"
LOAN = {"from": "2024-01-22", "days": "3"}
LAPTOP = {"model": "Standard 14", "start": "2024-02-01", "old": "no"}


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now, settings=DESK, teams=TEAMS, agents=AGENTS, catalogue=catalogue())
    yield made
    made.close()


def answers(desk: StoryDesk, number: int = 1) -> dict[str, str]:
    with desk.database.read():
        found = requests.get(number)
    return dict(found.answers) if found is not None else {}


def sent(mails: list[Mail], notice: str) -> Mail:
    (found,) = [one for one in mails if one.notice == notice]
    return found


def says(desk: StoryDesk, shown: Mail, *words: str) -> list[Mail]:
    """Let Ida write commands, with her own reply address."""
    desk.mail_in(reply(shown, IDA, "\n".join(words)))
    return desk.mail_out()


def kinds(desk: StoryDesk) -> list[str]:
    return [event["kind"] for event in desk.ticket(1)["events"]]


def told(mails: list[Mail], notice: str = "ticket-new") -> str:
    """Return what an agent reads above the facts of the ticket."""
    return sent(mails, notice).text.partition("______")[0]


class TestFilledForm:
    def test_agents_read_the_answers_and_the_words_beside_the_form_but_not_the_form(self, desk: StoryDesk):
        filled = asked("laptop", LAPTOP)
        filled.set_content(f"This is for Dan.\n\n{filled.get_content()}")
        desk.mail_in(filled)

        shown = told(desk.mail_out())
        assert (
            "10:00 CET\n\nIt waits for an approval.\n\nThis is for Dan.\n\n  New laptop\n    - Which" in shown
        )
        assert "::" not in shown
        assert "two colons" not in shown
        assert ":: Standard 14" in desk.ticket(1)["entries"][0]["text"]

    def test_a_form_alone_leaves_its_answers_alone(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))

        shown = told(desk.mail_out())
        assert "It waits for an approval.\n\n  New laptop\n    - Which model? Standard 14\n" in shown
        assert "(no text)" not in shown

    def test_a_form_in_another_language_goes_with_its_introduction(self, desk: StoryDesk):
        words = form_words(desk.office, "de")
        content = written(item("laptop"), LAPTOP, words=words)
        filled = asked("laptop", {})
        filled.set_content(f"Guten Tag, ich brauche das bitte noch in dieser Woche.\n\n{content}")
        desk.mail_in(filled)

        shown = told(desk.mail_out())
        assert "Guten Tag, ich brauche das bitte noch in dieser Woche.\n\n  New laptop\n" in shown
        assert words.intro.split()[-3] not in shown

    def test_an_answer_that_could_not_be_taken_is_read_in_the_form(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {**LAPTOP, "start": "soonish"}))

        assert ":: soonish" in told(desk.mail_out())

    def test_a_reply_with_the_rest_of_the_form_is_told_in_the_list_too(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", {}))
        asking = sent(desk.mail_out(), "request-form")
        desk.mail_in(reply(asking, RITA, f"It is for a fair.\n\n{form('loan-laptop', LOAN)}"))

        shown = told(desk.mail_out(), "requester-replied")
        assert "It is for a fair.\n\n  " in shown
        assert "- For how many days? 3" in shown
        assert "::" not in shown


class TestItem:
    def test_makes_a_ticket_a_request_and_asks_for_what_is_missing(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "A trip", "I need something to work with on my trip.", to=SERVICE))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), "#item loan-laptop")

        ticket = desk.ticket(1)
        assert (ticket["type"], ticket["state"]) == ("service-request", "awaiting-details")
        assert sent(mails, "request-form").recipient == "rita@example.com"
        assert "it is a request of Borrow a laptop now" in sent(mails, "command-results").text

    def test_with_all_answers_it_goes_on_at_once(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "A trip", "I need something to work with on my trip.", to=SERVICE))
        shown = sent(desk.mail_out(), "ticket-new")
        mails = says(desk, shown, "#item loan-laptop", "#answer from 2024-01-22", "#answer days 3")

        assert (desk.ticket(1)["state"], answers(desk)) == ("in-fulfilment", LOAN)
        assert "It needs nobody's approval" in sent(mails, "request-told").text

    def test_of_another_team_says_who_answers_for_it(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "A trip", "I need something.", to=SERVICE))
        other = next(one for one in catalogue().items if one.team == "facilities")
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), f"#item {other.id}")

        assert "#team facilities hands it over" in " ".join(sent(mails, "command-results").text.split())

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("#item laptopp", "there is no item 'laptopp'"),
            ("#item phon", "did you mean"),
            ("#answer days 3", "asks for nothing of the catalogue"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_reason(self, desk: StoryDesk, line: str, why: str):
        desk.mail_in(mail(RITA, "A trip", "I need something.", to=SERVICE))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), line)

        assert why in " ".join(sent(mails, "command-results").text.split())
        assert answers(desk) == {}

    def test_of_what_is_worked_on_already_is_refused(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", LOAN))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), "#item laptop")

        assert "work on loan-laptop has begun already" in sent(mails, "command-results").text
        assert answers(desk) == LOAN

    def test_instead_of_another_voids_what_was_asked_of_approvers(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        says(desk, sent(desk.mail_out(), "ticket-new"), "#item loan-laptop")

        assert (desk.ticket(1)["state"], answers(desk)) == ("awaiting-details", {})
        assert "approval superseded" in kinds(desk)

    @pytest.mark.parametrize(
        ("before", "why"),
        [("#close", "has ended; #reopen it first"), ("#item laptop", "it is a request of laptop already")],
    )
    def test_named_when_it_makes_no_sense_is_told_so(self, desk: StoryDesk, before: str, why: str):
        desk.mail_in(mail(RITA, "A trip", "I need something.", to=SERVICE))
        shown = sent(desk.mail_out(), "ticket-new")
        says(desk, shown, before)
        mails = says(desk, shown, "#item Laptop")

        assert why in " ".join(sent(mails, "command-results").text.split())

    def test_taken_back_it_is_what_it_was(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "A trip", "I need something.", to=SERVICE))
        before = desk.ticket(1)
        shown = sent(desk.mail_out(), "ticket-new")
        says(desk, shown, "#item laptop", "#answer start 2024-02-01")
        assert desk.ticket(1)["state"] == "awaiting-approval"
        says(desk, shown, "#undo")

        after = desk.ticket(1)
        assert (after["type"], after["state"], after["tags"]) == (before["type"], "new", before["tags"])
        assert (answers(desk), kinds(desk).count("approval superseded")) == ({}, 1)


class TestAnswer:
    def test_fills_in_for_the_requester(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Light 13"}))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), "#answer start 1 feb")

        assert answers(desk) == {**LAPTOP, "model": "Light 13"}
        assert desk.ticket(1)["state"] == "awaiting-approval"
        assert "start is 2024-02-01 now" in sent(mails, "command-results").text

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("#answer start soon", 'expected a day like 2026-01-31, got "soon"'),
            ("#answer colour red", "has no question 'colour'; there are: model, reason, start, old"),
            ("#answer reason films", "reason is not asked with the other answers as they are"),
            ("#answer start", "got no answer behind 'start'"),
        ],
    )
    def test_a_wrong_one_is_refused_with_the_reason(self, desk: StoryDesk, line: str, why: str):
        desk.mail_in(asked("laptop", {"model": "Light 13"}))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), line)

        assert why in " ".join(sent(mails, "command-results").text.split())

    def test_voids_the_approval_that_was_asked_for(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        says(desk, sent(desk.mail_out(), "ticket-new"), "#answer model Light 13")

        assert kinds(desk).count("approval begun") == 2
        assert answers(desk)["model"] == "Light 13"

    def test_once_work_has_begun_answers_stay(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", LOAN))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), "#answer days 9")

        assert "its answers stay as they are" in sent(mails, "command-results").text
        assert answers(desk) == LOAN

    def test_details_that_are_asked_for_are_asked_with_the_form(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Light 13"}))
        shown = sent(desk.mail_out(), "ticket-new")
        desk.mail_in(mail(RITA, "Re: [#1] New laptop", "I will tell you tomorrow.", to=SERVICE))
        desk.mail_out()
        mails = says(desk, shown, "#details")

        assert desk.ticket(1)["state"] == "awaiting-details"
        assert item("laptop").questions[2].mark in sent(mails, "request-form").text

    def test_one_that_is_there_already_changes_nothing(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        mails = says(desk, sent(desk.mail_out(), "ticket-new"), "#answer old no")

        assert "old was no already" in sent(mails, "command-results").text
        assert kinds(desk).count("approval begun") == 1


class TestLateChange:
    def test_of_what_waits_for_the_requester_brings_it_back_to_work(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", LOAN))
        mails = desk.mail_out()
        says(desk, sent(mails, "ticket-new"), "#pending requester")
        answer = reply(sent(mails, "ticket-opened"), RITA, form("loan-laptop", {"days": "9"}))
        desk.mail_in(answer)

        assert (desk.ticket(1)["state"], answers(desk)) == ("in-fulfilment", LOAN)


class TestEnds:
    def test_close_calls_off_what_was_asked_of_others(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        says(desk, sent(desk.mail_out(), "ticket-new"), "#close we have none left")

        assert "approval withdrawn" in kinds(desk)

    def test_work_does_not_begin_before_the_approval(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {}))
        shown = sent(desk.mail_out(), "ticket-new")
        desk.mail_in(mail(RITA, "Re: [#1] New laptop", "I will tell you tomorrow.", to=SERVICE))
        mails = says(desk, shown, "#open")

        assert desk.ticket(1)["state"] == "new"
        assert "nobody has approved" in sent(mails, "command-results").text

    def test_an_answer_of_an_agent_does_not_begin_it_either(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {}))
        shown = sent(desk.mail_out(), "ticket-new")
        desk.mail_in(mail(RITA, "Re: [#1] New laptop", "I will tell you tomorrow.", to=SERVICE))
        says(desk, shown, "All right, there is no hurry.")

        assert desk.ticket(1)["state"] == "new"


class TestSilence:
    def time_comes(self, desk: StoryDesk) -> list[Mail]:
        desk.advance(hours=73)
        with desk.database.write():
            look(desk.office, 1, desk.now)
        return desk.mail_out()

    def test_reminders_have_the_form_and_then_it_is_closed_with_a_way_back(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Light 13"}))
        desk.mail_out()
        reminders = [self.time_comes(desk) for _ in range(3)]
        (closed,) = self.time_comes(desk)

        mark = item("laptop").questions[2].mark
        assert [[one.notice for one in each] for each in reminders] == [["waiting-reminder"]] * 3
        assert all(mark in each[0].text for each in reminders)
        assert "your request goes on where it stopped" in " ".join(closed.text.split())
        assert desk.ticket(1)["state"] == "closed"

        desk.mail_in(reply(closed, RITA, form("laptop", {"start": "2024-02-20"})))
        assert desk.ticket(1)["state"] == "awaiting-approval"

    def test_any_reply_to_the_closing_asks_for_the_form_again(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Light 13"}))
        desk.mail_out()
        (closed,) = [self.time_comes(desk) for _ in range(4)][-1]
        desk.mail_in(reply(closed, RITA, "Sorry, I was on holiday. I still want it."))

        assert desk.ticket(1)["state"] == "awaiting-details"
        assert sent(desk.mail_out(), "request-form").recipient == "rita@example.com"

    def test_part_of_the_answers_begins_the_reminders_anew(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", {}))
        first = sent(desk.mail_out(), "request-form")
        self.time_comes(desk)
        desk.mail_in(reply(first, RITA, form("loan-laptop", {"days": "3"})))

        with desk.database.read():
            wait: Any = waiting.get(1)
        assert wait.reminders == 0
