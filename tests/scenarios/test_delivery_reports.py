"""Delivery reports: what they do where they are about a mail of ours, and what proves that they are."""

from datetime import timedelta

import pytest

from daemon.desk.roster import DeskSettings, TeamSettings
from daemon.mail.tokens import Key
from daemon.services.apply import Cause
from daemon.services.failures import give_up
from storage import outbox
from storage.database import Database
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply
from tests.scenarios.reported import (
    ANN,
    CARA,
    DAN,
    answered,
    came_to_nothing,
    come_back,
    journal,
    leave,
    report,
    sent,
    silenced,
    was_doubted,
)


class TestProvenReport:
    def test_it_is_filed_and_told_once(self, desk: StoryDesk):
        answer = answered(desk)

        row = come_back(desk, report(answer))
        again = come_back(desk, report(answer, number=2))

        assert row["disposition"] == "appended"
        assert again["disposition"] == "acted"
        assert sent(desk) == [("delivery-failed", "ann@corp.test")]
        assert desk.ticket(1)["entries"][-1]["kind"] == "report"
        assert desk.ticket(1)["undelivered"] == ["cara@cust.test"]

    def test_address_that_does_not_exist_gets_nothing_more(self, desk: StoryDesk):
        come_back(desk, report(answered(desk)))
        desk.mail_out()

        desk.mail_in(mail(DAN, "Hello", "x", f"{SUPPORT}, {CARA}"))
        to_ann = desk.mail_out()[-2]
        desk.mail_in(reply(to_ann, ANN, "An answer."))

        assert ("public-answer", "cara@cust.test") not in sent(desk)
        (line,) = [event["data"] for event in desk.ticket(2)["events"] if event["kind"] == "not sent"]
        assert line["reason"] == "mail to it is suppressed: 5.1.1 smtp; 550 no such user"

    def test_report_that_comes_long_after_is_told_and_silences_nobody(self, desk: StoryDesk):
        """Servers have given up long before: whoever holds such a mail now may have found it somewhere."""
        answer = answered(desk)
        desk.advance(days=11)

        row = come_back(desk, report(answer))

        assert row["disposition"] == "appended"
        assert ("delivery-failed", "ann@corp.test") in sent(desk)
        assert silenced(desk) == []

    def test_mailbox_that_is_full_for_a_day_is_written_to_again(self, desk: StoryDesk):
        come_back(desk, report(answered(desk), status="5.2.2"))

        assert silenced(desk) == []

    def test_dead_mailbox_of_the_assignee_makes_the_team_hear(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "Paper!"))
        (answer,) = desk.mail_out()
        leave(desk)
        come_back(desk, report(to_ann))
        assert sent(desk) == [("delivery-failed", "bob@corp.test")]

        desk.mail_in(mail(CARA, "Re: x", "Still dead.", headers={"In-Reply-To": answer["Message-ID"]}))
        assert sent(desk) == [("requester-replied", "bob@corp.test")]

    def test_delay_changes_nothing(self, desk: StoryDesk):
        answer = answered(desk)

        row = come_back(desk, report(answer, action="delayed", status="4.4.1"))

        assert row["disposition"] == "acted"
        came_to_nothing(desk, answer)

    @pytest.mark.parametrize("original", ["<1.x@desk.test>", "<foreign@x.test>", ""])
    def test_report_about_no_mail_of_ours_is_ignored(self, desk: StoryDesk, original: str):
        answer = answered(desk)

        row = come_back(desk, report(answer, original=original))

        assert row["disposition"] == "ignored"
        came_to_nothing(desk, answer)

    def test_mail_that_finally_failed_is_told_to_an_agent(self, desk: StoryDesk):
        answered(desk)
        with desk.database.write():
            item = next(one for one in outbox.items(ticket_number=1) if one.notice == "public-answer")
            give_up(desk.office, item, "552 5.3.4 too big", Cause("postdesk", f"outbox:{item.id}", desk.now))
        (told,) = desk.mail_out()

        assert (told.notice, told.recipient) == ("delivery-failed", "ann@corp.test")
        assert "552 5.3.4 too big" in told.text
        assert "undelivered" in [event["kind"] for event in desk.ticket(1)["events"]]

    def test_servers_may_change_the_case_of_the_return_address(self, desk: StoryDesk):
        answer = answered(desk)
        assert answer.reverse_path is not None

        come_back(desk, report(answer, answer.reverse_path.upper()))

        assert silenced(desk) == ["cara@cust.test"]

    @pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-To"])
    def test_a_mailbox_says_in_a_field_where_the_report_came_to(self, desk: StoryDesk, field: str):
        answer = answered(desk)

        come_back(desk, report(answer, "undisclosed:;", head=f"{field}: {answer.reverse_path}\r\n"))

        assert silenced(desk) == ["cara@cust.test"]

    def test_the_envelope_says_where_the_report_came_to(self, desk: StoryDesk):
        answer = answered(desk)

        come_back(desk, report(answer, SUPPORT), recipients=(answer.reverse_path,))

        assert silenced(desk) == ["cara@cust.test"]

    def test_a_copy_that_was_forwarded_fails_under_another_name(self, desk: StoryDesk):
        come_back(desk, report(answered(desk), recipient="cara.private@home.test"))

        assert silenced(desk) == ["cara@cust.test"]

    def test_it_counts_after_the_keys_were_rotated(self, desk: StoryDesk):
        answer = answered(desk)
        desk.signer.adopt([Key("bb", b"n" * 32), Key("aa", b"k" * 32)])

        come_back(desk, report(answer))

        assert silenced(desk) == ["cara@cust.test"]

    def test_what_the_server_repeats_is_kept_without_the_signature(self, desk: StoryDesk):
        answer = answered(desk)

        come_back(desk, report(answer, words=f"550 {answer.reverse_path} may not write to this user"))

        (line,) = journal(desk, "undelivered")
        assert line["reply"] == "5.1.1 smtp; 550 support@desk.test may not write to this user"
        (told,) = desk.mail_out()
        assert "+b" not in told.text


