"""The outcome of an approval: every order of every votes up to five approvers, and random ones beyond."""

from dataclasses import replace
from functools import cache
from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.approval_outcome import outcome
from daemon.desk.approvals import (
    ApprovalState,
    Ending,
    EndingKind,
    Handover,
    Replaced,
    Rule,
    approvers_of,
    needed_of,
)
from tests.desk.approving import NO, NOW, PEOPLE, YES, approval, at, stage, vote

ANN, BOB, CID, DAN, EVE = PEOPLE
LATER = at(10_000)
DEPUTY = "zoe@corp.test"


def state_of(record, votes, now=LATER):
    return outcome(record, votes, now).state


def expected(rule, needed, count, said):
    """Say by counting, without order, what a stage comes to: independent of the code under test."""
    yes, no = said.count(YES), said.count(NO)
    enough = {
        Rule.ANY: yes >= 1,
        Rule.ALL: yes == count,
        Rule.MAJORITY: yes * 2 > count,
        Rule.COUNT: yes >= needed,
    }
    left = count - no
    lost = {
        Rule.ANY: left == 0,
        Rule.ALL: no > 0,
        Rule.MAJORITY: left * 2 <= count,
        Rule.COUNT: left < needed,
    }
    if enough[rule]:
        return ApprovalState.APPROVED
    return ApprovalState.REJECTED if lost[rule] else ApprovalState.PENDING


@cache
def orders(count):
    return tuple(permutations(range(count)))


RULES = [
    (rule, needed, count)
    for count in range(1, 6)
    for rule, needed in [
        (Rule.ANY, 0),
        (Rule.ALL, 0),
        (Rule.MAJORITY, 0),
        *((Rule.COUNT, n) for n in range(1, count + 1)),
    ]
]


@pytest.mark.no_cover
@pytest.mark.parametrize(("rule", "needed", "count"), RULES)
def test_every_votes_in_every_order_come_to_what_the_rule_says(rule, needed, count):
    people = PEOPLE[:count]
    record = approval(stage(rule, people, needed))
    for voters in range(count + 1):
        for who in combinations(people, voters):
            for said in product((YES, NO), repeat=voters):
                wanted = expected(rule, needed, count, said)
                for order in orders(voters):
                    votes = [vote(who[place], said[place], minutes) for minutes, place in enumerate(order)]
                    assert state_of(record, votes) is wanted, (who, said, order)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_beyond_five_approvers_order_and_repeated_mails_change_nothing(data):
    count = data.draw(st.integers(6, 30))
    rule = data.draw(st.sampled_from(list(Rule)))
    needed = data.draw(st.integers(1, count)) if rule is Rule.COUNT else 0
    people = [f"p{number}@corp.test" for number in range(count)]
    said = data.draw(st.lists(st.sampled_from([YES, NO]), max_size=count))
    order = data.draw(st.permutations(range(len(said))))
    votes = [vote(people[place], said[place], minutes) for minutes, place in enumerate(order)]
    record = approval(stage(rule, people, needed))

    first = outcome(record, votes, LATER)
    assert first.state is expected(rule, needed, count, said)
    again = [replace(one, serial=one.serial + 1_000, at=at(one.serial + 50)) for one in votes]
    twice = outcome(record, data.draw(st.permutations([*votes, *again])), LATER)
    assert (twice.state, twice.counted) == (first.state, first.counted)
    assert len(twice.counted) + len(twice.ignored) == 2 * len(votes)


@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from([YES, NO]), st.integers(0, 2)), max_size=12)
)
@settings(max_examples=150, deadline=None)
def test_whatever_comes_in_an_outcome_that_is_reached_stays(entries):
    record = approval(
        stage(Rule.MAJORITY, PEOPLE[:3]), stage(Rule.ALL, PEOPLE[2:5]), stage(Rule.ANY, PEOPLE[:2])
    )
    votes = [vote(who, said, minutes, stage=where) for minutes, (who, said, where) in enumerate(entries)]
    states = [state_of(record, votes[:end]) for end in range(len(votes) + 1)]
    final = next((one for one in states if one is not ApprovalState.PENDING), ApprovalState.PENDING)

    assert states[states.index(final) :] == [final] * (len(states) - states.index(final))


