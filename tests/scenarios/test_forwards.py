"""An agent forwards somebody's mail to the desk."""

import pytest

from tests.scenarios.desk import StoryDesk, mail, reply

ANN = "Ann <ann@corp.test>"
PROVEN = {"auth_user": "ann@corp.test"}
FORWARD = """She called twice already.

---------- Forwarded message ---------
From: Cara Customer <cara@cust.test>
Date: Mon, Jan 15, 2024 at 9:00 AM
Subject: Printer is dead
To: Ann <ann@corp.test>


It says PC LOAD LETTER.
"""


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return [(one.notice, one.recipient) for one in desk.mail_out()]


def test_author_of_the_forwarded_mail_becomes_the_requester(desk: StoryDesk):
    desk.mail_in(mail(ANN, "Fwd: Printer is dead", FORWARD), **PROVEN)

    ticket = desk.ticket(1)
    assert ticket["requester"] == "cara@cust.test"
    assert [(one["kind"], one["author"]) for one in ticket["entries"]] == [
        ("message", "cara@cust.test"),
        ("note", "ann@corp.test"),
    ]
    assert ticket["entries"][0]["text"] == "It says PC LOAD LETTER."
    assert ticket["entries"][1]["text"] == "She called twice already."
    assert sent(desk) == [
        ("ticket-opened", "cara@cust.test"),
        ("ticket-new", "ann@corp.test"),
        ("ticket-new", "bob@corp.test"),
    ]


def test_agents_words_stay_among_agents(desk: StoryDesk):
    desk.mail_in(mail(ANN, "Fwd: Printer is dead", FORWARD), **PROVEN)
    ack, to_ann, _ = desk.mail_out()
    desk.mail_in(reply(to_ann, ANN, "Put in letter paper."))
    (answer,) = [one for one in desk.mail_out() if one.notice == "public-answer"]

    assert "called twice" not in ack.raw.decode() + answer.raw.decode()


def test_unproven_forward_is_a_mail_like_any_other(desk: StoryDesk):
    desk.mail_in(mail(ANN, "Fwd: Printer is dead", FORWARD))

    assert desk.ticket(1)["requester"] == "ann@corp.test"


def test_forward_of_a_requester_is_his_own_mail(desk: StoryDesk):
    desk.mail_in(mail("dan@cust.test", "Fwd: Printer is dead", FORWARD))

    assert desk.ticket(1)["requester"] == "dan@cust.test"


class TestUnsure:
    TWO = FORWARD.replace(
        "From: Cara Customer <cara@cust.test>", "From: Cara cara@cust.test, Dan dan@cust.test"
    )

    @pytest.fixture
    def question(self, desk: StoryDesk):
        desk.mail_in(mail(ANN, "Fwd: Printer is dead", self.TWO), **PROVEN)
        return next(one for one in desk.mail_out() if one.notice == "forward-question")

    def test_agent_is_asked_and_nobody_else_is_written_to(self, desk: StoryDesk, question):
        assert question.recipient == "ann@corp.test"
        assert desk.ticket(1)["requester"] is None

    def test_number_makes_that_person_the_requester(self, desk: StoryDesk, question):
        choices = [line.split()[0] for line in question.text.splitlines() if line.endswith("cara@cust.test")]
        row = desk.mail_in(reply(question, ANN, choices[0] if choices else "0"))

        expected = "cara@cust.test" if choices else "ann@corp.test"
        assert row["disposition"] == "acted"
        assert desk.ticket(1)["requester"] == expected

    def test_zero_makes_it_the_agents_own(self, desk: StoryDesk, question):
        desk.mail_in(reply(question, ANN, "0"))

        assert desk.ticket(1)["requester"] == "ann@corp.test"
        assert sent(desk) == []

    def test_number_that_was_not_offered_is_words(self, desk: StoryDesk, question):
        row = desk.mail_in(reply(question, ANN, "8"))

        assert row["disposition"] == "appended"
        assert desk.ticket(1)["requester"] is None

    def test_second_answer_changes_nothing(self, desk: StoryDesk, question):
        desk.mail_in(reply(question, ANN, "0"))
        desk.advance(minutes=1)
        again = reply(question, ANN, "1")
        again.replace_header("Message-ID", "<again@corp.test>")
        desk.mail_in(again)

        assert desk.ticket(1)["requester"] == "ann@corp.test"


class TestCourtesy:
    @pytest.fixture
    def resolved(self, desk: StoryDesk):
        desk.mail_in(mail("cara@cust.test", "Printer is dead", "It says PC LOAD LETTER."))
        ack, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "#resolve"))
        desk.mail_out()
        return ack

    @pytest.mark.parametrize(
        "words", ["Thanks!", "Vielen Dank", "Merci beaucoup", "Great, thank you so much!"]
    )
    def test_thanks_opens_nothing_again_and_rings_nobody(self, desk: StoryDesk, resolved, words: str):
        row = desk.mail_in(reply(resolved, "cara@cust.test", words))

        assert row["disposition"] == "appended"
        assert desk.ticket(1)["state"] == "resolved"
        assert sent(desk) == []

    @pytest.mark.parametrize(
        "words", ["Thanks, but it is broken again.", "Thank you. Can you also fix the fax?"]
    )
    def test_complaint_or_question_beside_the_thanks_does(self, desk: StoryDesk, resolved, words: str):
        desk.mail_in(reply(resolved, "cara@cust.test", words))

        assert desk.ticket(1)["state"] == "open"
