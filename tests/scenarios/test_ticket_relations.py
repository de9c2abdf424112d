"""Tickets and each other: merged, split, linked; colleagues who are asked; tickets opened with commands."""

import pytest

from storage import links
from storage.records import Link
from storage.vocabulary import LinkKind
from tests.scenarios.bench import ANN, BOB, CARA, DAN, HR, HUGO, Bench
from tests.scenarios.desk import Mail, mail, reply


@pytest.fixture
def pair(bench: Bench) -> Bench:
    """Ticket 1 of Cara and ticket 2 of Dan, about the same."""
    bench.open(CARA, "Printer is dead")
    bench.open(DAN, "Printer gives up")
    return bench


def to_person(mails: list[Mail], address: str) -> list[tuple[str, str]]:
    return [(one.notice, one["Subject"]) for one in mails if one.recipient == address]


def people(bench: Bench, number: int) -> list[str]:
    return [address for address, _ in bench.whole(number)["people"]]


class TestMerge:
    def test_people_join_the_survivor_and_are_told_once(self, pair: Bench):
        mails = pair.say(1, "#merge 2")

        assert people(pair, 2) == ["cara@cust.test", "dan@cust.test"]
        assert to_person(mails, "cara@cust.test") == [("ticket-closed", "Re: [#1] Printer is dead")]
        assert "It goes on as ticket [#2]" in next(one.text for one in mails if one.notice == "ticket-closed")
        assert to_person(mails, "dan@cust.test") == []

    def test_replies_to_the_merged_ticket_land_in_the_survivor(self, pair: Bench):
        told = next(one for one in pair.say(1, "#merge 2") if one.recipient == "cara@cust.test")

        row = pair.desk.mail_in(reply(told, CARA, "It prints again, but upside down."))

        assert (row["disposition"], row["ticket"]) == ("appended", 2)
        assert pair.desk.ticket(2)["entries"][-1]["text"] == "It prints again, but upside down."
        assert len(pair.desk.ticket(1)["entries"]) == 1

    def test_agents_answers_and_commands_land_there_too(self, pair: Bench):
        pair.say(1, "#merge 2")

        mails = pair.say(1, "#take\n\nWe order a new one.")

        assert pair.desk.ticket(2)["assignee"] == "ann@corp.test"
        told = [one.recipient for one in mails if one.notice == "public-answer"]
        assert sorted(told) == ["cara@cust.test", "dan@cust.test"]

    def test_chains_are_followed_to_their_end(self, pair: Bench):
        third = pair.open(CARA, "Still no printer")
        pair.say(1, "#merge 2")
        pair.say(2, f"#merge {third}")

        row = pair.desk.mail_in(
            mail(CARA, "[#1] Printer is dead", "Hello? It is still dead, is anybody there?")
        )

        assert row["ticket"] == third

    def test_people_hear_of_their_own_ticket_and_of_nobody_else(self, pair: Bench):
        """Attacks AT-054 and AT-075, through a chain as well."""
        third = pair.open("Eve <eve@cust3.test>", "No paper")
        pair.say(1, "#merge 2")
        pair.say(2, f"#merge {third}")

        mails = pair.say(third, "We order a new one.")

        told = {one.recipient: (one["Subject"], one["Cc"]) for one in mails if one.notice == "public-answer"}
        assert told == {
            "cara@cust.test": ("Re: [#1] Printer is dead", ""),
            "dan@cust.test": ("Re: [#2] Printer gives up", ""),
            "eve@cust3.test": ("Re: [#3] No paper", ""),
        }

    def test_circles_are_refused(self, pair: Bench):
        pair.say(1, "#merge 2")

        said = pair.receipt(2, "#merge 1")

        assert "ticket 1 is part of ticket 2 itself" in said
        assert pair.whole(2)["ticket"].merged_into is None

    def test_undo_lets_both_go_on_by_themselves(self, pair: Bench):
        before = pair.whole(1), pair.whole(2)
        told = next(one for one in pair.say(1, "#merge 2") if one.recipient == "cara@cust.test")

        said = pair.receipt(1, "#undo")

        assert "1 mail has left already and cannot be unsent" in said
        assert (pair.whole(1), pair.whole(2)) == before
        assert pair.desk.mail_in(reply(told, CARA, "And now it burns."))["ticket"] == 1

    def test_undo_is_refused_where_something_later_stands_against_it(self, pair: Bench):
        third = pair.open(CARA, "Still no printer")
        pair.receipt(1, "#assign bob")
        pair.say(1, "#take", BOB)
        pair.say(1, f"#merge {third}", BOB)

        assert "you gave no commands" in pair.receipt(third, "#undo")
        pair.say(third, "#undo", BOB)
        pair.say(1, "#assign ann", BOB)
        said = pair.receipt(1, "#undo")

        assert "cannot be taken back" in said
        assert "the assignee of ticket 1 is ann@corp.test by now, not bob@corp.test" in said

    def test_tickets_of_other_teams_stay_out_of_reach(self, pair: Bench):
        foreign = pair.open(DAN, "Holiday", HR)

        assert f"there is no ticket {foreign} among those" in pair.receipt(1, f"#merge {foreign}")


