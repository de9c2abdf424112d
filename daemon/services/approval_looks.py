"""Approvals that are looked at together: what is known of them, and what is noted, in a few statements."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from daemon.services.apply import Work, finish_all
from daemon.services.approval_dossiers import Standing
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import approvals
from storage.approval_records import Asked

# A line of the journal that nothing reads before the transaction is over.
REMINDED = "approval reminded"


@dataclass(slots=True)
class Notes:
    """Changes of one transaction that are not written yet.

    Whoever reads any of it from the database calls ``write`` before, and ``write`` is the last that is done.
    """

    _asked: dict[int, dict[str, Any]] = field(default_factory=dict)
    _looks: dict[int, datetime | None] = field(default_factory=dict)
    _works: dict[int, Work] = field(default_factory=dict)

    def asked(self, number: int, **fields: Any) -> None:
        """Change columns of what is noted under a number of somebody who is asked."""
        self._asked.setdefault(number, {}).update(fields)

    def look_again(self, approval_id: int, at: datetime | None) -> None:
        """Look at an approval again at a moment, or never by itself."""
        self._looks[approval_id] = at

    def finish(self, work: Work) -> None:
        """Finish the work on a ticket: at once where it did more than remind somebody."""
        self._works[work.ticket.number] = work
        if work.ticket is not work.before or any(line.kind != REMINDED for line in work.lines):
            self.write()

    def write(self) -> None:
        """Write all that was gathered."""
        approvals.change_all_asked(self._asked)
        approvals.look_again(self._looks)
        finish_all(list(self._works.values()))
        for each in (self._asked, self._looks, self._works):
            each.clear()


@dataclass(frozen=True, slots=True)
class Batch:
    """What is looked at in one transaction."""

    office: Office
    now: datetime
    # Of how many decisions each address is waited for.
    many: Mapping[str, int]
    # The tickets for which approvals say nothing by themselves.
    silent: Collection[int]
    done: Counter[str] = field(default_factory=Counter)
    notes: Notes = field(default_factory=Notes)


@dataclass(frozen=True, slots=True)
class Look:
    """One approval that is looked at, with its ticket in our hands."""

    batch: Batch
    work: Work
    postbag: Postbag
    found: Standing
    # What is noted of those who are asked, by number, as it is by now.
    asked: dict[int, Asked]

    @property
    def now(self) -> datetime:
        """The moment of the look."""
        return self.batch.now

    @property
    def done(self) -> Counter[str]:
        """What was done so far."""
        return self.batch.done

    @property
    def notes(self) -> Notes:
        """What is not written yet."""
        return self.batch.notes

    @property
    def is_silent(self) -> bool:
        """Whether nothing may be said of the approval by itself."""
        return self.work.ticket.number in self.batch.silent

    def note(self, asked: Asked, **fields: Any) -> None:
        """Note something of somebody who is asked."""
        self.notes.asked(asked.id, **fields)
        self.asked[asked.id] = replace(self.asked[asked.id], **fields)

    @property
    def number(self) -> int:
        """The number of the approval."""
        return self.found.dossier.approval.id
