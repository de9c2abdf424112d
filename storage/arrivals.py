"""The ledger's rows.  Callers hold the transaction; nothing here opens one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, fn

from storage import hot
from storage.models import ArrivalRow, database, tuples
from storage.models import ContentKey as ContentKeyRow
from storage.records import Arrival, Incoming, Receipt
from storage.vocabulary import ArrivalState, Disposition, Source

# Written out, since SQLite uses a partial index only where it sees the words of its condition: without
# them every look for work reads the whole ledger.
_OPEN = "state IN ('received', 'claimed')"
OPEN = SQL(_OPEN)
KEYS_PER_QUERY = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message; ``evidence`` are the sentences that ``trace`` prints, in order."""

    disposition: Disposition
    reason: str
    evidence: tuple[str, ...] = ()
    ticket_number: int | None = None


def insert_many(items: Sequence[tuple[Incoming, str, str]]) -> list[Receipt]:
    """Add ``(incoming, raw digest, message id)`` and return a receipt for each, in order.

    A source key that is in the ledger already, or comes twice in ``items``, is answered with the
    arrival that has it.
    """
    keys = [incoming.source_key for incoming, _, _ in items if incoming.source_key]
    known = _ids_by_key(keys)
    fresh, seen = [], set(known)
    for item in items:
        key = item[0].source_key
        if key is None or key not in seen:
            fresh.append(item)
            seen.add(key or "")
    ids = iter(_insert(fresh))
    receipts = []
    for incoming, _, _ in items:
        key = incoming.source_key
        if key is not None and key in known:
            receipts.append(Receipt(known[key], known=True))
            continue
        receipts.append(Receipt(next(ids)))
        if key is not None:
            known[key] = receipts[-1].arrival_id
    return receipts


def _insert(items: Sequence[tuple[Incoming, str, str]]) -> list[int]:
    return hot.insert_returning(ArrivalRow, [_row(*item) for item in items])


def _row(incoming: Incoming, raw_digest: str, message_id: str) -> dict[str, Any]:
    return {
        "source": incoming.source.value,
        "source_key": incoming.source_key,
        "state": ArrivalState.RECEIVED.value,
        "received_at": incoming.received_at,
        "raw_digest": raw_digest,
        "size_bytes": len(incoming.raw),
        "full_size_bytes": incoming.full_size_bytes or len(incoming.raw),
        "trace": incoming.trace,
        "message_id": message_id,
        "reverse_path": incoming.reverse_path,
        "null_reverse_path": incoming.null_reverse_path,
        "recipients": json.dumps(incoming.recipients),
        "peer": incoming.peer,
        "helo": incoming.helo,
        "auth_user": incoming.auth_user,
        "tls": incoming.tls,
        "mailbox": incoming.mailbox,
    }


def _ids_by_key(keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), KEYS_PER_QUERY):
        some = keys[start : start + KEYS_PER_QUERY]
        query = ArrivalRow.select(ArrivalRow.source_key, ArrivalRow.id).where(ArrivalRow.source_key.in_(some))
        found.update((key, number) for key, number in tuples(query))
    return found


def known_keys(keys: Iterable[str]) -> set[str]:
    """Return those of the source keys that the ledger has."""
    return set(_ids_by_key(list(keys)))


def claim(owner: str, now: datetime, lease: timedelta, limit: int) -> list[Arrival]:
    """Take up to ``limit`` waiting messages in the order of their arrival, for ``lease``.

    Rows that another owner holds are passed over until their lease is over (see ``release``).
    """
    rows = hot.rows(
        ArrivalRow,
        f"{_OPEN} AND state = ? AND (not_before IS NULL OR not_before <= ?) ORDER BY id LIMIT ?{_locking()}",
        (ArrivalState.RECEIVED, now, limit),
    )
    if rows:
        ids = [row.id for row in rows]
        hot.execute(
            f"UPDATE arrivals SET state = ?, owner = ?, lease_until = ? WHERE id IN ({hot.marks(len(ids))})",  # noqa: S608  # placeholders only
            (ArrivalState.CLAIMED, owner, now + lease, *ids),
        )
    return [_record(row) for row in rows]


def claimed() -> list[tuple[int, str, datetime]]:
    """List what is in somebody's hands: ``(id, owner, end of the lease)``, in the order of arrival."""
    held = f"SELECT id, owner, lease_until FROM arrivals WHERE {_OPEN} AND state = ? ORDER BY id"  # noqa: S608  # words of ours
    return [
        (number, owner or "", hot.aware(until))
        for number, owner, until in hot.query(held, (ArrivalState.CLAIMED,))
    ]