class TestSplit:
    def test_the_text_below_becomes_a_linked_ticket_of_the_same_requester(self, pair: Bench):
        mails = pair.say(1, "#split A mouse, too\n\nAnd my mouse squeaks.")

        fresh = pair.desk.ticket(3)
        assert (fresh["subject"], fresh["requester"], fresh["state"]) == (
            "A mouse, too",
            "cara@cust.test",
            "new",
        )
        assert [one["text"] for one in fresh["entries"]] == ["And my mouse squeaks."]
        assert [notice for notice, _ in to_person(mails, "cara@cust.test")] == ["ticket-opened"]
        with pair.desk.database.read():
            assert links.of_ticket(3) == [Link(3, LinkKind.RELATED, 1)]
        assert [one["kind"] for one in pair.desk.ticket(1)["entries"]] == ["message"]

    def test_undo_leads_what_is_written_to_it_back(self, pair: Bench):
        mails = pair.say(1, "#split\n\nAnd my mouse squeaks.")
        ack = next(one for one in mails if one.recipient == "cara@cust.test")

        assert "taken back on 2 tickets" in pair.receipt(1, "#undo")

        assert pair.whole(3)["ticket"].merged_into == 1
        assert pair.whole(3)["links"] == []
        assert pair.desk.mail_in(reply(ack, CARA, "Which mouse do you mean?"))["ticket"] == 1
        assert pair.chain_is_whole(3)


class TestHeld:
    def hold(self, bench: Bench) -> Mail:
        bench.desk.mail_in(mail("eve@evil.test", "[#1] Printer is dead", "Mine is dead as well."))
        return next(one for one in bench.desk.mail_out() if one.recipient == "ann@corp.test")

    @pytest.mark.parametrize("word", ["#accept", "#refuse", "#split"])
    def test_what_was_decided_about_held_mail_is_taken_back(self, pair: Bench, word: str):
        shown = self.hold(pair)
        before = pair.whole(1)
        pair.desk.mail_in(reply(shown, ANN, word))
        pair.desk.mail_out()
        assert pair.whole(1) != before

        assert "taken back" in pair.receipt(1, "#undo")

        assert pair.whole(1) == before

    def test_not_where_somebody_else_decided_anew(self, pair: Bench):
        shown = self.hold(pair)
        pair.desk.mail_in(reply(shown, ANN, "#refuse"))
        pair.desk.mail_out()
        with pair.desk.database.write():
            pair.desk.database._peewee.execute_sql(
                "UPDATE entries SET kind = 'message' WHERE kind = 'refused'"
            )

        assert "mail 3 is message by now" in pair.receipt(1, "#undo")


class TestAsk:
    def test_a_colleague_of_another_team_answers_with_a_note(self, pair: Bench):
        mails = pair.say(1, "#ask hugo\n\nIs Cara on leave?")
        (question,) = [one for one in mails if one.notice == "colleague-asked"]

        assert question.recipient == "hugo@corp.test"
        assert "Is Cara on leave?" in question.text
        assert to_person(mails, "cara@cust.test") == []
        row = pair.desk.mail_in(reply(question, HUGO, "Until Friday."))
        told = pair.desk.mail_out()

        assert row["disposition"] == "appended"
        assert [one["kind"] for one in pair.desk.ticket(1)["entries"]] == ["message", "note", "note"]
        assert {(one.notice, one.recipient) for one in told} == {
            ("internal-note", "ann@corp.test"),
            ("internal-note", "bob@corp.test"),
        }
        assert pair.whole(1)["ticket"].asked == ()

    def test_who_has_answered_has_no_power_over_the_ticket_any_more(self, pair: Bench):
        mails = pair.say(1, "#ask hugo Is Cara on leave?")
        (question,) = [one for one in mails if one.notice == "colleague-asked"]
        pair.desk.mail_in(reply(question, HUGO, "Until Friday."))

        row = pair.desk.mail_in(reply(question, HUGO, "#close"))

        assert row["disposition"] == "held"
        assert pair.desk.ticket(1)["state"] == "new"


class TestHanding:
    def test_the_agent_who_gets_it_is_shown_the_ticket(self, pair: Bench):
        mails = pair.say(1, "#assign bob")

        (shown,) = [one for one in mails if one.notice == "ticket-handed"]
        assert shown.recipient == "bob@corp.test"
        assert "This ticket is yours now." in shown.text
        assert "It says PC LOAD LETTER" in shown.text

    def test_a_team_that_gets_it_is_shown_the_ticket_and_can_work_on_it(self, pair: Bench):
        mails = pair.say(1, "#team hr")
        (shown,) = [one for one in mails if one.notice == "ticket-handed"]
        pair.desk.mail_in(reply(shown, HUGO, "#take"))

        assert shown.recipient == "hugo@corp.test"
        assert "This ticket is your team's now." in shown.text
        assert pair.desk.ticket(1)["assignee"] == "hugo@corp.test"

    def test_who_watches_hears_beside_the_assignee(self, pair: Bench):
        pair.say(1, "#watch")
        pair.say(1, "#take", BOB)

        pair.desk.mail_in(mail(CARA, "[#1] Printer is dead", "It smokes now, please come quickly."))

        heard = [one.recipient for one in pair.desk.mail_out() if one.notice == "requester-replied"]
        assert sorted(heard) == ["ann@corp.test", "bob@corp.test"]


