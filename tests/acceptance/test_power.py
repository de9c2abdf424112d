"""Nobody gets power by typing an address: every role, action and proof; then the same by real mail."""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.permissions import Action, Claim, Role, ask
from daemon.desk.proof import Proof, Trust
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.mail.tokens import Purpose
from storage.database import Database
from tests.acceptance.power import EXPECTED, NEEDS, NEEDS_WITH_BOTH, PROOFS, ROLES, TRUSTS, expected, gaps
from tests.acceptance.power_approvals import approves
from tests.acceptance.power_requests import CHAIRS, answers_form
from tests.acceptance.power_stage import (
    ANN,
    FORGED,
    FORGED_LOGIN,
    FORWARD,
    HUGO,
    LOGIN,
    NOTHING,
    SENDERS,
    STOLEN,
    STRONG,
    TOKEN,
    Proofs,
    Stage,
)
from tests.acceptance.power_surveys import rates
from tests.acceptance.power_tasks import does_task
from tests.conftest import close
from tests.scenarios.desk import SUPPORT, StoryDesk

CELLS = list(itertools.product(Role, Action))


class TestTable:
    def test_every_role_action_and_proof_has_its_expectation(self):
        assert gaps(Role, Action, Trust, (None, *Proof)) == []
        assert all(len(row) == len(ROLES) for row in EXPECTED.values())
        for signs in (*NEEDS.values(), *NEEDS_WITH_BOTH.values()):
            assert [len(line) for line in signs] == [len(PROOFS)] * len(TRUSTS)

    @pytest.mark.parametrize("at", range(4))
    def test_one_that_is_added_without_an_expectation_is_found(self, at: int):
        there: list[list[Any]] = [list(Role), list(Action), list(Trust), [None, *Proof]]
        there[at].append("brand new")

        (gap,) = gaps(*there)
        assert gap.endswith(" 'brand new' has no expectation")

    @pytest.mark.parametrize("at", range(4))
    def test_one_that_is_taken_away_is_found(self, at: int):
        there: list[list[Any]] = [list(Role), list(Action), list(Trust), [None, *Proof]]
        gone = there[at].pop()

        assert gaps(*there)[0].endswith(f" {str(gone)!r} is expected and not there")

    def test_what_is_not_written_down_is_an_error_and_no_default(self):
        with pytest.raises(LookupError):
            expected(Role.AGENT, "#erase", Trust.VERIFIED, Proof.TOKEN)
        with pytest.raises(ValueError, match="not in tuple"):
            expected("auditor", Action.OPEN, Trust.VERIFIED, Proof.TOKEN)

    @pytest.mark.parametrize(("role", "action"), CELLS, ids=str)
    def test_cell_is_as_expected_for_every_proof(self, role: Role, action: Action):
        for trust, proof, both in itertools.product(Trust, (None, *Proof), (False, True)):
            wanted = expected(role, action, trust, proof, both=both)

            verdict = ask(Claim(role, trust, proof, both), action)
            assert verdict.allowed is wanted, (trust, proof, both)
            assert verdict.reason


Attempt = Callable[[Stage, Role, Proofs], bool]


def opens(stage: Stage, role: Role, proofs: Proofs) -> bool:
    row, _ = stage.open(role, proofs, f"Number {stage.count}.")
    return row["disposition"] == "ticketed" and stage.desk.ticket(row["ticket"])["requester"] == SENDERS[role]


def is_held(stage: Stage, role: Role, proofs: Proofs) -> bool:
    row, _ = stage.send(role, proofs, "Whoever I am.")
    return row["disposition"] == "held" and stage.kinds(SENDERS[role])[-1] == "held"


def replies(stage: Stage, role: Role, proofs: Proofs) -> bool:
    before = stage.kinds(SENDERS[role])
    row, _ = stage.send(role, proofs, "It blinks as well.")
    return row["disposition"] == "appended" and stage.kinds(SENDERS[role]) == [*before, "message"]


def says(words: str, notice: str) -> Attempt:
    def attempt(stage: Stage, role: Role, proofs: Proofs) -> bool:
        _, mails = stage.send(role, proofs, words)
        told = [one.text for one in mails if (one.notice, one.recipient) == (notice, SENDERS[role])]
        return bool(told) and not re.search("Only the person|takes a proof", told[0])

    return attempt


def says_type(stage: Stage, role: Role, proofs: Proofs) -> bool:
    stage.send(role, proofs, "REQUEST")
    return bool(stage.desk.ticket(stage.number)["type"] == "service-request")


def links(stage: Stage, role: Role, proofs: Proofs) -> bool:
    _, mails = stage.send(role, proofs, f"#link home{stage.count}@home.test")
    return any(one.notice == "address-confirm" for one in mails)


def forwards(stage: Stage, role: Role, proofs: Proofs) -> bool:
    row, _ = stage.open(role, proofs, FORWARD.format(author="Fred <fred@cust.test>", number=stage.count))
    return bool(stage.desk.ticket(row["ticket"])["requester"] == "fred@cust.test")


