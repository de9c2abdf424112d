"""Answers to surveys: what counts, what never does, what is asked back, and what a bad one begins."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.mail.tokens import Purpose
from storage import identities, people
from storage.database import Database
from tests.desk.test_ratings import READ, UNREAD
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply
from tests.scenarios.surveyed import (
    CARA,
    answers,
    asked,
    decided,
    made,
)

DOUBTFUL = [one for one in UNREAD.split("|") if len(one) < 20 and "not working" not in one][::5]
EVE = "Eve <eve@evil.test>"


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


class TestCounted:
    def test_a_digit_and_a_sentence(self, desk: StoryDesk):
        assert to_survey(desk, "4 fine, but it took a while") == "acted"

        survey = decided(desk)
        assert (survey.score, survey.words) == (4, "4 fine, but it took a while")
        assert survey.answered_at == desk.now
        assert answers(desk) == [(4, "cara@cust.test", True)]
        # No mail for a plain rating, to nobody; the ticket stays closed.
        assert desk.mail_out() == []
        assert desk.ticket(1)["state"] == "closed"
        rated = desk.ticket(1)["events"][-1]
        assert (rated["kind"], rated["data"]["score"], rated["data"]["by"]) == (
            "rated",
            "4",
            "cara@cust.test",
        )

    def test_the_last_answer_counts_and_the_history_stays(self, desk: StoryDesk):
        survey = asked(desk)
        to_survey(desk, "5", survey=survey)
        desk.advance(days=3)
        to_survey(desk, "4 after all", survey=survey)
        (told,) = desk.mail_out()

        assert decided(desk).score == 4
        assert answers(desk) == [(5, "cara@cust.test", True), (4, "cara@cust.test", True)]
        assert told.notice == "survey-told"
        assert "We have noted 4 of 5 in place of 5." in told.text

    def test_the_same_mail_many_times_counts_once(self, desk: StoryDesk):
        survey = asked(desk)
        answer = reply(survey, CARA, "5 great help")
        rows = [desk.mail_in(answer)["disposition"] for _ in range(3)]

        assert rows == ["acted", "duplicate", "duplicate"]
        assert answers(desk) == [(5, "cara@cust.test", True)]

    def test_a_second_address_of_the_same_person_counts(self, desk: StoryDesk):
        survey = asked(desk)
        with desk.database.write():
            cara = people.find("cara@cust.test")
            assert cara is not None
            identities.link("cara@home.test", cara, desk.now)
        to_survey(desk, "5", "Cara <cara@home.test>", survey)

        assert decided(desk).score == 5

    @pytest.mark.parametrize("score", READ)
    def test_words_stars_and_faces_of_many_languages(self, sqlite_desk: StoryDesk, score: int):
        """A sample of the table of ratings, as mail: encoded, quoted and cut."""
        survey = asked(sqlite_desk)
        sample = [one for one in READ[score].split("|") if "\n" not in one and one[0] != "*"][::7]
        for phrase in sample:
            sqlite_desk.advance(minutes=1)
            to_survey(sqlite_desk, phrase, survey=survey)
            assert decided(sqlite_desk).score == score, phrase
        given = answers(sqlite_desk)

        assert [one for one in given if one != (score, "cara@cust.test", True)] == []
        assert len(given) == len(sample) > 4

    def test_the_code_in_the_words_on_a_desk_without_sub_addresses(self, database: Database, now: datetime):
        desk = made(database, now, sub_addressing=False)
        survey = asked(desk)
        code = survey.text.partition("code in your reply: ")[2].split()[0]
        desk.mail_in(mail(CARA, f"Re: {survey['Subject']}", f"4\n\n{code}\n", SUPPORT))
        found = decided(desk)
        desk.close()

        assert (found.score, found.words) == (4, "4")

    @pytest.mark.parametrize("to_return_address", [False, True])
    def test_message_id_and_a_verified_sender_where_the_client_dropped_the_address(
        self, desk: StoryDesk, *, to_return_address: bool
    ):
        survey = asked(desk)
        address = survey.reverse_path if to_return_address else SUPPORT
        row = desk.mail_in(reply(survey, CARA, "5", address), auth_user="cara@cust.test")

        assert row["disposition"] == "acted"
        assert decided(desk).score == 5


@pytest.fixture
def sqlite_desk(sqlite_maker: Any, request: pytest.FixtureRequest, now: datetime) -> Iterator[StoryDesk]:
    """A desk on SQLite that takes much mail in an hour: what words come to, no database decides."""
    for url in sqlite_maker(request):
        database = Database(url)
        story = made(database, now, auto_mail_per_address_and_hour=1_000, auto_mail_per_pair_and_hour=1_000)
        yield story
        story.close()
        database.disconnect()


class TestNeverCounted:
    def nothing(self, desk: StoryDesk) -> None:
        assert decided(desk).score is None
        assert [one for one in answers(desk) if one[2]] == []
        assert desk.ticket(1)["state"] == "closed"

    @pytest.mark.parametrize("phrase", DOUBTFUL)
    def test_what_may_be_anything_else_is_asked_back_once(self, sqlite_desk: StoryDesk, phrase: str):
        """AT-114: out of range, in another script, a fraction, a power, a range, a count."""
        survey = asked(sqlite_desk)
        to_survey(sqlite_desk, phrase, survey=survey)
        to_survey(sqlite_desk, f"{phrase} ", survey=survey)
        told = [one for one in sqlite_desk.mail_out() if one.notice == "survey-told"]

        self.nothing(sqlite_desk)
        assert len(told) <= 1
        assert all("single digit from 1 to 5" in " ".join(one.text.split()) for one in told)

    @pytest.mark.parametrize("phrase", ["11", "-1", "\u0665", "4.5", "1e0", "0"])
    def test_a_number_that_is_none_of_the_five_is_asked_back(self, desk: StoryDesk, phrase: str):
        to_survey(desk, phrase)
        (told,) = desk.mail_out()

        self.nothing(desk)
        assert (told.notice, told.recipient) == ("survey-told", "cara@cust.test")
        # The question is answered at the same address.
        to_survey(desk, "5", survey=told)
        assert decided(desk).score == 5

    def test_an_automatic_answer(self, desk: StoryDesk):
        """AT-113: with the mark of the standard, by its words, and by the null reverse-path."""
        survey = asked(desk)
        marked = reply(survey, CARA, "I will be back in 5 days")
        marked["Auto-Submitted"] = "auto-replied"
        desk.mail_in(marked)
        desk.mail_in(reply(survey, CARA, "5\n\nI am out of the office until Monday."), null_reverse_path=True)
        to_survey(desk, "I will be back in 5 days", survey=survey)

        self.nothing(desk)
        assert [one for one in desk.mail_out() if one.recipient == "cara@cust.test"][1:] == []

    def test_a_quoted_digit_and_one_in_a_signature(self, desk: StoryDesk):
        survey = asked(desk)
        to_survey(desk, "", survey=survey)
        to_survey(desk, "-- \n5 stars for our shop!\nCara", survey=survey)
        desk.mail_in(mail(CARA, survey["Subject"], "> 5\n> great\n", survey.reply_address))

        self.nothing(desk)

    def test_a_digit_in_the_subject_alone(self, desk: StoryDesk):
        survey = asked(desk)
        desk.mail_in(mail(CARA, "5", "\n", survey.reply_address))

        self.nothing(desk)

    def test_text_and_html_that_say_different_things(self, desk: StoryDesk):
        survey = asked(desk)
        answer = mail(CARA, f"Re: {survey['Subject']}", "5\n", survey.reply_address)
        answer.add_alternative("<p>1</p>", "html")
        desk.mail_in(answer)

        self.nothing(desk)

    def test_one_that_its_html_hides(self, desk: StoryDesk):
        survey = asked(desk)
        answer = mail(CARA, f"Re: {survey['Subject']}", "x", survey.reply_address)
        answer.set_content('<span style="display:none">5</span><p>Thank you</p>', "html")
        desk.mail_in(answer)

        self.nothing(desk)

    def test_somebody_to_whom_it_was_forwarded(self, desk: StoryDesk):
        """AT-117: one answer, marked with its true sender; whoever was asked can still answer."""
        survey = asked(desk)
        row = desk.mail_in(reply(survey, EVE, "1 terrible"))

        assert row["disposition"] == "refused"
        assert answers(desk) == [(1, "eve@evil.test", False)]
        self.nothing(desk)
        assert desk.mail_out() == []
        to_survey(desk, "5", survey=survey)
        assert decided(desk).score == 5

    def test_a_stranger_with_more_to_say_waits_for_an_agent(self, desk: StoryDesk):
        survey = asked(desk)
        text = "I am a colleague of hers.\n\nThe printer prints stripes on the third floor too."
        row = desk.mail_in(reply(survey, EVE, text))

        assert row["disposition"] == "held"
        assert {one.notice for one in desk.mail_out()} == {"mail-held"}

    def test_a_forger(self, desk: StoryDesk):
        survey = asked(desk)
        desk.mail_in(reply(survey, CARA, "1 terrible"), auth_user="mallory@evil.test")

        self.nothing(desk)
        assert desk.mail_out() == []

    @pytest.mark.parametrize("how", ["another survey", "another person", "changed", "unknown"])
    def test_a_code_that_was_not_made_for_it(self, desk: StoryDesk, how: str):
        survey = asked(desk)
        address = survey.reply_address
        detail = desk.signer.detail
        other = {
            "another survey": address.replace("+s1.", "+s2."),
            "another person": SUPPORT.replace("@", f"+{detail(Purpose.SURVEY, 1, 'eve@evil.test')}@"),
            "changed": address.replace("@", "7@").replace(address[-11:-10] + "7@", "7@"),
            "unknown": SUPPORT.replace("@", f"+{detail(Purpose.SURVEY, 99, 'cara@cust.test')}@"),
        }[how]
        row = desk.mail_in(mail(CARA, survey["Subject"], "5", other))

        assert row["disposition"] == "refused"
        self.nothing(desk)
        assert desk.mail_out() == []

    def test_message_id_of_ours_without_a_proof_is_asked_back(self, desk: StoryDesk):
        survey = asked(desk)
        desk.mail_in(reply(survey, CARA, "5", SUPPORT))
        (told,) = desk.mail_out()

        self.nothing(desk)
        assert "could not tell for certain" in " ".join(told.text.split())
        to_survey(desk, "5", survey=told)
        assert decided(desk).score == 5

    def test_after_the_window_it_is_told(self, desk: StoryDesk):
        survey = asked(desk)
        desk.advance(days=30, minutes=1)
        to_survey(desk, "5", survey=survey)
        (told,) = desk.mail_out()

        self.nothing(desk)
        assert answers(desk) == [(5, "cara@cust.test", False)]
        assert "counted until Wed 14 Feb 2024" in " ".join(told.text.split())

    def test_thanks_alone_ring_nobody(self, desk: StoryDesk):
        to_survey(desk, "Thank you!")

        self.nothing(desk)
        assert desk.mail_out() == []

    def test_looking_at_every_link_changes_nothing(self, desk: StoryDesk):
        """AT-115: there is nothing to look at but addresses of mail."""
        html = asked(desk).parsed.get_body(("html",))

        assert html is not None
        assert "http" not in html.get_content().replace("http-equiv", "")