class TestOpening:
    def test_an_agent_opens_a_ticket_for_who_called(self, bench: Bench):
        mails = bench.errand("#for rita@cust.test phone\n#take\n#impact high\n\nHer screen is dark.")

        ticket = bench.desk.ticket(1)
        assert (ticket["requester"], ticket["assignee"], ticket["priority"]) == (
            "rita@cust.test",
            "ann@corp.test",
            "P2",
        )
        assert bench.whole(1)["ticket"].tags == ("phone",)
        assert [one["text"] for one in ticket["entries"]] == ["Her screen is dark."]
        assert ("ticket-opened", "rita@cust.test") in {(one.notice, one.recipient) for one in mails}
        assert bench.chain_is_whole(1)

    def test_refused_commands_leave_the_ticket_and_say_so(self, bench: Bench):
        mails = bench.errand("#for nobody\n\nHer screen is dark.")

        assert bench.desk.ticket(1)["requester"] == "ann@corp.test"
        (told,) = [one for one in mails if one.notice == "command-results"]
        assert "expected an address like rita@example.com" in " ".join(told.text.split())

    def test_a_forger_opens_a_ticket_and_no_more(self, bench: Bench):
        bench.errand("#for rita@cust.test phone\n\nHer screen is dark.", auth_user=None)

        assert bench.desk.ticket(1)["requester"] == "ann@corp.test"
        assert bench.whole(1)["ticket"].tags == ()


class TestUndo:
    def test_is_possible_within_the_hour_only(self, pair: Bench):
        pair.receipt(1, "#take")
        pair.desk.advance(minutes=61)

        assert "in the last 60 minutes" in pair.receipt(1, "#undo")

    def test_takes_one_mail_after_the_other_back(self, pair: Bench):
        before = pair.whole(1)
        pair.receipt(1, "#take\n#tags +vpn")
        pair.receipt(1, "#impact high")

        assert "taken back: impact high" in pair.receipt(1, "#undo")
        assert "taken back: take; tags +vpn" in pair.receipt(1, "#undo")
        assert pair.whole(1) == before
        assert "you gave no commands" in pair.receipt(1, "#undo")

    def test_is_for_the_agents_own_commands(self, pair: Bench):
        pair.receipt(1, "#take")

        mails = pair.say(1, "#undo", BOB)

        assert "you gave no commands" in " ".join(mails[-1].text.split())
        assert pair.desk.ticket(1)["assignee"] == "ann@corp.test"

    def test_says_that_mail_cannot_be_unsent(self, pair: Bench):
        pair.say(1, "#close\n\nA new printer is in.")

        said = pair.receipt(1, "#undo")

        assert "1 mail has left already and cannot be unsent" in said
        assert pair.desk.ticket(1)["state"] == "new"

    def test_stands_alone(self, pair: Bench):
        pair.receipt(1, "#take")

        assert "#undo must be the only command of its mail" in pair.receipt(1, "#undo\n#close")


def test_words_on_the_line_and_notes_below_do_not_mix(pair: Bench):
    shown = pair.shown[1]
    row = pair.desk.mail_in(reply(shown, ANN, "#close thanks\n\nShe is difficult.", shown.note_address))

    assert row["disposition"] == "refused"
    assert {one.recipient for one in pair.desk.mail_out()} == {"ann@corp.test"}


def test_public_sends_what_was_written_to_the_address_for_notes(pair: Bench):
    shown = pair.shown[1]
    pair.desk.mail_in(reply(shown, ANN, "#public\n\nIt is on its way.", shown.note_address))

    assert to_person(pair.desk.mail_out(), "cara@cust.test") == [
        ("public-answer", "Re: [#1] Printer is dead")
    ]


def test_help_lists_every_command_by_group(pair: Bench):
    (helped,) = pair.say(1, "#help")

    assert "#merge NUMBER" in helped.text
    assert "Who works on it, and who hears of it" in helped.text
    (again,) = pair.errand("help")
    assert again.notice == "command-help"


def test_a_plain_new_mail_asks_nothing_about_commands(bench: Bench):
    asked: list[str] = []
    connection = bench.desk.database._peewee.connection()
    connection.set_trace_callback(asked.append)

    bench.desk.mail_in(mail(CARA, "Mouse", "It squeaks."))

    connection.set_trace_callback(None)
    about = ("operation", "work_lists", "links", "SELECT merged_into")
    assert any('INTO "tickets"' in one for one in asked)
    assert [one for one in asked if any(word in one for word in about)] == []
