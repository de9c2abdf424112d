"""Several teams, copied people, late replies, broken delivery, big mail."""

import pytest

from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from storage.database import Database
from storage.records import Incoming
from storage.vocabulary import Source
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
HR = "hr@desk.test"


@pytest.fixture
def house(database: Database, now):
    """A desk of two teams: IT with Ann, HR with Bob."""
    made = StoryDesk(
        database,
        now,
        teams=(
            TeamSettings(name="it", addresses=(SUPPORT,), members=("ann@corp.test",)),
            TeamSettings(name="hr", addresses=(HR,), members=("bob@corp.test",)),
        ),
    )
    yield made
    made.close()


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return [(one.notice, one.recipient) for one in desk.mail_out()]


class TestTwoTeams:
    def test_mail_goes_to_the_team_of_its_address(self, house: StoryDesk):
        house.mail_in(mail(CARA, "Holiday", "How many days?", HR))
        ack, shown = house.mail_out()

        assert (shown.notice, shown.recipient) == ("ticket-new", "bob@corp.test")
        assert ack["From"] == "IT Support <hr@desk.test>"
        assert house.ticket(1)["team"] == "hr"

    def test_one_mail_to_both_is_one_ticket_with_two_routes(self, house: StoryDesk):
        house.mail_in(mail(CARA, "Laptop and holiday", "Both.", f"{SUPPORT}, {HR}"))

        assert house.ticket(1)["routes"] == ["it", "hr"]
        assert ("ticket-new", "bob@corp.test") in sent(house)

    def test_same_mail_in_two_mailboxes_is_one_ticket_and_the_second_team_is_told(self, house: StoryDesk):
        one = mail(CARA, "Laptop and holiday", "Both.", "all@list.test")
        house.mail_in(one, recipients=(SUPPORT,))
        house.mail_out()

        row = house.mail_in(b"Received: by elsewhere\r\n" + one.as_bytes(), recipients=(HR,))

        assert (row["disposition"], row["ticket"]) == ("duplicate", 1)
        assert sent(house) == [("duplicate-route", "bob@corp.test")]
        assert house.ticket(1)["routes"] == ["it", "hr"]

    def test_reply_through_the_other_teams_address_is_appended(self, house: StoryDesk):
        house.mail_in(mail(CARA, "Holiday", "How many days?", HR))
        ack, _ = house.mail_out()

        row = house.mail_in(reply(ack, CARA, "Thirty?", SUPPORT))

        assert (row["disposition"], row["ticket"]) == ("appended", 1)


class TestCopiedPeople:
    def test_copied_colleague_gets_the_answer_and_may_reply(self, desk: StoryDesk):
        first = mail(CARA, "Printer", "Dead.")
        first["Cc"] = "Dan <dan@cust.test>"
        desk.mail_in(first)
        _, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "Paper!"))
        answers = desk.mail_out()

        assert [one.recipient for one in answers] == ["cara@cust.test", "dan@cust.test"]
        row = desk.mail_in(reply(answers[1], "Dan <dan@cust.test>", "I have paper."))
        assert row["disposition"] == "appended"

    def test_reply_all_to_the_first_mail_joins_its_ticket(self, desk: StoryDesk):
        first = mail(CARA, "Printer", "Dead.")
        first["Cc"] = "Dan <dan@cust.test>"
        desk.mail_in(first)
        again = mail(
            "Dan <dan@cust.test>", "Re: Printer", "Mine too.", headers={"In-Reply-To": first["Message-ID"]}
        )

        assert desk.mail_in(again)["ticket"] == 1

    def test_whom_the_agent_copies_joins_the_ticket(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        _, to_ann, _ = desk.mail_out()
        answer = reply(to_ann, ANN, "Vendor will call you.")
        answer["Cc"] = "vendor@vendor.test"

        desk.mail_in(answer)

        assert ("public-answer", "vendor@vendor.test") in sent(desk)

    def test_two_replies_to_an_unseen_mail_meet_on_one_ticket(self, desk: StoryDesk):
        unseen = {"References": "<unseen@cust.test>"}
        desk.mail_in(mail(CARA, "Re: Plan", "Point one.", headers=unseen))

        assert desk.mail_in(mail(CARA, "Re: Plan", "Point two.", headers=unseen))["ticket"] == 1


class TestLateReply:
    def test_reply_long_after_the_end_opens_a_ticket_that_follows(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        ack, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "#close"))
        desk.advance(days=15)

        row = desk.mail_in(reply(ack, CARA, "It is dead again."))

        assert (row["disposition"], row["ticket"]) == ("ticketed", 2)
        follows = [event["data"] for event in desk.ticket(2)["events"] if event["kind"] == "follows"]
        assert follows == [{"ticket": "1"}]
        assert desk.ticket(1)["state"] == "closed"