class TestForgedReport:
    """Somebody has seen a Message-ID of ours: in the References of an answer, or in an archive."""

    def test_one_to_the_plain_address_silences_nobody(self, desk: StoryDesk):
        answer = answered(desk)

        row = come_back(desk, report(answer, SUPPORT))

        told = was_doubted(desk, answer)
        words = " ".join(told.text.split())
        assert told["Subject"].startswith("Perhaps not delivered to cara@cust.test: ")
        assert "Nothing proves it, so the address gets mail as before." in words
        assert row["disposition"] == "appended"
        assert row["reason"] == (
            "an unproven delivery report about outbox 4 to cara@cust.test: "
            "it did not come to the return address of that copy"
        )
        assert desk.ticket(1)["entries"][-1]["kind"] == "report"
        (line,) = journal(desk, "unproven report")
        assert (line["to"], line["reply"]) == ("cara@cust.test", "5.1.1 smtp; 550 no such user")

    def test_it_is_noted_once_for_each_copy(self, desk: StoryDesk):
        answer = answered(desk)

        rows = [come_back(desk, report(answer, SUPPORT, number=number)) for number in range(3)]

        assert [row["disposition"] for row in rows] == ["appended", "ignored", "ignored"]
        assert sent(desk) == [("delivery-failed", "ann@corp.test")]
        assert len(journal(desk, "unproven report")) == 1

    def test_the_true_one_counts_afterwards(self, desk: StoryDesk):
        answer = answered(desk)
        come_back(desk, report(answer, SUPPORT))
        was_doubted(desk, answer)

        come_back(desk, report(answer, number=2))

        assert silenced(desk) == ["cara@cust.test"]
        assert sent(desk) == [("delivery-failed", "ann@corp.test")]

    def test_the_return_address_of_somebody_elses_copy_proves_nothing(self, desk: StoryDesk):
        """A colleague in Cc has got the same answer by a copy of his own."""
        desk.mail_in(mail(CARA, "Printer", "Dead.", f"{SUPPORT}, {DAN}"))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "Paper!"))
        to_cara, to_dan = sorted(desk.mail_out(), key=lambda one: one.recipient)
        leave(desk)
        assert to_dan.reverse_path is not None

        come_back(desk, report(to_cara, to_dan.reverse_path))

        was_doubted(desk, to_cara)

    def test_the_return_address_of_an_earlier_copy_proves_nothing(self, desk: StoryDesk):
        """Somebody was once given one of Cara's mails as a file, with all of its header."""
        first = answered(desk)
        desk.mail_in(reply(first, CARA, "There is paper in it."))
        (told,) = desk.mail_out()
        desk.mail_in(reply(told, ANN, "Then toner."))
        second = next(one for one in desk.mail_out() if one.recipient == "cara@cust.test")
        leave(desk)
        assert first.reverse_path is not None

        come_back(desk, report(second, first.reverse_path))

        was_doubted(desk, second)

    def test_an_address_of_another_purpose_proves_nothing(self, desk: StoryDesk):
        answer = answered(desk)

        come_back(desk, report(answer, answer.reply_address))

        was_doubted(desk, answer)

    def test_a_changed_letter_proves_nothing(self, desk: StoryDesk):
        answer = answered(desk)
        assert answer.reverse_path is not None
        local, _, domain = answer.reverse_path.partition("@")

        come_back(desk, report(answer, f"{local[:-1]}{'b' if local[-1] == 'a' else 'a'}@{domain}"))

        was_doubted(desk, answer)

    def test_nobody_can_report_on_what_had_no_return_address(self, desk: StoryDesk):
        """An acknowledgement's Message-ID stands in the References of everything that follows."""
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        ack = next(one for one in desk.mail_out() if one.notice == "ticket-opened")
        assert ack.reverse_path is None
        leave(desk)

        row = come_back(desk, report(ack, SUPPORT))

        came_to_nothing(desk, ack)
        assert "null reverse-path" in row["reason"]

    def test_one_about_a_mail_without_a_ticket_is_ignored(self, desk: StoryDesk):
        desk.mail_in(mail(ANN, "#search printer", "#search printer"), auth_user="ann@corp.test")
        told = desk.mail_out()[0]
        leave(desk)

        assert come_back(desk, report(told, SUPPORT))["disposition"] == "ignored"
        assert silenced(desk) == []


