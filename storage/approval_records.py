"""Approvals as records: what is asked, whom, what they answered, who stands in, and how it ended."""

from dataclasses import dataclass
from datetime import datetime

# Which are not decided.
OPEN = ("pending", "stuck")


@dataclass(frozen=True, slots=True)
class KeptStage:
    """A stage; ``approvers`` are addresses with the rule that found each, ``within_seconds`` working time.

    ``replaced`` are addresses that do not decide any more, each with who does instead and who named that one.
    """

    name: str
    rule: str
    needed: int
    within_seconds: int
    approvers: tuple[tuple[str, str], ...]
    replaced: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewApproval:
    """An approval that is to be kept; ``problems`` say where nobody was found who may decide."""

    ticket_number: int
    item: str
    text: str
    digest: str
    parties: tuple[str, ...]
    stages: tuple[KeptStage, ...]
    problems: tuple[str, ...] = ()
    may_be_bypassed: bool = False


@dataclass(frozen=True, slots=True)
class KeptApproval:
    """An approval; ``stage`` counts from 0, ``opened_at`` is since when that one is asked.

    ``expires_at`` and ``next_at`` (when to look at it again) are None for never, ``decided_at`` while it is
    open.
    """

    id: int
    ticket_number: int
    item: str
    text: str
    digest: str
    parties: tuple[str, ...]
    stages: tuple[KeptStage, ...]
    problems: tuple[str, ...]
    may_be_bypassed: bool
    stage: int
    opened_at: datetime
    expires_at: datetime | None
    state: str
    reason: str
    created_at: datetime
    decided_at: datetime | None
    next_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is not decided."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that is asked for an approver of a stage: their own, or that of somebody who stands in.

    Its number ``id`` (0 until it is kept) stands in the signed address of the mail.
    ``mailed_at`` is None as long as no mail could be sent, ``done`` are the steps of its plan that were
    taken, ``asked_back`` counts the answers that were no decision, ``waiting`` tells that one is waited for,
    ``listing`` that it is to be told in a list of several, ``undelivered`` that the mail came back.
    """

    approval_id: int
    stage: int
    approver: str
    address: str
    asked_at: datetime
    mailed_at: datetime | None = None
    done: tuple[int, ...] = ()
    asked_back: int = 0
    waiting: bool = True
    listing: bool = False
    undelivered: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class NewVote:
    """A clear decision that came in; ``arrival_id`` is the mail that it stood in, where it was one."""

    approval_id: int
    stage: int
    approver: str
    voter: str
    decision: str
    at: datetime
    digest: str
    words: str = ""
    comment: str = ""
    proof: str = ""
    arrival_id: int | None = None


@dataclass(frozen=True, slots=True)
class KeptVote:
    """A vote with its number."""

    serial: int
    vote: NewVote


@dataclass(frozen=True, slots=True)
class KeptHandover:
    """Somebody who may decide for an approver from a moment on."""

    approval_id: int
    stage: int
    approver: str
    deputy: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class KeptEnding:
    """An end by hand."""

    approval_id: int
    kind: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """An approval with all that belongs to it, each in the order in which it came."""

    approval: KeptApproval
    asked: tuple[Asked, ...] = ()
    votes: tuple[KeptVote, ...] = ()
    handovers: tuple[KeptHandover, ...] = ()
    endings: tuple[KeptEnding, ...] = ()