class TestBigMail:
    def test_beginning_of_a_mail_that_is_too_big_becomes_a_ticket_and_is_told(self, desk: StoryDesk):
        beginning = mail(CARA, "Pictures", "See attached.").as_bytes()
        incoming = Incoming(Source.IMAP, beginning, desk.now, full_size_bytes=80_000_000)
        desk.ledger.submit(incoming).result(5)
        while desk.intake.run_once():
            pass

        told = {one.notice: one for one in desk.mail_out()}
        assert "80 MB" in told["mail-too-big"].text
        assert told["mail-too-big"].recipient == "cara@cust.test"
        assert "only the beginning" in " ".join(told["ticket-new"].text.split())


class TestDeskWithoutSubAddressing:
    @pytest.fixture
    def plain(self, database: Database, now):
        settings = DeskSettings(name="IT Support", address=SUPPORT, sub_addressing=False)
        made = StoryDesk(database, now, settings=settings)
        yield made
        made.close()

    def test_requester_is_recognised_by_our_message_id(self, plain: StoryDesk):
        plain.mail_in(mail(CARA, "Printer", "Dead."))
        ack, *_ = plain.mail_out()

        assert ack.reply_address == SUPPORT
        answer = mail(CARA, "Other words", "Still.", headers={"In-Reply-To": ack["Message-ID"]})
        assert plain.mail_in(answer)["disposition"] == "appended"

    def test_agent_needs_to_be_verified(self, plain: StoryDesk):
        plain.mail_in(mail(CARA, "Printer", "Dead."))
        _, to_ann, _ = plain.mail_out()
        answer = reply(to_ann, ANN, "Paper!")

        assert plain.mail_in(answer)["disposition"] == "held"
        (refusal,) = plain.mail_out()
        assert "only where the sender is verified" in " ".join(refusal.text.split())
        assert "Reply again" not in refusal.text
        answer.replace_header("Message-ID", "<again@corp.test>")
        assert plain.mail_in(answer, auth_user="ann@corp.test")["disposition"] == "appended"

    def test_reply_to_a_note_is_a_note(self, plain: StoryDesk):
        plain.mail_in(mail(CARA, "Printer", "Dead."))
        _, to_ann, _ = plain.mail_out()
        plain.mail_in(reply(to_ann, ANN, "#note\nShe never reads."), auth_user="ann@corp.test")
        note = next(one for one in plain.mail_out() if one.notice == "internal-note")

        plain.mail_in(reply(note, "Bob <bob@corp.test>", "Indeed."), auth_user="bob@corp.test")

        assert plain.ticket(1)["entries"][-1]["kind"] == "note"
        assert {one.recipient for one in plain.mail_out()} == {"ann@corp.test"}


def test_agent_with_two_addresses_answers_from_either(database: Database, now):
    desk = StoryDesk(
        database, now, agents=(AgentSettings(address="ann@corp.test", name="Ann", also=("ann@home.test",)),)
    )
    desk.mail_in(mail(CARA, "Printer", "Dead."))
    _, to_ann = desk.mail_out()

    row = desk.mail_in(reply(to_ann, "Ann <ann@home.test>", "Paper!"))

    assert row["disposition"] == "appended"
    desk.close()
