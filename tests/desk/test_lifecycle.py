"""Every pair of states, legal and illegal."""

import itertools

import pytest

from daemon.desk.lifecycle import (
    ENDED,
    GRAPHS,
    INCIDENT,
    INITIAL,
    MATRIX,
    IllegalMove,
    check_move,
    moves,
    priority,
)
from storage.vocabulary import Level, Priority, TicketState, TicketType

PAIRS = list(itertools.product(TicketState, TicketState))


@pytest.mark.parametrize(("state", "to"), PAIRS, ids=str)
def test_a_move_is_legal_exactly_if_the_table_has_it(state: TicketState, to: TicketState):
    legal = INCIDENT[state]

    if to in legal:
        check_move(TicketType.INCIDENT, 7, state, to)
        return
    with pytest.raises(IllegalMove) as caught:
        check_move(TicketType.INCIDENT, 7, state, to)
    assert caught.value.legal == legal
    assert str(caught.value).startswith(f"ticket 7 is {state}; ")
    assert all(word in str(caught.value) for word in legal)


def test_every_state_can_be_left_and_every_state_can_be_closed():
    assert all(moves(TicketType.INCIDENT, state) for state in TicketState)
    assert {state for state in TicketState if TicketState.CLOSED in INCIDENT[state]} == set(TicketState) - {
        TicketState.CLOSED
    }


def test_every_type_with_a_graph_starts_inside_of_it():
    assert all(INITIAL[kind] in graph for kind, graph in GRAPHS.items())
    assert set(INITIAL) == set(GRAPHS)


def test_only_the_ended_states_lead_back_to_open_alone():
    assert {
        state for state, legal in INCIDENT.items() if set(legal) <= {TicketState.OPEN, TicketState.CLOSED}
    } == ENDED


def test_every_impact_and_urgency_has_a_priority_that_never_rises_as_they_fall():
    order = [Level.HIGH, Level.MEDIUM, Level.LOW]
    ranks = list(Priority)

    assert set(MATRIX) == set(itertools.product(Level, Level))
    for level in order:
        by_impact = [ranks.index(priority(impact, level)) for impact in order]
        by_urgency = [ranks.index(priority(level, urgency)) for urgency in order]
        assert by_impact == sorted(by_impact)
        assert by_urgency == sorted(by_urgency)
