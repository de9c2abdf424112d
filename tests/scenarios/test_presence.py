"""Types by reply, absences by mail, stand-ins, and what is handed over."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from storage import absences
from storage.absences import NotedAbsence
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"


def away(to: Mail, text: str, sender: str = ANN) -> EmailMessage:
    """Answer as an absence program does (RFC 3834 s 3.1.7)."""
    made = reply(to, sender, text)
    made["Auto-Submitted"] = "auto-replied"
    return made


def noted(desk: StoryDesk) -> list[NotedAbsence]:
    with desk.database.read():
        return absences.between(desk.now.date(), desk.now.date())


class TestTypeByReply:
    @pytest.mark.parametrize(
        ("word", "kind", "state"),
        [
            ("REQUEST", "service-request", "new"),
            ("Anfrage.", "service-request", "new"),
            ("Incident", "incident", "new"),
        ],
    )
    def test_the_requester_says_what_it_is_by_one_word(
        self, desk: StoryDesk, word: str, kind: str, state: str
    ):
        desk.mail_in(mail(CARA, "Something", "See above."))
        ack = desk.mail_out()[0]

        row = desk.mail_in(reply(ack, CARA, word))

        assert row["disposition"] == "appended"
        assert (desk.ticket(1)["type"], desk.ticket(1)["state"]) == (kind, state)

    def test_what_cannot_be_is_told_in_the_trace(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Something", "See above."))
        row = desk.mail_in(reply(desk.mail_out()[0], CARA, "incident"))

        assert "ticket 1 is an incident; it is so already, only a service-request" in row["evidence"]

    def test_a_word_in_a_sentence_and_a_colleague_change_nothing(self, desk: StoryDesk):
        first = mail(CARA, "Something", "See above.")
        first["Cc"] = "Dan <dan@cust.test>"
        desk.mail_in(first)
        ack = desk.mail_out()[0]
        desk.mail_in(reply(ack, CARA, "It is a request of mine."))
        by_dan = mail("Dan <dan@cust.test>", "Re: x", "REQUEST", headers={"In-Reply-To": first["Message-ID"]})

        assert desk.mail_in(by_dan)["disposition"] == "appended"
        assert desk.ticket(1)["type"] == "incident"


class TestAbsenceByMail:
    def shown(self, desk: StoryDesk) -> Mail:
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        return next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")

    def test_an_agents_absence_program_proposes_and_changes_nothing(self, desk: StoryDesk):
        text = "I am out of office until January 19th, 2024."
        shown = self.shown(desk)
        row = desk.mail_in(away(shown, text))
        again = desk.mail_in(away(shown, f"{text} Regards, Ann"))

        assert row["disposition"] == "appended"
        (one,) = noted(desk)
        assert (one.agent, one.last, one.confirmed) == ("ann@corp.test", date(2024, 1, 19), False)
        assert "proposed: ann@corp.test is away, until 2024-01-19" in row["evidence"]
        assert not [line for line in again["evidence"] if line.startswith("proposed")]
        told = [event["data"] for event in desk.ticket(1)["events"] if event["kind"] == "absence proposed"]
        assert told == [{"agent": "ann@corp.test", "until": "2024-01-19"}]

    def test_one_word_of_the_agent_makes_the_proposal_true(self, desk: StoryDesk):
        shown = self.shown(desk)
        desk.mail_in(away(shown, "I am out of office until January 19th, 2024."))

        desk.mail_in(reply(shown, ANN, "#absent"))

        (receipt,) = (one for one in desk.mail_out() if one.notice == "command-results")
        said = "you are away up to and including Fri 19 Jan 2024, as your out-of-office mail said"
        assert said in " ".join(receipt.text.split())
        assert [(str(one.last), one.confirmed) for one in noted(desk)] == [("2024-01-19", True)]

    def test_without_a_day_the_end_is_unknown(self, desk: StoryDesk):
        row = desk.mail_in(away(self.shown(desk), "I am currently out of the office and will return."))

        assert noted(desk)[0].last is None
        assert "proposed: ann@corp.test is away, until unknown" in row["evidence"]

    def test_other_automatic_mail_and_mail_without_proof_propose_nothing(self, desk: StoryDesk):
        shown = self.shown(desk)
        desk.mail_in(away(shown, "Your mail was received."))
        unproven = away(shown, "I am out of office until January 19th, 2024.")
        unproven.replace_header("To", "support@desk.test")
        desk.mail_in(unproven)
        desk.mail_in(away(desk_ack(desk), "I am out of office until January 19th, 2024.", CARA))

        assert [one for one in noted(desk) if one.agent != "ann@corp.test"] == []


def desk_ack(desk: StoryDesk) -> Mail:
    desk.mail_in(mail(CARA, "Screen", "Black."))
    return next(one for one in desk.mail_out() if one.notice == "ticket-opened")


class TestStandIns:
    def test_who_stands_in_for_the_assignee_hears_of_replies(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        ack, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "#take"))
        desk.mail_out()
        today = desk.now.date()
        with desk.database.write():
            said = NotedAbsence("ann@corp.test", today, today, "by command", "bob@corp.test")
            absences.add(said, desk.now)

        desk.mail_in(reply(ack, CARA, "Still dead."))
        assert {one.recipient for one in desk.mail_out()} == {"ann@corp.test", "bob@corp.test"}

        desk.advance(days=1)
        desk.mail_in(reply(ack, CARA, "Still dead, today."))
        assert {one.recipient for one in desk.mail_out()} == {"ann@corp.test"}

    def test_what_is_noted_ends_when_the_agent_is_back(self, desk: StoryDesk):
        today = desk.now.date()
        with desk.database.write():
            absences.add(NotedAbsence("ann@corp.test", today, None, "by command"), desk.now)
            absences.add(NotedAbsence("bob@corp.test", today, today, "by command"), desk.now)
            assert absences.end("ann@corp.test", today) == 1
            assert absences.end("ann@corp.test", today) == 0

        assert [one.agent for one in noted(desk)] == ["bob@corp.test"]
        assert noted(desk)[0].last == today
        assert today + timedelta(days=1) > today


def test_who_takes_over_reads_what_was_asked_and_answered(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer", "My printer is dead. Can you come?"))
    _, to_ann, _ = desk.mail_out()
    desk.mail_in(reply(to_ann, ANN, "#take\nPlease add paper. Does it help?"))
    desk.mail_in(reply(to_ann, ANN, "#assign bob@corp.test"))

    handed = next(one for one in desk.mail_out() if one.notice == "ticket-handed")
    words = " ".join(handed.text.split())
    assert handed.recipient == "bob@corp.test"
    assert (
        "Asked: My printer is dead. Can you come? Answered so far: Please add paper. Does it help?" in words
    )
    assert "Open question, for the requester: Does it help?" in words
