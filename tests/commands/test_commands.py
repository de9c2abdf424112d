"""What agents can say at the top of a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.commands import COMMANDS, GROUPS, numbers_in, split
from daemon.commands.command import Place
from daemon.commands.page import command_tables
from daemon.commands.replies import answered_lines, desk_lines
from daemon.desk.changes import Assign, MoveState
from daemon.desk.lifecycle import GRAPHS, Mover, moves
from daemon.desk.permissions import Claim, Role
from daemon.desk.proof import Trust
from storage.vocabulary import TicketState, TicketType
from tests.commands.asking import decide, ticket


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
    def test_take_assigns_and_opens(self):
        decision = decide(("#take",), ticket())

        assert decision.changes == (Assign("ann@corp.test"), MoveState(TicketState.OPEN))
        assert not decision.refused

    def test_taking_twice_changes_nothing(self):
        decision = decide(("#take",), ticket(state=TicketState.OPEN, assignee="ann@corp.test"))

        assert decision.changes == ()
        assert decision.results[0].done

    @pytest.mark.parametrize(
        ("line", "state"), [("#resolve", TicketState.RESOLVED), ("#CLOSE", TicketState.CLOSED)]
    )
    def test_words_of_state_move_the_ticket(self, line: str, state: TicketState):
        assert decide((line,), ticket(state=TicketState.OPEN)).changes == (MoveState(state),)

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
    def test_no_command_is_done_without_permission(self, name: str, claim: Claim):
        decision = decide((f"#{name}",), ticket(state=TicketState.OPEN), claim)

        assert decision.changes == ()
        assert decision.results[0].text.startswith(f"you may not give #{name}: ")

    def test_illegal_move_is_refused_with_the_legal_ones(self):
        decision = decide(("#resolve",), ticket(state=TicketState.CLOSED))

        assert decision.refused
        assert decision.changes == ()
        assert decision.results[0].text == "ticket 7 is closed; it cannot become resolved, only open"

    def test_one_refused_line_refuses_all(self):
        decision = decide(("#take", "#clsoe"), ticket())

        assert decision.changes == ()
        assert [result.done for result in decision.results] == [False, False]
        assert "did you mean #close?" in decision.results[1].text

    def test_two_moves_in_one_mail_contradict_each_other(self):
        decision = decide(("#resolve", "#close"), ticket(state=TicketState.OPEN))

        assert decision.refused
        assert decision.changes == ()

    def test_taking_and_resolving_go_together(self):
        decision = decide(("#take", "#resolve"), ticket())

        assert not decision.refused
        assert decision.changes[-1] == MoveState(TicketState.RESOLVED)

    def test_note_keeps_the_words_among_agents(self):
        assert decide(("#note",), ticket()).note

    def test_help_asks_for_the_list(self):
        assert decide(("#help",), ticket()).help

    @given(st.lists(st.from_regex(r"#[a-z]{1,8}( .{0,20})?", fullmatch=True), max_size=6))
    def test_any_lines_get_one_answer_each(self, lines: list[str]):
        usable = tuple(line.strip() for line in lines)

        decision = decide(usable, ticket())

        assert [result.line for result in decision.results] == list(usable)
        assert decision.changes == () or not decision.refused


def test_every_command_explains_itself():
    for name, command in COMMANDS.items():
        assert command.name == name
        assert command.usage.startswith(f"#{name}")
        assert command.summary
    assert [name for _, group in GROUPS for name in (one.name for one in group)] == list(COMMANDS)


@pytest.mark.parametrize("kind", TicketType)
def test_every_state_that_an_agent_can_reach_has_a_word(kind: TicketType):
    words = (
        "#open",
        "#resolve",
        "#close",
        "#reopen",
        "#pending requester",
        "#pending vendor",
        "#pending mon",
    )
    words += tuple(
        f"#{name}" for name in COMMANDS if name in {*TicketState, "submit", "details", "reject", "fulfil"}
    )
    words += ("#schedule", "#submit")
    for state in GRAPHS[kind]:
        reached = set()
        for word in words:
            decision = decide((word,), ticket(type=kind, state=state))
            reached |= {change.to for change in decision.changes if isinstance(change, MoveState)}
            if decision.refused and "cannot become" in decision.results[0].text:
                assert all(to in decision.results[0].text for to in moves(kind, state, Mover.AGENT))
        # A request goes from details back to new by the requester's reply, and so do others by themselves.
        unreached = set(moves(kind, state, Mover.AGENT)) - reached - {TicketState.NEW}
        assert unreached == set(), state


class TestReplies:
    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("2 close thanks", ((2, "#close thanks"),)),
            (
                "1. take\n2) #close\n\n3: pending mon\nBye\n4 close",
                ((1, "#take"), (2, "#close"), (3, "#pending mon")),
            ),
            ("#2 close", ((2, "#close"),)),
            ("Thanks!\n2 close", ()),
            ("2", ()),
            ("", ()),
            ("1234 close", ()),
        ],
    )
    def test_lines_by_number_stand_at_the_top(self, text: str, lines: tuple[tuple[int, str], ...]):
        assert answered_lines(text) == lines

    @pytest.mark.parametrize(
        ("subject", "text", "lines"),
        [
            ("x", "queue", ("#queue",)),
            ("x", "  Queue Mine ", ("#Queue Mine",)),
            ("queue", "", ("#queue",)),
            ("x", "search printer on fire", ("#search printer on fire",)),
            ("x", "#queue\n#status 4", ("#queue", "#status 4")),
            ("x", "#bulk tag:x | close", ("#bulk tag:x | close",)),
            ("x", "#queue\n\nHello", ()),
            ("x", "#take", ()),
            ("x", "#queue\n#take", ()),
            ("x", "help me, please", ()),
            ("x", "status?", ()),
            ("Printer", "", ()),
            ("", "", ()),
        ],
    )
    def test_words_for_the_desk_are_all_that_a_mail_says(
        self, subject: str, text: str, lines: tuple[str, ...]
    ):
        assert desk_lines(subject, text) == lines

    @given(st.text(max_size=200))
    def test_no_text_is_too_much(self, text: str):
        assert all(
            COMMANDS[line[1:].split()[0].lower()].place is Place.ANYWHERE for line in desk_lines("", text)
        )
        assert all(line.startswith("#") for _, line in answered_lines(text))


def test_numbers_of_other_tickets_are_found():
    assert numbers_in(("#merge 17", "#link #18 parent", "#status [#19]", "#close 20", "#merge 17")) == (
        17,
        18,
        19,
    )


def test_a_command_that_needs_a_ticket_says_so_without_one():
    assert (
        decide(("#close",), None).results[0].text
        == "#close needs a ticket; write it in a reply to a mail about one"
    )
    assert decide(("#queue",), None).grants[0].listing is not None
    assert "this command needs a ticket" in decide(("#status",), None).results[0].text


def test_the_page_has_every_command_once():
    assert all(command_tables().count(f"| `#{name}") >= 1 for name in COMMANDS)