def answers(stage: Stage, role: Role, proofs: Proofs) -> bool:
    _, mails = stage.send(role, proofs, "Put in letter paper.")
    told = [one.recipient for one in mails if one.notice == "public-answer"]
    return told == ["cara@cust.test", "dan@cust.test"] and "answer" in stage.kinds(SENDERS[role])


def notes(stage: Stage, role: Role, proofs: Proofs) -> bool:
    _, mails = stage.send(role, proofs, "She has not paid.", Purpose.NOTE)
    told = [one.recipient for one in mails if one.notice == "internal-note"]
    return told == ["bob@corp.test"] and "note" in stage.kinds(SENDERS[role])


def names_requester(stage: Stage, role: Role, proofs: Proofs) -> bool:
    stage.question()
    stage.send(role, proofs, "0")
    return bool(stage.desk.ticket(stage.number)["requester"] == SENDERS[role])


def takes(stage: Stage, role: Role, proofs: Proofs) -> bool:
    stage.send(role, proofs, "#take")
    return bool(stage.desk.ticket(stage.number)["assignee"] == SENDERS[role])


def moves(word: str, state: str) -> Attempt:
    def attempt(stage: Stage, role: Role, proofs: Proofs) -> bool:
        _, mails = stage.send(role, proofs, word)
        told = [one.notice for one in mails if one.recipient == "cara@cust.test"]
        return stage.desk.ticket(stage.number)["state"] == state and told == [f"ticket-{state}"]

    return attempt


def notes_by_command(stage: Stage, role: Role, proofs: Proofs) -> bool:
    _, mails = stage.send(role, proofs, "#note\n\nShe has not paid.")
    told = {one.recipient for one in mails if one.notice == "internal-note"} == {"bob@corp.test"}
    return told and "note" in stage.kinds(SENDERS[role])


def decides(word: str, kinds: list[str]) -> Attempt:
    def attempt(stage: Stage, role: Role, proofs: Proofs) -> bool:
        stage.hold()
        stage.send(role, proofs, word)
        return stage.kinds(f"walter{stage.number}@walk.test") == kinds

    return attempt


def sends(stage: Stage, role: Role, proofs: Proofs) -> bool:
    stage.hold_answer()
    _, mails = stage.send(role, proofs, "#send")
    return "public-answer" in {one.notice for one in mails} and "answer" in stage.kinds(ANN)


def is_helped(stage: Stage, role: Role, proofs: Proofs) -> bool:
    _, mails = stage.send(role, proofs, "#help")
    return [(one.notice, one.recipient) for one in mails] == [("command-help", SENDERS[role])]


WITH_A_TICKET = (STRONG, STOLEN, FORGED)
WITHOUT_A_TICKET = (LOGIN, NOTHING, FORGED_LOGIN)
BY_MAIL: dict[Action, tuple[Attempt, tuple[Proofs, ...]]] = {
    Action.OPEN: (opens, WITHOUT_A_TICKET),
    # Whoever may do more than that is not held.
    Action.HOLD: (is_held, (FORGED, FORGED_LOGIN)),
    Action.REPLY: (replies, (*WITH_A_TICKET, TOKEN)),
    Action.LINK: (links, WITH_A_TICKET),
    Action.FORWARD: (forwards, WITHOUT_A_TICKET),
    Action.APPROVE: (approves, (STRONG, TOKEN, STOLEN, FORGED)),
    Action.ASK_HELP: (says("Help", "requester-help"), WITH_A_TICKET),
    Action.ASK_STATUS: (says("Status?", "ticket-status"), WITH_A_TICKET),
    Action.CLOSE_OWN: (says("Please close this", "ticket-closed"), WITH_A_TICKET),
    Action.REOPEN_OWN: (says("Please reopen", "requester-told"), WITH_A_TICKET),
    Action.RAISE_URGENCY: (says("Urgent!", "requester-told"), WITH_A_TICKET),
    Action.NAME_TYPE: (says_type, WITH_A_TICKET),
    Action.ANSWER_TASK: (does_task, (STRONG, TOKEN, STOLEN, FORGED)),
    Action.RATE: (rates, WITH_A_TICKET),
    Action.FILL_FORM: (answers_form(""), WITH_A_TICKET),
    Action.CHANGE_REQUEST: (answers_form("2.10"), WITH_A_TICKET),
    Action.ANSWER: (answers, (*WITH_A_TICKET, LOGIN, TOKEN)),
    Action.NOTE: (notes, (*WITH_A_TICKET, TOKEN)),
    Action.NAME_REQUESTER: (names_requester, WITH_A_TICKET),
    Action.TAKE: (takes, WITH_A_TICKET),
    Action.RESOLVE: (moves("#resolve", "resolved"), WITH_A_TICKET),
    Action.CLOSE: (moves("#close", "closed"), WITH_A_TICKET),
    Action.NOTE_COMMAND: (notes_by_command, WITH_A_TICKET),
    Action.ACCEPT: (decides("#accept", ["message"]), WITH_A_TICKET),
    Action.REFUSE: (decides("#refuse", ["refused"]), WITH_A_TICKET),
    Action.SPLIT: (decides("#split", []), WITH_A_TICKET),
    Action.SEND: (sends, WITH_A_TICKET),
    Action.HELP: (is_helped, WITH_A_TICKET),
}


