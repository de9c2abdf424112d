"""Lists by mail: the queue and its numbered answers, searches, how a ticket stands, bulk with a word."""

import re
from dataclasses import replace
from datetime import date

import pytest

from daemon.desk.trust_settings import TrustSettings
from storage import absences
from storage.database import Database
from tests.scenarios.bench import BOB, HR, HUGO, Bench
from tests.scenarios.desk import SUPPORT, Mail, mail, reply

WORD = re.compile(r"do-[a-z2-9]{5}")


@pytest.fixture
def busy(bench: Bench) -> Bench:
    """Three tickets of IT, the second the most pressing, and one of HR."""
    for subject in ("Printer", "Mail server", "Mouse"):
        bench.open(subject=subject)
    bench.open(subject="Holiday", to=HR)
    bench.receipt(2, "#impact high\n#tags +outage")
    return bench


def asked(bench: Bench, text: str, sender: str = "Ann <ann@corp.test>") -> Mail:
    (one,) = bench.errand(text, sender)
    assert one.notice == "work-list"
    return one


def asked_again(bench: Bench, text: str, to: Mail) -> Mail:
    (one,) = bench.errand(text, to=to)
    assert one.notice == "work-list"
    return one


def rows(listed: Mail) -> list[str]:
    return re.findall(r"^\d+  (\[#\d+\] .*)$", listed.text, re.MULTILINE)


def results(mails: list[Mail]) -> str:
    (one,) = [each for each in mails if each.notice == "command-results"]
    return " ".join(one.text.split())


