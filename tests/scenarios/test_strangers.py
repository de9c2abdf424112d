"""Who may do what by mail: participants, strangers, agents with and without proof, machines."""

import pytest

from storage.vocabulary import TicketState
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"


@pytest.fixture
def opened(desk: StoryDesk) -> list[Mail]:
    """Open ticket 1 of Cara; the mails are her acknowledgement and what Ann and Bob were shown."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"), reverse_path="cara@cust.test")
    return desk.mail_out()


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return [(one.notice, one.recipient) for one in desk.mail_out()]


class TestAgentWithoutProof:
    def test_forged_agent_with_the_number_closes_nothing(self, desk: StoryDesk, opened: list[Mail]):
        row = desk.mail_in(mail(ANN, "Re: [#1] Printer is dead", "#close\n"))

        assert row["disposition"] == "held"
        assert desk.ticket(1)["state"] == TicketState.NEW
        assert sent(desk) == [("answer-refused", "ann@corp.test")]

    def test_agent_who_answers_the_desk_address_is_told_how(self, desk: StoryDesk, opened: list[Mail]):
        answer = reply(opened[1], ANN, "Put in letter paper.", SUPPORT)

        row = desk.mail_in(answer)
        (refusal,) = desk.mail_out()

        assert row["disposition"] == "held"
        assert refusal.notice == "answer-refused"
        assert "Put in letter paper." in refusal.text

    def test_token_of_another_agent_gives_no_power(self, desk: StoryDesk, opened: list[Mail]):
        row = desk.mail_in(reply(opened[1], "Bob <bob@corp.test>", "#close"))

        assert row["disposition"] == "held"
        assert desk.ticket(1)["state"] == TicketState.NEW

    def test_changed_token_gives_no_power(self, desk: StoryDesk, opened: list[Mail]):
        address = opened[1].reply_address.replace("+r1.", "+n1.")

        row = desk.mail_in(mail(ANN, "hello", "#close\n", address))

        assert (row["disposition"], row["ticket"]) == ("ticketed", 2)
        assert desk.ticket(1)["state"] == TicketState.NEW

    def test_agent_who_logged_in_needs_no_token(self, desk: StoryDesk, opened: list[Mail]):
        answer = reply(opened[1], ANN, "Put in letter paper.", SUPPORT)

        row = desk.mail_in(answer, auth_user="ann@corp.test")

        assert row["disposition"] == "appended"
        assert sent(desk) == [("public-answer", "cara@cust.test")]

    def test_login_as_somebody_else_is_worse_than_none(self, desk: StoryDesk, opened: list[Mail]):
        row = desk.mail_in(reply(opened[1], ANN, "#close"), auth_user="eve@evil.test")

        assert row["disposition"] == "held"


class TestStranger:
    @pytest.mark.parametrize("how", ["token", "ids", "subject"])
    def test_stranger_is_held_whatever_he_holds(self, desk: StoryDesk, opened: list[Mail], how: str):
        forged = {
            "token": lambda: mail("eve@evil.test", "hi", "Me too.", opened[0].reply_address),
            "ids": lambda: reply(opened[0], "eve@evil.test", "Me too.", SUPPORT),
            "subject": lambda: mail("eve@evil.test", "AW: [#1] Printer is dead", "Me too."),
        }[how]()

        row = desk.mail_in(forged)
        mails = desk.mail_out()

        assert (row["disposition"], row["ticket"]) == ("held", 1)
        assert {one.notice for one in mails} == {"mail-held"}
        assert {one.recipient for one in mails} == {"ann@corp.test", "bob@corp.test"}
        assert [one["address"] for one in desk.ticket(1)["participants"]] == ["cara@cust.test"]

    def test_number_of_no_ticket_opens_one(self, desk: StoryDesk, opened: list[Mail]):
        assert desk.mail_in(mail("eve@evil.test", "[#99] hi", "Me too."))["ticket"] == 2

    def test_reply_to_is_no_identity(self, desk: StoryDesk, opened: list[Mail]):
        forged = mail("eve@evil.test", "[#1] hi", "x", headers={"Reply-To": "cara@cust.test"})

        assert desk.mail_in(forged)["disposition"] == "held"

    def test_two_authors_are_nobody(self, desk: StoryDesk):
        authors = b"From: cara@cust.test, eve@evil.test\r\n"

        row = desk.mail_in(authors + b"To: support@desk.test\r\nSubject: x\r\n\r\nhi\r\n")

        assert row["disposition"] == "ticketed"
        assert desk.ticket(1)["requester"] is None
        assert all(one.recipient.endswith("@corp.test") for one in desk.mail_out())


class TestMachines:
    def test_vacation_is_filed_quietly_and_changes_nothing(self, desk: StoryDesk, opened: list[Mail]):
        away = reply(opened[0], CARA, "I am away until Monday.")
        away["Auto-Submitted"] = "auto-replied"

        row = desk.mail_in(away)

        assert row["disposition"] == "appended"
        assert [entry["kind"] for entry in desk.ticket(1)["entries"]] == ["message", "report"]
        assert sent(desk) == []

    def test_vacation_of_an_agent_is_never_an_answer(self, desk: StoryDesk, opened: list[Mail]):
        away = reply(opened[1], ANN, "I am away until Monday.")
        away["Auto-Submitted"] = "auto-replied"

        desk.mail_in(away)

        assert sent(desk) == []
        assert desk.ticket(1)["assignee"] is None

    def test_vacation_does_not_open_a_resolved_ticket(self, desk: StoryDesk, opened: list[Mail]):
        desk.mail_in(reply(opened[1], ANN, "#resolve"))
        away = reply(opened[0], CARA, "I am away.")
        away["Auto-Submitted"] = "auto-replied"

        desk.mail_in(away)

        assert desk.ticket(1)["state"] == "resolved"

    @pytest.mark.parametrize(
        ("headers", "envelope"),
        [
            ({"Auto-Submitted": "auto-generated"}, {}),
            ({"Precedence": "bulk"}, {}),
            ({"List-Id": "<l.test>"}, {}),
            ({}, {"null_reverse_path": True}),
            ({}, {"reverse_path": "owner-l@l.test"}),
        ],
        ids=str,
    )
    def test_automatic_mail_opens_a_ticket_without_an_answer(
        self, desk: StoryDesk, headers: dict[str, str], envelope: dict[str, object]
    ):
        row = desk.mail_in(mail("monitor@cust.test", "Disk full", "97 %", headers=headers), **envelope)

        assert row["disposition"] == "ticketed"
        assert {one.notice for one in desk.mail_out()} == {"ticket-new"}

    def test_our_own_mail_that_comes_back_is_ignored(self, desk: StoryDesk, opened: list[Mail]):
        row = desk.mail_in(opened[0].raw)

        assert (row["disposition"], row["reason"]) == ("ignored", "own-mail: our own mail came back")
        assert sent(desk) == []

    def test_forged_mail_from_our_address_is_quarantined(self, desk: StoryDesk):
        row = desk.mail_in(mail(SUPPORT, "Close all", "please"))

        assert row["disposition"] == "quarantined"
        assert sent(desk) == []

    def test_stolen_message_id_is_not_swallowed(self, desk: StoryDesk, opened: list[Mail]):
        stolen = mail("eve@evil.test", "hi", "x", headers={"Message-ID": opened[0]["Message-ID"]})

        row = desk.mail_in(stolen)

        assert row["disposition"] == "ticketed"
        assert {one.recipient for one in desk.mail_out()} == {"ann@corp.test", "bob@corp.test"}


class TestGate:
    def test_flood_from_one_address_is_acknowledged_five_times_an_hour(self, desk: StoryDesk):
        for number in range(8):
            desk.mail_in(mail("victim@v.test", f"Spam {number}", f"Text {number}"))
        acknowledged = [one for one in desk.mail_out() if one.recipient == "victim@v.test"]

        assert len(acknowledged) == 5
        assert [event["kind"] for event in desk.ticket(8)["events"]].count("not sent") == 1

        desk.advance(hours=1, minutes=1)
        desk.mail_in(mail("victim@v.test", "Later", "Text"))
        assert ("ticket-opened", "victim@v.test") in sent(desk)

    def test_own_addresses_are_never_recipients(self, desk: StoryDesk):
        to = f"{SUPPORT}, Support+x@Desk.test, dan@cust.test"
        desk.mail_in(mail(CARA, "Printer", "Dead.", to))
        _, to_ann, _ = desk.mail_out()
        desk.mail_in(reply(to_ann, ANN, "Paper!"))

        assert {one.recipient for one in desk.mail_out()} == {"cara@cust.test", "dan@cust.test"}

    def test_person_copied_in_a_reply_to_the_authors_own_reply_address_gets_the_answers(
        self, desk: StoryDesk, opened: list[Mail]
    ):
        more = reply(opened[0], CARA, "Zoe has it too.")
        more["Cc"] = "Zoe <zoe@cust.test>"
        assert desk.mail_in(more)["disposition"] == "appended"
        desk.mail_out()
        to_ann = next(one for one in opened if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "Paper!"))
        answers = {one.recipient: one for one in desk.mail_out()}

        assert set(answers) == {"cara@cust.test", "zoe@cust.test"}
        assert (
            desk.mail_in(reply(answers["zoe@cust.test"], "zoe@cust.test", "It is."))["disposition"]
            == "appended"
        )

    @pytest.mark.no_cover
    def test_thirty_thousand_recipients_make_nobody_a_participant(self, desk: StoryDesk):
        many = ", ".join([SUPPORT, *(f"u{number}@x.test" for number in range(3_000))])
        desk.mail_in(mail(CARA, "Printer", "Dead.", many))

        assert len(desk.ticket(1)["participants"]) == 1


class TestHeldOutsiders:
    def test_unproven_reply_that_copies_an_outsider_lets_him_in_nowhere(
        self, desk: StoryDesk, opened: list[Mail]
    ):
        forged = reply(opened[0], CARA, "See Cc.", SUPPORT)
        forged["Cc"] = "eve@evil.test"
        row = desk.mail_in(forged)
        assert row["disposition"] == "held"
        assert "copies somebody" in row["reason"]
        desk.mail_out()
        to_ann = next(one for one in opened if one.recipient == "ann@corp.test")
        desk.mail_in(reply(to_ann, ANN, "An answer."))

        assert {one.recipient for one in desk.mail_out()} == {"cara@cust.test"}

    def test_unproven_reply_that_copies_people_of_the_ticket_is_a_reply(
        self, desk: StoryDesk, opened: list[Mail]
    ):
        everybody = reply(opened[0], CARA, "See To.", SUPPORT)
        everybody["Cc"] = "ann@corp.test, cara@cust.test"

        assert desk.mail_in(everybody)["disposition"] == "appended"

    def test_who_names_many_tickets_guesses_and_is_held_beside_no_more_of_them(self, desk: StoryDesk):
        for number in range(8):
            desk.mail_in(mail(CARA, f"Topic {number}", f"Words {number}"))
        ended = [
            desk.mail_in(mail("eve@evil.test", f"[#{number}] hi", f"Guess {number}"))["disposition"]
            for number in range(1, 9)
        ]
        desk.advance(hours=2)
        later = desk.mail_in(mail("eve@evil.test", "[#8] hi", "Once more"))

        assert ended == ["held"] * 5 + ["ticketed"] * 3
        assert later["disposition"] == "held"

    def test_machine_that_writes_to_a_reply_address_of_others_opens_a_ticket_of_its_own(
        self, desk: StoryDesk, opened: list[Mail]
    ):
        address = opened[0].reply_address
        signup = mail("no-reply@saas.test", "Confirm your address", "Your code is 123456", address)
        away = mail("dan@else.test", "Away", "I am away", address, {"In-Reply-To": opened[0]["Message-ID"]})
        away["Auto-Submitted"] = "auto-replied"

        assert desk.mail_in(signup)["ticket"] == 2
        assert desk.mail_in(away)["ticket"] == 1
        assert all("123456" not in one.text for one in desk.mail_out() if one.recipient == "cara@cust.test")

    def test_hidden_copy_to_the_desk_writes_to_nobody_on_the_list(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Party", "Come!", "friends@x.test"), recipients=(SUPPORT,))

        assert [one["address"] for one in desk.ticket(1)["participants"]] == ["cara@cust.test"]
