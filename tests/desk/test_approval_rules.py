from decimal import Decimal

import pytest

from daemon.desk.approval_rules import (
    BadApprovalRuleError,
    BudgetOwner,
    Case,
    Organisation,
    resolve,
    stage_rule,
    unknown_names,
)
from daemon.desk.approvals import Rule

ORGANISATION = Organisation(
    managers={
        "cara@corp.test": "Mia@corp.test",
        "mia@corp.test": "cfo@corp.test",
        "r1@corp.test": "r2@corp.test",
        "r2@corp.test": "r1@corp.test",
    },
    roles={"cfo": ("cfo@corp.test",)},
    groups={"board": ("b1@corp.test", "B2@corp.test", "b3@corp.test"), "empty": ()},
    budget_owners=(
        BudgetOwner("cfo@corp.test"),
        BudgetOwner("lead@corp.test", Decimal(500)),
        BudgetOwner("head@corp.test", Decimal(5_000)),
        BudgetOwner("it@corp.test", Decimal(900), "IT"),
    ),
)
CASE = Case(("cara@corp.test",), Decimal(1_200))


def found(text, case=CASE):
    resolved = resolve(stage_rule(text), case, ORGANISATION)
    return [one.address for one in resolved.stage.approvers], list(resolved.problems)


@pytest.mark.parametrize(
    ("text", "rule", "needed", "approvers"),
    [
        ("manager", Rule.ANY, 0, ["manager"]),
        ("All of  manager, role:CFO", Rule.ALL, 0, ["manager", "role:cfo"]),
        ("majority of group:board", Rule.MAJORITY, 0, ["group:board"]),
        ("2 of group:board", Rule.COUNT, 2, ["group:board"]),
        ("any of Ann@corp.test, budget-owner", Rule.ANY, 0, ["ann@corp.test", "budget-owner"]),
    ],
)
def test_a_stage_is_read(text, rule, needed, approvers):
    read = stage_rule(text)

    assert (read.rule, read.needed, [str(one) for one in read.approvers]) == (rule, needed, approvers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "boss",
        "role:",
        "some of manager",
        "0 of group:board",
        "3 of ann@corp.test, manager",
        "manager,",
        "team:it",
    ],
)
def test_a_stage_that_cannot_be_read_is_told(text):
    with pytest.raises(BadApprovalRuleError, match=r"expected .*, got "):
        stage_rule(text)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("manager", ["mia@corp.test"]),
        ("role:cfo", ["cfo@corp.test"]),
        ("2 of group:board", ["b1@corp.test", "b2@corp.test", "b3@corp.test"]),
        ("ann@corp.test", ["ann@corp.test"]),
        ("all of manager, mia@corp.test, role:cfo", ["mia@corp.test", "cfo@corp.test"]),
        ("budget-owner", ["head@corp.test"]),
    ],
)
def test_approvers_are_found_by_rule(text, people):
    assert found(text) == (people, [])


def test_everybody_is_told_by_which_rule_they_were_found():
    stage = resolve(
        stage_rule("all of manager, budget-owner, role:cfo, x@corp.test"), CASE, ORGANISATION
    ).stage

    assert [one.why for one in stage.approvers] == [
        "manager of cara@corp.test",
        "budget owner for 1200",
        "role:cfo",
        "named for this item",
    ]


@pytest.mark.parametrize(
    ("amount", "centre", "owner"),
    [
        ("500", "", "lead@corp.test"),
        ("500.01", "", "head@corp.test"),
        ("9000", "", "cfo@corp.test"),
        ("500", "it", "it@corp.test"),
        ("1000", "it", "head@corp.test"),
    ],
)
def test_the_lowest_budget_that_is_enough_decides(amount, centre, owner):
    assert found("budget-owner", Case(CASE.parties, Decimal(amount), centre)) == ([owner], [])


class TestNobody:
    @pytest.mark.parametrize(
        ("text", "case", "problem"),
        [
            ("manager", Case(("x@corp.test",)), "no manager of x@corp.test is known"),
            ("manager", Case(()), "nobody asked, so there is no manager"),
            (
                "manager",
                Case(("r1@corp.test", "r2@corp.test")),
                "the managers of r2@corp.test go round in a ring",
            ),
            ("budget-owner", Case(("x@corp.test",)), "no cost is known, so no budget owner can be found"),
            ("group:empty", CASE, "nobody is in group:empty"),
            ("role:ceo", CASE, "nobody is in role:ceo"),
            (
                "cara@corp.test",
                CASE,
                "cara@corp.test is only who asked, and nobody decides about a request of their own",
            ),
        ],
    )
    def test_where_nobody_is_found_a_sentence_says_why(self, text, case, problem):
        assert found(text, case) == ([], [problem])

    def test_a_budget_that_nobody_has_is_told(self):
        organisation = Organisation(budget_owners=(BudgetOwner("lead@corp.test", Decimal(5)),))
        resolved = resolve(stage_rule("budget-owner"), Case(("x@corp.test",), Decimal(7), "IT"), organisation)

        assert resolved.problems == ("nobody may spend 7 in cost centre IT",)

    def test_too_few_for_the_number_is_told(self):
        assert found("4 of group:board")[1] == ["4 of group:board needs 4 who may decide, and there are 3"]


def test_the_manager_of_whom_it_is_for_is_asked():
    assert found("manager", Case(("ann@corp.test", "cara@corp.test")))[0] == ["mia@corp.test"]


def test_a_manager_who_asked_is_replaced_by_the_one_above():
    assert found("manager", Case(("mia@corp.test", "cara@corp.test")))[0] == ["cfo@corp.test"]


def test_the_owner_of_a_budget_does_not_approve_what_they_asked_for():
    assert found("budget-owner", Case(("head@corp.test",), Decimal(1_200)))[0] == ["cfo@corp.test"]


def test_names_of_nobody_are_found_before_the_first_request():
    assert unknown_names(stage_rule("all of manager, role:ceo, group:empty, group:board"), ORGANISATION) == (
        "role:ceo",
        "group:empty",
    )