def hold(ids: Sequence[int], owner: str, until: datetime) -> bool:
    """Lengthen this owner's lease, and lock the rows; False where one is in other hands or settled."""
    changed = hot.execute(
        f"UPDATE arrivals SET lease_until = ? WHERE id IN ({hot.marks(len(ids))}) AND owner = ? AND state = ?",  # noqa: S608, E501  # placeholders only
        (until, *ids, owner, ArrivalState.CLAIMED),
    )
    return changed == len(ids)


def release(
    ids: Sequence[int], owner: str, *, died_on: int | None = None, not_before: datetime | None = None
) -> None:
    """Put back what this owner holds of these; ``died_on`` is the one it had in hand when it died.

    What it holds no longer is left as it is: of several who find it dead, one puts back and blames.
    """
    if not ids:
        return
    held = (ArrivalRow.state == ArrivalState.CLAIMED.value, ArrivalRow.owner == owner)
    if died_on is not None:
        blame = {"deaths": ArrivalRow.deaths + 1, "not_before": not_before}
        ArrivalRow.update(blame).where(ArrivalRow.id == died_on, *held).execute()
    back = {"state": ArrivalState.RECEIVED.value, "owner": None, "lease_until": None}
    ArrivalRow.update(back).where(ArrivalRow.id.in_(ids), *held).execute()


def postpone(arrival_id: int, until: datetime) -> None:
    """Put a message back until then, without blame."""
    ArrivalRow.update(
        state=ArrivalState.RECEIVED.value, owner=None, lease_until=None, not_before=until
    ).where(ArrivalRow.id == arrival_id).execute()


def deadly(deaths: int) -> list[Arrival]:
    """Return the waiting messages that at least so many attempts died on, locked for this transaction."""
    query = (
        ArrivalRow.select()
        .where(OPEN, ArrivalRow.state == ArrivalState.RECEIVED.value, ArrivalRow.deaths >= deaths)
        .order_by(ArrivalRow.id)
    )
    if not _is_sqlite():
        # Of several workers one sets it aside.  The type stub knows only bools, as above.
        query = query.for_update("FOR UPDATE SKIP LOCKED")  # type: ignore[arg-type]
    return [_record(row) for row in query]


def record_failure(arrival_id: int, owner: str, error: str, until: datetime) -> None:
    """Note that handling raised, and put the message back until then, if this owner still holds it."""
    ArrivalRow.update(
        state=ArrivalState.RECEIVED.value,
        owner=None,
        lease_until=None,
        failures=ArrivalRow.failures + 1,
        error=error,
        not_before=until,
    ).where(ArrivalRow.id == arrival_id, ArrivalRow.owner == owner).execute()


def settle(arrival_id: int, owner: str, outcome: Outcome, now: datetime) -> bool:
    """Write what became of a message; False where this owner no longer holds it."""
    changed = hot.execute(
        "UPDATE arrivals SET state = ?, owner = NULL, lease_until = NULL, disposition = ?, reason = ?, "
        "evidence = ?, ticket_number = ?, settled_at = ?, error = '' "
        "WHERE id = ? AND owner = ? AND state = ?",
        (
            ArrivalState.SETTLED,
            outcome.disposition,
            outcome.reason,
            json.dumps(outcome.evidence, ensure_ascii=False),
            outcome.ticket_number,
            now,
            arrival_id,
            owner,
            ArrivalState.CLAIMED,
        ),
    )
    return bool(changed)


def quarantine(arrival_id: int, outcome: Outcome, error: str, now: datetime) -> None:
    """Set a message aside for a person, with the error that put it there."""
    ArrivalRow.update(
        state=ArrivalState.QUARANTINED.value,
        owner=None,
        lease_until=None,
        disposition=Disposition.QUARANTINED.value,
        reason=outcome.reason,
        evidence=json.dumps(outcome.evidence, ensure_ascii=False),
        ticket_number=outcome.ticket_number,
        settled_at=now,
        error=error,
    ).where(ArrivalRow.id == arrival_id).execute()


def requeue(arrival_id: int) -> bool:
    """Send a quarantined message through intake again; False where it is not in quarantine."""
    changed = (
        ArrivalRow.update(
            state=ArrivalState.RECEIVED.value,
            disposition=None,
            reason="",
            failures=0,
            deaths=0,
            suspicions=0,
            not_before=None,
            settled_at=None,
        )
        .where(ArrivalRow.id == arrival_id, ArrivalRow.state == ArrivalState.QUARANTINED.value)
        .execute()
    )
    return bool(changed)


def dismiss(arrival_id: int, outcome: Outcome, now: datetime) -> bool:
    """Settle a quarantined message without another attempt; False where it is not in quarantine."""
    changed = (
        ArrivalRow.update(
            state=ArrivalState.SETTLED.value,
            disposition=outcome.disposition.value,
            reason=outcome.reason,
            evidence=json.dumps(outcome.evidence, ensure_ascii=False),
            settled_at=now,
        )
        .where(ArrivalRow.id == arrival_id, ArrivalRow.state == ArrivalState.QUARANTINED.value)
        .execute()
    )
    return bool(changed)


