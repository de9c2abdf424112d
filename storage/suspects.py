"""Who is to blame when a worker dies with messages in hand.  Callers hold the transaction."""

from collections.abc import Sequence
from datetime import datetime

from storage.models import ArrivalRow
from storage.vocabulary import ArrivalState


def blame(ids: Sequence[int], owner: str, not_before: datetime) -> None:
    """Note that this owner died with these in hand, as far as it still holds them.

    Of several nobody knows which one it was: each is a suspect, and no more than that, since most deaths are
    the fault of no message.  One alone is to blame; it waits until ``not_before``.
    """
    alone = len(ids) == 1
    found = (
        {
            "deaths": ArrivalRow.deaths + 1,
            "suspicions": 0,
            "not_before": not_before,
        }
        if alone
        else {"suspicions": ArrivalRow.suspicions + 1}
    )
    held = (ArrivalRow.state == ArrivalState.CLAIMED.value, ArrivalRow.owner == owner)
    ArrivalRow.update(found).where(ArrivalRow.id.in_(ids), *held).execute()
