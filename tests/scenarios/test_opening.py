"""What happens when a mail opens a ticket: type, priority, category, team, agent, each with its reasons."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from daemon.desk.calendars import Calendar
from daemon.desk.handling import HandlingSettings
from daemon.desk.handling_settings import (
    AbsenceSettings,
    CategorySettings,
    ClassificationSettings,
    PrioritySettings,
    RouteSettings,
    ServiceSettings,
)
from daemon.desk.opening_hours import week
from daemon.desk.roster import AgentSettings, TeamSettings
from daemon.desk.service_levels import ServiceLevels
from daemon.jobs import learn_categories
from storage import absences, tickets
from storage.absences import NotedAbsence
from storage.database import Database
from storage.records import Ticket
from tests.scenarios.desk import SUPPORT, StoryDesk, mail, reply
from tests.scenarios.relayed import PINNED, arrive, raw, result

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
EVE = AgentSettings(address="eve@corp.test", name="Eve", skills=("network",))
AGENTS = (
    AgentSettings(address="ann@corp.test", name="Ann", skills=("printer",)),
    AgentSettings(address="bob@corp.test", name="Bob"),
    EVE,
)
FIELD = TeamSettings(
    name="field", members=("ann@corp.test", "bob@corp.test", "eve@corp.test"), assignment="automatic"
)
DESK = TeamSettings(name="service-desk", addresses=(SUPPORT,), members=("ann@corp.test", "bob@corp.test"))
HANDLING = HandlingSettings(
    priority=PrioritySettings(vips=("board.test",), similar_reports=3, impact_low=("P4", "P4", "P4")),
    classification=ClassificationSettings(sender_history=True),
    services=(ServiceSettings(name="ERP", words=("sap*",), critical=True),),
    categories=(
        CategorySettings(name="hardware/printer", words=("toner",)),
        CategorySettings(name="network"),
    ),
    routes=(
        RouteSettings(
            name="printers", categories=("hardware",), team="field", skills=("printer",), tags=("onsite",)
        ),
        RouteSettings(name="erp", services=("ERP",), urgency="high"),
        RouteSettings(
            name="lab", senders=("lab.test",), team="field", type="change", impact="low", urgency="low"
        ),
    ),
)


@pytest.fixture
def house(database: Database, now):
    made = StoryDesk(database, now, teams=(DESK, FIELD), agents=AGENTS, handling=HANDLING)
    yield made
    made.close()


def kept(desk: StoryDesk, number: int) -> Ticket:
    with desk.database.read():
        found = tickets.get(number)
    assert found is not None
    return found


def handled(desk: StoryDesk, number: int) -> dict[str, str]:
    found = [event["data"] for event in desk.ticket(number)["events"] if event["kind"] == "handled"]
    return found[0] if found else {}


class TestType:
    def test_a_mail_that_wants_something_is_a_request_and_the_answer_says_so(self, desk: StoryDesk):
        row = desk.mail_in(mail(CARA, "New laptop", "I would like a new laptop for our new employee."))
        ack = desk.mail_out()[0]
        words = " ".join(ack.text.split())

        assert desk.ticket(1)["type"] == "service-request"
        assert "We took it as a request" in words
        assert "reply with the word INCIDENT" in words
        assert any(
            line.startswith("type service-request (2 for service-request: ") for line in row["evidence"]
        )
        assert handled(desk, 1)["type"].startswith("service-request (")

    def test_a_mail_about_what_is_broken_is_an_incident_and_the_answer_says_so(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "Drucker defekt", "Der Drucker geht nicht."))
        words = " ".join(desk.mail_out()[0].text.split())

        assert desk.ticket(1)["type"] == "incident"
        assert "We took it as an incident" in words
        assert "reply with the word REQUEST" in words

    def test_a_question_and_a_complaint_are_tags(self, desk: StoryDesk):
        desk.mail_in(mail(CARA, "How many holidays", "I am still waiting. How do I ask for one?"))

        assert kept(desk, 1).tags == ("question", "complaint")

    def test_what_the_sender_wrote_before_counts_a_little(self, house: StoryDesk):
        house.mail_in(mail(CARA, "Order", "I would like a new monitor."))
        row = house.mail_in(mail(CARA, "Hello", "See above."))

        assert house.ticket(2)["type"] == "service-request"
        assert any("1 of the sender's last 1 tickets" in line for line in row["evidence"])

    def test_a_ticket_that_follows_another_keeps_its_type_and_team(self, house: StoryDesk):
        house.mail_in(mail("Lea <lea@cust.test>", "New toner", "Please order toner, I would like some."))
        ack = house.mail_out()[0]
        to_agent = house.mail_in(
            reply(ack, "Lea <lea@cust.test>", "Thanks for the quick help, but black please")
        )
        assert to_agent["disposition"] == "appended"
        shown = next(one for one in house.mail_out() if one.notice == "requester-replied")
        house.mail_in(reply(shown, f"Ann <{shown.recipient}>", "#close"))
        house.advance(days=30)

        house.mail_in(reply(ack, "Lea <lea@cust.test>", "The wrong one came."))

        assert (house.ticket(2)["type"], house.ticket(2)["team"]) == ("service-request", "field")


class TestPriority:
    def test_signals_make_it_and_are_told(self, house: StoryDesk):
        row = house.mail_in(mail("Boss <boss@board.test>", "SAP is down", "Nobody can work."))

        assert house.ticket(1)["priority"] == "P1"
        assert row["evidence"][-1].startswith(
            "priority P1 by impact high, urgency high: route: erp -> urgency high; "
        )
        assert "important person: boss@board.test -> urgency high" in handled(house, 1)["priority"]

    def test_the_third_report_of_the_same_is_of_high_impact(self, house: StoryDesk):
        for number in range(3):
            house.mail_in(mail(f"a{number}@cust.test", "Wifi in building 7", f"It is gone, {number}."))
        house.advance(hours=1)
        house.mail_in(mail("late@cust.test", "Wifi in building 7", "Still."))

        assert [house.ticket(number)["impact"] for number in (1, 2, 3, 4)] == [
            "medium",
            "medium",
            "high",
            "medium",
        ]

    def test_a_forger_of_an_important_person_is_not_important(self, house: StoryDesk):
        house.office = replace(house.office, trust=PINNED)
        house.intake = replace(house.intake, office=house.office)
        boss = b"From: boss@board.test"

        forged = arrive(house, result("fail", "board.test") + raw(boss, "Hello", "See above."))
        honest = arrive(house, result("pass", "board.test") + raw(boss, "Hi", "See below."))

        assert "nothing stands out" in forged["evidence"][-1]
        assert "important person: boss@board.test" in honest["evidence"][-1]

    def test_the_matrix_of_the_desk_decides(self, house: StoryDesk):
        house.mail_in(mail("Lab <x@lab.test>", "Plan", "See you."))

        ticket = house.ticket(1)
        assert (ticket["type"], ticket["state"], ticket["priority"]) == ("change", "draft", "P4")

    def test_an_ordinary_mail_is_in_the_middle_and_the_journal_has_nothing_to_tell(self, desk: StoryDesk):
        row = desk.mail_in(mail(CARA, "Hello", "See above."))

        assert row["evidence"][-1] == "priority P3 by impact medium, urgency medium: nothing stands out"
        assert handled(desk, 1) == {}


class TestRoutesAndCategories:
    def test_words_give_a_category_which_leads_to_a_team_and_a_skilled_agent(self, house: StoryDesk):
        row = house.mail_in(mail(CARA, "Toner", "The toner is empty."))
        sent = [(one.notice, one.recipient) for one in house.mail_out()]

        ticket = kept(house, 1)
        assert (ticket.category, ticket.team, ticket.assignee) == (
            "hardware/printer",
            "field",
            "ann@corp.test",
        )
        assert ticket.tags == ("onsite",)
        assert ticket.routes == ("field", "service-desk")
        assert sent == [("ticket-opened", "cara@cust.test"), ("ticket-new", "ann@corp.test")]
        assert 'route printers: fits by category "hardware/printer"' in row["evidence"]
        assert "2 further routes not looked at" in row["evidence"]
        assert "assigned to ann@corp.test: has printer; load 0" in row["evidence"]

    def test_a_mail_that_no_route_fits_waits_for_the_team_of_its_address(self, house: StoryDesk):
        row = house.mail_in(mail(CARA, "Hello", "See above."))

        assert (house.ticket(1)["team"], house.ticket(1)["assignee"]) == ("service-desk", None)
        assert "route lab: does not fit, no such sender" in row["evidence"]

    def test_what_ended_tickets_were_about_is_suggested_for_new_ones(self, house: StoryDesk):
        for number, room in enumerate(("one", "two", "three"), 1):
            house.mail_in(mail(CARA, "Toner", f"Streaks on every sheet from tray {room}"))
            told = next(one for one in house.mail_out() if one.notice == "ticket-new")
            house.mail_in(reply(told, f"Ann <{told.recipient}>", "#close"))
            house.mail_out()
            assert house.ticket(number)["state"] == "closed"
        with house.database.write():
            assert learn_categories.run(house.office, house.now) == "learned from 3 tickets"
            assert learn_categories.run(house.office, house.now) == "learned from 0 tickets"
        house.advance(minutes=2)

        row = house.mail_in(mail("dan@cust.test", "Streaks", "There are streaks on every sheet."))

        assert kept(house, 4).category == "hardware/printer"
        (line,) = [one for one in row["evidence"] if one.startswith("category ")]
        assert "like tickets 3, 2, 1" in line

    def test_without_categories_nothing_is_learned(self, desk: StoryDesk):
        assert learn_categories.run(desk.office, desk.now) == "there are no categories"


class TestAssignment:
    def assigned(self, house: StoryDesk, count: int) -> list[str]:
        for number in range(count):
            house.mail_in(mail(f"x{number}@lab.test", f"Plan {number}", f"Number {number}."))
        return [house.ticket(number + 1)["assignee"] for number in range(count)]

    def test_work_goes_round_evenly(self, house: StoryDesk):
        given = self.assigned(house, 6)

        assert sorted(given) == sorted(["ann@corp.test", "bob@corp.test", "eve@corp.test"] * 2)

    def test_who_is_away_gets_nothing_and_the_stand_in_is_told_with_the_reason(self, house: StoryDesk):
        today = house.now.date()
        with house.database.write():
            absences.add(
                NotedAbsence("ann@corp.test", today, today, "by command", "eve@corp.test"), house.now
            )
            absences.add(NotedAbsence("bob@corp.test", today, None, "by mail", confirmed=False), house.now)

        assert set(self.assigned(house, 4)) == {"bob@corp.test", "eve@corp.test"}
        row = house.mail_in(mail("y@lab.test", "Plan", "Number y."))
        assert f"ann@corp.test: away until {today} (by command); eve@corp.test stands in" in row["evidence"]

    def test_a_team_that_is_all_away_is_stood_in_for(self, database: Database, now):
        day = date(2024, 1, 15)
        away = AbsenceSettings(first=day, last=day, stand_in="eve@corp.test")
        agents = (AgentSettings(address="ann@corp.test", name="Ann", absences=(away,)), EVE)
        team = TeamSettings(
            name="it", addresses=(SUPPORT,), members=("ann@corp.test",), assignment="automatic"
        )
        desk = StoryDesk(database, now, teams=(team,), agents=agents)

        row = desk.mail_in(mail(CARA, "Printer", "Dead."))

        assert desk.ticket(1)["assignee"] == "eve@corp.test"
        assert (
            "ann@corp.test: away until 2024-01-15 (by the configuration); eve@corp.test stands in"
            in row["evidence"]
        )
        desk.close()

    def test_nobody_there_leaves_the_ticket_to_the_team(self, database: Database, now):
        day = date(2024, 1, 15)
        agents = (
            AgentSettings(
                address="ann@corp.test", name="Ann", absences=(AbsenceSettings(first=day, last=day),)
            ),
        )
        team = TeamSettings(
            name="it", addresses=(SUPPORT,), members=("ann@corp.test",), assignment="automatic"
        )
        desk = StoryDesk(database, now, teams=(team,), agents=agents)

        row = desk.mail_in(mail(CARA, "Printer", "Dead."))

        assert desk.ticket(1)["assignee"] is None
        assert "assigned to nobody: nobody of the team is there" in row["evidence"]
        desk.close()

    def test_who_has_a_holiday_by_the_calendar_gets_nothing_unless_nobody_works(self, house: StoryDesk):
        agents = tuple(
            replace(one, calendar="office" if one.name == "Ann" else "") for one in house.office.roster.agents
        )
        roster = replace(house.office.roster, agents=agents)
        shut = Calendar(
            "office", ZoneInfo("Europe/Berlin"), week(("tue-fri 08:00-17:00",)), lambda _day: False
        )
        levels = ServiceLevels.build((), {"office": shut}, frozenset())
        house.office = replace(house.office, roster=roster, levels=levels)
        house.intake = replace(house.intake, office=house.office)

        assert set(self.assigned(house, 4)) == {"bob@corp.test", "eve@corp.test"}
        row = house.mail_in(mail("y@lab.test", "Plan", "Number y."))
        assert "ann@corp.test: does not work today by the calendar office" in row["evidence"]

    def test_an_agent_does_not_work_on_his_own_ticket(self, house: StoryDesk):
        house.mail_in(mail(ANN, "My toner", "The toner is empty."))

        assert house.ticket(1)["assignee"] != "ann@corp.test"

    def test_who_knows_the_requester_goes_first(self, house: StoryDesk):
        house.mail_in(mail("x@lab.test", "Plan", "One."))
        house.mail_in(mail("y@lab.test", "Plan", "Two."))
        first = house.ticket(2)["assignee"]

        row = house.mail_in(mail("y@lab.test", "Other", "Three."))

        assert house.ticket(3)["assignee"] == first
        assert f"assigned to {first}: had 1 like it before; load 1" in row["evidence"]
