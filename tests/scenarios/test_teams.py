"""Several teams, copied people, late replies, broken delivery, big mail."""

from datetime import timedelta

import pytest

from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.services.apply import Cause
from daemon.services.failures import give_up
from storage import outbox, people
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


class TestDelivery:
    def report(self, original: str, recipient: str, action: str = "failed", status: str = "5.1.1") -> bytes:
        return (
            "From: Mail Delivery System <MAILER-DAEMON@relay.test>\r\nTo: support@desk.test\r\n"
            "Subject: Undelivered Mail\r\nMessage-ID: <report@relay.test>\r\nAuto-Submitted: auto-replied\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
            "MIME-Version: 1.0\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
            "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
            "--b\r\nContent-Type: message/rfc822\r\n\r\n"
            f"Message-ID: {original}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
        ).encode()

    def answered(self, desk: StoryDesk) -> str:
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        _, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "Paper!"))
        (answer,) = desk.mail_out()
        with desk.database.write():
            for item in outbox.claim("courier", desk.now, timedelta(minutes=1), 99):
                outbox.record_sent(item, "250 ok", desk.now)
        return answer["Message-ID"]

    def test_report_about_our_mail_is_filed_and_told_once(self, desk: StoryDesk):
        original = self.answered(desk)
        report = self.report(original, "cara@cust.test")

        row = desk.mail_in(report, null_reverse_path=True)
        again = desk.mail_in(report.replace(b"<report@", b"<report2@"), null_reverse_path=True)

        assert row["disposition"] == "appended"
        assert again["disposition"] == "acted"
        assert sent(desk) == [("delivery-failed", "ann@corp.test")]
        assert desk.ticket(1)["entries"][-1]["kind"] == "report"
        assert desk.ticket(1)["undelivered"] == ["cara@cust.test"]

    def test_address_that_does_not_exist_gets_nothing_more(self, desk: StoryDesk):
        original = self.answered(desk)
        desk.mail_in(self.report(original, "cara@cust.test"), null_reverse_path=True)
        desk.mail_out()

        desk.mail_in(mail("dan@cust.test", "Hello", "x", f"{SUPPORT}, {CARA}"))
        to_ann = desk.mail_out()[-2]
        desk.mail_in(reply(to_ann, ANN, "An answer."))

        assert ("public-answer", "cara@cust.test") not in sent(desk)
        (line,) = [event["data"] for event in desk.ticket(2)["events"] if event["kind"] == "not sent"]
        assert line["reason"] == "mail to it is suppressed: 5.1.1 smtp; 550 no such user"

    def test_report_that_comes_long_after_is_told_and_silences_nobody(self, desk: StoryDesk):
        """Whoever has seen a Message-ID of ours can write such a report: old ones must be worth nothing."""
        original = self.answered(desk)
        desk.advance(days=11)

        row = desk.mail_in(self.report(original, "cara@cust.test"), null_reverse_path=True)

        assert row["disposition"] == "appended"
        assert ("delivery-failed", "ann@corp.test") in sent(desk)
        with desk.database.read():
            assert people.suppressions(["cara@cust.test"]) == {}

    def test_mailbox_that_is_full_for_a_day_is_written_to_again(self, desk: StoryDesk):
        original = self.answered(desk)
        desk.mail_in(self.report(original, "cara@cust.test", "failed", "5.2.2"), null_reverse_path=True)

        with desk.database.read():
            assert people.suppressions(["cara@cust.test"]) == {}

    def test_dead_mailbox_of_the_assignee_makes_the_team_hear(self, desk: StoryDesk):
        original = self.answered(desk)
        shown = next(one for one in desk.ticket(1)["outgoing"] if one["recipient"] == "ann@corp.test")
        desk.mail_in(self.report(shown["message_id"], "ann@corp.test"), null_reverse_path=True)
        assert sent(desk) == [("delivery-failed", "bob@corp.test")]

        desk.mail_in(mail(CARA, "Re: x", "Still dead.", headers={"In-Reply-To": original}))
        assert sent(desk) == [("requester-replied", "bob@corp.test")]

    def test_delay_changes_nothing(self, desk: StoryDesk):
        original = self.answered(desk)

        row = desk.mail_in(
            self.report(original, "cara@cust.test", "delayed", "4.4.1"), null_reverse_path=True
        )

        assert row["disposition"] == "acted"
        assert sent(desk) == []

    @pytest.mark.parametrize("original", ["<1.x@desk.test>", "<foreign@x.test>", ""])
    def test_report_about_no_mail_of_ours_is_ignored(self, desk: StoryDesk, original: str):
        self.answered(desk)

        row = desk.mail_in(self.report(original, "cara@cust.test"), null_reverse_path=True)

        assert row["disposition"] == "ignored"
        assert sent(desk) == []

    def test_mail_that_finally_failed_is_told_to_an_agent(self, desk: StoryDesk):
        self.answered(desk)
        with desk.database.write():
            item = next(one for one in outbox.items(ticket_number=1) if one.notice == "public-answer")
            give_up(desk.office, item, "552 5.3.4 too big", Cause("postdesk", f"outbox:{item.id}", desk.now))
        (told,) = desk.mail_out()

        assert (told.notice, told.recipient) == ("delivery-failed", "ann@corp.test")
        assert "552 5.3.4 too big" in told.text
        assert "undelivered" in [event["kind"] for event in desk.ticket(1)["events"]]


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
