"""What can be asked about the health of a desk, and what its pollers tell.  Callers hold the transaction."""

from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from storage.models import ArrivalRow, OutboxRow, database, tuples
from storage.outbox import WAITING
from storage.vocabulary import ArrivalState, OutboxState
from storage.watch_models import MailboxHealthRow, ProbeRow

# Several connections and retries mix the order by a few dozens.
_NEWEST = 100
_OPEN = (ArrivalState.RECEIVED.value, ArrivalState.CLAIMED.value)


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How a mailbox did when its poller last told.

    ``last_success_at`` is None before the first round in which every folder was read, ``failing_since`` None
    after such a round.  ``waiting`` messages could not be taken or filed yet.
    """

    mailbox: str
    last_success_at: datetime | None
    failing_since: datetime | None
    last_error: str
    errors: int
    waiting: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """The oldest copy of outgoing mail that still waits."""

    id: int
    created_at: datetime
    attempts: int
    last_reply: str


def oldest_waiting_at() -> datetime | None:
    """Return when the oldest message came that is not settled; None where none waits."""
    query = ArrivalRow.select(ArrivalRow.received_at).where(ArrivalRow.state.in_(_OPEN))
    row = query.order_by(ArrivalRow.id).first()
    return row.received_at if row else None


def quarantined() -> int:
    """Count the messages that were set aside for a person."""
    query = ArrivalRow.select().where(ArrivalRow.state == ArrivalState.QUARANTINED.value)
    return int(query.count())


def oldest_unsent() -> Unsent | None:
    """Return the oldest copy that is queued or being sent, or None."""
    fields = (OutboxRow.id, OutboxRow.created_at, OutboxRow.attempts, OutboxRow.last_reply)
    row = OutboxRow.select(*fields).where(WAITING).order_by(OutboxRow.created_at, OutboxRow.id).first()
    return Unsent(row.id, row.created_at, row.attempts, row.last_reply) if row else None


def last_sent_at() -> datetime | None:
    """Return when the relay last took a copy; None where it never took one.

    Copies are sent in about the order of their numbers, so it is among the newest that were.
    """
    query = OutboxRow.select(OutboxRow.sent_at).where(OutboxRow.state == OutboxState.SENT.value)
    newest = [moment for (moment,) in tuples(query.order_by(OutboxRow.id.desc()).limit(_NEWEST))]
    return max(newest, default=None)


def failed_since(moment: datetime) -> int:
    """Count the copies that were given up at an attempt that was due from that moment on."""
    query = OutboxRow.select().where(
        OutboxRow.state == OutboxState.FAILED.value, OutboxRow.next_attempt_at >= moment
    )
    return int(query.count())


def mailboxes() -> dict[str, MailboxState]:
    """Return what the pollers told, by mailbox."""
    query = MailboxHealthRow.select().order_by(MailboxHealthRow.mailbox)
    return {row.mailbox: _mailbox(row) for row in query}


def note_mailbox(state: MailboxState) -> None:
    """Keep what a poller tells; a moment of success that it has not seen itself stays as it was."""
    known = MailboxHealthRow.get_or_none(MailboxHealthRow.mailbox == state.mailbox)
    values = {
        "last_success_at": state.last_success_at or (known.last_success_at if known else None),
        "failing_since": state.failing_since,
        "last_error": state.last_error,
        "errors": state.errors,
        "waiting": state.waiting,
        "updated_at": state.updated_at,
    }
    if known is None:
        MailboxHealthRow.insert(mailbox=state.mailbox, **values).execute()
        return
    if known.failing_since and state.failing_since:
        # A poller that was started anew does not know for how long it has not worked.
        values["failing_since"] = known.failing_since
    MailboxHealthRow.update(values).where(MailboxHealthRow.mailbox == state.mailbox).execute()


def probe(now: datetime) -> None:
    """Write a row, to see whether that can be done."""
    changed = ProbeRow.update(at=now).where(ProbeRow.name == "health").execute()
    if not changed:
        ProbeRow.insert(name="health", at=now).on_conflict_ignore().execute()


def durability(*, sqlite: bool) -> tuple[tuple[str, str], ...]:
    """Return the settings of the database that decide what a power cut can take, as it names them."""
    if sqlite:
        modes = {"0": "off", "1": "normal", "2": "full", "3": "extra"}
        synchronous = str(_value("PRAGMA synchronous"))
        journal = str(_value("PRAGMA journal_mode"))
        return ("journal_mode", journal), ("synchronous", modes.get(synchronous, synchronous))
    return (
        ("fsync", str(_value("SHOW fsync"))),
        ("full_page_writes", str(_value("SHOW full_page_writes"))),
        ("synchronous_commit", str(_value("SHOW synchronous_commit"))),
    )


def outbox_counts() -> dict[str, int]:
    """Count the copies by state; every state is there."""
    found = {state.value: 0 for state in OutboxState}
    query = OutboxRow.select(OutboxRow.state, fn.COUNT(OutboxRow.id)).group_by(OutboxRow.state)
    return found | dict(tuples(query))


def _value(statement: str) -> object:
    return database.execute_sql(statement).fetchone()[0]


def _mailbox(row: MailboxHealthRow) -> MailboxState:
    return MailboxState(
        mailbox=row.mailbox,
        last_success_at=row.last_success_at,
        failing_since=row.failing_since,
        last_error=row.last_error,
        errors=row.errors,
        waiting=row.waiting,
        updated_at=row.updated_at,
    )
