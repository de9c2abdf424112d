"""Tasks go out in their order, are answered by mail, and what stands against that is known to the agents."""

from datetime import UTC, datetime

import msgspec
import pytest

from daemon.desk.addressing import Roster
from daemon.desk.catalogue import Task
from storage import people
from tests.scenarios.desk import mail, reply
from tests.scenarios.fulfilment import (
    AGENTS,
    ANN,
    CHECK,
    DAY,
    DESK,
    EVE,
    FAY,
    INSTALL,
    ORDER,
    TEAMS,
    VIC,
    Opened,
    begun,
    desks_opened,
    notes,
    refit,
    row,
    sent,
    states,
    to,
)

__all__ = ["desks_opened"]

CHECK_DESK = Task("check", "Look at it", team="service-desk", after=("desk",), gate=True)
INSTALL_BESIDE = Task("install", "Install it", team="service-desk")
INSTALL_ALONE = Task("install", "Install it", team="service-desk", due_seconds=DAY)


class TestOrder:
    def test_what_waits_for_nothing_starts_together_and_the_rest_behind_it(self, opened: Opened):
        desk = opened(ORDER, DESK, INSTALL, CHECK)

        mails = begun(desk)
        assert sent(mails) == [("task-request", "fay@corp.test"), ("task-request", "vic@vendor.test")]
        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "done 45min 120 EUR"))
        assert sent(desk.mail_out()) == [("task-told", "vic@vendor.test")]
        desk.mail_in(reply(to(mails, "fay@corp.test"), FAY, "erledigt"))

        assert sent(desk.mail_out()) == [
            ("task-request", "ann@corp.test"),
            ("task-request", "bob@corp.test"),
            ("task-told", "fay@corp.test"),
        ]
        assert states(desk) == {"order": "done", "desk": "done", "install": "started", "check": "waiting"}

    def test_time_and_cost_are_kept_with_who_did_it_and_by_which_proof(self, opened: Opened):
        desk = opened(ORDER)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "done 45min 120 EUR"))

        done = row(desk, "order")
        assert (done.minutes, done.cost, done.done_by) == (45, (("120.00", "EUR"),), "vic@vendor.test")
        assert "reply address made for the author" in done.proof
        assert desk.ticket(1)["state"] == "fulfilled"
        assert ("request-told", "cara@corp.test") in sent(desk.mail_out())

    def test_a_task_has_its_time_in_office_hours(self, opened: Opened):
        desk = opened(ORDER, DESK)

        begun(desk)

        # Monday 10:00 in Berlin and five days of eight hours.
        assert row(desk, "order").due_at == datetime(2024, 1, 22, 9, 0, tzinfo=UTC)
        assert row(desk, "desk").due_at == datetime(2024, 1, 16, 9, 0, tzinfo=UTC)


class TestWhatIsShown:
    def test_a_vendor_sees_what_the_item_lets_him_see_and_not_who_asked(self, opened: Opened):
        mails = begun(opened(ORDER, DESK))

        vendor, team = to(mails, "vic@vendor.test"), to(mails, "fay@corp.test")
        assert "Strong 16" in vendor.text
        assert "Films of my cats" in team.text
        for secret in (b"Films of my cats", b"Cara", b"cara@corp.test", b"A laptop please"):
            assert secret not in vendor.raw
        assert "Cara Customer <cara@corp.test>" in team.text

    def test_buttons_start_a_mail_to_the_signed_address(self, opened: Opened):
        mails = begun(opened(ORDER))

        found = to(mails, "vic@vendor.test")
        html = found.parsed.get_body(("html",))
        assert html is not None
        assert f"mailto:{found.reply_address}?" in html.get_content()
        assert "http" not in html.get_content().replace("http-equiv", "")
        assert found.reply_address.startswith("support+t")

    def test_an_item_s_own_words_hold_no_more_than_its_reader_may_see(self, opened: Opened):
        words = "Hello,\n{model} for {name}, {reason}, ticket {number}."
        mails = begun(opened(ORDER, DESK, texts={"task": words}))

        assert "Strong 16 for , , ticket 1." in to(mails, "vic@vendor.test").text
        team = to(mails, "fay@corp.test").text
        assert "Strong 16 for Cara Customer, Films of my cats, ticket 1." in team


class TestWhoIsAsked:
    def test_a_team_that_assigns_automatically_has_one_member_asked(self, opened: Opened):
        desk = opened(INSTALL_BESIDE)
        by_itself = msgspec.structs.replace(TEAMS[0], assignment="automatic")
        refit(desk, roster=Roster.build(desk.settings, (by_itself, TEAMS[1]), AGENTS))

        mails = begun(desk)

        (asked,) = [one for one in mails if one.notice == "task-request"]
        assert row(desk, "install").assignee == asked.recipient
        assert "task assigned" in notes(desk)

    def test_where_no_mail_can_go_the_agents_hear_of_it(self, opened: Opened):
        desk = opened(ORDER)
        with desk.database.write():
            people.find_or_add("vic@vendor.test", "Vic", desk.now)
            people.suppress("vic@vendor.test", "it bounced")

        mails = begun(desk)

        assert sent(mails) == [("task-news", "ann@corp.test"), ("task-news", "bob@corp.test")]
        assert "vic@vendor.test cannot be reached" in " ".join(
            to(mails, "ann@corp.test", "task-news").text.split()
        )


