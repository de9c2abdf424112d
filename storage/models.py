"""The tables.  Only this package knows them; everything that leaves it is a record."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    IntegerField,
    TextField,
)

from storage.approval_models import TABLES as APPROVAL_TABLES
from storage.automatic_stop_models import AutomaticStopRow
from storage.calendar_feed_models import CalendarFeedRow
from storage.clock_models import ClockAlarmRow, ClockWatchRow, SegmentRow
from storage.desk_models import LinkRow, OperationRow, OperationStepRow, WorkListRow
from storage.digest_models import DigestItemRow
from storage.directory_models import DIRECTORY_TABLES
from storage.gate_models import GateCountRow, GateMarkRow
from storage.handling_models import AbsenceRow, CategoryExampleRow
from storage.hook_models import HookCallRow, HookCursorRow
from storage.job_models import JobRow
from storage.model_base import Base, UTCDateTimeField, database, tuples
from storage.monitor_models import MonitorRow
from storage.request_models import RequestRow
from storage.survey_models import TABLES as SURVEY_TABLES
from storage.task_models import AutomationRunRow, FulfilmentRow, PromiseMoveRow, TaskRow
from storage.waiting_models import WaitRow
from storage.watch_models import AlarmRow, MailboxHealthRow, OAuthTokenRow, ProbeRow

# What every repository needs beside the tables.
__all__ = ["Base", "UTCDateTimeField", "database", "tuples"]


class Raw(Base):
    """The bytes of received messages, each content once, compressed."""

    digest = CharField(primary_key=True, max_length=64)
    size_bytes = BigIntegerField()
    content = BlobField()

    class Meta:
        """Peewee's settings."""

        table_name = "raws"


class RawPiece(Base):
    """The deflated bytes of a large message that come after ``Raw.content``, ``number`` from 1."""

    digest = CharField(max_length=64)
    number = IntegerField()
    content = BlobField()

    class Meta:
        """Peewee's settings."""

        table_name = "raw_pieces"
        primary_key = CompositeKey("digest", "number")


class ArrivalRow(Base):
    """The ledger: one row for every message that a server handed to us."""

    id = AutoField()
    source = CharField(max_length=8)
    source_key = TextField(null=True, unique=True)
    state = CharField(max_length=12)
    received_at = UTCDateTimeField()
    raw_digest = CharField(max_length=64)
    size_bytes = BigIntegerField()
    full_size_bytes = BigIntegerField()
    trace = BlobField()
    message_id = TextField()
    reverse_path = TextField(null=True)
    null_reverse_path = BooleanField()
    recipients = TextField()
    peer = TextField()
    helo = TextField()
    auth_user = TextField(null=True)
    tls = TextField()
    mailbox = TextField()
    # Who has it in hand and until when; NULL outside the state "claimed".
    owner = TextField(null=True)
    lease_until = UTCDateTimeField(null=True)
    not_before = UTCDateTimeField(null=True)
    deaths = IntegerField(default=0)
    failures = IntegerField(default=0)
    # How many workers died that had it in hand together with others.
    suspicions = IntegerField(default=0)
    disposition = CharField(max_length=12, null=True)
    reason = TextField(default="")
    evidence = TextField(default="[]")
    ticket_number = IntegerField(null=True)
    settled_at = UTCDateTimeField(null=True)
    error = TextField(default="")

    class Meta:
        """Peewee's settings."""

        table_name = "arrivals"


class ContentKey(Base):
    """What was settled already: the digest of the content, so that the same mail counts once."""

    digest = CharField(primary_key=True, max_length=64)
    arrival_id = IntegerField()
    settled_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "content_keys"


class MessageIdRow(Base):
    """Every foreign message id seen in Message-ID, In-Reply-To or References, and the ticket it led to.

    Ids of our own making are not kept here: they carry their ticket and its proof in themselves.
    """

    message_id = TextField(primary_key=True)
    ticket_number = IntegerField()

    class Meta:
        """Peewee's settings."""

        table_name = "message_ids"


class PersonRow(Base):
    """Somebody who writes or is written to."""

    id = AutoField()
    name = TextField()
    created_at = UTCDateTimeField()
    language = TextField(default="")

    class Meta:
        """Peewee's settings."""

        table_name = "people"


class AddressRow(Base):
    """An address of a person, in lower case; ``suppressed`` says why no mail goes there any more."""

    address = TextField(primary_key=True)
    person_id = IntegerField()
    suppressed = TextField(default="")
    created_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "addresses"


