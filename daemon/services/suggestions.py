"""Categories for new tickets, suggested from the desk's own history; without categories nothing happens."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.desk.lifecycle import ENDED
from daemon.desk.neighbours import Example, Neighbours, Suggester, Suggestion, terms_of
from daemon.desk.terms import Terms, Words
from storage import category_examples

# How often a worker looks whether there is more to know than it does.
LOOK_AGAIN_AFTER = timedelta(minutes=1)
# So many tickets are remembered: some 2 MB, searched in about a millisecond.
REMEMBERED = 2_000
# So many are learned in one run of the job.
BATCH = 200

Categories = Sequence[tuple[str, Terms]]


@dataclass
class History:
    """What a worker knows of the tickets before; read again when the job has learned more.

    ``known`` has the tickets sorted out without those of some teams, by the names of these.
    """

    known: dict[tuple[str, ...], Neighbours] = field(default_factory=dict)
    _version: tuple[int, datetime | None] = (0, None)
    _looked_at: datetime | None = None

    def suggest(
        self,
        categories: Categories,
        words: Words,
        said: tuple[str, str],
        now: datetime,
        hidden: tuple[str, ...] = (),
    ) -> Suggestion | None:
        """Suggest a category for a ticket with these words; ``said`` are its subject and text.

        Of tickets that teams of ``hidden`` work on it knows nothing.
        """
        if not categories:
            return None
        self._refresh(now)
        if hidden not in self.known:
            found = category_examples.everything(hidden)
            self.known[hidden] = Neighbours.of(Example(*one) for one in found)
        return Suggester(tuple(categories), self.known[hidden]).suggest(words, terms_of(*said))

    def _refresh(self, now: datetime) -> None:
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + LOOK_AGAIN_AFTER:
            return
        self._looked_at = now
        version = category_examples.newest()
        if version != self._version:
            self._version = version
            self.known.clear()


def learn(now: datetime) -> int:
    """Learn from tickets that ended with a category and return from how many; the oldest are forgotten.

    A ticket that ended is right about its category: agents had the time to change it.
    """
    found = category_examples.unlearned(sorted(ENDED), BATCH, category_examples.oldest(REMEMBERED))
    if found:
        examples = [(one.number, one.category, terms_of(one.subject, one.text)) for one in found]
        category_examples.learn(examples, now)
        category_examples.forget(category_examples.oldest(REMEMBERED))
    return len(found)
