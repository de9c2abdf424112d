"""What can be done to a ticket, as values: decided by pure code, carried out by ``services.apply``.

A new kind of change is a dataclass here, with an arm in ``after``, in ``desk.undoing`` and in
``services.apply``; the type check fails until the arms exist.
"""

from dataclasses import dataclass
from datetime import datetime

from storage.records import Entry, Person
from storage.vocabulary import Level, LinkKind, ParticipantRole, Priority, TicketState, TicketType


@dataclass(frozen=True, slots=True)
class MoveState:
    """Bring the ticket into another state; ``reason`` stands in the journal.

    ``until`` is when the waiting of a ticket that is pending for a day is over.
    """

    to: TicketState
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RestoreState:
    """Give the ticket back a state that it had, whatever the table of moves says; only undoing does that."""

    state: TicketState
    resolved_at: datetime | None
    closed_at: datetime | None
    pending_until: datetime | None


@dataclass(frozen=True, slots=True)
class Assign:
    """Make an agent responsible, or nobody (None)."""

    assignee: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetTeam:
    """Hand the ticket to a team; ``routes`` are all teams that may work on it from then on."""

    team: str
    routes: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetType:
    """Make it a record of another type, in the state that fits there (``desk.retyping``)."""

    type: TicketType
    state: TicketState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetLevels:
    """Set impact and urgency with the priority that they come to, or one that was chosen for a reason."""

    impact: Level
    urgency: Level
    priority: Priority
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetCategory:
    """Say what the ticket is about; empty takes the category away."""

    category: str


@dataclass(frozen=True, slots=True)
class SetSubject:
    """Call the ticket something else."""

    subject: str


@dataclass(frozen=True, slots=True)
class SetDue:
    """Promise a moment, or take the promise away (None)."""

    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class SetTags:
    """Give the ticket exactly these tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetField:
    """Fill in one of the desk's own fields; empty takes its value away."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SetWatchers:
    """Let exactly these agents hear of everything, beside those who would hear anyway."""

    watchers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAsked:
    """Wait for the answers of exactly these agents."""

    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookTime:
    """Add minutes of work; fewer than none are taken back."""

    minutes: int


@dataclass(frozen=True, slots=True)
class AddRoute:
    """Note that the ticket was addressed to a further team."""

    team: str


@dataclass(frozen=True, slots=True)
class AddParticipants:
    """Put people on the ticket: ``(person id, role)``."""

    people: tuple[tuple[int, ParticipantRole], ...]


@dataclass(frozen=True, slots=True)
class CopyIn:
    """Put people on the ticket by their addresses; none of them is on it yet."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyOut:
    """Take copied people off the ticket."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetRequester:
    """Say who asked: the ticket is this person's from now on.  A person with the id 0 is met by address."""

    person: Person | None


@dataclass(frozen=True, slots=True)
class Remark:
    """Write a line into the journal and change nothing."""

    kind: str
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StopMails:
    """Send no automatic mail of these kinds about the ticket (``desk.automatic``); ``by`` is who says so."""

    kinds: tuple[str, ...]
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class StartMails:
    """Let automatic mail of these kinds, which was stopped, be sent again."""

    kinds: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class AcceptHeld:
    """Make a held mail a message of the ticket, and its author a participant."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class RefuseHeld:
    """Put a held mail aside; nobody hears of it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class SplitHeld:
    """Take a held mail away from the ticket, to become one of its own."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class SendHeld:
    """Make an agent's answer that was held back a public one."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class PutBack:
    """Make an entry again what it was: ``entry``, where it is ``instead`` now."""

    entry: Entry
    instead: Entry


@dataclass(frozen=True, slots=True)
class SplitWords:
    """Let words of an agent become a ticket of their own, for the same requester."""

    subject: str


@dataclass(frozen=True, slots=True)
class SplitFrom:
    """Say of a new ticket that it was taken out of another one."""

    source: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Let another ticket go on in place of this one; nothing is moved, what comes is led there."""

    into: int


@dataclass(frozen=True, slots=True)
class Unmerge:
    """Let the ticket go on by itself again."""

    into: int


@dataclass(frozen=True, slots=True)
class AddLink:
    """Say what the ticket is to another one."""

    kind: LinkKind
    other: int


@dataclass(frozen=True, slots=True)
class RemoveLink:
    """Say it no longer."""

    kind: LinkKind
    other: int


@dataclass(frozen=True, slots=True)
class SetTask:
    """Bring a task of the request into another state by an agent's word; ``by`` is who says so.

    ``was`` and ``was_why`` are the state and the reason that it had.
    """

    task: str
    to: str
    why: str
    was: str
    was_why: str
    by: str


@dataclass(frozen=True, slots=True)
class MovePromise:
    """Promise the requester another moment for a request, or none (None), and say why."""

    until: datetime | None
    why: str
    before: datetime | None


@dataclass(frozen=True, slots=True)
class SetRequest:
    """Make the ticket one for an item of the catalogue with these valid answers, instead of what it was.

    An empty item is none.
    """

    item: str
    answers: tuple[tuple[str, str], ...]
    before: str = ""
    answers_before: tuple[tuple[str, str], ...] = ()


HeldChange = AcceptHeld | RefuseHeld | SplitHeld | SendHeld
StateChange = MoveState | RestoreState | SetType | Merge | Unmerge
FactChange = (
    Assign
    | SetTeam
    | SetLevels
    | SetCategory
    | SetSubject
    | SetDue
    | SetTags
    | SetField
    | SetWatchers
    | SetAsked
    | BookTime
    | AddRoute
    | SetRequester
)
PeopleChange = AddParticipants | CopyIn | CopyOut
LinkChange = AddLink | RemoveLink
MailChange = StopMails | StartMails


@dataclass(frozen=True, slots=True)
class TellTask:
    """Write to whoever has a task; ``by`` is who writes."""

    task: str
    words: str
    by: str


TaskChange = SetTask | MovePromise | TellTask
# What leaves the columns of the ticket as they are.
OtherChange = (
    PeopleChange
    | LinkChange
    | MailChange
    | TaskChange
    | HeldChange
    | PutBack
    | SplitWords
    | SplitFrom
    | Remark
    | SetRequest
)
Change = StateChange | FactChange | OtherChange
