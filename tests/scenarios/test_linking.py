"""A second address is asked for from a proven one, and can be taken away again."""

import pytest

from storage import tickets
from storage.models import AddressRow, PersonRow
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
