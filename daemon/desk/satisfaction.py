"""Customer satisfaction (CSAT): the share of good ratings, with how sure a share of so few answers is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A rating from here on says that somebody was satisfied.
SATISFIED = 4
# The quantile of the normal distribution for a confidence of 95 percent.
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The satisfied among those who answered, and the bounds between which the true share lies, from 0 to 1.

    Without any answer the share is None and the bounds are 0 and 1: nothing is known.
    """

    count: int
    satisfied: int
    share: float | None
    low: float
    high: float


def satisfaction(scores: Iterable[int], z: float = Z_95) -> Satisfaction:
    """Return the satisfaction that scores from 1 to 5 come to, with their Wilson score interval."""
    given = list(scores)
    satisfied = sum(score >= SATISFIED for score in given)
    low, high = wilson(satisfied, len(given), z)
    return Satisfaction(len(given), satisfied, satisfied / len(given) if given else None, low, high)


def wilson(hits: int, count: int, z: float = Z_95) -> tuple[float, float]:
    """Return the Wilson score interval of a share (E. B. Wilson, 1927); 0 and 1 where nothing was counted."""
    if not count:
        return 0.0, 1.0
    share, squared = hits / count, z * z / count
    middle = (share + squared / 2) / (1 + squared)
    spread = z / (1 + squared) * math.sqrt(share * (1 - share) / count + squared / (4 * count))
    return max(0.0, middle - spread), min(1.0, middle + spread)
