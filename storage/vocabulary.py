"""The words that stand in the database: every stored state, kind and type, spelled once."""

from enum import StrEnum

# The languages in which the desk can write, by two letters (ISO 639-1); the first is that of its sentences.
LANGUAGES = ("en", "de", "es", "fr", "it", "nl")


class Source(StrEnum):
    """The way by which a message came in."""

    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    FILE = "file"


class ArrivalState(StrEnum):
    """How far a message has come on its way through intake."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    SETTLED = "settled"
    QUARANTINED = "quarantined"


class Disposition(StrEnum):
    """What became of a message; a settled arrival has exactly one."""

    TICKETED = "ticketed"
    APPENDED = "appended"
    HELD = "held"
    ACTED = "acted"
    IGNORED = "ignored"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class TicketType(StrEnum):
    """The kind of work that a ticket records (ITIL)."""

    INCIDENT = "incident"
    SERVICE_REQUEST = "service-request"
    PROBLEM = "problem"
    CHANGE = "change"


class TicketState(StrEnum):
    """Every state of every ticket type; ``desk.lifecycle`` says which type has which."""

    NEW = "new"
    OPEN = "open"
    PENDING_REQUESTER = "pending-requester"
    PENDING_VENDOR = "pending-vendor"
    PENDING_DATE = "pending-date"
    RESOLVED = "resolved"
    CLOSED = "closed"
    AWAITING_DETAILS = "awaiting-details"
    AWAITING_APPROVAL = "awaiting-approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    IN_FULFILMENT = "in-fulfilment"
    FULFILLED = "fulfilled"
    INVESTIGATING = "investigating"
    KNOWN_ERROR = "known-error"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    IMPLEMENTED = "implemented"
    FAILED = "failed"
    REVIEWED = "reviewed"


class Level(StrEnum):
    """A grade of impact or of urgency."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Priority(StrEnum):
    """What impact and urgency together come to; P1 is worked on first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class LinkKind(StrEnum):
    """What one ticket is to another, read from the ticket that has the link."""

    RELATED = "related"
    DUPLICATE = "duplicate"
    PROBLEM_OF = "problem-of"
    CAUSED_BY_CHANGE = "caused-by-change"
    PARENT = "parent"


class ParticipantRole(StrEnum):
    """Why a person hears about a ticket."""

    REQUESTER = "requester"
    COPIED = "copied"


class EntryKind(StrEnum):
    """What an entry of a ticket is."""

    MESSAGE = "message"  # words of a requester or of another participant
    ANSWER = "answer"  # public words of an agent
    NOTE = "note"  # words among agents
    HELD = "held"  # a stranger's mail, beside the ticket until an agent accepts it
    REFUSED = "refused"  # a held mail that an agent refused
    DRAFT = "draft"  # an agent's answer that was held back before it left
    REPORT = "report"  # automatic mail and delivery reports that concern the ticket


class Visibility(StrEnum):
    """Who may see an entry: everybody on the ticket, or agents only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class OutboxState(StrEnum):
    """What became of one copy of an outgoing mail; a row is one recipient's copy."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    BOUNCED = "bounced"


class Clock(StrEnum):
    """What the desk counts the time of; each clock has its own start, stop and pause."""

    FIRST_RESPONSE = "first-response"  # from the opening to the first public answer of an agent
    NEXT_RESPONSE = "next-response"  # from a later message of the requester's to the next answer
    RESOLUTION = "resolution"  # from the opening to the end of the work; again from a reopening on
    UPDATE = "update"  # from one public answer to the next, as long as there is work
    ATTENTION = "attention"  # of critical tickets: till any agent does anything; it rings


class SegmentKind(StrEnum):
    """Whether the time of a segment counts."""

    RUNNING = "running"
    PAUSED = "paused"
