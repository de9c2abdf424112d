"""Internal words stay inside: those of notes, of held mail and of our notifications, and every secret."""

import pytest

from storage import raws
from storage.models import EntryRow
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
CANARY = "INTERNAL-CANARY-7f3"
NOTE = f"Do not tell her, but the contract of cust ends in March {CANARY}."


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return sorted((one.notice, one.recipient) for one in desk.mail_out())


def kinds(desk: StoryDesk) -> list[str]:
    return [entry["kind"] for entry in desk.ticket(1)["entries"]]


@pytest.fixture
def to_ann(desk: StoryDesk) -> Mail:
    """Open ticket 1 of Cara with an internal note of Bob; returns what Ann was shown of the ticket."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER and blinks all day long here."))
    _, shown, to_bob = desk.mail_out()
    desk.mail_in(mail("Bob <bob@corp.test>", "note", NOTE, to_bob.note_address))
    desk.mail_out()
    return shown


@pytest.fixture
def asked(desk: StoryDesk, to_ann: Mail) -> Mail:
    """Let Ann answer with the words of the note, and #resolve above; returns what she is asked."""
    answer = reply(to_ann, ANN, f"#resolve\n\nHello Cara, my colleague says: {NOTE}")
    answer["Cc"] = "dan@cust.test"
    row = desk.mail_in(answer)
    (question,) = desk.mail_out()
    assert row["disposition"] == "held"
    assert row["reason"] == "the answer repeats internal words"
    return question


class TestAnswerHeld:
    def test_nothing_leaves_and_nothing_is_done(self, desk: StoryDesk, asked: Mail):
        assert (asked.notice, asked.recipient) == ("answer-held", "ann@corp.test")
        assert desk.ticket(1)["state"] == "new"
        assert kinds(desk) == ["message", "note", "draft"]
        assert [one["address"] for one in desk.ticket(1)["participants"]] == ["cara@cust.test"]

    def test_the_words_are_shown_with_the_way_out(self, asked: Mail):
        text = " ".join(asked.text.split())

        assert '"Do not tell her, but the contract of cust ends in March' in text
        assert "#send on the first line" in text
        assert asked["Auto-Submitted"] == "auto-replied"

    def test_send_releases_it_to_everybody_it_was_meant_for(self, desk: StoryDesk, asked: Mail):
        desk.mail_in(reply(asked, ANN, "#send\n#resolve"))
        mails = desk.mail_out()

        assert sorted((one.notice, one.recipient) for one in mails) == [
            ("command-results", "ann@corp.test"),
            ("public-answer", "cara@cust.test"),
            ("public-answer", "dan@cust.test"),
        ]
        assert kinds(desk) == ["message", "note", "answer"]
        assert (desk.ticket(1)["state"], desk.ticket(1)["assignee"]) == ("resolved", "ann@corp.test")

    def test_send_works_once(self, desk: StoryDesk, asked: Mail):
        desk.mail_in(reply(asked, ANN, "#send"))
        desk.mail_out()
        again = reply(asked, ANN, "#send")
        again.replace_header("Message-ID", "<again@corp.test>")

        desk.advance(days=31)
        row = desk.mail_in(again)

        assert row["disposition"] == "refused"
        assert sent(desk) == [("command-results", "ann@corp.test")]

    def test_a_corrected_answer_is_not_held_for_the_words_of_the_first(
        self, desk: StoryDesk, to_ann: Mail, asked: Mail
    ):
        corrected = "Hello Cara, my colleague says: please put in some letter paper now and try it again."

        row = desk.mail_in(reply(to_ann, ANN, corrected))

        assert row["disposition"] == "appended"
        assert ("public-answer", "cara@cust.test") in sent(desk)

    def test_accepting_does_not_make_it_a_message(self, desk: StoryDesk, asked: Mail):
        assert desk.mail_in(reply(asked, ANN, "#accept"))["disposition"] == "refused"

    def test_an_answer_of_held_mail_is_asked_about_too(self, desk: StoryDesk, to_ann: Mail):
        words = "the secret plan of the merger is ready for the board on Monday"
        desk.mail_in(mail("eve@evil.test", "[#1] hi", words))
        desk.mail_out()

        desk.mail_in(reply(to_ann, ANN, f"Eve writes that {words}."))

        assert sent(desk) == [("answer-held", "ann@corp.test")]

    def test_a_note_may_say_all_of_it(self, desk: StoryDesk, to_ann: Mail):
        desk.mail_in(mail(ANN, "note", f"I agree: {NOTE}", to_ann.note_address))

        assert {notice for notice, _ in sent(desk)} == {"internal-note"}

    def test_words_of_the_requester_may_be_repeated(self, desk: StoryDesk, to_ann: Mail):
        desk.mail_in(
            reply(to_ann, ANN, "You say it says PC LOAD LETTER and blinks all day long here. Add paper.")
        )

        assert sent(desk) == [("public-answer", "cara@cust.test")]


