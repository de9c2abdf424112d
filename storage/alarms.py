"""The alarms: what somebody has to be told of, and how far that has got.  Callers hold the transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.watch_models import AlarmRow

RAISED, CLEARED = "raised", "cleared"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that has to be told: raised, or cleared at ``cleared_at``.  ``attempts`` failed so far."""

    id: int
    key: str
    level: str
    text: str
    raised_at: datetime
    cleared_at: datetime | None
    attempts: int

    @property
    def state(self) -> str:
        """Return ``raised`` or ``cleared``."""
        return CLEARED if self.cleared_at else RAISED


def record(found: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """Raise what is found (level and text by key), and clear what is not found any more."""
    known = {row.key: row for row in AlarmRow.select()}
    for key, (level, text) in found.items():
        row = known.get(key)
        if row is None:
            AlarmRow.insert(
                key=key, level=level, text=text, raised_at=now, told="", attempts=0, next_attempt_at=now
            ).on_conflict_ignore().execute()
            continue
        news: dict[str, object] = {"level": level, "text": text}
        if row.cleared_at is not None:
            news |= {"cleared_at": None, "raised_at": now, "attempts": 0, "next_attempt_at": now}
        AlarmRow.update(news).where(AlarmRow.id == row.id).execute()
    gone = [row.id for row in known.values() if row.key not in found and row.cleared_at is None]
    AlarmRow.update(cleared_at=now, attempts=0, next_attempt_at=now).where(AlarmRow.id.in_(gone)).execute()
    # What was over before anybody heard of it is nobody's business, and what was told of to the end.
    over = AlarmRow.cleared_at.is_null(is_null=False) & AlarmRow.told.in_(("", CLEARED))
    AlarmRow.delete().where(over).execute()


def claim(now: datetime, lease: timedelta) -> list[Alarm]:
    """Take what has to be told now; it is due again after ``lease`` unless something is said of it."""
    raised = AlarmRow.cleared_at.is_null() & (AlarmRow.told != RAISED)
    cleared = AlarmRow.cleared_at.is_null(is_null=False) & (AlarmRow.told == RAISED)
    taken = []
    for row in (
        AlarmRow.select().where((raised | cleared), AlarmRow.next_attempt_at <= now).order_by(AlarmRow.id)
    ):
        query = AlarmRow.update(next_attempt_at=now + lease)
        mine = query.where(AlarmRow.id == row.id, AlarmRow.next_attempt_at == row.next_attempt_at).execute()
        if mine:
            taken.append(_record(row))
    return taken


def told(alarm: Alarm) -> None:
    """Note that the state of this alarm was told."""
    AlarmRow.update(told=alarm.state, attempts=0).where(AlarmRow.id == alarm.id).execute()


def put_off(alarm: Alarm, until: datetime) -> None:
    """Note that it could not be told, and when to try again."""
    query = AlarmRow.update(attempts=AlarmRow.attempts + 1, next_attempt_at=until)
    query.where(AlarmRow.id == alarm.id).execute()


def _record(row: AlarmRow) -> Alarm:
    return Alarm(row.id, row.key, row.level, row.text, row.raised_at, row.cleared_at, row.attempts)