@pytest.fixture
def stage(sqlite_maker: Any, request: pytest.FixtureRequest, now: datetime) -> Iterator[Stage]:
    """A stage on SQLite: what is decided here, no database decides."""
    for url in sqlite_maker(request):
        database = Database(url)
        teams = (
            TeamSettings(name="it", addresses=(SUPPORT,), members=(ANN, "bob@corp.test")),
            TeamSettings(name="hr", addresses=("hr@desk.test",), members=(HUGO,)),
        )
        agents = tuple(
            AgentSettings(address=f"{name}@corp.test", name=name) for name in ("ann", "bob", "hugo")
        )
        # People get more mail here in a minute than the budgets allow in an hour.
        much = dict.fromkeys((name for name in DeskSettings.__struct_fields__ if "auto_mail" in name), 1_000)
        settings = DeskSettings(name="IT Support", address=SUPPORT, **much)
        desk = StoryDesk(database, now, settings=settings, teams=teams, agents=agents, catalogue=CHAIRS)
        yield Stage(desk)
        desk.close()
        close(database)


def proof_by_mail(proofs: Proofs, action: Action) -> Proof | None:
    """Return by what such a mail is tied to its ticket: a number stands in every subject."""
    if action in {Action.OPEN, Action.FORWARD}:
        return None
    return proofs.token or Proof.SUBJECT


def gives(stage: Stage, role: Role, proofs: Proofs, word: str) -> bool:
    """Tell whether a command of somebody was looked at at all, whatever came of it."""
    row, mails = stage.send(role, proofs, word)
    results = [one for one in mails if one.notice in {"command-results", "command-help"}]
    return bool(results) and all(one.recipient == SENDERS[role] for one in results) and not _denied(row)


def _denied(row: dict[str, Any]) -> bool:
    return "you may not give" in row["reason"]


def is_command(action: Action) -> bool:
    return action.startswith("#")


class TestByMail:
    def test_every_action_is_tried_with_a_proof_that_allows_it_and_one_that_does_not(self):
        assert {action for action in Action if not is_command(action)} <= set(BY_MAIL)
        for action, (_, tried) in BY_MAIL.items():
            said = {
                expected(role, action, one.trust, proof_by_mail(one, action))
                for role in Role
                for one in tried
            }
            assert said == ({True} if action in {Action.OPEN, Action.HOLD} else {True, False}), action

    @pytest.mark.parametrize("action", BY_MAIL, ids=str)
    def test_mail_does_what_the_table_says_and_no_more(self, stage: Stage, action: Action):
        attempt, tried = BY_MAIL[action]
        for role in Role:
            for proofs in tried if role in _somebody_may(action) else tried[:1]:
                wanted = expected(role, action, proofs.trust, proof_by_mail(proofs, action))

                assert attempt(stage.fresh(), role, proofs) is wanted, (role, proofs)

    @pytest.mark.parametrize(
        ("role", "proofs"),
        [
            pytest.param(Role.AGENT, STRONG, id="agent with both"),
            pytest.param(Role.AGENT, STOLEN, id="agent with the address of another"),
            pytest.param(Role.OTHER_TEAM, STRONG, id="agent of another team"),
            pytest.param(Role.REQUESTER, STRONG, id="requester"),
        ],
    )
    def test_every_command_is_looked_at_for_whom_the_table_says(
        self, stage: Stage, role: Role, proofs: Proofs
    ):
        """The commands whose effect no story above tells of are tried here, and all others once more."""
        commands = [action for action in Action if is_command(action)]
        stage.fresh()
        given = {action: gives(stage, role, proofs, str(action)) for action in commands}

        assert given == {
            action: expected(role, action, proofs.trust, proof_by_mail(proofs, action)) for action in commands
        }

    def test_refusal_is_told_to_the_agent_and_to_nobody_else(self, stage: Stage):
        told = {}
        for role in (Role.STRANGER, Role.OTHER_TEAM, Role.AGENT):
            proofs = STOLEN if role is Role.AGENT else LOGIN
            row, mails = stage.fresh().send(role, proofs, "#close")
            told[role] = [(one.notice, one.recipient) for one in mails if one.notice != "mail-held"]
            assert row["disposition"] == "held"
            assert row["reason"]

        assert told == {
            Role.STRANGER: [],
            Role.OTHER_TEAM: [("answer-refused", HUGO)],
            Role.AGENT: [("answer-refused", ANN)],
        }


def _somebody_may(action: Action) -> list[Role]:
    """List the roles for which it depends on the proof."""
    return [role for role in Role if EXPECTED[action][ROLES.index(role)] != "nobody"]
