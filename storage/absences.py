"""When agents are away, as they said by command or mail.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage import hot
from storage.handling_models import AbsenceRow


@dataclass(frozen=True, slots=True)
class NotedAbsence:
    """Days on which an agent is away, first and last included; ``last`` is None where the end is open."""

    agent: str
    first: date
    last: date | None
    source: str
    stand_in: str = ""
    confirmed: bool = True
    arrival_id: int | None = None
    id: int = 0


def add(absence: NotedAbsence, now: datetime) -> int:
    """Note an absence, or propose one that is not confirmed, and return its id."""
    row = {
        "agent": absence.agent,
        "first": absence.first.isoformat(),
        "last": absence.last.isoformat() if absence.last else None,
        "stand_in": absence.stand_in,
        "source": absence.source,
        "confirmed": absence.confirmed,
        "arrival_id": absence.arrival_id,
        "noted_at": now,
    }
    return hot.insert_returning(AbsenceRow, [row])[0]


def end(agent: str, day: date) -> int:
    """End what is noted of an agent on this day and later, proposals too; return how much it was."""
    mine = (AbsenceRow.agent == agent) & (AbsenceRow.last.is_null() | (AbsenceRow.last >= day.isoformat()))
    return int(AbsenceRow.delete().where(mine).execute())


def between(first: date, last: date, agents: Sequence[str] = ()) -> list[NotedAbsence]:
    """Return what touches these days, proposals too, oldest first; of these agents or (none) of all."""
    query = AbsenceRow.select().where(
        AbsenceRow.first <= last.isoformat(),
        AbsenceRow.last.is_null() | (AbsenceRow.last >= first.isoformat()),
    )
    if agents:
        query = query.where(AbsenceRow.agent.in_(list(agents)))
    return [_record(row) for row in query.order_by(AbsenceRow.id)]


def _record(row: AbsenceRow) -> NotedAbsence:
    return NotedAbsence(
        agent=row.agent,
        first=date.fromisoformat(row.first),
        last=date.fromisoformat(row.last) if row.last else None,
        source=row.source,
        stand_in=row.stand_in,
        confirmed=row.confirmed,
        arrival_id=row.arrival_id,
        id=row.id,
    )