class TestQueue:
    @pytest.mark.parametrize("text", ["#queue", "queue", "Queue team", "#queue IT"])
    def test_is_a_numbered_list_by_priority_and_opens_no_ticket(self, busy: Bench, text: str):
        listed = asked(busy, text)

        assert rows(listed) == ["[#2] Mail server", "[#1] Printer", "[#3] Mouse"]
        assert busy.row["disposition"] == "acted"
        assert busy.row["ticket"] is None

    def test_several_lists_come_in_one_mail_whose_numbers_go_on(self, busy: Bench):
        listed = asked(busy, "#queue\n#search mouse\n#status 2")

        assert listed["Subject"] == "The queue of your teams, Found for: mouse, Ticket 2"
        assert re.findall(r"(?m)^(\d)  \[#(\d)\]", listed.text) == [
            ("1", "2"),
            ("2", "1"),
            ("3", "3"),
            ("4", "3"),
            ("5", "2"),
        ]
        assert "with nobody yet\n\nFound for: mouse: 1 ticket\n\n4  [#3] Mouse\n" in listed.text
        assert listed.text.count("Reply with lines like") == 1
        assert "\n\n\n" not in listed.text

        said = results(busy.errand("3 take\n4 tags +brand\n5 close thanks", to=listed))

        assert "done 4 [#3] #tags +brand" in said
        assert (busy.desk.ticket(3)["assignee"], busy.desk.ticket(3)["tags"]) == ("ann@corp.test", ["brand"])
        assert busy.desk.ticket(2)["state"] == "closed"

    def test_an_answer_that_asks_for_two_lists_gets_one_mail(self, busy: Bench):
        both = asked_again(busy, "1 status\n2 status", asked(busy, "queue"))

        assert both["Subject"] == "Ticket 2, Ticket 1"

    def test_shows_each_team_its_own(self, busy: Bench):
        assert rows(asked(busy, "queue all", HUGO)) == ["[#4] Holiday"]
        assert rows(asked(busy, "queue mine", HUGO)) == []

    def test_subject_alone_is_enough(self, busy: Bench):
        row = busy.desk.mail_in(mail("ann@corp.test", "queue mine", ""), auth_user="ann@corp.test")

        assert row["disposition"] == "acted"
        assert [one.notice for one in busy.desk.mail_out()] == ["work-list"]

    def test_lines_by_number_act_on_the_tickets_of_that_very_list(self, busy: Bench):
        listed = asked(busy, "queue")
        busy.open(subject="Fire in the server room")
        busy.receipt(5, "#priority P1 fire")

        mails = busy.errand("2 close thanks for waiting\n1. take\n1 pending mon\n\nBest, Ann", to=listed)

        states = {number: busy.desk.ticket(number)["state"] for number in (1, 2, 3, 5)}
        assert states == {1: "closed", 2: "pending-date", 3: "new", 5: "new"}
        said = results(mails)
        assert "done 2 [#1] #close thanks for waiting" in said
        assert "done 1 [#2] #take" in said
        assert [
            (one.recipient, "thanks for waiting" in one.text)
            for one in mails
            if one.notice == "public-answer"
        ] == [("cara@cust.test", True)]

    def test_an_answer_by_its_own_reply_address_needs_no_login(self, busy: Bench):
        listed = asked(busy, "queue")

        busy.errand("3 take", to=listed, auth_user=None)

        assert busy.desk.ticket(3)["assignee"] == "ann@corp.test"

    def test_one_refused_line_refuses_all(self, busy: Bench):
        said = results(busy.errand("1 take\n2 fulfil\n9 close", to=asked(busy, "queue")))
        assert "there is no 9 in this list; it has 1 to 3" in said

        said = results(busy.errand("1 take\n2 fulfil", to=asked(busy, "queue")))
        assert "refused 1 [#2] #take not done, because another line was refused" in said
        assert "cannot become fulfilled" in said
        assert busy.desk.ticket(2)["assignee"] is None

    def test_many_lines_are_taken_back_as_one(self, busy: Bench):
        before = {number: busy.whole(number) for number in (1, 2, 3)}
        busy.errand("1 take\n2 take\n3 tags +later", to=asked(busy, "queue"))

        said = results(busy.errand("undo"))

        assert "taken back on 3 tickets" in said
        assert {number: busy.whole(number) for number in (1, 2, 3)} == before

    def test_is_for_the_agent_who_asked(self, busy: Bench):
        listed = asked(busy, "queue")

        said = results(busy.errand("1 take", BOB, to=listed))

        assert "this list was sent to somebody else" in said

    def test_expires(self, busy: Bench):
        listed = asked(busy, "queue")
        busy.desk.advance(days=4)

        assert "this list is too old; ask for a new one" in results(busy.errand("1 take", to=listed))

    def test_other_words_are_no_ticket_but_a_question_back(self, busy: Bench):
        said = results(busy.errand("Thanks, that is a lot!", to=asked(busy, "queue")))

        assert "expected lines like 2 close thanks" in said

    def test_nobody_gets_it_by_typing_an_address(self, busy: Bench):
        (told,) = busy.errand("#queue", auth_user=None)

        assert told.notice == "answer-refused"
        assert "Mail server" not in told.text
        assert busy.row["disposition"] == "refused"

    @pytest.mark.parametrize(("word", "rest"), [("queue", "all"), ("search", "printer")])
    def test_the_refusal_says_what_works_and_it_does(self, busy: Bench, word: str, rest: str):
        """On a desk without any check of senders, as most begin."""
        (told,) = busy.errand(f"{word} {rest}", auth_user=None)
        advice = " ".join(told.text.split())

        assert f"Write #{word} in a reply to any mail about a ticket that you got from us" in advice
        mails = busy.say(1, f"#{word} {rest}")
        assert "work-list" in [one.notice for one in mails]

    def test_an_unproven_answer_to_a_list_is_told_to_reply_to_the_list(self, busy: Bench):
        listed = asked(busy, "queue")
        written = reply(listed, "Ann <ann@corp.test>", "1 take", SUPPORT)

        busy.desk.mail_in(written)

        (told,) = busy.desk.mail_out()
        assert "Reply to the list itself" in " ".join(told.text.split())

    def test_a_desk_that_asks_for_both_proofs_says_so(self, busy: Bench):
        busy.desk.office = replace(busy.desk.office, trust=TrustSettings(require_both=True))
        busy.desk.intake = replace(busy.desk.intake, office=busy.desk.office)

        (told,) = busy.errand("#queue", auth_user=None)

        assert "This desk asks for two proofs" in " ".join(told.text.split())

    def test_people_open_tickets_with_the_same_words(self, busy: Bench):
        row = busy.desk.mail_in(mail("cara@cust.test", "queue", "queue"), auth_user="cara@cust.test")

        assert row["disposition"] == "ticketed"

    @pytest.mark.parametrize(
        "text", ["Help, my screen is dark!", "search party tomorrow?\nYes", "status: bad"]
    )
    def test_sentences_of_agents_open_tickets_too(self, busy: Bench, text: str):
        row = busy.desk.mail_in(mail("ann@corp.test", "My own", text), auth_user="ann@corp.test")

        assert row["disposition"] == "ticketed"

    def test_comes_from_a_mail_about_a_ticket_as_well(self, busy: Bench):
        mails = busy.say(1, "#take\n#queue mine")

        (listed,) = [one for one in mails if one.notice == "work-list"]
        assert rows(listed) == ["[#1] Printer"]
        assert "done 1 [#1] #note seen" in results(busy.errand("1 note seen", to=listed))


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("#search mouse", ["[#3] Mouse"]),
            ("search tag:outage", ["[#2] Mail server"]),
            ("#search team:it assignee:nobody priority:P2", ["[#2] Mail server"]),
            (
                "#search requester:cara@cust.test type:incident letter",
                ["[#2] Mail server", "[#1] Printer", "[#3] Mouse"],
            ),
            ("#search state:closed", []),
            ("#search older:2d", []),
            ("#search category:none holiday", []),
        ],
    )
    def test_finds_what_the_agent_works_on(self, busy: Bench, text: str, found: list[str]):
        assert rows(asked(busy, text)) == found

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("#search stat:open", "did you mean state:?"),
            ("#search team:zebra", "there is no team"),
            ("#search type:wish", "expected incident, request, problem or change"),
            ("#search priority:high", "expected a priority from P1 to P4"),
            ("#search older:long", "expected an age like 12h"),
            ("#search assignee:zoe", "there is no agent 'zoe'"),
            ("#search a b c d e f g h i", "expected at most 8 words"),
        ],
    )
    def test_says_what_it_does_not_understand(self, busy: Bench, text: str, reason: str):
        assert reason in results(busy.errand(text))