class TestOneVoteEach:
    def test_the_first_decision_of_an_approver_stands(self):
        done = outcome(approval(stage(Rule.ALL)), [vote(ANN, NO, 1), vote(ANN, YES, 2)], LATER)

        assert (done.state, [one.decision for one in done.counted]) == (ApprovalState.REJECTED, [NO])

    def test_an_address_in_other_letters_is_the_same_person(self):
        record = approval(stage(Rule.COUNT, (ANN, BOB, CID), 2))
        done = outcome(record, [vote("ANN@corp.test", YES, 1), vote("ann@CORP.test", YES, 2)], LATER)

        assert done.state is ApprovalState.PENDING
        assert [why for _, why in done.ignored] == ["ann@corp.test has decided already"]

    def test_the_same_vote_twice_is_counted_once(self):
        one = vote(ANN)

        assert [why for _, why in outcome(approval(stage(Rule.ALL)), [one, one], LATER).ignored] == [
            "it was counted already"
        ]

    def test_an_approver_listed_twice_has_one_voice(self):
        record = approval(stage(Rule.COUNT, (ANN, "ANN@corp.test", BOB), 2))

        assert outcome(record, [vote(ANN)], LATER).asked == (BOB,)

    def test_a_vote_after_the_outcome_is_told_what_the_outcome_was(self):
        done = outcome(approval(stage(Rule.ANY)), [vote(ANN, YES, 1), vote(BOB, NO, 2)], LATER)

        assert done.state is ApprovalState.APPROVED
        assert done.ignored[0][1] == "the approval was approved already (all stages agreed)"

    def test_votes_of_one_moment_are_ordered_by_their_number(self):
        yes, no = vote(ANN, YES, 5, serial=1), vote(ANN, NO, 5, serial=2)

        assert state_of(approval(), [no, yes]) is ApprovalState.APPROVED


class TestWhoMayNot:
    def test_nobody_approves_their_own_request(self):
        record = approval(stage(Rule.ANY, ("cara@corp.test", ANN)))
        done = outcome(record, [vote("Cara@corp.test")], LATER)

        assert (done.state, done.asked) == (ApprovalState.PENDING, (ANN,))
        assert done.ignored[0][1] == "nobody decides about a request of their own"

    def test_a_requester_does_not_decide_as_a_deputy_either(self):
        record = approval(handovers=(Handover(0, ANN, "cara@corp.test", NOW, "away"),))

        assert state_of(record, [vote(ANN, voter="cara@corp.test")]) is ApprovalState.PENDING

    def test_a_stage_of_the_requester_alone_is_stuck_and_does_not_hang(self):
        done = outcome(approval(stage(Rule.ANY, ("cara@corp.test",))), [], NOW)

        assert (done.state, done.asked) == (ApprovalState.STUCK, ())
        assert done.reason == "stage managers needs 1 who may decide and has 0"

    @pytest.mark.parametrize("needed", [0, 4])
    def test_a_number_that_cannot_be_reached_is_stuck(self, needed):
        assert state_of(approval(stage(Rule.COUNT, PEOPLE[:3], needed)), []) is ApprovalState.STUCK

    def test_no_stage_at_all_is_stuck_and_not_approved(self):
        done = outcome(replace(approval(), stages=()), [vote(ANN)], LATER)

        assert (done.state, done.reason, done.stage) == (ApprovalState.STUCK, "no approver was found", -1)
        assert done.ignored[0][1] == "the approval was stuck already (no approver was found)"

    def test_a_stranger_is_refused(self):
        done = outcome(approval(), [vote(EVE), vote(ANN, voter=EVE, minutes=2)], LATER)

        assert [why for _, why in done.ignored] == [
            "eve@corp.test is no approver of stage managers",
            "eve@corp.test does not decide for ann@corp.test",
        ]

    def test_somebody_whose_place_another_has_is_refused_with_who_that_is(self):
        here = replace(stage(Rule.ANY, (BOB,)), replaced=(Replaced(ANN, BOB, CID),))
        done = outcome(approval(here), [vote(ANN), vote(EVE, minutes=2)], LATER)

        assert (done.state, done.asked) == (ApprovalState.PENDING, (BOB,))
        assert [why for _, why in done.ignored] == [
            "ann@corp.test does not decide any more: cid@corp.test named bob@corp.test instead",
            "eve@corp.test is no approver of stage managers",
        ]

    def test_a_vote_for_another_text_is_ignored(self):
        done = outcome(approval(), [vote(ANN, digest="d0")], LATER)

        assert (done.state, done.ignored[0][1]) == (
            ApprovalState.PENDING,
            "the request was changed after it was sent",
        )

    def test_a_changed_request_is_asked_again_although_it_was_approved(self):
        votes = [vote(ANN)]

        assert state_of(approval(), votes) is ApprovalState.APPROVED
        assert outcome(replace(approval(), digest="d2"), votes, LATER).asked == PEOPLE[:3]

    def test_a_vote_from_the_future_waits(self):
        assert state_of(approval(), [vote(ANN, minutes=5)], at(4)) is ApprovalState.PENDING


