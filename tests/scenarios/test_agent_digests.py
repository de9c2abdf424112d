"""Digests at the desk: nothing lost, nothing twice, whatever fails in between."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from daemon import shipped
from daemon.desk.agent_digests import COLLECTED
from daemon.desk.handling import HandlingSettings
from daemon.desk.handling_settings import CategorySettings
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.desk.workload_settings import WorkloadSettings
from daemon.jobs import agent_digest, overload
from daemon.services import agent_digests
from daemon.services.apply import Cause
from daemon.services.failures import give_up
from daemon.services.postbag import Postbag
from storage import digests, outbox, people, tickets
from storage.database import Database
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN, BOB, BOSS = "ann@corp.test", "bob@corp.test", "boss@corp.test"


@dataclass
class DigestDesk(StoryDesk):
    """A desk at which Ann wants one mail a day, at eight and at noon in Berlin."""

    settings: DeskSettings = field(
        default_factory=lambda: DeskSettings(
            name="IT Support", address=SUPPORT, timezone="Europe/Berlin", administrators=(BOSS,)
        )
    )
    agents: tuple[AgentSettings, ...] = (
        AgentSettings(address=ANN, name="Ann", digest="daily", digest_times=("08:00", "12:00")),
        AgentSettings(address=BOB, name="Bob"),
    )
    handling: HandlingSettings = field(
        default_factory=lambda: HandlingSettings(
            categories=(CategorySettings(name="toner", words=("toner",)),),
            workload=WorkloadSettings(limit=2, quick_minutes=30),
        )
    )

    def run(self) -> list[Mail]:
        agent_digest.send_all(self.database, self.office, self.now)
        return self.mail_out()

    def noon(self) -> list[Mail]:
        """Go on to noon in Berlin, and return what is sent then."""
        self.now = self.now.replace(hour=11, minute=0)
        return self.run()

    def waiting(self) -> int:
        with self.database.read():
            return len(digests.waiting(ANN))

    def change_agent(self, **changes: object) -> None:
        known = self.office.handling.agents
        agents = {**known, ANN: AgentSettings(address=ANN, name="Ann", **changes)}
        self.office = replace(self.office, handling=replace(self.office.handling, agents=agents))
        self.intake = replace(self.intake, office=self.office)


@pytest.fixture
def desk(database: Database, now) -> Iterator[DigestDesk]:
    made = DigestDesk(database, now)
    yield made
    made.close()


def opened(desk: DigestDesk, subject: str = "Printer is dead") -> list[Mail]:
    desk.mail_in(mail(CARA, subject, f"It says PC LOAD LETTER. About {subject}.\n"))
    return [one for one in desk.mail_out() if one.recipient in {ANN, BOB}]


def said(told: Mail) -> str:
    return " ".join(told.text.split())


class TestCollecting:
    def test_news_waits_for_the_digest_of_one_and_goes_to_the_other_at_once(self, desk: DigestDesk):
        assert [one.recipient for one in opened(desk)] == [BOB]
        assert desk.waiting() == 1
        assert desk.run() == []

    def test_critical_ticket_is_told_at_once(self, desk: DigestDesk):
        told = opened(desk, "Urgent: hacked, everybody is affected, whole company")

        with desk.database.read():
            assert tickets.get(1).priority == "P1"
        assert {one.recipient for one in told} == {ANN, BOB}

    def test_ticket_that_is_handed_to_the_agent_is_told_at_once(self, desk: DigestDesk):
        (to_bob,) = opened(desk)
        desk.mail_in(reply(to_bob, "Bob <bob@corp.test>", f"#assign {ANN}\n"))

        assert (ANN, "ticket-handed") in [(one.recipient, one.notice) for one in desk.mail_out()]

    def test_mail_that_fails_to_settle_leaves_nothing_behind(self, desk: DigestDesk):
        def fail() -> None:
            with desk.database.write():
                bag = Postbag(desk.office, Cause("x", "x", desk.now))
                bag.kept.append(digests.NewItem("k", ANN, 1, "ticket-new", None, desk.now))
                bag.post()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert desk.waiting() == 0

    def test_same_notice_is_kept_once(self, desk: DigestDesk):
        item = digests.NewItem("k", ANN, 1, "ticket-new", None, desk.now)
        with desk.database.write():
            assert (digests.add([item]), digests.add([item])) == (1, 0)


class TestDigest:
    def test_tells_by_ticket_what_is_new_with_its_own_addresses(self, desk: DigestDesk):
        (to_bob,) = opened(desk)
        opened(desk, "A new screen")
        desk.mail_in(
            mail(CARA, "Re: [#1] Printer is dead", "Now it smokes.\n", headers={"In-Reply-To": "<x@y>"})
        )
        desk.mail_out()
        (told,) = desk.noon()

        assert (told.notice, told.recipient) == ("agent-digest", ANN)
        text = said(told)
        assert "[#1] Printer is dead" in text
        assert "It says PC LOAD LETTER" in text
        assert "Now it smokes." in text
        assert "[#2] A new screen" in text
        address = next(word for word in told.text.split() if word.startswith("support+r1."))
        desk.mail_in(mail("Ann <ann@corp.test>", "Printer", "Pull the plug!", to=address))
        answers = [one for one in desk.mail_out() if one.notice == "public-answer"]
        assert [one.recipient for one in answers] == ["cara@cust.test"]
        assert to_bob.recipient == BOB

    def test_its_lines_can_be_answered_by_number(self, desk: DigestDesk):
        opened(desk)
        (told,) = desk.noon()
        desk.mail_in(reply(told, "Ann <ann@corp.test>", "1 take"))

        assert desk.ticket(1)["assignee"] == ANN

    def test_comes_once_and_then_only_with_something_new(self, desk: DigestDesk):
        opened(desk)

        assert len(desk.noon()) == 1
        assert desk.run() == []
        desk.advance(days=1)
        assert desk.run() == []

    def test_what_comes_after_the_time_waits_for_the_next(self, desk: DigestDesk):
        desk.now = desk.now.replace(hour=11, minute=1)
        opened(desk)

        assert desk.run() == []
        desk.advance(hours=21)
        assert len(desk.run()) == 1

    def test_switched_off_digest_leaves_nothing_waiting(self, desk: DigestDesk):
        opened(desk)
        desk.change_agent()

        assert len(desk.run()) == 1
        assert desk.waiting() == 0

    def test_more_tickets_than_fit_come_in_the_next_one_at_once(self, desk: DigestDesk, monkeypatch):
        monkeypatch.setattr(agent_digests, "TICKETS_LIMIT", 2)
        for subject in ("One", "Two", "Three"):
            opened(desk, f"Printer {subject}")
        (first,), (second,) = desk.noon(), desk.run()

        assert "2 tickets" in first["Subject"]
        assert "Printer Three" in said(second)
        assert desk.run() == []

    def test_many_news_of_one_ticket_are_counted(self, desk: DigestDesk):
        (to_bob,) = opened(desk)
        for at in range(8):
            desk.mail_in(reply(to_bob, "Bob <bob@corp.test>", f"Note {at}", to_bob.note_address))
        desk.mail_out()
        (told,) = desk.noon()

        assert "4 earlier pieces of news" in said(told)
        assert "Note 7" in said(told)

    def test_who_works_here_no_more_is_told_nothing_more(self, desk: DigestDesk):
        with desk.database.write():
            digests.add([digests.NewItem("k", "gone@corp.test", 1, "ticket-new", None, desk.now)])

        assert desk.noon() == []
        with desk.database.read():
            assert digests.agents_waiting() == []

    def test_every_notice_that_can_wait_has_words_in_the_digest(self):
        for file in ("body.txt.j2", "body.html.j2"):
            words = (shipped.folder("templates") / "agent-digest" / file).read_text("utf-8")
            assert [name for name in COLLECTED if f'"{name}"' not in words] == []


class TestTrouble:
    def test_what_the_gate_withholds_waits_on(self, desk: DigestDesk):
        opened(desk)
        with desk.database.write():
            people.find_or_add(ANN, "Ann", desk.now)
            people.suppress(ANN, "mailbox full")
        assert desk.noon() == []

        assert desk.waiting() == 1

    def test_digest_that_cannot_be_written_loses_nothing_and_stops_no_other(
        self, desk: DigestDesk, monkeypatch
    ):
        opened(desk)
        with desk.database.write():
            digests.add([digests.NewItem("k", BOB, 1, "ticket-new", None, desk.now)])
        real = agent_digests.send

        def fails_for_ann(office, address, now):
            told = real(office, address, now)
            if address == ANN:
                raise RuntimeError
            return told

        monkeypatch.setattr(agent_digest, "send", fails_for_ann)
        assert [one.recipient for one in desk.noon()] == [BOB]
        monkeypatch.undo()

        assert [one.recipient for one in desk.run()] == [ANN]

    def test_what_did_not_arrive_is_told_again(self, desk: DigestDesk):
        opened(desk)
        desk.noon()
        with desk.database.write():
            (item,) = [one for one in outbox.items(limit=99) if one.notice == "agent-digest"]
            give_up(desk.office, item, "550 5.1.1", Cause("postdesk", "outbox:1", desk.now))

        assert desk.waiting() == 1

    def test_told_items_are_forgotten_after_two_months(self, desk: DigestDesk):
        opened(desk)
        desk.noon()
        desk.advance(days=61)
        desk.run()
        with desk.database.write():
            assert digests.forget(desk.now) == 0


class TestWork:
    def test_says_what_is_quickly_done_and_who_has_how_much(self, desk: DigestDesk):
        for at in range(3):
            to_bob = opened(desk, f"Toner {at}")[-1]
            desk.mail_in(reply(to_bob, "Bob <bob@corp.test>", "#category toner\n#time 10\n#resolve\n"))
        opened(desk, "Toner is empty")
        with desk.database.write():
            tickets.change(4, {"category": "toner"})
        desk.mail_out()
        text = said(desk.noon()[0])

        assert "[#4] Toner is empty about 10 minutes, by 3 tickets of toner" in text
        assert "You have 0 open tickets" in text
        assert "service-desk: Ann 0 open, 0 new; Bob 0 open, " in text

    def test_overload_is_told_once_a_week_to_the_administrators_or_to_the_lead(self, desk: DigestDesk):
        for at in range(3):
            to_bob = opened(desk, f"Printer {at}")[-1]
            desk.mail_in(reply(to_bob, "Bob <bob@corp.test>", "#take"))
        desk.mail_out()
        for _ in range(2):
            with desk.database.write():
                overload.run(desk.office, desk.now)
            desk.advance(days=1)
        (told,) = desk.mail_out()

        assert (told.notice, told.recipient) == ("overload-alarm", BOSS)
        assert "Bob <bob@corp.test> has 3 open tickets; 2 are thought to be enough." in said(told)
        desk.advance(days=7)
        team = TeamSettings(name="service-desk", addresses=(SUPPORT,), members=(ANN, BOB), lead=ANN)
        office = replace(desk.office, roster=replace(desk.office.roster, teams=(team,)))
        with desk.database.write():
            overload.run(office, desk.now)
        assert [one.recipient for one in desk.mail_out()] == [ANN]
