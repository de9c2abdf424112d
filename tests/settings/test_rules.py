"""What must hold between the people of a desk, one fault at a time."""

import sys
import zoneinfo

import pytest

from tests.settings.conftest import ANN, DESK

BOB = '[[agent]]\naddress = "bob@corp.test"\nname = "Bob"\n'
TEAM = '[[team]]\nname = "it"\nmembers = ["ann@corp.test"]\n'


class TestPeople:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param(
                '[desk]\nname = "IT\\nBcc: x"\naddress = "support@desk.test"\n' + ANN,
                ["2: desk.name: expected a name in one line of printable characters"],
                id="line end in a name",
            ),
            pytest.param(
                DESK + '[[agent]]\naddress = "ann@corp.test"\nname = " "\n',
                ["6: agent[1].name: expected a name in one line of printable characters"],
                id="blank name",
            ),
            pytest.param(
                DESK + ANN + TEAM + 'addresses = ["a@desk.test", "b@@desk.test"]\n',
                [
                    (
                        "10: team[1].addresses[2]: expected an e-mail address like ann@example.com, "
                        'got "b@@desk.test"'
                    )
                ],
                id="bad address",
            ),
            pytest.param(
                DESK + f'administrators = ["{"a" * 250}@corp.test"]\n' + ANN,
                [
                    (
                        "4: desk.administrators[1]: expected an e-mail address like ann@example.com, "
                        f'got "{"a" * 250}@corp.test"'
                    )
                ],
                id="address longer than RFC 5321 allows",
            ),
            pytest.param(
                DESK + 'timezone = "Europe/Berln"\n' + ANN,
                [
                    (
                        '4: desk.timezone: expected a time zone like Europe/Berlin, got "Europe/Berln" '
                        "(did you mean Europe/Berlin?)"
                    )
                ],
                id="time zone",
            ),
            pytest.param(
                DESK + ANN + 'timezone = "../../etc/passwd"\n',
                ['7: agent[1].timezone: expected a time zone like Europe/Berlin, got "../../etc/passwd"'],
                id="time zone that is a path",
            ),
            pytest.param(
                DESK + 'timezone = ""\n' + ANN,
                ['4: desk.timezone: expected a time zone like Europe/Berlin, got ""'],
                id="no time zone for the desk",
            ),
            pytest.param(
                DESK.replace("support@", "support+x@") + ANN,
                [
                    (
                        "3: desk.address: expected an address without +, got support+x@desk.test "
                        "(use support@desk.test)"
                    )
                ],
                id="desk with a detail",
            ),
            pytest.param(
                DESK + ANN + TEAM + TEAM.replace('"it"', '"IT"'),
                ["11: team[2].name: IT is the name of team[1] already"],
                id="team twice",
            ),
            pytest.param(
                DESK + ANN + 'also = ["b@home.test"]\n' + BOB + 'also = ["B@home.test"]\n',
                ["11: agent[2].also[1]: B@home.test belongs to agent[1] already"],
                id="agent twice",
            ),
            pytest.param(
                DESK
                + ANN
                + TEAM
                + 'addresses = ["support@desk.test"]\n'
                + TEAM.replace('"it"', '"hr"')
                + 'addresses = ["Support@desk.test"]\n',
                ["14: team[2].addresses[1]: Support@desk.test is an address of team[1] already"],
                id="address of two teams",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\nmembers = ["ann@corp.tst"]\n',
                [
                    (
                        "9: team[1].members[1]: expected the address of an agent, got ann@corp.tst "
                        "(did you mean ann@corp.test?)"
                    )
                ],
                id="member that is no agent",
            ),
            pytest.param(
                DESK + ANN + 'also = ["x@home.test"]\n[[team]]\nname = "it"\nmembers = ["x@home.test"]\n',
                [
                    (
                        "10: team[1].members[1]: expected the address of an agent, got x@home.test "
                        "(did you mean ann@corp.test?)"
                    )
                ],
                id="member by a further address",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\nmembers = ["zoe@else.example"]\n',
                [
                    (
                        "9: team[1].members[1]: expected the address of an agent, got zoe@else.example "
                        "(add an [[agent]] with that address)"
                    )
                ],
                id="member out of nowhere",
            ),
            pytest.param(
                DESK + ANN + '[[team]]\nname = "it"\nmembers = ["ann@corp.test", "Ann@corp.test"]\n',
                ["9: team[1].members[2]: Ann@corp.test is a member of this team already"],
                id="member twice",
            ),
            pytest.param(DESK, ["agent: missing; expected at least one [[agent]]"], id="nobody at all"),
            pytest.param(
                DESK + 'administrators = ["Support@desk.test"]\n' + ANN,
                [
                    (
                        "4: desk.administrators[1]: expected the address of a person, got Support@desk.test, "
                        "an address of the desk itself"
                    )
                ],
                id="administrator that is the desk",
            ),
            pytest.param(
                DESK + '[[agent]]\naddress = "support+ann@desk.test"\nname = "Ann"\n',
                [
                    (
                        "5: agent[1].address: expected the address of a person, got support+ann@desk.test, "
                        "an address of the desk itself"
                    )
                ],
                id="agent at a detail of the desk",
            ),
            pytest.param(
                DESK + ANN + TEAM + 'addresses = ["ann@corp.test"]\n',
                [
                    (
                        "5: agent[1].address: expected the address of a person, got ann@corp.test, "
                        "an address of the desk itself"
                    )
                ],
                id="agent that is the desk",
            ),
        ],
    )
    def test_a_fault_is_told_with_its_place(self, complaints, text, said):
        assert complaints(text) == said

    def test_an_address_in_another_script_is_taken(self, loaded):
        settings = loaded(DESK + '[[agent]]\naddress = "jürgen@bücher.example"\nname = "Jürgen"\n')

        assert settings.agent[0].address == "jürgen@bücher.example"

    def test_a_team_may_be_everybody(self, loaded):
        assert loaded(DESK + ANN + '[[team]]\nname = "it"\n').team[0].members == ()

    def test_an_agent_may_be_in_two_teams(self, loaded):
        assert len(loaded(DESK + ANN + TEAM + TEAM.replace('"it"', '"hr"')).team) == 2

    def test_a_machine_without_time_zones_is_told_to_get_them(self, complaints, monkeypatch):
        for name in [name for name in sys.modules if name.partition(".")[0] == "tzdata"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "tzdata", None)
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()
        try:
            (said,) = complaints(DESK + 'timezone = "Europe/Berlin"\n' + ANN)
        finally:
            zoneinfo.reset_tzpath()

        assert said.endswith("(this machine has no time zone database; install tzdata)")