class TicketRow(Base):
    """A record of work."""

    number = AutoField()
    type = CharField(max_length=16)
    state = CharField(max_length=20)
    impact = CharField(max_length=8)
    urgency = CharField(max_length=8)
    priority = CharField(max_length=2)
    category = TextField(default="")
    team = TextField()
    assignee = TextField(null=True)
    requester_id = IntegerField(null=True)
    subject = TextField()
    # The Message-ID that the conversation hangs on in everybody's mail client.
    root_message_id = TextField()
    created_at = UTCDateTimeField()
    updated_at = UTCDateTimeField()
    resolved_at = UTCDateTimeField(null=True)
    closed_at = UTCDateTimeField(null=True)
    # The last line of the ticket's journal: a cut-off journal does not end in this hash.
    journal_hash = CharField(max_length=64, default="")
    # Words and addresses stand between blanks, the desk's own fields are a JSON object.
    tags = TextField(default="")
    fields = TextField(default="")
    watchers = TextField(default="")
    asked = TextField(default="")
    due_at = UTCDateTimeField(null=True)
    pending_until = UTCDateTimeField(null=True)
    minutes_spent = IntegerField(default=0)
    merged_into = IntegerField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "tickets"


class RouteRow(Base):
    """A team that a ticket was addressed to."""

    id = AutoField()
    ticket_number = IntegerField()
    team = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "routes"


class ParticipantRow(Base):
    """A person on a ticket."""

    id = AutoField()
    ticket_number = IntegerField()
    person_id = IntegerField()
    role = CharField(max_length=12)

    class Meta:
        """Peewee's settings."""

        table_name = "participants"


class EntryRow(Base):
    """One contribution to a ticket."""

    id = AutoField()
    ticket_number = IntegerField()
    kind = CharField(max_length=12)
    visibility = CharField(max_length=10)
    author = TextField()
    author_name = TextField()
    text = TextField()
    # The whole text where it is more than ``text``; empty where it is the same.
    body = TextField()
    arrival_id = IntegerField(null=True, unique=True)
    at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "entries"


class PartRow(Base):
    """One MIME part of an arrival and its fate."""

    id = AutoField()
    arrival_id = IntegerField()
    path = TextField()
    content_type = TextField()
    name = TextField()
    size_bytes = BigIntegerField()
    sha256 = CharField(max_length=64)
    fate = CharField(max_length=12)
    note = TextField()
    start = BigIntegerField()
    end = BigIntegerField()
    encoding = TextField()
    content_id = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "parts"


class EventRow(Base):
    """One line of a ticket's journal, chained by hash to the line before."""

    id = AutoField()
    ticket_number = IntegerField()
    at = UTCDateTimeField()
    kind = TextField()
    actor = TextField()
    cause = TextField()
    data = TextField()
    previous = CharField(max_length=64)
    hash = CharField(max_length=64)

    class Meta:
        """Peewee's settings."""

        table_name = "events"


class OutboxRow(Base):
    """One recipient's copy of an outgoing mail, frozen when it was queued."""

    id = AutoField()
    key = TextField(unique=True)
    state = CharField(max_length=10)
    notice = TextField()
    recipient = TextField()
    reverse_path = TextField(null=True)
    message_id = TextField(unique=True)
    subject = TextField()
    # msgpack: a list of bytes and of [digest, start, end] splices; deflated.
    content = BlobField()
    ticket_number = IntegerField(null=True)
    entry_id = IntegerField(null=True)
    arrival_id = IntegerField(null=True)
    automatic = BooleanField()
    attempts = IntegerField(default=0)
    next_attempt_at = UTCDateTimeField()
    owner = TextField(null=True)
    lease_until = UTCDateTimeField(null=True)
    fence = IntegerField(default=0)
    last_reply = TextField(default="")
    created_at = UTCDateTimeField()
    sent_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "outbox"


class SecretRow(Base):
    """A signing key: made on first start, named by a short id that stands in every token."""

    id = TextField(primary_key=True)
    purpose = TextField()
    value = BlobField()
    created_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "secrets"


TABLES = (
    Raw,
    RawPiece,
    ArrivalRow,
    ContentKey,
    MessageIdRow,
    PersonRow,
    AddressRow,
    TicketRow,
    RouteRow,
    ParticipantRow,
    EntryRow,
    PartRow,
    EventRow,
    OutboxRow,
    JobRow,
    SecretRow,
    MailboxHealthRow,
    OAuthTokenRow,
    AlarmRow,
    ProbeRow,
    GateCountRow,
    GateMarkRow,
    LinkRow,
    OperationRow,
    OperationStepRow,
    WorkListRow,
    SegmentRow,
    ClockWatchRow,
    ClockAlarmRow,
    WaitRow,
    CategoryExampleRow,
    AbsenceRow,
    MonitorRow,
    HookCursorRow,
    HookCallRow,
    DigestItemRow,
    RequestRow,
    AutomaticStopRow,
    CalendarFeedRow,
    *DIRECTORY_TABLES,
    FulfilmentRow,
    TaskRow,
    PromiseMoveRow,
    AutomationRunRow,
    *APPROVAL_TABLES,
    *SURVEY_TABLES,
)
