"""An approval as it is kept, read as the pure code has it: how it stands, and who is asked for whom."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from daemon.desk.approval_outcome import Outcome, outcome
from daemon.desk.approvals import (
    Approval,
    ApprovalState,
    Approver,
    Decision,
    Ending,
    EndingKind,
    Handover,
    Replaced,
    Rule,
    Stage,
    Vote,
    approvers_of,
    needed_of,
)
from storage.approval_records import Dossier, KeptStage


@dataclass(frozen=True, slots=True)
class Standing:
    """An approval with how it stands at a moment."""

    dossier: Dossier
    approval: Approval
    outcome: Outcome = field(default_factory=lambda: Outcome(ApprovalState.PENDING, ""))

    @property
    def open(self) -> bool:
        """Whether somebody has to decide, or a person has to help."""
        return self.outcome.state in {ApprovalState.PENDING, ApprovalState.STUCK}


def standing(dossier: Dossier, now: datetime) -> Standing:
    """Say how an approval stands at a moment, by what is kept of it."""
    approval = approval_of(dossier)
    return Standing(dossier, approval, outcome(approval, votes_of(dossier), now))


def lacking(found: Standing) -> int | None:
    """Return the first stage from the current one on that has too few who may decide, None for none."""
    stages = found.approval.stages
    if not stages:
        return 0
    for at in range(max(found.outcome.stage, 0), len(stages)):
        there = len(approvers_of(stages[at], found.approval.parties))
        if needed_of(stages[at], there) > there:
            return at
    return None


def approval_of(dossier: Dossier) -> Approval:
    """Return the approval as the pure code has it."""
    kept = dossier.approval
    return Approval(
        digest=kept.digest,
        parties=kept.parties,
        stages=tuple(map(stage_of, kept.stages)),
        expires_at=kept.expires_at,
        may_be_bypassed=kept.may_be_bypassed,
        handovers=tuple(
            Handover(one.stage, one.approver, one.deputy, one.at, one.reason) for one in dossier.handovers
        ),
        endings=tuple(Ending(EndingKind(one.kind), one.by, one.at, one.reason) for one in dossier.endings),
    )


# Many approvals are decided by the same people.
@lru_cache(maxsize=1_000)
def stage_of(kept: KeptStage) -> Stage:
    """Return a stage as the pure code has it."""
    approvers = tuple(Approver(address, why) for address, why in kept.approvers)
    replaced = tuple(Replaced(*one) for one in kept.replaced)
    return Stage(kept.name, Rule(kept.rule), approvers, kept.needed, replaced)


def votes_of(dossier: Dossier) -> list[Vote]:
    """Return the votes as the pure code has them."""
    return [
        Vote(
            kept.serial,
            kept.vote.stage,
            kept.vote.approver,
            kept.vote.voter,
            Decision(kept.vote.decision),
            kept.vote.at,
            kept.vote.digest,
            kept.vote.words,
            kept.vote.proof,
        )
        for kept in dossier.votes
    ]
