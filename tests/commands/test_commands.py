"""What agents can say at the top of a mail."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import commands
from daemon.commands import COMMANDS, Ask, Decision, split
from daemon.desk.addressing import Agent
from daemon.desk.changes import Assign, MoveState
from daemon.desk.permissions import Claim, Role
from daemon.desk.proof import Trust
from storage.records import Ticket
from storage.vocabulary import Level, Priority, TicketState, TicketType

ANN = Agent("ann@corp.test", "Ann", frozenset({"ann@corp.test"}))
PROVEN = Claim(Role.AGENT, Trust.VERIFIED)


def ticket(now: datetime, state: TicketState = TicketState.NEW, assignee: str | None = None) -> Ticket:
    return Ticket(
        number=7,
        type=TicketType.INCIDENT,
        state=state,
        impact=Level.MEDIUM,
        urgency=Level.MEDIUM,
        priority=Priority.P3,
        team="service-desk",
        assignee=assignee,
        requester=None,
        subject="Printer",
        root_message_id="<a@b>",
        created_at=now,
        updated_at=now,
        resolved_at=None,
        closed_at=None,
        journal_hash="",
        routes=("service-desk",),
    )


def decide(lines: tuple[str, ...], on: Ticket, claim: Claim = PROVEN) -> Decision:
    return commands.decide(lines, Ask(on, ANN, claim))


class TestSplit:
    @pytest.mark.parametrize(
        ("text", "lines", "words"),
        [
            ("#close\nDone.", ("#close",), "Done."),
            ("\n#take\n\n#close\n\nDone.\n#resolve", ("#take", "#close"), "Done.\n#resolve"),
            ("please #close the window", (), "please #close the window"),
            ("#1 priority is the printer", (), "#1 priority is the printer"),
            ("\uff03close", (), "\uff03close"),
            ("#cl\u043ese", (), "#cl\u043ese"),
            ("#close", ("#close",), ""),
            ("", (), ""),
            ("# close", (), "# close"),
        ],
    )
    def test_commands_stand_at_the_top_only(self, text: str, lines: tuple[str, ...], words: str):
        assert split(text) == (lines, words)

    @given(st.text(max_size=300))
    def test_no_word_is_lost(self, text: str):
        lines, words = split(text)

        assert "".join("".join(lines).split() + words.split()) == "".join(text.split())


class TestDecide:
    def test_take_assigns_and_opens(self, now: datetime):
        decision = decide(("#take",), ticket(now))

        assert decision.changes == (Assign("ann@corp.test"), MoveState(TicketState.OPEN))
        assert not decision.refused

    def test_taking_twice_changes_nothing(self, now: datetime):
        decision = decide(("#take",), ticket(now, TicketState.OPEN, "ann@corp.test"))

        assert decision.changes == ()
        assert decision.results[0].done

    @pytest.mark.parametrize(
        ("line", "state"), [("#resolve", TicketState.RESOLVED), ("#CLOSE", TicketState.CLOSED)]
    )
    def test_words_of_state_move_the_ticket(self, now: datetime, line: str, state: TicketState):
        assert decide((line,), ticket(now, TicketState.OPEN)).changes == (MoveState(state),)

    @pytest.mark.parametrize("name", COMMANDS)
    @pytest.mark.parametrize(
        "claim",
        [
            Claim(Role.AGENT, Trust.UNVERIFIED),
            Claim(Role.OTHER_TEAM, Trust.VERIFIED),
            Claim(Role.REQUESTER, Trust.VERIFIED),
        ],
        ids=lambda claim: claim.role.value,
    )
    def test_no_command_is_done_without_permission(self, now: datetime, name: str, claim: Claim):
        decision = decide((f"#{name}",), ticket(now, TicketState.OPEN), claim)

        assert decision.changes == ()
        assert decision.results[0].text.startswith(f"you may not give #{name}: ")

    def test_illegal_move_is_refused_with_the_legal_ones(self, now: datetime):
        decision = decide(("#resolve",), ticket(now, TicketState.CLOSED))

        assert decision.refused
        assert decision.changes == ()
        assert decision.results[0].text == "ticket 7 is closed; it cannot become resolved, only open"

    def test_one_refused_line_refuses_all(self, now: datetime):
        decision = decide(("#take", "#clsoe"), ticket(now))

        assert decision.changes == ()
        assert [result.done for result in decision.results] == [False, False]
        assert "did you mean #close?" in decision.results[1].text

    def test_two_moves_in_one_mail_contradict_each_other(self, now: datetime):
        decision = decide(("#resolve", "#close"), ticket(now, TicketState.OPEN))

        assert decision.refused
        assert decision.changes == ()

    def test_taking_and_resolving_go_together(self, now: datetime):
        decision = decide(("#take", "#resolve"), ticket(now))

        assert not decision.refused
        assert decision.changes[-1] == MoveState(TicketState.RESOLVED)

    def test_note_keeps_the_words_among_agents(self, now: datetime):
        assert decide(("#note",), ticket(now)).note

    def test_help_asks_for_the_list(self, now: datetime):
        assert decide(("#help",), ticket(now)).help

    @pytest.mark.parametrize("name", COMMANDS)
    def test_a_word_behind_a_command_that_stands_alone_is_refused(self, now: datetime, name: str):
        decision = decide((f"#{name} tomorrow",), ticket(now, TicketState.OPEN))

        assert decision.refused
        assert "'tomorrow'" in decision.results[0].text

    @given(st.lists(st.from_regex(r"#[a-z]{1,8}( .{0,20})?", fullmatch=True), max_size=6))
    def test_any_lines_get_one_answer_each(self, lines: list[str]):
        now = datetime.fromisoformat("2024-01-15T09:00:00+00:00")
        usable = tuple(line.strip() for line in lines)

        decision = decide(usable, ticket(now))

        assert [result.line for result in decision.results] == list(usable)
        assert decision.changes == () or not decision.refused


def test_every_command_explains_itself():
    for name, command in COMMANDS.items():
        assert command.name == name
        assert command.usage.startswith(f"#{name}")
        assert command.summary