def claim_content(digest: str, arrival_id: int, now: datetime, window: timedelta) -> int | None:
    """Reserve a content for this arrival; return the earlier arrival that has it, or None."""
    assert digest, "without a digest every mail would be the same mail"
    values = {"digest": digest, "arrival_id": arrival_id, "settled_at": now}
    if hot.insert(ContentKeyRow, [values], on_conflict="ON CONFLICT DO NOTHING"):
        return None
    row = ContentKeyRow.get_by_id(digest)
    if row.arrival_id == arrival_id:
        return None
    if row.settled_at < now - window:
        hand_content_over(digest, arrival_id, now)
        return None
    return int(row.arrival_id)


def hand_content_over(digest: str, arrival_id: int, now: datetime) -> None:
    """Let this arrival be the one that has a reserved content from now on."""
    ContentKeyRow.update(arrival_id=arrival_id, settled_at=now).where(
        ContentKeyRow.digest == digest
    ).execute()


def forget_content(before: datetime) -> int:
    """Drop the content keys settled before that moment and return how many there were."""
    return int(ContentKeyRow.delete().where(ContentKeyRow.settled_at < before).execute())


def get(arrival_id: int) -> Arrival | None:
    """Return one arrival, or None."""
    found = hot.rows(ArrivalRow, "id = ?", (arrival_id,))
    return _record(found[0]) if found else None


def find_by_message_id(message_id: str) -> list[Arrival]:
    """Return the arrivals with that Message-ID, oldest first."""
    query = ArrivalRow.select().where(ArrivalRow.message_id == message_id).order_by(ArrivalRow.id)
    return [_record(row) for row in query]


def unsettled_among(message_ids: Sequence[str], before: int) -> bool:
    """Tell whether an earlier arrival (lower id) with one of these ids still waits."""
    if not message_ids:
        return False
    named = list(message_ids)[-KEYS_PER_QUERY:]
    earlier = f"SELECT id FROM arrivals WHERE message_id IN ({hot.marks(len(named))}) AND {_OPEN} AND id < ?"  # noqa: S608  # placeholders only
    return bool(hot.query(f"{earlier} LIMIT 1", (*named, before)))


def of_ticket(ticket_number: int) -> list[Arrival]:
    """Return the arrivals that led to a ticket, oldest first."""
    query = ArrivalRow.select().where(ArrivalRow.ticket_number == ticket_number).order_by(ArrivalRow.id)
    return [_record(row) for row in query]


def latest(limit: int, state: ArrivalState | None = None) -> list[Arrival]:
    """Return the newest arrivals, newest first; only those in one state where it is given."""
    query = ArrivalRow.select().order_by(ArrivalRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(ArrivalRow.state == state.value)
    return [_record(row) for row in query]


def counts() -> dict[str, int]:
    """Count the arrivals by disposition, all of them present, and those that wait under ``waiting``."""
    found: dict[str, int] = {word.value: 0 for word in Disposition}
    query = ArrivalRow.select(ArrivalRow.disposition, fn.COUNT(ArrivalRow.id)).where(
        ArrivalRow.disposition.is_null(False)
    )
    found.update((word, count) for word, count in tuples(query.group_by(ArrivalRow.disposition)))
    found["waiting"] = waiting()
    return found


def waiting() -> int:
    """Count the messages that are not settled yet."""
    return int(ArrivalRow.select().where(OPEN).count())


def _locking() -> str:
    """Return what locks the rows of a query and passes over those that others have locked."""
    return "" if _is_sqlite() else " FOR UPDATE SKIP LOCKED"


def _is_sqlite() -> bool:
    return type(database.obj).__name__ == "SqliteDatabase"


def _record(row: ArrivalRow) -> Arrival:
    return Arrival(
        id=row.id,
        source=Source(row.source),
        source_key=row.source_key,
        state=ArrivalState(row.state),
        received_at=row.received_at,
        raw_digest=row.raw_digest,
        size_bytes=row.size_bytes,
        full_size_bytes=row.full_size_bytes,
        trace=bytes(row.trace),
        message_id=row.message_id,
        reverse_path=row.reverse_path,
        null_reverse_path=row.null_reverse_path,
        recipients=tuple(json.loads(row.recipients)),
        peer=row.peer,
        helo=row.helo,
        auth_user=row.auth_user,
        tls=row.tls,
        mailbox=row.mailbox,
        deaths=row.deaths,
        failures=row.failures,
        disposition=Disposition(row.disposition) if row.disposition else None,
        reason=row.reason,
        evidence=tuple(json.loads(row.evidence)),
        ticket_number=row.ticket_number,
        settled_at=row.settled_at,
        error=row.error,
        suspicions=row.suspicions,
    )
