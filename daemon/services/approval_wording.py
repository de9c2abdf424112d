"""What the records of approvals keep in English, as sentences that a reader's catalogue knows."""

import re
from collections.abc import Callable

from daemon.desk.sentences import Sentence, sentence


def _shape(pattern: str, say: Callable[[str], Sentence]) -> tuple[re.Pattern[str], Callable[[str], Sentence]]:
    return re.compile(pattern), say


# A record keeps the plain words; here they get their place back, which is an address.
_KEPT = (
    _shape("manager", lambda _: sentence("manager")),
    _shape(r"manager of (\S+)", lambda who: sentence("manager of {who}", who=who)),
    # The amount stands in the line of the cost, with its currency.
    _shape(r"budget-owner|budget owner for \S+", lambda _: sentence("owner of the budget")),
    _shape("named for this item", lambda _: sentence("named for this item")),
    _shape(r"(\S+) is away", lambda who: sentence("{who} is away", who=who)),
    _shape(r"(\S+) cannot be reached by mail", lambda who: sentence("no mail reaches {who}", who=who)),
    _shape(r"no mail reaches (\S+)", lambda who: sentence("no mail reaches {who}", who=who)),
    _shape(r"(\S+) did not answer in time", lambda who: sentence("{who} did not answer in time", who=who)),
    _shape(
        r"(\S+) did not answer; their manager is asked",
        lambda who: sentence("{who} did not answer, and their manager is asked", who=who),
    ),
)


def spoken(kept: str) -> str:
    """Return words of a record as a sentence where they are ours, else as they are: a role, an address."""
    for shape, say in _KEPT:
        if found := shape.fullmatch(kept):
            return say(found[1] if shape.groups else "")
    return kept
