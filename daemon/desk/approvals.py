"""Approvals as records: what is asked of whom, what was answered; ``approval_outcome`` reads them.

Nothing here is a running total: how an approval stands is computed from the stages, the votes and the moment.
Addresses are those of people (one main address each); they are compared in lower case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rule(StrEnum):
    """How many approvers of a stage have to agree."""

    ANY = "any"
    ALL = "all"
    MAJORITY = "majority"
    COUNT = "count"


class Decision(StrEnum):
    """What a vote says."""

    APPROVE = "approve"
    REJECT = "reject"


class ApprovalState(StrEnum):
    """How an approval stands; ``STUCK`` means that nobody is there who may decide, a case for a person."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    VOID = "void"
    STUCK = "stuck"


class EndingKind(StrEnum):
    """How an approval ends without its votes."""

    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    BYPASSED = "bypassed"


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who is asked; ``why`` says by which rule, as ``manager of cara@corp.test``."""

    address: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Somebody whose place ``other`` has in a stage, since the agent ``by`` named that person."""

    address: str
    other: str
    by: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Approvers who are asked at the same time; ``needed`` is the n of "n of m" only there."""

    name: str
    rule: Rule
    approvers: tuple[Approver, ...]
    needed: int = 0
    replaced: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Handover:
    """From a moment on a deputy may decide for an approver of a stage; ``reason`` says why."""

    stage: int
    approver: str
    deputy: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """An end by hand: who ended the approval, when and why."""

    kind: EndingKind
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Approval:
    """What is asked of whom; stages are asked one after the other.

    ``digest`` is that of the text which the votes are bound to.  ``parties`` are those who asked and those
    for whom it is asked: none of them may decide.  ``pre_approved`` is the reason why nobody needs to be
    asked, or empty.  From ``expires_at`` on (None: never) no vote counts.
    """

    digest: str
    parties: tuple[str, ...]
    stages: tuple[Stage, ...]
    expires_at: datetime | None = None
    pre_approved: str = ""
    may_be_bypassed: bool = False
    handovers: tuple[Handover, ...] = ()
    endings: tuple[Ending, ...] = ()


@dataclass(frozen=True, slots=True)
class Vote:
    """A clear decision that came in; ``serial`` orders votes of the same moment and is unique.

    ``voter`` is who wrote it and ``approver`` who was asked; they differ where a deputy decides.  ``words``
    are those that decided, ``proof`` says how we know the voter, ``digest`` which text the vote is bound to.
    """

    serial: int
    stage: int
    approver: str
    voter: str
    decision: Decision
    at: datetime
    digest: str
    words: str = ""
    proof: str = ""


def approvers_of(stage: Stage, parties: Iterable[str]) -> tuple[Approver, ...]:
    """Return who may decide in a stage: each person once, and none of the parties (self-approval)."""
    barred = {party.lower() for party in parties}
    found: dict[str, Approver] = {}
    for one in stage.approvers:
        if one.address.lower() not in barred:
            found.setdefault(one.address.lower(), one)
    return tuple(found.values())


def needed_of(stage: Stage, approvers: int) -> int:
    """Return how many of so many approvers have to agree; more than there are where it cannot be done."""
    match stage.rule:
        case Rule.ANY:
            return 1
        case Rule.ALL:
            return max(approvers, 1)
        case Rule.MAJORITY:
            return approvers // 2 + 1
        case Rule.COUNT:
            # A stage that asks for nobody's consent is a mistake, and no way round one.
            return stage.needed if stage.needed > 0 else approvers + 1
