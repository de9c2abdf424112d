"""A mail back proves a second address, and nobody gets one who does not own it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from daemon.desk.roster import DeskSettings
from storage import journal, tickets
from storage.database import Database
from storage.models import ParticipantRow
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply
from tests.scenarios.linked import (
    ANN,
    CARA,
    EVE,
    HOME,
    HOME_ADDRESS,
    LINK,
    asked,
    kinds,
    linked,
    open_ticket,
    owners,
    sent,
)


@pytest.fixture
def opened(desk: StoryDesk) -> Mail:
    return open_ticket(desk)


class TestAnswering:
    def test_yes_makes_both_addresses_one_person_and_tells_both(self, desk: StoryDesk, opened: Mail):
        mails = linked(desk, opened)

        assert [(one.notice, one.recipient) for one in mails] == [
            ("address-told", "cara@cust.test"),
            ("address-told", HOME_ADDRESS),
        ]
        assert all("belong to one person" in " ".join(one.text.split()) for one in mails)
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]
        assert kinds(desk)[-1] == "address linked"

    def test_mail_from_the_new_address_is_a_reply_and_answers_go_where_they_went(
        self, desk: StoryDesk, opened: Mail
    ):
        linked(desk, opened)

        row = desk.mail_in(mail(HOME, "[#1] Printer", "It burns now."))
        to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "Water is on its way."))

        assert row["disposition"] == "appended"
        assert sent(desk) == [("public-answer", "cara@cust.test")]

    def test_takes_on_what_the_new_address_had_written_before(self, desk: StoryDesk, opened: Mail):
        held = desk.mail_in(mail(HOME, "[#1] Printer", "From home: it burns."))
        forged = desk.mail_in(mail(HOME, "[#1] Printer", "Give me money."), auth_user="eve@evil.test")
        desk.mail_out()
        assert (held["disposition"], forged["disposition"]) == ("held", "held")

        mails = linked(desk, opened)

        assert [entry["kind"] for entry in desk.ticket(1)["entries"]] == ["message", "message", "held"]
        shown = [one for one in mails if one.notice == "requester-replied"]
        assert {one.recipient for one in shown} == {"ann@corp.test", "bob@corp.test"}
        assert all("From home: it burns." in one.text for one in shown)

    def test_a_held_mail_that_is_taken_on_opens_a_resolved_ticket(self, desk: StoryDesk, opened: Mail):
        desk.mail_in(mail(HOME, "[#1] Printer", "From home: it burns."))
        confirm = asked(desk, opened)
        desk.mail_in(mail(ANN, "[#1] Printer", "#resolve"), auth_user="ann@corp.test")

        desk.mail_in(reply(confirm, HOME, "yes"))

        assert desk.ticket(1)["state"] == "open"

    @pytest.mark.parametrize("words", ["Yes", "YES!", "ja", " yes \n\nKind regards\nCara"])
    def test_a_plain_yes_counts(self, desk: StoryDesk, opened: Mail, words: str):
        assert desk.mail_in(reply(asked(desk, opened), HOME, words))["disposition"] == "acted"
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]

    @pytest.mark.parametrize("words", ["Who are you?", "yes, if you pay me", "This was not me!", ""])
    def test_anything_else_does_not_and_is_told(self, desk: StoryDesk, opened: Mail, words: str):
        row = desk.mail_in(reply(asked(desk, opened), HOME, words))
        (told,) = desk.mail_out()

        assert row["disposition"] == "refused"
        assert (told.recipient, "Expected a plain YES" in told.text) == (HOME_ADDRESS, True)
        assert owners(desk) == [["cara@cust.test"]]

    def test_no_ends_the_code(self, desk: StoryDesk, opened: Mail):
        confirm = asked(desk, opened)

        row = desk.mail_in(reply(confirm, HOME, "No."))
        assert (row["disposition"], sent(desk)) == ("acted", [("address-told", "cara@cust.test")])
        late = desk.mail_in(reply(confirm, HOME, "Yes"))
        assert (late["disposition"], kinds(desk)[-2:]) == ("refused", ["link declined", "link refused"])
        assert owners(desk) == [["cara@cust.test"]]

    def test_a_second_yes_does_nothing(self, desk: StoryDesk, opened: Mail):
        confirm = asked(desk, opened)
        desk.mail_in(reply(confirm, HOME, "yes"))
        desk.mail_out()

        row = desk.mail_in(reply(confirm, HOME, "ja"))

        assert "used already" in row["reason"]
        assert (row["disposition"], sent(desk)) == ("refused", [("address-told", HOME_ADDRESS)])
        assert kinds(desk).count("address linked") == 1

    def test_a_code_lasts_a_day(self, desk: StoryDesk, opened: Mail):
        confirm = asked(desk, opened)
        desk.advance(hours=24, seconds=1)

        row = desk.mail_in(reply(confirm, HOME, "yes"))

        assert ("too old" in row["reason"], sent(desk)) == (True, [("address-told", HOME_ADDRESS)])
        assert owners(desk) == [["cara@cust.test"]]

    @pytest.mark.parametrize("who", [EVE, CARA, ANN, "Cara <cara+x@home.test>"])
    def test_from_another_address_it_is_refused_without_a_word(self, desk: StoryDesk, opened: Mail, who: str):
        row = desk.mail_in(reply(asked(desk, opened), who, "yes"))

        assert "another address" in row["reason"]
        assert (row["disposition"], sent(desk)) == ("refused", [])
        assert kinds(desk)[-1] == "link refused"
        assert owners(desk) == [["cara@cust.test"]]

    @pytest.mark.parametrize(
        ("headers", "envelope"),
        [
            ({"Auto-Submitted": "auto-replied"}, {}),
            ({"Precedence": "bulk"}, {}),
            ({}, {"null_reverse_path": True}),
            ({}, {"auth_user": "eve@evil.test"}),
        ],
        ids=["automatic", "bulk", "null", "failed"],
    )
    def test_machines_and_forgers_confirm_nothing(
        self, desk: StoryDesk, opened: Mail, headers: dict[str, str], envelope: dict[str, object]
    ):
        answer = reply(asked(desk, opened), HOME, "yes")
        for name, value in headers.items():
            answer[name] = value

        row = desk.mail_in(answer, **envelope)

        assert (row["disposition"], sent(desk)) == ("refused", [])
        assert owners(desk) == [["cara@cust.test"]]

    def test_a_changed_code_is_refused_without_a_word(self, desk: StoryDesk, opened: Mail):
        confirm = asked(desk, opened)
        local, _, domain = confirm.reply_address.partition("@")
        changed = local[:-1] + ("a" if local[-1] != "a" else "b")

        for address in (f"{changed}@{domain}", confirm.reply_address.replace("+c1.", "+c2.")):
            row = desk.mail_in(reply(confirm, HOME, f"yes\n\n{address}", address))
            assert (row["disposition"], row["ticket"], sent(desk)) == ("refused", None, [])
        assert owners(desk) == [["cara@cust.test"]]

    def test_a_code_gives_no_way_into_a_ticket(self, desk: StoryDesk, opened: Mail):
        address = asked(desk, opened).reply_address

        for number, form in enumerate((f"r{address.partition('+c')[2]}", f"n{address.partition('+c')[2]}")):
            row = desk.mail_in(mail(HOME, "hello", f"let me in {number}", f"support+{form}"))
            assert row["ticket"] != 1

    def test_an_address_that_became_an_agents_meanwhile_is_refused(self, desk: StoryDesk, opened: Mail):
        confirm = asked(desk, opened, "#link ann@home.test")
        agents = (desk.agents[0].__class__(address="ann@home.test", name="Ann"),)
        desk.agents = agents
        desk.__post_init__()

        row = desk.mail_in(reply(confirm, "Ann <ann@home.test>", "yes"))

        assert "cannot be linked" in row["reason"]
        assert owners(desk) == [["cara@cust.test"]]


class TestTwoPeople:
    @pytest.fixture
    def both(self, desk: StoryDesk, opened: Mail) -> list[Mail]:
        """Let the other address have tickets of its own, one together with Cara, and link it then."""
        desk.mail_in(mail(HOME, "Screen is dark", "At home."))
        together = mail(HOME, "Chair is broken", "Ours.")
        together["Cc"] = CARA
        desk.mail_in(together)
        desk.mail_out()
        return linked(desk, opened)

    def test_become_one_on_every_ticket(self, desk: StoryDesk, both: list[Mail]):
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]
        for number in (1, 2, 3):
            ticket = desk.ticket(number)
            on_it = [(one["address"], one["role"]) for one in ticket["participants"]]
            assert on_it == [("cara@cust.test", "requester")]
            assert ticket["requester"] == "cara@cust.test"
            assert kinds(desk, number)[-1] == "address linked"
        with desk.database.read():
            assert ParticipantRow.select().count() == 3

    def test_leave_every_journal_whole(self, desk: StoryDesk, both: list[Mail]):
        with desk.database.read():
            for number in (1, 2, 3):
                ticket = tickets.get(number)
                assert ticket is not None
                assert journal.broken_link(journal.of_ticket(number), ticket.journal_hash) is None

    def test_reply_to_each_others_tickets(self, desk: StoryDesk, both: list[Mail]):
        assert desk.mail_in(mail(CARA, "[#2] Screen", "Still dark."))["disposition"] == "appended"
        assert desk.mail_in(mail(HOME, "[#1] Printer", "Still dead."))["disposition"] == "appended"


class TestWithoutSubAddressing:
    @pytest.fixture
    def desk(self, database: Database, now: datetime) -> Iterator[StoryDesk]:
        settings = DeskSettings(name="IT Support", address=SUPPORT, sub_addressing=False)
        made = StoryDesk(database, now, settings=settings)
        yield made
        made.close()

    def test_the_code_stands_in_the_words_and_is_quoted_back(self, desk: StoryDesk, opened: Mail):
        desk.mail_in(mail(CARA, "[#1] Printer", LINK), auth_user="cara@cust.test")
        confirm = next(one for one in desk.mail_out() if one.notice == "address-confirm")

        without = desk.mail_in(mail(HOME, f"Re: {confirm['Subject']}", "yes"))
        quoting = desk.mail_in(reply(confirm, HOME, "yes", SUPPORT))

        assert without["disposition"] == "ticketed"
        assert quoting["evidence"][0].startswith("author cara@home.test: unverified")
        assert (quoting["disposition"], quoting["ticket"]) == ("acted", 1)
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]

    def test_a_code_in_the_words_of_somebody_else_means_nothing(self, desk: StoryDesk, opened: Mail):
        desk.mail_in(mail(CARA, "[#1] Printer", LINK), auth_user="cara@cust.test")
        confirm = next(one for one in desk.mail_out() if one.notice == "address-confirm")

        row = desk.mail_in(reply(confirm, EVE, "Somebody sent me this.", SUPPORT))

        assert row["disposition"] == "ticketed"
        assert owners(desk)[0] == ["cara@cust.test"]
