"""A request from its form to its end: who decides, who does it, what its requester is told at each step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from daemon.desk.catalogue import Catalogue
from daemon.desk.catalogue_making import item_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings
from daemon.desk.handling import HandlingSettings
from daemon.desk.handling_settings import CategorySettings
from daemon.desk.request_form import subject, written
from daemon.desk.service_levels import ServiceLevels, SlaSettings
from storage import directory, requests, tickets
from storage.database import Database
from storage.records import DirectoryPerson
from tests.scenarios.company import AGENTS, DESK, RITA, SERVICE, TEAMS, asked, catalogue, form, item
from tests.scenarios.desk import Mail, StoryDesk, mail, reply
from tests.scenarios.surveyed import ALWAYS, asking, decided, dispatch

LAPTOP = {"model": "Light 13", "start": "2024-02-01", "old": "no"}
PEOPLE = (
    DirectoryPerson("rita@example.com", "Rita", "mona@example.com", "Sales"),
    DirectoryPerson("mona@example.com", "Mona", "greta@example.com", "Sales"),
    DirectoryPerson("greta@example.com", "Greta"),
)


def opened(database: Database, now: datetime, items: Catalogue | None = None, **more) -> StoryDesk:
    found = catalogue() if items is None else items
    return StoryDesk(database, now, settings=DESK, teams=TEAMS, agents=AGENTS, catalogue=found, **more)


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    with database.write():
        directory.put(PEOPLE, "csv", now)
    made = opened(database, now)
    yield made
    made.close()


def to(mails: list[Mail], who: str, notice: str) -> Mail:
    (found,) = [one for one in mails if (one.recipient, one.notice) == (who, notice)]
    return found


def said(one: Mail) -> str:
    return " ".join(one.text.split())


def approved(desk: StoryDesk, mails: list[Mail], who: str) -> list[Mail]:
    desk.mail_in(reply(to(mails, who, "approval-request"), who, "approve"))
    return desk.mail_out()


class TestLaptop:
    def test_every_step_is_told_in_the_words_of_the_item(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        mails = approved(desk, desk.mail_out(), "mona@example.com")
        mails = approved(desk, mails, "greta@example.com")

        accepted = to(mails, "rita@example.com", "request-told")
        assert desk.ticket(1)["state"] == "in-fulfilment"
        assert "Your laptop (Light 13) is on its way to you" in accepted.text
        assert "Planned for:" in accepted.text
        assert "We plan to bring it by Mon 29 Jan 2024" in said(accepted)

    def test_rejection_is_told_with_its_reason(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        asking = to(desk.mail_out(), "mona@example.com", "approval-request")
        desk.mail_in(reply(asking, "mona@example.com", "reject\n\nToo dear this year."))

        assert desk.ticket(1)["state"] == "rejected"
        assert "not approved: Too dear this year" in said(
            to(desk.mail_out(), "rita@example.com", "request-told")
        )

    def test_vote_on_the_request_as_it_was_decides_nothing(self, desk: StoryDesk):
        """AT-094: the request was changed after the mail that asks for the vote."""
        desk.mail_in(asked("laptop", LAPTOP))
        first = desk.mail_out()
        acknowledged = to(first, "rita@example.com", "ticket-opened")
        desk.mail_in(reply(acknowledged, RITA, form("laptop", {"model": "Standard 14"})))
        again = desk.mail_out()
        approved(desk, first, "mona@example.com")
        assert desk.ticket(1)["state"] == "awaiting-approval"

        approved(desk, approved(desk, again, "mona@example.com"), "greta@example.com")
        assert desk.ticket(1)["state"] == "in-fulfilment"

    def test_cancelled_request_cannot_be_approved(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", LAPTOP))
        mails = desk.mail_out()
        desk.mail_in(reply(to(mails, "rita@example.com", "ticket-opened"), RITA, "CANCEL"))
        desk.mail_out()
        approved(desk, mails, "mona@example.com")

        assert desk.ticket(1)["state"] == "closed"

    def test_nobody_is_asked_how_good_a_cancelled_request_was(self, desk: StoryDesk):
        asking(desk, ALWAYS)
        desk.mail_in(asked("laptop", LAPTOP))
        mails = desk.mail_out()
        desk.mail_in(reply(to(mails, "rita@example.com", "ticket-opened"), RITA, "CANCEL"))

        dispatch(desk, hours=1)

        assert decided(desk).reason == "its requester called it off"


class TestInformation:
    def test_is_answered_at_once_and_rings_nobody(self, desk: StoryDesk):
        wanted = item("parental-leave")
        given = {one.id: one.choices[0] if one.choices else "2024-06-01" for one in wanted.questions}
        desk.mail_in(asked("parental-leave", given))

        (only,) = desk.mail_out()
        assert (only.recipient, desk.ticket(1)["state"]) == ("rita@example.com", "fulfilled")
        assert wanted.article in said(only)
        assert "CANCEL" not in only.text

    def test_reply_to_the_answer_goes_to_people(self, desk: StoryDesk):
        wanted = item("parental-leave")
        given = {one.id: one.choices[0] if one.choices else "2024-06-01" for one in wanted.questions}
        desk.mail_in(asked("parental-leave", given))
        (only,) = desk.mail_out()
        desk.mail_in(reply(only, RITA, "And for the second child?"))

        assert desk.ticket(1)["state"] == "in-fulfilment"
        assert to(desk.mail_out(), "paula@example.com", "requester-replied")


class TestWordsThatMisled:
    @pytest.mark.parametrize("word", ["INCIDENT", "Störung", "It's an incident."])
    def test_requester_says_that_it_is_none(self, desk: StoryDesk, word: str):
        desk.mail_in(mail(RITA, "Notebook", "It is about my notebook.", to=SERVICE))
        asking = to(desk.mail_out(), "rita@example.com", "request-form")
        assert "reply with the word INCIDENT" in said(asking)
        desk.mail_in(reply(asking, RITA, word))

        assert (desk.ticket(1)["type"], desk.ticket(1)["state"]) == ("incident", "new")

    def test_answers_to_the_form_of_what_is_none_are_a_reply(self, desk: StoryDesk):
        desk.mail_in(mail(RITA, "Notebook", "It is about my notebook.", to=SERVICE))
        asking = to(desk.mail_out(), "rita@example.com", "request-form")
        desk.mail_in(reply(asking, RITA, "INCIDENT"))
        desk.mail_in(reply(asking, RITA, form("laptop", LAPTOP)))

        assert desk.ticket(1)["type"] == "incident"

    def test_who_filled_the_form_in_is_not_asked_that(self, desk: StoryDesk):
        desk.mail_in(asked("laptop", {"model": "Light 13"}))

        assert "INCIDENT" not in to(desk.mail_out(), "rita@example.com", "request-form").text


MUG = item_of(
    ItemSettings(
        id="mug",
        title="Mug",
        kind="order",
        description="A mug.",
        team="facilities",
        group="Kitchen",
        asked_by=("department: Sales",),
        addresses=("service+mug@example.com",),
        sla="quick",
        promised="2 days",
        question=(QuestionSettings(id="colour", label="Which colour?", default="white"),),
    ),
    {"fulfilled": "The {colour} mug of {name}, {number}, stands in the kitchen."},
)


class TestItem:
    """What an item says counts for its tickets."""

    @pytest.fixture
    def kitchen(self, database: Database, now: datetime) -> Iterator[StoryDesk]:
        with database.write():
            directory.put(PEOPLE, "csv", now)
        handling = HandlingSettings(categories=(CategorySettings(name="kitchen"),))
        made = opened(database, now, Catalogue((MUG,)), handling=handling)
        yield made
        made.close()

    def test_department_of_the_directory_says_who_may_ask(self, kitchen: StoryDesk):
        kitchen.mail_in(mail(RITA, "catalogue", "", to=SERVICE))
        assert "* Mug" in to(kitchen.mail_out(), "rita@example.com", "catalogue-list").text

        kitchen.mail_in(mail("greta@example.com", "catalogue", "", to=SERVICE))
        assert "* Mug" not in to(kitchen.mail_out(), "greta@example.com", "catalogue-list").text

    def test_address_of_its_own_asks_for_it(self, kitchen: StoryDesk):
        kitchen.mail_in(mail(RITA, "Hello", "One, please.", to="service+mug@example.com"))

        ticket = kitchen.ticket(1)
        assert (ticket["subject"], ticket["team"]) == ("Mug: Hello", "facilities")
        assert (ticket["category"], ticket["state"]) == ("kitchen", "in-fulfilment")
        assert to(kitchen.mail_out(), "felix@example.com", "ticket-new")

    def test_service_level_that_it_names_counts(self, kitchen: StoryDesk):
        kitchen.mail_in(mail(RITA, subject(MUG), written(MUG, {}), to=SERVICE))
        times = {"usual": "8h", "quick": "1h"}
        rows = [SlaSettings(name=name, first_response=time) for name, time in times.items()]
        levels = ServiceLevels.build(rows, {}, frozenset())
        with kitchen.database.read():
            ticket = tickets.get(1)

        assert ticket is not None
        assert levels.promise(ticket).rule == "quick"
        assert levels.promise(replace(ticket, fields=())).rule == "usual"

    def test_request_without_tasks_is_fulfilled_by_an_agent(self, kitchen: StoryDesk):
        kitchen.mail_in(mail(RITA, subject(MUG), written(MUG, {"colour": "red"}), to=SERVICE))
        shown = to(kitchen.mail_out(), "felix@example.com", "ticket-new")
        kitchen.mail_in(reply(shown, "Felix <felix@example.com>", "#fulfil"))

        told = to(kitchen.mail_out(), "rita@example.com", "request-told")
        assert kitchen.ticket(1)["state"] == "fulfilled"
        assert "The red mug of Rita, 1, stands in the kitchen." in told.text
        # What is there is planned for no day any more.
        assert "Planned for" not in told.text
        assert "It takes" not in told.text

    def test_item_that_left_the_catalogue_leaves_its_tickets_to_people(
        self, kitchen: StoryDesk, database: Database, now: datetime
    ):
        kitchen.mail_in(mail(RITA, subject(MUG), written(MUG, {}), to=SERVICE))
        acknowledged = to(kitchen.mail_out(), "rita@example.com", "ticket-opened")
        later = opened(database, now, Catalogue())
        later.mail_in(reply(acknowledged, RITA, written(MUG, {"colour": "blue"})))

        assert later.ticket(1)["state"] == "in-fulfilment"
        with database.read():
            request = requests.get(1)
        assert request is not None
        assert dict(request.answers) == {"colour": "white"}
        later.close()