class TestAnswers:
    def test_blocked_is_told_to_the_agents_with_its_reason(self, opened: Opened):
        desk = opened(ORDER)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "blockiert: keine Tastaturen auf Lager"))

        out = desk.mail_out()
        assert ("task-news", "ann@corp.test") in sent(out)
        assert "keine Tastaturen auf Lager" in to(out, "ann@corp.test", "task-news").text
        assert states(desk) == {"order": "blocked"}

    def test_who_hears_that_a_task_is_blocked_is_told_what_helps_by_its_name(self, opened: Opened):
        desk = opened(ORDER)
        desk.mail_in(reply(to(begun(desk), "vic@vendor.test"), VIC, "blocked: no keyboards"))
        told = to(desk.mail_out(), "ann@corp.test", "task-news")

        assert [line.strip() for line in told.text.splitlines() if line.startswith("    #task-")] == [
            "#task-tell order [WORDS]",
            "#task-done order",
            "#task-skip order WHY",
        ]
        desk.mail_in(reply(told, "Ann <ann@corp.test>", "#task-skip order they never come"))
        assert states(desk) == {"order": "skipped"}

    def test_a_later_day_needs_a_reason_and_moves_what_the_requester_was_promised(self, opened: Opened):
        desk = opened(ORDER, promised=5 * DAY)
        mails = begun(desk)
        asked = to(mails, "vic@vendor.test")

        refused = desk.mail_in(reply(asked, VIC, "by 2024-02-01"))
        told = desk.mail_out()
        taken = desk.mail_in(reply(asked, VIC, "by 2024-02-01 because the ship is late"))

        assert (refused["disposition"], taken["disposition"]) == ("refused", "acted")
        assert sent(told) == [("task-told", "vic@vendor.test")]
        out = desk.mail_out()
        assert sent(out) == [
            ("promise-moved", "cara@corp.test"),
            ("task-news", "ann@corp.test"),
            ("task-news", "bob@corp.test"),
            ("task-told", "vic@vendor.test"),
        ]
        news = " ".join(to(out, "ann@corp.test", "task-news").text.split())
        assert "A task takes longer, until Thu 01 Feb 2024, 17:00 CET: the ship is late" in news
        moved = to(out, "cara@corp.test", "promise-moved")
        assert "the ship is late" in moved.text
        assert "Thu 01 Feb 2024" in " ".join(moved.text.split())
        assert row(desk, "order").due_at == datetime(2024, 2, 1, 16, 0, tzinfo=UTC)
        assert notes(desk)[-2:] == ["task moved", "promise moved"]

    def test_a_later_day_is_told_to_the_owner_of_the_item_too(self, opened: Opened):
        desk = opened(ORDER, owner="fay@corp.test")
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "by 2024-02-01 because the ship is late"))

        told = [one.recipient for one in desk.mail_out() if one.notice == "task-news"]
        assert sorted(told) == ["ann@corp.test", "bob@corp.test", "fay@corp.test"]

    def test_a_later_day_within_the_team_is_told_to_nobody_else(self, opened: Opened):
        desk = opened(INSTALL_ALONE)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "ann@corp.test"), ANN, "by 2024-02-01 because I am ill"))

        assert sent(desk.mail_out()) == [("task-told", "ann@corp.test")]

    def test_an_earlier_day_needs_no_reason_and_moves_no_promise(self, opened: Opened):
        desk = opened(ORDER, promised=5 * DAY)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "bis Freitag"))

        assert sent(desk.mail_out()) == [("task-told", "vic@vendor.test")]
        assert row(desk, "order").due_at == datetime(2024, 1, 19, 16, 0, tzinfo=UTC)

    def test_a_question_goes_to_the_agents_and_ticks_nothing_off(self, opened: Opened):
        desk = opened(ORDER)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "Which keyboard, German or English?"))

        out = desk.mail_out()
        assert "Which keyboard, German or English?" in to(out, "bob@corp.test", "task-news").text
        assert "passed on" in to(out, "vic@vendor.test", "task-told").text
        assert states(desk) == {"order": "started"}
        assert [one["kind"] for one in desk.ticket(1)["entries"]] == ["message", "note"]

    @pytest.mark.parametrize(
        "words", ["done except the keyboard", "not done", "done?", "almost done, one more day"]
    )
    def test_half_a_done_is_none(self, opened: Opened, words: str):
        desk = opened(ORDER)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, words))

        assert states(desk) == {"order": "started"}

    def test_ok_to_a_task_says_that_it_was_read(self, opened: Opened):
        desk = opened(ORDER)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "vic@vendor.test"), VIC, "ok"))

        assert (desk.mail_out(), states(desk)) == ([], {"order": "started"})


