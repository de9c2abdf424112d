"""Who people are, asked of the directory and of the catalogue, on each database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from daemon.desk.approval_rules import BudgetOwner, Case, resolve, stage_rule
from daemon.desk.catalogue import Catalogue, Sender
from daemon.desk.roster import AgentSettings
from daemon.services import directory
from daemon.services.office import Office
from storage import absences
from storage import directory as stored
from storage.absences import NotedAbsence
from storage.database import Database
from storage.records import DirectoryPerson
from tests.conftest import MONDAY_MORNING
from tests.scenarios.desk import StoryDesk

ANN = DirectoryPerson("ann@example.com", "Ann", "mia@example.com", "Sales", also=("ann@home.test",))
MIA = DirectoryPerson(
    "mia@example.com",
    "Mia",
    "cfo@example.com",
    title="Head of Sales",
    deputies=("ann@example.com", "nobody@example.com", "old@example.com", "mia@example.com"),
)
CFO = DirectoryPerson("cfo@example.com", "Cora", title="CFO", roles=("board",), groups=("signers",))
OLD = DirectoryPerson("old@example.com", "Otto", "cfo@example.com", groups=("signers",), active=False)
LEFT = DirectoryPerson("left@example.com", "Lea", "old@example.com")
LOST = DirectoryPerson("lost@example.com", "Lou", "nobody@example.com")
PEOPLE = (ANN, MIA, CFO, OLD, LEFT, LOST)
MANAGERS = {
    "ann@example.com": "mia@example.com",
    "ann@home.test": "mia@example.com",
    "mia@example.com": "cfo@example.com",
}
CATALOGUE = Catalogue(groups={"IT Check": ("Ida@example.com",)}, budgets={"sales": "mia@example.com"})


@pytest.fixture
def filled(database: Database) -> Database:
    """A database whose directory knows the people above."""
    with database.write():
        stored.put(PEOPLE, "csv", MONDAY_MORNING)
    return database


@pytest.fixture
def office(filled: Database) -> Iterator[Office]:
    agents = (
        AgentSettings(address="ann@example.com", name="Ann", also=("ann@phone.test",)),
        AgentSettings(address="bob@example.com", name="Bob"),
    )
    desk = StoryDesk(filled, MONDAY_MORNING, agents=agents, catalogue=CATALOGUE)
    yield desk.office
    desk.close()


class TestOrganisation:
    def test_only_managers_who_are_known_and_active_are_named(self, filled, office):
        with filled.read():
            found = directory.organisation(office)

        assert found.managers == MANAGERS

    def test_roles_are_titles_too_and_of_the_active_alone(self, filled, office):
        with filled.read():
            found = directory.organisation(office)

        assert found.roles == {
            "cfo": ("cfo@example.com",),
            "board": ("cfo@example.com",),
            "head of sales": ("mia@example.com",),
        }

    def test_groups_come_from_both_and_those_of_the_catalogue_are_what_it_says(self, filled, office):
        with filled.write():
            stored.put([replace(CFO, groups=("it check", "signers", "it check"))], "csv", MONDAY_MORNING)
        with filled.read():
            found = directory.organisation(office)

        assert found.groups == {"signers": ("cfo@example.com",), "it check": ("ida@example.com",)}
        assert found.budget_owners == (BudgetOwner("mia@example.com", None, "sales"),)

    def test_the_chain_of_one_person_goes_up_to_the_top(self, filled, office):
        with filled.read():
            found = directory.organisation_for(office, ["Ann@Home.test"])

        assert found.managers == {key: MANAGERS[key] for key in ("ann@home.test", "mia@example.com")}
        assert found.roles["cfo"] == ("cfo@example.com",)

    def test_a_ring_of_managers_ends_the_chain(self, filled, office):
        with filled.write():
            stored.put([replace(CFO, manager=MIA.address)], "csv", MONDAY_MORNING)
        with filled.read():
            found = directory.organisation_for(office, [ANN.address])

        assert found.managers == {
            "ann@example.com": "mia@example.com",
            "mia@example.com": "cfo@example.com",
            "cfo@example.com": "mia@example.com",
        }

    def test_only_the_names_that_are_needed_are_read(self, filled, office):
        with filled.read():
            found = directory.organisation_for(office, [], roles=["board"], groups=[])

        assert found.roles == {"board": ("cfo@example.com",)}
        assert found.groups == {"it check": ("ida@example.com",)}
        assert found.managers == {}

    def test_an_approval_finds_its_approvers(self, filled, office):
        case = Case(("ann@home.test",), Decimal(100), "Sales")
        rule = stage_rule("all of manager, budget-owner, role:cfo, group:it check")
        with filled.read():
            found = resolve(rule, case, directory.organisation_for(office, case.parties))

        assert [one.address for one in found.stage.approvers] == [
            "mia@example.com",
            "cfo@example.com",
            "ida@example.com",
        ]
        assert not found.problems

    def test_a_dead_manager_is_a_problem_and_not_an_approver(self, filled, office):
        with filled.read():
            found = resolve(stage_rule("manager"), Case((LEFT.address,)), directory.organisation(office))

        assert not found.stage.approvers
        assert found.problems == ("no manager of left@example.com is known",)


class TestPeople:
    def test_a_sender_has_a_department_under_every_address(self, filled, office):
        with filled.read():
            found = [directory.sender(office, one) for one in ("ANN@example.com", "ann@home.test")]
            by_the_agent = directory.sender(office, "ann@phone.test")

        assert found == [Sender("ann@example.com", "Sales")] * 2
        assert by_the_agent == Sender("ann@example.com", "Sales")

    def test_a_stranger_has_no_department(self, filled, office):
        with filled.read():
            assert directory.sender(office, " Eve@Else.test") == Sender("eve@else.test")
            assert directory.known("eve@else.test") is None

    def test_who_is_gone_is_not_known(self, filled):
        with filled.write():
            stored.mark_gone([ANN.address], MONDAY_MORNING)
        with filled.read():
            assert directory.known("ann@example.com") is None
            assert directory.known("ann@home.test") is None
            assert directory.known("Mia@example.com") == MIA

    def test_deputies_are_those_who_can_act(self, filled):
        with filled.read():
            found = directory.deputies(["Mia@example.com", "ann@example.com", "eve@else.test"])

        assert found == {"mia@example.com": ("ann@example.com",)}


class TestAway:
    def test_who_answered_with_a_day_is_away_up_to_it(self, filled, office):
        with filled.write():
            stored.note_away("Ann@home.test", date(2024, 1, 17), MONDAY_MORNING)
        with filled.read():
            days = [
                directory.away(office, ["ann@example.com", "mia@example.com"], MONDAY_MORNING + one)
                for one in (timedelta(), timedelta(days=2), timedelta(days=3))
            ]

        assert days == [{"ann@example.com"}, {"ann@example.com"}, set()]

    def test_an_answer_without_a_day_holds_for_three_working_days(self, filled, office):
        friday = MONDAY_MORNING + timedelta(days=4)
        with filled.write():
            stored.note_away("eve@else.test", None, friday)
        with filled.read():
            held = [
                bool(directory.away(office, ["EVE@else.test"], friday + timedelta(days=one)))
                for one in range(7)
            ]

        assert held == [True, True, True, True, True, True, False]

    def test_the_newest_answer_counts_and_who_is_back_is_back(self, filled, office):
        with filled.write():
            stored.note_away("eve@else.test", date(2024, 3, 1), MONDAY_MORNING)
            stored.note_away("eve@else.test", date(2024, 1, 15), MONDAY_MORNING)
            stored.note_away("ida@example.com", None, MONDAY_MORNING)
            stored.back("Ida@example.com")
        with filled.read():
            later = directory.away(
                office, ["eve@else.test", "ida@example.com"], MONDAY_MORNING + timedelta(days=1)
            )

        assert later == set()

    def test_agents_are_away_as_they_said(self, filled, office):
        until = date(2024, 1, 16)
        with filled.write():
            absences.add(NotedAbsence("bob@example.com", until, until, "by command"), MONDAY_MORNING)
        with filled.read():
            asked = ["bob@example.com", "ann@phone.test"]
            days = [directory.away(office, asked, MONDAY_MORNING + timedelta(days=one)) for one in (0, 1, 2)]

        assert days == [set(), {"bob@example.com"}, set()]
