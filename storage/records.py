"""What the storage layer hands out: frozen records, never rows that could run a query when read."""

from dataclasses import dataclass
from datetime import datetime

from storage.vocabulary import (
    ArrivalState,
    Clock,
    Disposition,
    EntryKind,
    Level,
    LinkKind,
    OutboxState,
    ParticipantRole,
    Priority,
    SegmentKind,
    Source,
    TicketState,
    TicketType,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message on its way into the ledger.

    ``raw`` is what the source handed over, byte for byte.  ``trace`` is what we add above it (Return-Path
    and Received, RFC 5321 s 4.4), with CRLF line ends.  ``source_key`` names the message at its source
    where the source can (``imap:account/folder/uidvalidity/uid``); the same key is recorded once.
    ``full_size_bytes`` is larger than ``len(raw)`` where only the beginning was taken.
    """

    source: Source
    raw: bytes
    received_at: datetime
    reverse_path: str | None = None
    null_reverse_path: bool = False
    recipients: tuple[str, ...] = ()
    peer: str = ""
    helo: str = ""
    auth_user: str | None = None
    tls: str = ""
    trace: bytes = b""
    source_key: str | None = None
    mailbox: str = ""
    full_size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ledger's answer: the arrival's id, and whether its source key was there before."""

    arrival_id: int
    known: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """One row of the ledger, without its raw bytes."""

    id: int
    source: Source
    source_key: str | None
    state: ArrivalState
    received_at: datetime
    raw_digest: str
    size_bytes: int
    full_size_bytes: int
    trace: bytes
    message_id: str
    reverse_path: str | None
    null_reverse_path: bool
    recipients: tuple[str, ...]
    peer: str
    helo: str
    auth_user: str | None
    tls: str
    mailbox: str
    deaths: int
    failures: int
    disposition: Disposition | None
    reason: str
    evidence: tuple[str, ...]
    ticket_number: int | None
    settled_at: datetime | None
    error: str
    # How many workers died that had it in hand together with others.
    suspicions: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes or is written to; ``address`` is the one mail goes to.

    ``language`` is that of the person's latest mail by two letters (ISO 639-1), empty where it is not known.
    """

    id: int
    name: str
    address: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person; ``suppressed`` says why no mail goes there any more, or is empty."""

    address: str
    person_id: int
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A record of work; ``number`` is its id, shared by all types.

    ``team`` is the team that works on it; ``routes`` are all teams it was addressed to, that one included.
    ``watchers`` are agents who hear of everything, ``asked`` those whose answer is waited for, by address.
    ``fields`` are the desk's own, by name.  ``pending_until`` is when waiting for a day is over.
    ``merged_into`` is the ticket that goes on in place of this one.
    """

    number: int
    type: TicketType
    state: TicketState
    impact: Level
    urgency: Level
    priority: Priority
    team: str
    assignee: str | None
    requester: Person | None
    subject: str
    root_message_id: str
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    journal_hash: str
    routes: tuple[str, ...]
    category: str = ""
    tags: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    watchers: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    due_at: datetime | None = None
    pending_until: datetime | None = None
    minutes_spent: int = 0
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What a ticket is to another one."""

    ticket_number: int
    kind: LinkKind
    other: int


@dataclass(frozen=True, slots=True)
class OperationStep:
    """What an operation did to one ticket.

    ``inverse`` are the changes that take it back, packed, and ``left`` are the facts about the ticket that
    the operation changed, as it left them (``desk.undoing``).
    """

    ticket_number: int
    inverse: str
    left: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What the commands of one mail or one call did; ``mailed`` counts the mails to people that it caused."""

    id: int
    actor: str
    cause: str
    at: datetime
    summary: str
    mailed: int
    steps: tuple[OperationStep, ...]


@dataclass(frozen=True, slots=True)
class WorkList:
    """A list of tickets that an agent was sent, whose lines can be answered by number.

    ``command`` and ``word`` are those of a bulk command that waits for its confirmation, else empty.
    """

    id: int
    message_id: str
    agent: str
    numbers: tuple[int, ...]
    expires_at: datetime
    command: str = ""
    word: str = ""
    used: bool = False


@dataclass(frozen=True, slots=True)
class Participant:
    """A person on a ticket."""

    person: Person
    role: ParticipantRole


@dataclass(frozen=True, slots=True)
class Entry:
    """One contribution to a ticket; ``body`` is the whole text, ``text`` the new words in it."""

    id: int
    ticket_number: int
    kind: EntryKind
    visibility: Visibility
    author: str
    author_name: str
    text: str
    body: str
    arrival_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One MIME part of an arrival and its fate; its content is read from the raw message."""

    arrival_id: int
    path: str
    content_type: str
    name: str
    size_bytes: int
    sha256: str
    fate: str
    note: str
    start: int
    end: int
    encoding: str
    content_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's journal; ``hash`` chains it to the line before (``previous``)."""

    id: int
    ticket_number: int
    at: datetime
    kind: str
    actor: str
    cause: str
    data: dict[str, str]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Splice:
    """A range of a stored raw message that stands inside an outgoing mail; line ends become CRLF.

    With ``in_base64`` its bytes are encoded on their way out, line ends and all.
    """

    raw_digest: str
    start: int
    end: int
    in_base64: bool = False


# The subject of a copy whose words come later in its transaction; a subject has no control characters.
UNWRITTEN = "\x1a"


@dataclass(frozen=True, slots=True)
class WrittenCopy:
    """The words of a copy that was queued without them; ``content`` is packed as the outbox keeps it."""

    message_id: str
    subject: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingCopy:
    """One recipient's copy of a mail, frozen: every attempt sends the same bytes (``reliability`` P4).

    ``pieces`` are joined in order; a copy whose words come later (``outbox.fill``) has none, and its subject
    is ``UNWRITTEN``.  ``reverse_path`` None is the null reverse-path.  ``key`` makes the
    effect happen once: a second copy with the same key is not queued.
    """

    key: str
    notice: str
    recipient: str
    reverse_path: str | None
    message_id: str
    subject: str
    pieces: tuple[bytes | Splice, ...]
    ticket_number: int | None = None
    entry_id: int | None = None
    arrival_id: int | None = None
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One row of the outbox as the courier and the operator see it, without its bytes."""

    id: int
    state: OutboxState
    notice: str
    recipient: str
    reverse_path: str | None
    message_id: str
    subject: str
    ticket_number: int | None
    attempts: int
    next_attempt_at: datetime
    last_reply: str
    created_at: datetime
    sent_at: datetime | None
    automatic: bool
    fence: int = 0
    arrival_id: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time of one clock of a ticket; what was counted is never changed afterwards.

    ``run`` counts from 1 how often the clock was started; ``id`` is 0 as long as it is not stored.  ``rule``,
    ``calendar`` and ``target_seconds`` (None: nothing was promised) are those in force.  ``ended_at`` and
    ``used_seconds``, the open time that counted, are None while it lasts.
    """

    id: int
    ticket_number: int
    clock: Clock
    run: int
    kind: SegmentKind
    started_at: datetime
    ended_at: datetime | None
    reason: str
    ended_reason: str
    cause: str
    rule: str
    calendar: str
    target_seconds: int | None
    used_seconds: int | None


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """Somebody as the directory tells of them; addresses, roles and groups are in lower case.

    ``manager`` and ``deputies`` are addresses, ``also`` the further addresses of the same person.  Empty is
    not known.  Who is not ``active`` decides nothing and stands in for nobody.
    """

    address: str
    name: str = ""
    manager: str = ""
    department: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    cost_centre: str = ""
    groups: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    active: bool = True
