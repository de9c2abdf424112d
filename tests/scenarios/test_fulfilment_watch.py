"""Late tasks are reminded of on working days, then others hear; an access that ends is taken back."""

from datetime import UTC, datetime

import pytest

from daemon.jobs import fulfilment_watch
from daemon.services import task_watch
from storage import tasks, tickets
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply
from tests.scenarios.fulfilment import (
    ANN,
    CARA,
    DESK,
    FAY,
    ORDER,
    TAKE_BACK,
    VIC,
    Opened,
    begun,
    desks_opened,
    notes,
    row,
    sent,
    states,
    to,
)

__all__ = ["desks_opened"]


def pass_of_the_clock(desk: StoryDesk) -> str:
    return fulfilment_watch.go_through(desk.database, desk.office, desk.now)


def at(desk: StoryDesk, *moment: int) -> list[tuple[str, str]]:
    """Let the clock go on to a moment, and return what is sent then."""
    desk.now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]
    pass_of_the_clock(desk)
    return sent(desk.mail_out())


class TestLate:
    def test_a_team_is_reminded_twice_on_working_days_and_then_the_item_s_team_hears(self, opened: Opened):
        desk = opened(DESK)
        begun(desk)

        # Due on Tuesday at ten in Berlin; the days go on to Thursday.
        assert at(desk, 2024, 1, 16, 8, 59) == []
        assert at(desk, 2024, 1, 16, 9, 0) == [("task-request", "fay@corp.test")]
        assert at(desk, 2024, 1, 16, 20, 0) == []
        assert at(desk, 2024, 1, 17, 9, 0) == [("task-request", "fay@corp.test")]
        assert at(desk, 2024, 1, 18, 9, 0) == [
            ("task-news", "ann@corp.test"),
            ("task-news", "bob@corp.test"),
        ]
        assert at(desk, 2024, 2, 18, 9, 0) == []
        assert notes(desk) == ["task asked", "task reminded", "task reminded", "task escalated"]

    def test_the_owner_hears_where_the_item_has_one(self, opened: Opened):
        desk = opened(DESK, owner="fay@corp.test")
        begun(desk)

        for day in (16, 17):
            at(desk, 2024, 1, day, 9, 0)

        assert ("task-news", "fay@corp.test") in at(desk, 2024, 1, 18, 9, 0)

    def test_of_a_late_vendor_the_agents_hear_at_once(self, opened: Opened):
        desk = opened(ORDER)
        begun(desk)

        desk.now = datetime(2024, 1, 22, 9, 0, tzinfo=UTC)
        pass_of_the_clock(desk)
        mails = desk.mail_out()

        assert sent(mails) == [
            ("task-news", "ann@corp.test"),
            ("task-news", "bob@corp.test"),
            ("task-request", "vic@vendor.test"),
        ]
        assert to(mails, "vic@vendor.test")["Subject"].startswith("Reminder: [#1] Order the laptop")
        news = to(mails, "ann@corp.test", "task-news").text
        assert "vic@vendor.test" in news
        assert "A task is late" in news
        assert "Reminders that were not answered" not in news

    def test_a_reminder_is_answered_like_the_first_mail(self, opened: Opened):
        desk = opened(DESK)
        begun(desk)
        desk.now = datetime(2024, 1, 16, 9, 0, tzinfo=UTC)
        pass_of_the_clock(desk)

        desk.mail_in(reply(to(desk.mail_out(), "fay@corp.test"), FAY, "done"))

        assert states(desk) == {"desk": "done"}

    def test_a_new_promise_is_reminded_of_anew(self, opened: Opened):
        desk = opened(DESK)
        asked = to(begun(desk), "fay@corp.test")
        at(desk, 2024, 1, 16, 9, 0)
        desk.mail_in(reply(asked, FAY, "by thursday because the lift is broken"))
        desk.mail_out()

        assert at(desk, 2024, 1, 17, 9, 0) == []
        assert at(desk, 2024, 1, 18, 16, 0) == []
        assert at(desk, 2024, 1, 19, 8, 0) == [("task-request", "fay@corp.test")]

    def test_a_second_pass_at_the_same_moment_sends_nothing(self, opened: Opened):
        desk = opened(DESK)
        begun(desk)
        at(desk, 2024, 1, 16, 9, 0)

        assert at(desk, 2024, 1, 16, 9, 0) == []

    def test_whoever_is_killed_before_the_commit_sends_it_later_and_once(self, opened: Opened):
        desk = opened(DESK)
        begun(desk)
        desk.now = datetime(2024, 1, 16, 9, 0, tzinfo=UTC)

        def killed() -> None:
            with desk.database.write():
                fulfilment_watch.look(desk.office, 1, desk.now)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            killed()

        assert desk.mail_out() == []
        assert at(desk, 2024, 1, 16, 9, 1) == [("task-request", "fay@corp.test")]

    def test_stopped_mail_is_not_sent(self, opened: Opened):
        desk = opened(DESK)
        mails = begun(desk)
        asked = to(mails, "fay@corp.test")
        desk.mail_in(mail(ANN, "Re: [#1]", "#mails stop task-steps", SUPPORT), auth_user="ann@corp.test")
        desk.mail_out()

        assert at(desk, 2024, 1, 16, 9, 0) == []
        desk.mail_in(reply(asked, FAY, "done"))
        assert states(desk) == {"desk": "done"}