class TestDeputies:
    def record(self, rule=Rule.ALL, since=2, who=(ANN, BOB)):
        handovers = tuple(Handover(0, one, DEPUTY, at(since), "away") for one in who[:1])
        return approval(stage(rule, who), handovers=handovers)

    def test_a_deputys_vote_counts_for_the_approver(self):
        done = outcome(self.record(), [vote(ANN, YES, 3, voter=DEPUTY), vote(BOB, YES, 4)], LATER)

        assert done.state is ApprovalState.APPROVED

    def test_deputy_and_approver_have_one_vote_between_them(self):
        votes = [vote(ANN, YES, 3, voter=DEPUTY), vote(ANN, NO, 4)]
        done = outcome(self.record(), votes, LATER)

        assert (done.state, done.ignored[0][1]) == (
            ApprovalState.PENDING,
            "ann@corp.test has decided already",
        )

    def test_the_approver_may_still_decide_after_the_handover(self):
        done = outcome(self.record(), [vote(ANN, NO, 3)], LATER)

        assert done.state is ApprovalState.REJECTED

    def test_before_the_handover_a_deputy_has_no_vote(self):
        done = outcome(self.record(since=5), [vote(ANN, YES, 3, voter=DEPUTY)], LATER)

        assert done.ignored[0][1] == "zoe@corp.test does not decide for ann@corp.test"

    def test_both_are_asked_the_deputy_behind_the_approver(self):
        assert outcome(self.record(), [], at(1)).asked == (ANN, BOB)
        assert outcome(self.record(), [], at(2)).asked == (ANN, DEPUTY, BOB)

    def test_the_deputy_of_two_is_one_person(self):
        record = replace(
            self.record(), handovers=tuple(Handover(0, one, DEPUTY, NOW, "away") for one in (ANN, BOB))
        )
        votes = [vote(ANN, YES, 3, voter=DEPUTY), vote(BOB, YES, 4, voter=DEPUTY)]
        done = outcome(record, votes, LATER)

        assert (done.state, done.asked) == (ApprovalState.PENDING, (BOB,))
        assert done.ignored[0][1] == "zoe@corp.test has decided in this stage already"

    def test_a_handover_holds_for_its_stage_alone(self):
        record = approval(
            stage(Rule.ANY, (BOB,)),
            stage(Rule.ANY, (ANN,)),
            handovers=(Handover(0, ANN, DEPUTY, NOW, "away"),),
        )
        done = outcome(record, [vote(BOB), vote(ANN, YES, 2, stage=1, voter=DEPUTY)], LATER)

        assert (done.state, done.asked) == (ApprovalState.PENDING, (ANN,))


class TestStages:
    record = approval(stage(Rule.ANY, (ANN,)), stage(Rule.ALL, (BOB, CID), name="finance"))

    def test_one_stage_is_asked_after_the_other(self):
        assert outcome(self.record, [], NOW).asked == (ANN,)
        second = outcome(self.record, [vote(ANN, YES, 7)], LATER)
        assert (second.stage, second.asked, second.since) == (1, (BOB, CID), at(7))
        assert second.reason == "stage finance has 0 of 2 needed, asked 2"

    def test_a_vote_before_its_stage_is_asked_does_not_count(self):
        done = outcome(self.record, [vote(BOB, YES, 1, stage=1), vote(ANN, YES, 2)], LATER)

        assert (done.asked, done.ignored[0][1]) == ((BOB, CID), "this stage is not asked yet")

    def test_a_vote_for_a_stage_that_is_over_does_not_count(self):
        done = outcome(self.record, [vote(ANN, YES, 1), vote(ANN, NO, 2)], LATER)

        assert done.ignored[0][1] == "this stage is decided already"

    def test_all_stages_together_approve_at_the_moment_of_the_last_vote(self):
        votes = [vote(ANN, YES, 1), vote(CID, YES, 2, stage=1), vote(BOB, YES, 3, stage=1)]
        done = outcome(self.record, votes, LATER)

        assert (done.state, done.stage, done.decided_at) == (ApprovalState.APPROVED, 1, at(3))

    def test_a_rejection_ends_it_with_the_words_of_the_approver(self):
        votes = [vote(ANN, YES, 1), vote(CID, NO, 2, stage=1, words="reject, too dear")]
        done = outcome(self.record, votes, LATER)

        assert (done.state, done.decided_at) == (ApprovalState.REJECTED, at(2))
        assert done.reason == "stage finance was rejected by cid@corp.test: reject, too dear"

    def test_a_later_stage_without_approvers_is_stuck_when_it_is_reached(self):
        record = approval(stage(Rule.ANY, (ANN,)), stage(Rule.ANY, (), name="board"))

        assert state_of(record, []) is ApprovalState.PENDING
        assert outcome(record, [vote(ANN)], LATER).reason == "stage board needs 1 who may decide and has 0"


