"""Who says nothing is reminded, then the deputy is asked, then the manager; then it is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.desk.calendars import AROUND_THE_CLOCK
from daemon.desk.catalogue import By, Stage
from daemon.jobs import approval_steps
from daemon.services.apply import Cause
from daemon.services.failures import give_up
from storage import approvals, automatic_stops, directory, hot, outbox, people
from storage.automatic_stops import Stop
from storage.records import DirectoryPerson
from tests.scenarios.approvals import (
    CFO,
    DORA,
    MANAGER,
    MAX,
    dossier,
    laptop,
    requested,
    sent,
    state,
    submit,
    to,
    votes,
    with_item,
)
from tests.scenarios.desk import Mail, StoryDesk, mail, reply
from tests.scenarios.test_gate import strict


def pass_time(desk: StoryDesk, **elapsed: float) -> list[Mail]:
    """Let time pass and the clock look at approvals; returns what is written by that."""
    desk.advance(**elapsed)
    approval_steps.go_through(desk.database, desk.office, desk.now)
    return desk.mail_out()


class TestSilence:
    def test_goes_from_a_reminder_over_the_deputy_to_the_manager_and_ends(self, desk: StoryDesk):
        requested(desk, MANAGER)

        assert pass_time(desk, hours=11) == []
        assert sent(pass_time(desk, hours=1)) == [("approval-request", "max@corp.test")]
        assert pass_time(desk, minutes=1) == []
        assert sent(pass_time(desk, hours=12)) == [
            ("approval-request", "dora@corp.test"),
            ("request-told", "cara@corp.test"),
        ]
        assert sent(pass_time(desk, hours=12)) == [
            ("approval-desk", "ann@corp.test"),
            ("approval-desk", "bob@corp.test"),
            ("approval-request", "bea@corp.test"),
            ("approval-request", "dora@corp.test"),
            ("request-told", "cara@corp.test"),
        ]
        assert state(desk) == "pending"
        end = sent(pass_time(desk, hours=40))
        assert state(desk) == "expired"
        assert ("request-told", "cara@corp.test") in end
        assert ("approval-told", "max@corp.test") in end
        assert ("approval-desk", "ann@corp.test") in end
        assert desk.ticket(1)["state"] == "awaiting-approval"

    def test_without_a_calendar_the_time_is_that_of_an_office(self, desk: StoryDesk):
        with_item(desk, laptop(MANAGER), AROUND_THE_CLOCK)
        desk.mail_in(mail("Cara <cara@corp.test>", "A machine please", "I would like one."))
        desk.mail_out()
        # Monday at ten in Berlin.
        submit(desk, laptop(MANAGER))
        asked = to(desk.mail_out(), "max@corp.test")
        kept = dossier(desk).approval

        # Three days of eight hours: half of them are over on Tuesday at two.
        assert pass_time(desk, hours=27.9) == []
        assert sent(pass_time(desk, hours=0.2)) == [("approval-request", "max@corp.test")]
        assert "18 Jan" in asked.text
        assert kept.expires_at == datetime(2024, 1, 26, 9, 0, tzinfo=UTC)

    def test_the_deputy_may_decide_and_so_may_who_was_silent(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        mails = pass_time(desk, hours=24)

        desk.mail_in(reply(to(mails, "dora@corp.test"), DORA, "approve"))
        desk.mail_in(reply(asked, MAX, "reject"))

        assert votes(desk) == [("dora@corp.test", "approve")]

    def test_a_reminder_can_be_answered(self, desk: StoryDesk):
        requested(desk, MANAGER)
        again = to(pass_time(desk, hours=12), "max@corp.test")

        desk.mail_in(reply(again, MAX, "approve"))

        assert again["Subject"].startswith("Reminder")
        assert votes(desk) == [("max@corp.test", "approve")]


class TestWhatCannotBeMailed:
    def test_an_undelivered_request_goes_to_the_deputy_and_the_requester_is_told(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        delivered(desk)
        desk.mail_in(report(asked), null_reverse_path=True)
        told = desk.mail_out()

        mails = pass_time(desk, minutes=1)

        assert votes(desk) == []
        assert ("delivery-failed", "ann@corp.test") in sent(told)
        assert sent(mails) == [("approval-request", "dora@corp.test"), ("request-told", "cara@corp.test")]

    def test_whom_the_gate_keeps_from_is_written_to_later(self, desk: StoryDesk):
        strict(desk, auto_mail_per_domain_and_hour=5)
        for at in range(6):
            desk.mail_in(mail(MAX, f"Printer {at} of mine", f"It is broken, number {at}."))
        desk.mail_out()
        number = 7
        assert requested_later(desk, number) == []

        mails = pass_time(desk, hours=2)

        assert sent(mails) == [("approval-request", "max@corp.test")]


class TestLists:
    @pytest.fixture
    def listed(self, desk: StoryDesk) -> Mail:
        """Seven requests wait for Max, who is reminded of them in one mail."""
        for number in range(1, 8):
            requested_later(desk, number)
            desk.advance(hours=1)
        (found,) = [one for one in pass_time(desk, hours=12) if one.notice == "approval-digest"]
        return found

    def test_one_mail_tells_of_all_that_is_open(self, desk: StoryDesk, listed: Mail):
        assert listed["Subject"] == "IT Support: 7 decisions are waiting for you"
        assert listed.recipient == "max@corp.test"
        assert listed.text.count("New laptop, cara@corp.test, 900 EUR") == 7
        assert pass_time(desk, minutes=1) == []

    def test_an_answer_settles_them_by_number_and_the_rest_stays(self, desk: StoryDesk, listed: Mail):
        row = desk.mail_in(reply(listed, MAX, "approve 1 3, reject 4 too dear"))

        receipt = to(desk.mail_out(), "max@corp.test", "approval-told")
        assert row["disposition"] == "acted"
        assert [state(desk, number) for number in range(1, 8)] == [
            *("approved", "pending", "approved", "rejected"),
            *("pending", "pending", "pending"),
        ]
        assert dossier(desk, 4).votes[0].vote.comment == "too dear"
        for line in ("1  approved", "3  approved", "4  rejected"):
            assert line in receipt.text

    def test_what_is_not_clear_decides_nothing_at_all(self, desk: StoryDesk, listed: Mail):
        for words in ("approve 1 3, maybe 4", "approve", "approve 1 if cheaper", "approve 1, reject 1"):
            desk.mail_in(reply(listed, MAX, words))

        assert {state(desk, number) for number in range(1, 8)} == {"pending"}
        assert "Nothing was decided" in desk.mail_out()[0].text

    def test_a_number_that_is_not_open_is_told_and_the_others_count(self, desk: StoryDesk, listed: Mail):
        desk.mail_in(reply(listed, MAX, "approve 1 99"))
        desk.mail_out()

        desk.mail_in(reply(listed, MAX, "approve 1 2"))

        text = " ".join(to(desk.mail_out(), "max@corp.test", "approval-told").text.split())
        assert "counted already" in text
        assert "2 approved" in text
        assert [len(votes(desk, number)) for number in (1, 2)] == [1, 1]

    def test_nobody_else_settles_it(self, desk: StoryDesk, listed: Mail):
        row = desk.mail_in(reply(listed, CFO, "approve 1 2 3"))

        assert (row["disposition"], desk.mail_out()) == ("refused", [])
        assert state(desk) == "pending"

    def test_a_list_that_comes_back_brings_the_deputy_in_for_all(self, desk: StoryDesk, listed: Mail):
        delivered(desk)

        desk.mail_in(report(listed), null_reverse_path=True)
        pass_time(desk, minutes=1)

        with desk.database.read():
            assert approvals.waiting_counts(["dora@corp.test"], 10) == {"dora@corp.test": 7}

    def test_a_list_that_the_relay_refuses_brings_the_deputy_in_for_all(self, desk: StoryDesk, listed: Mail):
        with desk.database.write():
            for one in outbox.claim("courier", desk.now, timedelta(minutes=1), 100):
                if one.message_id == listed["Message-ID"]:
                    give_up(desk.office, one, "550 no such user", Cause("postdesk", "test:relay", desk.now))
        pass_time(desk, minutes=1)

        with desk.database.read():
            assert approvals.waiting_counts(["dora@corp.test"], 10) == {"dora@corp.test": 7}

    def test_an_out_of_office_answer_brings_the_deputy_in_for_all(self, desk: StoryDesk, listed: Mail):
        away = reply(listed, MAX, "I am out of the office until 20 January.")
        away["Auto-Submitted"] = "auto-replied"

        desk.mail_in(away)

        with desk.database.read():
            assert approvals.waiting_counts(["dora@corp.test"], 10) == {"dora@corp.test": 7}


def requested_later(desk: StoryDesk, number: int) -> list[Mail]:
    item = laptop(MANAGER)
    with_item(desk, item)
    desk.mail_in(mail("Cara <cara@corp.test>", f"Laptop {number} please", f"I would like one, {number}."))
    desk.mail_out()
    submit(desk, item, number)
    return desk.mail_out()


def delivered(desk: StoryDesk) -> None:
    """Let the relay take all mail that is queued."""
    with desk.database.write():
        for one in outbox.claim("courier", desk.now, timedelta(minutes=1), 100):
            outbox.record_sent(one, "250 ok", desk.now)


def report(about: Mail) -> bytes:
    """Write the delivery report of a mail that did not arrive, quoting all of it."""
    head = (
        f"From: MAILER-DAEMON@mx.corp.test\r\nTo: {about.reverse_path}\r\nSubject: Undelivered\r\n"
        "Message-ID: <dsn@mx.corp.test>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis mail could not be delivered: approve\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.corp.test\r\n\r\n"
        f"Final-Recipient: rfc822; {about.recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    return head.encode() + about.raw + b"\r\n--b--\r\n"


class TestWhoCannotDecide:
    def test_an_approver_whose_mailbox_is_dead_is_not_waited_for(self, desk: StoryDesk):
        with desk.database.write():
            people.find_or_add("max@corp.test", "", desk.now)
            people.suppress("max@corp.test", "5.1.1 no such user")

        mails = requested(desk, MANAGER)

        assert ("approval-request", "dora@corp.test") in sent(mails)
        assert "no mail reaches max@corp.test" in " ".join(to(mails, "dora@corp.test").text.split())

    def test_somebody_named_who_has_left_is_a_problem_and_no_approver(self, desk: StoryDesk):
        gone = DirectoryPerson("old@corp.test", "Old", active=False)
        item = laptop(Stage(By.PERSONS, ("old@corp.test",)))
        with_item(desk, item)
        with desk.database.write():
            directory.put([gone], "test", desk.now)
        desk.mail_in(mail("Cara <cara@corp.test>", "A machine please", "I would like one."))
        desk.mail_out()

        submit(desk, item)

        assert "not active any more" in desk.mail_out()[0].text
        assert state(desk) == "stuck"

    def test_a_deputy_of_a_deputy_decides_where_both_are_away(self, desk: StoryDesk):
        with_item(desk, laptop(MANAGER))
        with desk.database.write():
            people_now = DirectoryPerson("dora@corp.test", "Dora", deputies=("cfo@corp.test",))
            directory.put([people_now], "test", desk.now)
            for address in ("max@corp.test", "dora@corp.test"):
                directory.note_away(address, None, desk.now)
        desk.mail_in(mail("Cara <cara@corp.test>", "A machine please", "I would like one."))
        desk.mail_out()
        submit(desk, laptop(MANAGER))

        assert ("approval-request", "cfo@corp.test") in sent(desk.mail_out())

    def test_silence_without_a_deputy_or_a_manager_is_told_to_the_agents(self, desk: StoryDesk):
        requested(desk, Stage(By.PERSONS, ("bea@corp.test",)))

        mails = pass_time(desk, hours=37)

        desk_mail = to(mails, "ann@corp.test", "approval-desk")
        assert "bea@corp.test does not answer" in desk_mail.text
        assert "No manager is known" in desk_mail.text


class TestStopping:
    def test_what_is_stopped_for_a_ticket_is_not_mailed(self, desk: StoryDesk):
        requested(desk, MANAGER)
        with desk.database.write():
            automatic_stops.add(1, Stop("approval-steps", "ann@corp.test", desk.now, "on holiday"))

        assert pass_time(desk, hours=13) == []

        with desk.database.write():
            automatic_stops.remove(1, ["approval-steps"])
        assert sent(pass_time(desk, hours=2)) == [("approval-request", "max@corp.test")]


class TestListsThatDoNotCount:
    def test_versions_that_differ_and_machines(self, desk: StoryDesk):
        for number in range(1, 7):
            requested_later(desk, number)
            desk.advance(hours=1)
        (listed,) = [one for one in pass_time(desk, hours=12) if one.notice == "approval-digest"]
        differing = reply(listed, MAX, "approve 1 2")
        differing.add_alternative("<p>reject 1 2</p>", subtype="html")
        machine = reply(listed, MAX, "approve 1 2 3")
        machine["Auto-Submitted"] = "auto-replied"
        unproven = reply(listed, MAX, "approve 1 2 3 4", "support@desk.test")

        rows = [desk.mail_in(one)["disposition"] for one in (differing, machine, unproven)]

        assert rows == ["refused", "ignored", "refused"]
        assert {state(desk, number) for number in range(1, 7)} == {"pending"}


def test_one_that_cannot_be_looked_at_keeps_nobody_from_theirs(desk: StoryDesk, caplog: Any):
    for number in (1, 2):
        requested_later(desk, number)
    with desk.database.write():
        hot.execute("UPDATE approvals SET stages = '{' WHERE id = 1")

    mails = pass_time(desk, hours=13)

    assert sent(mails) == [("approval-request", "max@corp.test")]
    assert "approval 1 could not be looked at" in caplog.text