class TestEnd:
    def begun(self, opened: Opened) -> StoryDesk:
        desk = opened(DESK, TAKE_BACK, ends="until")
        mails = begun(desk, {"model": "x", "until": "2024-06-30"})
        desk.mail_in(reply(to(mails, "fay@corp.test"), FAY, "done"))
        desk.mail_out()
        return desk

    def test_an_access_lasts_through_its_last_day_and_is_taken_back_though_the_ticket_is_closed(
        self, opened: Opened
    ):
        desk = self.begun(opened)
        assert desk.ticket(1)["state"] == "fulfilled"
        desk.mail_in(mail(CARA, "[#1] A laptop please", "Please close this."), auth_user="cara@corp.test")
        desk.mail_out()

        assert at(desk, 2024, 6, 30, 21, 59) == []
        # Midnight in Berlin.
        assert at(desk, 2024, 6, 30, 22, 0) == [("task-request", "fay@corp.test")]
        assert states(desk)["take-back"] == "started"

    def test_it_ends_though_its_mail_was_stopped(self, opened: Opened):
        desk = self.begun(opened)
        desk.mail_in(mail(ANN, "Re: [#1]", "#mails stop all", SUPPORT), auth_user="ann@corp.test")
        desk.mail_out()

        assert at(desk, 2024, 6, 30, 8, 0) == []
        assert at(desk, 2024, 7, 1, 8, 0) == [("task-request", "fay@corp.test")]

    def test_it_ends_with_the_task_and_the_ticket_stays_as_it_is(self, opened: Opened):
        desk = self.begun(opened)
        desk.now = datetime(2024, 7, 1, 9, tzinfo=UTC)
        pass_of_the_clock(desk)

        arrival = desk.mail_in(reply(to(desk.mail_out(), "fay@corp.test"), FAY, "done"))

        assert arrival["disposition"] == "acted"
        assert states(desk)["take-back"] == "done"
        assert desk.ticket(1)["state"] == "fulfilled"
        assert [one for one in desk.mail_out() if one.recipient == "cara@corp.test"] == []


