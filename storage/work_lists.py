"""Lists of tickets that were mailed to agents, to be answered by number.  Callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from storage import hot
from storage.desk_models import WorkListRow
from storage.records import WorkList

# More ids than this in one message are not looked at: what is answered is among the newest.
IDS_LIMIT = 5


def add(made: WorkList, now: datetime) -> int:
    """Record a list that was sent and return its id; the record's own id is not looked at."""
    row = {
        "message_id": made.message_id,
        "agent": made.agent,
        "numbers": " ".join(map(str, made.numbers)),
        "command": made.command,
        "word": made.word,
        "made_at": now,
        "expires_at": made.expires_at,
    }
    (number,) = hot.insert_returning(WorkListRow, [row])
    return number


def find(message_ids: Sequence[str]) -> WorkList | None:
    """Return the list that was sent in one of these mails, the last one first; None where none was."""
    wanted = list(message_ids)[-IDS_LIMIT:]
    rows = WorkListRow.select().where(WorkListRow.message_id.in_(wanted)) if wanted else ()
    found = {row.message_id: _record(row) for row in rows}
    return next((found[one] for one in reversed(wanted) if one in found), None)


def mark_used(list_id: int, now: datetime) -> bool:
    """Say that a confirmed command was carried out; False where that was so already."""
    update = WorkListRow.update(used_at=now)
    return bool(update.where(WorkListRow.id == list_id, WorkListRow.used_at.is_null()).execute())


def forget(before: datetime) -> int:
    """Drop the lists that expired before that moment and return how many."""
    return int(WorkListRow.delete().where(WorkListRow.expires_at < before).execute())


def _record(row: WorkListRow) -> WorkList:
    return WorkList(
        id=row.id,
        message_id=row.message_id,
        agent=row.agent,
        numbers=tuple(map(int, row.numbers.split())),
        expires_at=row.expires_at,
        command=row.command,
        word=row.word,
        used=row.used_at is not None,
    )