class TestStatus:
    def test_tells_how_a_ticket_stands(self, busy: Bench):
        busy.receipt(2, "#due fri\n#time 20m\n#ask bob Why?\n#watch\n#link 1 parent\n#field floor=2")

        said = " ".join(asked(busy, "status 2").text.split())

        for part in (
            "State: new",
            "Priority: P2 (impact high, urgency medium)",
            "Promised for: Fri 19 Jan 2024, 17:00 CET",
            "Waits for an answer of: bob@corp.test",
            "Watched by: ann@corp.test",
            "Tags: outage",
            "Time spent: 20m",
            "Links: [#2] parent [#1]",
            "floor: 2",
            "note,",
        ):
            assert part in said

    def test_of_another_team_is_refused(self, busy: Bench):
        assert "there is no ticket 4 among those that you work on" in results(busy.errand("status 4"))


class TestBulk:
    def test_previews_and_is_carried_out_by_its_word_on_exactly_that_set(self, busy: Bench):
        preview = asked(busy, "#bulk state:new | tags +wave\t")
        found = WORD.search(preview.text)
        assert found is not None
        assert rows(preview) == ["[#2] Mail server", "[#1] Printer", "[#3] Mouse"]
        assert "Nothing is done yet" in preview.text
        assert busy.whole(1)["ticket"].tags == ()
        busy.open(subject="Late")
        before = {number: busy.whole(number) for number in (1, 2, 3, 5)}

        said = results(busy.errand(found[0], to=preview))

        tags = {number: busy.whole(number)["ticket"].tags for number in (1, 2, 3, 5)}
        assert tags == {1: ("wave",), 2: ("outage", "wave"), 3: ("wave",), 5: ()}
        assert "done [#3] #tags +wave" in said
        assert "this was carried out already" in results(busy.errand(found[0], to=preview))
        assert "taken back on 3 tickets" in results(busy.errand("#undo"))
        assert {number: busy.whole(number) for number in (1, 2, 3, 5)} == before

    def test_without_its_word_nothing_is_done(self, busy: Bench):
        preview = asked(busy, "#bulk state:new | close")

        said = results(busy.errand("do-wrong", to=preview))

        assert "to confirm" in said
        assert busy.desk.ticket(1)["state"] == "new"

    def test_one_ticket_where_it_cannot_be_done_stops_all(self, busy: Bench):
        preview = asked(busy, "#bulk state:new | resolve")
        busy.receipt(1, "#close")
        found = WORD.search(preview.text)
        assert found is not None

        said = results(busy.errand(found[0], to=preview))

        assert "ticket 1 is closed" in said
        assert busy.desk.ticket(2)["state"] == "new"

    def test_preview_expires(self, busy: Bench):
        preview = asked(busy, "#bulk state:new | close")
        found = WORD.search(preview.text)
        assert found is not None
        busy.desk.advance(hours=5)

        assert "too old" in results(busy.errand(found[0], to=preview))

    def test_of_nothing_has_no_word(self, busy: Bench):
        preview = asked(busy, "#bulk tag:nothing | close")

        assert WORD.search(preview.text) is None
        assert "No ticket matches" in preview.text

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("#bulk tag:x", "expected #bulk QUERY | COMMAND"),
            ("#bulk tag:x | clsoe", "#clsoe is for one ticket at a time"),
            ("#bulk older:x | close", "expected an age"),
        ],
    )
    def test_says_what_it_does_not_understand(self, busy: Bench, text: str, reason: str):
        assert reason in results(busy.errand(text))


def test_lists_work_on_every_database(database: Database, now):
    bench = Bench.on(database, now)
    bench.open(subject="Printer")
    bench.receipt(1, "#tags +vpn\n#due fri\n#category printing")

    listed = asked(bench, "#search tag:vpn category:Printing LOAD")
    bench.errand("1 close thanks", to=listed)

    assert rows(listed) == ["[#1] Printer"]
    assert bench.desk.ticket(1)["state"] == "closed"
    assert "taken back" in results(bench.errand("undo"))
    bench.desk.close()


class TestPresence:
    def noted(self, bench: Bench) -> list[tuple[str, str, str | None]]:
        with bench.desk.database.read():
            found = absences.between(date(2024, 1, 1), date(2024, 12, 31))
        return [(one.agent, str(one.first), str(one.last) if one.last else None) for one in found]

    def test_an_agent_says_until_when_by_mail(self, bench: Bench):
        said = results(bench.errand("#absent until fri"))

        assert "up to and including Fri 19 Jan 2024" in said
        assert self.noted(bench) == [("ann@corp.test", "2024-01-15", "2024-01-19")]

    def test_saying_it_anew_takes_the_place_of_what_was_said(self, bench: Bench):
        bench.errand("#absent until fri")

        bench.errand("#absent")

        assert self.noted(bench) == [("ann@corp.test", "2024-01-15", None)]

    def test_who_is_back_is_here(self, bench: Bench):
        bench.errand("#absent")

        assert "you are here" in results(bench.errand("#present"))
        assert self.noted(bench) == []
