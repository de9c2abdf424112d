"""Asking for things out of the catalogue by mail: the list, the form, what is missing, and the way back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

import pytest

from daemon.desk.catalogue import Catalogue, Item
from storage import requests
from storage.database import Database
from tests.scenarios.company import AGENTS, DESK, RITA, SERVICE, TEAMS, asked, catalogue, form, item
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

LOAN = {"from": "2024-01-22", "days": "3"}
FILLED = {"model": "Standard 14", "start": "2024-02-01", "old": "no"}
ALL = [one.id for one in catalogue().items]


def opened(database: Database, now: datetime) -> StoryDesk:
    return StoryDesk(database, now, settings=DESK, teams=TEAMS, agents=AGENTS, catalogue=catalogue())


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = opened(database, now)
    yield made
    made.close()


def answers(desk: StoryDesk, number: int = 1) -> dict[str, str]:
    with desk.database.read():
        found = requests.get(number)
    return dict(found.answers) if found is not None else {}


def to_rita(mails: list[Mail]) -> Mail:
    (found,) = [one for one in mails if one.recipient == "rita@example.com"]
    return found


def told(mails: list[Mail], who: str = "rita@example.com") -> list[str]:
    return [one.notice for one in mails if one.recipient == who]


def lines(desk: StoryDesk, kind: str, number: int = 1) -> list[dict[str, str]]:
    return [event["data"] for event in desk.ticket(number)["events"] if event["kind"] == kind]


class TestList:
    @pytest.mark.parametrize("word", ["catalogue", "Katalog", "Catálogo", "catalogo", "Catalogus!"])
    def test_word_gets_a_link_for_each_item_that_may_be_asked_for(self, desk: StoryDesk, word: str):
        row = desk.mail_in(mail(RITA, word, "", to=SERVICE))

        one = to_rita(desk.mail_out())
        may = [each for each in catalogue().items if f"%5B0{each.mark}%5D" in one.text]
        assert (row["disposition"], row["ticket"], one.notice) == ("acted", None, "catalogue-list")
        assert may == list(catalogue().items)

    def test_link_starts_a_mail_with_the_form(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "catalogue", "", to=SERVICE))

        body = to_rita(desk.mail_out()).parsed.get_body(("html",))
        links = re.findall(r'href="(mailto:[^"]+)"', body.get_content()) if body else []
        (laptop,) = [one for one in links if item("laptop").mark in one]
        assert laptop.startswith(f"mailto:{SERVICE}?subject=New%20laptop")
        assert ":: Standard 14" in unquote(laptop)

    def test_whoever_may_ask_for_nothing_is_told_so(self, database: Database, now: datetime):
        only_ann = replace(item("laptop"), asked_by=("ann@example.com",))
        desk = StoryDesk(database, now, settings=DESK, teams=TEAMS, catalogue=Catalogue((only_ann,)))
        desk.mail_in(mail(RITA, "catalogue", "", to=SERVICE))

        assert "There is nothing in the catalogue" in to_rita(desk.mail_out()).text
        desk.close()

    def test_machine_gets_no_list(self, desk: StoryDesk):
        row = desk.mail_in(
            mail(RITA, "catalogue", "", to=SERVICE, headers={"Auto-Submitted": "auto-generated"})
        )

        assert row["disposition"] != "acted"
        assert "catalogue-list" not in {one.notice for one in desk.mail_out()}

    def test_forger_gets_no_list(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "catalogue", "", to=SERVICE), auth_user="mallory@evil.test")

        assert "catalogue-list" not in {one.notice for one in desk.mail_out()}

    def test_words_beside_it_are_read_by_a_person(self, desk: StoryDesk):
        row = desk.mail_in(mail(RITA, "catalogue", "The one of spring has an error. " * 20, to=SERVICE))

        assert row["disposition"] == "ticketed"
        assert told(desk.mail_out()) == ["catalogue-list", "ticket-opened"]


class TestAsking:
    def test_filled_form_becomes_a_service_request_of_the_item(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))

        ticket = desk.ticket(1)
        assert (ticket["type"], ticket["state"]) == ("service-request", "awaiting-approval")
        assert (ticket["subject"], ticket["team"]) == ("New laptop", "service-desk")
        assert ticket["tags"] == ["hardware"]
        assert answers(desk) == FILLED

    def test_acknowledgement_says_what_was_understood(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))

        text = " ".join(to_rita(desk.mail_out()).text.split())
        assert "Which model? Standard 14" in text
        assert "Cost: 1,250 EUR" in text
        assert "It takes: 10 working days" in text
        assert "your laptop" not in text

    def test_acknowledgement_names_who_decides_only_where_somebody_was_found(self, desk: StoryDesk):
        desk.mail_in(asked("network-socket", {"room": "7", "new": "yes"}))
        owned = " ".join(to_rita(desk.mail_out()).text.split())
        # No directory: nobody knows who Rita's manager is.
        desk.mail_in(asked("laptop", FILLED))
        unknown = " ".join(to_rita(desk.mail_out()).text.split())

        assert "The owner of the budget decides about it next." in owned
        assert "It needs an approval. We look for who may decide" in unknown

    def test_agents_hear_that_nobody_was_asked_where_the_form_was_withheld(self, desk: StoryDesk):
        mails = []
        for number in range(7):
            desk.mail_in(asked("loan-laptop", {"days": str(1 + number)}))
            mails += desk.mail_out()
        first = next(one for one in mails if one.notice == "request-form")
        desk.mail_in(reply(first, RITA, form("loan-laptop", {"from": "some day"})))
        mails += desk.mail_out()

        shown = [" ".join(one.text.split()) for one in mails if one.recipient == "ida@example.com"]
        withheld = "The mail that asks for them was withheld: please ask yourself."
        assert "who was asked for them" in shown[0]
        assert [withheld in one for one in (shown[0], shown[6], shown[7])] == [False, True, True]

    def test_agents_see_the_request(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))

        (shown,) = [one for one in desk.mail_out() if one.notice == "ticket-new"]
        assert "When do you need it? 2024-02-01" in shown.text
        assert "It waits for an approval." in shown.text
        assert "Looked after by: ida@example.com" in shown.text

    def test_what_nobody_approves_goes_to_work_at_once(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", LOAN))

        text = " ".join(to_rita(desk.mail_out()).text.split())
        assert desk.ticket(1)["state"] == "in-fulfilment"
        assert "It needs nobody's approval" in text
        assert "Planned for:" in text

    def test_who_may_not_ask_is_told_and_gets_a_ticket(self, desk: StoryDesk):
        desk.mail_in(asked(restricted().id, {}, sender="Xaver <x@elsewhere.test>"))

        (one,) = [each for each in desk.mail_out() if each.recipient == "x@elsewhere.test"]
        assert (one.notice, answers(desk)) == ("ticket-opened", {})
        assert "which is not meant for your address" in " ".join(one.text.split())

    def test_forger_asks_for_nothing(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED), auth_user="mallory@evil.test")

        assert answers(desk) == {}
        assert {one.notice for one in desk.mail_out()} == {"ticket-new"}

    def test_form_is_in_the_language_of_whoever_asks(self, desk: StoryDesk):
        words = "Guten Tag, ich brauche bitte einen neuen Laptop, meiner ist zu langsam. Vielen Dank und Gruß"
        desk.mail_in(mail(RITA, "Laptop bestellen", words, to=SERVICE))

        text = to_rita(desk.mail_out()).text
        assert "(ein Tag wie 2026-01-31)" in text
        assert "Bitte schreiben Sie Ihre Antworten" in text
        assert f"[3{item('laptop').questions[2].mark}]" in text


def restricted() -> Item:
    return next(one for one in catalogue().items if one.asked_by)


class TestMissing:
    def test_only_what_is_missing_or_wrong_is_asked_for(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Huge", "old": "no"}))

        one = to_rita(desk.mail_out())
        assert (one.notice, desk.ticket(1)["state"]) == ("request-form", "awaiting-details")
        marks = {each.id: each.mark in one.text for each in item("laptop").questions}
        assert marks == {"model": True, "reason": False, "start": True, "old": False}
        assert "Only this is still missing, or could not be read:" in one.text
        assert 'expected one of Light 13, Standard 14, Strong 16, got "Huge"' in " ".join(one.text.split())
        (state,) = lines(desk, "state")
        assert state["reason"] == "it lacks: model, start"

    def test_agents_hear_once_that_a_form_is_incomplete_and_once_that_it_is_whole(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", {}))
        mails = desk.mail_out()
        opening = [one.notice for one in mails if one.recipient == "ida@example.com"]
        for given in ({"from": "soon"}, {"from": "later"}):
            desk.mail_in(reply(to_rita(mails), RITA, f"Hello, here you are.\n\n{form('loan-laptop', given)}"))
            mails = desk.mail_out()
            assert [one.recipient for one in mails] == ["rita@example.com"]

        desk.mail_in(reply(to_rita(mails), RITA, form("loan-laptop", LOAN)))

        assert opening == ["ticket-new"]
        (last,) = [one for one in desk.mail_out() if one.notice == "requester-replied"]
        assert "It is complete" in last.text

    def test_a_question_beside_a_part_of_the_form_goes_to_the_agents(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", {}))
        words = f"May I keep it longer?\n\n{form('loan-laptop', {'days': '3'})}"

        desk.mail_in(reply(to_rita(desk.mail_out()), RITA, words))

        assert told(desk.mail_out(), "ida@example.com") == ["requester-replied"]

    def test_answers_in_the_quoted_form_complete_it(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Standard 14"}))
        asking = to_rita(desk.mail_out())
        answer = reply(asking, RITA, "See below.")
        mark = next(one.mark for one in item("laptop").questions if one.id == "start")
        body = answer.get_content()
        body = re.sub(rf"(\[\d{mark}\][^:]*\n> ::)", r"\1 1.2.2024", body)
        answer.set_content(body)
        desk.mail_in(answer)

        assert answers(desk) == FILLED
        assert desk.ticket(1)["state"] == "awaiting-approval"
        assert told(desk.mail_out()) == ["request-told"]

    def test_what_is_still_wrong_is_asked_again_with_the_reason(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Huge"}))
        first = to_rita(desk.mail_out())
        desk.mail_in(reply(first, RITA, form("laptop", {"model": "Light 13", "start": "soon"})))

        again = to_rita(desk.mail_out())
        assert again.notice == "request-form"
        assert 'got "soon"' in again.text
        assert answers(desk) == {"model": "Light 13", "old": "no"}

    def test_reply_that_answers_nothing_is_for_people_and_not_asked_again(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {}))
        desk.mail_in(reply(to_rita(desk.mail_out()), RITA, "Do you have these in blue, too?"))

        mails = desk.mail_out()
        assert told(mails) == []
        assert told(mails, "ida@example.com") == ["requester-replied"]
        assert desk.ticket(1)["state"] == "new"
        (shown,) = mails
        words = " ".join(shown.text.split())
        assert "The form of this request is incomplete, it lacks: When do you need it. #details" in words
        desk.mail_in(reply(shown, "ida@example.com", "#details"))
        (again,) = [one for one in desk.mail_out() if one.recipient == "rita@example.com"]
        assert (again.notice, desk.ticket(1)["state"]) == ("request-form", "awaiting-details")
        assert "still missing:" in again.text
        assert "could not be read" not in again.text

    def test_somebody_else_on_the_ticket_fills_in_nothing(self, desk: StoryDesk):
        asking = asked("laptop", {"model": "Light 13"})
        asking["Cc"] = "carl@example.com"
        desk.mail_in(asking)
        sent = to_rita(desk.mail_out())
        desk.mail_in(reply(sent, "carl@example.com", form("laptop", {"start": "2024-02-01"}), SERVICE))

        assert answers(desk) == {"model": "Light 13", "old": "no"}

    def test_late_reply_with_the_form_is_a_new_request(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", {}))
        sent = to_rita(desk.mail_out())
        desk.mail_in(reply(sent, RITA, "CANCEL"))
        desk.mail_out()
        desk.advance(days=60)
        desk.mail_in(reply(sent, RITA, form("loan-laptop", {"from": "2024-05-02", "days": "2"})))

        assert desk.ticket(2)["state"] == "in-fulfilment"
        assert answers(desk, 2)["from"] == "2024-05-02"


class TestChanging:
    def test_change_voids_the_approval_and_asks_anew(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))
        acknowledged = to_rita(desk.mail_out())
        desk.mail_in(reply(acknowledged, RITA, form("laptop", {"model": "Light 13"})))

        assert answers(desk)["model"] == "Light 13"
        assert desk.ticket(1)["state"] == "awaiting-approval"
        assert len(lines(desk, "approval begun")) == 2
        assert "whoever decides is asked anew" in " ".join(to_rita(desk.mail_out()).text.split())

    def test_change_that_needs_more_asks_for_it_with_the_approval_void(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))
        acknowledged = to_rita(desk.mail_out())
        desk.mail_in(reply(acknowledged, RITA, form("laptop", {"model": "Strong 16"})))

        assert to_rita(desk.mail_out()).notice == "request-form"
        assert desk.ticket(1)["state"] == "awaiting-details"

    def test_change_without_the_own_address_counts_nothing(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))
        acknowledged = to_rita(desk.mail_out())
        answer = mail(
            RITA, f"Re: {acknowledged['Subject']}", form("laptop", {"model": "Light 13"}), to=SERVICE
        )
        desk.mail_in(answer)

        assert answers(desk) == FILLED

    def test_quoted_form_changes_nothing(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))
        acknowledged = to_rita(desk.mail_out())
        desk.mail_in(reply(acknowledged, RITA, f"Thanks!\n\n{form('laptop', FILLED)}"))

        assert len(lines(desk, "approval begun")) == 1

    def test_change_after_work_began_goes_to_people(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", LOAN))
        acknowledged = to_rita(desk.mail_out())
        desk.mail_in(reply(acknowledged, RITA, form("loan-laptop", {"days": "5"})))

        mails = desk.mail_out()
        assert answers(desk) == LOAN
        assert "Work on your request has begun already" in to_rita(mails).text
        (shown,) = [one for one in mails if one.notice == "requester-replied"]
        assert "For how many days? 5" in " ".join(shown.text.split())


class TestCancelling:
    @pytest.mark.parametrize(
        "word", ["CANCEL", "STORNIEREN", "CANCELAR", "ANNULER", "ANNULLARE", "ANNULEREN"]
    )
    def test_word_in_every_language_calls_it_off(self, desk: StoryDesk, word: str):
        desk.mail_in(asked("laptop", FILLED))
        desk.mail_in(reply(to_rita(desk.mail_out()), RITA, word))

        mails = desk.mail_out()
        assert (desk.ticket(1)["state"], told(mails)) == ("closed", ["ticket-closed"])
        assert lines(desk, "approval withdrawn")

    def test_tasks_are_called_off(self, desk: StoryDesk):
        desk.mail_in(asked("loan-laptop", LOAN))
        desk.mail_in(reply(to_rita(desk.mail_out()), RITA, "Please cancel my request"))

        assert lines(desk, "fulfilment called off")

    def test_no_reply_leads_round_the_approval(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))
        acknowledged = to_rita(desk.mail_out())
        desk.mail_in(reply(acknowledged, RITA, "CANCEL"))
        desk.mail_in(reply(acknowledged, RITA, "I was wrong, I do want it after all."))

        assert desk.ticket(1)["state"] == "new"

    def test_form_brings_it_back(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", FILLED))
        acknowledged = to_rita(desk.mail_out())
        desk.mail_in(reply(acknowledged, RITA, "CANCEL"))
        desk.mail_in(reply(acknowledged, RITA, form("laptop", {"start": "2024-03-01"})))

        assert desk.ticket(1)["state"] == "awaiting-approval"
