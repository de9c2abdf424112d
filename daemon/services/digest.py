"""What the administrators are told of automatic mail that the gate withheld."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from daemon.services.letters import Reader

TOP = 20


def held_back(
    withheld: Sequence[tuple[str, str]], since: datetime, reader: Reader, *, fuse: bool = False
) -> dict[str, object]:
    """Describe withheld mails, each ``(recipient, reason)``, for ``budget-digest``; the most frequent first.

    ``fuse`` says that it is written because the fuse has blown.
    """
    top = Counter(f"{recipient}: {reason}" for recipient, reason in withheld).most_common(TOP)
    return {
        "count": len(withheld),
        "since": reader.told(since),
        "top": [{"what": what, "count": count} for what, count in top],
        "fuse": fuse,
    }
