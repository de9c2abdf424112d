"""What requesters ask in a few words, by real mail: what is done, what is told, and what is only a reply."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.changes import MoveState
from daemon.desk.requester_words import spoken
from daemon.jobs import close_resolved
from daemon.services.apply import Cause, Work
from daemon.services.audit import Audit
from daemon.services.standing import SAYINGS
from storage import tickets
from storage.database import Database
from storage.vocabulary import LANGUAGES, TicketState
from tests.conftest import close
from tests.scenarios.clock_desk import STANDARD, ClockDesk
from tests.scenarios.desk import RENDERER, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
DAN = "Dan <dan@cust.test>"
ANN = "Ann <ann@corp.test>"


class Talk:
    """One ticket of Cara's, with Dan copied; the newest mail to each of them."""

    def __init__(self, desk: StoryDesk) -> None:
        self.desk = desk
        self.newest: dict[str, Mail] = {}
        first = mail(CARA, "Printer", "It is dead.")
        first["Cc"] = DAN
        self.tell(desk.mail_in(first))

    def tell(self, row: dict) -> dict[str, list[str]]:
        """Gather what was mailed; returns the notices by their recipient's name."""
        self.row = row
        self.mails = self.desk.mail_out()
        found: dict[str, list[str]] = {}
        for one in self.mails:
            self.newest[one.recipient] = one
            found.setdefault(one.recipient.partition("@")[0], []).append(one.notice)
        return found

    def cara(self, words: str, **proof) -> dict[str, list[str]]:
        return self.tell(self.desk.mail_in(reply(self.newest["cara@cust.test"], CARA, words), **proof))

    def unproven(self, words: str, sender: str = CARA) -> dict[str, list[str]]:
        return self.tell(self.desk.mail_in(mail(sender, "[#1] Printer", words)))

    def ann(self, words: str) -> dict[str, list[str]]:
        to = self.newest["ann@corp.test"]
        return self.tell(self.desk.mail_in(reply(to, ANN, words), auth_user="ann@corp.test"))

    def said(self, notice: str) -> str:
        return " ".join(next(one for one in self.mails if one.notice == notice).text.split())

    @property
    def ticket(self) -> dict:
        return self.desk.ticket(1)

    @property
    def state(self) -> str:
        return str(self.ticket["state"])

    def reasons(self, kind: str) -> list[str]:
        return [event["data"].get("reason", "") for event in self.ticket["events"] if event["kind"] == kind]


@pytest.fixture
def quick(sqlite_maker: Any, request: pytest.FixtureRequest, now: datetime) -> Iterator[ClockDesk]:
    """A desk on SQLite: what is tested here asks nothing new of a database."""
    for url in sqlite_maker(request):
        database = Database(url)
        made = ClockDesk(database, now)
        made.office = replace(made.office, levels=None)
        made.intake = replace(made.intake, office=made.office)
        yield made
        made.close()
        assert list(Audit(database).breaks()) == []
        close(database)


@pytest.fixture
def talk(quick: ClockDesk) -> Talk:
    return Talk(quick)


class TestClosing:
    def test_the_requester_closes_and_the_agents_are_told(self, talk: Talk):
        told = talk.cara("Hi Ann,\n\nplease close this.\n\nThanks,\nCara")

        assert talk.state == "closed"
        assert told == {"cara": ["ticket-closed"], "ann": ["requester-replied"], "bob": ["requester-replied"]}
        assert "The requester closed the ticket." in talk.said("requester-replied")
        assert talk.reasons("state") == ["the requester says so"]
        assert talk.row["reason"] == "the requester's words: closed on ticket 1"

    @pytest.mark.parametrize(
        "words", ["kannst du das bitte schließen", "C'est résolu !", "Grazie, è risolto"]
    )
    def test_in_other_languages_too(self, talk: Talk, words: str):
        talk.cara(words)

        assert talk.state == "closed"

    @pytest.mark.parametrize("words", ["please close the window in room 3", "When will this be closed?"])
    def test_anything_more_is_a_reply(self, talk: Talk, words: str):
        told = talk.cara(words)

        assert talk.state == "new"
        assert told == {"ann": ["requester-replied"], "bob": ["requester-replied"]}
        assert "closed the ticket" not in talk.said("requester-replied")

    def test_words_with_a_file_are_a_reply(self, talk: Talk):
        with_file = reply(talk.newest["cara@cust.test"], CARA, "please close this")
        with_file.add_attachment(b"x", "application", "pdf", filename="a.pdf")
        talk.tell(talk.desk.mail_in(with_file))

        assert talk.state == "new"

    def test_a_copied_person_cannot_and_is_told_so(self, talk: Talk):
        told = talk.tell(talk.desk.mail_in(mail(DAN, "[#1] Printer", "please close this")))

        assert talk.state == "new"
        assert told["dan"] == ["requester-told"]
        assert "Only the person whose ticket it is can do that." in talk.said("requester-told")
        assert told["ann"] == ["requester-replied"]
        assert (
            '"close" was not done: a participant may not: close the ticket, as whoever asked'
            in talk.row["evidence"]
        )

    def test_without_a_proof_it_is_a_reply_and_the_way_to_prove_it_is_told(self, talk: Talk):
        told = talk.unproven("please close this")

        assert talk.state == "new"
        assert told["cara"] == ["requester-told"]
        assert "It takes a proof that the mail is yours" in talk.said("requester-told")
        assert told["ann"] == ["requester-replied"]

    def test_an_agent_takes_it_back_with_reopen(self, talk: Talk):
        talk.cara("please close this")
        talk.ann("#reopen\n#take")

        assert talk.state == "open"

    def test_what_is_closed_stays_quietly_closed(self, talk: Talk):
        talk.cara("please close this")
        told = talk.cara("Please close it!")

        assert (talk.state, told) == ("closed", {})

    def test_a_problem_is_the_desks_own_to_close(self, talk: Talk):
        talk.ann("#type problem")
        told = talk.cara("please close this")

        assert talk.state == "new"
        assert told["cara"] == ["requester-told"]
        assert "Only the people who work on it can close it as it stands." in talk.said("requester-told")


