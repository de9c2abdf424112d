"""The gate holds against mail that changes one thing at a time: author, domain, words, ticket."""

from dataclasses import replace
from datetime import datetime

import msgspec
import pytest

from daemon.desk.addressing import Roster
from daemon.jobs import forget_content
from daemon.services import gate_views
from daemon.services.gate import Gate, gist
from daemon.services.operator import NotPossible
from storage import gate_counts, people
from tests.scenarios.desk import StoryDesk, mail, reply

ANN = "Ann <ann@corp.test>"
OUTSIDE = ("ann@corp.test", "bob@corp.test")


def strict(desk: StoryDesk, **limits: int) -> None:
    """Give the desk other limits."""
    desk.settings = msgspec.structs.replace(desk.settings, **limits)
    roster = Roster.build(desk.settings, desk.teams, desk.agents)
    desk.office = replace(desk.office, roster=roster, gate=Gate(roster))
    desk.intake = replace(desk.intake, office=desk.office)


def acknowledged(desk: StoryDesk) -> int:
    return sum(one.recipient not in OUTSIDE for one in desk.mail_out())


def withheld(desk: StoryDesk, number: int) -> list[str]:
    return [one["data"]["reason"] for one in desk.ticket(number)["events"] if one["kind"] == "not sent"]


class TestLimits:
    def test_addresses_that_differ_in_one_letter_get_no_more_than_the_content_allows(self, desk: StoryDesk):
        """Lesson 13: a machine without any header that writes from ever new addresses and domains."""
        strict(desk, auto_mail_per_content_and_hour=4)

        for at in range(10):
            text = "Your request was received." + "!" * at
            desk.mail_in(mail(f"robot{at}@host{at}.test", "Received", text))

        assert acknowledged(desk) == 4
        assert withheld(desk, 10)[0].startswith("4 automatic mails within an hour: content ")

    def test_ever_new_words_from_one_domain_meet_the_limit_of_the_domain(self, desk: StoryDesk):
        strict(desk, auto_mail_per_domain_and_hour=3)

        for word in ("red", "green", "blue", "white", "black"):
            desk.mail_in(mail(f"{word}@v.test", word, f"{word} {word}"))
        desk.mail_in(mail("other@w.test", "other", "another domain"))

        assert acknowledged(desk) == 4
        assert withheld(desk, 5) == ["3 automatic mails within an hour: domain v.test"]

    def test_an_hour_later_there_is_mail_again(self, desk: StoryDesk):
        strict(desk, auto_mail_per_domain_and_hour=1)
        desk.mail_in(mail("red@v.test", "red", "red"))
        desk.mail_in(mail("blue@v.test", "blue", "blue"))
        assert acknowledged(desk) == 1

        desk.advance(hours=1, seconds=1)
        desk.mail_in(mail("green@v.test", "green", "green"))

        assert acknowledged(desk) == 1

    def test_one_author_causes_one_recipient_so_much(self, desk: StoryDesk):
        strict(desk, auto_mail_per_pair_and_hour=2)

        for word in ("red", "green", "blue"):
            desk.mail_in(mail("cara@cust.test", word, word))

        assert acknowledged(desk) == 2
        assert withheld(desk, 3) == ["2 automatic mails within an hour: pair cara@cust.test > cara@cust.test"]

    def test_one_ticket_makes_so_much(self, desk: StoryDesk):
        strict(desk, auto_mail_per_ticket_and_hour=2)
        desk.mail_in(mail("cara@cust.test", "Printer", "Dead."))
        _, to_ann, _ = desk.mail_out()

        for at in range(3):
            desk.mail_in(reply(to_ann, ANN, "#resolve" + "\n" * at))
            desk.mail_in(mail("cara@cust.test", "[#1] Printer", f"No, {'very ' * at}dead."))

        told = [one.notice for one in desk.mail_out() if one.recipient == "cara@cust.test"]
        assert told == ["ticket-resolved"]

    def test_what_an_agent_writes_is_never_counted(self, desk: StoryDesk):
        strict(desk, auto_mail_per_ticket_and_hour=1, auto_mail_per_domain_and_hour=1)
        desk.mail_in(mail("cara@cust.test", "Printer", "Dead."))
        _, to_ann, _ = desk.mail_out()

        for word in ("One.", "Two.", "Three."):
            desk.mail_in(reply(to_ann, ANN, word))

        assert acknowledged(desk) == 3

    def test_a_forger_cannot_flood_the_agent_he_names(self, desk: StoryDesk):
        desk.mail_in(mail("cara@cust.test", "Printer", "Dead."))
        desk.mail_out()

        for at in range(9):
            desk.mail_in(mail(ANN, f"[#1] Printer {at}", f"#close {at}"))

        assert [one.notice for one in desk.mail_out()] == ["answer-refused"] * 5
        assert len(withheld(desk, 1)) == 4


