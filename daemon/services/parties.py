"""Who came to a ticket with which: people of tickets that were merged do not hear of each other (AT-075)."""

from collections.abc import Sequence

from storage import tickets
from storage.records import Participant

# A ticket that was merged into a ticket that was merged, and so on; further ones do not count.
DEPTH = 10


def origins(number: int, people: Sequence[Participant]) -> dict[str, int]:
    """Return with which merged ticket people came to this one, by address; who was there is missing."""
    if len(people) < 2:
        return {}
    found: dict[str, int] = {}
    # The innermost comes last and stays: there somebody wrote first.
    for origin in _merged_into(number):
        found |= dict.fromkeys((one.person.address for one in tickets.participants(origin)), origin)
    return found


def _merged_into(number: int) -> list[int]:
    found, last = [], [number]
    for _ in range(DEPTH):
        last = [origin for one in last for origin in tickets.merged_from(one) if origin not in found]
        if not last:
            break
        found += last
    return found