class TestSolved:
    @pytest.fixture
    def resolved(self, talk: Talk) -> Talk:
        talk.ann("#take\n#resolve")
        assert "Is it solved? Reply with the one word YES or NO." in talk.said("ticket-resolved")
        return talk

    @pytest.mark.parametrize("word", ["Yes", "Ja, danke!", "Oui", "Sí", "sì, è risolto", "Ja hoor"])
    def test_yes_closes(self, resolved: Talk, word: str):
        told = resolved.cara(word)

        assert resolved.state == "closed"
        assert told == {"cara": ["ticket-closed"], "ann": ["requester-replied"]}
        assert "The requester says that it is solved." in resolved.said("requester-replied")

    @pytest.mark.parametrize("word", ["No", "Leider nicht", "Non, toujours pas", "Todavía no", "Nee"])
    def test_no_opens_it_again_and_tells_the_assignee(self, resolved: Talk, word: str):
        told = resolved.cara(word)

        assert resolved.state == "open"
        assert told == {"cara": ["requester-told"], "ann": ["requester-replied"]}
        assert "The requester says that it is not solved." in resolved.said("requester-replied")

    def test_anything_else_opens_it_again_as_a_reply(self, resolved: Talk):
        told = resolved.cara("Yes, but now the second one smokes.")

        assert (resolved.state, told) == ("open", {"ann": ["requester-replied"]})

    def test_agents_are_told_how_it_had_ended_when_a_reply_opens_it_again(self, resolved: Talk):
        was = "Note: this mail opened the ticket again; before it was"
        resolved.desk.advance(hours=1)
        resolved.cara("The second one smokes.")
        first = resolved.said("requester-replied")
        resolved.ann("#close")
        resolved.cara("No")

        assert f"{was} resolved (by Ann, Mon 15 Jan 2024, 10:00 CET)" in first
        assert f"{was} closed (by Ann, Mon 15 Jan 2024, 11:00 CET)" in resolved.said("requester-replied")

    def test_who_closed_it_by_a_word_is_named_when_it_opens_again(self, resolved: Talk):
        resolved.cara("Yes")
        resolved.cara("But now the second one smokes.")
        again = resolved.said("requester-replied")
        resolved.cara("And the third one.")

        assert "before it was closed (by Cara Customer, Mon 15 Jan 2024, 10:00 CET)" in again
        assert "before it was" not in resolved.said("requester-replied")

    def test_what_the_desk_closed_by_itself_is_said_when_it_opens_again(self, talk: Talk):
        with talk.desk.database.write():
            work = Work.on(tickets.get(1), Cause("postdesk", "job:waiting", talk.desk.now))
            work.apply([MoveState(TicketState.CLOSED, "nobody answered")])
            work.finish()
        talk.cara("I was on holiday; it is still dead.")

        assert "before it was closed (by the desk itself, Mon" in talk.said("requester-replied")

    def test_silence_closes_it_after_the_window(self, resolved: Talk):
        resolved.desk.advance(days=15)
        with resolved.desk.database.write():
            close_resolved.run(resolved.desk.office, resolved.desk.now)

        assert resolved.state == "closed"

    def test_an_unproven_yes_opens_nothing(self, resolved: Talk):
        told = resolved.unproven("Yes, it is solved")

        assert resolved.state == "resolved"
        assert told == {"cara": ["requester-told"]}

    def test_yes_and_no_mean_nothing_on_an_open_ticket(self, resolved: Talk):
        resolved.cara("No")
        told = resolved.cara("Yes")

        assert (resolved.state, told) == ("open", {"ann": ["requester-replied"]})

    def test_no_after_the_window_is_a_new_ticket(self, resolved: Talk):
        resolved.desk.advance(days=20)
        resolved.cara("No")

        assert (resolved.state, resolved.row["ticket"]) == ("resolved", 2)

    def test_a_fulfilled_request_is_asked_about_and_reopened_as_well(self, talk: Talk):
        talk.ann("#type request\n#take")
        talk.ann("#fulfil Your chair is there.")
        assert "Is it solved?" in talk.said("public-answer")
        talk.cara("no")

        assert talk.state == "in-fulfilment"