class TestEnds:
    def test_from_the_deadline_on_no_vote_counts(self):
        record = approval(expires_at=at(5))

        assert state_of(record, [vote(ANN, YES, 4)]) is ApprovalState.APPROVED
        assert state_of(record, [], at(4)) is ApprovalState.PENDING
        late = outcome(record, [vote(ANN, YES, 5)], LATER)
        assert (late.state, late.decided_at) == (ApprovalState.EXPIRED, at(5))
        assert (
            late.ignored[0][1] == "the approval was expired already (stage managers was not decided in time)"
        )

    @pytest.mark.parametrize("kind", [EndingKind.WITHDRAWN, EndingKind.SUPERSEDED])
    def test_an_end_by_hand_voids_the_approval(self, kind):
        record = approval(endings=(Ending(kind, "cara@corp.test", at(5), "not needed"),))

        assert state_of(record, [], at(4)) is ApprovalState.PENDING
        done = outcome(record, [vote(ANN, YES, 6)], LATER)
        assert (done.state, done.reason) == (ApprovalState.VOID, f"{kind} by cara@corp.test: not needed")
        assert done.asked == ()

    def test_what_was_decided_before_is_not_undone_by_an_end(self):
        record = approval(endings=(Ending(EndingKind.WITHDRAWN, "cara@corp.test", at(5), "not needed"),))

        assert state_of(record, [vote(ANN, YES, 4)]) is ApprovalState.APPROVED

    @pytest.mark.parametrize(
        ("expires", "ends", "wanted"),
        [(4, 5, ApprovalState.EXPIRED), (5, 4, ApprovalState.VOID), (5, 5, ApprovalState.EXPIRED)],
    )
    def test_the_earlier_end_counts(self, expires, ends, wanted):
        ending = Ending(EndingKind.WITHDRAWN, "cara@corp.test", at(ends), "not needed")

        assert state_of(approval(expires_at=at(expires), endings=(ending,)), []) is wanted

    def test_a_bypass_counts_only_where_the_item_allows_it(self):
        record = approval(endings=(Ending(EndingKind.BYPASSED, "bea@corp.test", at(5), "emergency"),))

        assert state_of(record, []) is ApprovalState.PENDING
        allowed = outcome(replace(record, may_be_bypassed=True), [], LATER)
        assert (allowed.state, allowed.reason) == (
            ApprovalState.APPROVED,
            "bypassed by bea@corp.test: emergency",
        )

    def test_a_stuck_approval_can_be_withdrawn(self):
        ending = Ending(EndingKind.WITHDRAWN, "bea@corp.test", at(5), "nobody there")

        assert state_of(approval(stage(people=()), endings=(ending,)), []) is ApprovalState.VOID

    def test_what_is_pre_approved_asks_nobody(self):
        done = outcome(replace(approval(), stages=(), pre_approved="under 50 euros"), [vote(ANN, NO)], LATER)

        assert (done.state, done.reason, done.asked) == (
            ApprovalState.APPROVED,
            "pre-approved: under 50 euros",
            (),
        )
        assert done.counted == ()


def test_the_parties_are_taken_out_of_the_count():
    five = stage(Rule.MAJORITY, (*PEOPLE[:4], "cara@corp.test"))
    left = approvers_of(five, ("CARA@corp.test",))

    assert (len(left), needed_of(five, len(left))) == (4, 3)
