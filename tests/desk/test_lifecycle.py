"""Every pair of states, legal and illegal, of every type and for everybody who asks."""

import itertools

import pytest

from daemon.desk.lifecycle import (
    CHANGE,
    DONE,
    ENDED,
    GRAPHS,
    INCIDENT,
    INITIAL,
    MATRIX,
    PROBLEM,
    REPLIED,
    SERVICE_REQUEST,
    SILENT,
    WAITING,
    WORKING,
    IllegalMove,
    Mover,
    check_move,
    moves,
    priority,
)
from storage.vocabulary import Level, Priority, TicketState, TicketType

S = TicketState
T = TicketType


def reachable(kind: TicketType) -> set[TicketState]:
    """Return every state that a ticket of this type can come to."""
    seen: set[TicketState] = set()
    ahead = {INITIAL[kind]}
    while ahead:
        seen |= ahead
        ahead = {to for state in ahead for to in GRAPHS[kind][state]} - seen
    return seen


class TestMoves:
    @pytest.mark.parametrize("mover", [None, *Mover], ids=str)
    @pytest.mark.parametrize("kind", TicketType, ids=str)
    def test_a_move_is_legal_exactly_if_the_table_has_it_for_the_mover(
        self, kind: TicketType, mover: Mover | None
    ):
        for state, to in itertools.product(TicketState, TicketState):
            movers = GRAPHS[kind].get(state, {}).get(to, frozenset())
            legal = moves(kind, state, mover)
            if movers and (mover is None or mover in movers):
                check_move(kind, 7, state, to, mover)
                continue
            with pytest.raises(IllegalMove) as caught:
                check_move(kind, 7, state, to, mover)
            assert caught.value.legal == legal
            assert str(caught.value).startswith(f"ticket 7 is {state}; ")
            assert all(word in str(caught.value) for word in legal)

    @pytest.mark.parametrize(
        ("kind", "state", "to", "mover", "text"),
        [
            (T.INCIDENT, S.CLOSED, S.RESOLVED, None, "it cannot become resolved, only open"),
            (T.INCIDENT, S.CLOSED, S.CLOSED, None, "it is so already, only open"),
            (
                T.CHANGE,
                S.AWAITING_APPROVAL,
                S.APPROVED,
                Mover.AGENT,
                "the agent cannot make it approved, only draft or closed",
            ),
            (
                T.INCIDENT,
                S.OPEN,
                S.CLOSED,
                Mover.PARTICIPANT,
                "the participant cannot make it closed, nor anything else",
            ),
            (T.PROBLEM, S.CLOSED, S.CLOSED, Mover.DESK, "it is so already, and stays so, whoever asks"),
        ],
        ids=["illegal", "same", "not by an agent", "nothing at all", "same and nothing"],
    )
    def test_the_refusal_says_what_is_legal_instead(
        self, kind: TicketType, state: TicketState, to: TicketState, mover: Mover | None, text: str
    ):
        with pytest.raises(IllegalMove) as caught:
            check_move(kind, 7, state, to, mover)

        assert str(caught.value) == f"ticket 7 is {state}; {text}"

    def test_only_an_approver_decides_what_waits_for_approval(self):
        for graph in (SERVICE_REQUEST, CHANGE):
            waiting = graph[S.AWAITING_APPROVAL]
            assert waiting[S.APPROVED] == waiting[S.REJECTED] == {Mover.APPROVER}

    def test_a_change_is_scheduled_by_way_of_its_approval_only(self):
        without = {state: set(to) - {S.APPROVED} for state, to in CHANGE.items()}
        seen, ahead = set[TicketState](), {S.DRAFT}
        while ahead:
            seen |= ahead
            ahead = {to for state in ahead for to in without[state]} - seen

        assert not seen & {S.SCHEDULED, S.IMPLEMENTED, S.FAILED}

    def test_an_approver_does_nothing_but_decide_or_ask_back(self):
        for graph in GRAPHS.values():
            decided = {
                state for state, to in graph.items() for movers in to.values() if Mover.APPROVER in movers
            }
            assert decided <= {S.AWAITING_APPROVAL}

    def test_a_requester_can_withdraw_whatever_is_open_and_was_theirs_to_ask(self):
        for graph in (INCIDENT, SERVICE_REQUEST):
            assert all(
                Mover.REQUESTER in to[S.CLOSED] for state, to in graph.items() if state is not S.CLOSED
            )

    def test_a_participant_ends_nothing(self):
        for graph in GRAPHS.values():
            for to in graph.values():
                assert not [one for one, movers in to.items() if Mover.PARTICIPANT in movers and one in ENDED]

    def test_nobody_moves_a_problem_but_the_desk(self):
        movers = {one for to in PROBLEM.values() for movers in to.values() for one in movers}

        assert movers == {Mover.AGENT, Mover.DESK}


class TestGraphs:
    @pytest.mark.parametrize("kind", TicketType, ids=str)
    def test_every_state_of_a_type_can_be_reached_and_left(self, kind: TicketType):
        assert reachable(kind) == set(GRAPHS[kind])
        assert all(moves(kind, state) for state in GRAPHS[kind])
        assert all(moves(kind, state, Mover.AGENT) for state in GRAPHS[kind])

    def test_every_type_has_a_graph_and_every_state_has_a_type(self):
        assert set(GRAPHS) == set(INITIAL) == set(DONE) == set(REPLIED) == set(TicketType)
        assert {state for graph in GRAPHS.values() for state in graph} == set(TicketState)

    def test_the_words_for_work_name_states_of_their_type(self):
        for table in (INITIAL, WORKING, DONE):
            assert all(state in GRAPHS[kind] for kind, state in table.items())
        assert set(DONE.values()) <= ENDED
        assert not set(WORKING.values()) & (ENDED | WAITING)

    def test_what_silence_closes_has_ended_and_can_be_closed_by_the_desk(self):
        assert SILENT <= ENDED
        for graph in GRAPHS.values():
            assert all(Mover.DESK in graph[state][S.CLOSED] for state in SILENT & set(graph))

    @pytest.mark.parametrize("kind", TicketType, ids=str)
    def test_a_reply_moves_only_as_the_table_allows_everybody_who_may_reply(self, kind: TicketType):
        for state, to in REPLIED[kind].items():
            check_move(kind, 7, state, to, Mover.REQUESTER)
            check_move(kind, 7, state, to, Mover.PARTICIPANT)
            assert to not in ENDED | WAITING

    def test_waiting_and_ended_are_different_things(self):
        assert not WAITING & ENDED


def test_every_impact_and_urgency_has_a_priority_that_never_rises_as_they_fall():
    order = [Level.HIGH, Level.MEDIUM, Level.LOW]
    ranks = list(Priority)

    assert set(MATRIX) == set(itertools.product(Level, Level))
    for level in order:
        by_impact = [ranks.index(priority(impact, level)) for impact in order]
        by_urgency = [ranks.index(priority(level, urgency)) for urgency in order]
        assert by_impact == sorted(by_impact)
        assert by_urgency == sorted(by_urgency)