class TestEndedOtherwise:
    def test_fulfilled_by_hand_leaves_out_what_is_open_and_tells_whoever_has_it(self, opened: Opened):
        desk = opened(ORDER, DESK, TAKE_BACK, ends="until")
        asked = to(begun(desk, {"model": "x", "until": "2024-06-30"}), "vic@vendor.test")
        desk.mail_in(mail(ANN, "Re: [#1]", "#fulfil", SUPPORT), auth_user="ann@corp.test")
        desk.mail_out()

        assert at(desk, 2024, 1, 15, 10, 0) == [
            ("task-told", "fay@corp.test"),
            ("task-told", "vic@vendor.test"),
        ]
        assert states(desk) == {"order": "skipped", "desk": "skipped", "take-back": "waiting"}
        assert desk.mail_in(reply(asked, VIC, "done"))["disposition"] == "refused"

    def test_closed_calls_all_of_it_off(self, opened: Opened):
        desk = opened(ORDER)
        begun(desk)
        desk.mail_in(mail(ANN, "Re: [#1]", "#close", SUPPORT), auth_user="ann@corp.test")
        desk.mail_out()

        assert at(desk, 2024, 1, 15, 10, 0) == [("task-told", "vic@vendor.test")]
        with desk.database.read():
            found = tasks.get(1)
        assert found is not None
        assert found.end_reason == "the ticket is closed"

    def test_a_request_without_tasks_is_kept_until_somebody_fulfils_it(self, opened: Opened):
        desk = opened(promised=8 * 3600)
        begun(desk)
        pass_of_the_clock(desk)
        desk.mail_in(mail(ANN, "Re: [#1]", "#fulfil", SUPPORT), auth_user="ann@corp.test")
        pass_of_the_clock(desk)

        with desk.database.read():
            found = tasks.get(1)
        assert found is not None
        assert (found.open, found.fulfilled_at) == (False, desk.now)


def test_one_request_that_cannot_be_looked_at_does_not_keep_the_others(opened: Opened, monkeypatch):
    desk = opened(DESK)
    begun(desk)
    asked = mail("Dan <dan@corp.test>", "Mine", "A desk, please.")
    desk.mail_in(asked)
    desk.mail_out()
    desk.now = datetime(2024, 1, 16, 9, 0, tzinfo=UTC)
    real = fulfilment_watch.look

    def broken(office, number, now):
        if number == 1:
            raise ValueError("broken")
        return real(office, number, now)

    monkeypatch.setattr(fulfilment_watch, "look", broken)

    assert pass_of_the_clock(desk).startswith("looked at 1 requests")
    assert row(desk, "desk").reminders == 0
    monkeypatch.undo()
    assert at(desk, 2024, 1, 16, 9, 10) == [("task-request", "fay@corp.test")]


def test_the_others_of_a_batch_are_looked_at_though_one_fails(opened: Opened, monkeypatch):
    desk = opened(DESK)
    begun(desk)
    with desk.database.write():
        tasks.begin(77, "laptop", desk.now, None, None)
        tasks.change(77, {"next_at": desk.now})
    real = fulfilment_watch.look

    def broken(office, number, now):
        if number == 77:
            raise ValueError("broken")
        return real(office, number, now)

    monkeypatch.setattr(fulfilment_watch, "look", broken)

    assert at(desk, 2024, 1, 16, 9, 0) == [("task-request", "fay@corp.test")]


def test_the_work_on_a_ticket_that_is_gone_is_left_alone(opened: Opened):
    desk = opened(DESK)
    with desk.database.write():
        tasks.begin(77, "laptop", desk.now, None, None)
        tasks.change(77, {"next_at": desk.now})

    assert fulfilment_watch.job(desk.database).run(desk.office, desk.now) == "looked at 1 requests"
    assert pass_of_the_clock(desk) == "looked at 0 requests"


class TestForetold:
    def planned(self, desk: StoryDesk) -> list[tuple[str, str, str]]:
        with desk.database.read():
            ticket = tickets.get(1)
            assert ticket is not None
            found = task_watch.upcoming(desk.office, ticket, desk.now)
        return [(f"{one.at:%m-%d %H:%M}", one.to, one.notice) for one in found]

    def test_reminders_and_what_comes_after_them(self, opened: Opened):
        desk = opened(DESK)
        begun(desk)

        assert self.planned(desk) == [("01-16 09:00", "fay@corp.test", "task-request")]
        for day in (16, 17):
            at(desk, 2024, 1, day, 9, 0)
        assert self.planned(desk) == [
            ("01-18 09:00", "ann@corp.test", "task-news"),
            ("01-18 09:00", "bob@corp.test", "task-news"),
        ]

    def test_the_end_of_an_access(self, opened: Opened):
        desk = TestEnd().begun(opened)

        assert self.planned(desk) == [("06-30 22:00", "fay@corp.test", "task-request")]

    def test_nothing_where_there_are_no_tasks(self, opened: Opened):
        desk = opened(DESK)
        desk.mail_in(mail(CARA, "Printer", "It is dead."))

        assert self.planned(desk) == []
