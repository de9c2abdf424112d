"""Whose an address is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.addressing import Roster, detail_of, with_detail, without_detail
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings

LOCAL = st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True)


def roster(**desk: object) -> Roster:
    return Roster.build(
        DeskSettings(name="Desk", address="Support@Desk.test", aliases=("help@desk.test",), **desk),
        [
            TeamSettings(name="it", addresses=("support@desk.test",), members=("ann@corp.test",)),
            TeamSettings(name="hr", addresses=("hr@desk.test",), members=("bob@corp.test",)),
        ],
        [
            AgentSettings(address="Ann@corp.test", name="Ann", also=("ann@home.test",)),
            AgentSettings(address="bob@corp.test", name="Bob"),
        ],
    )


@pytest.mark.parametrize(
    "address",
    [
        "support@desk.test",
        "SUPPORT@DESK.TEST",
        "support+r1.aa.x@desk.test",
        "Support+Anything@Desk.Test",
        " help@desk.test ",
        "hr+x+y@desk.test",
    ],
)
def test_every_form_of_our_addresses_is_own(address: str):
    assert roster().is_own(address)


@pytest.mark.parametrize(
    "address", ["support@desk.test.evil.test", "xsupport@desk.test", "support", "", "@desk.test", "support@"]
)
def test_what_only_looks_like_ours_is_not_own(address: str):
    assert not roster().is_own(address)


@given(LOCAL, LOCAL)
def test_sub_address_comes_back_as_it_was_put_in(local: str, detail: str):
    address = with_detail(f"{local}@desk.test", detail)

    assert detail_of(address) == detail.lower()
    assert without_detail(address) == f"{local}@desk.test".lower()


def test_agent_is_found_by_any_of_the_addresses():
    found = [roster().agent(address) for address in ("ANN@corp.test", "ann@home.test", "eve@corp.test")]

    assert [agent.name if agent else None for agent in found] == ["Ann", "Ann", None]


def test_teams_come_in_the_order_of_the_addresses_and_the_first_team_is_the_fallback():
    teams = roster().teams_for

    assert teams(["hr+x@desk.test", "support@desk.test"]) == ("hr", "it")
    assert teams(["help@desk.test"]) == ("it",)
    assert teams([]) == ("it",)


def test_members_of_a_team_without_any_are_all_agents():
    alone = Roster.build(
        DeskSettings(name="Desk", address="support@desk.test"),
        [],
        [
            AgentSettings(address="ann@corp.test", name="Ann"),
            AgentSettings(address="bob@corp.test", name="Bob"),
        ],
    )

    assert [agent.name for agent in alone.members("service-desk")] == ["Ann", "Bob"]
    assert [agent.name for agent in roster().members("hr")] == ["Bob"]
    assert [agent.name for agent in roster().members("a team that is gone")] == ["Ann"]
