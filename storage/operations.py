"""What the commands of one mail did together, with what takes it back.  Callers hold the transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import hot
from storage.desk_models import OperationRow, OperationStepRow
from storage.records import Operation, OperationStep

# A ticket that was worked on more often within the hour is looked at for so many operations back.
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class NewOperation:
    """An operation before it has an id."""

    actor: str
    cause: str
    at: datetime
    summary: str
    mailed: int


def add(operation: NewOperation, steps: Sequence[OperationStep]) -> int:
    """Record an operation and return its id."""
    row = {name: getattr(operation, name) for name in NewOperation.__slots__}
    (number,) = hot.insert_returning(OperationRow, [row])
    hot.insert(
        OperationStepRow,
        [
            {
                "operation_id": number,
                "ticket_number": step.ticket_number,
                "inverse": step.inverse,
                "left": step.left,
            }
            for step in steps
        ],
    )
    return number


def latest(actor: str, since: datetime, ticket_number: int | None = None) -> Operation | None:
    """Return the last operation of an agent that was not taken back, on this ticket or (None) anywhere.

    None where there is no such operation from that moment on.
    """
    query = OperationRow.select().where(OperationRow.actor == actor, OperationRow.at >= since)
    rows: Iterable[OperationRow] = query.order_by(OperationRow.id.desc()).limit(LOOKED_AT)
    for row in rows:
        steps = _steps(row.id)
        concerned = ticket_number is None or any(step.ticket_number == ticket_number for step in steps)
        if row.undone_at is None and concerned:
            return Operation(row.id, row.actor, row.cause, row.at, row.summary, row.mailed, steps)
    return None


def mark_undone(operation_id: int, now: datetime) -> bool:
    """Say that an operation was taken back; False where that was so already."""
    update = OperationRow.update(undone_at=now)
    return bool(update.where(OperationRow.id == operation_id, OperationRow.undone_at.is_null()).execute())


def _steps(operation_id: int) -> tuple[OperationStep, ...]:
    query = OperationStepRow.select().where(OperationStepRow.operation_id == operation_id)
    rows = query.order_by(OperationStepRow.id)
    return tuple(OperationStep(row.ticket_number, row.inverse, row.left) for row in rows)
