"""Go through much that is due: a few in each transaction, and one that fails keeps no other from its turn."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.database import Database

log = logging.getLogger("postdesk.jobs")

Item = TypeVar("Item", int, str)


@dataclass(frozen=True, slots=True)
class Pass(Generic[Item]):
    """How some are looked at, all of them in one transaction; what was done is counted by name.

    ``what`` names one of them in the log.  ``put_off`` keeps one at which the look failed from being due at
    once again, in a transaction of its own.  ``undone`` is told of every transaction that came to nothing.
    """

    database: Database
    what: str
    look: Callable[[Sequence[Item]], Counter[str]]
    put_off: Callable[[Item], object]
    undone: Callable[[], object]

    def batch(self, found: Sequence[Item]) -> Counter[str]:
        """Look at some, or where that fails at each alone, and count what was done."""
        try:
            with self.database.write():
                return self.look(found)
        except Exception:
            # A worker's loop: one that cannot be looked at must not keep the others from it.
            self.database.reset()
            self.undone()
            if len(found) > 1:
                return sum((self.batch([one]) for one in found), Counter[str]())
            log.exception("%s %s could not be looked at", self.what, found[0])
            with self.database.write():
                self.put_off(found[0])
            return Counter()

    def through(
        self, due: Callable[[Item], Sequence[Item]], beyond: Item, limit: int
    ) -> tuple[int, Counter[str]]:
        """Look at all that is due, in order; return how many it was and what was done.

        ``due`` returns the next few behind one, read in a transaction.  It ends after ``limit`` or somewhat
        more.
        """
        looked, done = 0, Counter[str]()
        while looked < limit:
            with self.database.read():
                found = due(beyond)
            if not found:
                break
            beyond, looked = found[-1], looked + len(found)
            done.update(self.batch(found))
        return looked, done


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Divide what is there already into a few at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))


def told(done: Counter[str]) -> str:
    """Say what was done as a part of a line, by name; nothing where nothing was."""
    return "".join(f"; {what} {count}" for what, count in sorted(done.items()) if what)
