"""How an approval stands: computed from its stages, the votes, the ends by hand and the moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from daemon.desk.approvals import (
    Approval,
    ApprovalState,
    Approver,
    Decision,
    EndingKind,
    Stage,
    Vote,
    approvers_of,
    needed_of,
)
from daemon.desk.sentences import sentence


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an approval stands and why.

    ``asked`` are the addresses whose decision is waited for now, in the order of the stage, deputies behind
    their approvers.  ``stage`` is the number of the one that decided or is being asked, from 0; -1 where none
    ever was.  ``since`` is when that stage was opened, None for the first one.  ``counted`` are the votes
    that count, by time, ``ignored`` the others, each with the reason for whoever wrote it.
    """

    state: ApprovalState
    reason: str
    stage: int = -1
    asked: tuple[str, ...] = ()
    since: datetime | None = None
    decided_at: datetime | None = None
    counted: tuple[Vote, ...] = ()
    ignored: tuple[tuple[Vote, str], ...] = ()


def outcome(approval: Approval, votes: Iterable[Vote], now: datetime) -> Outcome:
    """Say how an approval stands at a moment.

    Votes are read in the order of time.  Of each approver the first vote counts: a token is good for one
    decision.  Inside a stage the order of different people's votes changes nothing about the result.
    """
    return _Count(approval, now).outcome(votes)