class TestPlainReturnAddress:
    def plain(self, database: Database, now, **settings: bool) -> StoryDesk:
        made = DeskSettings(name="IT Support", address=SUPPORT, **settings)
        return StoryDesk(database, now, settings=made)

    @pytest.mark.parametrize("setting", ["sub_addressing", "signed_return_address"])
    def test_desk_that_cannot_sign_believes_the_message_id(self, database: Database, now, setting: str):
        desk = self.plain(database, now, **{setting: False})
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "Paper!"), auth_user="ann@corp.test")
        (answer,) = desk.mail_out()
        leave(desk)
        assert answer.reverse_path == SUPPORT

        come_back(desk, report(answer))

        assert silenced(desk) == ["cara@cust.test"]
        desk.close()

    def test_what_left_before_the_desk_signed_is_judged_as_it_was(self, database: Database, now):
        before = self.plain(database, now, signed_return_address=False)
        answer = answered(before)
        before.close()
        after = self.plain(database, now)

        come_back(after, report(answer))

        assert silenced(after) == ["cara@cust.test"]
        after.close()

    def test_what_the_relay_took_by_the_plain_one_alone_is_judged_by_that(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        with desk.database.write():
            for item in outbox.claim("courier", desk.now, timedelta(minutes=1), 99):
                outbox.record_sent(item, "250 ok", desk.now, SUPPORT)

        come_back(desk, report(to_ann, SUPPORT))

        assert silenced(desk) == ["ann@corp.test"]

    def test_desk_without_sub_addresses_hears_reports_on_what_had_none(self, database: Database, now):
        desk = self.plain(database, now, sub_addressing=False)
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        ack = next(one for one in desk.mail_out() if one.notice == "ticket-opened")
        leave(desk)

        come_back(desk, report(ack, SUPPORT))

        assert silenced(desk) == ["cara@cust.test"]
        desk.close()


class TestMailToAReturnAddress:
    def test_each_copy_has_its_own_and_the_header_tells_none(self, desk: StoryDesk):
        answered(desk)
        desk.mail_in(mail(DAN, "Screen", "Dark."))
        copies = [one for one in desk.mail_out() if one.reverse_path is not None]

        assert len({one.reverse_path for one in copies}) == len(copies) == 2
        for one in copies:
            assert one.reverse_path is not None
            assert one.reverse_path.startswith("support+b2.aa.")
            assert one.reverse_path.encode() not in one.raw

    def test_a_team_is_written_back_to_by_its_own_address(self, database: Database, now):
        team = TeamSettings(
            name="hr", addresses=("hr@desk.test",), members=("ann@corp.test", "bob@corp.test")
        )
        desk = StoryDesk(database, now, teams=(team,))
        answer = answered(desk, "hr@desk.test")
        assert answer.reverse_path is not None
        assert answer.reverse_path.startswith("hr+b1.aa.")

        come_back(desk, report(answer))

        assert silenced(desk) == ["cara@cust.test"]
        desk.close()

    def test_words_of_a_person_open_a_ticket_as_at_the_plain_address(self, desk: StoryDesk):
        answer = answered(desk)

        row = desk.mail_in(mail(DAN, "Screen", "Dark.", str(answer.reverse_path)))

        assert (row["disposition"], row["ticket"]) == ("ticketed", 2)

    def test_a_reply_goes_to_its_ticket_by_what_it_answers(self, desk: StoryDesk):
        answer = answered(desk)

        row = desk.mail_in(reply(answer, CARA, "There is paper in it.", str(answer.reverse_path)))

        assert (row["disposition"], row["ticket"]) == ("appended", 1)

    def test_an_agent_is_not_proven_by_it(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer", "Dead."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        path = str(to_ann.reverse_path)

        held = desk.mail_in(mail(ANN, "[#1] Printer", "#close", path))
        asked = desk.mail_in(mail(ANN, "#search printer", "#search printer", path))

        assert held["disposition"] == "held"
        assert asked["disposition"] == "refused"
        assert desk.ticket(1)["state"] == "new"

    def test_an_absence_notice_that_comes_there_is_filed_as_one(self, desk: StoryDesk):
        answer = answered(desk)
        away = mail(CARA, "Out of office", "Back on Monday.", str(answer.reverse_path))
        away["Auto-Submitted"] = "auto-replied"
        away["In-Reply-To"] = answer["Message-ID"]

        row = come_back(desk, away.as_bytes())

        assert (row["disposition"], row["ticket"]) == ("appended", 1)
        assert desk.ticket(1)["entries"][-1]["kind"] == "report"
        assert sent(desk) == []
