"""A ticket of another type has a state of that type, and no approval comes along."""

import itertools

import pytest

from daemon.desk.lifecycle import ENDED, GRAPHS, Mover
from daemon.desk.retyping import STATES, IllegalType, check_retype, retyped, types
from storage.vocabulary import TicketState, TicketType

S = TicketState
T = TicketType
PAIRS = list(itertools.permutations(TicketType, 2))


@pytest.mark.parametrize(("kind", "to"), PAIRS, ids=str)
def test_every_state_turns_into_one_of_the_new_type_that_is_as_much_ended(kind: TicketType, to: TicketType):
    for state in GRAPHS[kind]:
        after = retyped(kind, state, to)

        assert after in GRAPHS[to]
        assert (state in ENDED) == (after in ENDED)


@pytest.mark.parametrize(("kind", "to"), PAIRS, ids=str)
def test_no_approval_is_carried_over(kind: TicketType, to: TicketType):
    after = {retyped(kind, state, to) for state in GRAPHS[kind]}

    assert not after & {S.APPROVED, S.SCHEDULED, S.AWAITING_APPROVAL}


def test_the_table_has_the_states_of_the_other_types_and_no_more():
    for to, table in STATES.items():
        assert set(table) == {state for kind, graph in GRAPHS.items() if kind is not to for state in graph}


def test_the_same_type_keeps_its_state():
    assert retyped(T.CHANGE, S.APPROVED, T.CHANGE) is S.APPROVED


@pytest.mark.parametrize(("kind", "to"), list(itertools.product(TicketType, TicketType)), ids=str)
def test_agents_change_every_type_and_requesters_say_incident_or_request(kind: TicketType, to: TicketType):
    own = {T.INCIDENT, T.SERVICE_REQUEST}
    for state in GRAPHS[kind]:
        allowed = {mover for mover in Mover if to in types(kind, state, mover)}
        requester = kind is not to and {kind, to} == own and state not in ENDED
        expected = {Mover.AGENT, Mover.DESK} | ({Mover.REQUESTER} if requester else set())
        assert allowed == (expected if kind is not to else set())


def test_an_allowed_change_of_type_returns_the_new_state():
    assert check_retype(7, T.INCIDENT, S.OPEN, T.SERVICE_REQUEST, Mover.REQUESTER) is S.IN_FULFILMENT


@pytest.mark.parametrize(
    ("kind", "to", "mover", "text"),
    [
        (
            T.INCIDENT,
            T.CHANGE,
            Mover.REQUESTER,
            "is an incident; it cannot become a change, only a service-request",
        ),
        (
            T.PROBLEM,
            T.INCIDENT,
            Mover.REQUESTER,
            "is a problem; it cannot become an incident, and keeps its type",
        ),
        (
            T.INCIDENT,
            T.INCIDENT,
            Mover.AGENT,
            "is an incident; it is so already, only a service-request or a problem or a change",
        ),
    ],
    ids=["requester", "nothing", "same"],
)
def test_a_refused_change_of_type_names_the_types_that_are_allowed(
    kind: TicketType, to: TicketType, mover: Mover, text: str
):
    with pytest.raises(IllegalType) as caught:
        check_retype(7, kind, S.NEW, to, mover)

    assert str(caught.value) == f"ticket 7 {text}"
