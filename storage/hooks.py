"""What hooks are to be told, and how far each has read the journals.  Callers hold the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from storage import hot
from storage.hook_models import HookCallRow, HookCursorRow
from storage.models import EventRow

WAITING, TOLD, GIVEN_UP = "waiting", "told", "given up"


@dataclass(frozen=True, slots=True)
class Call:
    """A message that is to be told now; ``lease`` is until when, and proves that it is still ours."""

    id: int
    hook: str
    message: str
    attempts: int
    created_at: datetime
    lease: datetime


def cursor(hook: str) -> int | None:
    """Return the line up to which a hook has looked; None for a new hook."""
    row = HookCursorRow.get_or_none(HookCursorRow.hook == hook)
    return int(row.event_id) if row is not None else None


def begin(hook: str) -> int:
    """Return the line up to which a hook has looked; a new hook begins with what happens from now on."""
    known = cursor(hook)
    if known is not None:
        return known
    newest = int(EventRow.select(fn.MAX(EventRow.id)).scalar() or 0)
    hot.insert(HookCursorRow, [{"hook": hook, "event_id": newest}], on_conflict="ON CONFLICT DO NOTHING")
    return newest


def move_cursor(hook: str, event_id: int) -> None:
    """Note that a hook has looked at everything up to this line; it never goes back."""
    HookCursorRow.update(event_id=event_id).where(
        HookCursorRow.hook == hook, HookCursorRow.event_id < event_id
    ).execute()


def add(hook: str, messages: Sequence[tuple[int, str]], now: datetime) -> int:
    """Queue messages, each with the line it is about; one that is there already is passed over."""
    rows = [
        {
            "hook": hook,
            "event_id": event_id,
            "message": message,
            "state": WAITING,
            "next_attempt_at": now,
            "created_at": now,
        }
        for event_id, message in messages
    ]
    return hot.insert(HookCallRow, rows, on_conflict="ON CONFLICT DO NOTHING")


def claim(hook: str, now: datetime, lease: timedelta, limit: int) -> list[Call]:
    """Take messages that are due, oldest first; each is due again after ``lease`` unless it is settled."""
    query = HookCallRow.select().where(
        HookCallRow.hook == hook, HookCallRow.state == WAITING, HookCallRow.next_attempt_at <= now
    )
    taken, until = [], now + lease
    for row in query.order_by(HookCallRow.id).limit(limit):
        update = HookCallRow.update(next_attempt_at=until)
        same = HookCallRow.next_attempt_at == row.next_attempt_at
        if update.where(HookCallRow.id == row.id, HookCallRow.state == WAITING, same).execute():
            taken.append(Call(row.id, row.hook, row.message, row.attempts, row.created_at, until))
    return taken


def settle(call: Call, answer: str, now: datetime, again_at: datetime | None, *, told: bool) -> bool:
    """Note what came of an attempt; False where the lease was lost, and somebody else says what came of it.

    Without ``again_at`` a message that was not told is given up.
    """
    state = TOLD if told else WAITING if again_at is not None else GIVEN_UP
    update = HookCallRow.update(
        state=state,
        attempts=HookCallRow.attempts + 1,
        last_answer=answer[:300],
        next_attempt_at=again_at or now,
        done_at=None if state == WAITING else now,
    )
    ours = (HookCallRow.id == call.id) & (HookCallRow.state == WAITING)
    return bool(update.where(ours, HookCallRow.next_attempt_at == call.lease).execute())


def give_back(call: Call, now: datetime) -> None:
    """Put a claimed message back untried."""
    ours = (HookCallRow.id == call.id) & (HookCallRow.next_attempt_at == call.lease)
    HookCallRow.update(next_attempt_at=now).where(ours, HookCallRow.state == WAITING).execute()


def counts(hook: str) -> dict[str, int]:
    """Count the messages of a hook by state."""
    sql = "SELECT state, COUNT(*) FROM hook_calls WHERE hook = ? GROUP BY state"
    return {str(state): int(count) for state, count in hot.query(sql, (hook,))}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a hook stands: messages by state, when the next is due, and what was wrong with the newest failure.

    ``failing`` are those that wait and were tried already.
    """

    hook: str
    told: int = 0
    waiting: int = 0
    failing: int = 0
    given_up: int = 0
    next_attempt_at: datetime | None = None
    last_told_at: datetime | None = None
    last_problem: str = ""


def standings() -> list[Standing]:
    """Return how each hook stands that was ever to be told something."""
    counted = """
        SELECT hook, SUM(CASE WHEN state = ? THEN 1 ELSE 0 END), SUM(CASE WHEN state = ? THEN 1 ELSE 0 END),
            SUM(CASE WHEN state = ? AND attempts > 0 THEN 1 ELSE 0 END),
            SUM(CASE WHEN state = ? THEN 1 ELSE 0 END),
            MIN(CASE WHEN state = ? THEN next_attempt_at END), MAX(CASE WHEN state = ? THEN done_at END),
            MAX(CASE WHEN state <> ? AND last_answer <> '' THEN id END)
        FROM hook_calls GROUP BY hook ORDER BY hook
    """
    states = (TOLD, WAITING, WAITING, GIVEN_UP, WAITING, TOLD, TOLD)
    return [
        Standing(hook, told, waiting, failing, given_up, hot.moment(due), hot.moment(last), _problem(failed))
        for hook, told, waiting, failing, given_up, due, last, failed in hot.query(counted, states)
    ]


def _problem(call_id: int | None) -> str:
    row = HookCallRow.get_or_none(HookCallRow.id == call_id) if call_id is not None else None
    return str(row.last_answer) if row is not None else ""


@dataclass(frozen=True, slots=True)
class Undone:
    """A message that waits or was given up."""

    id: int
    state: str
    message: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    last_problem: str


def undone(hook: str, limit: int) -> list[Undone]:
    """List what a hook was not told, oldest first."""
    rows = HookCallRow.select().where(HookCallRow.hook == hook, HookCallRow.state != TOLD)
    return [
        Undone(
            row.id,
            row.state,
            row.message,
            row.attempts,
            row.created_at,
            row.next_attempt_at,
            row.last_answer,
        )
        for row in rows.order_by(HookCallRow.id).limit(limit)
    ]


def retry(hook: str, now: datetime) -> int:
    """Let everything that failed be due now, as if it were new; returns how much that is."""
    again = HookCallRow.update(state=WAITING, attempts=0, next_attempt_at=now, created_at=now, done_at=None)
    failed = (HookCallRow.state != TOLD) & (HookCallRow.attempts > 0)
    return int(again.where(HookCallRow.hook == hook, failed).execute())


def forget(before: datetime) -> int:
    """Drop what was told or given up before that moment and return how much it was."""
    return hot.execute("DELETE FROM hook_calls WHERE state <> ? AND done_at < ?", (WAITING, before))
