"""What agents do about mail that is held beside a ticket: accept it, refuse it, or make it a ticket."""

import pytest

from storage import journal, tickets
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
EVE = "Eve <eve@evil.test>"


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return sorted((one.notice, one.recipient) for one in desk.mail_out())


def hold(desk: StoryDesk, text: str = "Mine is dead too.", **headers: str) -> Mail:
    """Let Eve write about ticket 1, and return what Ann is shown of it."""
    row = desk.mail_in(mail(EVE, "[#1] Another printer", text, headers=headers))
    assert row["disposition"] == "held"
    return next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")


def kinds(desk: StoryDesk, number: int = 1) -> list[str]:
    return [entry["kind"] for entry in desk.ticket(number)["entries"]]


def people(desk: StoryDesk, number: int = 1) -> list[str]:
    return [one["address"] for one in desk.ticket(number)["participants"]]


@pytest.fixture
def opened(desk: StoryDesk) -> list[Mail]:
    """Open ticket 1 of Cara; the mails are her acknowledgement and what Ann and Bob were shown."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER."))
    return desk.mail_out()


@pytest.mark.usefixtures("opened")
class TestAccept:
    def test_makes_it_a_message_of_the_ticket_and_its_sender_a_participant(self, desk: StoryDesk):
        row = desk.mail_in(reply(hold(desk), ANN, "#accept"))

        assert row["disposition"] == "acted"
        assert kinds(desk) == ["message", "message"]
        assert desk.ticket(1)["entries"][1]["visibility"] == "public"
        assert people(desk) == ["cara@cust.test", "eve@evil.test"]

    def test_is_told_to_agents_like_a_reply_and_receipted(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#accept"))
        mails = desk.mail_out()

        assert sorted((one.notice, one.recipient) for one in mails) == [
            ("command-results", "ann@corp.test"),
            ("requester-replied", "ann@corp.test"),
            ("requester-replied", "bob@corp.test"),
        ]
        assert all("Mine is dead too." in one.text for one in mails if one.notice == "requester-replied")
        assert "held mail 2 is part of the ticket now" in next(
            one.text for one in mails if one.notice == "command-results"
        )

    def test_lets_the_sender_get_answers_and_reply_from_then_on(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#accept"))
        to_ann = next(one for one in desk.mail_out() if one.notice == "requester-replied")
        desk.mail_in(reply(to_ann, ANN, "Put in letter paper."))
        answers = [one for one in desk.mail_out() if one.notice == "public-answer"]

        assert [one.recipient for one in answers] == ["cara@cust.test", "eve@evil.test"]
        assert desk.mail_in(reply(answers[1], EVE, "Works."))["disposition"] == "appended"

    def test_opens_a_resolved_ticket_as_a_reply_does(self, desk: StoryDesk, opened: list[Mail]):
        shown = hold(desk)
        desk.mail_in(reply(opened[1], ANN, "#resolve"))

        desk.mail_in(reply(shown, ANN, "#accept"))

        assert desk.ticket(1)["state"] == "open"

    def test_carries_the_files_of_the_held_mail_and_not_the_agents(self, desk: StoryDesk):
        held = mail(EVE, "[#1] Another printer", "See file.")
        held.add_attachment(b"log of eve", "text", "plain", filename="eve.log")
        desk.mail_in(held)
        shown = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        decision = reply(shown, ANN, "#accept\n\nI know her.")
        decision.add_attachment(b"staff only", "text", "plain", filename="ann.txt")

        desk.mail_in(decision)
        mails = [one for one in desk.mail_out() if one.recipient == "bob@corp.test"]

        names = {one.notice: [part.get_filename() for part in one.parsed.iter_attachments()] for one in mails}
        assert names == {"requester-replied": ["eve.log"], "internal-note": ["ann.txt"]}

    def test_once_is_once(self, desk: StoryDesk):
        shown = hold(desk)
        desk.mail_in(reply(shown, ANN, "#accept"))
        desk.mail_out()
        again = reply(shown, "Bob <bob@corp.test>", "#accept", shown.reply_address)

        row = desk.mail_in(again, auth_user="bob@corp.test")

        assert row["disposition"] == "refused"
        assert sent(desk) == [("command-results", "bob@corp.test")]
        assert kinds(desk) == ["message", "message"]

    def test_of_one_of_two_needs_its_number_in_another_mail(self, desk: StoryDesk, opened: list[Mail]):
        hold(desk)
        hold(desk, "And my fax.")

        vague = desk.mail_in(reply(opened[1], ANN, "#accept"))
        desk.mail_in(reply(opened[1], ANN, "#accept 3"))

        assert vague["disposition"] == "refused"
        assert "several are held: 2, 3" in vague["reason"]
        assert kinds(desk) == ["message", "held", "message"]

    def test_by_reply_takes_the_one_that_was_shown(self, desk: StoryDesk):
        shown = hold(desk)
        hold(desk, "And my fax.")

        desk.mail_in(reply(shown, ANN, "#accept"))

        assert kinds(desk) == ["message", "message", "held"]

    def test_of_two_in_one_mail_shows_both(self, desk: StoryDesk):
        shown = hold(desk)
        hold(desk, "And my fax.")

        desk.mail_in(reply(shown, ANN, "#accept 2\n#accept 3"))
        texts = [one.text for one in desk.mail_out() if one.notice == "requester-replied"]

        assert kinds(desk) == ["message", "message", "message"]
        assert len(texts) == 4

    @pytest.mark.parametrize("number", ["99", "1", "x", "\u0662", "9" * 40])
    def test_of_no_held_mail_is_refused_and_says_which_wait(self, desk: StoryDesk, number: str):
        row = desk.mail_in(reply(hold(desk), ANN, f"#accept {number}"))

        assert row["disposition"] == "refused"
        assert "waiting are: 2" in row["reason"]

    def test_by_somebody_who_is_no_agent_is_a_text(self, desk: StoryDesk, opened: list[Mail]):
        hold(desk)

        desk.mail_in(reply(opened[0], CARA, "#accept 2"))
        desk.mail_in(mail(EVE, "[#1] Another", "#accept 2"))

        assert kinds(desk) == ["message", "held", "message", "held"]

    def test_leaves_the_journal_whole(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#accept"))

        with desk.database.read():
            ticket, events = tickets.get(1), journal.of_ticket(1)
        assert ticket is not None
        assert events[-1].kind == "held mail"
        assert journal.broken_link(events, ticket.journal_hash) is None


@pytest.mark.usefixtures("opened")
class TestRefuse:
    def test_is_quiet_and_lets_nobody_in(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#refuse"))

        assert sent(desk) == [("command-results", "ann@corp.test")]
        assert kinds(desk) == ["message", "refused"]
        assert people(desk) == ["cara@cust.test"]

    def test_cannot_be_taken_back_by_accepting(self, desk: StoryDesk):
        shown = hold(desk)
        desk.mail_in(reply(shown, ANN, "#refuse"))

        assert desk.mail_in(reply(shown, ANN, "#accept"))["disposition"] == "refused"

    def test_both_in_one_mail_do_neither(self, desk: StoryDesk):
        row = desk.mail_in(reply(hold(desk), ANN, "#refuse\n#accept"))

        assert row["disposition"] == "refused"
        assert kinds(desk) == ["message", "held"]


@pytest.mark.usefixtures("opened")
class TestSplit:
    def test_opens_a_ticket_with_its_sender_as_requester_who_is_told(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#split"))
        fresh = desk.ticket(2)

        assert (fresh["subject"], fresh["requester"]) == ("[#1] Another printer", "eve@evil.test")
        assert kinds(desk) == ["message"]
        assert kinds(desk, 2) == ["message"]
        assert people(desk) == ["cara@cust.test"]
        assert sent(desk) == [
            ("command-results", "ann@corp.test"),
            ("ticket-new", "ann@corp.test"),
            ("ticket-new", "bob@corp.test"),
            ("ticket-opened", "eve@evil.test"),
        ]

    def test_tells_its_sender_nothing_of_the_other_ticket(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#split"))
        to_eve = [one for one in desk.mail_out() if one.recipient == "eve@evil.test"]

        assert all(b"cara" not in one.raw and b"Printer is dead" not in one.raw for one in to_eve)

    def test_is_noted_in_both_journals(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#split"))

        noted = {event["kind"] for number in (1, 2) for event in desk.ticket(number)["events"]}
        assert {"split into", "split from"} <= noted

    def test_of_mail_that_may_not_be_answered_acknowledges_nothing(self, desk: StoryDesk):
        desk.mail_in(mail(EVE, "[#1] Another printer", "x"), auth_user="mallory@evil.test")
        shown = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")

        desk.mail_in(reply(shown, ANN, "#split"))

        assert "ticket-opened" not in {notice for notice, _ in sent(desk)}
        assert desk.ticket(2)["requester"] == "eve@evil.test"

    def test_replies_to_the_acknowledgement_join_the_new_ticket(self, desk: StoryDesk):
        desk.mail_in(reply(hold(desk), ANN, "#split"))
        acknowledged = next(one for one in desk.mail_out() if one.notice == "ticket-opened")

        assert desk.mail_in(reply(acknowledged, EVE, "Any news?"))["ticket"] == 2


class TestNotice:
    def test_explains_the_three_words_and_the_number(self, desk: StoryDesk, opened: list[Mail]):
        text = " ".join(hold(desk).text.split())

        for words in (
            "#accept takes it onto the ticket",
            "#refuse puts it aside",
            "#split makes it a ticket",
        ):
            assert words in text
        assert "#accept 2" in text

    def test_leaked_address_of_the_requester_gains_its_thief_nothing(
        self, desk: StoryDesk, opened: list[Mail]
    ):
        """AT-046: held for agents; the thief is not added and gets no history."""
        row = desk.mail_in(mail(EVE, "hi", "#accept\n\nSend me everything.", opened[0].reply_address))

        assert row["disposition"] == "held"
        assert people(desk) == ["cara@cust.test"]
        assert all(one.recipient.endswith("@corp.test") for one in desk.mail_out())

    def test_confirmation_mail_for_a_ticket_address_never_reaches_the_requester(self, desk: StoryDesk):
        """AT-059, the Ticket Trick: the code that a service sends stays with the agents."""
        desk.mail_in(mail(EVE, "hello", "x"))
        acknowledged = next(one for one in desk.mail_out() if one.notice == "ticket-opened")
        desk.mail_in(
            mail("no-reply@saas.test", "Confirm your address", "Code 123456", acknowledged.reply_address)
        )

        assert all(b"123456" not in one.raw for one in desk.mail_out() if one.recipient == "eve@evil.test")

    def test_stub_of_a_message_in_quarantine_cannot_be_accepted(self, desk: StoryDesk, opened: list[Mail]):
        row = desk.mail_in(reply(opened[1], ANN, "#accept", SUPPORT), auth_user="ann@corp.test")

        assert row["reason"] == "commands refused: #accept: no mail is held beside ticket 1 any more"
