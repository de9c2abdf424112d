"""Approvals: who is away, other ways that an answer comes, and requests that are changed or end."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.catalogue import By, Stage
from daemon.desk.roster import DeskSettings
from daemon.jobs import approval_steps
from daemon.services import automatic_mail
from storage import directory, people, requests, tickets
from storage.database import Database
from tests.conftest import close
from tests.scenarios.approvals import (
    ANSWERS,
    BOARD,
    CFO,
    DORA,
    EVE,
    MANAGER,
    MAX,
    dossier,
    laptop,
    requested,
    sent,
    state,
    submit,
    to,
    void,
    votes,
)
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply


def decide(
    desk: StoryDesk, asked: Mail, sender: str, words: str = "approve", **envelope: str
) -> dict[str, Any]:
    return desk.mail_in(reply(asked, sender, words), **envelope)


class TestAway:
    def test_an_out_of_office_answer_brings_the_deputy_in_at_once(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        message = reply(asked, MAX, "I am out of the office until 20 January. Reply APPROVE to approve.")
        message["Auto-Submitted"] = "auto-replied"

        row = desk.mail_in(message)

        mails = desk.mail_out()
        handed = to(mails, "dora@corp.test")
        assert (row["disposition"], votes(desk)) == ("acted", [])
        assert "in the place of max@corp.test" in " ".join(handed.text.split())
        decide(desk, handed, DORA)
        (vote,) = dossier(desk).votes
        assert (vote.vote.voter, vote.vote.approver) == ("dora@corp.test", "max@corp.test")
        assert state(desk) == "approved"

    def test_without_a_mark_of_a_machine_too(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        decide(desk, asked, MAX, "I am away. My deputy can approve this.")

        assert votes(desk) == []
        assert [one.recipient for one in desk.mail_out() if one.notice == "approval-told"] in (
            [],
            ["max@corp.test"],
        )

    @pytest.mark.parametrize(
        "words",
        [
            "I am away.",
            "I am on leave until Monday.",
            "Hi, sorry, I'm out this week\n\nMax",
            "Bin im Urlaub bis Montag",
            "Je ne suis pas là",
            "No estoy en la oficina",
            "Sono via",
            "Ik ben er niet",
        ],
    )
    def test_said_by_hand_it_is_no_vote_and_brings_the_deputy_in(self, desk: StoryDesk, words: str):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        row = desk.mail_in(reply(asked, MAX, words))

        assert (row["disposition"], votes(desk)) == ("acted", [])
        assert "in the place of max@corp.test" in " ".join(to(desk.mail_out(), "dora@corp.test").text.split())
        # Monday the 22nd, or two working weeks where no day is named.
        until = "2024-01-22" if "Mon" in words else "unknown"
        assert f"max@corp.test is away until {until}" in row["reason"]

    @pytest.mark.parametrize(
        ("words", "became"),
        [
            ("Approved.\n\nI'm travelling.", "approved"),
            ("Reject\n\nI am ill today", "rejected"),
            ("Yes. I am away.", "pending"),
            ("Ich bin krank.\nNein", "pending"),
        ],
    )
    def test_who_decides_beside_it_is_heard_or_asked(self, desk: StoryDesk, words: str, became: str):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        desk.mail_in(reply(asked, MAX, words))

        assert state(desk) == became
        assert "dora@corp.test" not in {one.recipient for one in desk.mail_out()}
        with desk.database.read():
            assert directory.away_notes(["max@corp.test"]) == []

    @pytest.mark.parametrize(
        "words", ["I am out of the office until 20 January.", "Bin im Urlaub bis Montag"]
    )
    @pytest.mark.parametrize("mark", ["", "auto-replied"])
    def test_who_only_knows_a_message_id_sends_nobody_away(self, desk: StoryDesk, words: str, mark: str):
        """The deputy may have seen it, and would decide in the manager's place."""
        asked = to(requested(desk, MANAGER), "max@corp.test")
        forged = reply(asked, MAX, words, SUPPORT)
        if mark:
            forged["Auto-Submitted"] = mark

        row = desk.mail_in(forged)

        assert row["disposition"] in {"ignored", "refused"}
        assert "dora@corp.test" not in {one.recipient for one in desk.mail_out()}
        with desk.database.read():
            assert directory.away_notes(["max@corp.test"]) == []

    @pytest.mark.parametrize("envelope", [{}, {"auth_user": "max@corp.test"}])
    def test_an_absence_program_answers_to_the_return_address_or_is_verified(self, desk: StoryDesk, envelope):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        away = reply(asked, MAX, "I am out of the office.", SUPPORT if envelope else asked.reverse_path)
        away["Auto-Submitted"] = "auto-replied"

        desk.mail_in(away, null_reverse_path=True, **envelope)

        assert ("approval-request", "dora@corp.test") in sent(desk.mail_out())

    def test_the_return_address_of_another_copy_sends_nobody_away(self, desk: StoryDesk):
        mails = requested(desk, BOARD)
        mine, asked = to(mails, "bea@corp.test"), to(mails, "max@corp.test")
        forged = reply(asked, MAX, "I am out of the office.", mine.reverse_path)
        forged["Auto-Submitted"] = "auto-replied"

        assert desk.mail_in(forged)["disposition"] == "ignored"
        with desk.database.read():
            assert directory.away_notes(["max@corp.test"]) == []

    def test_whoever_is_away_already_is_not_waited_for(self, desk: StoryDesk):
        with desk.database.write():
            directory.note_away("max@corp.test", None, desk.now)

        mails = requested(desk, MANAGER)

        assert ("approval-request", "dora@corp.test") in sent(mails)