class _Count:
    """Goes through the votes of one approval in the order of time."""

    def __init__(self, approval: Approval, now: datetime) -> None:
        self.approval = approval
        self.now = now
        self.ending = _first_ending(approval, now)
        self.stage = 0
        self.since: datetime | None = None
        self.decided: tuple[ApprovalState, str, datetime | None] | None = None
        self.approvers: tuple[Approver, ...] = ()
        self.needed = 0
        self.said: dict[str, Vote] = {}
        self.counted: list[Vote] = []
        self.ignored: list[tuple[Vote, str]] = []
        self.open()

    def open(self) -> None:
        """Begin with the stage that is next, or find that nothing is left to ask."""
        approval = self.approval
        if approval.pre_approved:
            self.decided = (
                ApprovalState.APPROVED,
                sentence("pre-approved: {why}", why=approval.pre_approved),
                None,
            )
        elif not approval.stages:
            self.decided = (ApprovalState.STUCK, sentence("no approver was found"), None)
        elif self.stage == len(approval.stages):
            self.stage -= 1
            self.decided = (ApprovalState.APPROVED, sentence("all stages agreed"), self.since)
        else:
            self.approvers = approvers_of(self.current, approval.parties)
            self.needed = needed_of(self.current, len(self.approvers))
            self.said = {}
            if self.needed > len(self.approvers):
                why = sentence(
                    "stage {name} needs {needed} who may decide and has {count}",
                    name=self.current.name,
                    needed=self.needed,
                    count=len(self.approvers),
                )
                self.decided = (ApprovalState.STUCK, why, None)

    @property
    def current(self) -> Stage:
        return self.approval.stages[self.stage]

    def outcome(self, votes: Iterable[Vote]) -> Outcome:
        for vote in sorted(votes, key=lambda one: (one.at, one.serial)):
            refusal = self.refusal(vote)
            if refusal:
                self.ignored.append((vote, refusal))
            else:
                self.count(vote)
        state, reason, at = self.end(self.now) or (ApprovalState.PENDING, self.waiting(), None)
        pending = state is ApprovalState.PENDING
        return Outcome(
            state,
            reason,
            self.stage if self.approval.stages else -1,
            self.asked() if pending else (),
            self.since,
            at,
            tuple(self.counted),
            tuple(self.ignored),
        )

    def count(self, vote: Vote) -> None:
        self.counted.append(vote)
        self.said[vote.approver.lower()] = vote
        agreed = sum(one.decision is Decision.APPROVE for one in self.said.values())
        if agreed >= self.needed:
            self.stage, self.since = self.stage + 1, vote.at
            self.open()
        elif len(self.said) - agreed > len(self.approvers) - self.needed:
            why = sentence(
                "stage {name} was rejected by {voter}{words}",
                name=self.current.name,
                voter=vote.voter.lower(),
                words=f": {vote.words}" if vote.words else "",
            )
            self.decided = (ApprovalState.REJECTED, why, vote.at)

    def refusal(self, vote: Vote) -> str:
        """Say why a vote does not count, or nothing."""
        if vote.at > self.now:
            return "it is dated in the future"
        if any(one.serial == vote.serial for one in self.counted):
            return "it was counted already"
        if vote.digest != self.approval.digest:
            return "the request was changed after it was sent"
        ended = self.end(vote.at)
        if ended:
            return f"the approval was {ended[0]} already ({ended[1]})"
        return self.refused_person(vote)

    def refused_person(self, vote: Vote) -> str:
        """Say why this person may not decide this now, or nothing."""
        if vote.voter.lower() in {party.lower() for party in self.approval.parties}:
            return "nobody decides about a request of their own"
        if vote.stage != self.stage:
            return (
                "this stage is decided already" if vote.stage < self.stage else "this stage is not asked yet"
            )
        return self.no_power(vote) or self.spoken(vote)

    def no_power(self, vote: Vote) -> str:
        voter, approver = vote.voter.lower(), vote.approver.lower()
        if approver not in {one.address.lower() for one in self.approvers}:
            for one in self.current.replaced:
                if one.address.lower() == approver:
                    return f"{approver} does not decide any more: {one.by} named {one.other} instead"
            return f"{approver} is no approver of stage {self.current.name}"
        if voter != approver and voter not in self.deputies(approver, vote.at):
            return f"{voter} does not decide for {approver}"
        return ""

    def spoken(self, vote: Vote) -> str:
        voter, approver = vote.voter.lower(), vote.approver.lower()
        if approver in self.said:
            return f"{approver} has decided already"
        # A deputy of two, or an approver who is the deputy of another, is still one person.
        if any(one.voter.lower() == voter for one in self.said.values()):
            return f"{voter} has decided in this stage already"
        return ""

    def deputies(self, approver: str, at: datetime) -> list[str]:
        return [
            one.deputy.lower()
            for one in self.approval.handovers
            if one.stage == self.stage and one.approver.lower() == approver and one.at <= at
        ]

    def end(self, at: datetime) -> tuple[ApprovalState, str, datetime | None] | None:
        """Say how the approval has ended up to a moment, by its votes or without them, or None."""
        by_hand = self.ending if self.ending and self.ending[2] <= at else None
        if self.decided:
            # Where nobody may decide, a person does: by withdrawing the request or by a bypass.
            stuck = self.decided[0] is ApprovalState.STUCK
            return by_hand if stuck and by_hand else self.decided
        expires = self.approval.expires_at
        if expires is None or expires > at or (by_hand and by_hand[2] < expires):
            return by_hand
        return (
            ApprovalState.EXPIRED,
            sentence("stage {name} was not decided in time", name=self.current.name),
            expires,
        )

    def asked(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        spoken = {one.voter.lower() for one in self.said.values()}
        for one in self.approvers:
            address = one.address.lower()
            if address not in self.said:
                may = [address, *self.deputies(address, self.now)]
                found |= dict.fromkeys(each for each in may if each not in spoken)
        return tuple(found)

    def waiting(self) -> str:
        agreed = sum(one.decision is Decision.APPROVE for one in self.said.values())
        return sentence(
            "stage {name} has {agreed} of {needed} needed, asked {asked}",
            name=self.current.name,
            agreed=agreed,
            needed=self.needed,
            asked=len(self.approvers),
        )


def _first_ending(approval: Approval, now: datetime) -> tuple[ApprovalState, str, datetime] | None:
    """Return the first end by hand that is valid and not later than now."""
    valid = [
        one
        for one in approval.endings
        if one.at <= now and (one.kind is not EndingKind.BYPASSED or approval.may_be_bypassed)
    ]
    if not valid:
        return None
    first = min(valid, key=lambda one: one.at)
    state = ApprovalState.APPROVED if first.kind is EndingKind.BYPASSED else ApprovalState.VOID
    return state, f"{first.kind} by {first.by}: {first.reason}", first.at