class TestBomb:
    """Attack AT-131: mails in the name of a victim, who is to be answered next to nothing."""

    def bomb(self, desk: StoryDesk, victim: str, many: int) -> int:
        for at in range(many):
            desk.mail_in(mail(victim, f"Spam {desk.now} {at} {victim}", f"Buy {desk.now} {at} {victim}"))
        return acknowledged(desk)

    def test_victim_gets_five_answers_and_then_one_in_each_hour(self, desk: StoryDesk):
        assert self.bomb(desk, "victim@v.test", 12) == 5

        for _ in range(4):
            desk.advance(hours=1, seconds=1)
            assert self.bomb(desk, "Victim@V.test", 3) == 1
        assert withheld(desk, 14) == [
            "it got 5 automatic answers within an hour, and since then gets one an hour for a day"
        ]

    def test_day_later_it_is_somebody_who_writes(self, desk: StoryDesk):
        self.bomb(desk, "victim@v.test", 6)
        desk.advance(days=1, seconds=1)

        assert self.bomb(desk, "victim@v.test", 3) == 3

    def test_sub_addresses_of_the_victim_count_as_one(self, desk: StoryDesk):
        assert sum(self.bomb(desk, f"victim+{at}@v.test", 1) for at in range(9)) == 5

        desk.advance(hours=1, seconds=1)
        assert sum(self.bomb(desk, f"victim+x{at}@v.test", 1) for at in range(3)) == 1

    def test_people_who_write_four_mails_an_hour_are_always_answered(self, desk: StoryDesk):
        answered = 0
        for _ in range(5):
            answered += self.bomb(desk, "cara@cust.test", 4)
            desk.advance(hours=1, seconds=1)

        assert answered == 20

    def test_tickets_that_agents_end_at_once_withhold_no_acknowledgement(self, desk: StoryDesk):
        """What agents cause is no burst: a forger cannot bring it about."""
        for at in range(5):
            desk.mail_in(mail("cara@cust.test", f"Printer {at}", f"Number {at} is dead."))
            desk.advance(hours=1, seconds=1)
        for one in desk.mail_out():
            if one.recipient == "ann@corp.test":
                desk.mail_in(reply(one, ANN, "#resolve"))
        assert acknowledged(desk) == 5
        desk.advance(hours=1, seconds=1)

        assert self.bomb(desk, "cara@cust.test", 2) == 2


class TestCounts:
    def test_counts_of_yesterday_are_forgotten(self, desk: StoryDesk):
        desk.mail_in(mail("cara@cust.test", "Printer", "Dead."))
        desk.advance(days=1, seconds=1)
        with desk.database.write():
            forget_content.run(desk.office, desk.now)

            assert gate_counts.highest(datetime(2000, 1, 1, tzinfo=desk.now.tzinfo), 10) == []


class TestFuse:
    def test_blown_says_so_until_it_is_reopened(self, desk: StoryDesk):
        strict(desk, auto_mail_per_hour=2)
        for word in ("red", "green", "blue"):
            desk.mail_in(mail(f"{word}@{word}.test", word, word))
        assert acknowledged(desk) == 2
        blown = gate_views.standing(desk.database, desk.settings, desk.now)

        desk.advance(seconds=1)
        gate_views.reopen(desk.database, desk.now)
        desk.advance(seconds=30)
        open_again = gate_views.standing(desk.database, desk.settings, desk.now)
        desk.mail_in(mail("white@white.test", "white", "white"))

        assert (blown.blown, blown.sent, blown.limit) == (True, 2, 2)
        assert [recipient for recipient, _, _ in blown.withheld] == ["blue@blue.test"]
        assert (open_again.blown, open_again.sent) == (False, 0)
        assert acknowledged(desk) == 1

    def test_reopening_twice_counts_from_the_last_time(self, desk: StoryDesk):
        for _ in range(2):
            desk.advance(minutes=1)
            gate_views.reopen(desk.database, desk.now)

        assert gate_views.standing(desk.database, desk.settings, desk.now).counted_since == desk.now

    def test_an_hour_after_reopening_the_hour_counts(self, desk: StoryDesk):
        gate_views.reopen(desk.database, desk.now)
        desk.advance(hours=3)

        found = gate_views.standing(desk.database, desk.settings, desk.now)
        assert (desk.now - found.counted_since).total_seconds() == 3600

    def test_counters_of_the_hour_are_shown_highest_first(self, desk: StoryDesk):
        for word in ("red", "green"):
            desk.mail_in(mail(f"{word}@v.test", word, word))

        counters = gate_views.standing(desk.database, desk.settings, desk.now).counters
        assert counters[0] == ("domain v.test", 2)
        assert ("pair red@v.test > red@v.test", 1) in counters


class TestSuppressed:
    def test_lifted_address_gets_mail_again(self, desk: StoryDesk):
        desk.mail_in(mail("cara@cust.test", "Printer", "Dead."))
        with desk.database.write():
            people.suppress("cara@cust.test", "no such user")
        assert gate_views.suppressed(desk.database) == [("cara@cust.test", "no such user")]

        assert gate_views.lift(desk.database, "Cara@Cust.test") == "no such user"

        assert gate_views.suppressed(desk.database) == []
        with pytest.raises(NotPossible, match="not suppressed"):
            gate_views.lift(desk.database, "cara@cust.test")


def test_gist_is_the_same_but_for_signs_and_case():
    assert gist("Ticket 17", "Received: 4!") == gist("ticket #17", "received 4")
    assert gist("Ticket 17", "a") != gist("Ticket 18", "a")
    assert gist("", "- +") == ""
