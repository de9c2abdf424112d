"""From a stage of the catalogue to the people who are asked, and what happens while they are silent; pure."""

from collections.abc import Mapping
from functools import lru_cache

from daemon.desk.approval_rules import ApproverRule, StageRule, Who
from daemon.desk.approval_steps import AddWorking, Step, StepKind
from daemon.desk.approvals import Rule
from daemon.desk.catalogue import By, Item, Stage
from daemon.desk.frozen_text import Submission
from daemon.desk.working_time import WORKING_DAY_SECONDS

# How long an approver has where the catalogue does not say.
USUAL_SECONDS = 3 * WORKING_DAY_SECONDS
# So many times of that after a stage was opened nobody can decide it any more.
LASTS = 3

__all__ = ["LASTS", "USUAL_SECONDS", "AddWorking", "plan_of", "stage_rule_of", "submission_of"]


def stage_rule_of(stage: Stage) -> StageRule:
    """Return the rule by which the approvers of a stage of the catalogue are found."""
    rules = _approvers(stage)
    names = ", ".join(map(str, rules))
    if stage.needed.isdigit():
        return StageRule(f"{stage.needed} of {names}", Rule.COUNT, int(stage.needed), rules)
    rule = Rule(stage.needed or Rule.ANY)
    several = len(rules) > 1 or stage.by is By.GROUP
    return StageRule(f"{rule} of {names}" if several else names, rule, 0, rules)


def _approvers(stage: Stage) -> tuple[ApproverRule, ...]:
    match stage.by:
        case By.MANAGER:
            return (ApproverRule(Who.MANAGER),)
        case By.BUDGET_OWNER:
            return (ApproverRule(Who.BUDGET_OWNER),)
        case By.PERSONS:
            return tuple(ApproverRule(Who.PERSON, one.lower()) for one in stage.persons)
        case By.GROUP:
            return (ApproverRule(Who.GROUP, " ".join(stage.group.lower().split())),)


@lru_cache(maxsize=100)
def plan_of(within_seconds: int, *, own: bool = True) -> tuple[Step, ...]:
    """Return what happens while somebody is silent who has so much working time.

    Half the time is over: a reminder.  All of it: the deputy is asked.  Half of it more: their manager, and
    the desk hears of it.  Who stands in for another (``own`` False) is reminded only.
    """
    half = within_seconds // 2
    if not own:
        return (Step(StepKind.REMIND, half), Step(StepKind.REMIND, within_seconds))
    return (
        Step(StepKind.REMIND, half),
        Step(StepKind.DEPUTY, within_seconds),
        Step(StepKind.ESCALATE, within_seconds + half),
    )


def submission_of(number: int, item: Item, answers: Mapping[str, str]) -> Submission:
    """Return what a request with these answers asks for; who asks, cost and files are for the caller."""
    told = tuple((one.label, answers[one.id]) for one in item.questions if one.id in answers)
    return Submission(number, item.title, "", answers=told)
