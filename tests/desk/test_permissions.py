"""The rows of the permission table, and that the page shows the table as it is.

Every cell with every proof is tried in ``tests/acceptance/test_power.py``.
"""

import itertools
from pathlib import Path

import pytest

from daemon.commands import COMMANDS
from daemon.desk.permissions import TABLE, Action, Claim, Need, Role, ask, ask_command, need
from daemon.desk.proof import Proof, Trust

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
PROOFS = (None, *Proof)
PEOPLES_ACTIONS = {
    *(
        Action.OPEN,
        Action.HOLD,
        Action.REPLY,
        Action.LINK,
        Action.FORWARD,
        Action.ASK_HELP,
        Action.ASK_STATUS,
    ),
    *(Action.CLOSE_OWN, Action.REOPEN_OWN, Action.RAISE_URGENCY, Action.NAME_TYPE),
}
AGENT_ACTIONS = frozenset(Action) - PEOPLES_ACTIONS


def test_a_forger_gains_nothing_by_naming_an_agent():
    for action in AGENT_ACTIONS:
        for proof in set(PROOFS) - {Proof.TOKEN}:
            assert not ask(Claim(Role.AGENT, Trust.UNVERIFIED, proof), action).allowed


def test_what_is_in_no_row_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.desk.permissions.TABLE", {})

    for role, action in itertools.product(Role, Action):
        verdict = ask(Claim(role, Trust.VERIFIED, Proof.TOKEN), action)
        assert not verdict.allowed


def test_every_action_has_its_row():
    assert set(TABLE) == set(Action)


def test_every_command_has_its_row_and_no_other():
    assert {action[1:] for action in Action if action.startswith("#")} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_need_a_proven_agent(name: str):
    assert ask_command(Claim(Role.AGENT, Trust.UNVERIFIED, Proof.TOKEN), name).allowed
    assert not ask_command(Claim(Role.OTHER_TEAM, Trust.VERIFIED, Proof.TOKEN), name).allowed


def test_an_unknown_command_is_nobodys():
    verdict = ask_command(Claim(Role.AGENT, Trust.VERIFIED, Proof.TOKEN), "erase")

    assert not verdict.allowed
    assert verdict.reason == "nobody may give #erase"


def test_the_page_shows_the_table_as_it_is():
    head = ["", *(str(role) for role in Role)]
    rows = [[_cell(action), *(str(need(role, action)) for role in Role)] for action in Action]
    table = [head, ["---"] * len(head), *rows]
    written = "\n".join("| " + " | ".join(row) + " |" for row in table).replace("|  |", "| |")

    assert written in PAGE.read_text("utf-8")
    assert all(str(one) in written for one in Need)


def _cell(action: Action) -> str:
    return f"`{action}`" if action.startswith("#") else str(action)
