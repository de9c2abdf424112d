"""What each job of the timetable does."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
import pytest

from daemon.desk.roster import DeskSettings
from daemon.jobs import JOBS, budget_digest, close_resolved, forget_content
from daemon.jobs.job import Job
from daemon.jobs.running import Runner
from storage.database import Database
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    yield made
    made.close()


def run(desk: StoryDesk, job: Job) -> str:
    with desk.database.write():
        return job.run(desk.office, desk.now)


def job(name: str) -> Job:
    (found,) = [one for one in JOBS if one.name == name]
    return found


def resolved_ticket(desk: StoryDesk, subject: str = "Printer is dead") -> Mail:
    """Let a ticket be opened and resolved; returns its acknowledgement."""
    desk.mail_in(mail(CARA, subject, "It says PC LOAD LETTER.\n"))
    acknowledgement, to_ann, _ = desk.mail_out()
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#resolve"))
    desk.mail_out()
    return acknowledgement


def test_timetable_names_every_job_once_and_says_what_it_does():
    assert len({one.name for one in JOBS}) == len(JOBS)
    assert all(one.summary and one.every > timedelta(0) for one in JOBS)


class TestCloseResolved:
    def test_ticket_closes_once_nobody_disagreed_for_long_enough(self, desk: StoryDesk):
        resolved_ticket(desk)
        resolved_ticket(desk, "Screen is dark")
        window = timedelta(days=desk.settings.reopen_days)

        desk.now += window
        assert run(desk, job("close-resolved")) == "closed 0 tickets"
        desk.advance(seconds=1)
        assert run(desk, job("close-resolved")) == "closed 2 tickets"

        assert desk.ticket(1)["state"] == "closed"
        assert desk.ticket(1)["closed"] == desk.now
        last = desk.ticket(1)["events"][-1]
        assert (last["actor"], last["cause"]) == ("postdesk", "job:close-resolved")
        assert desk.mail_out() == [], "nobody is mailed"

    @pytest.mark.parametrize("word", ["fulfil", "reject we do not sell that"])
    def test_requests_that_ended_close_as_well(self, desk: StoryDesk, word: str):
        resolved_ticket(desk)
        desk.mail_in(mail(CARA, "I would like to order a new keyboard", "A quiet one, please."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", f"#{word}"))
        desk.mail_out()

        desk.advance(days=desk.settings.reopen_days, seconds=1)

        assert run(desk, job("close-resolved")) == "closed 2 tickets"
        assert desk.ticket(2)["state"] == "closed"

    @pytest.mark.parametrize(("seconds", "ticket", "state"), [(0, 1, "open"), (1, 2, "resolved")])
    def test_reply_and_job_agree_on_the_days_that_are_set(
        self, database: Database, now: datetime, seconds: int, ticket: int, state: str
    ):
        plain = DeskSettings(name="IT Support", address=SUPPORT, reopen_days=2)
        desk = StoryDesk(database, now, settings=plain)
        acknowledgement = resolved_ticket(desk)

        desk.advance(days=2, seconds=seconds)
        row = desk.mail_in(reply(acknowledgement, CARA, "It is dead again."))
        state_after_reply = desk.ticket(1)["state"]
        run(desk, job("close-resolved"))

        assert (row["ticket"], state_after_reply) == (ticket, state)
        assert desk.ticket(1)["state"] == ("closed" if seconds else "open")
        desk.close()

    def test_closed_without_being_resolved_counts_from_its_closure(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
        acknowledgement, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#close"))
        desk.advance(days=10)
        desk.mail_in(mail("eve@evil.test", "[#1] Printer", "Held, and no reason to wait longer."))

        desk.advance(days=5)

        assert desk.mail_in(reply(acknowledgement, CARA, "It is dead again."))["ticket"] == 2

    def test_ticket_that_is_worked_on_stays_open(self, desk: StoryDesk):
        acknowledgement = resolved_ticket(desk)
        desk.mail_in(reply(acknowledgement, CARA, "No, it still smokes."))
        desk.advance(days=3650)

        assert run(desk, job("close-resolved")) == "closed 0 tickets"
        assert desk.ticket(1)["state"] == "open"

    def test_no_more_than_a_batch_at_a_time(self, desk: StoryDesk, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(close_resolved, "BATCH", 2)
        for number in range(3):
            resolved_ticket(desk, f"Printer {number}")
        desk.advance(days=3650)

        said = [run(desk, job("close-resolved")) for _ in range(3)]

        assert said == ["closed 2 tickets", "closed 1 tickets", "closed 0 tickets"]


class TestBudgetDigest:
    @pytest.fixture
    def desk(self, database: Database, now: datetime) -> Iterator[StoryDesk]:
        plain = StoryDesk(database, now)
        plain.close()
        strict = {"administrators": ("root@corp.test",), "auto_mail_per_address_and_hour": 2}
        made = StoryDesk(database, now, settings=msgspec.structs.replace(plain.settings, **strict))
        yield made
        made.close()

    def flood(self, desk: StoryDesk, count: int, first: int = 0) -> None:
        for number in range(first, first + count):
            desk.mail_in(mail(CARA, f"Trouble {number}", f"Number {number}\n"))
        desk.mail_out()

    def test_administrators_are_told_what_was_held_back(self, desk: StoryDesk):
        self.flood(desk, 4)

        assert run(desk, job(budget_digest.NAME)) == "held back 2; told 1"
        (digest,) = desk.mail_out()
        assert (digest.notice, digest.recipient) == ("budget-digest", "root@corp.test")
        assert "cara@cust.test" in digest.text

    def test_quiet_day_is_no_mail(self, desk: StoryDesk):
        self.flood(desk, 2)

        assert run(desk, job(budget_digest.NAME)) == "held back 0; told 0"
        assert desk.mail_out() == []

    def test_desk_without_administrators_tells_nobody(self, database: Database, now: datetime):
        desk = StoryDesk(database, now)
        self.flood(desk, 7)

        assert run(desk, job(budget_digest.NAME)) == "held back 2; told 0"
        assert desk.mail_out() == []
        desk.close()

    def test_nothing_falls_between_two_digests_however_late_the_second_is(self, desk: StoryDesk):
        runner = Runner(desk.database, desk.office, "one/1/1/clock", lambda: desk.now)
        daily = job(budget_digest.NAME)
        assert not runner.run_if_due(daily), "the next morning is the first"
        desk.now += daily.every
        assert runner.run_if_due(daily)
        self.flood(desk, 4)
        desk.now += daily.every + timedelta(hours=5)

        assert runner.run_if_due(daily)
        (digest,) = desk.mail_out()
        assert "cara@cust.test" in digest.text


class TestForgetContent:
    def test_same_content_counts_as_a_new_mail_once_the_old_one_is_forgotten(self, desk: StoryDesk):
        letter = mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n")
        desk.mail_in(letter)
        desk.now += forget_content.WINDOW

        assert run(desk, job("forget-content")) == "forgot 0 content keys"
        assert desk.mail_in(letter)["disposition"] == "duplicate"
        desk.advance(seconds=1)
        assert run(desk, job("forget-content")) == "forgot 1 content keys"
        assert desk.mail_in(letter)["disposition"] != "duplicate"
