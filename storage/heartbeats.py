"""Beats of the heart: which left, by the outbox, and when one came back.  Callers hold the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import hot
from storage.models import ArrivalRow, OutboxRow, tuples
from storage.outbox import WAITING
from storage.vocabulary import Disposition
from storage.watch_models import ProbeRow

NOTICE = "heartbeat"
# How the reason of an arrival begins that is a beat which came back.
REASON = "heartbeat:"
_LEFT, _BACK = "heartbeat left ", "heartbeat back "


@dataclass(frozen=True, slots=True)
class Returned:
    """The newest beat that came back: when it left, and when it was back."""

    left_at: datetime
    back_at: datetime

    @property
    def took(self) -> timedelta:
        """How long it was under way."""
        return self.back_at - self.left_at


def sent_since(moment: datetime) -> list[tuple[str, datetime]]:
    """List the beats that were queued after that moment: recipient and when."""
    query = OutboxRow.select(OutboxRow.recipient, OutboxRow.created_at)
    return tuples(query.where(OutboxRow.created_at > moment, OutboxRow.notice == NOTICE))


def recipients_at(moment: datetime) -> list[str]:
    """List whom the beats of that very moment went to."""
    query = OutboxRow.select(OutboxRow.recipient)
    return [one for (one,) in tuples(query.where(OutboxRow.created_at == moment, OutboxRow.notice == NOTICE))]


def note_return(address: str, left_at: datetime, now: datetime) -> None:
    """Keep that a beat came back; one that left before another which is back already changes nothing."""
    known = returned().get(address)
    if known is None or known.left_at < left_at:
        rows = [{"name": _LEFT + address, "at": left_at}, {"name": _BACK + address, "at": now}]
        hot.insert(ProbeRow, rows, on_conflict="ON CONFLICT (name) DO UPDATE SET at = excluded.at")


def returned() -> dict[str, Returned]:
    """Return the newest beat that came back, by the address it was sent to."""
    at = {row.name: row.at for row in ProbeRow.select().where(ProbeRow.name.startswith("heartbeat "))}
    paths = [name.removeprefix(_LEFT) for name in at if name.startswith(_LEFT)]
    return {path: Returned(at[_LEFT + path], at[_BACK + path]) for path in paths if _BACK + path in at}


def forget(before: datetime) -> int:
    """Drop the copies of beats from before that moment that wait no longer; returns how many."""
    query = OutboxRow.delete().where(OutboxRow.created_at < before, OutboxRow.notice == NOTICE, ~WAITING)
    return int(query.execute())


def last_arrival_at() -> datetime | None:
    """Return when the newest message came that is settled and neither a beat nor a second copy, or None.

    What is not settled yet may be a beat; it counts some seconds later.
    """
    settled = ArrivalRow.disposition.is_null(is_null=False)
    second = ArrivalRow.disposition == Disposition.DUPLICATE.value
    beat = (ArrivalRow.disposition == Disposition.IGNORED.value) & ArrivalRow.reason.startswith(REASON)
    query = ArrivalRow.select(ArrivalRow.received_at).where(settled, ~second, ~beat)
    row = query.order_by(ArrivalRow.id.desc()).first()
    return row.received_at if row else None