class TestReopening:
    def test_a_copied_person_may_as_by_any_reply(self, talk: Talk):
        talk.cara("please close this")
        talk.tell(talk.desk.mail_in(mail(DAN, "[#1] Printer", "Please reopen")))

        assert talk.state == "open"
        assert talk.reasons("state")[-1] == "the requester says that it is not solved"

    def test_an_open_ticket_is_open(self, talk: Talk):
        told = talk.cara("please reopen")

        assert told == {"cara": ["requester-told"]}
        assert "nothing had to be done" in talk.said("requester-told")


class TestStatus:
    def test_tells_state_assignee_and_promise(self, talk: Talk):
        talk.ann("#take\n#due 2024-01-17")
        told = talk.cara("Status?")

        assert told == {"cara": ["ticket-status"]}
        words = talk.said("ticket-status")
        assert "Ticket [#1] is open: Printer" in words
        assert "Ann works on it." in words
        assert "You can expect a solution by Wed 17 Jan 2024" in words
        assert talk.row["disposition"] == "acted"
        assert len(talk.ticket["entries"]) == 1

    def test_tells_until_when_it_waits(self, talk: Talk):
        talk.ann("#pending until 2024-01-18")
        talk.cara("any news?")

        assert "Nobody in particular works on it yet. It waits until Thu 18 Jan 2024" in talk.said(
            "ticket-status"
        )
        assert talk.state == "pending-date"

    def test_is_answered_in_the_language_of_the_question(self, talk: Talk):
        talk.cara("Wie ist der Stand?")

        assert "Guten Tag Cara" in talk.said("ticket-status")

    def test_a_stranger_hears_nothing(self, talk: Talk):
        told = talk.unproven("Status?", "eve@evil.test")

        assert "eve" not in told
        assert talk.row["disposition"] == "held"


class TestUrgent:
    def test_raises_the_urgency_once_and_tells_the_agents(self, talk: Talk):
        first = talk.cara("Urgent!")
        again = talk.cara("It is very urgent!")

        assert first == {
            "cara": ["requester-told"],
            "ann": ["requester-replied"],
            "bob": ["requester-replied"],
        }
        assert again == {"cara": ["requester-told"]}
        assert (talk.ticket["urgency"], talk.ticket["priority"]) == ("high", "P2")
        assert talk.reasons("priority") == ["the requester says that it is urgent"]

    def test_a_calmed_ticket_is_not_raised_again(self, talk: Talk):
        talk.cara("urgent")
        talk.ann("#urgency low it can wait")
        told = talk.cara("Urgent!!")

        assert told == {"cara": ["requester-told"]}
        assert talk.ticket["urgency"] == "low"

    def test_a_priority_set_by_hand_is_not_lowered(self, talk: Talk):
        talk.ann("#priority P1 the boss says so")
        talk.cara("urgent")

        assert (talk.ticket["urgency"], talk.ticket["priority"]) == ("high", "P1")

    def test_without_a_proof_nothing_is_raised(self, talk: Talk):
        talk.unproven("Urgent!")

        assert talk.ticket["urgency"] == "medium"


class TestType:
    def test_agents_are_told_what_it_is_by_now(self, talk: Talk):
        told = talk.cara("REQUEST")

        assert talk.ticket["type"] == "service-request"
        assert told["cara"] == ["requester-told"]
        assert "We take it as a request now" in talk.said("requester-told")
        assert "The requester says that it is a request." in talk.said("requester-replied")
        talk.cara("Störung")
        assert talk.ticket["type"] == "incident"

    def test_not_once_somebody_works_on_it(self, talk: Talk):
        talk.ann("#take")
        told = talk.cara("REQUEST")

        assert talk.ticket["type"] == "incident"
        assert told == {"ann": ["requester-replied"]}


class TestHelp:
    def test_lists_what_this_very_sender_may_say(self, talk: Talk):
        told = talk.cara("help")

        assert told == {"cara": ["requester-help"]}
        words = talk.said("requester-help")
        shown = [str(say) for _, say, _ in SAYINGS if f" {say} " in words]
        assert shown == ["Status?", "Please close this", "Urgent", "Request", "Help"]

    def test_a_copied_person_may_say_less(self, talk: Talk):
        talk.tell(talk.desk.mail_in(mail(DAN, "[#1] Printer", "Hilfe")))

        words = talk.said("requester-help")
        assert "Guten Tag Dan" in words
        assert "Status?" in words
        assert "schließen" not in words

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_example_is_understood(self, language: str):
        for word, say, _ in SAYINGS:
            found = spoken(RENDERER.said(say, language))
            assert found is not None
            assert (found.word, language in found.languages) == (word, True)


def test_a_promise_of_the_clocks_is_told(quick: ClockDesk):
    quick.promise(STANDARD)
    talk = Talk(quick)
    talk.cara("status")

    assert "You can expect a solution by Tue 16 Jan 2024, 10:00" in talk.said("ticket-status")
