"""What is due while an approver says nothing: reminders, the deputy, the escalation, on working time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile

from daemon.desk.approvals import Stage, approvers_of

# A calendar's ``add_working``: the first moment by which so many seconds of open time have passed, or None.
AddWorking = Callable[[datetime, int], datetime | None]


class StepKind(StrEnum):
    """What happens when an approver is silent."""

    REMIND = "remind"
    DEPUTY = "deputy"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a plan, due so much open time after the approver was asked."""

    kind: StepKind
    after_seconds: int


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that is due since a moment; ``index`` is its place in the plan."""

    index: int
    step: Step
    at: datetime


def due_steps(
    plan: Iterable[Step], asked_at: datetime, now: datetime, done: Collection[int], add_working: AddWorking
) -> tuple[DueStep, ...]:
    """Return the steps of a plan that are due and not done, by time; ``done`` are indexes.

    After a standstill several are due at once: of reminders only the last one is worth a mail, and the
    earlier ones are left out.
    """
    over = takewhile(lambda one: one.at <= now, _timed(plan, asked_at, add_working))
    due = [one for one in over if one.index not in done]
    last = max((at for at, one in enumerate(due) if one.step.kind is StepKind.REMIND), default=-1)
    return tuple(one for at, one in enumerate(due) if one.step.kind is not StepKind.REMIND or at == last)


def next_step_at(
    plan: Iterable[Step], asked_at: datetime, now: datetime, add_working: AddWorking
) -> datetime | None:
    """Return when the next step after now will be due, None where none is left."""
    return next((one.at for one in _timed(plan, asked_at, add_working) if one.at > now), None)


def _timed(plan: Iterable[Step], asked_at: datetime, add_working: AddWorking) -> Iterator[DueStep]:
    """Yield the steps by time, each as it is asked for: what comes much later is mostly not wanted."""
    for index, step in sorted(enumerate(plan), key=lambda each: (each[1].after_seconds, each[0])):
        at = _worked(add_working, asked_at, step.after_seconds)
        if at is not None:
            yield DueStep(index, step, at)


# To go through a calendar takes longer than all else that is done about an approval, which asks twice.
@lru_cache(maxsize=1024)
def _worked(add_working: AddWorking, since: datetime, seconds: int) -> datetime | None:
    return add_working(since, seconds)


def forget_times() -> None:
    """Count the times of steps anew from now on: a calendar has got other days."""
    _worked.cache_clear()


def stand_in(
    stage: Stage,
    approver: str,
    parties: Collection[str],
    deputies: Mapping[str, tuple[str, ...]],
    away: Collection[str],
) -> str | None:
    """Return who decides for an approver who is away or silent, None where nobody can.

    The first of the approver's deputies who is there, is no party of the request and has no voice of their
    own in the stage; where all are away, a deputy of theirs.  ``deputies`` and ``away`` are in lower case.
    """
    taken = {one.address.lower() for one in approvers_of(stage, ())} | {party.lower() for party in parties}
    seen, line = {approver.lower()}, list(deputies.get(approver.lower(), ()))
    while line:
        one = line.pop(0).lower()
        if one in seen:
            continue
        seen.add(one)
        if one not in taken and one not in away:
            return one
        line += deputies.get(one, ())
    return None
