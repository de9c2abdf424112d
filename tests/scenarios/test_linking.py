"""A second address: asked for by mail, proven by a mail back, and nobody gets one who does not own it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from daemon.desk.roster import DeskSettings
from storage import journal, tickets
from storage.database import Database
from storage.models import AddressRow, ParticipantRow, PersonRow
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA, HOME, HOME_ADDRESS = "Cara Customer <cara@cust.test>", "Cara <cara@home.test>", "cara@home.test"
ANN, EVE = "Ann <ann@corp.test>", "Eve <eve@evil.test>"
LINK = "#link cara@home.test"


@pytest.fixture
def opened(desk: StoryDesk) -> Mail:
    """Open ticket 1 of Cara and return her acknowledgement, whose reply address proves that it is she."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"), reverse_path="cara@cust.test")
    return desk.mail_out()[0]


def asked(desk: StoryDesk, opened: Mail, line: str = LINK) -> Mail:
    """Let Cara ask to link her address at home; returns what the desk writes to that one."""
    row = desk.mail_in(reply(opened, CARA, line))
    assert row["disposition"] == "acted", row["reason"]
    return next(one for one in desk.mail_out() if one.notice == "address-confirm")


def linked(desk: StoryDesk, opened: Mail) -> list[Mail]:
    """Link Cara's address at home; returns what the desk writes because of that."""
    row = desk.mail_in(reply(asked(desk, opened), HOME, "Yes"))
    assert row["disposition"] == "acted", row["reason"]
    return desk.mail_out()


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return sorted((one.notice, one.recipient) for one in desk.mail_out())


def kinds(desk: StoryDesk, number: int = 1) -> list[str]:
    return [event["kind"] for event in desk.ticket(number)["events"]]


def owners(desk: StoryDesk) -> list[list[str]]:
    """Return the addresses of every person outside, person by person."""
    with desk.database.read():
        people = [row.id for row in PersonRow.select().order_by(PersonRow.id)]
        rows = list(AddressRow.select().order_by(AddressRow.address))
    return [[row.address for row in rows if row.person_id == one] for one in people]


class TestAsking:
    def test_mails_the_other_address_and_changes_nothing_yet(self, desk: StoryDesk, opened: Mail):
        row = desk.mail_in(reply(opened, CARA, LINK))

        assert (row["disposition"], row["ticket"]) == ("acted", 1)
        assert sent(desk) == [("address-confirm", HOME_ADDRESS), ("address-told", "cara@cust.test")]
        assert kinds(desk)[-1] == "link asked"
        assert [entry["kind"] for entry in desk.ticket(1)["entries"]] == ["message"]
        assert owners(desk) == [["cara@cust.test"]]

    def test_tells_the_other_address_nothing_of_the_ticket(self, desk: StoryDesk, opened: Mail):
        confirm = asked(desk, opened)

        shown = confirm.raw.decode()
        assert "cara@cust.test" in confirm.text
        assert not any(word in shown for word in ("Printer", "LETTER", "[#1]", "service-desk"))
        assert (confirm["In-Reply-To"], confirm["References"]) == ("", "")
        assert confirm["Auto-Submitted"] == "auto-generated"

    def test_leaves_the_words_below_for_the_ticket(self, desk: StoryDesk, opened: Mail):
        row = desk.mail_in(reply(opened, CARA, f"{LINK}\n\nIt burns now."))

        assert row["disposition"] == "appended"
        assert {"address-confirm", "address-told", "requester-replied"} == {one[0] for one in sent(desk)}

    def test_takes_a_verified_sender_for_the_reply_address(self, desk: StoryDesk, opened: Mail):
        plain = mail(CARA, "[#1] Printer", LINK)

        assert desk.mail_in(plain, auth_user="cara@cust.test")["disposition"] == "acted"

    def test_without_proof_is_refused_and_told_how(self, desk: StoryDesk, opened: Mail):
        row = desk.mail_in(mail(CARA, "[#1] Printer", LINK))
        (told,) = desk.mail_out()

        assert row["disposition"] == "refused"
        assert (told.notice, told.recipient) == ("address-told", "cara@cust.test")
        assert "It takes a proof" in told.text
        assert kinds(desk)[-1] == "link refused"

    def test_of_a_stranger_who_holds_a_reply_address_is_held(self, desk: StoryDesk, opened: Mail):
        stolen = mail(EVE, "x", "#link eve@home.test", opened.reply_address)

        assert desk.mail_in(stolen)["disposition"] == "held"
        assert {one[0] for one in sent(desk)} == {"mail-held"}

    @pytest.mark.parametrize(
        ("address", "why"),
        [
            ("", "Expected one e-mail address"),
            ("cara", "Expected one e-mail address"),
            ("a@home.test b@home.test", "Expected one e-mail address"),
            ("cara@cust.test", "is linked to you already"),
            ("ann@corp.test", "ann@corp.test cannot be linked"),
            (SUPPORT, "support@desk.test cannot be linked"),
            ("support+x@desk.test", "cannot be linked"),
            ("no-reply@home.test", "cannot be linked"),
        ],
    )
    def test_of_what_nobody_may_link_is_refused(self, desk: StoryDesk, opened: Mail, address: str, why: str):
        row = desk.mail_in(reply(opened, CARA, f"#link {address}"))
        (told,) = desk.mail_out()

        assert row["disposition"] == "refused"
        assert why in " ".join(told.text.split())
        assert owners(desk) == [["cara@cust.test"]]

    def test_by_an_agent_for_himself_is_refused(self, desk: StoryDesk):
        desk.mail_in(mail(ANN, "My own printer", "Dead."))
        desk.mail_out()
        with desk.database.write():
            number = tickets.matching(tickets.Filter())[0].number

        row = desk.mail_in(mail(ANN, f"[#{number}] x", "#link ann@home.test"), auth_user="ann@corp.test")

        assert row["disposition"] == "refused", "a verified agent's line is a command, and there is none"

    def test_too_often_is_refused_till_tomorrow_on_all_tickets(self, desk: StoryDesk, opened: Mail):
        desk.mail_in(mail(CARA, "Screen is dark", "Since today."))
        second = next(one for one in desk.mail_out() if one.notice == "ticket-opened")
        for at in range(3):
            desk.mail_in(reply((opened, second)[at % 2], CARA, f"#link cara@home{at}.test"))
            desk.advance(hours=2)
        desk.mail_out()

        refused = desk.mail_in(reply(opened, CARA, "#link cara@home3.test"))
        assert ("Too many" in refused["reason"], sent(desk)) == (True, [("address-told", "cara@cust.test")])
        desk.advance(hours=24)
        assert desk.mail_in(reply(opened, CARA, "#link cara@home4.test"))["disposition"] == "acted"

    def test_of_an_address_that_gets_no_mail_is_refused(self, desk: StoryDesk, opened: Mail):
        with desk.database.write():
            other = PersonRow.create(name="", created_at=desk.now)
            AddressRow.create(
                address=HOME_ADDRESS, person_id=other.id, suppressed="dead", created_at=desk.now
            )

        row = desk.mail_in(reply(opened, CARA, LINK))

        assert (row["disposition"], sent(desk)) == ("refused", [("address-told", "cara@cust.test")])
        assert kinds(desk)[-1] == "link refused"


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


