"""The outbox's rows: one recipient's copy each, frozen when it was queued.

Callers hold the transaction; nothing here opens one.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import peewee
from peewee import SQL, fn

from storage import hot, outgoing_bytes
from storage.models import OutboxRow, database, tuples
from storage.packing import packed
from storage.records import UNWRITTEN, OutboxItem, OutgoingCopy, WrittenCopy
from storage.vocabulary import OutboxState

# 20 columns a row; SQLite takes 32,766 values in one statement.
ROWS_PER_INSERT = 500
# Written out, since SQLite uses a partial index only where it sees the words of its condition.
WAITING = SQL("state IN ('queued', 'sending')")
# Everything but the content: a list of mails must not read their bytes.
_FIELDS = OutboxRow._meta.sorted_fields  # noqa: SLF001  # the documented name of what peewee knows of a model
COLUMNS = tuple(field for field in _FIELDS if field.name != "content")


class UnwrittenError(Exception):
    """A copy was asked for whose words are still being written, in the same transaction."""


def enqueue(copies: Sequence[OutgoingCopy], now: datetime, *, unwritten: bool = False) -> list[int]:
    """Queue the copies, due at once, and return the ids of those that were new.

    A copy whose key is in the outbox already, in any state, is passed over: its effect has happened.
    Raises IntegrityError where a Message-ID is used a second time, and UnwrittenError for a copy without
    words where ``unwritten`` does not say that they come before the transaction ends.
    """
    if not unwritten and any(copy.subject == UNWRITTEN for copy in copies):
        raise UnwrittenError("expected copies in words, got one that nobody would fill")
    numbers: list[int] = []
    for start in range(0, len(copies), ROWS_PER_INSERT):
        rows = [_row(copy, now) for copy in copies[start : start + ROWS_PER_INSERT]]
        numbers += hot.insert_returning(OutboxRow, rows, on_conflict="ON CONFLICT (key) DO NOTHING")
    return numbers


def fill(written: Sequence[WrittenCopy]) -> None:
    """Write the words into copies that were queued without them; all others stay as they are."""
    words = [(one.subject, one.content, one.message_id, UNWRITTEN) for one in written]
    hot.execute_many("UPDATE outbox SET subject = ?, content = ? WHERE message_id = ? AND subject = ?", words)


def _row(copy: OutgoingCopy, now: datetime) -> dict[str, Any]:
    return {
        "key": copy.key,
        "state": OutboxState.QUEUED.value,
        "notice": copy.notice,
        "recipient": copy.recipient,
        "reverse_path": copy.reverse_path,
        "message_id": copy.message_id,
        "subject": copy.subject,
        "content": packed(copy.pieces) if copy.subject != UNWRITTEN else b"",
        "ticket_number": copy.ticket_number,
        "entry_id": copy.entry_id,
        "arrival_id": copy.arrival_id,
        "automatic": copy.automatic,
        "next_attempt_at": now,
        "created_at": now,
    }


def claim(owner: str, now: datetime, lease: timedelta, limit: int) -> list[OutboxItem]:
    """Take up to ``limit`` copies that are due, for ``lease``, oldest first.

    A copy in somebody else's hands is taken once that lease is over; its ``fence`` is then higher than
    the one the former owner knows, whose late results are thereby refused.
    """
    free = (OutboxRow.state == OutboxState.QUEUED.value) | (OutboxRow.lease_until <= now)
    query = (
        OutboxRow.select(OutboxRow.id)
        .where(WAITING, OutboxRow.next_attempt_at <= now, free)
        .order_by(OutboxRow.next_attempt_at, OutboxRow.id)
        .limit(limit)
    )
    if not isinstance(database.obj, peewee.SqliteDatabase):
        # The type stub knows only bools; the SQL words are what peewee documents.
        query = query.for_update("FOR UPDATE SKIP LOCKED")  # type: ignore[arg-type]
    numbers = [number for (number,) in tuples(query)]
    if not numbers:
        return []
    OutboxRow.update(
        state=OutboxState.SENDING.value, owner=owner, lease_until=now + lease, fence=OutboxRow.fence + 1
    ).where(OutboxRow.id.in_(numbers)).execute()
    found = {row.id: _record(row) for row in OutboxRow.select(*COLUMNS).where(OutboxRow.id.in_(numbers))}
    return [found[number] for number in numbers]


def renew(items: Collection[OutboxItem], now: datetime, lease: timedelta) -> set[int]:
    """Hold the copies for another ``lease`` and return the ids of those that are still ours."""
    kept = set()
    for item in items:
        changed = OutboxRow.update(lease_until=now + lease).where(*_held(item)).execute()
        if changed:
            kept.add(item.id)
    return kept


def give_back(items: Collection[OutboxItem]) -> None:
    """Put claimed copies back untried; those whose lease was lost stay as they are."""
    for item in items:
        OutboxRow.update(state=OutboxState.QUEUED.value, owner=None, lease_until=None).where(
            *_held(item)
        ).execute()


def owners() -> list[str]:
    """List who has copies in hand right now."""
    query = (
        OutboxRow.select(OutboxRow.owner).where(WAITING, OutboxRow.owner.is_null(is_null=False)).distinct()
    )
    return [owner for (owner,) in tuples(query)]


def release_dead(owners: Collection[str]) -> int:
    """Put back what couriers had in hand that are known to be dead, and return how many copies."""
    if not owners:
        return 0
    changed = (
        OutboxRow.update(state=OutboxState.QUEUED.value, owner=None, lease_until=None)
        .where(WAITING, OutboxRow.state == OutboxState.SENDING.value, OutboxRow.owner.in_(list(owners)))
        .execute()
    )
    return int(changed)


def content(item_id: int) -> bytes:
    """Return the whole mail as it is sent: every attempt the same bytes, CRLF line ends throughout.

    Raises KeyError where the copy, or a received message that it quotes from, is not there, and
    UnwrittenError for a copy whose words are still to come.
    """
    return outgoing_bytes.unpacked(_packed(item_id))


def content_within(item_id: int, limit_bytes: int) -> bytes | None:
    """Return what ``content`` returns, None where it is larger than that."""
    return outgoing_bytes.unpacked_within(_packed(item_id), limit_bytes)


def _packed(item_id: int) -> bytes:
    found = tuples(OutboxRow.select(OutboxRow.content).where(OutboxRow.id == item_id))
    if not found:
        raise KeyError(f"outbox copy {item_id} is not in the database")
    if not found[0][0]:
        raise UnwrittenError(f"outbox copy {item_id} is still being written")
    return bytes(found[0][0])


def record_sent(item: OutboxItem, reply: str, now: datetime, reverse_path: str = "") -> bool:
    """Note that the relay took the copy; False where the lease was lost meanwhile.

    ``reverse_path`` takes the place of the one that the copy was queued with.
    """
    other = {"reverse_path": reverse_path} if reverse_path else {}
    return _record_result(item, reply, state=OutboxState.SENT.value, sent_at=now, **other)


def record_deferred(item: OutboxItem, reply: str, next_attempt_at: datetime) -> bool:
    """Put the copy back for another attempt; False where the lease was lost meanwhile."""
    return _record_result(item, reply, state=OutboxState.QUEUED.value, next_attempt_at=next_attempt_at)


def record_failed(item: OutboxItem, reply: str) -> bool:
    """Give the copy up; False where the lease was lost meanwhile."""
    return _record_result(item, reply, state=OutboxState.FAILED.value)


def _record_result(item: OutboxItem, reply: str, **changes: Any) -> bool:
    query = OutboxRow.update(
        attempts=OutboxRow.attempts + 1, owner=None, lease_until=None, last_reply=reply, **changes
    )
    return bool(query.where(*_held(item)).execute())


def _held(item: OutboxItem) -> tuple[Any, ...]:
    return (
        OutboxRow.id == item.id,
        OutboxRow.fence == item.fence,
        OutboxRow.state == OutboxState.SENDING.value,
    )


def mark_bounced(item_id: int, reply: str) -> bool:
    """Note that a delivery report came back for a copy that had left; False where none had left."""
    left = (OutboxState.SENT.value, OutboxState.SENDING.value)
    query = OutboxRow.update(
        state=OutboxState.BOUNCED.value, owner=None, lease_until=None, last_reply=reply
    ).where(OutboxRow.id == item_id, OutboxRow.state.in_(left))
    return bool(query.execute())


def retry(item_id: int, now: datetime) -> bool:
    """Queue a copy anew, due at once; False where it was sent or is being sent, or is not there."""
    states = (OutboxState.QUEUED, OutboxState.FAILED, OutboxState.DROPPED, OutboxState.BOUNCED)
    query = OutboxRow.update(state=OutboxState.QUEUED.value, attempts=0, next_attempt_at=now).where(
        OutboxRow.id == item_id, OutboxRow.state.in_([state.value for state in states])
    )
    return bool(query.execute())


def drop(item_id: int) -> bool:
    """Take a copy off the way; False where it has left, was dropped before, or is not there."""
    states = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.FAILED)
    query = OutboxRow.update(state=OutboxState.DROPPED.value, owner=None, lease_until=None).where(
        OutboxRow.id == item_id, OutboxRow.state.in_([state.value for state in states])
    )
    return bool(query.execute())


def item(item_id: int) -> OutboxItem | None:
    """Return one copy without its bytes, or None."""
    row = OutboxRow.select(*COLUMNS).where(OutboxRow.id == item_id).first()
    return _record(row) if row else None


def items(
    state: OutboxState | None = None, *, limit: int = 100, ticket_number: int | None = None
) -> list[OutboxItem]:
    """List copies, newest first, in one state or in any, of one ticket or of all."""
    query = OutboxRow.select(*COLUMNS).order_by(OutboxRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(OutboxRow.state == state.value)
    if ticket_number is not None:
        query = query.where(OutboxRow.ticket_number == ticket_number)
    return [_record(row) for row in query]


def find_by_message_id(message_id: str) -> OutboxItem | None:
    """Return the copy that carries this Message-ID, or None."""
    row = OutboxRow.select(*COLUMNS).where(OutboxRow.message_id == message_id).first()
    return _record(row) if row else None


def entry_shown(message_id: str) -> int | None:
    """Return the entry that the copy with this Message-ID shows; None for no such copy or no entry."""
    row = OutboxRow.select(OutboxRow.entry_id).where(OutboxRow.message_id == message_id).first()
    return row.entry_id if row else None


def undelivered(ticket_number: int) -> list[str]:
    """List the recipients whom the last copy about a ticket did not reach, each once."""
    query = OutboxRow.select(OutboxRow.recipient, OutboxRow.state).where(
        OutboxRow.ticket_number == ticket_number
    )
    last = {row.recipient: row.state for row in query.order_by(OutboxRow.id)}
    lost = {OutboxState.FAILED.value, OutboxState.BOUNCED.value}
    return [recipient for recipient, state in last.items() if state in lost]


def bounce_days(recipient: str) -> set[date]:
    """Return the days on which copies to this recipient were queued that bounced later."""
    query = OutboxRow.select(OutboxRow.created_at).where(
        OutboxRow.recipient == recipient, OutboxRow.state == OutboxState.BOUNCED.value
    )
    return {row.created_at.date() for row in query}


def counts() -> dict[OutboxState, int]:
    """Count the copies by state; a state without any is missing."""
    query = OutboxRow.select(OutboxRow.state, fn.COUNT(OutboxRow.id)).group_by(OutboxRow.state)
    return {OutboxState(state): count for state, count in tuples(query)}


def next_due_at() -> datetime | None:
    """Return when the next waiting copy is due, however it is held; None where none waits."""
    query = OutboxRow.select(OutboxRow.next_attempt_at).where(WAITING).order_by(OutboxRow.next_attempt_at)
    row = query.first()
    return row.next_attempt_at if row else None


def automatic_count(recipient: str, since: datetime, besides: Sequence[str] = ()) -> int:
    """Count the automatic mails queued for this recipient, spelled as it was queued, from ``since`` on.

    Notices ``besides`` are not counted.
    """
    # Of no name the list would be no SQL.
    names = (*besides, "")
    counted = "SELECT COUNT(*) FROM outbox WHERE recipient = ? AND created_at >= ? AND automatic"
    statement = f"{counted} AND notice NOT IN ({hot.marks(len(names))})"
    return int(hot.query(statement, (recipient, since, *names))[0][0])


def automatic_total(since: datetime) -> int:
    """Count the automatic mails queued for anybody from ``since`` on."""
    return int(OutboxRow.select().where(OutboxRow.created_at >= since, OutboxRow.automatic).count())


def _record(row: OutboxRow) -> OutboxItem:
    if row.subject == UNWRITTEN:
        raise UnwrittenError(f"outbox copy {row.id} is still being written")
    return OutboxItem(
        id=row.id,
        state=OutboxState(row.state),
        notice=row.notice,
        recipient=row.recipient,
        reverse_path=row.reverse_path,
        message_id=row.message_id,
        subject=row.subject,
        ticket_number=row.ticket_number,
        arrival_id=row.arrival_id,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        last_reply=row.last_reply,
        created_at=row.created_at,
        sent_at=row.sent_at,
        automatic=row.automatic,
        fence=row.fence,
    )
