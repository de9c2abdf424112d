"""Who approves: stages as the desk's owner writes them, and the people that they come to.

A stage is ``manager``, ``all of manager, role:cfo``, ``majority of group:board`` or ``2 of group:board``.  An
approver is an address, ``manager``, ``budget-owner``, ``role:NAME`` or ``group:NAME``.  Where nobody is found
there is a sentence about it: an approval is never left waiting for nobody.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from daemon.desk.approvals import Approver, Rule, Stage, needed_of

_FORM = re.compile(r"(?:(any|all|majority|\d{1,3}) of )?(.+)", re.ASCII)
_ADDRESS = re.compile(r"[^\s@,:]{1,64}@[^\s@,:]{1,255}")
_EXPECTED = (
    "expected approvers like manager, budget-owner, role:cfo, group:board or ann@corp.test, "
    "with any of, all of, majority of or 2 of before them"
)


class BadApprovalRuleError(ValueError):
    """A stage that cannot be read; the text says what was expected."""


class Who(StrEnum):
    """The ways to name an approver."""

    PERSON = "person"
    MANAGER = "manager"
    BUDGET_OWNER = "budget-owner"
    ROLE = "role"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class ApproverRule:
    """One way to find approvers; ``name`` is an address, a role or a group."""

    who: Who
    name: str = ""

    def __str__(self) -> str:
        """Write the rule as its owner did."""
        if self.who is Who.PERSON:
            return self.name
        return f"{self.who}:{self.name}" if self.name else str(self.who)


@dataclass(frozen=True, slots=True)
class StageRule:
    """A stage before its approvers are looked up."""

    text: str
    rule: Rule
    needed: int
    approvers: tuple[ApproverRule, ...]


@dataclass(frozen=True, slots=True)
class BudgetOwner:
    """Who may spend up to an amount; None is any amount.  ``cost_centre`` empty stands for all of them."""

    address: str
    up_to: Decimal | None = None
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What is known of the people: managers, roles and groups by name, all in lower case."""

    managers: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    budget_owners: tuple[BudgetOwner, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """The request for which approvers are looked up; ``parties`` are who asked and for whom, none may decide.

    The manager is that of the last party: of whom it is for.  ``amount`` is None where no cost is known.
    """

    parties: tuple[str, ...]
    amount: Decimal | None = None
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The stage with its people, and what was wrong in sentences for the queue of errors."""

    stage: Stage
    problems: tuple[str, ...] = ()


def stage_rule(text: str) -> StageRule:
    """Read a stage; without a word before them any one of the approvers is enough.

    Raises BadApprovalRuleError with a sentence for the owner of the catalogue.
    """
    match = _FORM.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise BadApprovalRuleError(f'{_EXPECTED}, got "{text}"')
    word, names = match[1] or "any", [name.strip() for name in match[2].split(",")]
    rules = tuple(_approver_rule(name, text) for name in names)
    if not word.isdigit():
        return StageRule(text, Rule(word), 0, rules)
    needed = int(word)
    people = all(rule.who not in {Who.ROLE, Who.GROUP} for rule in rules)
    if needed == 0 or (people and needed > len(rules)):
        raise BadApprovalRuleError(f'expected a number from 1 to that of the approvers, got "{text}"')
    return StageRule(text, Rule.COUNT, needed, rules)


def _approver_rule(name: str, text: str) -> ApproverRule:
    if name in {Who.MANAGER, Who.BUDGET_OWNER}:
        return ApproverRule(Who(name))
    if _ADDRESS.fullmatch(name):
        return ApproverRule(Who.PERSON, name)
    kind, colon, value = name.partition(":")
    if colon and value.strip() and kind in {Who.ROLE, Who.GROUP}:
        return ApproverRule(Who(kind), value.strip())
    raise BadApprovalRuleError(f'{_EXPECTED}, got "{name}" in "{text}"')


def unknown_names(rule: StageRule, organisation: Organisation) -> tuple[str, ...]:
    """Name the roles and groups of a stage that nobody is in, before the first request finds out."""
    known = {Who.ROLE: organisation.roles, Who.GROUP: organisation.groups}
    return tuple(str(one) for one in rule.approvers if one.who in known and not known[one.who].get(one.name))


def resolve(rule: StageRule, case: Case, organisation: Organisation) -> Resolved:
    """Look the approvers of a stage up; each stands once, with the rule that found them first."""
    found: dict[str, Approver] = {}
    problems: list[str] = []
    parties = {party.lower() for party in case.parties}
    for one in rule.approvers:
        people, problem = _people(one, case, organisation)
        others = [address for address in people if address not in parties]
        if problem or not others:
            problems.append(
                problem or f"{one} is only who asked, and nobody decides about a request of their own"
            )
        for address in others:
            found.setdefault(address, Approver(address, _why(one, case)))
    stage = Stage(rule.text, rule.rule, tuple(found.values()), rule.needed)
    needed = needed_of(stage, len(found))
    if found and needed > len(found):
        problems.append(f"{rule.text} needs {needed} who may decide, and there are {len(found)}")
    return Resolved(stage, tuple(problems))


def _why(rule: ApproverRule, case: Case) -> str:
    if rule.who is Who.MANAGER:
        return f"manager of {case.parties[-1].lower()}" if case.parties else "manager"
    if rule.who is Who.BUDGET_OWNER:
        return f"budget owner for {case.amount}"
    return "named for this item" if rule.who is Who.PERSON else str(rule)


def _people(rule: ApproverRule, case: Case, organisation: Organisation) -> tuple[Iterable[str], str]:
    """Return the addresses that a rule comes to, or what is wrong."""
    match rule.who:
        case Who.PERSON:
            return (rule.name,), ""
        case Who.MANAGER:
            return _manager(case, organisation.managers)
        case Who.BUDGET_OWNER:
            return _budget_owner(case, organisation.budget_owners)
        case Who.ROLE | Who.GROUP:
            named = organisation.roles if rule.who is Who.ROLE else organisation.groups
            people = tuple(address.lower() for address in named.get(rule.name, ()))
            return people, "" if people else f"nobody is in {rule}"


def _manager(case: Case, managers: Mapping[str, str]) -> tuple[Iterable[str], str]:
    """Go up from whom it is for until a manager is no party of the request; a ring ends the search."""
    parties = {party.lower() for party in case.parties}
    if not case.parties:
        return (), "nobody asked, so there is no manager"
    at, seen = case.parties[-1].lower(), set[str]()
    while at not in seen:
        seen.add(at)
        above = managers.get(at, "").lower()
        if not above:
            return (), f"no manager of {at} is known"
        if above not in parties:
            return (above,), ""
        at = above
    return (), f"the managers of {at} go round in a ring"


def _budget_owner(case: Case, owners: Iterable[BudgetOwner]) -> tuple[Iterable[str], str]:
    """Take the owner with the lowest limit that is enough; the cost centre's own before those of all."""
    if case.amount is None:
        return (), "no cost is known, so no budget owner can be found"
    parties = {party.lower() for party in case.parties}
    fitting = [
        one
        for one in owners
        if one.cost_centre.lower() in {"", case.cost_centre.lower()}
        and (one.up_to is None or one.up_to >= case.amount)
        and one.address.lower() not in parties
    ]
    if not fitting:
        centre = f" in cost centre {case.cost_centre}" if case.cost_centre else ""
        return (), f"nobody may spend {case.amount}{centre}"
    best = min(fitting, key=lambda one: (not one.cost_centre, one.up_to is None, one.up_to or Decimal(0)))
    return (best.address.lower(),), ""