class TestUnlinking:
    def test_makes_the_address_a_strangers_again_and_tells_both(self, desk: StoryDesk, opened: Mail):
        linked(desk, opened)

        row = desk.mail_in(reply(opened, CARA, "#unlink cara@home.test"))

        assert row["disposition"] == "acted"
        assert sent(desk) == [("address-told", "cara@cust.test"), ("address-told", HOME_ADDRESS)]
        assert owners(desk) == [["cara@cust.test"], [HOME_ADDRESS]]
        assert kinds(desk)[-1] == "address unlinked"
        assert desk.mail_in(mail(HOME, "[#1] Printer", "Me again."))["disposition"] == "held"

    def test_can_be_asked_from_the_second_address(self, desk: StoryDesk, opened: Mail):
        linked(desk, opened)
        own = mail(HOME, "[#1] Printer", "#unlink cara@home.test")

        assert desk.mail_in(own, auth_user=HOME_ADDRESS)["disposition"] == "acted"
        assert owners(desk) == [["cara@cust.test"], [HOME_ADDRESS]]

    @pytest.mark.parametrize(
        ("address", "why"),
        [("cara@cust.test", "our mail goes to"), ("eve@evil.test", "is not linked to you")],
    )
    def test_of_the_first_address_or_of_a_strangers_is_refused(
        self, desk: StoryDesk, opened: Mail, address: str, why: str
    ):
        linked(desk, opened)
        row = desk.mail_in(reply(opened, CARA, f"#unlink {address}"))

        assert (row["disposition"], why in row["reason"]) == ("refused", True)
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]

    def test_lets_the_same_address_be_linked_once_more(self, desk: StoryDesk, opened: Mail):
        linked(desk, opened)
        desk.mail_in(reply(opened, CARA, "#unlink cara@home.test"))
        desk.mail_out()

        row = desk.mail_in(reply(asked(desk, opened, f"{LINK} "), HOME, "Yes."))

        assert row["disposition"] == "acted"
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]


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
        assert (quoting["disposition"], quoting["ticket"]) == ("acted", 1)
        assert owners(desk) == [["cara@cust.test", HOME_ADDRESS]]