class TestGate:
    def test_a_check_sends_back_with_a_reason_and_only_the_newer_mail_counts_then(self, opened: Opened):
        desk = opened(DESK, CHECK_DESK)
        first = to(begun(desk), "fay@corp.test")
        desk.mail_in(reply(first, FAY, "done"))
        check = to(desk.mail_out(), "ann@corp.test")

        desk.mail_in(reply(check, ANN, "again: it wobbles"))
        again = to(desk.mail_out(), "fay@corp.test")
        stale = desk.mail_in(reply(first, FAY, "Done!"))

        assert "it wobbles" in again.text
        assert stale["disposition"] == "refused"
        assert "newer mail" in to(desk.mail_out(), "fay@corp.test", "task-told").text
        assert states(desk) == {"desk": "started", "check": "waiting"}

        desk.mail_in(reply(again, FAY, "done"))
        desk.mail_in(reply(to(desk.mail_out(), "ann@corp.test"), ANN, "ok"))
        assert desk.ticket(1)["state"] == "fulfilled"

    def test_a_check_shows_what_was_done_by_whom(self, opened: Opened):
        desk = opened(DESK, CHECK_DESK)
        desk.mail_in(reply(to(begun(desk), "fay@corp.test"), FAY, "done"))

        assert "Bring a desk (fay@corp.test)" in to(desk.mail_out(), "bob@corp.test").text


class TestAttacks:
    def test_done_from_another_address_is_refused_without_a_word(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")

        arrival = desk.mail_in(reply(asked, EVE, "done"))

        assert arrival["disposition"] == "refused"
        assert (desk.mail_out(), states(desk)) == ([], {"order": "started"})
        assert notes(desk)[-1] == "task answer refused"

    def test_a_forged_sender_does_nothing(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")

        arrival = desk.mail_in(reply(asked, VIC, "done"), auth_user="eve@evil.test")

        assert arrival["disposition"] == "refused"
        assert (desk.mail_out(), states(desk)) == ([], {"order": "started"})

    def test_a_changed_code_is_none_of_ours(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")
        local, _, domain = asked.reply_address.partition("@")
        forged = f"{local[:-1]}{'b' if local[-1] == 'a' else 'a'}@{domain}"

        arrival = desk.mail_in(mail(VIC, "Re: laptop", "done", forged))

        assert arrival["disposition"] == "refused"
        assert (desk.mail_out(), states(desk)) == ([], {"order": "started"})

    def test_the_code_of_another_vendor_proves_nothing(self, opened: Opened):
        other = Task("ship", "Ship it", to="sue@other.test")
        desk = opened(ORDER, other)
        mails = begun(desk)

        desk.mail_in(reply(to(mails, "sue@other.test"), VIC, "done"))

        assert (desk.mail_out(), states(desk)) == ([], {"order": "started", "ship": "started"})

    def test_an_out_of_office_is_kept_and_does_nothing(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")
        away = reply(asked, VIC, "done with work: I am away until Friday")
        away["Auto-Submitted"] = "auto-replied"

        arrival = desk.mail_in(away)

        assert arrival["disposition"] == "refused"
        assert (desk.mail_out(), states(desk)) == ([], {"order": "started"})
        assert [one["kind"] for one in desk.ticket(1)["entries"]] == ["message", "report"]

    def test_a_quoted_done_does_nothing(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")
        quoting = mail(VIC, "Re: laptop", "> done\n", asked.reply_address)

        desk.mail_in(quoting)

        assert states(desk) == {"order": "started"}

    def test_done_twice_is_done_once_and_told_the_second_time(self, opened: Opened):
        desk = opened(ORDER, DESK)
        asked = to(begun(desk), "vic@vendor.test")
        desk.mail_in(reply(asked, VIC, "done 45min"))
        desk.mail_out()

        arrival = desk.mail_in(reply(asked, VIC, "done, 3 hours"))

        assert arrival["disposition"] == "refused"
        assert "done already" in to(desk.mail_out(), "vic@vendor.test", "task-told").text
        assert row(desk, "order").minutes == 45

    def test_plain_text_and_html_that_differ_are_for_people(self, opened: Opened):
        desk = opened(ORDER)
        asked = to(begun(desk), "vic@vendor.test")
        two = reply(asked, VIC, "done")
        two.add_alternative("<p>We do not do that.</p>", subtype="html")

        desk.mail_in(two)

        assert states(desk) == {"order": "started"}

    def test_whoever_left_the_team_does_no_task_of_it(self, opened: Opened):
        desk = opened(DESK)
        asked = to(begun(desk), "fay@corp.test")
        others = msgspec.structs.replace(TEAMS[1], members=("bob@corp.test",))
        refit(desk, roster=Roster.build(desk.settings, (TEAMS[0], others), AGENTS))

        arrival = desk.mail_in(reply(asked, FAY, "done"))

        assert arrival["disposition"] == "refused"
        assert (desk.mail_out(), states(desk)) == ([], {"desk": "started"})
