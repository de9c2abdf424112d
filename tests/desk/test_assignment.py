"""Assignment is fair, the same for the same facts, and says why."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.assignment import Candidate, choose

ANN = Candidate("ann@corp.test", frozenset({"network"}))
BOB = Candidate("bob@corp.test", frozenset({"printer"}))
EVE = Candidate("eve@corp.test")


def test_who_has_least_to_do_gets_it():
    choice = choose([replace(ANN, open_tickets=2), replace(BOB, open_tickets=1)])

    assert (choice.address, choice.reason) == ("bob@corp.test", "load 1")
    assert choice.told == (
        "ann@corp.test: load 2, 0 lately, 0 like it",
        "bob@corp.test: load 1, 0 lately, 0 like it",
    )


def test_half_a_week_is_half_the_work():
    assert (
        choose([replace(ANN, open_tickets=3), replace(BOB, open_tickets=2, capacity=0.5)]).address
        == ANN.address
    )


def test_with_the_same_load_it_goes_to_who_got_least_lately_then_by_the_order_of_the_team():
    assert choose([replace(ANN, recent=2), replace(BOB, recent=1), EVE]).address == EVE.address
    assert choose([BOB, ANN]).address == BOB.address


def test_who_was_away_lately_is_not_given_all_that_came_meanwhile():
    returned = replace(EVE, recent=2, there=0.2)

    assert choose([replace(ANN, recent=9), returned]).address == ANN.address
    assert choose([replace(ANN, recent=13), returned]).address == returned.address


def test_skills_are_asked_for():
    choice = choose([ANN, replace(BOB, open_tickets=5)], frozenset({"printer"}))

    assert (choice.address, choice.reason) == (BOB.address, "has printer; load 5")
    assert choice.told[0] == "ann@corp.test: load 0, 0 lately, 0 like it, lacks printer"


def test_a_ticket_does_not_wait_for_a_skill_that_nobody_there_has():
    choice = choose([ANN, replace(BOB, away="away until 2024-02-01")], frozenset({"printer"}))

    assert (choice.address, choice.reason) == (ANN.address, "nobody there has printer; load 0")


def test_who_is_away_gets_nothing():
    choice = choose([replace(ANN, away="away until 2024-02-01")])

    assert choice.address is None
    assert choice.reason == "nobody of the team is there"
    assert choice.told == ("ann@corp.test: away until 2024-02-01",)
    assert choose([]).address is None


def test_who_knows_the_matter_goes_first_while_it_is_fair():
    knows = replace(ANN, known=3, open_tickets=1)

    assert choose([EVE, knows]).reason == "had 3 like it before; load 1"
    assert choose([EVE, replace(knows, open_tickets=2)]).address == EVE.address
    assert choose([EVE, replace(knows, recent=9)]).address == EVE.address


candidates = st.lists(
    st.builds(
        Candidate,
        st.from_regex(r"[a-z]{3}@x", fullmatch=True),
        st.frozensets(st.sampled_from(["a", "b"])),
        st.sampled_from([0.5, 0.8, 1.0]),
        st.integers(0, 50),
        st.integers(0, 50),
        st.integers(0, 5),
        st.sampled_from([0.2, 1.0]),
        st.sampled_from(["", "", "away"]),
    ),
    max_size=6,
)


@given(candidates, st.frozensets(st.sampled_from(["a", "b"])))
def test_the_choice_is_the_same_again_and_somebody_who_is_there(
    listed: list[Candidate], needed: frozenset[str]
):
    choice = choose(listed, needed)
    there = [one for one in listed if not one.away]

    assert choice == choose(listed, needed)
    assert (choice.address is None) == (not there)
    assert choice.address is None or choice.address in {one.address for one in there}


@settings(max_examples=40)
@given(
    st.integers(2, 8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), min_size=60, max_size=150),
)
def test_work_is_spread_fairly_over_a_long_time(count: int, days: list[tuple[int, int, bool]]):
    """Tickets come, known to some agent or not, and end at random: nobody gets 1.5 times as many."""
    opened, given_to = [0] * count, [0] * count
    for known, ended, knows in days:
        listed = [
            Candidate(str(at), open_tickets=opened[at], recent=given_to[at], known=int(knows and at == known))
            for at in range(count)
        ]
        choice = choose(listed)
        assert choice.address is not None
        chosen = int(choice.address)
        opened[chosen] += 1
        given_to[chosen] += 1
        opened[ended % count] = max(0, opened[ended % count] - 1)
    assert max(given_to) <= 1.5 * min(given_to) + 1