class TestByMessageId:
    @pytest.mark.parametrize("noted", [True, False])
    def test_away_without_a_deputy_is_told_to_the_agents_once(self, desk: StoryDesk, *, noted: bool):
        if noted:
            with desk.database.write():
                directory.note_away("cfo@corp.test", None, desk.now)
        mails = requested(desk, Stage(By.PERSONS, ("cfo@corp.test",)))
        asked = to(mails, "cfo@corp.test")
        for _ in range(2):
            message = reply(asked, CFO, "I am out of the office until 2 February.")
            message["Auto-Submitted"] = "auto-replied"
            desk.mail_in(message)
            mails += desk.mail_out()

        words = " ".join(to(mails, "ann@corp.test", "approval-desk").text.split())
        assert "cfo@corp.test has to decide and is away, and no deputy is known." in words
        assert "#approver ADDRESS" in words
        assert state(desk) == "pending"

    def test_who_cannot_be_reached_and_has_no_deputy_is_told_too(self, desk: StoryDesk):
        with desk.database.write():
            people.find_or_add("cfo@corp.test", "", desk.now)
            people.suppress("cfo@corp.test", "5.1.1 no such user")

        mails = requested(desk, Stage(By.PERSONS, ("cfo@corp.test",)))

        words = " ".join(to(mails, "ann@corp.test", "approval-desk").text.split())
        assert "No mail reaches cfo@corp.test, who has to decide, and no deputy is known." in words

    def test_an_answer_to_the_plain_address_counts_from_a_verified_sender_only(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        row = desk.mail_in(reply(asked, MAX, "approve", SUPPORT))
        assert (row["disposition"], votes(desk)) == ("refused", [])
        assert "reply address" in to(desk.mail_out(), "max@corp.test", "approval-told").text

        desk.mail_in(reply(asked, MAX, "Approved", SUPPORT), auth_user="max@corp.test")
        assert votes(desk) == [("max@corp.test", "approve")]

    def test_a_colleague_who_answers_a_copy_is_nobody(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")

        desk.mail_in(reply(asked, EVE, "approve", SUPPORT))

        assert votes(desk) == []


class TestADeskWithoutSubAddresses:
    @pytest.fixture
    def plain(self, sqlite_maker: Any, request: pytest.FixtureRequest, now: datetime) -> Iterator[StoryDesk]:
        for url in sqlite_maker(request):
            database = Database(url)
            settings = DeskSettings(name="IT Support", address=SUPPORT, sub_addressing=False)
            desk = StoryDesk(database, now, settings=settings)
            yield desk
            desk.close()
            close(database)

    def test_the_code_stands_in_the_text_and_comes_back_in_the_answer(self, plain: StoryDesk):
        asked = to(requested(plain, MANAGER), "max@corp.test")
        code = next(line.strip() for line in asked.text.splitlines() if line.strip().startswith("a1."))

        row = plain.mail_in(mail(MAX, "Re: your mail", f"approve\n\n{code}\n", SUPPORT))

        assert (asked.reply_address, row["disposition"]) == (SUPPORT, "acted")
        assert votes(plain) == [("max@corp.test", "approve")]

    def test_the_code_stands_in_the_mail_that_says_it_still_waits(self, plain: StoryDesk):
        asked = to(requested(plain, MANAGER), "max@corp.test")
        for words in ("maybe", "perhaps"):
            plain.mail_in(reply(asked, MAX, words), auth_user="max@corp.test")
        told = [one for one in plain.mail_out() if one.notice == "approval-told"]
        code = next(line.strip() for line in told[-1].text.splitlines() if line.strip().startswith("a1."))

        plain.mail_in(mail(MAX, "Re: your mail", f"approve\n\n{code}\n", SUPPORT))

        assert votes(plain) == [("max@corp.test", "approve")]

    def test_what_does_not_count_is_told_with_the_way_that_does(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        desk.mail_in(reply(asked, MAX, "approve", SUPPORT))
        told = to(desk.mail_out(), "max@corp.test", "approval-told")

        desk.mail_in(reply(told, MAX, "approve"))

        assert votes(desk) == [("max@corp.test", "approve")]

    def test_words_of_somebody_else_that_quote_a_code_are_words(self, plain: StoryDesk):
        asked = to(requested(plain, MANAGER), "max@corp.test")
        code = next(line.strip() for line in asked.text.splitlines() if line.strip().startswith("a1."))

        row = plain.mail_in(mail(EVE, "Something new", f"approve\n\n{code}\n", SUPPORT))

        assert (row["disposition"], votes(plain)) == ("ticketed", [])


class TestVoiding:
    def test_changed_answers_end_it_and_those_who_are_asked_anew_are_told_why(self, desk: StoryDesk):
        old = to(requested(desk, MANAGER), "max@corp.test")
        with desk.database.write():
            requests.answer(1, {**ANSWERS, "price": "1000"}, desk.now)
        void(desk, "the answers were changed")
        assert (state(desk), desk.mail_out()) == ("void", [])

        submit(desk, laptop(MANAGER))

        fresh = to(desk.mail_out(), "max@corp.test")
        assert "The request was changed" in " ".join(fresh.text.split())
        row = decide(desk, old, MAX)
        assert (row["disposition"], votes(desk)) == ("refused", [])

    def test_a_ticket_that_ends_releases_who_was_asked(self, desk: StoryDesk):
        requested(desk, MANAGER)
        desk.mail_in(mail("Ann <ann@corp.test>", "[#1]", "#close"), auth_user="ann@corp.test")

        approval_steps.go_through(desk.database, desk.office, desk.now)

        assert state(desk) == "void"
        assert "was taken back" in to(desk.mail_out(), "max@corp.test", "approval-told").text

    def test_what_the_clock_would_do_is_foretold(self, desk: StoryDesk):
        requested(desk, MANAGER)

        with desk.database.write():
            ticket = tickets.get(1)
            assert ticket is not None
            planned = automatic_mail.planned(desk.office, ticket, desk.now)

        steps = [(one.kind, one.to) for one in planned if one.kind == "approval-steps"]
        assert steps[0] == ("approval-steps", "max@corp.test")
        assert len(steps) == 4