class TestOwnNotification:
    @pytest.mark.parametrize("shape", ["lines", "one paragraph"])
    def test_quoted_whole_without_a_mark_is_cut(self, desk: StoryDesk, to_ann: Mail, shape: str):
        """AT-071: the client took our marker out, and marked nothing as quoted."""
        quoted = to_ann.text.replace("-- reply above this line --", "")
        quoted = quoted if shape == "lines" else " ".join(quoted.split())
        answer = mail(ANN, "Re: Printer", f"Put in letter paper.\n\n{quoted}", to_ann.reply_address)

        desk.mail_in(answer)
        (public,) = desk.mail_out()

        assert public.notice == "public-answer"
        assert "Put in letter paper." in public.text
        assert "service-desk" not in public.text
        assert "+n1." not in public.text

    def test_in_pieces_between_own_words_is_held(self, desk: StoryDesk, to_ann: Mail):
        quoted = to_ann.text.replace("-- reply above this line --", "").split("\n\n")
        own = "These words are of my own and there are many more of them to come for sure. " * 6
        answer = mail(ANN, "Re: Printer", f"\n\n{own}\n\n".join(quoted), to_ann.reply_address)

        row = desk.mail_in(answer)

        assert row["disposition"] == "held"
        assert sent(desk) == [("answer-held", "ann@corp.test")]


class TestSignedAddresses:
    def test_leave_in_no_mail_to_others(self, desk: StoryDesk, to_ann: Mail):
        desk.mail_in(reply(to_ann, ANN, f"Write to {to_ann.reply_address} or {to_ann.note_address}, ok?"))
        (public,) = desk.mail_out()
        own = public.reply_address

        assert f"Write to {SUPPORT} or {SUPPORT}, ok?" in " ".join(public.text.split())
        assert b"+n1." not in public.raw
        assert public.raw.count(b"+r1.") == public.raw.count(own.partition("@")[0].encode()[7:])

    def test_of_the_requester_are_not_shown_to_agents(self, desk: StoryDesk, to_ann: Mail):
        desk.mail_in(mail(CARA, "Printer again", "See below"))
        acknowledged = next(one for one in desk.mail_out() if one.notice == "ticket-opened")
        desk.mail_in(reply(acknowledged, CARA, f"I wrote to {acknowledged.reply_address} twice."))
        token = acknowledged.reply_address.partition("@")[0].encode()

        assert all(token not in one.raw for one in desk.mail_out())


class TestSecrets:
    SECRETS = "My password: hunter2\nCard 4111 1111 1111 1111\nTicket 1042, phone +49 30 1234567"

    def test_are_masked_in_the_store_and_in_notifications_while_the_raw_mail_has_them(self, desk: StoryDesk):
        row = desk.mail_in(mail(CARA, "My password: hunter2", self.SECRETS))
        mails = desk.mail_out()
        with desk.database.read():
            (entry,) = EntryRow.select()
            raw = raws.content(row["digest"])

        assert entry.text.splitlines() == [
            "My password: [masked]",
            "Card [card number masked, ends 1111]",
            "Ticket 1042, phone +49 30 1234567",
        ]
        assert all(b"hunter2" not in one.raw and b"4111 1111" not in one.raw for one in mails)
        assert b"hunter2" in raw
        assert "hunter2" not in desk.ticket(1)["subject"]

    def test_the_journal_says_what_was_masked(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Login", self.SECRETS))

        (event,) = [one for one in desk.ticket(1)["events"] if one["kind"] == "masked"]
        assert event["data"] == {"what": "1 card number, 1 password"}

    def test_what_an_agent_tells_the_requester_arrives_and_is_kept_masked(
        self, desk: StoryDesk, to_ann: Mail
    ):
        desk.mail_in(reply(to_ann, ANN, "Your new password: Start-123"))
        (public,) = desk.mail_out()
        desk.mail_in(reply(public, CARA, "It does not work."))

        assert "Start-123" in public.text
        assert "Start-123" not in str(desk.ticket(1)["entries"])
        assert all(b"Start-123" not in one.raw for one in desk.mail_out())
